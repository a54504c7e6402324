"""The errors by which a database refuses, in one wording for all adapters (semantics 22, 23)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coregen_runtime.errors.base import ConflictError, CoreError, IntegrationError, NotFoundError
from coregen_runtime.errors.codes import ErrorCode

if TYPE_CHECKING:
    from coregen_runtime.repository.table import Table
    from coregen_runtime.repository.types import Scope


def duplicate(columns: Sequence[str], entity: str = "") -> ConflictError:
    """A row stands in the way of an insertion or a change."""
    named = ", ".join(column for column in columns if column != "organization_id")
    return ConflictError(ErrorCode.ALREADY_EXISTS, f"{entity or 'one'} with the same {named} exists already", {"fields": named})


def stale(entity: str, id: str) -> ConflictError:
    """The row stands at another version."""
    return ConflictError(ErrorCode.VERSION_CONFLICT, meta={"entity": entity, "id": id})


def missing(entity: str, id: str) -> NotFoundError:
    """No row, or none of this organisation."""
    return NotFoundError(ErrorCode.NOT_FOUND, f"there is no {entity} of this id", {"entity": entity, "id": id})


def needs_organization(scope: Scope, table: Table) -> None:
    """Raises CoreError when an entity's table is touched without an organisation."""
    if scope.organization is None and table.tenant:
        raise CoreError(ErrorCode.INVALID_STATE, f"{table.entity} belongs to organisations; the statement names none")


def belongs(scope: Scope, table: Table, organization: object) -> None:
    """Raises CoreError when a row is written outside the organisation of the statement."""
    needs_organization(scope, table)
    if scope.organization not in (None, organization):
        raise CoreError(ErrorCode.INVALID_STATE, f"a row of {table.entity} was written outside its organisation")


def holds_a_transaction() -> CoreError:
    """A task waits for the writer that it holds itself."""
    return CoreError(ErrorCode.INVALID_STATE, "this task holds a transaction; use the transaction's own context, the database waits for it to end")


def not_free(timeout: int, holders: str = "") -> IntegrationError:
    """The writer was not free within `timeout` ms; `holders` says which tasks of this process hold it, and for how long."""
    by = f" ({holders})" if holders else ""
    message = f"the writer was not free for {timeout} ms; a transaction is held open for too long{by}: do slow work before it or after it"
    return IntegrationError(ErrorCode.TIMEOUT, message, transient=True)


def no_connection(timeout: int) -> IntegrationError:
    """No connection of the pool was free within `timeout` ms."""
    message = f"no connection was free for {timeout} ms; transactions are held open for too long, or the pool is too small"
    return IntegrationError(ErrorCode.TIMEOUT, message, transient=True)


def took_too_long(limit: int) -> IntegrationError:
    """A statement of the caller's own was ended, for it may take `limit` ms. Another try would take as long."""
    message = f"the raw statement was ended, for it may take {limit} ms; ask for less at once, or give the database a larger raw_timeout"
    return IntegrationError(ErrorCode.TIMEOUT, message)


def lost_a_race() -> ConflictError:
    """A transaction that fits into no order with those beside it, or waited in a circle with one: `repository/retry.py` runs it again."""
    return ConflictError(ErrorCode.SERIALIZATION_CONFLICT, transient=True)


def not_open() -> CoreError:
    """A statement before `open` or after `close`."""
    return CoreError(ErrorCode.INVALID_STATE, "the database is not open")
