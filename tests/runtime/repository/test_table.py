"""Which table an entity has: what repositories, adapters and migrations all read."""

from __future__ import annotations

import pytest

from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.entity.validators import Validator
from coregen_runtime.primitives.words import snake_case
from coregen_runtime.repository.table import Codec, identifier, layout_of, table_of
from tests.runtime.repository.library import BOOK, NOTE, Note


@pytest.mark.parametrize(
    ("name", "expected"),
    [("unitPrice", "unit_price"), ("HTTPServer", "http_server"), ("line2Address", "line2_address"), ("userID", "user_id"), ("a_b", "a_b")],
)
def test_columns_are_named_in_snake_case(name: str, expected: str) -> None:
    assert expected == snake_case(name)


def test_money_has_two_columns_and_a_list_of_references_a_table_of_its_own() -> None:
    """Semantics 8: both directions can be queried."""
    layout = layout_of(BOOK)
    [link] = layout.table.links

    assert ("unit_price_amount", "unit_price_currency") == layout.fields["unitPrice"].columns
    assert () == layout.fields["tags"].columns
    assert ("library_book__tags", "tags") == (link.name, link.key)
    assert ("organization_id", "owner_id", "position") == link.table.primary_key
    assert [("organization_id", "target_id")] == [index.columns for index in link.table.indexes]


def test_switches_decide_which_columns_there_are() -> None:
    """Semantics 9."""
    assert ["id", "organization_id", "text", "meta"] == [column.name for column in table_of(NOTE).columns]
    assert ["meta", "created_at", "updated_at", "deleted_at", "version"] == sorted(
        [column.name for column in table_of(BOOK).columns[-5:]], key=["meta", "created_at", "updated_at", "deleted_at", "version"].index
    )


def test_unique_fields_constraints_references_and_indexed_fields_have_indexes() -> None:
    """Semantics 6: unique among the active rows of an organisation."""
    schema = EntitySchema(
        name="Line",
        namespace="shop",
        fields=[
            FieldSchema(key="sku", type=FieldType.STRING, unique=True, indexed=True),
            FieldSchema(key="code", type=FieldType.STRING, validators=[Validator(name="unique")]),
            FieldSchema(key="order", type=FieldType.REF, ref_entity="Order"),
            FieldSchema(key="price", type=FieldType.MONEY, indexed=True),
        ],
        unique_constraints=[["order", "sku"]],
        indexes=[["sku", "createdAt"]],
    )
    expected = {
        ("organization_id", "sku"): (True, True),
        ("organization_id", "code"): (True, True),
        ("organization_id", "order", "sku"): (True, True),
        ("organization_id", "order"): (False, False),
        ("organization_id", "price_amount", "price_currency"): (False, False),
        ("organization_id", "sku", "created_at"): (False, False),
    }
    without_soft_delete = table_of(schema.model_copy(update={"soft_delete": False}))

    assert expected == {index.columns: (index.unique, index.active_only) for index in table_of(schema).indexes}
    assert not any(index.active_only for index in without_soft_delete.indexes)


def test_a_point_stands_in_an_index_by_its_coordinates_and_in_a_unique_one_as_it_is() -> None:
    place = FieldSchema(key="place", type=FieldType.GEO_POINT, unique=True, indexed=True)
    area = FieldSchema(key="area", type=FieldType.GEO_POLYGON, indexed=True)
    table = table_of(EntitySchema(name="Shop", namespace="m", fields=[place, area], indexes=[["area", "place"]]))

    expected = {"m_shop__place__key": (), "m_shop__place__idx": ("place",), "m_shop__area__idx": (), "m_shop__area__place__idx": ("place",)}

    assert expected == {index.name: index.points for index in table.indexes}
    assert ("place",) == table.points


def test_keys_that_would_share_a_column_get_one_each() -> None:
    keys = ["unitPrice", "unit_price", "UnitPrice", "createdAt_", "price", "priceAmount"]
    types = {"price": FieldType.MONEY}
    schema = EntitySchema(name="X", namespace="m", fields=[FieldSchema(key=key, type=types.get(key, FieldType.STRING)) for key in keys])
    names = [column.name for column in table_of(schema).columns]

    assert len(set(names)) == len(names)


def test_a_name_longer_than_databases_take_is_shortened_and_stays_its_own() -> None:
    long = [f"{'x' * 70}{number}" for number in range(3)]

    assert 3 == len({identifier(name) for name in long})
    assert all(len(identifier(name)) <= 63 for name in long)
    assert "short" == identifier("short")


def test_a_class_of_another_definition_is_refused() -> None:
    with pytest.raises(TypeError, match="title"):
        Codec(BOOK, Note)
