"""Data with mistakes, without them: what goes, what stays, and where each part stands."""

from __future__ import annotations

from coregen.load import json
from coregen.load.mend import Mended, mend
from coregen.load.positions import DocumentPositions
from coregen_runtime.module.definition import ModuleDefinition


def mended(text: str) -> Mended[ModuleDefinition]:
    root = json.read(text).root
    assert root is not None
    return mend(
        ModuleDefinition, root, lambda data: ModuleDefinition.model_validate(data, by_alias=True, by_name=False), {"id": "shop", "version": "0"}
    )


def test_what_lacks_a_key_goes_and_what_follows_it_keeps_its_place() -> None:
    made = mended('{"id": "a", "version": "1", "entities": [\n{"name": "A"},\n{"name": "B", "fields": []}]}')

    assert made.value is not None and ["B"] == [entity.name for entity in made.value.entities]
    assert 3 == DocumentPositions("a.json", made.node).at(("entities", 0, "name")).line
    assert {"A"} == made.left_out


def test_a_value_goes_alone_where_there_need_not_be_one() -> None:
    made = mended('{"id": "a", "version": "1", "entities": [{"name": "A", "fields": [], "softDelete": "no", "colour": "red"}]}')

    assert made.value is not None and made.value.entities[0].soft_delete
    assert {"no", "colour", "red"} == made.left_out


def test_a_misspelt_key_is_read_as_meant_and_what_stands_below_it_is_told() -> None:
    made = mended('{"id": "a", "version": "1", "entitys": [{"name": "A", "feelds": [{"key": "k", "type": "strng"}]}]}')

    assert made.value is not None and "string" == made.value.entities[0].fields[0].type
    assert [True, True] == [
        any(each["loc"] == way for each in details)
        for way, (details, _node) in zip([("entitys",), ("entities", 0, "feelds")], made.mistakes, strict=False)
    ]


def test_a_definition_without_id_and_version_is_supplied_with_them() -> None:
    made = mended('{"events": ["x"]}')

    assert made.value is not None and ("shop", "0") == (made.value.id, made.value.version)
