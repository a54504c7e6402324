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
    error: ValidationError
    site: Site | None


@dataclass
class Observed:
    """What was seen. `sites` is by object identity, and keeps the objects so that no identity is used twice."""

    sites: dict[int, tuple[object, Site]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    stand_ins: dict[int, object] = field(default_factory=dict)

    def site(self, value: object) -> Site | None:
        """The call that made an object; None for what no call of the project's code made."""
        found = self.sites.get(id(value))
        return found[1] if found is not None else None


@contextmanager
def observing(is_project_file: Callable[[str], bool]) -> Iterator[Observed]:
    """Observe the constructions of definition models until the block ends. Blocks do not overlap."""
    seen = Observed()
    busy = False

    def note(value: object, site: Site | None) -> None:
        if site is not None:
            seen.sites[id(value)] = (value, site)

    def init(self: DefinitionModel, /, **data: Any) -> None:
        nonlocal busy
        if busy:
            return BaseModel.__init__(self, **data)
        site = _site(sys._getframe(1), is_project_file)
        busy = True
        try:
            BaseModel.__init__(self, **data)
        except ValidationError as error:
            seen.failures.append(Failure(type(self), data, error, site))
            _stand_in(self, data, error)
            seen.stand_ins[id(self)] = self
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
                given = args[0] if args and isinstance(args[0], Mapping) else kwargs.get("obj", {})
                data = given if isinstance(given, Mapping) else {}
                seen.failures.append(Failure(cls, data, error, site))
                value = cls.__new__(cls)
                _stand_in(value, data, error)
                seen.stand_ins[id(value)] = value
            finally:
                busy = False
            note(value, site)
            return value

        return classmethod(made)

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


def _stand_in(value: DefinitionModel, data: Mapping[str, object], error: ValidationError) -> None:
    """Fill an object that failed with what was right about it, and the defaults."""
    wrong = {each["loc"][0] for each in error.errors(include_url=False, include_context=False, include_input=False) if each["loc"]}
    try:
        sound = type(value).__pydantic_validator__.validate_python({key: each for key, each in data.items() if key not in wrong})
    except ValidationError:
        _fill(value, _given(type(value), data, wrong))
    else:
        _fill(value, dict(vars(sound)))


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
