"""How data is judged against one schema in one mode: by one core validator, and field by field once that has refused (semantics 4–7).

The core validator takes what is right in one go. Only after a refusal are the fields asked one by one, so that every failure is told. What
needs a clock or the whole entity runs behind both. The registry (registry.py) says which schema and which mode.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import MISSING, GetCoreSchemaHandler, TypeAdapter
from pydantic import ValidationError as PydanticValidationError
from pydantic_core import CoreSchema, core_schema

from coregen_runtime.entity import types
from coregen_runtime.entity.checks import CHECKS, ValidationContext
from coregen_runtime.entity.fields import SystemField, runtime_annotation, system_fields
from coregen_runtime.entity.generator import id_type
from coregen_runtime.entity.json_copy import MAX_DEPTH
from coregen_runtime.entity.json_schema import Prefixes, nullable
from coregen_runtime.entity.schema import EntitySchema, Factory, FieldSchema, FieldType
from coregen_runtime.entity.validators import Validator
from coregen_runtime.errors.base import REDACTED, CoreError, ValidationError, ValidationFailure, bounded, failures_of
from coregen_runtime.errors.codes import ErrorCode, FailureCode
from coregen_runtime.primitives.clock import Clock
from coregen_runtime.primitives.functions import resolve

ValidationMode: TypeAlias = Literal["create", "update", "stored"]

_NO_FAILURES: tuple[ValidationFailure, ...] = ()
_WITHHELD = "is not valid"
_TELLING = 4
"""How many characters in a row of a sensitive value a sentence may not repeat."""


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """The verdict: every failure (semantics 5), or the data as it is understood, defaults filled in on create."""

    failures: tuple[ValidationFailure, ...] = ()
    value: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.failures

    def unwrap(self) -> Mapping[str, Any]:
        """The value. Raises ValidationError with every failure where there are any."""
        if self.failures:
            raise ValidationError(self.failures)
        return self.value


class Entry:
    """One key that data may have."""

    def __init__(self, key: str, annotation: Any, nullable: bool, required: bool, declared: FieldSchema | None = None) -> None:
        self.key, self.annotation, self.nullable, self.required, self.declared = key, annotation, nullable, required, declared
        self.validators: tuple[Validator, ...] = tuple(declared.validators) if declared is not None else ()
        self.sensitive = declared is not None and declared.sensitive
        self.in_context = in_context(self.validators)

    @cached_property
    def checked(self) -> Any:
        """The annotation as generated models carry it, its validators included."""
        annotation = self.annotation
        for validator in self.validators:
            annotation = Annotated[annotation, validator]
        return annotation

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """The type alone: what the value is understood as, before its validators are asked one by one."""
        return TypeAdapter(self.annotation)

    def core(self, handler: GetCoreSchemaHandler, mode: ValidationMode) -> core_schema.TypedDictField:
        """The key in the core schema of the whole."""
        schema = handler.generate_schema(self.checked)
        if self.nullable:
            schema = core_schema.nullable_schema(schema)
        default = self.declared.default if self.declared is not None else None
        if mode != "create" or self.declared is None:
            return core_schema.typed_dict_field(schema, required=self.required and mode != "update")
        if isinstance(default, Factory):
            return core_schema.typed_dict_field(core_schema.with_default_schema(schema, default_factory=self.default), required=False)
        if default is None and self.required:
            return core_schema.typed_dict_field(schema, required=True)
        return core_schema.typed_dict_field(core_schema.with_default_schema(schema, default=self.default()), required=False)

    def default(self) -> Any:
        """What stands for a key that was left out of a creation.

        Raises:
            CoreError: `INVALID_SCHEMA`: the default is no value of the field; `INVALID_STATE`: its function gave none.
        """
        declared = self.declared
        if declared is None or declared.default is None:
            return () if declared is not None and declared.type is FieldType.REFS else None
        default = declared.default
        made = (resolve(default.factory) if isinstance(default.factory, str) else default.factory)() if isinstance(default, Factory) else default
        try:
            return self.adapter.validate_python(made)
        except PydanticValidationError as error:
            why = "; ".join(failure.message for failure in failures_of(error))
            code = ErrorCode.INVALID_STATE if isinstance(default, Factory) else ErrorCode.INVALID_SCHEMA
            raise CoreError(code, f'the default of "{self.key}" is none of the field\'s values: it {why}') from None

    def judge(self, raw: object, value: dict[str, Any], context: ValidationContext) -> Iterator[ValidationFailure]:
        """What is wrong with one value; a good one goes into `value`."""
        if raw is None and self.nullable:
            value[self.key] = None
            return
        try:
            understood = self.adapter.validate_python(raw)
        except PydanticValidationError as error:
            yield from (placed(failure, self.key, self.sensitive) for failure in failures_of(error))
            return
        value[self.key] = understood
        yield from asked(self.validators, self.key, understood, self.sensitive, context)

    def absent(self, mode: ValidationMode, value: dict[str, Any]) -> Iterator[ValidationFailure]:
        """A key that was left out where all are looked for."""
        default = self.declared.default if self.declared is not None else None
        if self.required and (default is None or mode == "stored"):
            yield ValidationFailure(self.key, FailureCode.REQUIRED, None, "is required")
        elif mode == "create":
            value[self.key] = self.default()


class Plan:
    """How data is judged in one mode."""

    def __init__(self, schema: EntitySchema, mode: ValidationMode, prefixes: Prefixes, clock: Clock, owned: frozenset[str] = frozenset()) -> None:
        self.schema, self.mode, self._clock = schema, mode, clock
        self._read_only = {each.key: "is computed and never accepted" for each in schema.fields if each.computed is not None}
        if mode != "stored":
            self._read_only |= dict.fromkeys(owned, "is changed by its state machine alone")
        declared = [_declared(each, prefixes) for each in schema.fields if each.key not in self._read_only]
        system = [_system(entry, schema) for entry in system_fields(schema)] if mode == "stored" else []
        self.entries: dict[str, Entry] = {entry.key: entry for entry in (*system, *declared)}
        self._in_context = tuple(entry for entry in self.entries.values() if entry.in_context)
        whole: Any = Annotated[dict, self]
        self._validate = TypeAdapter[Any](whole).validator.validate_python

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        fields = {key: entry.core(handler, self.mode) for key, entry in self.entries.items()}
        return core_schema.typed_dict_schema(fields, extra_behavior="forbid")

    def judge(self, data: object, context: ValidationContext | None) -> ValidationResult:
        """The verdict on data in wire names."""
        try:
            value: dict[str, Any] = self._validate(data)
        except PydanticValidationError:
            return self._every_failure(data, context)
        if not self._in_context:
            return ValidationResult(_NO_FAILURES, value)
        given: Any = data
        seen = context or self._context(given)
        failures = [
            failure
            for entry in self._in_context
            if value.get(entry.key) is not None
            for failure in asked(entry.in_context, entry.key, value[entry.key], entry.sensitive, seen)
        ]
        return ValidationResult(tuple(failures), {}) if failures else ValidationResult(_NO_FAILURES, value)

    def _context(self, given: Mapping[str, Any]) -> ValidationContext:
        return ValidationContext(given, self.schema, self.mode == "create", self.mode == "update", now=self._clock.now())

    def _every_failure(self, data: object, context: ValidationContext | None) -> ValidationResult:
        if not isinstance(data, Mapping):
            return ValidationResult((ValidationFailure("", FailureCode.TYPE, None, "must be an object"),))
        given = {key: value for key, value in data.items() if value is not MISSING}
        seen = context or self._context(given)
        value: dict[str, Any] = {}
        failures = bounded(self._failures(given, value, seen))
        return ValidationResult(failures, value if not failures else {})

    def _failures(self, given: Mapping[str, Any], value: dict[str, Any], seen: ValidationContext) -> Iterator[ValidationFailure]:
        for key, entry in self.entries.items():
            if key in given:
                yield from entry.judge(given[key], value, seen)
            elif self.mode != "update":
                yield from entry.absent(self.mode, value)
        yield from (self._unknown(key, given[key]) for key in given if key not in self.entries)

    def _unknown(self, key: object, raw: object) -> ValidationFailure:
        read_only = self._read_only.get(key) if isinstance(key, str) else None
        if read_only:
            return ValidationFailure(shown(key), FailureCode.READ_ONLY, None, read_only)
        return ValidationFailure(shown(key), FailureCode.UNKNOWN_FIELD, raw, "is no known field")


def in_context(validators: Iterable[Validator]) -> tuple[Validator, ...]:
    """Those of a field's validators that no model runs: they look at a clock or at the whole entity. `refExists` and `unique` are the repository's."""
    return tuple(each for each in validators if each.name == "custom" or CHECKS[each.name].in_context is not None)


def asked(validators: Iterable[Validator], key: str, value: object, sensitive: bool, context: ValidationContext) -> Iterator[ValidationFailure]:
    """The failures of some validators on one value, at the field's place.

    Of a sensitive field the value is redacted, and a sentence that repeats any of it withheld (semantics 7).
    """
    for validator in validators:
        verdict = validator(value, context)
        for failure in verdict.failures if verdict is not None else ():
            if sensitive and validator.name == "custom" and _repeats(failure.message, value):
                failure = ValidationFailure(failure.path, failure.code, REDACTED, _WITHHELD)
            yield placed(failure, key, sensitive)


def placed(failure: ValidationFailure, key: str, sensitive: bool) -> ValidationFailure:
    """A failure of a field's value under the field's key."""
    path = f"{key}.{failure.path}" if failure.path else key
    shows = not sensitive or failure.code == FailureCode.FURTHER
    return ValidationFailure(path, failure.code, failure.value if shows else REDACTED, failure.message)


def shown(key: object) -> str:
    """A key that data brought along, as a path has it: half of a surrogate pair as an escape, what is no text by its type, however large it is."""
    return key.encode("utf-8", "backslashreplace").decode() if isinstance(key, str) else f"({type(key).__name__})"


def _repeats(message: str, value: object) -> bool:
    """Whether a sentence tells of a value: four characters in a row of any part of it, or a shorter part whole."""
    told = message.casefold()
    for part in _parts(value):
        text = part.casefold()
        if any(text[at : at + _TELLING] in told for at in range(max(1, len(text) - _TELLING + 1))):
            return True
    return False


def _parts(value: Any, depth: int = 0) -> Iterator[str]:
    """The texts and numbers of a value, as texts."""
    if isinstance(value, str):
        yield from (str(value),) if value else ()
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        yield str(value)
    elif depth < MAX_DEPTH:
        inner: Iterable[tuple[Any, Any]] = (
            value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list | tuple) else _attributes(value)
        )
        for key, each in inner:
            yield from (str(key),) if isinstance(value, Mapping) and key else ()
            yield from _parts(each, depth + 1)


def _attributes(value: Any) -> Iterator[tuple[Any, Any]]:
    names = getattr(value, "__slots__", None) or getattr(value, "__dict__", {})
    yield from ((name, getattr(value, name)) for name in names)


def _system(entry: SystemField, schema: EntitySchema) -> Entry:
    annotation: Any = {"text": types.Text, "timestamp": types.Date, "integer": types.Integer, "json": types.Meta}[entry.storage]
    if entry.key == "id":
        annotation = id_type(schema.id_prefix)
    return Entry(entry.key, annotation, entry.nullable, entry.key == "id")


def _declared(each: FieldSchema, prefixes: Prefixes) -> Entry:
    annotation = runtime_annotation(each, prefixes.get(each.ref_entity or ""), any_id=each.ref_entity not in prefixes)
    return Entry(each.key, annotation, nullable(each), each.required, each)
