"""Entities at run time: made, changed, frozen, and honest about every failure."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import pytest
from pydantic import Field, TypeAdapter
from pydantic import ValidationError as PydanticValidationError

from coregen_runtime.entity.generator import IDGenerator, id_type, new_id
from coregen_runtime.entity.types import Boolean, Entity, GeoLineString, GeoPoint, GeoPolygon, Integer, Json, Number, Refs, Text
from coregen_runtime.entity.validators import Validators
from coregen_runtime.errors.base import ValidationError
from coregen_runtime.primitives.model import Model
from coregen_runtime.primitives.money import Money

ThingId: Any = id_type("thing")
TagId: Any = id_type("tag")


class Thing(Entity):
    __entity__: ClassVar[str] = "test.Thing"
    __id_prefix__: ClassVar[str] = "thing"

    id: ThingId
    name: Annotated[Text, Validators.max_length(5)]
    unit_price: Money | None = Field(default=None, validation_alias="unitPrice", serialization_alias="unitPrice")
    tags: Refs[TagId] = ()
    size: Number = 1
    count: Integer = 0
    on_sale: Boolean = Field(default=False, validation_alias="onSale", serialization_alias="onSale")
    extra: Json = None
    place: GeoPoint | None = None
    note: Annotated[Text, Validators.max_length(3), Validators.pattern("^[A-Z]"), Validators.email()] | None = None
    secret: Annotated[Text, Validators.min_length(3)] = Field(default="unset", repr=False)


def test_a_new_entity_has_an_id_of_its_own_and_no_stamps() -> None:
    """Semantics 2: a fresh id; 0 and "" are stamped by the repository."""
    thing = Thing._new({"name": "Lamp"})

    assert ("thing_", True, "", {}) == (thing.id[:6], IDGenerator.is_valid(thing.id), thing.organization_id, thing.meta)


def test_an_id_that_is_given_is_kept() -> None:
    id = new_id("thing")

    assert id == Thing._new({"name": "Lamp", "id": id}).id


def test_an_entity_is_frozen() -> None:
    thing = Thing._new({"name": "Lamp"})

    with pytest.raises(PydanticValidationError, match="frozen"):
        thing.name = "x"


def test_replace_changes_some_and_keeps_the_rest() -> None:
    thing = Thing._new({"name": "Lamp", "unit_price": Money.of("1", "EUR")})
    changed = thing._replace({"name": "Bulb"})

    assert ("Lamp", "Bulb", thing.id, thing.unit_price) == (thing.name, changed.name, changed.id, changed.unit_price)


def test_the_wire_speaks_camel_case_and_comes_back_equal() -> None:
    thing = Thing._new({"name": "Lamp", "unit_price": Money.of("49.90", "EUR"), "tags": [new_id("tag")], "size": 1.5, "extra": {"a": [1, None]}})
    wire = thing.model_dump(mode="json")

    assert {"amount": 4990, "currency": "EUR"} == wire["unitPrice"]
    assert thing == Thing.model_validate_json(thing.model_dump_json())


def test_every_failure_is_told_under_its_wire_name() -> None:
    """Semantics 5: every failure, with path, code, value and sentence."""
    with pytest.raises(ValidationError) as caught:
        Thing._new({"name": "too long", "unit_price": {"amount": 1.5, "currency": "XXX"}, "on_sale": 1, "nope": 1, "place": {"lat": 100, "lng": 0}})

    assert [
        ("name", "MAX_LENGTH", "too long"),
        ("unitPrice.amount", "TYPE", 1.5),
        ("unitPrice.currency", "CURRENCY", "XXX"),
        ("onSale", "TYPE", 1),
        ("place.lat", "TYPE", 100),
        ("nope", "UNKNOWN_FIELD", 1),
    ] == [(failure.path, failure.code, failure.value) for failure in caught.value.failures]


def test_every_validator_of_a_field_is_told() -> None:
    """Semantics 5: every failure, not the first."""
    with pytest.raises(ValidationError) as caught:
        Thing._new({"name": "Lamp", "note": "toolong"})

    assert {"MAX_LENGTH", "PATTERN", "EMAIL"} == {failure.code for failure in caught.value.failures}
    assert {"note"} == {failure.path for failure in caught.value.failures}


def test_wire_names_are_no_names_in_python() -> None:
    with pytest.raises(ValidationError, match="unitPrice"):
        Thing._new({"name": "Lamp", "unitPrice": Money.zero("EUR")})


def test_a_sensitive_value_is_in_no_repr_and_no_error() -> None:
    """Semantics 7."""
    with pytest.raises(ValidationError) as caught:
        Thing._new({"name": "Lamp", "secret": "pw"})
    shown = f"{Thing._new({'name': 'Lamp', 'secret': 'hush-hush'})!r} {caught.value!r} {caught.value} {caught.value.failures}"

    assert ["secret"] == [failure.path for failure in caught.value.failures]
    assert "hush" not in shown
    assert "'pw'" not in shown


def test_a_pydantic_error_of_a_model_shows_no_input() -> None:
    """Semantics 7."""
    with pytest.raises(PydanticValidationError) as caught:
        Thing(id=new_id("thing"), name="Lamp", secret="pw")

    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [(1, 1), (1.0, 1)],
)
def test_one_point_zero_is_an_integer(given: float, kept: int) -> None:
    """Semantics 4: `1.0` is an integer."""
    thing = Thing._new({"name": "Lamp", "count": given})

    assert (kept, int) == (thing.count, type(thing.count))


@pytest.mark.parametrize("size", [float("nan"), float("inf"), 2**53, True, "1", None])
def test_a_number_is_finite_and_exact(size: object) -> None:
    """Semantics 4: finite numbers, integers within ±(2^53−1)."""
    with pytest.raises(ValidationError, match="size"):
        Thing._new({"name": "Lamp", "size": size})


def test_refs_keep_their_order_and_refuse_repeats() -> None:
    """Semantics 8: an ordered list of ids without repeats."""
    first, second = new_id("tag"), new_id("tag")

    assert (second, first) == Thing._new({"name": "Lamp", "tags": [second, first]}).tags
    with pytest.raises(ValidationError, match="twice"):
        Thing._new({"name": "Lamp", "tags": [first, first]})


@pytest.mark.parametrize("value", [object(), {1: 2}, float("nan"), [float("inf")], {"a": {1, 2}}, 2**60])
def test_json_is_what_json_can_carry(value: object) -> None:
    with pytest.raises(ValidationError, match="extra"):
        Thing._new({"name": "Lamp", "extra": value})


def test_json_is_copied_on_the_way_in() -> None:
    given = {"a": [1]}
    thing = Thing._new({"name": "Lamp", "extra": given})
    given["a"].append(2)

    assert {"a": [1]} == thing.extra


def test_json_that_is_nested_too_deeply_is_refused() -> None:
    value: list[Any] = []
    for _ in range(5_000):
        value = [value]

    with pytest.raises(ValidationError, match="less deeply"):
        Thing._new({"name": "Lamp", "extra": value})


def test_a_polygon_is_closed() -> None:
    square: list[Any] = [(0, 0), (1, 0), (1, 1), (0, 0)]

    assert (tuple(square),) == GeoPolygon.of(square).coordinates
    with pytest.raises(PydanticValidationError, match="closed ring"):
        GeoPolygon.of([*square[:3], (0, 1)])
    with pytest.raises(PydanticValidationError, match="4 positions or more"):
        GeoPolygon.of([(0, 0), (1, 1), (0, 0)])


def test_a_line_has_two_positions_or_more() -> None:
    assert 2 == len(GeoLineString.of((0, 0), (1, 1, 30)).coordinates)
    with pytest.raises(PydanticValidationError, match="2 positions or more"):
        GeoLineString.of((0, 0))
    with pytest.raises(PydanticValidationError, match="longitude, latitude"):
        GeoLineString.of((0, 0), (0, 91))


def test_what_one_field_asks_of_a_text_is_not_asked_of_another() -> None:
    """The row types are shared by every model; their schemas are not."""

    class First(Model):
        name: Annotated[Text, Validators.max_length(3)]

    class Second(Model):
        code: Annotated[Text, Validators.pattern("^[A-Z]+$")]

    first, second = First.model_json_schema()["properties"]["name"], Second.model_json_schema()["properties"]["code"]

    assert {"title": "Name", "type": "string", "maxLength": 3} == first
    assert {"title": "Code", "type": "string", "pattern": "^[A-Z]+$"} == second
    assert {"type": "string"} == TypeAdapter(Text).json_schema()
