"""The TypeScript of a module, as text; what the compiler says of it stands in test_in_node.py."""

from __future__ import annotations

from typing import Any

import pytest

from coregen.resolve.artefacts.shapes import ArtefactModule
from coregen.resolve.artefacts.typescript import typescript
from coregen_runtime.entity.json_typescript import typescript_type
from coregen_runtime.entity.typescript import comment

JSON_TYPES: list[tuple[Any, str]] = [
    (True, "unknown"),
    (False, "never"),
    ({}, "unknown"),
    ({"type": "integer"}, "number"),
    ({"type": ["string", "null"]}, "string | null"),
    ({"const": 'a"b'}, '"a\\"b"'),
    ({"enum": ["a", 1, None, True]}, '"a" | 1 | null | true'),
    ({"type": "array", "items": {"enum": ["a", "b"]}}, '("a" | "b")[]'),
    ({"type": "array"}, "(unknown)[]"),
    ({"anyOf": [{"type": "string"}, {"type": "number"}]}, "string | number"),
    ({"allOf": [{"type": "object"}, {"properties": {"a": {}}}]}, '({ [key: string]: unknown }) & ({ "a"?: unknown; [key: string]: unknown })'),
    ({"type": "object", "additionalProperties": {"type": "number"}}, "{ [key: string]: number }"),
    ({"properties": {"a-b": {"type": "string"}}, "required": ["a-b"], "additionalProperties": False}, '{ "a-b": string }'),
    ({"type": "object", "additionalProperties": False}, "{ [key: string]: never }"),
    ({"$defs": {"Row": {"type": "string"}}, "type": "array", "items": {"$ref": "#/$defs/Row"}}, "(string)[]"),
    ({"$defs": {"Tree": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}}, "$ref": "#/$defs/Tree"}, "(unknown)[]"),
    ({"$ref": "https://elsewhere.example/schema"}, "unknown"),
]


@pytest.mark.parametrize(("schema", "expected"), JSON_TYPES)
def test_a_json_schema_as_a_type(schema: Any, expected: str) -> None:
    assert expected == typescript_type(schema)


def test_money_is_money(chinook: ArtefactModule) -> None:
    assert "  unitPrice: Money;\n" in typescript(chinook)


def test_a_member_says_what_the_definition_says_of_its_field(ordering: ArtefactModule) -> None:
    assert "  /** How much of it. In kg. Must be more than 0. */\n  quantity: number;\n" in typescript(ordering)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ends */ here", "/** ends *∕ here */\n"),
        ("@deprecated {@link x} a@b.example", "/** \\@deprecated {\\@link x} a@b.example */\n"),
        ("two\n\n lines", "/** two lines */\n"),
        ("", ""),
    ],
)
def test_a_comment_holds_any_text_and_no_tag(text: str, said: str) -> None:
    assert said == comment(text)
