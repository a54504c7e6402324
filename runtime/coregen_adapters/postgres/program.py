"""Operations → one statement, where that means the same as one statement after the other (decision on one round trip). Pure.

The parts of a statement do not see each other's writes. So operations are put together only where none reads what an earlier one
wrote, or where reading less could only refuse: what is refused here is tried one by one, and that outcome counts.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from coregen_adapters.postgres.compile import NO_PATTERNS, NeedsPatterns, Patterns, Selection, quote
from coregen_adapters.postgres.steps import (
    APPENDED,
    AppendStep,
    Columns,
    DeleteStep,
    ExpectStep,
    InsertStep,
    LinksStep,
    Step,
    UpdateStep,
    WhereStep,
    check_insert,
    columns_of,
    expect_step,
    where_step,
)
from coregen_runtime.repository import refusals
from coregen_runtime.repository.system_tables import EVENTS
from coregen_runtime.repository.table import Table
from coregen_runtime.repository.types import (
    AllOf,
    AnyOf,
    AppendEvent,
    Applied,
    Compare,
    Delete,
    DeleteWhere,
    Expect,
    Insert,
    Linked,
    LinkedTo,
    Negate,
    Operation,
    Scope,
    SetLinks,
    Update,
    UpdateWhere,
    Where,
)

if TYPE_CHECKING:
    import asyncpg

_STEPS = 16
"""Steps that one statement holds at most."""
_ORDERED_BY = frozenset({"organization_id", "aggregate_id", "version", "ordinal"})


class _Apart(Exception):
    """The operations do not fit into one statement."""


@dataclass(slots=True)
class Program:
    """One statement: its text, its values, and how its answer is read."""

    sql: str
    values: list[Any]
    steps: list[Step]
    count: int
    once: bool = False
    """Whether it holds what patterns and polygons found, and is planned for that alone."""

    def read(self, record: asyncpg.Record) -> tuple[Applied, ...] | None:
        """What each operation did; None where one was refused, and with it all of them."""
        applied: list[Applied] = [Applied(0)] * self.count
        for step, found in zip(self.steps, record, strict=False):
            rows, wanted = found if isinstance(found, int) else len(found), step.wanted()
            if wanted is not None and rows != wanted:
                return None
            _share(step, rows, found, applied)
        return tuple(applied)

    @property
    def harmless(self) -> bool:
        """Whether it can be refused without an error of the database, which would end the transaction it stands in."""
        [step, *others] = self.steps
        if others or len(step.rows) > 1 or isinstance(step, UpdateStep):
            return False
        return not isinstance(step, WhereStep) or step.unique_columns_stay


def _share(step: Step, rows: int, found: Any, applied: list[Applied]) -> None:
    """`found` has what the step returned of each row, where it returns something."""
    match step:
        case AppendStep():
            by_id = {id: {"position": position, "version": version, "ordinal": ordinal} for id, position, version, ordinal in found}
            for member, row in zip(step.members, step.rows, strict=True):
                applied[member] = Applied(1, by_id[row[0]])
        case InsertStep(if_absent=True) if len(step.rows) > 1:
            inserted = set(found)
            places = [[column.name for column in step.columns.specs].index(name) for name in step.table.primary_key]
            for member, row in zip(step.members, step.rows, strict=True):
                key = tuple(row[place] for place in places)
                applied[member] = Applied(int(key in inserted))
                inserted.discard(key)
        case InsertStep():
            given = sorted(found) if step.table.sequence else []
            for number, member in enumerate(step.members):
                values = {step.table.sequence: given[number][0]} if step.table.sequence and number < len(given) else {}
                applied[member] = Applied(1 if not step.if_absent else rows, values)
        case LinksStep():
            applied[step.members[0]] = Applied(len(step.operation.targets))
        case ExpectStep():
            return
        case _:
            for member in step.members:
                applied[member] = Applied(rows if isinstance(step, WhereStep) else 1)


class Compiler:
    """Compiles operations; the text of a statement is kept by its shape. What belongs to a table is kept beside it, as tables are compared by identity."""

    def __init__(self) -> None:
        self._texts: dict[Hashable, str] = {}
        self._columns: dict[Hashable, Columns] = {}
        self._selections: dict[Table, Selection] = {}

    def selection(self, table: Table) -> Selection:
        """How the table is read."""
        selection = self._selections.get(table)
        if selection is None:
            selection = self._selections[table] = Selection(table)
        return selection

    def together(self, scope: Scope, operations: Sequence[Operation], patterns: Patterns = NO_PATTERNS) -> Program | None:
        """All operations as one statement; None where they must stand one by one. Raises what an operation that is no good raises."""
        gathered = _Gathered(scope, patterns, self._columns)
        try:
            for number, (operation, following) in enumerate(zip_longest(operations, operations[1:])):
                gathered.add(number, operation, following)
        except _Apart:
            return None
        steps = gathered.steps
        if not steps or len(steps) > _STEPS:
            return None
        return Program(self._text(steps), [value for step in steps for value in step.values()], steps, len(operations))

    def parts(self, scope: Scope, operations: Sequence[Operation]) -> list[list[Operation]]:
        """The operations in order, as few lists as fit into one statement each."""
        parts: list[list[Operation]] = []
        gathered: _Gathered | None = None
        for operation, following in zip_longest(operations, operations[1:]):
            if gathered is None or not self._fits(gathered, len(parts[-1]), operation, following):
                parts.append([])
                gathered = _Gathered(scope, NO_PATTERNS, self._columns)
                if not self._fits(gathered, 0, operation, following):
                    gathered = None
            parts[-1].append(operation)
        return parts

    def _fits(self, gathered: _Gathered, number: int, operation: Operation, following: Operation | None) -> bool:
        try:
            gathered.add(number, operation, following)
        except (_Apart, NeedsPatterns):
            return False
        return len(gathered.steps) <= _STEPS

    def _text(self, steps: Sequence[Step]) -> str:
        shape = tuple(step.shape() for step in steps)
        if None in shape:
            return _text(steps)
        text = self._texts.get(shape)
        if text is None:
            text = self._texts[shape] = _text(steps)
        return text


def _text(steps: Sequence[Step]) -> str:
    """What was begun and not done is undone by a division; nothing happens behind a step that had to touch rows and touched none."""
    parts, results, given = [], [], "TRUE"
    touched: list[str] = []
    certain = False
    for number, step in enumerate(steps):
        name, wanted, returned = f"c{number}", step.wanted(), ", ".join(map(quote, step.returned()))
        parts.append(step.text(name, given))
        results.append(f"ARRAY(SELECT ROW({returned}) FROM {name})" if returned else f"(SELECT count(*) FROM {name})")
        if not (certain or isinstance(step, ExpectStep)):
            touched.append(step.touched(name))
            certain = wanted is not None
        if wanted is not None:
            given = f"(SELECT count(*) FROM {name}) = {step.number()}" if len(step.rows) > 1 else f"EXISTS (SELECT FROM {name})"
    undo = ""
    if touched and (len(steps) > 1 or len(steps[0].rows) > 1):
        undo = f", 1 / CASE WHEN ({' OR '.join(touched)}) AND NOT {given} THEN 0 ELSE 1 END"
    return f"WITH {', '.join(parts)} SELECT {', '.join(results)}{undo}"


class _Gathered:
    """The steps of a list of operations, in the order in which each kind first came."""

    def __init__(self, scope: Scope, patterns: Patterns, columns: dict[Hashable, Columns]) -> None:
        self._scope = scope
        self._patterns = patterns
        self._columns = columns
        self._next = 1
        self.steps: list[Step] = []
        self._open: dict[Hashable, Step] = {}
        self._written: dict[Table, set[str]] = {}
        self._ids: set[tuple[Table, str]] = set()
        self._aggregates: set[tuple[str, str]] = set()
        self._named: set[tuple[Table, tuple[Any, ...]]] = set()

    def add(self, number: int, operation: Operation, following: Operation | None) -> None:
        """Raises `_Apart` where the operation must not stand in one statement with those before it."""
        match operation:
            case Insert():
                self._insert(number, operation)
            case Update():
                self._update(number, operation)
            case AppendEvent():
                self._append(number, operation)
            case Expect():
                self._expect(number, operation, following)
            case Delete(table):
                refusals.needs_organization(self._scope, table)
                self._alone(table, "delete")
                for link in table.links:
                    self._alone(link.table, "delete")
                self._lone(number, DeleteStep(table=table, first=self._next, scope=self._scope, operation=operation))
            case SetLinks(link, owner):
                refusals.needs_organization(self._scope, link.table)
                if "delete" in self._written.get(link.table, ()) or (link.table, owner) in self._ids:
                    raise _Apart
                self._written.setdefault(link.table, set()).add("links")
                self._ids.add((link.table, owner))
                self._lone(number, LinksStep(table=link.table, first=self._next, scope=self._scope, operation=operation))
            case UpdateWhere(table) | DeleteWhere(table):
                if any(self._written.get(read) for read in (table, *_linked(operation.where))):
                    raise _Apart
                harmless = isinstance(operation, UpdateWhere) and table is EVENTS and not _ORDERED_BY & set(operation.changes)
                self._alone(table, "payload" if harmless else "where")
                self._lone(number, where_step(operation, self._scope, self._next, self._patterns))

    def _of(self, table: Table, names: tuple[str, ...]) -> Columns:
        columns = self._columns.get((table, names))
        if columns is None:
            columns = self._columns[table, names] = columns_of(table, names)
        return columns

    def _begin(self, key: Hashable, step: Step, values: int) -> None:
        self.steps.append(step)
        self._next += values
        if key is not None:
            self._open[key] = step

    def _close(self, kind: type[Step], table: Table) -> None:
        """What comes next is not moved across what stands between: a unique value may go from one row to the other, and positions rise in order."""
        self._open = {key: step for key, step in self._open.items() if not (isinstance(step, kind) and step.table is table)}

    def _lone(self, number: int, step: Step) -> None:
        step.members.append(number)
        self._begin(None, step, len(step.values()))

    def _alone(self, table: Table, kind: str) -> None:
        if self._written.get(table):
            raise _Apart
        self._written[table] = {kind}

    def _insert(self, number: int, operation: Insert) -> None:
        check_insert(operation, self._scope)
        table = operation.table
        kinds = self._written.setdefault(table, set())
        if kinds - {"insert", "update"}:
            raise _Apart
        kinds.add("insert")
        if "update" in kinds:
            self._close(UpdateStep, table)
        if "id" in operation.row:
            self._ids.add((table, operation.row["id"]))
        names = tuple(operation.row)
        key = None if operation.if_absent and table.sequence else ("insert", table, names, operation.if_absent)
        if operation.if_absent and not table.sequence:
            named = (table, tuple(operation.row[column] for column in table.primary_key))
            if named in self._named:
                self._close(InsertStep, table)
            self._named.add(named)
        step = self._open.get(key)
        if step is None:
            self._close(InsertStep, table)
            step = InsertStep(table=table, first=self._next, columns=self._of(table, names), if_absent=operation.if_absent)
            self._begin(key, step, len(names))
        assert isinstance(step, InsertStep)
        step.add(number, operation.row)

    def _update(self, number: int, operation: Update) -> None:
        table = operation.table
        refusals.needs_organization(self._scope, table)
        kinds = self._written.setdefault(table, set())
        if kinds - {"insert", "update"} or (table, operation.id) in self._ids:
            raise _Apart
        kinds.add("update")
        if "insert" in kinds:
            self._close(InsertStep, table)
        self._ids.add((table, operation.id))
        at_version = operation.expected_version is not None
        names = tuple(operation.changes)
        key = ("update", table, names, at_version, operation.state)
        step = self._open.get(key)
        if step is None:
            columns = self._of(table, names)
            step = UpdateStep(table=table, first=self._next, scope=self._scope, columns=columns, at_version=at_version, state=operation.state)
            organization = self._scope.organization is not None
            self._begin(key, step, 1 + len(names) + at_version + organization)
        assert isinstance(step, UpdateStep)
        step.add(number, operation)

    def _append(self, number: int, operation: AppendEvent) -> None:
        event = operation.event
        refusals.belongs(self._scope, EVENTS, event.org_id)
        aggregate = (event.org_id, event.aggregate_id)
        if aggregate in self._aggregates or self._written.setdefault(EVENTS, set()) - {"append", "payload"}:
            raise _Apart
        self._aggregates.add(aggregate)
        self._written[EVENTS].add("append")
        versioned, expecting = event.version != 0, operation.expected_version is not None
        key = ("append", versioned, expecting, operation.advance)
        step = self._open.get(key)
        if step is None:
            self._close(AppendStep, EVENTS)
            step = AppendStep(table=EVENTS, first=self._next, columns=APPENDED, versioned=versioned, expecting=expecting, advance=operation.advance)
            self._begin(key, step, len(APPENDED.specs) + versioned + expecting)
        assert isinstance(step, AppendStep)
        step.add(number, operation)

    def _expect(self, number: int, operation: Expect, following: Operation | None) -> None:
        query = operation.query
        kinds = {kind for table in (query.table, *_linked(query.where), *_linked(query.then)) for kind in self._written.get(table, ())}
        holds_on = operation.present and not query.heads_of and not query.offset and _grows(query.where)
        kept = kinds <= {"insert", "update"} and _kept_by_an_index(operation, following)
        if kinds and not (holds_on and kinds == {"insert"}) and not kept:
            raise _Apart
        self._lone(number, expect_step(operation, self._scope, self._next, self._patterns))


def _linked(where: Where) -> tuple[Table, ...]:
    """The link tables that a condition asks."""
    match where:
        case Linked(link) | LinkedTo(link):
            return (link.table,)
        case Negate(part):
            return _linked(part)
        case AllOf(parts) | AnyOf(parts):
            return tuple(table for part in parts for table in _linked(part))
    return ()


def _grows(where: Where) -> bool:
    """Whether more rows elsewhere can only make the condition hold for more: it asks no link table."""
    return not _linked(where)


def _kept_by_an_index(operation: Expect, following: Operation | None) -> bool:
    """Whether a unique index refuses what is expected not to be found: the row that is written next would stand beside it."""
    query = operation.query
    if operation.present or query.with_deleted or query.heads_of or not isinstance(query.where, AllOf):
        return False
    if not isinstance(following, Insert | Update) or following.table is not query.table or (isinstance(following, Insert) and following.if_absent):
        return False
    id, row = (following.row.get("id"), following.row) if isinstance(following, Insert) else (following.id, following.changes)
    equal = [part for part in query.where.parts if isinstance(part, Compare) and part.op == "eq" and part.value is not None]
    others = [part for part in query.where.parts if part not in equal]
    written = all(row.get(part.column) == part.value for part in equal) and row.get("deleted_at") is None
    columns = {part.column for part in equal}
    indexed = any(index.unique and set(index.columns) - {"organization_id"} == columns for index in query.table.indexes)
    return written and indexed and others == [Negate(Compare("id", "eq", id))]
