"""Renames catalog_product to catalog_article; renames catalog_article.name to label."""

from __future__ import annotations

from coregen_runtime import (
    Column,
    Migration,
    NoteTable,
    RenameColumn,
    RenameIndex,
    RenameTable,
)

migration = Migration(
    version=2,
    name="change_article",
    steps=[
        RenameTable(
            table="catalog_product",
            to="catalog_article",
            sql={
                "sqlite": ["ALTER TABLE catalog_product RENAME TO catalog_article"],
                "postgresql": ["ALTER TABLE catalog_product RENAME TO catalog_article"],
            },
        ),
        RenameColumn(
            table="catalog_article",
            column="name",
            to="label",
            sql={
                "sqlite": ["ALTER TABLE catalog_article RENAME COLUMN name TO label"],
                "postgresql": ["ALTER TABLE catalog_article RENAME name TO label"],
            },
        ),
        RenameIndex(
            table="catalog_article",
            index="catalog_product__name__key",
            to="catalog_article__label__key",
            sql={
                "sqlite": [
                    "DROP INDEX catalog_product__name__key",
                    "CREATE UNIQUE INDEX catalog_article__label__key ON catalog_article (organization_id, label) WHERE deleted_at IS NULL",
                ],
                "postgresql": [
                    "ALTER INDEX catalog_product__name__key RENAME TO catalog_article__label__key",
                ],
            },
        ),
        RenameIndex(
            table="catalog_article",
            index="catalog_product__category__idx",
            to="catalog_article__category__idx",
            sql={
                "sqlite": [
                    "DROP INDEX catalog_product__category__idx",
                    "CREATE INDEX catalog_article__category__idx ON catalog_article (organization_id, category)",
                ],
                "postgresql": [
                    "ALTER INDEX catalog_product__category__idx RENAME TO catalog_article__category__idx",
                ],
            },
        ),
        NoteTable(
            table="catalog_article",
            columns=[Column(name="label", type="text", nullable=False, key="label")],
            id_prefix="prod",
        ),
    ],
)
