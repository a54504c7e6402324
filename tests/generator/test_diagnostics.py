"""Diagnostics as values and as text, the catalogue of codes, and its page."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from coregen.diagnostics import CATALOGUE, Diagnostic, as_json, closest, did_you_mean, errors, gathered, independent, one_of, render, unsaid

UNKNOWN = Diagnostic("shop/catalog/definition.py", 24, 47, "error", "DEF-KEY", 'field "price" has no key "requird"', 'did you mean "required"?')


def test_a_diagnostic_is_a_line_and_a_line_with_the_fix() -> None:
    """Contract, "Command line": the form of a diagnostic."""

    assert 'shop/catalog/definition.py:24:47: error[DEF-KEY]: field "price" has no key "requird"\n  help: did you mean "required"?' == render(UNKNOWN)


def test_a_finding_about_a_whole_file_has_no_line_and_one_without_a_fix_no_help() -> None:
    assert "coregen.lock: warning[LOCK-BROKEN]: torn" == render(Diagnostic("coregen.lock", 0, 0, "warning", "LOCK-BROKEN", "torn"))


def test_a_line_without_a_known_column_is_shown_alone() -> None:
    assert "a.py:3: error[LOAD-PYTHON]: x" == render(Diagnostic("a.py", 3, 0, "error", "LOAD-PYTHON", "x"))


def test_colours_come_only_when_asked_for_and_change_no_letter() -> None:
    coloured = render(UNKNOWN, colour=True)

    assert "\x1b" not in render(UNKNOWN)
    assert render(UNKNOWN) == re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert coloured != render(UNKNOWN)


def test_json_names_every_part() -> None:
    assert {"path", "line", "column", "severity", "code", "message", "help"} == set(as_json(UNKNOWN))
    assert 24 == as_json(UNKNOWN)["line"]


def test_findings_are_gathered_by_place_each_once() -> None:
    later, earlier = Diagnostic("b.py", 1, 1, "error", "DEF-KEY", "x"), Diagnostic("a.py", 10, 1, "warning", "DEF-KEY", "x")
    earliest = Diagnostic("a.py", 9, 30, "error", "DEF-KEY", "x")

    assert (earliest, earlier, later) == gathered([later, earlier, later, earliest])
    assert (earliest, later) == errors(gathered([later, earlier, earliest]))


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("requird", ["required", "unique"], "required"),
        ("refEntity", ["ref_entity", "ref_field"], "ref_entity"),
        ("prise", ["price", "sku"], "price"),
        ("strg", ["string", "number"], "string"),
        ("Categry", ["Product", "Category"], "Category"),
        ("colour", ["name", "sku"], None),
        ("x", [], None),
    ],
)
def test_the_nearest_word_is_offered_and_a_far_one_is_not(word: str, known: list[str], meant: str | None) -> None:
    assert meant == closest(word, known)


def test_help_falls_back_to_what_would_be_right() -> None:
    assert 'one of "name", "sku"' == did_you_mean("colour", ["name", "sku"], one_of(["name", "sku"]))
    assert 'one of "a", "b" and 1 more' == one_of(["a", "b", "c"], limit=2)


def test_every_error_of_every_case_comes_with_a_fix(project_root: Path) -> None:
    """Contract, "Command line": a `help:` line with the fix."""
    lines = [line for case in (project_root / "tests/cases").glob("*/error.txt") for line in case.read_text().splitlines()]
    bare = [line for line, following in zip(lines, [*lines[1:], ""], strict=True) if ": error[" in line and not following.startswith("  help: ")]

    assert [] == bare


TASK = {"Task", "due"}


@pytest.mark.parametrize(
    ("code", "message", "is_said"),
    [
        ("REF-UNKNOWN", '"Task" is no entity of planning', False),
        ("REF-UNKNOWN", '"Tsk" is no entity of planning', True),
        ("COMMAND-UNKNOWN", 'planning declares no command "createTask" (action of x)', False),
        ("EVENT-UNKNOWN", 'no module emits an event "task.created"', False),
        ("RULE-FIELD", 'Note has no field "due.month" (guard of life)', False),
        ("RULE-FIELD", 'Note has no field "titel" (guard of "due")', True),
        ("DUPLICATE", 'there are two entities "Task"', True),
        ("FSM-UNREACHABLE", 'no transition leads from "a" to "b"', False),
    ],
)
def test_what_only_comes_from_a_mistake_is_not_said(code: str, message: str, is_said: bool) -> None:
    found = Diagnostic("a.yaml", 3, 1, "error", code, message, "x")

    assert ((found,) if is_said else ()) == independent([found], [UNKNOWN], TASK, complete=True)
    assert (found,) == independent([found], [], (), complete=True)


def test_one_place_is_not_named_twice_and_a_module_that_cannot_be_read_may_hold_the_entity() -> None:
    again = replace(UNKNOWN, code="DEFAULT-TYPE")
    unknown = Diagnostic("a.yaml", 3, 1, "error", "REF-UNKNOWN", '"Tsk" is no entity', "x")

    assert () == independent([again], [UNKNOWN], (), complete=True)
    assert () == independent([unknown], [UNKNOWN], (), complete=False)


CODE = re.compile(r'"([A-Z]{2,}(?:-[A-Z]+)+|DUPLICATE|NAMESPACE|CALL)"')
OTHER_WORDS = {"UTF-8"}


def test_every_code_in_the_source_is_in_the_catalogue_and_every_one_there_is_used(project_root: Path) -> None:
    files = [*(project_root / "generator/coregen").rglob("*.py"), *(project_root / "runtime/coregen_runtime").rglob("check.py")]
    used = {code for file in files if file.name != "diagnostics.py" for code in CODE.findall(file.read_text())} - OTHER_WORDS

    assert set() == used - set(CATALOGUE)
    assert set() == set(CATALOGUE) - used


def test_what_resolve_only_repeats_is_not_said_twice() -> None:
    repeated, new = Diagnostic("a.py", 1, 1, "error", "MODULE-ID", "x"), Diagnostic("a.py", 1, 1, "error", "REF-UNKNOWN", "x")

    assert (new,) == unsaid([repeated, new], [UNKNOWN])
    assert (repeated, new) == unsaid([repeated, new], []), "what verify has missed is said"


def test_the_reference_page_explains_every_code_and_no_other(project_root: Path) -> None:
    page = (project_root / "docs/reference/diagnostics.md").read_text()
    explained = dict(re.findall(r"^\| `([A-Z-]+)` \| ([^|]+?) \|", page, re.MULTILINE))

    assert dict(CATALOGUE) == explained
