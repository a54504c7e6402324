"""JSON with positions: the same values as the standard library, and what is refused where."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coregen.load.json import read
from coregen.load.positions import DocumentPositions, Position

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.sampled_from([None, 0, 2]))
def test_what_the_standard_library_writes_is_read_the_same(value: object, indent: int | None) -> None:
    document = read(json.dumps(value, indent=indent))

    assert () == document.refused
    assert document.root is not None and repr(value) == repr(document.root.value)


@given(st.text(alphabet='{}[]:,"0123456789.-+eE truefalsn\\\n', max_size=30))
def test_text_that_the_standard_library_refuses_is_refused_with_a_place(text: str) -> None:
    try:
        json.loads(text)
        valid = True
    except ValueError:
        valid = False
    document = read(text)

    if not valid:
        assert document.root is None and document.refused[-1].line >= 1
    elif document.root is None:
        assert "LOAD-VALUE" == document.refused[-1].code


def test_every_key_and_value_has_its_place() -> None:
    document = read('{\n  "id": "shop",\n  "entities": [{"name": "Product"}]\n}\n')
    assert document.root is not None
    positions = DocumentPositions("d.json", document.root)

    assert Position("d.json", 3, 25) == positions.at(("entities", 0, "name"))
    assert Position("d.json", 3, 17) == positions.key(("entities", 0, "name"))
    assert Position("d.json", 1, 1) == positions.at(("rules",))


@pytest.mark.parametrize(
    ("text", "line", "column", "code", "message", "help"),
    [
        ('{"a": 1,\n "a": 2}', 2, 2, "LOAD-DUPLICATE", 'the key "a" stands here twice, first in line 1', "keep one of them"),
        ('{"a": NaN}', 1, 7, "LOAD-VALUE", "NaN is no JSON value", "a number has to be finite"),
        ('{"a": -Infinity}', 1, 7, "LOAD-VALUE", "-Infinity is no JSON value", "a number has to be finite"),
        ('{"a": 1e999}', 1, 7, "LOAD-VALUE", "a number has to be finite", "write it as a text"),
        ('{"a": True}', 1, 7, "LOAD-SYNTAX", "not valid JSON: True is no JSON value", "write true"),
        ("{'a': 1}", 1, 2, "LOAD-SYNTAX", "not valid JSON: a key is expected", 'a key is a text in double quotes: "…"'),
        ('{"a": 1,}', 1, 9, "LOAD-SYNTAX", "not valid JSON: a comma stands before the end", "remove the comma"),
        ('{"a": [1,]}', 1, 10, "LOAD-SYNTAX", "not valid JSON: a comma stands before the end", "remove the comma"),
        ('{"a": 1 // one\n}', 1, 9, "LOAD-SYNTAX", 'not valid JSON: "," or "}" is expected', "put a comma between two values, or close with }"),
        ('// x\n{"a": 1}', 1, 1, "LOAD-SYNTAX", "not valid JSON: JSON has no comments", 'use "description", or write the definition in YAML'),
        (
            '{"a": "x\n}',
            1,
            9,
            "LOAD-SYNTAX",
            "not valid JSON: invalid control character",
            r"in a text, write \\ for a backslash and \n for a line break",
        ),
        ('{"a": "x', 1, 7, "LOAD-SYNTAX", "not valid JSON: a text is never closed", 'close it with "'),
        ('{"a": {"b": 1}', 1, 15, "LOAD-SYNTAX", 'not valid JSON: it ends before the closing "}"', "put a comma between two values, or close with }"),
        ('{"a": 01}', 1, 8, "LOAD-SYNTAX", 'not valid JSON: "," or "}" is expected', "put a comma between two values, or close with }"),
        ('{"a": 1} {"b": 2}', 1, 10, "LOAD-SYNTAX", "not valid JSON: something follows the end of the document", "a definition is one JSON object"),
        ('{"a": "\\ud800"}', 1, 7, "LOAD-VALUE", "half of a surrogate pair is no character", "write both halves, or the character itself"),
        ("", 1, 1, "LOAD-SYNTAX", "not valid JSON: it ends where a value is expected", "close what is open"),
    ],
)
def test_what_a_definition_cannot_be_is_refused_at_its_place(text: str, line: int, column: int, code: str, message: str, help: str) -> None:
    found = [(each.line, each.column, each.code, each.message, each.help) for each in read(text).refused]

    assert [(line, column, code, message, help)] == found
