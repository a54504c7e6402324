"""A recipe makes valid values of a generated model: distinct ones for examples, all of them for properties.

What is valid is read from the model itself, and of an entity from its schema, which knows what is the repository's to fill in. Hypothesis is
imported by `any` alone: factories work without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import MISSING
from pydantic import ValidationError as PydanticValidationError

from coregen_runtime.entity.checks import CHECKS, ValidationContext
from coregen_runtime.entity.examples import NoExample, example, plain_schema, target_of
from coregen_runtime.entity.fields import system_fields
from coregen_runtime.entity.generator import new_id
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.entity.types import validators_of
from coregen_runtime.entity.validators import Validator
from coregen_runtime.errors.base import ValidationError, failures_of
from coregen_runtime.primitives.clock import SystemClock
from coregen_runtime.primitives.model import Model, sensitive_keys, wire_names
from coregen_runtime.repository.table import is_unique, stored_fields

__all__ = ["Recipe", "Strategy"]

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy as Strategy
else:

    class Strategy:
        """What stands for Hypothesis's class of strategies, which may be missing: `Strategy[Product]`."""

        def __class_getitem__(cls, of: object) -> type:
            return cls


M = TypeVar("M", bound=Model)

_TRIES = 100
"""So many values in a row that the definition's own functions refuse, and none is looked for any longer."""


class Recipe(Generic[M]):
    """How values of one model are made.

    Args:
        model: an entity, an input, a message or a payload.
        schema: of an entity, the function that gives its schema: `id` is then fresh, and what the repository stamps is left to it.
    """

    def __init__(self, model: type[M], schema: Callable[[], EntitySchema] | None = None) -> None:
        self.model, self._schema = model, schema
        self._seeds: dict[str, Iterator[int]] = {}

    @cached_property
    def schema(self) -> EntitySchema | None:
        """The schema of an entity."""
        return self._schema() if self._schema is not None else None

    @property
    def name(self) -> str:
        """`catalog.Product`, or the class of what is no entity."""
        return self.schema.qualified_name if self.schema is not None else self.model.__name__

    def make(self, values: Mapping[str, object]) -> M:
        """One with these values, by attribute; what else it must have is unlike that of every other made here, as far as there is room.

        Raises:
            NoExample: nothing was found for a field that must have a value.
            ValidationError: a value given is none of its field's.
        """
        given = self._by_wire(values)
        if self.schema is not None:
            given.setdefault("id", new_id(self.schema.id_prefix or ""))
        made = {key: self._example(key) for key in self._required if key not in given}
        for _ in range(_TRIES):
            value = self._validated({**made, **given})
            refused = [key for key in self._refused(value) if key in made]
            if not refused:
                return value
            made |= {key: self._example(key) for key in refused}
        raise self._nothing(refused)

    def any(self, values: Mapping[str, object]) -> Strategy[M]:
        """Every one that the definition allows, with these values, by attribute.

        Raises:
            NoExample: no strategy is known for a field, or, when a value is drawn, no value passes what the definition's functions ask for.
            ImportError: Hypothesis is not installed.
        """
        return self.unasked(values).filter(self._asks()) if self._asked else self.unasked(values)

    def unasked(self, values: Mapping[str, object]) -> Strategy[M]:
        """As `any`, and also what only the definition's own functions would refuse: the model and the database take it."""
        from hypothesis import strategies as st

        from coregen_runtime.testing.strategies import Values

        given, found = self._by_wire(values), Values(self._root, SystemClock().now())
        strategies = {}
        for key, schema in self._properties.items():
            if key not in given and key not in self._stamped:
                try:
                    strategies[key] = found.of(schema)
                except NoExample as unknown:
                    raise NoExample(f"no strategy is known for {self.name}.{key}: {unknown}; give a value") from None
        required = {key: each for key, each in strategies.items() if key in self._required or key == "id"}
        optional = {key: each for key, each in strategies.items() if key not in required}
        return st.fixed_dictionaries(required, optional=optional).map(lambda made: self._validated({**made, **given}))

    def attributes(self, keys: Iterable[str]) -> list[str]:
        """The attributes of wire keys."""
        names = {wire: name for name, wire in self._wire.items()}
        return [names[key] for key in keys]

    # --- what the model says ----------------------------------------------------------------------------------------------------

    @cached_property
    def _root(self) -> Mapping[str, Any]:
        return self.model.model_json_schema(by_alias=True)

    @cached_property
    def _top(self) -> Mapping[str, Any]:
        top = plain_schema(self._root)
        return plain_schema(target_of(top["$ref"], self._root)) if "$ref" in top else top

    @property
    def _properties(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._top.get("properties", {})
        return found

    @property
    def _required(self) -> tuple[str, ...]:
        return tuple(self._top.get("required", ()))

    @cached_property
    def _wire(self) -> Mapping[str, str]:
        return wire_names(self.model)

    @cached_property
    def _stamped(self) -> frozenset[str]:
        """The wire keys that the repository fills in, and `meta`."""
        return frozenset(entry.key for entry in system_fields(self.schema) if entry.key != "id") if self.schema is not None else frozenset()

    @cached_property
    def _unique(self) -> frozenset[str]:
        return frozenset(field.key for field in stored_fields(self.schema) if is_unique(field)) if self.schema is not None else frozenset()

    @cached_property
    def _asked(self) -> Mapping[str, tuple[Validator, ...]]:
        """The validators that the model cannot run itself, by attribute: they look at the clock, or are the definition's functions."""
        found = {name: validators_of(field) for name, field in self.model.model_fields.items()}
        asked = {name: tuple(each for each in several if each.name == "custom" or CHECKS[each.name].in_context) for name, several in found.items()}
        return {name: several for name, several in asked.items() if several}

    # --- making -----------------------------------------------------------------------------------------------------------------

    def _by_wire(self, values: Mapping[str, object]) -> dict[str, object]:
        unknown = [name for name in values if name not in self._wire]
        if unknown:
            raise TypeError(f"{self.name} has no {', '.join(unknown)}")
        return {self._wire[name]: value for name, value in values.items()}

    def _validated(self, data: Mapping[str, object]) -> M:
        try:
            return self.model.model_validate(data, by_alias=True, by_name=False)
        except PydanticValidationError as error:
            raise ValidationError(failures_of(error, sensitive_keys(self.model), self._wire)) from None

    def _example(self, key: str) -> object:
        seed = next(self._seeds.setdefault(key, count(1)))
        schema = self._properties[key]
        if key in self._unique:
            target = target_of(schema["$ref"], self._root) if "$ref" in schema else schema
            choices = target.get("enum") or ([True, False] if target.get("type") == "boolean" else None)
            if choices:
                return choices[(seed - 1) % len(choices)]
        try:
            return example(schema, self._root, seed)
        except NoExample as unknown:
            raise NoExample(f"no example of {self.name}.{key} was found: {unknown}; give a value") from None

    def _refused(self, value: M) -> list[str]:
        """The wire keys whose values the definition's functions, or the clock, refuse."""
        if not self._asked:
            return []
        entity = value.model_dump(mode="json", by_alias=True, exclude_computed_fields=True)
        context = ValidationContext(entity, self.schema, is_create=True, now=SystemClock().now())
        return [
            self._wire[name]
            for name, several in self._asked.items()
            if getattr(value, name) is not MISSING and any(each(getattr(value, name), context) is not None for each in several)
        ]

    def _asks(self) -> Callable[[M], bool]:
        """What `any` filters with; it says so when nothing ever passes, before Hypothesis finds that too much was filtered out."""
        passed, tries = set[str](), count(1)

        def passes(value: M) -> bool:
            refused = self._refused(value)
            passed.update(set(self._wire.values()) - set(refused))
            never = [key for key in refused if key not in passed]
            if never and next(tries) >= _TRIES:
                raise self._nothing(never)
            return not refused

        return passes

    def _nothing(self, keys: list[str]) -> NoExample:
        asked = {self._wire[name]: several for name, several in self._asked.items()}
        which = "; ".join(f"{self.name}.{key}: none of {_TRIES} values passes {_told(asked[key])}" for key in keys)
        return NoExample(f"{which}; give a value that does")


def _told(validators: tuple[Validator, ...]) -> str:
    return " and ".join(f"{each.name} {each.argument}" if each.argument is not None else each.name for each in validators)
