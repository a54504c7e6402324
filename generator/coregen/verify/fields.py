"""Fields: defaults and validators that fit the type, indexes on fields that exist, functions that have a name, values that are data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from coregen.diagnostics import did_you_mean, one_of
from coregen.verify.declared import Findings, fields_of, shapes, system_keys
from coregen_runtime.entity.checks import CHECKS, check_value
from coregen_runtime.entity.fitting import fits
from coregen_runtime.entity.schema import Factory, FieldSchema, FieldType
from coregen_runtime.entity.validators import Validator
from coregen_runtime.primitives.functions import dotted_name
from coregen_runtime.primitives.money import Money
from coregen_runtime.primitives.patterns import portable

if TYPE_CHECKING:
    from coregen.load import Loc

_PLAIN = frozenset({type(None), bool, int})
"""What JSON can carry, whatever the value."""
_NOT_TEXT: Any = object()
"""Stands for a key of a mapping that is no text."""


def check_fields(findings: Findings) -> None:
    """Every field of every entity and message."""
    for loc, owner, fields in shapes(findings.module.definition):
        for index, field in enumerate(fields):
            _check_validators(findings, (*loc, index), owner, field)
            _check_default(findings, (*loc, index), owner, field)
    _check_indexes(findings)


def check_data(findings: Findings) -> None:
    """Functions have a dotted name, and everything else is what JSON can carry."""
    for loc, value in _leaves(findings.module.definition, ()):
        if isinstance(value, str) and not _is_text(value):
            findings.add(loc, "DATA-JSON", "half of a surrogate pair is no text", "write the character itself")
        if isinstance(value, str | int | Money | Enum):
            continue
        if isinstance(value, float):
            if value - value != 0:
                findings.add(loc, "DATA-JSON", f"{value} is no JSON value", "a number has to be finite")
        elif callable(value):
            _check_function(findings, loc, value)
        else:
            what = "a key that is no text" if value is _NOT_TEXT else f"a {type(value).__name__}"
            findings.add(loc, "DATA-JSON", f"{what} is no data", "use what JSON has: text, number, true, false, null, list, mapping with text keys")


def _check_default(findings: Findings, loc: Loc, owner: str, field: FieldSchema) -> None:
    value = field.default
    if value is None or isinstance(value, Factory):
        return
    problem = fits(field, value)
    if problem is not None:
        findings.add((*loc, "default"), "DEFAULT-TYPE", f'the default of field "{field.key}" of {owner} does not fit its type', problem)
        return
    for validator in field.validators:
        if validator.name != "custom" and not check_value(validator.name, validator.argument, value):
            sentence = CHECKS[validator.name].sentence(validator.argument)
            message = f'the default of field "{field.key}" of {owner} is refused by its own validator: it {sentence}'
            findings.add((*loc, "default"), "DEFAULT-TYPE", message, "change the default or the validator")


def _check_validators(findings: Findings, loc: Loc, owner: str, field: FieldSchema) -> None:
    for index, validator in enumerate(field.validators):
        types = CHECKS[validator.name].types
        place = (*loc, "validators", index)
        if field.type.value not in types:
            message = f'"{validator.name}" says nothing about field "{field.key}" of {owner}, which is of type {field.type.value}'
            findings.add(place, "VALIDATOR-TYPE", message, f"it is for fields of type {', '.join(sorted(types))}")
        elif validator.name == "pattern" and portable(validator.argument) is None:
            message = f"the pattern {validator.argument} has no portable form: it is enforced in Python, and JSON Schema and forms leave it out"
            findings.warn(place, "PATTERN-PORTABLE", message, "use ASCII classes, and $ at the very end only")


def _check_indexes(findings: Findings) -> None:
    definition = findings.module.definition
    for index, entity in enumerate(definition.entities):
        fields = fields_of(definition, entity)
        known = [*fields, *sorted(system_keys(entity) - set(fields))]
        for key, several in (("indexes", entity.indexes), ("uniqueConstraints", entity.unique_constraints)):
            for number, columns in enumerate(several):
                for column, name in enumerate(columns):
                    loc = ("entities", index, key, number, column)
                    field = fields.get(name)
                    if name not in known:
                        findings.add(
                            loc,
                            "INDEX-FIELD",
                            f'{entity.name} has no field "{name}" ({findings.written(key)})',
                            did_you_mean(name, known, one_of(known)),
                        )
                    elif field is not None and (field.computed is not None or field.type is FieldType.REFS):
                        why = "is computed" if field.computed is not None else "is a list"
                        findings.add(
                            loc,
                            "INDEX-FIELD",
                            f'"{name}" {why}, and has no column to index ({findings.written(key)} of {entity.name})',
                            "remove it here",
                        )
                    elif name in columns[:column]:
                        findings.add(
                            loc, "INDEX-FIELD", f'"{name}" stands twice in one of the {findings.written(key)} of {entity.name}', "remove one of them"
                        )
                if not columns:
                    findings.add(
                        ("entities", index, key, number),
                        "INDEX-FIELD",
                        f"one of the {findings.written(key)} of {entity.name} names no field",
                        "remove it",
                    )


def _check_function(findings: Findings, loc: Loc, function: Callable[..., Any]) -> None:
    try:
        dotted_name(function)
    except ValueError:
        name = getattr(function, "__name__", "")
        what = "a lambda" if name == "<lambda>" else f'"{name}"' if name else f"a {type(function).__name__}"
        findings.add(loc, "FUNCTION-NAME", f"{what} cannot be named from generated code", "give it a name at module level: def name(…)")


def _leaves(value: object, loc: Loc) -> Iterator[tuple[Loc, object]]:
    """Every value of a definition that holds no others and is not plainly data, with its way in wire keys."""
    if type(value) in _PLAIN or isinstance(value, str) and value.isascii():
        return
    if isinstance(value, Validator):
        yield from _leaves(value.argument, (*loc, "argument"))
    elif isinstance(value, Factory):
        yield from _leaves(value.factory, loc)
    elif isinstance(value, BaseModel) and not isinstance(value, Money):
        given = value.__dict__
        for name, key in _keys(type(value)):
            if given[name] is not None:
                yield from _leaves(given[name], (*loc, key))
    elif isinstance(value, Mapping):
        for key, member in value.items():
            if isinstance(key, str):
                yield from _leaves(key, (*loc, key))
                yield from _leaves(member, (*loc, key))
            else:
                yield loc, _NOT_TEXT
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for index, member in enumerate(value):
            yield from _leaves(member, (*loc, index))
    else:
        yield loc, value


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


@cache
def _keys(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """The attributes of a model, each with its wire key."""
    return tuple((name, field.validation_alias if isinstance(field.validation_alias, str) else name) for name, field in model.model_fields.items())
