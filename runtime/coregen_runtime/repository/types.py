"""The port to a database, and what a repository promises (specification, section 7; semantics 22-28).

Reads and writes are values: an adapter compiles them, and no value or field name ever becomes SQL text. Names of tables and
columns come from a `Table` (`repository/table.py`) alone. What an entity means is left to `base.py`; how a value is stored, to the adapter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias

from typing_extensions import TypeVar

if TYPE_CHECKING:
    from coregen_runtime.entity.types import ID, Entity
    from coregen_runtime.event.types import DomainEvent
    from coregen_runtime.module.migration import Migration
    from coregen_runtime.primitives.pagination import PaginatedResult, SortSpec
    from coregen_runtime.repository.table import LinkTable, Table

E = TypeVar("E", bound="Entity", default=Any)
I = TypeVar("I", bound=str, default=str)
Flt = TypeVar("Flt", default=Mapping[str, Any])
Inc_co = TypeVar("Inc_co", covariant=True, default=Mapping[str, Any])
R = TypeVar("R")

Row: TypeAlias = Mapping[str, Any]
"""A row by column name. Values are JSON's: str, int, float, bool, None, and lists or dicts in a json column."""

Filter: TypeAlias = Mapping[str, Any]
"""A filter as data, keyed by field (semantics 24)."""

Isolation: TypeAlias = Literal["read committed", "serializable"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows a statement may touch: one organisation's, or, with None, those of the system's own tables (relay, replay)."""

    organization: ID | None


SYSTEM = Scope(None)

# --- conditions ---------------------------------------------------------------------------------------------------------------

Operator: TypeAlias = Literal[
    "eq", "lt", "lte", "gt", "gte", "in", "startsWith", "endsWith", "substring", "matches", "contains", "containsAll", "empty", "spatialWithin"
]
"""What an adapter can compare. `eq` None asks for absence; `eq` on json is strict JSON equality
(`True` and `1` differ, `1` and `1.0` do not), `contains` looks for a value in a json array, `empty` asks whether a text or array is.
`spatialWithin` asks whether the point of a `geo.point` column lies in a GeoJSON polygon (semantics 14)."""


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison. It is false where the column is null, apart from `eq` None; order exists between two numbers and two strings."""

    column: str
    op: Operator
    value: Any = None


@dataclass(frozen=True, slots=True)
class Linked:
    """True where the row's `ref[]` field holds any of `targets`, or, without targets, anything at all."""

    link: LinkTable
    targets: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class LinkedTo:
    """True where the row's `ref[]` field holds just `targets`, in this order."""

    link: LinkTable
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Conjunction; empty, it is true."""

    parts: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Disjunction; empty, it is false."""

    parts: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class Negate:
    """Plain negation: true wherever `part` is not, so also where a value is missing (semantics 10)."""

    part: Where


Where: TypeAlias = Compare | Linked | LinkedTo | AllOf | AnyOf | Negate


@dataclass(frozen=True, slots=True)
class Order:
    """One key of an order. Nulls come first ascending and last descending, text is ordered by code point."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class DbQuery:
    """A read of one table. Soft-deleted rows are left out unless `with_deleted`.

    `heads_of` keeps, of the rows of `where`, the first by `order` of each group of equal columns; `then` is asked of those.
    """

    table: Table
    where: Where = AllOf()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    with_deleted: bool = False
    heads_of: tuple[str, ...] = ()
    then: Where = AllOf()


# --- operations ---------------------------------------------------------------------------------------------------------------


class Insert(NamedTuple):
    """A new row; one that stands in its way is a `ConflictError`, or with `if_absent` leaves `rows` 0. A column that is left out has its default, or is null.

    With what else every save makes, it is a named tuple, which takes a third of the time of a frozen dataclass to make.
    """

    table: Table
    row: Row
    if_absent: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """A change of one row by its id. No row: `NotFoundError`, or `ConflictError` when it stands at another version.

    `state` says which rows count as there: the `active`, the soft-`deleted`, or `any`.
    """

    table: Table
    id: str
    changes: Row
    expected_version: int | None = None
    state: Literal["active", "deleted", "any"] = "active"


@dataclass(frozen=True, slots=True)
class Delete:
    """Erases one row, deleted softly or not, with its links. No row: `NotFoundError`; at another version: `ConflictError`."""

    table: Table
    id: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class SetLinks:
    """What a `ref[]` field holds from now on, in order."""

    link: LinkTable
    owner_id: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UpdateWhere:
    """A change of all rows that a condition holds for; `Applied.rows` counts them.

    With `passing`, rows that another transaction holds are passed over instead of waited for.
    """

    table: Table
    where: Where
    changes: Row
    passing: bool = False


@dataclass(frozen=True, slots=True)
class DeleteWhere:
    """Removal of all rows that a condition holds for; `Applied.rows` counts them."""

    table: Table
    where: Where


@dataclass(frozen=True, slots=True)
class Expect:
    """A condition of the whole: unless `query` finds a row (or, with `present` false, finds none) the transaction ends in `error()`."""

    query: DbQuery
    present: bool
    error: Callable[[], Exception]


class AppendEvent(NamedTuple):
    """An event for the log. `(organisation, aggregate, version, ordinal)` is unique; the adapter gives position and ordinal.

    An event of version 0 takes the aggregate's present version, or the next one if `advance`. Another present version than
    `expected_version` is a `ConflictError`. `Applied.values` holds `position`, `version` and `ordinal`.
    """

    event: DomainEvent
    expected_version: int | None = None
    advance: bool = False


Operation: TypeAlias = Insert | Update | Delete | SetLinks | UpdateWhere | DeleteWhere | Expect | AppendEvent


class Applied(NamedTuple):
    """What one operation did: rows touched, and the values that the database gave."""

    rows: int
    values: Row = MappingProxyType({})


# --- the port -----------------------------------------------------------------------------------------------------------------


class Statements(Protocol):
    """What an adapter and a transaction of it both do."""

    async def apply(self, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
        """Perform all operations in order, or none of them. Raises what the operations name.

        Neighbours of one kind and one table may be sent as one statement.
        """
        ...

    async def select(self, scope: Scope, query: DbQuery) -> list[Row]: ...

    async def count(self, scope: Scope, query: DbQuery) -> int:
        """How many rows the query has, without regard to its limit and offset."""
        ...

    async def raw(self, scope: Scope, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """SQL of the caller's own, its values bound by name. `:org` is bound to the scope's organisation and must be named (semantics 23)."""
        ...


class Transaction(Statements, Protocol):
    """One database transaction. Using it from two tasks at once is an error (semantics 22)."""

    def savepoint(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction within this one: an exception undoes what happened in it, and nothing else (semantics 28)."""
        ...

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Call this once the outermost transaction has committed; never, when this one or one around it is undone."""
        ...


class DatabaseAdapter(Statements, Protocol):
    """A database. `dialect` picks the SQL of migration steps: `sqlite`, `postgresql` or `memory`."""

    @property
    def dialect(self) -> str: ...

    async def open(self) -> None:
        """Connect, and make the system tables if they are missing."""
        ...

    async def close(self) -> None: ...

    def transaction(self, scope: Scope, isolation: Isolation = "read committed") -> AbstractAsyncContextManager[Transaction]:
        """A transaction that commits when the block ends and is undone when it raises. Statements of another organisation are refused in it.

        A serializable one that cannot be put in an order with the others ends, at any statement or at its commit, in
        `ConflictError("SERIALIZATION_CONFLICT")`, which is transient: who holds the whole of it runs it again (`repository/retry.py`).
        A task that is cancelled while the commit is under way ends once its outcome is known: the callbacks of `Transaction.on_commit`
        have been called then, if it stands.
        """
        ...

    async def migrate(self, module: str, migrations: Sequence[Migration]) -> tuple[int, ...]:
        """Run the module's migrations that have not run yet, in version order, each once, under a lock. Returns the versions that ran."""
        ...

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Call this after every commit that put records into the outbox: the relay's wake-up beside its polling."""
        ...


# --- the repository -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """How `find_many` answers: `page` from 1, `limit` 1 to 500; `total` false skips the count; `after` is a keyset cursor in the place of a page.

    `include` names reference fields by wire key: what the page refers to by them comes with it, by one query a field.
    """

    page: int = 1
    limit: int = 50
    sort: Sequence[SortSpec] = ()
    with_deleted: bool = False
    total: bool = True
    after: str | None = None
    include: Sequence[str] = ()


class Repository(Protocol[E]):
    """Rows of one entity, seen by one organisation (specification, section 7)."""

    async def find_by_id(self, id: Any) -> E | None: ...

    async def find_by_id_or_fail(self, id: Any) -> E: ...

    async def find_many(self, filter: Any = None, options: QueryOptions | None = None) -> PaginatedResult[E]: ...

    async def find_one(self, filter: Any) -> E | None: ...

    async def find_all(self, filter: Any = None) -> list[E]: ...

    async def count(self, filter: Any = None) -> int: ...

    async def exists(self, filter: Any) -> bool: ...

    async def save(self, entity: E) -> E: ...

    async def save_batch(self, entities: Sequence[E]) -> list[E]: ...

    async def delete(self, id: Any, expected_version: int | None = None) -> None: ...

    async def hard_delete(self, id: Any) -> None: ...

    async def restore(self, id: Any, expected_version: int | None = None) -> E: ...

    async def raw(self, query: str, params: Mapping[str, Any] | None = None) -> list[Row]: ...
