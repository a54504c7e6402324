"""The module behind the four doors: an entity of every field type with every sort of validator, required, free, with a default, sensitive.

Beside those, whole entities: of many fields, with keys that are odd in some language, with a machine, with computed fields, without columns.
"""

from __future__ import annotations

from typing import Any

ID = "v0_01ARZ3NDEKTSV4RRFFQ69G5FA"
MONEY = {"amount": 250, "currency": "EUR"}
SHAPE = {
    "type": "object",
    "properties": {
        "size": {"enum": ["s", "m", "l"]},
        "count": {"type": "integer", "minimum": 1},
        "parts": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}, "maxItems": 3, "uniqueItems": True},
    },
    "required": ["size"],
    "additionalProperties": False,
}
POLYGON = {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 0]]]}
LINE = {"type": "LineString", "coordinates": [[0, 0], [1.5, 2, 30]]}

VARIANTS: dict[str, tuple[dict[str, Any], Any]] = {
    "text": ({"type": "string"}, "text"),
    "short": ({"type": "string", "validators": [{"minLength": 2}, {"maxLength": 4}]}, "abc"),
    "code": ({"type": "string", "validators": [{"pattern": "^[A-Z]\\d+$"}, {"pattern": "\\w."}, {"maxLength": 8}]}, "A12"),
    "letters": ({"type": "string", "validators": [{"pattern": "^\\p{L}+$"}, {"minLength": 1}]}, "größe"),
    "email": ({"type": "string", "validators": ["email", {"maxLength": 30}]}, "a@b.example"),
    "url": ({"type": "string", "validators": ["url"]}, "https://example.com/a?b#c"),
    "phone": ({"type": "string", "validators": [{"minLength": 3}, "phone"]}, "+14155550123"),
    "even": ({"type": "string", "validators": [{"custom": "doors_shop.checks:even"}, {"minLength": 1}]}, "ab"),
    "number": ({"type": "number"}, 1.5),
    "bounded": ({"type": "number", "validators": [{"min": -3}, {"max": 2.5}, "nonZero"]}, 2),
    "positive": ({"type": "number", "validators": ["positive"]}, 0.5),
    "tight": ({"type": "number", "validators": [{"min": 0.5}, {"min": 0.25}, {"max": 1e300}]}, 0.5),
    "whole": ({"type": "number", "validators": ["integer"]}, 7),
    "count": ({"type": "number", "validators": ["integer", {"min": 0.5}, {"max": 10}, "nonZero"]}, 1),
    "boolean": ({"type": "boolean"}, True),
    "date": ({"type": "date"}, 1_700_000_000_000),
    "later": ({"type": "date", "validators": ["future", {"min": 0}]}, 4_000_000_000_000),
    "before": ({"type": "date", "validators": ["past", {"max": 5_000_000_000_000}]}, 1_000),
    "enum": ({"type": "enum", "enumValues": ["draft", "", "größe", "null", "1"]}, "draft"),
    "ref": ({"type": "ref", "refEntity": "TextV", "validators": ["refExists"]}, f"{ID}V"),
    "refs": ({"type": "ref[]", "refEntity": "TextV", "validators": [{"minLength": 1}, {"maxLength": 3}, "refExists"]}, [f"{ID}V", f"{ID}W"]),
    "list": ({"type": "ref[]", "refEntity": "TextV"}, []),
    "json": ({"type": "json"}, {"a": [1, None]}),
    "shape": ({"type": "json", "jsonSchema": SHAPE}, {"size": "m", "parts": ["a", "b"]}),
    "money": ({"type": "money"}, MONEY),
    "price": ({"type": "money", "validators": ["positive", {"max": 1000}, {"min": -5}]}, MONEY),
    "owed": ({"type": "money", "validators": ["nonZero", {"custom": "doors_shop.checks:in_euros"}]}, MONEY),
    "point": ({"type": "geo.point"}, {"lat": 52.5, "lng": 13}),
    "polygon": ({"type": "geo.polygon"}, POLYGON),
    "line": ({"type": "geo.linestring"}, LINE),
}
"""By name: the field, and a value that it takes."""

ODD_KEYS = (
    "a-b",
    "class",
    "$x",
    "constructor",
    "toString",
    "a b",
    "unitPrice",
    "unit_price",
    "model_config",
    "größe",
    "0",
    "hasOwnProperty",
    "x~1/y",
    "self",
)

CHECKS = '''
"""The functions that the definition names."""

from coregen_runtime import ValidationError


def even(value, context):
    return None if len(value) % 2 == 0 else ValidationError.of("", "ODD", "must have an even number of characters", value)


def in_euros(value, context):
    return None if value.currency == "EUR" else "must be in euros"


def made():
    return "made"


def shout(entity):
    return str(entity.get("text")).upper()
'''


def entity_name(variant: str) -> str:
    return f"{variant.capitalize()}V"


def _of_variant(number: int, name: str) -> dict[str, Any]:
    field, good = VARIANTS[name]
    fields = [{"key": "needed", "required": True, **field}, {"key": "free", **field}, {"key": "secret", "sensitive": True, **field}]
    fields.append({"key": "given", "default": good, **field})
    return {"name": entity_name(name), "idPrefix": f"v{number}", "fields": fields}


def definition() -> dict[str, Any]:
    """The module as data."""
    whole = [{"key": name, **field, **({"required": True} if number % 3 == 0 else {})} for number, (name, (field, _)) in enumerate(VARIANTS.items())]
    computed = [
        {"key": "shouted", "type": "string", "computed": "doors_shop.checks:shout"},
        {"key": "factory", "type": "string", "required": True, "default": {"factory": "doors_shop.checks:made"}},
    ]
    names = [name for name in VARIANTS if name not in ("refs", "list")]
    odd = [{"key": key, **VARIANTS[names[number % len(names)]][0], "required": number % 2 == 0} for number, key in enumerate(ODD_KEYS)]
    plain = {"softDelete": False, "timestamps": False, "versioned": False}
    return {
        "id": "doors",
        "version": "1.0.0",
        "entities": [
            *(_of_variant(number, name) for number, name in enumerate(VARIANTS)),
            {"name": "Whole", "idPrefix": "whole", "fields": [*whole, *computed]},
            {"name": "Odd", "fields": odd, **plain},
            {"name": "Machine", "fields": [{"key": "name", "type": "string", "required": True}, {"key": "rank", "type": "number"}]},
            {"name": "Empty", "fields": []},
        ],
        "fsms": [
            {
                "id": "life",
                "entityType": "Machine",
                "initial": "draft",
                "states": {"draft": {"on": {"end": {"target": "ended"}}}, "ended": {"terminal": True}},
            }
        ],
    }
