"""Recipes: factories give valid, distinct values, strategies all of them, and both say what they cannot find."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from coregen_runtime.entity.examples import NoExample
from coregen_runtime.entity.generator import id_type
from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.entity.types import Date, Entity, Integer, Text, Timestamp
from coregen_runtime.entity.validators import Validators
from coregen_runtime.errors.base import ValidationError
from coregen_runtime.primitives.model import Model
from coregen_runtime.primitives.money import Money
from coregen_runtime.testing import Recipe

PLACE = "tests.runtime.testing.functions"


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Lamp(Entity):
    __entity__: ClassVar[str] = "shop.Lamp"
    __id_prefix__: ClassVar[str] = "lamp"

    id: id_type("lamp")  # type: ignore[valid-type]  # a class made at run time
    name: Annotated[Text, Validators.max_length(20)]
    unit_price: Money = Field(validation_alias="unitPrice", serialization_alias="unitPrice")
    size: Size
    watts: Annotated[Integer, Validators.custom(f"{PLACE}:even")]
    made: Annotated[Date, Validators.past()]
    note: Text | None = None
    created_at: Timestamp = Field(default=0, validation_alias="createdAt", serialization_alias="createdAt")
    updated_at: Timestamp = Field(default=0, validation_alias="updatedAt", serialization_alias="updatedAt")
    deleted_at: Timestamp | None = Field(default=None, validation_alias="deletedAt", serialization_alias="deletedAt")
    version: int = 0


def lamp_schema() -> EntitySchema:
    return EntitySchema(
        name="Lamp",
        namespace="shop",
        id_prefix="lamp",
        fields=[
            FieldSchema(key="name", type="string", required=True, validators=[Validators.max_length(20)]),
            FieldSchema(key="unitPrice", type="money", required=True),
            FieldSchema(key="size", type="enum", enum_values=["small", "large"], required=True, unique=True),
            FieldSchema(key="watts", type="number", required=True, validators=[Validators.integer(), Validators.custom(f"{PLACE}:even")]),
            FieldSchema(key="made", type="date", required=True, validators=[Validators.past()]),
            FieldSchema(key="note", type="string"),
        ],
    )


def lamps() -> Recipe[Lamp]:
    return Recipe(Lamp, lamp_schema)


class Limited(Model):
    limit: Annotated[Integer, Validators.min(0), Validators.max(9)]
    value: Annotated[Integer, Validators.min(0), Validators.max(9), Validators.custom(f"{PLACE}:below_its_limit")]


class Unliked(Model):
    value: Annotated[Integer, Validators.custom(f"{PLACE}:never")]


def test_what_is_made_is_distinct_and_what_may_be_left_out_is() -> None:
    recipe = lamps()
    made = [recipe.make({}) for _ in range(50)]

    assert 50 == len({lamp.name for lamp in made}) == len({lamp.unit_price for lamp in made}) == len({lamp.id for lamp in made})
    assert [(None, 0, "")] * 50 == [(lamp.note, lamp.version, lamp.organization_id) for lamp in made]


def test_a_unique_choice_goes_round() -> None:
    recipe = lamps()

    assert [Size.SMALL, Size.LARGE, Size.SMALL] == [recipe.make({}).size for _ in range(3)]


def test_two_recipes_of_one_model_make_the_same_values() -> None:
    first, second = ([lamp.name for lamp in (recipe.make({}), recipe.make({}))] for recipe in (lamps(), lamps()))

    assert first == second


def test_what_a_function_of_the_definition_refuses_is_not_made() -> None:
    recipe = lamps()

    assert 20 == len({recipe.make({}).watts for _ in range(20)})
    assert [] == [lamp.watts for lamp in (recipe.make({}) for _ in range(20)) if lamp.watts % 2]


def test_what_is_given_stands_under_its_attribute() -> None:
    lamp = lamps().make({"unit_price": Money.of(3, "EUR"), "watts": 7})

    assert (Money(300, "EUR"), 7) == (lamp.unit_price, lamp.watts)


def test_a_name_that_is_no_attribute_is_a_type_error() -> None:
    with pytest.raises(TypeError, match=r"shop\.Lamp has no unitPrice"):
        lamps().make({"unitPrice": Money.of(3, "EUR")})


def test_a_value_that_is_none_of_its_field_is_a_validation_error() -> None:
    with pytest.raises(ValidationError, match="name"):
        lamps().make({"name": "x" * 21})


@pytest.mark.parametrize("way", ["make", "any"])
def test_where_nothing_passes_it_is_said_which_field_and_which_function(way: str) -> None:
    with pytest.raises(NoExample, match=rf"Unliked\.value: none of 100 values passes custom {PLACE}:never; give a value that does"):
        if way == "make":
            Recipe(Unliked).make({})
        else:

            @given(Recipe(Unliked).any({}))
            def draw(value: object) -> None:
                raise AssertionError(value)

            draw()


def test_a_field_without_a_strategy_is_named() -> None:
    class Odd(Model):
        spec: Annotated[Any, Field(json_schema_extra={"if": True})]

    recipe = Recipe(Odd)

    with pytest.raises(NoExample, match=r"no strategy is known for Odd\.spec"):
        recipe.any({})
    with pytest.raises(NoExample, match=r"no example of Odd\.spec was found"):
        recipe.make({})
    assert 3 == recipe.make({"spec": 3}).spec


LAMPS = lamps().any({"note": "kept"})


@given(LAMPS)
def test_what_is_drawn_passes_everything_and_holds_what_was_given(lamp: Lamp) -> None:
    assert "kept" == lamp.note
    assert 0 == lamp.watts % 2
    assert ("", 0, 0, {}) == (lamp.organization_id, lamp.created_at, lamp.version, lamp.meta)


@given(Recipe(Limited).any({}))
def test_a_function_sees_the_other_values(drawn: Limited) -> None:
    assert drawn.value <= drawn.limit


@given(st.data())
def test_unasked_draws_what_only_a_function_refuses(data: st.DataObject) -> None:
    assert isinstance(data.draw(Recipe(Unliked).unasked({})).value, int)
