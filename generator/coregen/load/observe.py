"""Which call made each object of a definition, seen while the definition runs and always undone.

Within `observing()`, every construction of a definition model is noted with the frame of the project's own code that asked for it. One
that fails is noted as well and stands in with what was right about it, so that all errors of a file are found in one run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from coregen.load.mend import Mended, mend, names_in, node_of
from coregen_runtime.module.definition import ModuleDefinition
from coregen_runtime.primitives.model import DefinitionModel


@dataclass(frozen=True)
class Site:
    """A call in the project's code: `instruction` is the index into the code's instructions."""

    file: str
    line: int
    code: CodeType
    instruction: int


@dataclass(frozen=True)
class Failure:
    """A construction that Pydantic refused: the model, what it was given, and where."""

    model: type[BaseModel]
    data: Mapping[str, object]
    details: list[ErrorDetails]
    site: Site | None


@dataclass
class Observed:
    """What was seen. `sites` is by object identity, and keeps the objects so that no identity is used twice.

    `stand_ins` are the objects that failed, by identity too; those of them that are `beyond` mending are left out of what they are given to.
    `left_out` are the names that went with what was wrong.
    """

    sites: dict[int, tuple[object, Site]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    stand_ins: dict[int, object] = field(default_factory=dict)
    beyond: set[int] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)

    def site(self, value: object) -> Site | None:
        """The call that made an object; None for what no call of the project's code made."""
        found = self.sites.get(id(value))
        return found[1] if found is not None else None


@contextmanager
def observing(is_project_file: Callable[[str], bool], supplied: Mapping[str, object] | None = None) -> Iterator[Observed]:
    """Observe the constructions of definition models until the block ends. Blocks do not overlap.

    Args:
        supplied: what a module definition stands in with that lacks it.
    """
    seen = Observed()
    busy = False

    def note(value: object, site: Site | None) -> None:
        if site is not None:
            seen.sites[id(value)] = (value, site)

    def stand_in(value: DefinitionModel, data: Mapping[str, object]) -> Mended[DefinitionModel]:
        """Fill an object with what is right of what it was given, and the defaults."""
        check = type(value).__pydantic_validator__.validate_python
        given = node_of(_without(data, seen.beyond))
        mended = mend(type(value), given, check, supplied if isinstance(value, ModuleDefinition) else {})
        if mended.value is None:
            seen.left_out.update(names_in(data))
            seen.beyond.add(id(value))
            _fill(value, _given(type(value), data, {each["loc"][0] for details, _node in mended.mistakes[:1] for each in details if each["loc"]}))
        else:
            seen.left_out.update(mended.left_out)
            _fill(value, dict(vars(mended.value)))
        seen.stand_ins[id(value)] = value
        return mended

    def fail(value: DefinitionModel, data: Mapping[str, object], error: ValidationError, site: Site | None) -> None:
        seen.failures.append(Failure(type(value), data, error.errors(include_url=False), site))
        mended = stand_in(value, data)
        seen.failures += [Failure(type(value), node.value, details, site) for details, node in mended.mistakes[1:] if isinstance(node.value, dict)]

    def init(self: DefinitionModel, /, **data: Any) -> None:
        nonlocal busy
        if busy:
            return BaseModel.__init__(self, **data)
        site = _site(sys._getframe(1), is_project_file)
        busy = True
        try:
            BaseModel.__init__(self, **data)
            if _without(data, seen.beyond) is not data:
                stand_in(self, data)
        except ValidationError as error:
            fail(self, data, error, site)
        finally:
            busy = False
        note(self, site)

    def from_data(method: str) -> Any:
        original = getattr(BaseModel, method).__func__

        def made(cls: type[DefinitionModel], *args: Any, **kwargs: Any) -> object:
            nonlocal busy
            if busy:
                return original(cls, *args, **kwargs)
            site = _site(sys._getframe(1), is_project_file)
            busy = True
            try:
                value = original(cls, *args, **kwargs)
            except ValidationError as error:
                found = args[0] if args and isinstance(args[0], Mapping) else kwargs.get("obj", {})
                data = found if isinstance(found, Mapping) else {}
                value = cls.__new__(cls)
                fail(value, data, error, site)
            finally:
                busy = False
            note(value, site)
            return value

        return classmethod(made)

    init.__name__ = init.__qualname__ = "__init__"
    init.__pydantic_base_init__ = True  # type: ignore[attr-defined]  # as on BaseModel.__init__: a subclass made meanwhile has no init of its own
    replaced: dict[str, Any] = {"__init__": init, "model_construct": from_data("model_construct"), "model_validate": from_data("model_validate")}
    for name, replacement in replaced.items():
        setattr(DefinitionModel, name, replacement)
    try:
        yield seen
    finally:
        for name in replaced:
            delattr(DefinitionModel, name)


def _site(frame: FrameType | None, is_project_file: Callable[[str], bool]) -> Site | None:
    while frame is not None:
        if is_project_file(frame.f_code.co_filename):
            return Site(frame.f_code.co_filename, frame.f_lineno, frame.f_code, frame.f_lasti // 2)
        frame = frame.f_back
    return None


def _without(data: Any, beyond: set[int]) -> Any:
    """Data without the objects that are beyond mending; itself where it holds none."""
    if not beyond:
        return data
    if isinstance(data, Mapping):
        members = {key: _without(each, beyond) for key, each in data.items() if id(each) not in beyond}
        return members if len(members) < len(data) or any(each is not data[key] for key, each in members.items()) else data
    if isinstance(data, list | tuple):
        items = [_without(each, beyond) for each in data if id(each) not in beyond]
        return items if len(items) < len(data) or any(one is not other for one, other in zip(items, data, strict=True)) else data
    return data


def _given(model: type[DefinitionModel], data: Mapping[str, object], wrong: set[str | int]) -> dict[str, object]:
    """What a constructor was given, unchecked, apart from what is known to be wrong."""
    values: dict[str, object] = {}
    for name, each in model.model_fields.items():
        key = next((key for key in (name, each.validation_alias) if key in data and key not in wrong), None)
        if key is not None:
            values[name] = data[str(key)]
        else:
            values[name] = None if each.is_required() else each.get_default(call_default_factory=True, validated_data={})
    return values


def _fill(value: DefinitionModel, values: dict[str, object]) -> None:
    object.__setattr__(value, "__dict__", values)
    object.__setattr__(value, "__pydantic_fields_set__", set(values))
    object.__setattr__(value, "__pydantic_extra__", None)
    object.__setattr__(value, "__pydantic_private__", None)
