"""Printing: what the helper writes is what Black and Ruff would write, at every line length from 88 up."""

from __future__ import annotations

import ast
import subprocess
import sys

import black
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coregen.printing import (
    Call,
    Expr,
    Items,
    Name,
    Pair,
    Subscript,
    Thunk,
    call,
    declaration,
    docstring,
    export_key,
    imports,
    kept,
    literal,
    printed,
    statement,
    string,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=30), inner, max_size=5),
    max_leaves=12,
)
NAMES = st.from_regex(r"\A[A-Za-z][A-Za-z0-9_]{0,30}\Z")


def blackened(source: str, width: int) -> str:
    return black.format_str(source, mode=black.Mode(line_length=width))


def ruff(source: str) -> str:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--output-format=concise", "--stdin-filename", "x.py", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=False).stdout


@given(JSON)
def test_a_literal_is_its_value(value: object) -> None:
    assert value == ast.literal_eval(printed(literal(value)))


@given(JSON)
def test_black_leaves_a_literal_alone_at_any_width(value: object) -> None:
    source = kept(f'"""A literal."""\n\n{statement(call(Name("value"), Name("first"), literal(value)), 0, "x = ")}\n')

    for width in (88, 100, 120):
        assert source == blackened(source, width)


@given(st.lists(NAMES, min_size=1, max_size=6), NAMES, JSON)
def test_black_leaves_a_declaration_alone_at_any_width(parts: list[str], name: str, value: object) -> None:
    annotation: Expr = Subscript(Name("Annotated"), tuple(Name(f"{part}_") for part in parts))
    default = Call(Name("Field"), (Pair(Name("default_factory"), Thunk(literal(value))), Pair(Name("alias"), string(name * 3))))
    source = kept(f'"""A class."""\n\n\nclass X:\n{declaration(f"{name}_", annotation, default, 4)}\n')

    for width in (88, 100, 120):
        assert source == blackened(source, width)


@pytest.mark.parametrize("length", range(60, 130, 3))
def test_black_leaves_what_cannot_be_split_alone(length: int) -> None:
    source = kept(f'"""A class."""\n\n\nclass X:\n{declaration("name", Name("ClassVar[str]"), string("x" * length), 4)}\n')

    for width in (88, 100, 120):
        assert source == blackened(source, width)


@pytest.mark.parametrize(
    "text",
    ['say "hi"', '"quoted" first', "a \\ backslash", 'three """ quotes', "line\nbreak", "it's", "ends with \\", "\u200b\x00bell\x07", 'ends """'],
)
def test_black_and_python_take_any_docstring(text: str) -> None:
    source = docstring(text) + "\n"

    assert ast.get_docstring(ast.parse(source)) is not None
    for width in (88, 100, 120):
        assert source == blackened(source, width)


@given(st.text(max_size=80))
def test_a_docstring_of_any_text_is_one_line_that_black_leaves_alone(text: str) -> None:
    source = docstring(f"x{text}") + "\n"

    assert 1 == len(source.splitlines())
    assert source == blackened(source, 88)


def test_imports_stand_as_ruff_sorts_them() -> None:
    names = [
        "F",
        "ID",
        "MISSING",
        "Model",
        "_x",
        "a",
        "B2",
        "B10",
        "b1",
        "Abc",
        "ABC",
        "aB",
        "A1",
        "URLs",
        "x10",
        "x9",
        "EntityX",
        "Entity",
        "entity",
        "Ab",
        "Éa",
    ]
    wanted = [Name(name, module) for module in ("coregen_runtime", "..ids", "...other.ids", ".b", ".a.b", ".a") for name in names]
    wanted += [Name("annotations", "__future__"), Name("Any", "typing"), Name("Sequence", "collections.abc"), Name("StrEnum", "enum")]
    wanted += [Name("Renamed", "..ids", "Original"), Name("Again", "..ids", "AAA")]
    source = imports(wanted) + "\n"

    assert "I001" not in ruff(source)


def test_all_stands_as_ruff_sorts_it() -> None:
    names = sorted(
        {
            "Foo",
            "FOO",
            "foo",
            "Foo10",
            "Foo9",
            "F",
            "ID",
            "URLs",
            "A1",
            "a",
            "Ab",
            "AB",
            "ABc",
            "ProductId",
            "Product",
            "module",
            "A_B",
            "A_b",
            "fOO",
            "X",
            "Éa",
            "AÉ",
        },
        key=export_key,
    )
    assignments = "".join(f"{name} = 1\n" for name in names)
    source = f"__all__ = {[*names]!r}\n{assignments}".replace("'", '"')

    assert "RUF022" not in ruff(source)


def test_a_name_too_long_for_any_line_marks_the_file_and_nothing_else_does() -> None:
    fine = '"""Fine."""\n\nx = 1\n'
    long = f'"""Long."""\n\n{"x" * 60}[{"y" * 60}]\n'

    assert fine == kept(fine)
    assert f'"""Long."""\n\n# fmt: off\n{"x" * 60}[{"y" * 60}]\n' == kept(long)


def test_items_of_a_dictionary_keep_their_order() -> None:
    assert '{"b": 1, "a": [2]}' == statement(Items((Pair(string("b"), Name("1")), Pair(string("a"), Items((Name("2"),)))), "{}"))
