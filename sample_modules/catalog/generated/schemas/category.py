"""The schema of catalog.Category."""

from __future__ import annotations

from coregen_runtime import EntitySchema, FieldSchema, Validators


def category_schema() -> EntitySchema:
    """The definition of Category, as the registry takes it."""
    return EntitySchema(
        name="Category",
        namespace="catalog",
        id_prefix="cat",
        fields=[
            FieldSchema(
                key="name",
                type="string",
                required=True,
                unique=True,
                validators=[Validators.max_length(80)],
            ),
        ],
    )
