"""Renames catalog_product.height to coregen_aside; renames catalog_product.width to height; renames catalog_product.coregen_aside to width."""

from __future__ import annotations

from coregen_runtime import Column, Migration, NoteTable, RenameColumn

migration = Migration(
    version=2,
    name="change_product",
    steps=[
        RenameColumn(
            table="catalog_product",
            column="height",
            to="coregen_aside",
            sql={
                "sqlite": [
                    "ALTER TABLE catalog_product RENAME COLUMN height TO coregen_aside",
                ],
                "postgresql": [
                    "ALTER TABLE catalog_product RENAME height TO coregen_aside",
                ],
            },
        ),
        RenameColumn(
            table="catalog_product",
            column="width",
            to="height",
            sql={
                "sqlite": ["ALTER TABLE catalog_product RENAME COLUMN width TO height"],
                "postgresql": ["ALTER TABLE catalog_product RENAME width TO height"],
            },
        ),
        RenameColumn(
            table="catalog_product",
            column="coregen_aside",
            to="width",
            sql={
                "sqlite": [
                    "ALTER TABLE catalog_product RENAME COLUMN coregen_aside TO width",
                ],
                "postgresql": [
                    "ALTER TABLE catalog_product RENAME coregen_aside TO width",
                ],
            },
        ),
        NoteTable(
            table="catalog_product",
            columns=[
                Column(name="width", type="number", key="width", renamed_from="height"),
                Column(
                    name="height",
                    type="number",
                    key="height",
                    renamed_from="width",
                ),
            ],
        ),
    ],
)
