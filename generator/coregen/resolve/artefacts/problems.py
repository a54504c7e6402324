"""Problem documents (RFC 9457, semantics 43) in `openapi.json`: their schema, and which status says what.

The statuses are those of the specification's classes of errors (section 12).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from coregen_runtime.entity.json_schema import JsonSchema

_TEXT: JsonSchema = {"type": "string"}
PROBLEM: JsonSchema = {
    "type": "object",
    "description": "A problem document (RFC 9457)",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "instance": {"type": "string", "format": "uri-reference"},
        "code": _TEXT,
        "correlationId": _TEXT,
        "failures": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"path": _TEXT, "code": _TEXT, "message": _TEXT, "value": {}},
                "required": ["path", "code", "message"],
            },
        },
    },
    "required": ["title", "status", "code"],
}


@dataclass(frozen=True)
class Status:
    """A response's name and what it says; `holds(identified, changing)`: whether a route that names one entity, or writes, can answer so."""

    name: str
    code: str
    sentence: str
    holds: Callable[[bool, bool], bool] = lambda identified, changing: True


STATUSES = {
    "401": Status("Unauthenticated", "UNAUTHENTICATED", "The caller is not authenticated"),
    "403": Status("Forbidden", "FORBIDDEN", "The caller is not permitted to do this"),
    "404": Status("NotFound", "NOT_FOUND", "It does not exist, for this organisation", lambda identified, changing: identified or changing),
    "409": Status("Conflict", "VERSION_CONFLICT", "It was changed meanwhile, or exists already", lambda identified, changing: changing),
    "422": Status("Invalid", "VALIDATION_FAILED", "What was sent is not valid, or a rule of the domain forbids it"),
    "429": Status("TooManyRequests", "RATE_LIMITED", "Too many requests; ask again later"),
}
"""By status code, in order."""


def problem_responses(schema: str) -> dict[str, Any]:
    """The shared responses, each with an example; `schema` is the reference to that of a problem."""
    named = {
        each.name: _response(schema, each.sentence, {"title": each.sentence, "status": int(status), "code": each.code})
        for status, each in STATUSES.items()
    }
    failures = [{"path": "name", "code": "REQUIRED", "message": "is required"}]
    named["Invalid"]["content"]["application/problem+json"]["example"]["failures"] = failures
    named["Problem"] = _response(schema, "What went wrong", {"title": "Something went wrong", "status": 500, "code": "INTERNAL"})
    return dict(sorted(named.items()))


def _response(schema: str, description: str, example: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": schema}, "example": example}},
    }
