"""Every error has a code of Core's, and the page about codes says all of them, with the classes that they are raised with."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from coregen_runtime.errors import base
from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import SENTENCES, ErrorCode, FailureCode

TREE = {name: kind for name, kind in vars(base).items() if isinstance(kind, type) and issubclass(kind, CoreError)}
MADE_WITH_A_CODE = {*TREE, "PydanticCustomError", "ValidationFailure"} - {"ValidationError"}
"""What takes a code when it is made: of a failure, the second argument."""
_ROW = re.compile(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|(.*)\|$", re.MULTILINE)


def calls(root: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in the runtime, with its place."""
    for path in sorted((root / "runtime").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(root)}:{node.lineno}", node


def name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.attr == "of":
        return f"{function.value.id}.of"
    return function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""


def code_of(call: ast.Call) -> ast.expr | None:
    """What stands in a call where a code belongs."""
    name = name_of(call.func)
    at = 1 if name in ("ValidationFailure", "ValidationError.of") else 0 if name in MADE_WITH_A_CODE else None
    if at is None or any(isinstance(argument, ast.Starred) for argument in call.args):
        return None
    named = next((keyword.value for keyword in call.keywords if keyword.arg == "code"), None)
    return named or (call.args[at] if len(call.args) > at else None)


def test_no_code_is_written_out_where_an_enum_has_it(project_root: Path) -> None:
    """Semantics 5 and 43: a code is a member of `ErrorCode` or `FailureCode`, or what a variable holds.

    Errors for Pydantic carry the same ones, or a type in lower case as its own have, which becomes `TYPE`.
    """
    known = {*ErrorCode, *FailureCode}
    wrong, seen = [], 0
    for place, call in calls(project_root):
        code = code_of(call)
        texts = [node.value for node in ast.walk(code) if isinstance(node, ast.Constant) and isinstance(node.value, str)] if code else []
        seen += code is not None
        pydantics = name_of(call.func) == "PydanticCustomError"
        wrong += [(place, text) for text in texts if not (pydantics and (text in known or text.islower()))]

    assert [] == wrong
    assert 100 < seen


def test_no_error_without_a_code_is_raised_by_name(project_root: Path) -> None:
    """Semantics 43: no bare `Exception` or `RuntimeError`."""
    bare = []
    for path in sorted((project_root / "runtime").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise):
                raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                if isinstance(raised, ast.Name) and raised.id in ("Exception", "BaseException", "RuntimeError"):
                    bare.append(f"{path.relative_to(project_root)}:{node.lineno}")

    assert [] == bare


def table(project_root: Path, heading: str) -> dict[str, str]:
    """What a table of the page says about each code."""
    page = (project_root / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    section = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return {code: rest for codes, rest in _ROW.findall(section) for code in re.findall(r"`([A-Z_]+)`", codes)}


def test_the_page_names_every_code_and_no_other(project_root: Path) -> None:
    assert {code.value for code in ErrorCode} == set(table(project_root, "Codes of errors"))
    assert {code.value for code in FailureCode} == set(table(project_root, "Codes of failures"))


def test_the_page_names_the_classes_that_a_code_is_raised_with(project_root: Path) -> None:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for _, call in calls(project_root):
        code = code_of(call)
        for node in ast.walk(code) if code and name_of(call.func) in TREE else ():
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "ErrorCode":
                found[ErrorCode[node.attr]].add(name_of(call.func))
    told = {code: set(re.findall(r"`(\w+Error)`", rest.split("|")[0])) for code, rest in table(project_root, "Codes of errors").items()}

    assert [] == [(code, sorted(kinds - told[code])) for code, kinds in sorted(found.items()) if not kinds <= told[code]]
    assert [] == [(code, sorted(kinds)) for code, kinds in sorted(told.items()) if not kinds or not kinds <= TREE.keys()]
    assert [] == [(code, sorted(told[code] - kinds)) for code, kinds in sorted(found.items()) if told[code] - kinds]


def test_the_page_gives_each_class_its_status(project_root: Path) -> None:
    """Semantics 43: status by class."""
    page = (project_root / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")

    assert {name: str(kind.status) for name, kind in TREE.items()} == dict(re.findall(r"^\| `(\w+Error)` \| (\d+) \|", page, re.MULTILINE))


@pytest.mark.parametrize("code", ErrorCode)
def test_a_code_is_its_own_name_and_has_a_sentence(code: ErrorCode) -> None:
    assert (code.name, True) == (code.value, bool(SENTENCES[code]))
