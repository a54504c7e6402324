"""Names: whatever a definition says becomes an identifier, and two of them never become one."""

from __future__ import annotations

import keyword
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from coregen import naming

KEYS = st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_]{0,12}\Z")
ANYTHING = st.text(max_size=12)


@pytest.mark.parametrize(
    ("key", "attribute"),
    [
        ("unitPrice", "unit_price"),
        ("HTTPServer", "http_server"),
        ("class", "class_"),
        ("json", "json_"),
        ("model_dump", "model_dump_"),
        ("str", "str_"),
        ("_private", "private"),
        ("__", "field"),
        ("_1", "field_1"),
        ("line2Text", "line2_text"),
    ],
)
def test_a_wire_key_becomes_an_attribute(key: str, attribute: str) -> None:
    assert attribute == naming.attribute(key)


@given(KEYS)
def test_an_attribute_is_an_identifier_that_shadows_nothing(key: str) -> None:
    attribute = naming.attribute(key, naming.ENTITY)

    assert attribute.isidentifier() and not keyword.iskeyword(attribute)
    assert not attribute.startswith("_")
    assert attribute not in naming.ENTITY


@given(st.lists(KEYS, unique=True, max_size=8))
def test_two_keys_never_share_an_attribute_even_on_a_case_blind_disk(keys: list[str]) -> None:
    attributes = naming.distinct(keys, naming.attribute, taken=naming.ENTITY)

    assert keys == list(attributes)
    assert len(keys) == len({name.casefold() for name in attributes.values()})
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in attributes.values())


@given(st.lists(ANYTHING, unique=True, max_size=8))
def test_any_strings_become_different_members_of_an_enum(values: list[str]) -> None:
    members = naming.distinct(values, naming.member)

    assert len(values) == len(set(members.values()))
    assert all(member.isidentifier() and not member.startswith("_") for member in members.values())


def test_a_plain_name_keeps_its_own_whatever_stands_before_it() -> None:
    assert {"unitPrice": "unit_price_2", "unit_price": "unit_price"} == naming.distinct(["unitPrice", "unit_price"], naming.attribute)


def test_the_same_names_in_the_same_order_are_numbered_the_same() -> None:
    assert {"a b": "A_B", "a-b": "A_B_2", "a.b": "A_B_3"} == naming.distinct(["a b", "a-b", "a.b"], naming.member)


@given(ANYTHING)
def test_any_type_becomes_a_class_and_a_function(type: str) -> None:
    for name in (naming.class_name(type), naming.function(type)):
        assert name.isidentifier() and not keyword.iskeyword(name)


@pytest.mark.parametrize(
    ("type", "name"),
    [("order.placed", "OrderPlaced"), ("order_item.created", "OrderItemCreated"), ("reprice", "Reprice"), ("text", "Text"), ("none", "None_")],
)
def test_a_type_becomes_a_class(type: str, name: str) -> None:
    assert name == naming.class_name(type)


@pytest.mark.parametrize(("entity", "file"), [("OrderItem", "order_item"), ("Class", "class_"), ("Con", "con_"), ("URL", "url")])
def test_an_entity_becomes_a_file_that_can_be_imported_on_any_system(entity: str, file: str) -> None:
    assert file == naming.file_name(entity)


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("Product", "Products"),
        ("Category", "Categories"),
        ("OrderItem", "OrderItems"),
        ("Day", "Days"),
        ("Address", "Addresses"),
        ("Tax", "Taxes"),
        ("Branch", "Branches"),
        ("Person", "People"),
        ("SalesPerson", "SalesPeople"),
        ("Equipment", "Equipment"),
        ("MediaType", "MediaTypes"),
        ("Analysis", "Analyses"),
        ("URL", "URLs"),
    ],
)
def test_plurals(one: str, many: str) -> None:
    assert many == naming.plural(one)


def test_pydantics_own_attributes_are_all_reserved() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        own = {name for name in dir(BaseModel) if not name.startswith("_")}

    assert set() == own - naming.PYDANTIC
