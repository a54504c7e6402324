"""The schema of ordering.Order."""

from __future__ import annotations

from coregen_runtime import EntitySchema, FieldSchema, Validators


def order_schema() -> EntitySchema:
    """The definition of Order, as the registry takes it."""
    return EntitySchema(
        name="Order",
        namespace="ordering",
        id_prefix="ord",
        fields=[
            FieldSchema(
                key="number",
                type="string",
                required=True,
                unique=True,
                validators=[Validators.pattern("^[A-Z0-9-]{1,20}$")],
            ),
            FieldSchema(key="customer", type="ref", ref_entity="identity.User"),
            FieldSchema(
                key="customerName",
                type="string",
                required=True,
                validators=[Validators.max_length(120)],
            ),
            FieldSchema(
                key="customerEmail",
                type="string",
                validators=[Validators.email()],
                sensitive=True,
            ),
            FieldSchema(
                key="total",
                type="money",
                default={"amount": 0, "currency": "EUR"},
            ),
            FieldSchema(key="placedBy", type="string"),
            FieldSchema(
                key="trackingCode",
                type="string",
                validators=[Validators.max_length(60)],
            ),
            FieldSchema(
                key="status",
                type="enum",
                default="draft",
                enum_values=["draft", "placed", "paid", "shipped", "cancelled"],
                indexed=True,
            ),
        ],
    )
