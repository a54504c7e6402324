"""Who has which name in a module: one scope of classes, one of functions, one of files of JSON types; and the names that a shape's fields take there.

The contract's names come first and are never bent; a name of our own making yields to them by a number. Two things of the contract
that would have one name are an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coregen.naming import class_name, file_name, function
from coregen.resolve.complete import Complete
from coregen.resolve.json_forms import forms
from coregen.resolve.json_names import JsonNames, json_names
from coregen.resolve.name_values import EnumNames
from coregen.resolve.report import Report
from coregen_runtime.entity.schema import FieldSchema, FieldType
from coregen_runtime.module.definition import Shape

if TYPE_CHECKING:
    from coregen.load import Loc


@dataclass
class Scope:
    """The classes of one module: who has which name."""

    module: Complete
    report: Report
    holders: dict[str, str] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)
    json: list[JsonNames] = field(default_factory=list)

    def claim(self, name: str, holder: str, loc: Loc, *fallbacks: str) -> str:
        """`name`, or the first fallback that is free; an error where none is."""
        for candidate in (name, *fallbacks):
            if candidate not in self.holders:
                self.holders[candidate] = holder
                return candidate
        other = self.holders[name]
        self.report.error(self.module.loaded, loc, "NAME-TAKEN", f'"{name}" would be the name of {holder} and of {other}', "rename one of the two")
        return name

    def ours(self, name: str) -> str:
        """A name that nobody relies on: it yields."""
        free, number = name, 1
        while free in self.holders:
            number += 1
            free = f"{name}{number}"
        self.holders[free] = "a helper"
        return free

    def json_types(self, name: str, owner: str, schema: Mapping[str, Any], *, as_class: bool = False) -> JsonNames:
        """The types of a JSON Schema, under a name that is theirs already."""
        files = {each.file for each in self.json}
        file, number = file_name(name), 1
        while file in files:
            number += 1
            file = f"{file_name(name)}_{number}"
        self.json.append(json_names(name, file, owner, schema, forms(schema, as_class=as_class), self.ours))
        return self.json[-1]

    def function(self, name: str) -> str:
        """A generated function's name: those of all files of a module meet where it is wired."""
        plain = function(name)
        free, number = plain, 1
        while free in self.functions:
            number += 1
            free = f"{plain}_{number}"
        self.functions.add(free)
        return free


def enum_names(scope: Scope, owner: str, shape: Shape | None | Sequence[FieldSchema], loc: Loc) -> Mapping[str, EnumNames]:
    if shape is None or isinstance(shape, str | Mapping):
        return {}
    found: dict[str, EnumNames] = {}
    for each in shape:
        if each.type is FieldType.ENUM:
            name = scope.claim(class_name(f"{owner}.{each.key}"), f"the enum of {each.key}", loc, class_name(f"{owner}.{each.key}", "Value"))
            found[each.key] = EnumNames(name, f"{name}Input", f"{name}Filter")
    return {key: EnumNames(names.enum, scope.ours(names.input), scope.ours(names.conditions)) for key, names in found.items()}


def json_of_message(scope: Scope, name: str, type: str, part: str, shape: Shape | Sequence[FieldSchema], loc: Loc) -> Mapping[str, JsonNames]:
    """A payload that is a JSON Schema is a class of its own, which the message extends."""
    if isinstance(shape, Mapping):
        return {"": scope.json_types(scope.ours(f"{name}{part.capitalize()}"), f"the {part} of {type}", shape, as_class=True)}
    return json_fields(scope, name, type, shape, loc)


def json_of_other(
    scope: Scope, name: str, owner: str, shape: Shape | None | Sequence[FieldSchema], loc: Loc, *, as_class: bool
) -> Mapping[str, JsonNames]:
    if isinstance(shape, Mapping):
        return {"": scope.json_types(name, owner, shape, as_class=as_class)}
    return json_fields(scope, name, owner, shape, loc)


def json_fields(scope: Scope, name: str, owner: str, shape: Shape | None | Sequence[FieldSchema], loc: Loc) -> Mapping[str, JsonNames]:
    """The types of the fields that carry a JSON Schema: `ProductSize` for `size` of Product."""
    if shape is None or isinstance(shape, str | Mapping):
        return {}
    found: dict[str, JsonNames] = {}
    for each in shape:
        if each.json_schema is not None:
            wanted, holder = class_name(f"{name}.{each.key}"), f"`{each.key}` of {owner}"
            found[each.key] = scope.json_types(scope.claim(wanted, holder, loc, f"{wanted}Json"), holder, each.json_schema)
    return found
