"""The schema of inventory.StockItem."""

from __future__ import annotations

from coregen_runtime import EntityHooks, EntitySchema, FieldSchema, Validators


def stock_item_schema() -> EntitySchema:
    """The definition of StockItem, as the registry takes it."""
    return EntitySchema(
        name="StockItem",
        namespace="inventory",
        description="What lies of a product at one location.",
        id_prefix="stock",
        fields=[
            FieldSchema(
                key="product",
                type="ref",
                required=True,
                ref_entity="catalog.Product",
            ),
            FieldSchema(
                key="location",
                type="string",
                required=True,
                validators=[Validators.pattern("^[A-Z][A-Z0-9-]{0,19}$")],
            ),
            FieldSchema(
                key="onHand",
                type="number",
                label="On hand",
                default=0,
                validators=[Validators.integer(), Validators.min(0)],
            ),
            FieldSchema(
                key="reserved",
                type="number",
                description="Of those on hand, how many are kept for orders.",
                default=0,
                validators=[Validators.integer(), Validators.min(0)],
            ),
            FieldSchema(
                key="reorderPoint",
                type="number",
                label="Reorder point",
                description="Fewer available than this is low.",
                default=0,
                validators=[Validators.integer(), Validators.min(0)],
            ),
            FieldSchema(
                key="available",
                type="number",
                description="The units on hand that are kept for nobody.",
                validators=[Validators.integer()],
                computed="sample_modules.inventory.rules:available",
            ),
        ],
        unique_constraints=[["product", "location"]],
        hooks=EntityHooks(
            before_save="sample_modules.inventory.rules:keep_reserved_on_hand",
        ),
    )
