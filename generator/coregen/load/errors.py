"""Pydantic's validation errors in our own words: which thing, what is wrong with it, and the fix.

A union says one sentence, whatever its members say. Where a thing stands is asked of the positions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from coregen.diagnostics import Diagnostic, closest, did_you_mean, one_of
from coregen.load.positions import Loc, Position
from coregen.load.shapes import ABSENT, Trace, trace
from coregen.load.words import Style, in_style, kind_of, no_such, subject, the_item, the_value, written_key, written_keys
from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.entity.validators import Validator
from coregen_runtime.module.definition import EventSchema, ModuleDefinition
from coregen_runtime.rule.types import AllRule, AnyRule, LeafRule
from coregen_runtime.rule.walk import MAX_DEPTH


class Places:
    """Where values and keys are, as two functions of a `Loc`."""

    def __init__(self, at: Callable[[Loc], Position], key: Callable[[Loc], Position]) -> None:
        self.at = at
        self.key = key


@dataclass(frozen=True)
class Told:
    """What is said of one mistake. `loc` is the way to what is pointed at, and has to go for the rest to stand; `at_key` points at its key.

    `lacks` is a key that is missing at `loc`, as in data.
    """

    code: str
    message: str
    help: str
    loc: Loc
    at_key: bool = False
    lacks: str | None = None

    @property
    def meant(self) -> str | None:
        """What the help says was likely meant instead of the key or the value."""
        found = re.fullmatch(r'did you mean "(.*)"\?', self.help)
        return found[1] if found is not None else None

    def diagnostic(self, places: Places) -> Diagnostic:
        at = places.key(self.loc) if self.at_key else places.at(self.loc)
        return Diagnostic(at.path, at.line, at.column, "error", self.code, self.message, self.help)


@dataclass(frozen=True)
class _Finding:
    trace: Trace
    details: ErrorDetails


_SHAPE = "takes a list of fields, a JSON Schema object, or the name of an entity"
_FUNCTION = 'takes a function: its dotted name "package.module:function", or in Python the function itself'
_FOR_EXAMPLE = {_SHAPE: 'for example [{"key": "name", "type": "string"}]', _FUNCTION: 'for example "shop.rules:check"'}
_RULE_IN_PYTHON = 'a rule compares: F("order.total") > 100; rules join with &, | and ~'
_VALIDATOR = 'a validator is a name, or a name with its argument: {"minLength": 3}'
_RULE = 'a rule is {"field", "op", "value"}, or one of "and", "or", "not", "any", "all", "ref", "template"'

_FUNCTION_NAME = '"package.module:function"'
_MAPPING = '{"key": …}'

_TAKES: dict[str, str] = {
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
    "sequence_str": "a list",
    "is_instance_of": "a list",
    "callable_type": "a function",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dataclass_type": "a mapping",
}

_PATTERNS: dict[tuple[type[BaseModel], str], tuple[str, str]] = {
    (FieldSchema, "key"): (
        "is no field key",
        'any text but "$ref", "__proto__", "ui:…", and what holds a dot (it parts the steps of a path), a line break, or a space first or last',
    ),
    (EntitySchema, "name"): ("is no entity name", "letters, digits, _ and $, and between them spaces and -: OrderItem"),
    (EntitySchema, "idPrefix"): ("is no id prefix", "small letters and digits, and no digit first"),
    (ModuleDefinition, "id"): ("is no module id", "a letter first, then letters, digits, _, - and dots: order_items"),
    (EventSchema, "type"): ("is no type of an event", "any text without / and *, which belong to patterns: order.placed"),
    (ModuleDefinition, "idPrefixes"): ("is no id prefix", "small letters and digits, and no digit first"),
    (AnyRule, "as"): ("is no name of an element", "any text without a dot, which parts the steps of a path: item"),
    (AllRule, "as"): ("is no name of an element", "any text without a dot, which parts the steps of a path: item"),
}

_EXAMPLES: dict[str, tuple[str, str]] = {
    "EntitySchema": ('{{"name": "{}", "fields": […]}}', 'EntitySchema(name="{}", fields=[…])'),
    "FieldSchema": ('{{"key": "{}", "type": "string"}}', 'FieldSchema(key="{}", type="string")'),
    "Transition": ('{{"target": "{}"}}', 'Transition(target="{}")'),
    "StateNode": ('{{"on": {{"event": {{"target": "{}"}}}}}}', 'StateNode(on={{"event": Transition(target="{}")}})'),
    "CommandSchema": ('{{"type": "{}"}}', 'CommandSchema(type="{}")'),
    "QuerySchema": ('{{"type": "{}"}}', 'QuerySchema(type="{}")'),
    "EventSchema": ('{{"type": "{}"}}', 'EventSchema(type="{}")'),
    "Subscription": ('{{"event": "{}"}}', 'Subscription(event="{}")'),
}

_KEY_OF: dict[str, str] = {
    "enum_values": "enumValues",
    "renamed_values": "renamedValues",
    "ref_entity": "refEntity",
    "json_schema": "jsonSchema",
    "computed": "computed",
}
"""Which key the model's own complaints about a field are about."""


def explain(details: Iterable[ErrorDetails], model: type[BaseModel], data: object, places: Places, style: Style) -> list[Diagnostic]:
    """Diagnostics for the errors of one validation of `model` against `data`."""
    return [told.diagnostic(places) for told in tell(details, model, data, style)]


def tell(details: Iterable[ErrorDetails], model: type[BaseModel], data: object, style: Style) -> list[Told]:
    """What is said of the errors of one validation, and what each of them is about."""
    findings = [_Finding(trace(model, each["loc"], data, each["type"] == "extra_forbidden"), each) for each in details]
    result: list[Told] = []
    unions: set[Loc] = set()
    misspelt = {(finding.trace.loc[:-1], _meant(finding)) for finding in findings if finding.details["type"] == "extra_forbidden"}
    for finding in findings:
        loc, union = finding.trace.loc, finding.trace.union
        if finding.details["type"] == "missing" and (loc[:-1], loc[-1]) in misspelt:
            continue
        if union is not None and not finding.trace.fits:
            fitting = any(other.trace.union == union and other.trace.fits for other in findings)
            if fitting or union in unions:
                continue
            unions.add(union)
        elif _is_no_rule(finding) or _is_no_validator(finding):
            owner = finding.trace.owners[-1][1]
            if owner in unions:
                continue
            unions.add(owner)
        code, message, help, anchor = _words(finding, style)
        unknown, missing = finding.details["type"] == "extra_forbidden", finding.details["type"] == "missing"
        lacks = str(loc[-1]) if missing and anchor == loc[:-1] else None
        result.append(Told(code, message, help, anchor, unknown, lacks))
    return result


def _words(finding: _Finding, style: Style) -> tuple[str, str, str, Loc]:
    """Code, sentence, fix, and the way to what is to be pointed at."""
    kind, where = finding.details["type"], finding.trace
    context: Mapping[str, Any] = finding.details.get("ctx", {})
    owner, owner_loc, _data = where.owners[-1]
    key = str(where.loc[-1]) if where.loc else ""

    if _is_no_rule(finding):
        return "DEF-TYPE", f"{_inside(where, owner_loc, style)} is no rule", _RULE_IN_PYTHON if style == "python" else _RULE, owner_loc
    if _is_no_validator(finding):
        return "DEF-TYPE", f"{_inside(where, owner_loc, style)} is no validator", _VALIDATOR, owner_loc
    if where.union is not None and not where.fits:
        takes = _SHAPE if any(isinstance(step, str) and step in ("payload", "params", "result") for step in where.union[-1:]) else _FUNCTION
        return "DEF-TYPE", f"{the_value(where, style)} is {kind_of(where.value)}, and {takes}", _FOR_EXAMPLE[takes], where.union
    match kind:
        case "extra_forbidden":
            keys = written_keys(owner, style)
            return "DEF-KEY", f'{subject(where, len(where.owners) - 1, style)} has no key "{key}"', did_you_mean(key, keys, one_of(keys)), where.loc
        case "missing":
            written = written_key(owner, key, style)
            help = f"add {written}=…" if style == "python" else f'add "{written}"'
            return "DEF-MISSING", f'{subject(where, len(where.owners) - 1, style)} lacks "{written}"', help, owner_loc
        case "enum" | "literal_error":
            known = re.findall(r"'([^']*)'", str(context.get("expected", "")))
            return "DEF-VALUE", no_such(owner, key, where, style), did_you_mean(str(where.value), known, one_of(known)), where.loc
        case "union_tag_invalid" | "union_tag_not_found":
            known = re.findall(r"'([^']*)'", str(context.get("expected_tags", ""))) or ["emit", "dispatch", "assign", "log"]
            discriminator = str(context.get("discriminator", "'type'")).strip("'")
            if kind == "union_tag_not_found":
                return "DEF-MISSING", f'{the_item(where, style)} lacks "{discriminator}"', one_of(known), where.loc
            tag = str(context.get("tag"))
            return (
                "DEF-VALUE",
                f'{the_item(where, style)} has the {discriminator} "{tag}"',
                did_you_mean(tag, known, one_of(known)),
                (
                    *where.loc,
                    discriminator,
                ),
            )
        case "string_pattern_mismatch":
            base = next((step for step in reversed(where.loc) if isinstance(step, str) and (owner, step) in _PATTERNS), key)
            problem, help = _PATTERNS.get((owner, base), ("has the wrong form", f"it has to match {context.get('pattern')}"))
            return "DEF-VALUE", f'"{finding.details["input"] if where.value is ABSENT else where.value}" {problem}', help, where.loc
        case "string_too_short" | "too_short":
            return "DEF-VALUE", f"{the_value(where, style)} is empty", "fill it in, or leave it out", where.loc
        case "recursion_loop" | "recursion_depth_exceeded":
            return "RULE-SIZE", f"a rule may be {MAX_DEPTH} levels deep, and this one has no end in sight", "nest it less", where.loc
        case "greater_than_equal":
            return (
                "DEF-VALUE",
                f"{the_value(where, style)} is {where.value}, and takes {context['ge']} or more",
                f"write {context['ge']}, or more",
                where.loc,
            )
        case "validator_unknown":
            known = str(context["known"]).split(", ")
            name = str(context["name"])
            return "DEF-VALUE", f'there is no validator "{name}"', did_you_mean(name, known, one_of(known, 20)), where.loc
        case "validator_argument":
            return (
                "DEF-VALUE",
                f'validator "{context["name"]}" {context["problem"]}',
                _argument(str(context["name"]), str(context["problem"]), style),
                (*where.loc, "argument"),
            )
    if kind in _TAKES:
        message = f"{the_value(where, style)} is {kind_of(where.value)}, and takes {_TAKES[kind]}"
        example = _example(str(context.get("class_name")), where.value, style)
        return "DEF-TYPE", message, _type_help(kind, where.value, style) or example or _written_so(kind, where.value, style), where.loc
    sentence = _own_words(finding.details, style)
    about = _KEY_OF.get(kind)
    anchor = (*where.loc, about) if about is not None else where.loc
    return "DEF-VALUE", f"{subject(where, len(where.owners) - 1, style)}: {sentence}", _own_help(kind, sentence, style), anchor


def _is_no_rule(finding: _Finding) -> bool:
    owner, owner_loc, data = finding.trace.owners[-1]
    if owner is not LeafRule or finding.trace.loc[: len(owner_loc)] != owner_loc:
        return False
    return not (isinstance(data, Mapping) and ("field" in data or "op" in data)) and data is not ABSENT and bool(owner_loc)


def _is_no_validator(finding: _Finding) -> bool:
    owner, owner_loc, data = finding.trace.owners[-1]
    complains = finding.details["type"] in ("missing", "extra_forbidden")
    return complains and owner is Validator and bool(owner_loc) and isinstance(data, Mapping) and "name" not in data


def _inside(where: Trace, loc: Loc, style: Style) -> str:
    """What stands at the `loc` of the innermost owner, named by what it stands in."""
    return the_value(Trace(loc, where.value, where.owners[:-1]), style)


def _meant(finding: _Finding) -> str | None:
    """The wire key that an unknown key was meant to be."""
    owner, _loc, _data = finding.trace.owners[-1]
    found = closest(str(finding.trace.loc[-1]), written_keys(owner, "data"))
    return found


def _type_help(kind: str, value: object, style: Style) -> str:
    if kind == "string_type" and isinstance(value, bool | int | float):
        return f'put it in quotes: "{str(value).lower() if isinstance(value, bool) else value}"'
    if kind == "bool_type" and isinstance(value, str):
        yes, no = ("True", "False") if style == "python" else ("true", "false")
        if value.lower() in ("yes", "on", "y", "true", "1"):
            return f"write {yes}, without quotes"
        if value.lower() in ("no", "off", "n", "false", "0"):
            return f"write {no}, without quotes"
    if kind in ("int_type", "float_type") and isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return f"write {value}, without quotes"
    if kind == "int_from_float" or (kind == "int_type" and isinstance(value, float) and value.is_integer()):
        return f"write {int(value)}" if isinstance(value, float) and value.is_integer() else "write it without a fraction: 1"
    if kind in ("sequence_str", "is_instance_of", "list_type", "tuple_type") and isinstance(value, str):
        return f'write it as a list: ["{value}"]'
    if kind == "is_instance_of" and isinstance(value, Mapping):
        return "put it in a list: […]"
    return ""


def _written_so(kind: str, value: object, style: Style) -> str:
    """What would be right, for a value of which nothing nearer is known."""
    if value is None:
        return "give it a value"
    takes = _TAKES[kind]
    examples = {"a text": '"…"', "true or false": "True or False" if style == "python" else "true or false", "an integer": "1", "a number": "1.5"}
    return f"write {examples.get(takes) or {'a list': '[…]', 'a function': _FUNCTION_NAME}.get(takes, _MAPPING)}"


def _argument(name: str, problem: str, style: Style) -> str:
    """How a validator is written."""
    example: object = {"pattern": '"^[A-Z]+$"', "custom": _FUNCTION_NAME}.get(name, 3)
    snake = re.sub(r"(?=[A-Z])", "_", name).lower()
    if problem == "takes no argument":
        return f"write Validators.{snake}()" if style == "python" else f'write "{name}"'
    return f"write Validators.{snake}({example})" if style == "python" else f'write {{"{name}": {example}}}'


def _example(model: str, value: object, style: Style) -> str:
    """How a mapping is written of which only the name is given."""
    if model not in _EXAMPLES:
        return ""
    example = _EXAMPLES[model][0 if style == "data" else 1]
    return f"write {example.format(value if isinstance(value, str) and value else '…')}"


def _own_words(details: ErrorDetails, style: Style) -> str:
    error = details.get("ctx", {}).get("error")
    sentence = str(error) if error is not None else details["msg"]
    return in_style(sentence, style)


def _own_help(kind: str, sentence: str, style: Style) -> str:
    belongs = re.search(r'^"(\w+)" belongs to fields of type', sentence)
    if belongs is not None:
        return f'remove "{belongs[1]}", or change the type'
    needs = re.search(r'needs "(\w+)"', sentence)
    if needs is not None:
        example = {"enum_values": ("['draft', 'done']" if style == "python" else '["draft", "done"]'), "ref_entity": '"Category"'}.get(kind, "…")
        return f"add {needs[1]}={example}" if style == "python" else f'add "{needs[1]}": {example}'
    if "twice" in sentence:
        return "keep each value once"
    if kind == "renamed_values":
        return "write each value that is gone once, with one of those that there are"
    if kind == "computed":
        return 'remove them, or "computed"'
    return f"for example {_FUNCTION_NAME}" if kind == "dotted_name" else "mend the value, or leave it out"
