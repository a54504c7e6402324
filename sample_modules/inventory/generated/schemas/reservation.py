"""The schema of inventory.Reservation."""

from __future__ import annotations

from coregen_runtime import EntitySchema, FieldSchema, Validators


def reservation_schema() -> EntitySchema:
    """The definition of Reservation, as the registry takes it."""
    return EntitySchema(
        name="Reservation",
        namespace="inventory",
        description="Units of a stock item that are kept for an order.",
        id_prefix="res",
        fields=[
            FieldSchema(
                key="order",
                type="ref",
                required=True,
                ref_entity="ordering.Order",
            ),
            FieldSchema(
                key="item",
                type="ref",
                required=True,
                ref_entity="inventory.StockItem",
            ),
            FieldSchema(
                key="quantity",
                type="number",
                required=True,
                validators=[Validators.integer(), Validators.positive()],
            ),
            FieldSchema(
                key="status",
                type="enum",
                default="held",
                enum_values=["held", "released", "consumed"],
                indexed=True,
            ),
        ],
        unique_constraints=[["order", "item"]],
    )
