"""What the registry of a running application makes is what the generated files hold: one function behind both (architecture)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from coregen_adapters.app import App
from coregen_runtime.entity.json_schema import Mode
from coregen_runtime.entity.registry import EntitySchemaRegistry
from sample_modules import catalog, identity, inventory, ledger, ordering

SAMPLES = (catalog, identity, inventory, ledger, ordering)


def inlined(value: Any, document: Mapping[str, Any]) -> Any:
    """A schema with what it refers to in the place of each reference, and without the notes that a document adds of its own."""
    if isinstance(value, list):
        return [inlined(each, document) for each in value]
    if not isinstance(value, dict):
        return value
    target = value.get("$ref")
    if isinstance(target, str) and target.startswith("#/components/schemas/"):
        found = inlined(document["components"]["schemas"][target.rpartition("/")[2]], document)
        return {**found, **{key: inlined(inner, document) for key, inner in value.items() if key != "$ref"}}
    return {key: inlined(inner, document) for key, inner in value.items() if key not in ("examples", "x-labels", "x-colors")}


@pytest.fixture(scope="module")
def schemas() -> EntitySchemaRegistry:
    """The registry of an application of all samples."""

    async def booted() -> EntitySchemaRegistry:
        async with App(modules=[sample.module for sample in SAMPLES], database="memory://") as app:
            return app.schemas

    return asyncio.run(booted())


ENTITIES = [(sample, schema.qualified_name) for sample in SAMPLES for schema in sample.module.manifest.entities]


def generated(sample: Any, name: str, project_root: Path) -> Any:
    text = (project_root / "sample_modules" / sample.module.manifest.id / "generated" / name).read_text("utf-8")
    return json.loads(text) if name.endswith(".json") else text


@pytest.mark.parametrize(("sample", "entity"), ENTITIES, ids=[entity for _, entity in ENTITIES])
def test_openapi_form_and_typescript_of_the_registry_are_those_that_are_generated(
    sample: Any, entity: str, schemas: EntitySchemaRegistry, project_root: Path
) -> None:
    document, forms = generated(sample, "openapi.json", project_root), generated(sample, "forms.json", project_root)
    name = entity.rpartition(".")[2]
    form = forms["entities"][name]
    made = schemas.generate_form_schema(entity)

    modes: tuple[tuple[Mode, str], ...] = (("read", ""), ("create", "Create"), ("update", "Update"))
    for mode, suffix in modes:
        written = inlined(document["components"]["schemas"][f"{name}{suffix}"], document)

        assert written == json.loads(json.dumps(inlined(schemas.generate_openapi_schema(entity, mode), document))), mode
    assert form["schema"] == {"$schema": form["schema"]["$schema"], **json.loads(json.dumps(made["schema"]))}
    assert form["uiSchema"] == json.loads(json.dumps(made["uiSchema"]))
    assert schemas.generate_typescript(entity) in generated(sample, "types.ts", project_root)
