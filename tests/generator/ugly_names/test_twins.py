"""The registry of a running application makes the generated documents for every ugly name too (architecture: one function behind both)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coregen.naming import class_name, component, entity_classes
from coregen_adapters.app import App
from coregen_runtime.entity.json_schema import Mode
from coregen_runtime.entity.registry import EntitySchemaRegistry
from tests.generator.test_registry_twins import inlined

MODES: tuple[tuple[Mode, str], ...] = (("read", ""), ("create", "Create"), ("update", "Update"))
OWN = re.compile(r"\b(ID|Timestamp|Meta|Money|GeoPoint|GeoPolygon|GeoLineString)\d+\b")
"""What a file calls types of its prelude where an entity has taken their names: there is no such file behind the registry's text."""


async def registry(*modules: Any) -> EntitySchemaRegistry:
    async with App(modules=modules, database="memory://") as app:
        return app.schemas


def differences(generated: Path, package: Any, schemas: EntitySchemaRegistry) -> Iterator[tuple[str, str]]:
    """Where the registry's documents of a module's entities are others than those in its folder."""
    document, forms = (json.loads((generated / name).read_text("utf-8")) for name in ("openapi.json", "forms.json"))
    types = OWN.sub(r"\1", (generated / "types.ts").read_text("utf-8"))
    components = document["components"]["schemas"]
    classes = entity_classes(schema.name for schema in package.module.manifest.entities)
    for schema in package.module.manifest.entities:
        entity, own = schema.qualified_name, classes[schema.name]
        name = schema.name if own == class_name(schema.name) and schema.name in components else component(own)
        for mode, suffix in MODES:
            made = json.loads(json.dumps(inlined(schemas.generate_openapi_schema(entity, mode), document)))
            if inlined(components[f"{name}{suffix}"], document) != made:
                yield entity, mode
        written, form = forms["entities"][schema.name], json.loads(json.dumps(schemas.generate_form_schema(entity)))
        if written["schema"] != {"$schema": written["schema"]["$schema"], **form["schema"]} or written["uiSchema"] != form["uiSchema"]:
            yield entity, "form"
        text = schemas.generate_typescript(entity).replace(f"interface {class_name(schema.name)} ", f"interface {own} ")
        if text not in types:
            yield entity, "typescript"


def test_openapi_form_and_typescript_are_those_that_are_generated(root: Path, shop: Any) -> None:
    packages = {"attic": shop.attic, "cellar": shop.cellar}
    schemas = asyncio.run(registry(*(package.module for package in packages.values())))
    found = [each for folder, package in packages.items() for each in differences(root / "shop" / folder / "generated", package, schemas)]

    assert [] == found
    assert len(schemas.get_all()) > 20


def test_an_interface_is_called_what_its_class_is() -> None:
    """An entity may be called `Issue Type`; an interface of TypeScript may not."""
    assert ["IssueType", "MyEntity", "None_"] == [class_name(name) for name in ("Issue Type", "my-entity", "None")]
