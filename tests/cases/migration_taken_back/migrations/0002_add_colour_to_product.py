"""Adds catalog_product.colour."""

from __future__ import annotations

from coregen_runtime import AddColumn, AlterTable, Column, Migration

migration = Migration(
    version=2,
    name="add_colour_to_product",
    steps=[
        AlterTable(
            table="catalog_product",
            changes=[AddColumn(column=Column(name="colour", type="text", key="colour"))],
            sql={
                "sqlite": ["ALTER TABLE catalog_product ADD COLUMN colour TEXT"],
                "postgresql": [
                    'ALTER TABLE catalog_product ADD COLUMN colour text COLLATE "C"',
                ],
            },
        ),
    ],
)
