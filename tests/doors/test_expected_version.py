"""`expectedVersion`: an integer from 1 on, as JSON has integers, or null; one verdict of the message, of OpenAPI and of the form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from coregen_adapters.app import App
from coregen_runtime import ConflictError, Money, Request
from sample_modules import catalog
from tests.doors.test_four_doors import takes

ID = "prod_01ARZ3NDEKTSV4RRFFQ69G5FAV"
MESSAGES = (catalog.UpdateProduct, catalog.DeleteProduct, catalog.RestoreProduct, catalog.TransitionProduct)
GOOD: tuple[Any, ...] = (1, 2, 1.0, 2.0, 2**53 - 1, None)
BAD: tuple[Any, ...] = (0, -1, 0.0, 1.5, 2**53, "1", True, [], {}, 1e300)
VERDICTS: tuple[tuple[Any, bool], ...] = (
    *((value, True) for value in GOOD),
    *((value, False) for value in BAD),
)


@pytest.fixture(scope="module")
def generated(project_root: Path) -> dict[str, Any]:
    home = project_root / "sample_modules" / "catalog" / "generated"
    return {name: json.loads((home / f"{name}.json").read_text("utf-8")) for name in ("openapi", "forms")}


def schemas(generated: dict[str, Any]) -> dict[str, Any]:
    """Everywhere that a document says what `expectedVersion` is."""
    components = generated["openapi"]["components"]
    found = {
        name: schema["properties"]["expectedVersion"]
        for name, schema in components["schemas"].items()
        if "expectedVersion" in str(schema.get("properties"))
    }
    machines = [form["schema"]["properties"] for group in generated["forms"].values() if isinstance(group, dict) for form in group.values()]
    found |= {f"form {number}": each["expectedVersion"] for number, each in enumerate(machines) if "expectedVersion" in each}
    return {"parameter": components["parameters"]["expectedVersion"]["schema"], **found}


@pytest.mark.parametrize(("value", "good"), VERDICTS, ids=lambda each: repr(each)[:20])
def test_each_door_says_the_same(value: Any, good: bool, generated: dict[str, Any]) -> None:
    """Semantics 4: message, body and form agree. A parameter of a route is a text, and null there is to leave it out."""
    required: dict[Any, dict[str, Any]] = {catalog.TransitionProduct: {"event": "publish"}}
    for message in MESSAGES:
        assert good is takes(message, {"id": ID, **required.get(message, {}), "expectedVersion": value}), message.__name__
    told = schemas(generated)

    assert ["TransitionProduct", "form", "parameter"] == sorted(name.partition(" ")[0] for name in told)
    for name, schema in told.items():
        expected = good and not (name == "parameter" and value is None)

        assert expected is bool(Draft202012Validator(schema).is_valid(value)), name


async def test_the_version_is_compared_as_a_number(tmp_path: Path) -> None:
    """Semantics 22: `1.0` is version 1; another version is a conflict."""
    async with App(modules=[catalog.module], database=f"sqlite:///{tmp_path}/versions.db") as app:
        ctx = app.context(organization="org_1", actor="ann")
        made = await ctx.dispatch(catalog.CreateProduct(name="Lamp", sku="LMP-1", price=Money(amount=1, currency="EUR")))
        change = {"id": made.id, "name": "Lamps", "expectedVersion": 1.0}
        changed = await ctx.dispatch(Request(type="catalog.updateProduct", payload=change))
        with pytest.raises(ConflictError):
            await ctx.dispatch(Request(type="catalog.updateProduct", payload=change))

    assert (2, "Lamps") == (changed.version, changed.name)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"page": 1.0, "limit": 50.0}, ""),
        ({"limit": 500}, ""),
        ({"limit": 501}, "MAX"),
        ({"limit": 0}, "MIN"),
        ({"page": 0}, "MIN"),
        ({"page": 1.5}, "TYPE"),
        ({"page": "1"}, "TYPE"),
        ({"limit": True}, "TYPE"),
    ],
    ids=str,
)
def test_pages_are_counted_as_the_parameters_of_the_route_say(payload: dict[str, Any], code: str, generated: dict[str, Any]) -> None:
    """Semantics 4: of `page` and `limit` too, message and OpenAPI take and refuse the same."""
    parameters = generated["openapi"]["components"]["parameters"]

    assert (code == "") is takes(catalog.ListProducts, payload)
    assert (code == "") is all(Draft202012Validator(parameters[name]["schema"]).is_valid(value) for name, value in payload.items())
