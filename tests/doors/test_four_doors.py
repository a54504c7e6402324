"""One verdict at four doors: the generated model, the registry, `openapi.json` and `forms.json`; the last two judged by ajv in Node.

Documents are drawn from a seed, which is printed: `COREGEN_DOORS_SEED=7` draws the same again, `COREGEN_DOORS_CASES` says how many.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import ValidationError as PydanticValidationError

from coregen.project import find_project
from coregen_runtime.entity.registry import EntitySchemaRegistry
from coregen_runtime.errors.base import ValidationFailure
from coregen_runtime.primitives.patterns import portable
from tests.conftest import PROFILE
from tests.doors.definition import CHECKS, definition, entity_name
from tests.doors.drawing import Drawing
from tests.generator.rendering import texts, write
from tests.node.ajv import Ajv, ajv

PACKAGE = "doors_shop"
CASES = int(os.environ.get("COREGEN_DOORS_CASES") or (100_000 if PROFILE == "nightly" else 5_000))
SEED = int(os.environ["COREGEN_DOORS_SEED"])
BATCH = 5_000
NOW = 1_767_225_600_000


class StoppedClock:
    def now(self) -> int:
        return NOW


@dataclass(frozen=True)
class Doors:
    """The rendered module, behind each door, by the entity's name."""

    models: Mapping[str, Any]
    registry: EntitySchemaRegistry
    openapi: Mapping[str, Any]
    forms: Mapping[str, Any]
    fields: Mapping[str, Mapping[str, Mapping[str, Any]]]
    ajv: Ajv


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    folder, declared = tmp_path_factory.mktemp("doors"), definition()
    files = {f"{PACKAGE}/__init__.py": "", f"{PACKAGE}/checks.py": CHECKS, f"{PACKAGE}/doors/definition.json": json.dumps(declared)}
    write(folder, {"pyproject.toml": f'[tool.coregen]\nmodules = ["{PACKAGE}"]\n', **files})
    project = find_project(folder).project
    assert project is not None
    write(folder, texts(project))
    sys.path.insert(0, str(folder))
    try:
        package = importlib.import_module(f"{PACKAGE}.doors")
        registry = EntitySchemaRegistry(StoppedClock())
        machines = {machine["entityType"]: machine.get("field", "status") for machine in declared["fsms"]}
        for schema in package.module.manifest.entities:
            registry.register(schema, [machines[schema.name]] if schema.name in machines else ())
        generated = folder / PACKAGE / "doors" / "generated"
        openapi, forms = (json.loads((generated / name).read_text("utf-8")) for name in ("openapi.json", "forms.json"))
        models = {
            f"{each['name']}{part}": getattr(package, f"{each['name']}{part}") for each in declared["entities"] for part in ("", "Create", "Update")
        }
        fields = {each["name"]: {field["key"]: field for field in each["fields"] if "computed" not in field} for each in declared["entities"]}
        with ajv() as node:
            node.learn({f"openapi {name}": _component(openapi, name) for name in openapi["components"]["schemas"]})
            node.learn({f"form {name}": form["schema"] for name, form in forms["entities"].items()})
            yield Doors(models, registry, openapi, forms["entities"], fields, node)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
            del sys.modules[name]


def _component(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


def takes(model: Any, document: object) -> bool:
    try:
        model.model_validate(document, by_alias=True, by_name=False)
    except PydanticValidationError:
        return False
    return True


def named_in(failure: ValidationFailure) -> str | None:
    """The key by which a JSON Schema names what it cannot say of this failure; None where it has to say it."""
    named = {"FUTURE": "x-future", "PAST": "x-past", "ODD": "x-custom", "CUSTOM": "x-custom", "READ_ONLY": "readOnly"}
    if failure.code == "PATTERN" and portable(failure.message.removeprefix("must match ")) is None:
        return "x-pattern"
    if failure.code == "GEOMETRY" and failure.message.startswith("must be a closed ring"):
        return "x-closed"
    return named.get(failure.code)


IN_CONTEXT = {"x-future", "x-past", "x-custom"}
"""What the model leaves to those who know the time and the whole entity."""


@dataclass(frozen=True)
class Case:
    """A document that was judged in Python, and what each schema has to say to it."""

    entity: str
    mode: str
    document: Any
    failures: tuple[ValidationFailure, ...]
    told: Mapping[str, bool]


def judged(doors: Doors, drawing: Drawing) -> Case:
    """A document, judged by the registry and by the model; they must agree."""
    entity = drawing.pick(sorted(doors.fields))
    mode = drawing.pick(("create", "create", "update", "stored"))
    document: Any = drawing.document(doors.fields[entity], 0.3 if mode == "update" else 0.6)
    if mode == "stored":
        document = {**_system(doors, entity, drawing), **{key: None for key in doors.fields[entity]}, **_defaults(doors, entity), **document}
    elif drawing.chance(0.005):
        document = drawing.anything()
    result = doors.registry.validate(entity, document, mode=mode)
    named = [named_in(each) for each in result.failures]
    model = doors.models[f"{entity}{'' if mode == 'stored' else mode.capitalize()}"]

    assert takes(model, document) is all(each in IN_CONTEXT for each in named), (SEED, entity, mode, document, result.failures)
    told = {} if mode == "stored" else {f"openapi {entity}{mode.capitalize()}": all(each not in (None, "readOnly") for each in named)}
    if mode == "create":
        told[f"form {entity}"] = all(_in_form(doors, entity, each) for each in result.failures)
    if mode == "stored" and not any(field.get("sensitive") for field in doors.fields[entity].values()):
        told[f"openapi {entity}"] = None not in named
    return Case(entity, mode, document, result.failures, told)


def _in_form(doors: Doors, entity: str, failure: ValidationFailure) -> bool:
    """Whether a form names it; it shows a computed field, which nobody can change there, and has none that a machine owns."""
    named = named_in(failure)
    return named is not None and (named != "readOnly" or "readOnly" in doors.forms[entity]["schema"]["properties"].get(failure.path, {}))


def _system(doors: Doors, entity: str, drawing: Drawing) -> dict[str, Any]:
    prefix = doors.registry.get(entity).id_prefix
    good = {
        "id": f"{prefix}_01ARZ3NDEKTSV4RRFFQ69G5FAV" if prefix else "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "organizationId": "org_1",
        "createdAt": NOW,
        "updatedAt": NOW,
        "deletedAt": None,
        "version": 3,
        "meta": {"a": 1, "b": None, "c": "x", "d": False},
    }
    there = {key: value for key, value in good.items() if key in doors.openapi["components"]["schemas"][entity]["properties"]}
    if drawing.chance(0.3):
        there[drawing.pick(sorted(there))] = drawing.anything()
    return there


def _defaults(doors: Doors, entity: str) -> dict[str, Any]:
    found = {field.key: field.default for field in doors.registry.get(entity).fields if field.computed is None and field.default is not None}
    return {key: value if isinstance(value, str | int | float | bool | list | dict) else "made" for key, value in found.items()} | {
        key: [] for key, field in doors.fields[entity].items() if field["type"] == "ref[]"
    }


def test_random_documents_get_one_verdict_at_every_door(doors: Doors) -> None:
    """Semantics 4: the same JSON value is accepted or rejected by model, registry, OpenAPI and form together.

    A schema accepts exactly what Python takes, and what Python refuses for reasons alone that an `x-` key names.
    """
    drawing, accepted, asked = Drawing(SEED), 0, 0
    for start in range(0, CASES, BATCH):
        cases = [judged(doors, drawing) for _ in range(min(BATCH, CASES - start))]
        values = [(schema, case.document, expected, case) for case in cases for schema, expected in case.told.items()]
        verdicts = doors.ajv.judge([(schema, document) for schema, document, _, _ in values])
        wrong = [
            (SEED, schema, document, case.failures)
            for (schema, document, expected, case), said in zip(values, verdicts, strict=True)
            if said is not expected
        ]
        accepted += sum(verdicts)
        asked += len(verdicts)

        assert [] == wrong[:5]
    assert 0.15 * asked < accepted < 0.85 * asked, "the documents are too easy, or too hard"


@pytest.mark.parametrize(
    ("variant", "key"),
    [("later", "x-future"), ("before", "x-past"), ("even", "x-custom"), ("owed", "x-custom"), ("letters", "x-pattern"), ("ref", "x-refExists")],
)
def test_what_a_schema_cannot_say_it_names(doors: Doors, variant: str, key: str) -> None:
    """Semantics 4: what JSON Schema cannot say stands in an `x-` key, in every field of OpenAPI and form."""
    name = entity_name(variant)
    schemas = (
        doors.openapi["components"]["schemas"][f"{name}Create"],
        doors.openapi["components"]["schemas"][f"{name}Update"],
        doors.forms[name]["schema"],
    )

    assert [4, 4, 4] == [json.dumps(schema["properties"]).count(f'"{key}"') for schema in schemas]


def test_an_unclosed_ring_is_named(doors: Doors) -> None:
    """Semantics 4: a ring's last position is its first; JSON Schema compares no two places, and says so by `x-closed`."""
    assert '"x-closed": true' in json.dumps(doors.openapi["components"]["schemas"])
    assert '"x-closed": true' in json.dumps(doors.forms["PolygonV"]["schema"])
