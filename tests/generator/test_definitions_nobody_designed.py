"""Definitions that nobody designed: whatever stands anywhere in a document, load, verify and resolve answer with diagnostics and never with an exception."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from coregen.diagnostics import CATALOGUE, errors, independent, render
from coregen.load import load
from coregen.project import ModuleFolder, Project
from coregen.resolve import resolve
from coregen.verify import verify

SOUND: dict[str, Any] = {
    "id": "catalog",
    "version": "1",
    "dependsOn": [],
    "idPrefixes": {"Product": "prod"},
    "entities": [
        {
            "name": "Product",
            "fields": [
                {"key": "name", "type": "string", "required": True, "validators": ["email", {"maxLength": 9}, {"pattern": "^a"}]},
                {"key": "kind", "type": "enum", "enumValues": ["a", "b"], "default": "a"},
                {"key": "owner", "type": "ref", "refEntity": "Product", "computed": None},
                {"key": "tags", "type": "ref[]", "refEntity": "Product"},
                {"key": "price", "type": "money", "default": {"amount": 1, "currency": "EUR"}},
            ],
            "indexes": [["kind", "name"]],
            "uniqueConstraints": [["name"]],
            "hooks": {"beforeSave": "shop.hooks:check"},
        }
    ],
    "fsms": [
        {
            "id": "life",
            "entityType": "Product",
            "initial": "draft",
            "states": {
                "draft": {
                    "on": {
                        "go": {"target": "done", "guard": {"and": [{"field": "product.price.amount", "op": "gt", "value": 0}, {"ref": "r"}]}},
                        "stay": [{"target": "draft", "guard": {"not": {"template": "t", "params": {"n": 1}}}}],
                    },
                    "entry": [{"type": "emit", "event": "product.done", "payload": {"sku": "x"}}, {"type": "log", "message": "x"}],
                    "after": [{"delay": 5, "target": "done"}],
                },
                "done": {"terminal": True, "exit": [{"type": "assign", "field": "name", "value": "x"}, {"type": "dispatch", "command": "catalog.x"}]},
            },
        }
    ],
    "rules": {"r": {"or": [{"field": "payload.a", "op": "in", "value": [1]}]}, "t": {"field": "payload.b", "op": "lt", "value": {"param": "n"}}},
    "commands": ["catalog.x", {"type": "catalog.y", "payload": [{"key": "a", "type": "date"}], "result": "Product"}],
    "queries": [{"type": "catalog.z", "params": {"type": "object"}}],
    "events": [{"type": "product.done", "payload": [{"key": "sku", "type": "string", "required": True}]}],
    "subscriptions": [{"event": "catalog/product.*", "handler": "on_product"}],
    "channels": [{"pattern": "*", "channel": "org:{orgId}:all"}],
    "scheduledJobs": [{"name": "night", "cron": "0 1 * * *"}],
    "queueWorkers": [{"queue": "mail"}],
    "defaultConfig": {"a": 1},
}

WORDS = st.sampled_from(
    ["", "id", "name", "Product", "draft", "t", "r", "string", "catalog.x", "a:b", "shop.x:f", "ref", "field", "*", "/", "e-mail", "(", "ü"]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.just(2**60) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)


def ways(value: object, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [way] if way else []
    members: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        members = list(value.items())
    elif isinstance(value, list):
        members = list(enumerate(value))
    return found + [inner for key, member in members for inner in ways(member, (*way, key))]


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """The sound document after a few changes: a value replaced, a key renamed, a member removed."""
    document = copy.deepcopy(SOUND)
    for _ in range(draw(st.integers(1, 3))):
        *parents, last = draw(st.sampled_from(ways(document)))
        holder: Any = document
        for step in parents:
            holder = holder[step]
        match draw(st.sampled_from(["replace", "rename", "remove"])):
            case "rename" if isinstance(holder, dict):
                holder[draw(WORDS)] = holder.pop(last)
            case "remove":
                del holder[last]
            case _:
                holder[last] = draw(ANYTHING)
    return document


def judged(root: Path, document: object) -> list[str]:
    folder = ModuleFolder("catalog", "shop.catalog", root / "shop/catalog", root / "shop/catalog/definition.json")
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.definition.write_text(json.dumps(document, indent=1))
    loaded = load(Project(root, root, ("shop",)), [folder])
    judging = (*verify(loaded.modules, loaded.complete), *resolve(loaded.modules).diagnostics)
    found = (*loaded.diagnostics, *independent(judging, loaded.diagnostics, loaded.left_out, loaded.complete))
    lines = len(folder.definition.read_text().splitlines())

    assert loaded.modules or errors(loaded.diagnostics)
    for each in found:
        assert each.code in CATALOGUE
        assert each.help, render(each)
        assert 1 <= each.line <= lines
        assert "absent" not in each.message.lower()
        assert "function-after" not in render(each) and "pydantic" not in render(each).lower()
    return [render(each) for each in found]


def test_the_document_is_sound_before_it_is_changed(tmp_path: Path) -> None:
    assert [] == judged(tmp_path, SOUND)


@settings(max_examples=settings().max_examples * 3)
@given(document=documents())
def test_whatever_is_changed_the_answer_is_diagnostics(document: dict[str, Any], tmp_path_factory: Any) -> None:
    judged(tmp_path_factory.getbasetemp() / "nobody", document)
