"""Wrong uses of the samples' generated code are mypy errors, and right uses are not: each file in `cases/` says which."""

from __future__ import annotations

from pathlib import Path

import pytest
from mypy import api

from tests.typing.expectations import Reported, differences, reported

CASES = Path(__file__).parent / "cases"
FILES = sorted(path.name for path in CASES.glob("*.py") if not path.name.startswith("__"))


@pytest.fixture(scope="module")
def errors(project_root: Path) -> tuple[Reported, ...]:
    """What one run of mypy says about all cases."""
    arguments = ["--config-file", str(project_root / "pyproject.toml"), "--cache-dir", str(project_root / ".mypy_cache" / "cases")]
    output, complaint, _ = api.run([*arguments, "--no-pretty", "--no-error-summary", "--hide-error-context", *(str(CASES / name) for name in FILES)])

    assert "" == complaint
    return reported(output)


@pytest.mark.parametrize("name", FILES)
def test_mypy_reports_what_the_file_marks_and_nothing_else(name: str, errors: tuple[Reported, ...]) -> None:
    found = differences((CASES / name).read_text(encoding="utf-8"), (error for error in errors if error.path == name))

    assert [] == found


def test_every_error_lies_in_a_case(errors: tuple[Reported, ...]) -> None:
    assert [] == [error for error in errors if error.path not in FILES]


def test_a_mark_without_its_error_is_a_difference() -> None:
    assert ["line 1: no error says 'incompatible'"] == differences("x = 1  # E: incompatible\n", [])


def test_an_error_without_a_mark_is_a_difference() -> None:
    assert ["line 1: unexpected: Name 'y' is not defined"] == differences("x = y\n", [Reported("a.py", 1, "Name 'y' is not defined")])


def test_two_marks_on_a_line_want_two_errors() -> None:
    one = Reported("a.py", 1, "first")

    assert ["line 1: no error says 'second'"] == differences("f(a, b)  # E: first # E: second\n", [one])
