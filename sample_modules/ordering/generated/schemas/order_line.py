"""The schema of ordering.OrderLine."""

from __future__ import annotations

from coregen_runtime import EntitySchema, FieldSchema, Validators


def order_line_schema() -> EntitySchema:
    """The definition of OrderLine, as the registry takes it."""
    return EntitySchema(
        name="OrderLine",
        namespace="ordering",
        id_prefix="line",
        fields=[
            FieldSchema(
                key="order",
                type="ref",
                required=True,
                ref_entity="ordering.Order",
            ),
            FieldSchema(
                key="product",
                type="ref",
                required=True,
                ref_entity="catalog.Product",
            ),
            FieldSchema(
                key="quantity",
                type="number",
                required=True,
                validators=[Validators.integer(), Validators.positive()],
            ),
            FieldSchema(key="unitPrice", type="money", required=True),
        ],
        unique_constraints=[["order", "product"]],
    )
