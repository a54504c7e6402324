"""The entity schemas of an application, and what is made of them at run time (specification, section 2).

Built at boot and passed on. `validate` reads the same rows as the generated models do, so their verdicts are one (semantics 4).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, get_args

from coregen_runtime.entity.checks import ValidationContext
from coregen_runtime.entity.form import entity_form
from coregen_runtime.entity.json_keywords import pointer, problems
from coregen_runtime.entity.json_schema import JsonSchema, Mode, Prefixes, openapi_schema
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.entity.typescript import entity_typescript
from coregen_runtime.entity.verdict import Plan, ValidationMode, ValidationResult
from coregen_runtime.errors.base import ConflictError, CoreError, NotFoundError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.clock import Clock, SystemClock

__all__ = ["EntitySchemaRegistry", "ValidationMode", "ValidationResult"]


class EntitySchemaRegistry:
    """Schemas by name: `Product` while one module alone has a Product, `catalog.Product` always."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock: Clock = clock or SystemClock()
        self._schemas: dict[str, EntitySchema] = {}
        self._owned: dict[str, frozenset[str]] = {}
        self._by_name: dict[str, list[str]] = {}
        self._plans: dict[tuple[str, str], Plan] = {}

    def register(self, schema: EntitySchema, machine_fields: Iterable[str] = ()) -> None:
        """Add a schema.

        Args:
            machine_fields: keys of the fields that state machines own: read, and no part of any input (semantics 21).

        Raises:
            ConflictError: `DUPLICATE`: its module has an entity of this name, or it has two fields of one key.
            CoreError: `INVALID_SCHEMA`: a field's `jsonSchema` says what Core cannot judge.
        """
        if schema.qualified_name in self._schemas:
            raise ConflictError(ErrorCode.DUPLICATE, f'entity "{schema.qualified_name}" is registered already')
        twice = sorted(key for key, times in Counter(each.key for each in schema.fields).items() if times > 1)
        if twice:
            raise ConflictError(ErrorCode.DUPLICATE, f'entity "{schema.qualified_name}" has two fields "{twice[0]}"')
        for each in schema.fields:
            for problem in problems(each.json_schema) if each.json_schema is not None else ():
                place = f"{schema.qualified_name}.{each.key}: jsonSchema{pointer(problem.way)}"
                raise CoreError(ErrorCode.INVALID_SCHEMA, f"{place}: {problem.message}; {problem.help}")
        self._schemas[schema.qualified_name] = schema
        self._owned[schema.qualified_name] = frozenset(machine_fields)
        self._by_name.setdefault(schema.name, []).append(schema.qualified_name)
        self._plans.clear()

    def get(self, name: str) -> EntitySchema:
        """The schema of a qualified name, or of a bare one that only one module has.

        Raises:
            NotFoundError: `UNKNOWN`, with the nearest name.
            CoreError: `AMBIGUOUS`, listing the candidates.
        """
        if name in self._schemas:
            return self._schemas[name]
        candidates = sorted(self._by_name.get(name, ()))
        if len(candidates) > 1:
            raise CoreError(ErrorCode.AMBIGUOUS, f'"{name}" is an entity of several modules: {", ".join(candidates)}; write the qualified name')
        if candidates:
            return self._schemas[candidates[0]]
        near = get_close_matches(name, sorted({*self._schemas, *self._by_name}), n=1)
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
        plan = self._plans.get((name, mode))
        return (plan or self._planned(name, mode)).judge(data, context)

    def generate_typescript(self, name: str) -> str:
        """The entity as a TypeScript interface."""
        return entity_typescript(self.get(name))

    def generate_openapi_schema(self, name: str, mode: Mode = "read") -> JsonSchema:
        """The entity as OpenAPI 3.1 takes it."""
        schema = self.get(name)
        owned = self._owned[schema.qualified_name] if mode != "read" else frozenset()
        return openapi_schema(schema, mode, self._prefixes(schema), without=owned)

    def generate_form_schema(self, name: str) -> dict[str, Any]:
        """The form that creates the entity: `{schema, uiSchema}`."""
        schema = self.get(name)
        return entity_form(schema, self._prefixes(schema), self._owned[schema.qualified_name])

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
        several = self._by_name.get(name, ())
        return self._schemas[several[0]] if len(several) == 1 else None

    def _planned(self, name: str, mode: ValidationMode) -> Plan:
        """The plan of a name, kept under that name until another schema is registered."""
        schema = self.get(name)
        if mode not in get_args(ValidationMode):
            raise CoreError(ErrorCode.UNKNOWN, f'there is no mode "{mode}" of validation; there are {", ".join(get_args(ValidationMode))}')
        plan = self._plans[name, mode] = Plan(schema, mode, self._prefixes(schema), self._clock, self._owned[schema.qualified_name])
        return plan
