"""A field of a definition as Python: its annotation with validators, its default, and how it stands in each kind of class.

Which annotation a type has is the runtime's table (`coregen_runtime.entity.fields`); what it is called, `names`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from coregen.ir import Declaration, EnumIR, TypedDictIR
from coregen.naming import distinct, member
from coregen.printing import Call, Expr, Items, Name, Pair, Subscript, Thunk, Union, call, literal, string
from coregen.resolve.json_names import JsonNames
from coregen.resolve.name_values import EnumNames, ModuleNames
from coregen.resolve.report import Report
from coregen_runtime.entity import fields as table
from coregen_runtime.entity.json_keywords import problems
from coregen_runtime.entity.json_schema import nullable
from coregen_runtime.entity.schema import Factory, FieldSchema, FieldType
from coregen_runtime.entity.told import told
from coregen_runtime.entity.validators import Validator
from coregen_runtime.primitives.functions import dotted_name

if TYPE_CHECKING:
    from coregen.load import LoadedModule, Loc

RUNTIME = "coregen_runtime"
NONE = Name("None")
_IMPLIED = frozenset({"integer", "refExists", "unique"})
"""Validators that say nothing in an annotation: the type says it, or the repository asks."""


@cache
def runtime(name: str) -> Name:
    return Name(name, RUNTIME)


@cache
def typing(name: str) -> Name:
    return Name(name, "typing")


def sequence(item: Expr) -> Subscript:
    return Subscript(Name("Sequence", "collections.abc"), (item,))


@dataclass(frozen=True)
class Types:
    """What the types of fields are called in one file: enums and typed JSON by wire key, ids in the names of the module; where they are imported from."""

    enums: Mapping[str, EnumNames]
    json: Mapping[str, JsonNames]
    names: ModuleNames
    ids_module: str
    enums_module: str = ""
    known: dict[tuple[int, bool, bool], Expr] = field(default_factory=dict, init=False, compare=False)
    """What each field's annotation is, by the field's identity: it stands in many classes."""

    def id(self, qualified: str) -> Name:
        return Name(self.names.ids[qualified], self.ids_module)

    def conditions(self, qualified: str, *, many: bool = False) -> Name:
        """What a filter takes for a reference, or for a list of them, as `repositories/` imports it."""
        return Name(self.names.conditions[qualified][many], "..conditions")

    def typed_json(self, names: JsonNames) -> Name:
        """The class or the alias of a JSON Schema."""
        return Name(names.name, f"{self.ids_module.removesuffix('ids')}json_types.{names.file}")

    def row(self, field: FieldSchema, *, given: bool = False) -> Expr:
        """The annotation without validators; `given` takes an enum's literals too."""
        return self._known(field, given, False)

    def checked(self, field: FieldSchema, *, given: bool = False) -> Expr:
        """The annotation with its validators."""
        return self._known(field, given, True)

    def _known(self, field: FieldSchema, given: bool, checked: bool) -> Expr:
        key = (id(field), given, checked)
        if key not in self.known:
            self.known[key] = self._checked(field, given) if checked else self._row(field, given)
        return self.known[key]

    def _row(self, field: FieldSchema, given: bool) -> Expr:
        if field.type is FieldType.ENUM:
            names = self.enums[field.key]
            return Name(names.input if given else names.enum, self.enums_module)
        if field.type in (FieldType.REF, FieldType.REFS):
            target = self.id(field.ref_entity or "")
            written = table.annotation(field, id=target.text)
            return target if written == target.text else Subscript(runtime(written.partition("[")[0]), (target,))
        return self.typed_json(self.json[field.key]) if field.json_schema is not None else runtime(table.annotation(field))

    def _checked(self, field: FieldSchema, given: bool) -> Expr:
        checks = tuple(validator_code(each) for each in field.validators if each.name not in _IMPLIED)
        row = self.row(field, given=given)
        return Subscript(typing("Annotated"), (row, *checks)) if checks else row

    def default(self, field: FieldSchema) -> tuple[Expr | None, Expr | None]:
        """A default, and the function that makes one: at most one of the two."""
        value = field.default
        if isinstance(value, Factory):
            return None, call(runtime("lazy_function"), string(value.name))
        if value is None:
            return (Name("()") if field.type is FieldType.REFS and not field.required else None), None
        if field.json_schema is not None:
            return None, Thunk(self._json(self.json[field.key], value))
        if field.type is FieldType.ENUM:
            return Name(f"{self.enums[field.key].enum}.{members(field)[value]}", self.enums_module), None
        if field.type is FieldType.REF:
            return call(self.id(field.ref_entity or ""), string(value)), None
        if field.type is FieldType.REFS:
            return (
                call(Name("tuple"), Items(tuple(call(self.id(field.ref_entity or ""), string(each)) for each in value))) if value else Name("()")
            ), None
        if field.type is FieldType.MONEY:
            return _made(runtime("Money"), _plain(value)), None
        if field.type in (FieldType.GEO_POINT, FieldType.GEO_POLYGON, FieldType.GEO_LINESTRING):
            return _made(runtime(table.annotation(field)), _plain(value)), None
        if isinstance(value, list | tuple | Mapping):
            return None, Thunk(literal(value)) if value else Name("dict" if isinstance(value, Mapping) else "list")
        return literal(value), None

    def _json(self, names: JsonNames, value: Any) -> Expr:
        """A JSON value as the type reads it."""
        typed = self.typed_json(names)
        if names.is_class:
            return call(replace(typed, text=f"{typed.text}.model_validate"), literal(value))
        return call(runtime("json_value"), typed, literal(value))


def members(field: FieldSchema) -> Mapping[str, str]:
    """The enum's member of each value."""
    return distinct(field.enum_values or (), member)


def enum_ir(field: FieldSchema, names: EnumNames, owner: str, docs: Mapping[str, str] = MappingProxyType({})) -> EnumIR:
    """The enum of a field of `owner`; `docs` says what its values mean, as far as that is known."""
    doc = f"The values of `{field.key}` of {owner}"
    return named_enum(names.enum, names.input, members(field), f"{doc}. {said}" if (said := told(field, constraints=False)) else doc, docs)


def named_enum(name: str, input: str, members: Mapping[str, str], doc: str, docs: Mapping[str, str]) -> EnumIR:
    literals = Subscript(typing("Literal"), tuple(string(value) for value in members)) if members else typing("Never")
    return EnumIR(
        name,
        doc,
        tuple((attribute, string(value)) for value, attribute in members.items()),
        input,
        literals,
        Union((Name(name), Name(f"_{name}Value"))),
        {members[value]: text for value, text in docs.items() if value in members and text},
    )


def conditions(name: str, value: Name, operators: tuple[str, ...], *, many: bool = False) -> TypedDictIR:
    """The conditions on an enum, an id, or `many` ids, by operator."""
    optional = Union((value, NONE))
    same = sequence(value) if many else optional
    one: Mapping[str, Expr] = {
        "eq": same,
        "neq": same,
        "in": sequence(optional),
        "nin": sequence(optional),
        "exists": Name("bool"),
        "matches": Name("str"),
        "contains": value,
        "containsAll": sequence(value),
        "empty": Name("bool"),
    }
    return typed_dict(name, {operator: one[operator] for operator in operators})


def typed_dict(name: str, keys: Mapping[str, Expr]) -> TypedDictIR:
    entries = Items(tuple(Pair(string(key), value) for key, value in keys.items()), "{}")
    return TypedDictIR(name, Call(typing("TypedDict"), (string(name), entries, Pair(Name("total"), Name("False")))))


def model_field(field: FieldSchema, attribute: str, types: Types, *, given: bool = False, checked: bool = True) -> Declaration:
    """The field in a model: alias where the wire name differs, no `repr` where it is sensitive, None or its default where it may be left out."""
    annotation = types.checked(field, given=given) if checked else types.row(field, given=given)
    default, factory = types.default(field)
    if nullable(field):
        annotation, default = Union((annotation, NONE)), NONE
    return Declaration(attribute, annotation, _field(field, attribute, default, factory), told(field, constraints=checked))


def computed_field(field: FieldSchema, attribute: str, types: Types) -> Declaration:
    """The field where it is read (semantics 8): its type, the dotted name of its function, its wire name where that differs."""
    annotation = types.checked(field)
    alias = {} if attribute == field.key else {"alias": string(field.key)}
    made = call(Subscript(runtime("Computed"), (annotation,)), string(dotted_name(field.computed or "")), **alias)
    return Declaration(attribute, annotation, made, told(field))


def update_field(field: FieldSchema, attribute: str, types: Types) -> Declaration:
    """The field in an update: left out by `MISSING`, which differs from None."""
    annotation = types.checked(field, given=True)
    missing = runtime("MISSING")
    members: tuple[Expr, ...] = (annotation, NONE, missing) if nullable(field) else (annotation, missing)
    return Declaration(attribute, Union(members), _field(field, attribute, missing, None), told(field))


def system_field(attribute: str, wire: str, annotation: Expr, default: Expr | None) -> Declaration:
    """A field of ours, by its Python name and its wire name."""
    return Declaration(attribute, annotation, _aliased(attribute, wire, default, None, {}))


def expected_version() -> Declaration:
    """The version that a change was made from, in its message."""
    return system_field("expected_version", "expectedVersion", Union((counted(), NONE)), NONE)


def counted(most: int | None = None) -> Expr:
    """An integer from 1 on."""
    bounds = [call(runtime("Validators.min"), Name("1")), *([call(runtime("Validators.max"), Name(str(most)))] if most else [])]
    return Subscript(typing("Annotated"), (runtime("Integer"), *bounds))


def key_declaration(field: FieldSchema, attribute: str, types: Types, *, partial: bool) -> Declaration:
    """The field as a key of the typed dict that `new` or `replace` takes."""
    annotation: Expr = types.row(field, given=True)
    if nullable(field):
        annotation = Union((annotation, NONE))
    optional = not partial and (not field.required or field.default is not None)
    return Declaration(attribute, Subscript(typing("NotRequired"), (annotation,)) if optional else annotation)


def filter_value(field: FieldSchema, types: Types) -> Expr:
    """What a filter takes for the field: a value, None, or conditions by operator."""
    if field.type is FieldType.ENUM:
        return Union((types.row(field, given=True), NONE, Name(types.enums[field.key].conditions)))
    if field.type is FieldType.REF:
        target = types.id(field.ref_entity or "")
        return Union((target, NONE, types.conditions(field.ref_entity or "")))
    if field.type is FieldType.REFS:
        return Union((sequence(types.id(field.ref_entity or "")), types.conditions(field.ref_entity or "", many=True)))
    conditions = runtime(table.row(field).filter)
    if "eq" not in table.row(field).filter_ops or field.type is FieldType.JSON:
        return conditions
    return Union((types.row(field), NONE, conditions))


def validator_code(validator: Validator) -> Call:
    """`Validators.max_length(120)`."""
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in validator.name)
    if validator.name == "custom":
        return call(runtime("Validators.custom"), string(dotted_name(validator.argument)))
    return Call(runtime(f"Validators.{snake}"), () if validator.argument is None else (literal(validator.argument),))


def check_field(module: LoadedModule, field: FieldSchema, loc: Loc, report: Report) -> bool:
    """Whether the field can be generated: its functions have names, and its default is a value that the field takes."""
    fine = True
    for index, validator in enumerate(field.validators):
        if validator.name == "custom":
            fine &= check_function(module, validator.argument, (*loc, "validators", index), report)
    if field.computed is not None:
        fine &= check_function(module, field.computed, (*loc, "computed"), report)
    if isinstance(field.default, Factory):
        return fine & check_function(module, field.default.factory, (*loc, "default"), report)
    if field.default is None or field.json_schema is not None and problems(field.json_schema):
        return fine
    annotation: Any = table.runtime_annotation(field, any_id=True)
    try:
        TypeAdapter(annotation).validate_python(field.default, strict=None)
    except ValidationError as error:
        reasons = "; ".join(each["msg"] for each in error.errors(include_url=False, include_context=False))
        report.error(
            module, (*loc, "default"), "FIELD-DEFAULT", f"{field.key} cannot have this default: {reasons}", "give a value of the field's type"
        )
        return False
    return fine


def check_function(module: LoadedModule, function: Any, loc: Loc, report: Report) -> bool:
    try:
        dotted_name(function)
    except ValueError as error:
        report.error(module, loc, "FUNCTION-NAME", str(error), 'use a function at the top of a module, or its name, "package.module:function"')
        return False
    return True


def _field(field: FieldSchema, attribute: str, default: Expr | None, factory: Expr | None) -> Expr | None:
    return _aliased(attribute, field.key, default, factory, {"repr": Name("False")} if field.sensitive else {})


def _aliased(attribute: str, wire: str, default: Expr | None, factory: Expr | None, more: Mapping[str, Expr]) -> Expr | None:
    keywords: dict[str, Expr] = dict(more)
    if attribute != wire:
        keywords |= {"validation_alias": string(wire), "serialization_alias": string(wire)}
    if factory is not None:
        return call(runtime("Field"), default_factory=factory, **keywords)
    if not keywords:
        return default
    return call(runtime("Field"), **({} if default is None else {"default": default}), **keywords)


def _made(model: Name, value: Any) -> Call:
    return call(model, **{key: literal(inner) for key, inner in value.items()})


def _plain(value: Any) -> Any:
    return value.model_dump(by_alias=True, mode="json") if hasattr(value, "model_dump") else value
