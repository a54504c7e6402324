"""The JSON Schema of `dimensions` of Product, as types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from coregen_runtime import JsonModel, Number

_SCHEMA: Mapping[str, Any] = {
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
}


class ProductDimensions(JsonModel, schema=_SCHEMA):
    """The outer measures of a parcel."""

    width: Number
    height: Number
    depth: Number
    unit: Literal["cm", "in"]
