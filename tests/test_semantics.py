"""The index of promises: every line of docs/reference/promises.md is proved by tests that name it, and no test names another.

A test that proves a line begins its docstring with "Semantics N: …" or, where its name says it all, "Semantics N."
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_CLAIM = re.compile(r"Semantics (?P<numbers>[0-9]+(?:(?:,|,? and| to) [0-9]+)*)(?:: \S|\.$|\.\n|[;,] \S)")
_ROW = re.compile(r"^\| ([0-9]+) \| (.+) \|$", re.MULTILINE)


def claims(source: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each test of a file whose docstring begins with "Semantics", and the lines it names; none where it is not written as it should be."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            text = ast.get_docstring(node) or ""
            if text.startswith("Semantics"):
                match = _CLAIM.match(text)
                yield node.name, tuple(numbers(match["numbers"])) if match else ()


def numbers(text: str) -> Iterator[int]:
    """`7, 8 and 9` and `7 to 9` are the same three."""
    for first, last in re.findall(r"([0-9]+)(?: to ([0-9]+))?", text):
        yield from range(int(first), int(last or first) + 1)


def index(sources: Iterable[tuple[str, str]]) -> dict[int, list[str]]:
    """The tests of each line, as `file::test`; under 0 those whose claim cannot be read."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for place, source in sources:
        for name, lines in claims(source):
            for number in lines or (0,):
                found[number].append(f"{place}::{name}")
    return dict(found)


@pytest.fixture(scope="module")
def proofs() -> dict[int, list[str]]:
    files = sorted(path for folder in ("tests", "sample_modules") for path in (ROOT / folder).rglob("test_*.py"))
    return index((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in files)


@pytest.fixture(scope="module")
def promises() -> dict[int, str]:
    page = (ROOT / "docs" / "reference" / "promises.md").read_text(encoding="utf-8")
    return {int(number): text for number, text in _ROW.findall(page)}


@pytest.mark.parametrize("line", range(1, 34))
def test_every_line_of_what_decides_and_of_what_remembers_is_proved(line: int, proofs: dict[int, list[str]]) -> None:
    assert proofs.get(line), f"no test begins its docstring with Semantics {line}"


def test_every_promise_is_proved_and_every_proof_is_of_a_promise(proofs: dict[int, list[str]], promises: dict[int, str]) -> None:
    assert sorted(promises) == sorted(number for number in proofs if number)


def test_every_claim_can_be_read(proofs: dict[int, list[str]]) -> None:
    assert [] == proofs.get(0, [])


def test_the_lines_stand_in_order_each_once() -> None:
    numbers = [int(number) for number, _ in _ROW.findall((ROOT / "docs" / "reference" / "promises.md").read_text(encoding="utf-8"))]

    assert sorted(set(numbers)) == numbers


@pytest.mark.parametrize(
    ("docstring", "lines"),
    [
        ("Semantics 7: nothing leaks.", (7,)),
        ("Semantics 7.", (7,)),
        ("Semantics 16 to 18, and 20: said together.", (16, 17, 18, 20)),
        ("Semantics 16 to 18, at work: a remark.", (16, 17, 18)),
        ("Semantics 7, 8 and 9: said together.", (7, 8, 9)),
        ("Semantics 6, 23.", (6, 23)),
        ("Semantics 5; wire names alone.", (5,)),
        ("Semantics 7", ()),
        ("Semantics seven: said in words.", ()),
    ],
)
def test_a_claim_is_read_as_it_is_written(docstring: str, lines: tuple[int, ...]) -> None:
    assert [("test_it", lines)] == list(claims(f'def test_it():\n    """{docstring}"""\n'))


def test_what_is_no_test_and_what_claims_nothing_is_left_out() -> None:
    assert [] == list(claims('def helper():\n    """Semantics 7: no."""\n\n\ndef test_it():\n    """It does."""\n'))
