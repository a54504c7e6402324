"""The schema of catalog.Product."""

from __future__ import annotations

from coregen_runtime import EntitySchema, FieldSchema, Validators


def product_schema() -> EntitySchema:
    """The definition of Product, as the registry takes it."""
    return EntitySchema(
        name="Product",
        namespace="catalog",
        id_prefix="prod",
        fields=[
            FieldSchema(
                key="name",
                type="string",
                required=True,
                validators=[Validators.max_length(120)],
                searchable=True,
            ),
            FieldSchema(
                key="sku",
                type="string",
                required=True,
                unique=True,
                validators=[Validators.pattern("^[A-Z0-9-]{3,20}$")],
            ),
            FieldSchema(key="price", type="money", required=True),
            FieldSchema(key="category", type="ref", ref_entity="catalog.Category"),
            FieldSchema(
                key="dimensions",
                type="json",
                json_schema={
                    "type": "object",
                    "description": "The outer measures of a parcel",
                    "properties": {
                        "width": {"type": "number", "exclusiveMinimum": 0},
                        "height": {"type": "number", "exclusiveMinimum": 0},
                        "depth": {"type": "number", "exclusiveMinimum": 0},
                        "unit": {"enum": ["cm", "in"]},
                    },
                    "required": ["width", "height", "depth", "unit"],
                    "additionalProperties": False,
                },
            ),
            FieldSchema(
                key="ordered",
                type="number",
                description="Units in orders that were placed, so far.",
                default=0,
                validators=[Validators.integer(), Validators.min(0)],
            ),
            FieldSchema(
                key="status",
                type="enum",
                default="draft",
                enum_values=["draft", "published", "retired"],
                indexed=True,
            ),
        ],
    )
