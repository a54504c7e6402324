"""Any name at all: what the runtime exports, what Python has, and what nobody thought of, as names of entities, fields, values and states."""

from __future__ import annotations

import builtins
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import coregen_runtime
from coregen.diagnostics import CATALOGUE
from coregen.load import load
from coregen.plan import plan
from coregen.project import ModuleFolder, Project
from coregen.render import render
from coregen.resolve import resolve
from coregen.resolve.spelling import LIBRARY
from coregen.verify import verify
from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from tests.generator.conftest import WriteProject
from tests.generator.rendering import texts, write
from tests.generator.ugly_names.conftest import tool

EXPORTED = sorted({*coregen_runtime.__all__, *LIBRARY, *(name for name in dir(builtins) if not name.startswith("_"))})
MADE = ("Id", "Create", "Update", "Filter", "Repository", "Created", "Updated", "Deleted", "Restored", "Including", "Status")
ASKED = ("Create", "Update", "Delete", "Restore", "Get", "List", "Transition")


def apart(names: list[str]) -> list[list[str]]:
    """The names in groups, so that in none a name is what another one's class would be called."""
    groups: list[list[str]] = []
    for name in names:
        clashes = {f"{name}{part}" for part in MADE} | {name.removesuffix(part) for part in MADE}
        clashes |= {f"{part}{name}" for part in ASKED} | {name.removeprefix(part) for part in ASKED}
        fitting = next((group for group in groups if not clashes.intersection(group) - {name}), None)
        if fitting is None:
            groups.append([name])
        else:
            fitting.append(name)
    return groups


def files(root: Path, document: object) -> tuple[list[str], dict[str, str]]:
    """What is said of a definition, and what is made of it: one of the two."""
    folder = ModuleFolder("any", "shop.any", root / "shop/any", root / "shop/any/definition.json")
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.definition.write_text(json.dumps(document), encoding="utf-8")
    loaded = load(Project(root, root, ("shop",)), [folder])
    judged = [*loaded.diagnostics, *verify(loaded.modules, loaded.complete)]
    done = resolve(loaded.modules)
    said = [each for each in (*judged, *done.diagnostics) if each.severity == "error"]

    assert all(each.code in CATALOGUE and each.line and each.help for each in said)
    if said or done.ir is None:
        return [each.message for each in said], {}
    return [], {file.path: file.text for file in render(plan(done.ir))}


def test_entities_and_fields_are_named_like_everything_that_there_is(write_project: WriteProject, tmp_path: Path) -> None:
    """Every export of the runtime, every import of a generated file and every builtin, as an entity and as a field."""
    fields = [{"key": name, "type": "string", "default": "x"} for name in EXPORTED if name not in ("id", "meta", "version")]
    modules = {
        f"shop/m{number}/definition.json": json.dumps(
            {
                "id": f"m{number}",
                "version": "1",
                "entities": [
                    {
                        "name": name,
                        "fields": [
                            {"key": f"{name}{'_' * (name == 'id')}", "type": "ref", "refEntity": name},
                            {"key": "status", "type": "enum", "enumValues": [name]},
                        ],
                    }
                    for name in group
                ]
                + ([{"name": "AllOfThem", "fields": fields}] if number == 0 else []),
                "commands": [{"type": "m0.take", "payload": fields, "result": fields}] if number == 0 else [],
            }
        )
        for number, group in enumerate(apart(EXPORTED))
    }
    made = texts(write_project({"shop/__init__.py": "", **modules}))
    write(tmp_path, {path: text for path, text in made.items() if not (tmp_path / path).exists()})
    done = tool(tmp_path, "mypy", "--strict", "--config-file", os.devnull, "--cache-dir", os.devnull, "shop")

    assert (0, "Success") == (done.returncode, done.stdout[:7]), done.stdout[:3000]


TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
ODD = st.sampled_from(
    ["class", "Class", "CLASS", "list", "date", "None", "_", "a b", "a-b", "aB", "e\u0301", "\u00e9", "self", "Text", "mro", "1", "-1"]
)
KEYS = ODD | st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="."), min_size=1, max_size=9)
ENTITIES = st.from_regex(r"\A[A-Z][A-Za-z0-9]{0,9}\Z|\A[a-z_$][a-z0-9_]{0,9}\Z") | st.text(
    st.characters(categories=("L", "Nd")), min_size=1, max_size=6
)
WRONG = st.sampled_from(["", "id", "$ref", "a.b", "__proto__", "ui:x", " ", "a\n", "\x00", "expected_version", "and", "*", "a/b"]) | TEXT


@st.composite
def definitions(draw: st.DrawFn, wrong: bool = False) -> dict[str, Any]:
    """A small definition; where it may be `wrong`, one in which any name is any text."""
    keys = st.lists(KEYS | WRONG if wrong else KEYS, min_size=1, max_size=6, unique=True)
    names = TEXT | ODD
    values = draw(st.lists(names, min_size=1, max_size=6, unique=True))
    entities = [
        {"name": name, "fields": [{"key": key, "type": "string"} for key in draw(keys)] + [{"key": "of kind", "type": "enum", "enumValues": values}]}
        for name in draw(st.lists(ENTITIES | WRONG if wrong else ENTITIES, min_size=1, max_size=4, unique=True))
    ]
    states = {state: {"on": {draw(names): {"target": state}}} for state in draw(st.lists(names, min_size=1, max_size=3, unique=True))}
    return {
        "id": "any",
        "version": "1",
        "description": draw(TEXT),
        "entities": entities,
        "fsms": [{"id": draw(names), "entityType": entities[0]["name"], "field": "life time", "initial": next(iter(states)), "states": states}],
        "commands": [{"type": f"any.{draw(names)}", "payload": [{"key": key, "type": "string"} for key in draw(keys)]}],
        "events": [{"type": draw(names), "payload": [{"key": key, "type": "number"} for key in draw(keys)]}],
    }


@given(document=definitions() | definitions(wrong=True))
def test_a_random_definition_is_refused_at_a_place_or_made_into_code(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    said, made = files(tmp_path_factory.getbasetemp() / "any", document)

    assert bool(said) is not bool(made)
    for path, text in made.items():
        if path.endswith(".py"):
            compile(text, path, "exec")
    if made:
        assert wire_names_of(document) <= aliases(made)


@settings(max_examples=3)
@given(document=definitions())
def test_a_random_definition_passes_mypy(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("typed")
    _, made = files(root, document)
    write(root, {"shop/__init__.py": "", **made})
    done = tool(root, "mypy", "--strict", "--config-file", os.devnull, "--cache-dir", os.devnull, "shop")

    assert (0, "Success") == (done.returncode, done.stdout[:7]), done.stdout[:3000]


def wire_names_of(document: dict[str, Any]) -> set[str]:
    return {field["key"] for entity in document["entities"] for field in entity["fields"]}


def aliases(made: dict[str, str]) -> set[str]:
    """The wire names in `types.ts`, whose members are nothing else."""
    text = made["shop/any/generated/types.ts"]
    members = re.findall(r'^  (?:readonly )?(?:"((?:[^"\\]|\\.)*)"|([^\s":?]+))\??:', text, re.MULTILINE)
    return {json.loads(f'"{quoted}"') if quoted else plain for quoted, plain in members}


@pytest.mark.parametrize(
    ("key", "legal"),
    [("first-name", True), ("-1", True), ("$schema", True), ("x y", True), ("🙂", True), ("a\u200db", True)]
    + [(key, False) for key in ("", "a.b", "$ref", "__proto__", "ui:order", " a", "a ", "a\nb", "a\tb", "a\u2028b", "\x7f")],
)
def test_what_a_field_may_be_called(key: str, legal: bool) -> None:
    assert legal is takes(FieldSchema, key=key, type="string")


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        ("Person", True),
        ("person2", True),
        ("order_item", True),
        ("my-entity", True),
        ("Issue Type", True),
        ("$Object", True),
        ("顧客", True),
        ("_", True),
    ]
    + [(name, False) for name in ("", "a.b", "a/b", '"a"', "-a", "a-", " a", "a\nb", "a%b", "*")],
)
def test_what_an_entity_may_be_called(name: str, legal: bool) -> None:
    assert legal is takes(EntitySchema, name=name, fields=[])


def takes(model: Any, **values: Any) -> bool:
    try:
        model(**values)
    except ValidationError:
        return False
    return True
