"""The registry of schemas: names, validation, and what is generated at run time."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import MISSING

from coregen_runtime.entity.checks import ValidationContext
from coregen_runtime.entity.generator import new_id
from coregen_runtime.entity.registry import EntitySchemaRegistry
from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.entity.validators import Validators
from coregen_runtime.errors.base import ConflictError, CoreError, NotFoundError, ValidationError
from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.primitives.money import Money


def even(value: object, context: ValidationContext) -> ValidationError | None:
    return None if isinstance(value, int) and value % 2 == 0 else ValidationError.of("", "ODD", "must be even", value)


def first_code() -> str:
    return "AAA-1"


CATEGORY = EntitySchema(name="Category", namespace="catalog", id_prefix="cat", fields=[FieldSchema(key="name", type="string", required=True)])
PRODUCT = EntitySchema(
    name="Product",
    namespace="catalog",
    id_prefix="prod",
    fields=[
        FieldSchema(key="name", type="string", required=True, label="Name", validators=[Validators.min_length(3), Validators.pattern("^[A-Z]")]),
        FieldSchema(key="code", type="string", default=first_code),
        FieldSchema(key="price", type="money", default={"amount": 0, "currency": "EUR"}),
        FieldSchema(key="category", type="ref", ref_entity="Category"),
        FieldSchema(key="tags", type="ref[]", ref_entity="Unknown"),
        FieldSchema(key="until", type="date", validators=[Validators.future()]),
        FieldSchema(key="pairs", type="number", validators=[Validators.custom(even)]),
        FieldSchema(key="status", type="enum", enum_values=["draft", "sold"], default="draft"),
        FieldSchema(key="pin", type="string", sensitive=True, validators=[Validators.min_length(4)]),
        FieldSchema(key="title", type="string", computed="tests.some:title"),
    ],
)


@pytest.fixture
def registry() -> EntitySchemaRegistry:
    made = EntitySchemaRegistry(FrozenClock(1_000))
    made.register(CATEGORY)
    made.register(PRODUCT)
    return made


def found(registry: EntitySchemaRegistry, data: object, **options: Any) -> list[tuple[str, str]]:
    return [(failure.path, failure.code) for failure in registry.validate("Product", data, **options).failures]


def test_a_bare_name_finds_the_only_entity_of_that_name(registry: EntitySchemaRegistry) -> None:
    assert PRODUCT is registry.get("Product")
    assert PRODUCT is registry.get("catalog.Product")


def test_an_ambiguous_name_lists_the_candidates(registry: EntitySchemaRegistry) -> None:
    registry.register(EntitySchema(name="Product", namespace="archive", fields=[]))

    with pytest.raises(CoreError, match=r"archive\.Product, catalog\.Product"):
        registry.get("Product")


def test_an_unknown_name_brings_the_nearest(registry: EntitySchemaRegistry) -> None:
    with pytest.raises(NotFoundError, match='did you mean "Product"'):
        registry.get("Produkt")


def test_a_name_is_registered_once(registry: EntitySchemaRegistry) -> None:
    with pytest.raises(ConflictError, match=r"catalog\.Product"):
        registry.register(PRODUCT)


def test_schemas_are_listed_by_module(registry: EntitySchemaRegistry) -> None:
    registry.register(EntitySchema(name="User", namespace="identity", fields=[]))

    assert (CATEGORY, PRODUCT) == registry.get_all("catalog")
    assert 3 == len(registry.get_all())


def test_every_failure_is_reported(registry: EntitySchemaRegistry) -> None:
    """Semantics 5: every failure, not the first, two of one field included."""
    data = {"name": "a", "category": new_id("prod"), "nope": 1, "title": "x", "status": "gone", "pairs": 3, "until": 999}

    assert [
        ("name", "MIN_LENGTH"),
        ("name", "PATTERN"),
        ("category", "ID"),
        ("until", "FUTURE"),
        ("pairs", "ODD"),
        ("status", "ENUM"),
        ("nope", "UNKNOWN_FIELD"),
        ("title", "READ_ONLY"),
    ] == found(registry, data)


def test_a_creation_needs_what_is_required_and_gets_the_defaults(registry: EntitySchemaRegistry) -> None:
    outcome = registry.validate("Product", {"name": "Lamp"})

    assert [("name", "REQUIRED")] == found(registry, {})
    assert ("AAA-1", Money(0, "EUR"), "draft", (), None) == tuple(outcome.value[key] for key in ("code", "price", "status", "tags", "category"))


def test_an_update_tells_left_out_from_null(registry: EntitySchemaRegistry) -> None:
    """Semantics 4: `MISSING` is left out, null is a value."""
    assert [] == found(registry, {"category": None, "name": MISSING}, mode="update")
    assert [("name", "TYPE")] == found(registry, {"name": None}, mode="update")
    assert {"category": None} == registry.validate("Product", {"category": None}, mode="update").value


def test_what_is_stored_has_the_fields_of_the_system(registry: EntitySchemaRegistry) -> None:
    stored = {"id": new_id("prod"), "organizationId": "org", "name": "Lamp", "version": 1, "createdAt": 5, "deletedAt": None, "meta": {"a": 1}}

    assert [] == found(registry, stored, mode="stored")
    assert [("id", "ID"), ("version", "TYPE")] == found(registry, {**stored, "id": new_id("cat"), "version": 0.5}, mode="stored")
    assert ("id", "UNKNOWN_FIELD") in found(registry, stored)


def test_switches_remove_the_fields_they_control() -> None:
    """Semantics 9."""
    registry = EntitySchemaRegistry()
    registry.register(EntitySchema(name="Plain", namespace="x", soft_delete=False, timestamps=False, versioned=False, fields=[]))

    assert ["id", "organizationId", "meta"] == list(registry.generate_openapi_schema("Plain")["properties"])


def test_a_sensitive_value_is_redacted(registry: EntitySchemaRegistry) -> None:
    """Semantics 7."""
    outcome = registry.validate("Product", {"name": "Lamp", "pin": "123"})

    assert [("pin", "MIN_LENGTH", "[redacted]")] == [(failure.path, failure.code, failure.value) for failure in outcome.failures]
    with pytest.raises(ValidationError) as caught:
        outcome.unwrap()
    assert "123" not in str(caught.value)


def test_the_context_reaches_the_validators(registry: EntitySchemaRegistry) -> None:
    context = ValidationContext({}, now=2_000)

    assert [] == found(registry, {"name": "Lamp", "until": 1_500})
    assert [("until", "FUTURE")] == found(registry, {"name": "Lamp", "until": 1_500}, context=context)


def test_data_that_is_no_object_is_refused(registry: EntitySchemaRegistry) -> None:
    assert [("", "TYPE")] == found(registry, [])


def test_what_json_schema_cannot_say_is_named(registry: EntitySchemaRegistry) -> None:
    """Semantics 4: an `x-` key names what the repository enforces."""
    properties = registry.generate_openapi_schema("Product", "create")["properties"]

    assert True is properties["until"]["x-future"]
    assert properties["pairs"]["x-custom"].endswith(":even")


def test_what_is_read_holds_computed_fields_and_no_sensitive_ones(registry: EntitySchemaRegistry) -> None:
    """Semantics 7 and 8."""
    read, create = registry.generate_openapi_schema("Product"), registry.generate_openapi_schema("Product", "create")

    assert True is read["properties"]["title"]["readOnly"]
    assert "pin" not in read["properties"]
    assert ("title" in create["properties"], "pin" in create["properties"]) == (False, True)


def test_typescript_is_an_interface_in_wire_names(registry: EntitySchemaRegistry) -> None:
    text = registry.generate_typescript("Product")

    assert "export interface Product {" in text
    assert '  status: "draft" | "sold";' in text
    assert "  category?: ID | null;" in text
    assert "pin" not in text


def test_a_form_has_its_schema_and_its_widgets(registry: EntitySchemaRegistry) -> None:
    form = registry.generate_form_schema("Product")

    assert ("password", "select") == (form["uiSchema"]["pin"]["ui:widget"], form["uiSchema"]["status"]["ui:widget"])
    assert form["uiSchema"]["title"]["ui:readonly"] is True
    assert ["name"] == form["schema"]["required"]
