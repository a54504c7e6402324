"""From a Pydantic error's `loc` to our own: through the annotations of the definition model, next to the data.

Pydantic's `loc` names union members and validators on its way; a `Loc` holds wire keys and indexes alone. What to say about an error
belongs to errors.py.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from coregen.load.positions import Loc

ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "<absent>"})()


@dataclass(frozen=True)
class Trace:
    """Where an error is. `loc` is the way in wire keys; `owners` are the models on it, outermost first, each with its own `loc` and data.

    `union` is the way to the plain union that the error came out of, and `fits` says whether the data has the form of the member that
    complains: what the other members say is noise.
    """

    loc: Loc
    value: object
    owners: tuple[tuple[type[BaseModel], Loc, object], ...]
    union: Loc | None = None
    fits: bool = True


def trace(model: type[BaseModel], loc: Sequence[str | int], data: object, unknown: bool = False) -> Trace:
    """Follow a Pydantic `loc` from `model`, of which `data` is the input. With `unknown`, its last step is a key that the model does not know."""
    annotation: Any = model
    way: list[str | int] = []
    owners: list[tuple[type[BaseModel], Loc, object]] = [(model, (), data)]
    union: Loc | None = None
    fits = True
    value = data
    last = len(loc) - 1
    for position, step in enumerate(loc):
        members = _members(annotation)
        if len(members) > 1:
            tagged = next((member for member in members if _tag(member) == step), None)
            if tagged is not None:
                annotation = tagged
                _enter(owners, annotation, way, value)
                continue
            union = tuple(way)
            annotation = next((member for member in members if _labelled(member, step)), members[0])
            fits = fits and has_form(annotation, value)
            continue
        annotation = members[0]
        found = _model(annotation)
        if found is not None:
            name, field = field_of(found, str(step))
            known = field is not None and not (position == last and unknown)
            way.append(wire_key(name, field) if field is not None and known else step)
            annotation = field_annotation(field) if field is not None else Any
            value = _member(value, step, name)
        elif isinstance(step, int) or isinstance(value, Mapping):
            if step == "[key]":
                continue
            annotation = _element(annotation)
            way.append(step)
            value = _member(value, step, None)
        else:
            continue
        _enter(owners, annotation, way, value)
    return Trace(tuple(way), value, tuple(owners), union, fits)


def field_of(model: type[BaseModel], key: str) -> tuple[str, FieldInfo | None]:
    """The field of a model by its wire key or its Python name."""
    for name, field in model.model_fields.items():
        if key in (name, wire_key(name, field)):
            return name, field
    return key, None


def wire_key(name: str, field: FieldInfo) -> str:
    """The key of a field in data."""
    return field.validation_alias if isinstance(field.validation_alias, str) else name


def field_annotation(field: FieldInfo) -> Any:
    """A field's annotation together with its metadata."""
    annotation: Any = field.annotation
    return Annotated[annotation, *field.metadata] if field.metadata else annotation


def has_form(annotation: Any, value: object) -> bool:
    """Whether data has the outer form that an annotation takes."""
    bare = _bare(annotation)
    origin = get_origin(bare) or bare
    if origin is str:
        return isinstance(value, str)
    if origin is Callable or (isinstance(origin, type) and issubclass(origin, Callable)):  # type: ignore[arg-type]  # Callable is a class at run time
        return callable(value)
    if isinstance(origin, type) and issubclass(origin, Mapping | BaseModel):
        return isinstance(value, Mapping)
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return isinstance(value, list | tuple)
    return True


def _enter(owners: list[tuple[type[BaseModel], Loc, object]], annotation: Any, way: list[str | int], value: object) -> None:
    members = _members(annotation)
    found = _model(members[0]) if len(members) == 1 else None
    if found is not None and owners[-1][1] != tuple(way):
        owners.append((found, tuple(way), value))
    elif found is not None and owners[-1][0] is not found:
        owners[-1] = (found, tuple(way), value)


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _members(annotation: Any) -> list[Any]:
    """The members of a union without None, of nested ones too; the annotation itself where it is none."""

    def flat(each: Any) -> Iterator[Any]:
        bare = _bare(each)
        if get_origin(bare) in (Union, types.UnionType):
            for member in get_args(bare):
                yield from flat(member)
        elif bare is not type(None):
            yield each

    return list(flat(annotation)) or [annotation]


def _model(annotation: Any) -> type[BaseModel] | None:
    bare = _bare(annotation)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _tag(member: Any) -> str | None:
    if get_origin(member) is Annotated:
        for metadata in get_args(member)[1:]:
            if isinstance(metadata, Tag):
                return metadata.tag
    model = _model(member)
    if model is not None:
        for key in ("type", "op"):
            field = model.model_fields.get(key)
            if field is not None and isinstance(field.default, str):
                return field.default
    return None


def _labelled(member: Any, step: str | int) -> bool:
    """Whether Pydantic's label of a union member is that of `member`: `str`, `dict[str,any]`, `callable`, a sequence's validators."""
    bare = _bare(member)
    origin = get_origin(bare) or bare
    label = str(step)
    if label.startswith(("str", "constrained-str")):
        return origin is str
    if label.startswith("dict"):
        return isinstance(origin, type) and issubclass(origin, Mapping)
    if label.startswith("callable"):
        return not isinstance(origin, type) or not issubclass(origin, str | Mapping | Sequence)
    return isinstance(origin, type) and issubclass(origin, Sequence) and origin is not str


def _element(annotation: Any) -> Any:
    arguments = [each for each in get_args(_bare(annotation)) if each is not Ellipsis]
    return arguments[-1] if arguments else Any


def _member(value: object, step: str | int, name: str | None) -> object:
    if isinstance(value, Mapping):
        if step in value:
            return value[step]
        if isinstance(step, int):
            return value
        return value.get(name, ABSENT) if name is not None else ABSENT
    if isinstance(step, int):
        if isinstance(value, list | tuple):
            return value[step] if step < len(value) else ABSENT
        return value
    if isinstance(value, BaseModel):
        found, _field = field_of(type(value), str(step))
        return getattr(value, found, ABSENT)
    return ABSENT
