"""Whether a JSON Schema of a definition can be typed and judged; what cannot is told at its own place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from coregen.resolve.json_forms import forms, takes_objects_alone
from coregen.resolve.report import Report
from coregen_runtime.entity.json_keywords import at, problems, unportable

if TYPE_CHECKING:
    from coregen.load import LoadedModule, Loc


def check_json_schema(module: LoadedModule, schema: Mapping[str, Any], loc: Loc, report: Report, *, carried: bool = False) -> None:
    """Everything that is wrong with a schema at `loc`; `carried`: it is what a message or an event carries, which is an object."""
    found = problems(schema)
    for problem in found:
        report.error(module, (*loc, *problem.way), "JSON-SCHEMA", problem.message, problem.help)
    if found:
        return
    if carried and not takes_objects_alone(schema):
        report.error(module, loc, "JSON-SCHEMA-OBJECT", "a message carries an object, and this takes other values too", 'say "type": "object"')
        return
    for way in forms(schema).untyped:
        message = "this names properties and takes every value that is no object as well, so it is typed as any JSON value"
        report.warning(module, (*loc, *way), "JSON-SCHEMA-TYPE", message, 'say "type": "object"')
    for way in unportable(schema):
        message = f"the pattern {at(schema, way)} has no portable form: it is enforced in Python, and JSON Schema and forms leave it out"
        report.warning(module, (*loc, *way), "PATTERN-PORTABLE", message, "use ASCII classes, and $ at the very end only")
