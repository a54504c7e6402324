"""A module's `defaultConfig` as classes: what stands in `config.py`. A value's type is that of its default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from coregen.ir import ConfigIR, Declaration
from coregen.naming import MESSAGE, attribute, distinct, function
from coregen.printing import Expr, Name, Subscript, Thunk, call, imported, literal, string
from coregen.resolve.complete import Complete
from coregen.resolve.fields import runtime, sequence
from coregen.resolve.name_values import ModuleNames

Way = tuple[str, ...]


def config_ir(module: Complete, own: ModuleNames) -> ConfigIR | None:
    """None where the module has no configuration."""
    if not own.config:
        return None
    models = tuple(_model(module, own.config, way) for way in sorted(own.config, key=lambda way: (-len(way), way)))
    used = imported(*(part for _, _, fields in models for each in fields for part in (each.annotation, each.value)))
    more = (Name("annotations", "__future__"), runtime("Model"), runtime("SystemContext"), runtime("module_config"))
    return ConfigIR((*more, *used), models, own.config[()], function(f"{module.id}.config"))


def _model(module: Complete, names: Mapping[Way, str], way: Way) -> tuple[str, str, tuple[Declaration, ...]]:
    value: Any = module.definition.default_config
    for key in way:
        value = value[key]
    attributes = distinct(value, lambda key: attribute(key, MESSAGE))
    fields = tuple(_declaration(key, attributes[key], inner, names.get((*way, key))) for key, inner in value.items())
    what = f"`{'.'.join(way)}` in the configuration of {module.id}" if way else f"The configuration of {module.id}"
    return names[way], f"{what}, with its defaults", fields


def _declaration(key: str, name: str, value: object, model: str | None) -> Declaration:
    alias = {"validation_alias": string(key), "serialization_alias": string(key)} if name != key else {}
    if model is not None:
        return Declaration(name, Name(model), call(runtime("Field"), default_factory=Name(model), **alias))
    if isinstance(value, Mapping | list | tuple):
        made = Thunk(literal(value)) if value else Name("dict" if isinstance(value, Mapping) else "list")
        return Declaration(name, _annotation(value), call(runtime("Field"), default_factory=made, **alias))
    return Declaration(name, _annotation(value), call(runtime("Field"), default=literal(value), **alias) if alias else literal(value))


def _annotation(value: object) -> Expr:
    match value:
        case bool():
            return runtime("Boolean")
        case int():
            return runtime("Integer")
        case float():
            return runtime("Number")
        case str():
            return runtime("Text")
        case Mapping():
            return Subscript(Name("Mapping", "collections.abc"), (Name("str"), runtime("Json")))
        case Sequence():
            return sequence(_of_all([_annotation(each) for each in value]))
    return runtime("Json")


def _of_all(types: Sequence[Expr]) -> Expr:
    """The one type of all items; numbers are one where integers stand beside them, anything where nothing fits."""
    if types and all(each == types[0] for each in types):
        return types[0]
    return runtime("Number") if types and all(each in (runtime("Integer"), runtime("Number")) for each in types) else runtime("Json")
