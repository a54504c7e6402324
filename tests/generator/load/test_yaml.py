"""YAML 1.2 with positions: what words mean, what is refused, and where."""

from __future__ import annotations

import pytest

from coregen.load.positions import DocumentPositions, Position
from coregen.load.yaml import read


def value(text: str) -> object:
    document = read(text)
    assert document.root is not None and () == document.refused

    return document.root.value


def refused(text: str) -> list[tuple[int, int, str, str]]:
    return [(each.line, each.column, each.code, each.message) for each in read(text).refused]


def test_words_mean_what_yaml_1_2_says() -> None:
    text = "on: {no: NO, yes: yes, off: off}\nversion: 1.4.0\ndate: 2024-01-31\ntime: 12:30:45\nold: 1_000\noctal: 0o17\nold_octal: 017\n"

    assert {
        "on": {"no": "NO", "yes": "yes", "off": "off"},
        "version": "1.4.0",
        "date": "2024-01-31",
        "time": "12:30:45",
        "old": "1_000",
        "octal": 15,
        "old_octal": 17,
    } == value(text)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("~", None),
        ("null", None),
        ("", None),
        ("true", True),
        ("False", False),
        ("-3", -3),
        ("0x1F", 31),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("'1'", "1"),
        ('"true"', "true"),
        ("!!str 12", "12"),
    ],
)
def test_a_plain_scalar_is_read_by_the_core_schema(text: str, meaning: object) -> None:
    assert {"a": meaning} == value(f"a: {text}\n")


def test_a_character_beyond_the_first_plane_may_be_written_as_json_writes_it() -> None:
    assert {"a": "🙂 ✓"} == value('{"a": "\\ud83d\\ude42 \\u2713"}')


def test_every_key_and_value_has_its_place() -> None:
    document = read("id: shop\nentities:\n  - name: Product\n    fields:\n      - { key: name, type: string }\n      - key: price\n")
    assert document.root is not None
    positions = DocumentPositions("d.yaml", document.root)

    assert Position("d.yaml", 5, 28) == positions.at(("entities", 0, "fields", 0, "type"))
    assert Position("d.yaml", 5, 22) == positions.key(("entities", 0, "fields", 0, "type"))
    assert Position("d.yaml", 6, 14) == positions.at(("entities", 0, "fields", 1, "key"))
    assert Position("d.yaml", 6, 9) == positions.at(
        ("entities", 0, "fields", 1, "required")
    ), "what is not written is answered by what it would stand in"


def test_one_transition_where_several_may_stand_is_found_as_the_first() -> None:
    document = read("on:\n  go:\n    target: x\n")
    assert document.root is not None

    assert Position("d.yaml", 3, 13) == DocumentPositions("d.yaml", document.root).at(("on", "go", 0, "target"))


def test_an_alias_repeats_its_anchor_and_knows_where_that_is_written() -> None:
    document = read("a: &name\n  key: x\nb: [*name, *name]\n")
    assert document.root is not None

    assert {"a": {"key": "x"}, "b": [{"key": "x"}, {"key": "x"}]} == document.root.value
    assert Position("d.yaml", 2, 8) == DocumentPositions("d.yaml", document.root).at(("b", 1, "key"))


def test_a_key_twice_is_an_error_that_says_where_the_first_is() -> None:
    assert [(3, 3, "LOAD-DUPLICATE", 'the key "name" stands here twice, first in line 2')] == refused("a:\n  name: x\n  name: y\n")


@pytest.mark.parametrize(
    ("text", "line", "column", "code", "part"),
    [
        ("a:\n\t- b\n", 2, 1, "LOAD-SYNTAX", "a tab where the indentation is"),
        ("a: 1\n b: 2\n", 2, 3, "LOAD-SYNTAX", "a `:` where no key can stand"),
        ("a: [1, 2\n", 1, 4, "LOAD-SYNTAX", "never closed"),
        ("a: 'x\nb: 3\n", 1, 4, "LOAD-SYNTAX", "a quoted text is never closed"),
        ("a: \x00\n", 1, 4, "LOAD-SYNTAX", "a control character"),
        ("a: &x 1\n<<: *x\n", 2, 1, "LOAD-YAML", "merge key"),
        ("a: !money 3\n", 1, 4, "LOAD-YAML", "takes no tag"),
        ("a: !!python/object:os.system {}\n", 1, 4, "LOAD-YAML", "takes no tag"),
        ("a: 1\n---\nb: 2\n", 2, 1, "LOAD-YAML", "here a second begins"),
        ("a: *nowhere\n", 1, 4, "LOAD-YAML", "no anchor &nowhere"),
        ("a: &x [*x]\n", 1, 8, "LOAD-YAML", "stands inside of what it repeats"),
        ("1: one\n", 1, 1, "LOAD-KEY", "the key 1 is not a string"),
        ("true: one\n", 1, 1, "LOAD-KEY", "the key true is not a string"),
        ("? [a]\n: one\n", 1, 3, "LOAD-KEY", "a list or a mapping"),
        ("a: .nan\n", 1, 4, "LOAD-VALUE", "finite"),
        ("a: -.Inf\n", 1, 4, "LOAD-VALUE", "finite"),
        ("a: 9007199254740993\n", 1, 4, "LOAD-VALUE", "beyond what JSON carries"),
        ("a: " + "[" * 70 + "]" * 70 + "\n", 1, 68, "LOAD-VALUE", "nests deeper"),
        ('a: "\\ud83d"', 1, 4, "LOAD-VALUE", "half of a surrogate pair"),
    ],
)
def test_what_a_definition_cannot_be_is_refused_at_its_place(text: str, line: int, column: int, code: str, part: str) -> None:
    found = refused(text)

    assert [(line, column, code)] == [each[:3] for each in found]
    assert part in found[0][3]


def test_aliases_that_multiply_are_refused_before_they_are_followed() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    assert "LOAD-VALUE" == refused("\n".join(lines))[-1][2]


def test_several_mistakes_are_all_reported() -> None:
    assert ["LOAD-DUPLICATE", "LOAD-KEY", "LOAD-YAML"] == [each[2] for each in refused("a: 1\na: 2\n3: x\nb: !t y\n")]


def test_an_empty_document_has_no_root() -> None:
    assert read("# nothing\n").root is None
