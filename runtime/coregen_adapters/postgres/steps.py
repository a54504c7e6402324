"""What each operation is in SQL: a step, one part of a statement that may hold several (decision on one round trip). Pure.

A step happens only where the one before it did: `given` is that condition. What a step needs of the rows that it counts is `wanted`;
None takes any number. Rows of one kind are gathered into one step, which sends them as arrays.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from coregen_adapters.postgres.compile import NO_PATTERNS, Binds, Patterns, condition, exists, guard, quote
from coregen_adapters.postgres.horizon import BEFORE
from coregen_adapters.postgres.values import Writer, typed, writer, written
from coregen_runtime.repository import refusals
from coregen_runtime.repository.log import event_row
from coregen_runtime.repository.system_tables import EVENTS
from coregen_runtime.repository.table import ColumnSpec, Table
from coregen_runtime.repository.types import AppendEvent, Delete, DeleteWhere, Expect, Insert, Row, Scope, SetLinks, Update, UpdateWhere

Column: TypeAlias = ColumnSpec


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Columns that are written together, and how. Compared by identity."""

    specs: tuple[Column, ...]
    writers: tuple[tuple[str, Writer | None], ...]

    def of(self, row: Row) -> list[Any]:
        """The row's values as they are sent."""
        return [row[name] if write is None else write(row[name]) for name, write in self.writers]


def columns_of(table: Table, names: Iterable[str]) -> Columns:
    """The columns of these names."""
    specs = tuple(map(table.column, names))
    return Columns(specs, tuple((column.name, writer(column)) for column in specs))


@dataclass(slots=True, kw_only=True)
class Step:
    """A step with the members, numbers of operations, that it performs. `first` is the number of its first bound value."""

    table: Table
    first: int
    members: list[int] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def shape(self) -> Hashable:
        """What the text of the step depends on, apart from names and numbers that its place in the statement gives; None: it is made anew each time."""
        return None

    def values(self) -> Sequence[Any]:
        """The bound values: as they are for one row, as arrays for several."""
        return self.rows[0] if len(self.rows) == 1 else list(map(list, zip(*self.rows, strict=True)))

    def text(self, name: str, given: str) -> str:
        """The part of a WITH clause; more than one part where the operation touches several tables."""
        raise NotImplementedError

    def wanted(self) -> int | None:
        return len(self.rows)

    def number(self) -> str:
        """How many rows are sent as arrays, as an expression."""
        return f"cardinality(${self.first}::text[])"

    def returned(self) -> Sequence[str]:
        """The columns that the statement is to give back of each row that the step touched; without any, their number alone."""
        return ()

    def touched(self, name: str) -> str:
        """Whether the step touched a row, as an expression."""
        return f"EXISTS (SELECT FROM {name})"

    def _source(self, columns: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
        """Where the step's values come from, and what each is called there. `columns` are names and types."""
        marks = [f"${self.first + number}" for number in range(len(columns))]
        if len(self.rows) == 1:
            return "", [f"{mark}::{type}" for mark, (_, type) in zip(marks, columns, strict=True)]
        arrays = ", ".join(f"{mark}::{type}[]" for mark, (_, type) in zip(marks, columns, strict=True))
        names = [f'"v{number}"' for number in range(len(columns))]
        return f"unnest({arrays}) WITH ORDINALITY AS u({', '.join(names)}, place)", [f"u.{name}" for name in names]


def _columns(columns: Sequence[Column]) -> list[tuple[str, str]]:
    return [(column.name, typed(column)) for column in columns]


@dataclass(slots=True, kw_only=True)
class InsertStep(Step):
    columns: Columns
    if_absent: bool

    def shape(self) -> Hashable:
        return ("insert", self.table, self.columns, self.if_absent, len(self.rows) > 1)

    def add(self, number: int, row: Row) -> None:
        self.members.append(number)
        self.rows.append(tuple(self.columns.of(row)))

    def text(self, name: str, given: str) -> str:
        source, values = self._source(_columns(self.columns.specs))
        names = ", ".join(quote(column.name) for column in self.columns.specs)
        found = f" FROM {source}" if source else ""
        order = " ORDER BY u.place" if source else ""
        returned = ", ".join(map(quote, self.returned())) or "1"
        return (
            f"{name} AS (INSERT INTO {quote(self.table.name)} ({names}) SELECT {', '.join(values)}{found} WHERE {given}{order}"
            f" ON CONFLICT DO NOTHING RETURNING {returned})"
        )

    def wanted(self) -> int | None:
        return None if self.if_absent else len(self.rows)

    def number(self) -> str:
        return f"cardinality(${self.first}::{typed(self.columns.specs[0])}[])"

    def returned(self) -> Sequence[str]:
        if self.table.sequence is not None:
            return (self.table.sequence,)
        return self.table.primary_key if self.if_absent and len(self.rows) > 1 else ()


@dataclass(slots=True, kw_only=True)
class UpdateStep(Step):
    """Changes by id; all rows change the same columns. With several, they are locked in the order of their ids."""

    scope: Scope
    columns: Columns
    at_version: bool
    state: str

    def shape(self) -> Hashable:
        return ("update", self.table, self.columns, self.at_version, self.state, self.scope.organization is None, len(self.rows) > 1)

    def add(self, number: int, operation: Update) -> None:
        self.members.append(number)
        values = self.columns.of(operation.changes)
        version = [operation.expected_version] if self.at_version else []
        self.rows.append((operation.id, *values, *version))

    def values(self) -> Sequence[Any]:
        organization = [] if self.scope.organization is None else [self.scope.organization]
        rows = [self.rows[0]] if len(self.rows) == 1 else [list(map(list, zip(*self.rows, strict=True)))]
        return [*rows[0], *organization]

    def text(self, name: str, given: str) -> str:
        columns = [("id", "text"), *_columns(self.columns.specs), *([("version", "int8")] if self.at_version else [])]
        source, values = self._source(columns)
        sets = ", ".join(f"{quote(column.name)} = {value}" for column, value in zip(self.columns.specs, values[1:], strict=False))
        conditions = [f't."id" = {values[0]}']
        if self.scope.organization is not None:
            conditions.append(f't."organization_id" = ${self.first + len(columns)}')
        if self.table.soft_delete and self.state != "any":
            conditions.append(f't."deleted_at" IS {"NOT " if self.state == "deleted" else ""}NULL')
        if self.at_version:
            conditions.append(f't."version" = {values[-1]}')
        table = quote(self.table.name)
        if not source:
            return f"{name} AS (UPDATE {table} AS t SET {sets} WHERE {' AND '.join([*conditions, given])} RETURNING 1)"
        locked = f'SELECT u.* FROM {source} JOIN {table} AS t ON {" AND ".join(conditions)} WHERE {given} ORDER BY t."id" FOR UPDATE OF t'
        own = f' AND t."organization_id" = ${self.first + len(columns)}' if self.scope.organization is not None else ""
        return f'{name}l AS ({locked}), {name} AS (UPDATE {table} AS t SET {sets} FROM {name}l AS u WHERE t."id" = u."v0"{own} RETURNING 1)'


@dataclass(slots=True, kw_only=True)
class AppendStep(Step):
    """Events for the log, each of another aggregate. Version and ordinal are found in the log as it stands."""

    columns: Columns
    versioned: bool
    expecting: bool
    advance: bool

    def shape(self) -> Hashable:
        return ("append", self.versioned, self.expecting, self.advance, len(self.rows) > 1)

    def add(self, number: int, operation: AppendEvent) -> None:
        self.members.append(number)
        row = event_row(operation.event)
        version = [row["version"]] if self.versioned else []
        expected = [operation.expected_version] if self.expecting else []
        self.rows.append((*self.columns.of(row), *version, *expected))

    def text(self, name: str, given: str) -> str:
        columns = [
            *_columns(self.columns.specs),
            *([("version", "int8")] if self.versioned else []),
            *([("expected", "int8")] if self.expecting else []),
        ]
        source, values = self._source(columns)
        by_name = {column.name: value for column, value in zip(self.columns.specs, values, strict=False)}
        own = f'e."organization_id" = {by_name["organization_id"]} AND e."aggregate_id" = {by_name["aggregate_id"]}'
        events = quote(EVENTS.name)
        present = f'(SELECT coalesce(max(e."version"), 0) AS present FROM {events} AS e WHERE {own})'
        sources = [f"{name}g", *([source] if source else [])]
        conditions = []
        if self.versioned:
            version = values[len(self.columns.specs)]
            if self.expecting:
                sources.append(f"LATERAL {present} AS p")
        else:
            sources.append(f"LATERAL {present} AS p")
            version = f"p.present{' + 1' if self.advance else ''}"
        if self.expecting:
            conditions.append(f"p.present = {values[-1]}")
        ordinal = f'coalesce((SELECT max(e."ordinal") + 1 FROM {events} AS e WHERE {own} AND e."version" = {version}), 0)'
        names = ", ".join(quote(column.name) for column in self.columns.specs)
        found = f" FROM {' CROSS JOIN '.join(sources)}{' WHERE ' if conditions else ''}{' AND '.join(conditions)}"
        return (
            f"{name}g AS MATERIALIZED ({BEFORE} WHERE {given}), "
            f'{name} AS (INSERT INTO {events} ({names}, "version", "ordinal") SELECT {", ".join(values[: len(self.columns.specs)])}, {version}, {ordinal}'
            f"{found}{' ORDER BY u.place' if source else ''}"
            f' ON CONFLICT DO NOTHING RETURNING "id", "position", "version", "ordinal")'
        )

    def returned(self) -> Sequence[str]:
        return ("id", "position", "version", "ordinal")


@dataclass(slots=True, kw_only=True)
class WhereStep(Step):
    """A change or a removal of all rows that a condition holds for; `passing` by those that are held."""

    verb: str
    binds: Binds
    where: str
    unique_columns_stay: bool
    passing: bool

    def values(self) -> Sequence[Any]:
        return self.binds.values

    def wanted(self) -> int | None:
        return None

    def text(self, name: str, given: str) -> str:
        if not self.passing:
            return f"{name} AS ({self.verb} WHERE {self.where} AND {given} RETURNING 1)"
        free = f"SELECT t.ctid FROM {quote(self.table.name)} AS t WHERE {self.where} AND {given} FOR UPDATE SKIP LOCKED"
        return f"{name} AS ({self.verb} WHERE t.ctid = ANY(ARRAY({free})) RETURNING 1)"


@dataclass(slots=True, kw_only=True)
class ExpectStep(Step):
    """A condition of the whole; it touches nothing."""

    binds: Binds
    found: str

    def values(self) -> Sequence[Any]:
        return self.binds.values

    def wanted(self) -> int | None:
        return 1

    def text(self, name: str, given: str) -> str:
        return f"{name} AS (SELECT 1 WHERE {self.found} AND {given})"


@dataclass(slots=True, kw_only=True)
class DeleteStep(Step):
    """The removal of one row with its links."""

    scope: Scope
    operation: Delete

    def shape(self) -> Hashable:
        return ("delete", self.table, self.operation.expected_version is None, self.scope.organization is None)

    def values(self) -> Sequence[Any]:
        version = [] if self.operation.expected_version is None else [self.operation.expected_version]
        organization = [] if self.scope.organization is None else [self.scope.organization]
        return [self.operation.id, *organization, *version]

    def wanted(self) -> int | None:
        return 1

    def text(self, name: str, given: str) -> str:
        id, organization = f"${self.first}::text", f"${self.first + 1}"
        own = f' AND t."organization_id" = {organization}' if self.scope.organization is not None else ""
        at = f' AND t."version" = ${self.first + (2 if own else 1)}' if self.operation.expected_version is not None else ""
        parts = [f'{name} AS (DELETE FROM {quote(self.table.name)} AS t WHERE t."id" = {id}{own}{at} AND {given} RETURNING 1)']
        for number, link in enumerate(self.table.links):
            gone = f'DELETE FROM {quote(link.name)} AS t WHERE t."owner_id" = {id}{own} AND (SELECT count(*) FROM {name}) = 1 RETURNING 1'
            parts.append(f"{name}k{number} AS ({gone})")
        return ", ".join(parts)


@dataclass(slots=True, kw_only=True)
class LinksStep(Step):
    """What a `ref[]` field holds from now on: places are filled anew, and those left over are removed."""

    scope: Scope
    operation: SetLinks

    def shape(self) -> Hashable:
        return ("links", self.table)

    def values(self) -> Sequence[Any]:
        return [
            self.scope.organization,
            self.operation.owner_id,
            [written(self.table.column("target_id"), target) for target in self.operation.targets],
        ]

    def wanted(self) -> int | None:
        return None

    def touched(self, name: str) -> str:
        return f"EXISTS (SELECT FROM {name}r) OR EXISTS (SELECT FROM {name})"

    def text(self, name: str, given: str) -> str:
        organization, owner, targets = (f"${self.first + number}" for number in range(3))
        table = quote(self.table.name)
        key = ", ".join(map(quote, self.table.primary_key))
        removed = (
            f'DELETE FROM {table} AS t WHERE t."organization_id" = {organization} AND t."owner_id" = {owner}'
            f' AND t."position" >= cardinality({targets}::text[]) AND {given} RETURNING 1'
        )
        put = (
            f'INSERT INTO {table} ("organization_id", "owner_id", "position", "target_id") SELECT {organization}::text, {owner}::text,'
            f" u.place - 1, u.target FROM unnest({targets}::text[]) WITH ORDINALITY AS u(target, place) WHERE {given}"
            f' ON CONFLICT ({key}) DO UPDATE SET "target_id" = excluded."target_id" RETURNING 1'
        )
        return f"{name}r AS ({removed}), {name} AS ({put})"


def check_insert(operation: Insert, scope: Scope) -> None:
    """Raises CoreError for a row outside the scope's organisation."""
    if "organization_id" in operation.row:
        refusals.belongs(scope, operation.table, operation.row["organization_id"])


def where_step(operation: UpdateWhere | DeleteWhere, scope: Scope, first: int, patterns: Patterns = NO_PATTERNS) -> WhereStep:
    """The step of a change or a removal by condition."""
    table, binds = operation.table, Binds(first)
    verb, stay, passing = f"DELETE FROM {quote(table.name)} AS t", True, False
    if isinstance(operation, UpdateWhere):
        columns = [table.column(name) for name in operation.changes]
        sets = ", ".join(f"{quote(column.name)} = {binds(written(column, operation.changes[column.name]))}::{typed(column)}" for column in columns)
        verb = f"UPDATE {quote(table.name)} AS t SET {sets}"
        unique = {*table.primary_key, *(column for index in table.indexes if index.unique for column in index.columns)}
        stay, passing = not unique & set(operation.changes), operation.passing
    own = guard(scope, table, binds)
    where = f"{own} AND {condition(operation.where, table, binds, patterns)}"
    return WhereStep(table=table, first=first, verb=verb, binds=binds, where=where, unique_columns_stay=stay, passing=passing)


def expect_step(operation: Expect, scope: Scope, first: int, patterns: Patterns = NO_PATTERNS) -> ExpectStep:
    """The step of an expectation."""
    binds = Binds(first)
    found = exists(scope, operation.query, binds, patterns)
    return ExpectStep(table=operation.query.table, first=first, binds=binds, found=found if operation.present else f"NOT {found}")


APPENDED = columns_of(EVENTS, (column.name for column in EVENTS.columns if column.name not in ("position", "version", "ordinal")))
"""The columns of an event that it brings itself."""
