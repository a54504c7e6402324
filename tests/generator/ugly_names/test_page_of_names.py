"""docs/reference/names.md says how names are spelt: each row of its tables is what the generator and the runtime do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coregen import naming
from coregen.resolve.brought import local_type
from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.primitives.words import snake_case
from coregen_runtime.repository.table import layout_of, stem

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "names.md"
RESERVED = naming.ENTITY | {"created_at", "updated_at", "deleted_at", "version"}


def rows(heading: str) -> list[tuple[str, ...]]:
    section = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [tuple(re.findall(r"`([^`]*)`", line)) for line in section.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("row", rows("Fields"))
def test_a_field(row: tuple[str, ...]) -> None:
    [key, *spelt] = row
    column = layout_of(EntitySchema(name="A", fields=[FieldSchema(key=key, type="string")])).fields[key].columns[0]

    assert spelt == [naming.attribute(key, RESERVED), column]


@pytest.mark.parametrize("row", rows("Entities"))
def test_an_entity(row: tuple[str, ...]) -> None:
    [name, *spelt] = row
    schema = EntitySchema(name=name, fields=[])

    assert spelt == [naming.class_name(name), naming.file_name(name), stem(schema), naming.segment(naming.plural(naming.class_name(name)))]


@pytest.mark.parametrize("row", rows("Values, states and events"))
def test_a_value(row: tuple[str, ...]) -> None:
    assert (row[0], naming.member(row[0])) == row


@pytest.mark.parametrize("row", rows("Messages"))
def test_a_message(row: tuple[str, ...]) -> None:
    local = local_type(row[0], "shop")

    assert (row[0], naming.class_name(local), naming.function(local)) == row


def test_there_are_rows() -> None:
    assert [16, 13, 7, 5] == [len(rows(heading)) for heading in ("Fields", "Entities", "Values, states and events", "Messages")]


def test_the_plainest_key_keeps_the_name_whatever_the_order() -> None:
    for keys in (["userID", "userId", "user_id"], ["user_id", "userID", "userId"]):
        expected = {"user_id": "user_id", "userId": "user_id_2", "userID": "user_id_3"}
        layout = layout_of(EntitySchema(name="A", fields=[FieldSchema(key=key, type="string") for key in keys]))

        assert expected == naming.distinct(keys, naming.attribute)
        assert expected == {key: layout.fields[key].columns[0] for key in keys}


def test_the_entity_in_pascal_case_keeps_its_table_whatever_the_order() -> None:
    for names in (["person2", "Person2"], ["Person2", "person2"]):
        assert {"Person2": "person2", "person2": "person2_2"} == naming.entity_stems(dict.fromkeys(names))
    assert {"HTTPServer": "http_server_2", "HttpServer": "http_server"} == naming.entity_stems({"HTTPServer": None, "HttpServer": None})
    assert {"A": "b", "B": "b_2"} == naming.entity_stems({"B": None, "A": "b"})


@pytest.mark.parametrize("name", ["unitPrice", "HTTPServer", "a__b", "Größe", "हिन्दी", "x y-z", "🙂", "", "e\u0301te\u0301", "3d_secure"])
def test_generator_and_runtime_spell_a_name_in_one_way(name: str) -> None:
    assert snake_case(name) == (naming.snake_case(name) or "_")
