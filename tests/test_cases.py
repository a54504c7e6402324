"""A folder of `tests/cases` is a test: what sync says about wrong definitions, and which migration it adds, letter by letter.

A case holds one `definition.*`, or a folder for each of several modules, and `error.txt`: what sync prints on standard error; or
`expected/`, the migration that sync adds to those in `migrations/`. With `COREGEN_UPDATE_CASES=1` that is written instead of compared; read what it
says before it is committed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from coregen.cli import commands

CASES = Path(__file__).parent / "cases"
WRONG = sorted(path.parent for path in CASES.glob("*/error.txt"))
MIGRATED = sorted(path.parent for path in CASES.glob("*/expected"))


def project_of(case: Path, root: Path) -> None:
    """The case as a project: its modules stand in `shop`."""
    (root / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["shop"]\n')
    shutil.copytree(
        case,
        root / "shop" if not list(case.glob("definition.*")) else root / "shop" / case.name,
        ignore=shutil.ignore_patterns("error.txt", "expected"),
    )


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_there_are_cases() -> None:
    assert 7 <= len(WRONG)
    assert 6 <= len(MIGRATED)


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_what_is_wrong_is_said_and_nothing_is_written(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contract, "Command line": exit status 2, and every file is as it was."""
    project_of(case, tmp_path)
    before = files(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(commands, ["sync"], standalone_mode=False)
    if os.environ.get("COREGEN_UPDATE_CASES"):
        (case / "error.txt").write_text(result.stderr)

    assert (2, "") == (result.exit_code or result.return_value, result.stdout)
    assert (case / "error.txt").read_text() == result.stderr
    assert before == files(tmp_path)


@pytest.mark.parametrize("case", MIGRATED, ids=lambda case: case.name)
def test_what_has_changed_becomes_the_next_migration(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Architecture, "Ownership": a new migration is added when the entities change, and an old one is never rewritten."""
    project_of(case, tmp_path)
    folder = tmp_path / "shop" / case.name / "migrations"
    before = files(folder)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(commands, ["sync"], standalone_mode=False)
    added = {path: data for path, data in files(folder).items() if path not in before}
    if os.environ.get("COREGEN_UPDATE_CASES"):
        for path, data in added.items():
            (case / "expected" / path).write_bytes(data)

    assert ("", 0) == (result.stderr, result.exit_code)
    assert before == {path: data for path, data in files(folder).items() if path in before}
    assert files(case / "expected") == added
    assert "nothing to do" in CliRunner().invoke(commands, ["sync"], standalone_mode=False).stdout
