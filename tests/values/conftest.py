"""A module with an entity, a command and an event of each field type, rendered once: a required field `needed`, an optional one `free`."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from coregen.naming import function, pascal_case
from coregen.project import find_project
from coregen_runtime.entity.schema import FieldType
from tests.generator.rendering import texts, write
from tests.values.edges import ENUM_VALUES

TYPES = [str(each) for each in FieldType]
PACKAGE = "value_shop"


def class_of(type: str) -> str:
    """`GeoPointValue` of `geo.point`; the names of Python and the runtime stay free."""
    return f"{'Refs' if type == 'ref[]' else pascal_case(type)}Value"


def _fields(type: str) -> list[dict[str, Any]]:
    kinds: dict[str, dict[str, Any]] = {
        "enum": {"enumValues": list(ENUM_VALUES)},
        "ref": {"refEntity": "StringValue"},
        "ref[]": {"refEntity": "StringValue"},
    }
    more = kinds.get(type, {})
    return [{"key": "needed", "type": type, "required": True, **more}, {"key": "free", "type": type, **more}]


def _definition() -> dict[str, Any]:
    names = {type: class_of(type) for type in TYPES}
    return {
        "id": "values",
        "version": "1.0.0",
        "entities": [{"name": name, "idPrefix": f"v{at}", "fields": _fields(type)} for at, (type, name) in enumerate(names.items())],
        "commands": [{"type": f"values.tell{name}", "payload": _fields(type), "result": _fields(type)} for type, name in names.items()],
        "events": [{"type": f"told.{name}", "payload": _fields(type)} for type, name in names.items()],
        "subscriptions": [{"event": f"values/told.{name}", "handler": f"on_{at}"} for at, name in enumerate(names.values())],
    }


_HANDLERS = """
from coregen_runtime import SystemContext

from . import generated

HEARD = []


def told(name):
    async def tell(command, ctx: SystemContext):
        values = {"needed": command.needed, "free": command.free}
        payload = getattr(generated, f"Told{name}Payload")(**values)
        await ctx.publish(getattr(generated, f"Told{name}")(payload=payload, aggregate_id=ctx.ids.generate()))
        return getattr(generated, f"Tell{name}Result")(**values)

    return tell


async def heard(event, ctx: SystemContext) -> None:
    HEARD.append(event)

"""


@dataclass(frozen=True)
class ValueModule:
    """The rendered module: its package, its handlers and its OpenAPI document. Its names are known once it is rendered, hence Any."""

    package: Any
    handlers: Any
    document: dict[str, Any]

    def model(self, type: str, form: str) -> Any:
        """A generated class by what stands for the type's name: `Create{}`."""
        return getattr(self.package, form.format(class_of(type)))


@pytest.fixture(scope="session")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValueModule]:
    folder = tmp_path_factory.mktemp("values")
    names = [class_of(type) for type in TYPES]
    wired = "\n".join(f"{function(f'tell{name}')} = told({name!r})\non_{at} = heard" for at, name in enumerate(names))
    write(
        folder,
        {
            "pyproject.toml": f'[tool.coregen]\nmodules = ["{PACKAGE}"]\n',
            f"{PACKAGE}/__init__.py": "",
            f"{PACKAGE}/values/definition.json": json.dumps(_definition()),
        },
    )
    project = find_project(folder).project
    assert project is not None
    write(folder, texts(project))
    write(folder, {f"{PACKAGE}/values/handlers.py": _HANDLERS + wired})
    yield _imported(folder)
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


def _imported(folder: Path) -> ValueModule:
    sys.path.insert(0, str(folder))
    try:
        package, handlers = (importlib.import_module(f"{PACKAGE}.values{part}") for part in ("", ".handlers"))
        _ = package.module
    finally:
        sys.path.remove(str(folder))
    return ValueModule(package, handlers, json.loads((folder / PACKAGE / "values/generated/openapi.json").read_text(encoding="utf-8")))
