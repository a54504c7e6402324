"""Moves values of catalog_product.status: draft becomes open; stops at a row that does not fit catalog_product.status any more."""

from __future__ import annotations

from coregen_runtime import ChangeRows, CheckRows, Column, Migration, NoteTable

migration = Migration(
    version=2,
    name="hold_status_of_product",
    steps=[
        ChangeRows(
            summary="moves values of catalog_product.status: draft becomes open",
            sql={
                "sqlite": [
                    "UPDATE catalog_product SET status = CASE status WHEN 'draft' THEN 'open' END WHERE status IN ('draft')",
                ],
                "postgresql": [
                    "ALTER TABLE catalog_product NO FORCE ROW LEVEL SECURITY",
                    "UPDATE catalog_product SET status = CASE status WHEN 'draft' THEN 'open' END WHERE status IN ('draft')",
                    "ALTER TABLE catalog_product FORCE ROW LEVEL SECURITY",
                ],
            },
        ),
        CheckRows(
            table="catalog_product",
            column=Column(
                name="status",
                type="text",
                key="status",
                values=["open", "done"],
            ),
            sql={
                "sqlite": ["SELECT id, status FROM catalog_product"],
                "postgresql": ["SELECT id, status FROM catalog_product"],
            },
        ),
        NoteTable(
            table="catalog_product",
            columns=[
                Column(
                    name="status",
                    type="text",
                    key="status",
                    values=["open", "done"],
                ),
            ],
        ),
    ],
)
