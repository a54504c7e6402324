"""A folder of `tests/cases` is a test: what sync says about wrong definitions, letter by letter.

A case holds one `definition.*`, or a folder for each of several modules, and `error.txt`: what sync prints on standard error. With
`COREGEN_UPDATE_CASES=1` that file is written instead of compared; read what it says before it is committed.
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


def project_of(case: Path, root: Path) -> None:
    """The case as a project: its modules stand in `shop`."""
    (root / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["shop"]\n')
    shutil.copytree(
        case, root / "shop" if not list(case.glob("definition.*")) else root / "shop" / case.name, ignore=shutil.ignore_patterns("error.txt")
    )


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_there_are_cases() -> None:
    assert 7 <= len(WRONG)


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
