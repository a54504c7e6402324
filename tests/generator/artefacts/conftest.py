"""A module that has one of everything the artefacts show, and Chinook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from coregen.naming import class_name
from coregen.resolve.artefacts.shapes import ArtefactModule
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.module.definition import ModuleDefinition

ORDERING: dict[str, Any] = {
    "id": "ordering",
    "version": "1.2.0",
    "description": "What is bought.",
    "entities": [
        {
            "name": "Order",
            "namespace": "ordering",
            "idPrefix": "ord",
            "description": "A basket that is on its way",
            "fields": [
                {"key": "number", "type": "string", "required": True, "unique": True, "validators": [{"pattern": "^[A-Z0-9-]{1,20}$"}]},
                {"key": "customerEmail", "type": "string", "sensitive": True, "validators": ["email"]},
                {"key": "total", "type": "money", "default": {"amount": 0, "currency": "EUR"}},
                {"key": "weight", "type": "number", "computed": "shop.weights:of_order"},
                {"key": "status", "type": "enum", "enumValues": ["draft", "placed"], "default": "draft"},
                {"key": "channel", "type": "enum", "enumValues": ["web", 'it\'s "shop"'], "label": "Sold through"},
            ],
        },
        {
            "name": "OrderLine",
            "namespace": "ordering",
            "softDelete": False,
            "versioned": False,
            "timestamps": False,
            "fields": [
                {"key": "order", "type": "ref", "refEntity": "ordering.Order", "required": True},
                {"key": "product", "type": "ref", "refEntity": "catalog.Product", "required": True},
                {"key": "gifts", "type": "ref[]", "refEntity": "catalog.Product"},
                {"key": "pk", "type": "ref", "refEntity": "ordering.Order", "unique": True},
                {"key": "quantity", "type": "number", "required": True, "validators": ["integer", "positive"]},
                {"key": "gift", "type": "boolean"},
                {"key": "wantedBy", "type": "date"},
                {"key": "notes", "type": "json", "jsonSchema": {"type": "array", "items": {"type": "string"}}},
                {"key": "place", "type": "geo.point"},
                {"key": "area", "type": "geo.polygon"},
                {"key": "way", "type": "geo.linestring"},
            ],
        },
    ],
    "fsms": [
        {
            "id": "order-fsm",
            "entityType": "Order",
            "initial": "draft",
            "states": {"draft": {"on": {"place": {"target": "placed"}}}, "placed": {"terminal": True}},
        }
    ],
    "commands": [
        {
            "type": "ordering.addLine",
            "payload": [
                {"key": "quantity", "type": "number", "required": True, "unit": "kg", "description": "How much of it", "validators": ["positive"]},
                {"key": "price", "type": "money", "validators": ["positive"]},
                {"key": "deposit", "type": "money", "default": {"amount": 0, "currency": "EUR"}},
                {"key": "place", "type": "geo.point"},
                {"key": "area", "type": "geo.polygon"},
                {"key": "way", "type": "geo.linestring"},
            ],
            "result": "ordering.Order",
            "description": "One more",
        },
        {"type": "ordering.importAll", "payload": {"$defs": {"Row": {"type": "object"}}, "type": "array", "items": {"$ref": "#/$defs/Row"}}},
        "ordering.recount",
    ],
    "queries": [{"type": "ordering.bestseller", "params": [{"key": "days", "type": "number"}], "result": "catalog.Product"}],
    "events": [{"type": "order.placed", "payload": [{"key": "number", "type": "string", "required": True}]}],
}
PRODUCT = EntitySchema.model_validate(
    {"name": "Product", "namespace": "catalog", "idPrefix": "prod", "fields": [{"key": "name", "type": "string", "required": True}]}
)


def module_of(data: dict[str, Any], *others: EntitySchema) -> ArtefactModule:
    definition = ModuleDefinition.model_validate(data)
    types = [command.type for command in definition.commands] + [query.type for query in definition.queries]
    names = {type: class_name(type.rpartition(".")[2]) for type in types} | {event.type: class_name(event.type) for event in definition.events}
    subjects = {
        machine.id: machine.entity_type if machine.field == "status" else class_name(f"{machine.entity_type}.{machine.field}")
        for machine in definition.fsms
    }
    return ArtefactModule(definition, {schema.qualified_name: schema for schema in (*definition.entities, *others)}, names, subjects)


@pytest.fixture(scope="session")
def ordering() -> ArtefactModule:
    return module_of(ORDERING, PRODUCT)


@pytest.fixture(scope="session")
def chinook(project_root: Path) -> ArtefactModule:
    """Chinook as resolving completes it."""
    data = YAML(typ="safe").load(project_root / "tests" / "cases" / "chinook" / "definition.yaml")
    for entity in data["entities"]:
        entity["namespace"] = "chinook"
        for field in entity["fields"]:
            if "refEntity" in field:
                field["refEntity"] = f"chinook.{field['refEntity']}"
    return module_of(data)
