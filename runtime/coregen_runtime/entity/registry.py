"""The entity schemas of an application, and what is made of them at run time (specification, section 2).

Built at boot and passed on. `validate` reads the same rows as the generated models do, so their verdicts are one (semantics 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal, TypeAlias

from pydantic import MISSING, TypeAdapter
from pydantic import ValidationError as PydanticValidationError

from coregen_runtime.entity import types
from coregen_runtime.entity.checks import ValidationContext
from coregen_runtime.entity.fields import SystemField, runtime_annotation, system_fields
from coregen_runtime.entity.form import entity_form
from coregen_runtime.entity.generator import id_type
from coregen_runtime.entity.json_keywords import pointer, problems
from coregen_runtime.entity.json_schema import JsonSchema, Mode, Prefixes, nullable, openapi_schema
from coregen_runtime.entity.schema import EntitySchema, Factory, FieldSchema, FieldType
from coregen_runtime.entity.typescript import entity_typescript
from coregen_runtime.errors.base import REDACTED, ConflictError, CoreError, NotFoundError, ValidationError, ValidationFailure, failures_of
from coregen_runtime.errors.codes import ErrorCode, FailureCode
from coregen_runtime.primitives.clock import Clock, SystemClock
from coregen_runtime.primitives.functions import resolve

ValidationMode: TypeAlias = Literal["create", "update", "stored"]


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


@dataclass(frozen=True, slots=True)
class _FieldPlan:
    """One key that data may have."""

    key: str
    adapter: TypeAdapter[Any]
    nullable: bool
    required: bool
    declared: FieldSchema | None


class EntitySchemaRegistry:
    """Schemas by name: `Product` while one module alone has a Product, `catalog.Product` always."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock: Clock = clock or SystemClock()
        self._schemas: dict[str, EntitySchema] = {}
        self._plans: dict[tuple[str, bool], dict[str, _FieldPlan]] = {}

    def register(self, schema: EntitySchema) -> None:
        """Add a schema.

        Raises:
            ConflictError: `DUPLICATE`: its module has an entity of this name, or it has two fields of one key.
            CoreError: `INVALID_SCHEMA`: a field's `jsonSchema` says what Core cannot judge.
        """
        if schema.qualified_name in self._schemas:
            raise ConflictError(ErrorCode.DUPLICATE, f'entity "{schema.qualified_name}" is registered already')
        keys = [each.key for each in schema.fields]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ConflictError(ErrorCode.DUPLICATE, f'entity "{schema.qualified_name}" has two fields "{twice[0]}"')
        for each in schema.fields:
            for problem in problems(each.json_schema) if each.json_schema is not None else ():
                place = f"{schema.qualified_name}.{each.key}: jsonSchema{pointer(problem.way)}"
                raise CoreError(ErrorCode.INVALID_SCHEMA, f"{place}: {problem.message}; {problem.help}")
        self._schemas[schema.qualified_name] = schema
        self._plans.clear()

    def get(self, name: str) -> EntitySchema:
        """The schema of a qualified name, or of a bare one that only one module has.

        Raises:
            NotFoundError: `UNKNOWN`, with the nearest name.
            CoreError: `AMBIGUOUS`, listing the candidates.
        """
        if name in self._schemas:
            return self._schemas[name]
        candidates = sorted(qualified for qualified, schema in self._schemas.items() if schema.name == name)
        if len(candidates) > 1:
            raise CoreError(ErrorCode.AMBIGUOUS, f'"{name}" is an entity of several modules: {", ".join(candidates)}; write the qualified name')
        if candidates:
            return self._schemas[candidates[0]]
        near = get_close_matches(name, sorted({*self._schemas, *(schema.name for schema in self._schemas.values())}), n=1)
        raise NotFoundError(ErrorCode.UNKNOWN, f'no entity "{name}" is registered' + (f'; did you mean "{near[0]}"?' if near else ""))

    def get_all(self, namespace: str | None = None) -> tuple[EntitySchema, ...]:
        """Every schema, or those of one module, by qualified name."""
        return tuple(schema for _, schema in sorted(self._schemas.items()) if namespace is None or schema.namespace == namespace)

    def validate(self, name: str, data: object, mode: ValidationMode = "create", context: ValidationContext | None = None) -> ValidationResult:
        """Judge data in wire names against a schema, all of its pure validators included (semantics 4–6).

        Args:
            mode: `create` is a whole input, `update` the changed keys alone, `stored` an entity with the system's fields.
            context: who asks and when; without one, nobody and now. `refExists` and `unique` are asked by the repository.
        """
        schema = self.get(name)
        if not isinstance(data, Mapping):
            return ValidationResult((ValidationFailure("", FailureCode.TYPE, None, "must be an object"),))
        given = {key: value for key, value in data.items() if value is not MISSING}
        plan = self._plan(schema, mode == "stored")
        seen = context or ValidationContext(given, schema, mode == "create", mode == "update", now=self._clock.now())
        failures: list[ValidationFailure] = []
        value: dict[str, Any] = {}
        for key, entry in plan.items():
            if key in given:
                found = _judge(entry, given[key], seen, value)
                failures.extend(found)
            elif mode != "update":
                failures.extend(_absent(entry, mode, value))
        failures.extend(_unknown(schema, key, given[key]) for key in given if key not in plan)
        return ValidationResult(tuple(failures), value if not failures else {})

    def generate_typescript(self, name: str) -> str:
        """The entity as a TypeScript interface."""
        return entity_typescript(self.get(name))

    def generate_openapi_schema(self, name: str, mode: Mode = "read") -> JsonSchema:
        """The entity as OpenAPI 3.1 takes it."""
        schema = self.get(name)
        return openapi_schema(schema, mode, self._prefixes(schema))

    def generate_form_schema(self, name: str) -> dict[str, Any]:
        """The form that creates the entity: `{schema, uiSchema}`."""
        schema = self.get(name)
        return entity_form(schema, self._prefixes(schema))

    def _prefixes(self, schema: EntitySchema) -> Prefixes:
        """The id prefix of every entity that the schema's refs name and that is known here."""
        known: dict[str, str | None] = {}
        for each in schema.fields:
            target = self._target(schema, each.ref_entity) if each.ref_entity else None
            if target is not None and each.ref_entity is not None:
                known[each.ref_entity] = target.id_prefix
        return known

    def _target(self, schema: EntitySchema, name: str) -> EntitySchema | None:
        own = f"{schema.namespace}.{name}" if schema.namespace else name
        named = self._schemas.get(own) or self._schemas.get(name)
        if named is not None:
            return named
        several = [other for other in self._schemas.values() if other.name == name]
        return several[0] if len(several) == 1 else None

    def _plan(self, schema: EntitySchema, stored: bool) -> dict[str, _FieldPlan]:
        key = (schema.qualified_name, stored)
        if key not in self._plans:
            prefixes = self._prefixes(schema)
            declared = [each for each in schema.fields if each.computed is None]
            system = [_system_plan(entry, schema) for entry in system_fields(schema)] if stored else []
            self._plans[key] = {entry.key: entry for entry in (*system, *(_declared_plan(each, prefixes) for each in declared))}
        return self._plans[key]


def _system_plan(entry: SystemField, schema: EntitySchema) -> _FieldPlan:
    annotation: Any = {"text": types.Text, "timestamp": types.Date, "integer": types.Integer, "json": types.Meta}[entry.storage]
    if entry.key == "id":
        annotation = id_type(schema.id_prefix)
    return _FieldPlan(entry.key, TypeAdapter(annotation), entry.nullable, entry.key == "id", None)


def _declared_plan(each: FieldSchema, prefixes: Prefixes) -> _FieldPlan:
    annotation = runtime_annotation(each, prefixes.get(each.ref_entity or ""), any_id=each.ref_entity not in prefixes)
    return _FieldPlan(each.key, TypeAdapter(annotation), nullable(each), each.required, each)


def _judge(entry: _FieldPlan, raw: object, context: ValidationContext, value: dict[str, Any]) -> list[ValidationFailure]:
    """What is wrong with one value; a good one goes into `value`."""
    sensitive = entry.declared is not None and entry.declared.sensitive
    if raw is None and entry.nullable:
        value[entry.key] = None
        return []
    try:
        understood = entry.adapter.validate_python(raw)
    except PydanticValidationError as error:
        return [_placed(failure, entry.key, sensitive) for failure in failures_of(error)]
    value[entry.key] = understood
    validators = entry.declared.validators if entry.declared is not None else ()
    verdicts = [verdict for validator in validators if (verdict := validator(understood, context)) is not None]
    return [_placed(failure, entry.key, sensitive) for verdict in verdicts for failure in verdict.failures]


def _placed(failure: ValidationFailure, key: str, sensitive: bool) -> ValidationFailure:
    path = f"{key}.{failure.path}" if failure.path else key
    return ValidationFailure(path, failure.code, REDACTED if sensitive else failure.value, failure.message)


def _absent(entry: _FieldPlan, mode: ValidationMode, value: dict[str, Any]) -> list[ValidationFailure]:
    """A key that was left out where all are looked for."""
    default = entry.declared.default if entry.declared is not None else None
    if default is not None and mode == "create":
        made = (resolve(default.factory) if isinstance(default.factory, str) else default.factory)() if isinstance(default, Factory) else default
        value[entry.key] = entry.adapter.validate_python(made)
    elif entry.required and (default is None or mode == "stored"):
        return [ValidationFailure(entry.key, FailureCode.REQUIRED, None, "is required")]
    elif mode == "create" and entry.declared is not None:
        value[entry.key] = () if entry.declared.type is FieldType.REFS else None
    return []


def _unknown(schema: EntitySchema, key: object, raw: object) -> ValidationFailure:
    computed = any(each.key == key and each.computed is not None for each in schema.fields)
    if computed:
        return ValidationFailure(str(key), FailureCode.READ_ONLY, None, "is computed and never accepted")
    return ValidationFailure(str(key), FailureCode.UNKNOWN_FIELD, raw, "is no known field")
