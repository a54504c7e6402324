"""Stops at a row that does not fit catalog_product.sku any more."""

from __future__ import annotations

from coregen_runtime import CheckRows, Column, Migration, NoteTable, Validators

migration = Migration(
    version=2,
    name="hold_sku_of_product",
    steps=[
        CheckRows(
            table="catalog_product",
            column=Column(
                name="sku",
                type="text",
                key="sku",
                validators=[Validators.max_length(20), Validators.pattern("^[A-Z]")],
            ),
            sql={
                "sqlite": ["SELECT id, sku FROM catalog_product"],
                "postgresql": ["SELECT id, sku FROM catalog_product"],
            },
        ),
        NoteTable(
            table="catalog_product",
            columns=[
                Column(
                    name="sku",
                    type="text",
                    key="sku",
                    validators=[
                        Validators.max_length(20),
                        Validators.pattern("^[A-Z]"),
                    ],
                ),
                Column(
                    name="name",
                    type="text",
                    key="name",
                    validators=[Validators.max_length(80)],
                ),
            ],
        ),
    ],
)
