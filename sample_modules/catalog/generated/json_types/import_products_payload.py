"""The JSON Schema of the payload of catalog.importProducts, as types."""

# fmt: off
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from coregen_runtime import Field, JsonList, JsonModel, Text

_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "A supplier's list, as it comes",
    "properties": {
        "currency": {"enum": ["EUR", "GBP", "USD"]},
        "rows": {
            "type": "array",
            "items": {"$ref": "#/$defs/Row"},
            "minItems": 1,
            "maxItems": 500,
        },
    },
    "required": ["currency", "rows"],
    "$defs": {
        "Row": {
            "type": "object",
            "description": "A product in a supplier's list; what else a supplier tells stays unread",
            "properties": {
                "article-no": {"type": "string", "pattern": "^[A-Z0-9-]{3,20}$"},
                "name": {"type": "string", "minLength": 1, "maxLength": 120},
                "price": {"type": "string", "pattern": "^[0-9]{1,9}\\.[0-9]{2}$"},
            },
            "required": ["article-no", "name", "price"],
        },
    },
}


class ImportProductsPayload(JsonModel, schema=_SCHEMA):
    """A supplier's list, as it comes."""

    currency: Literal["EUR", "GBP", "USD"]
    rows: JsonList[ImportProductsPayloadRow]


class ImportProductsPayloadRow(JsonModel, schema=_SCHEMA, at="/$defs/Row"):
    """A product in a supplier's list; what else a supplier tells stays unread."""

    article_no: Text = Field(serialization_alias="article-no")
    name: Text
    price: Text
