"""PostgreSQL's errors as Core's: a broken unique index is a conflict, a lost race or connection is worth another try."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from coregen_runtime.errors.base import CoreError, IntegrationError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.repository import refusals
from coregen_runtime.repository.table import Table

DRIVER = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What the driver raises."""

LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    OSError,
)
"""What says that there is no connection any more."""

RACES = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
"""What another transaction made of this one; a repetition may pass."""


def translated(error: Exception, tables: Sequence[Table] = ()) -> CoreError:
    """The error as one of Core's. `tables` are those of the statement, whose unique indexes have columns to name."""
    if isinstance(error, CoreError):
        return error
    if isinstance(error, asyncpg.UniqueViolationError):
        return refusals.duplicate(_columns(error, tables))
    if isinstance(error, RACES):
        return refusals.lost_a_race()
    if isinstance(error, asyncpg.LockNotAvailableError):
        return IntegrationError(ErrorCode.TIMEOUT, "a row was held by another transaction for too long", transient=True)
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        message = "PostgreSQL denied the statement: the row belongs to another organisation, or the role was granted nothing here"
        return IntegrationError(ErrorCode.INTEGRATION_FAILED, message)
    if isinstance(error, asyncpg.QueryCanceledError):
        return IntegrationError(ErrorCode.TIMEOUT, "PostgreSQL ended the statement before it was done", transient=True)
    if isinstance(error, asyncpg.PostgresError) and not isinstance(error, LOST):
        return IntegrationError(ErrorCode.INTEGRATION_FAILED, f"PostgreSQL refused the statement ({type(error).__name__}, {error.sqlstate})")
    if isinstance(error, ValueError):
        return IntegrationError(ErrorCode.INTEGRATION_FAILED, "a value has not the type of its column")
    return IntegrationError(
        ErrorCode.INTEGRATION_FAILED, "the connection to PostgreSQL is lost; whether the last change was made is not known", transient=True
    )


def unreachable(error: Exception) -> IntegrationError:
    """No connection could be made."""
    return IntegrationError(ErrorCode.INTEGRATION_FAILED, f"PostgreSQL cannot be reached: {error}", transient=True)


def is_conflict(error: BaseException) -> bool:
    """Whether what was refused may be said more precisely, or go through, one statement after the other."""
    return isinstance(error, asyncpg.UniqueViolationError | asyncpg.DivisionByZeroError)


def _columns(error: asyncpg.UniqueViolationError, tables: Sequence[Table]) -> tuple[str, ...]:
    for table in tables:
        if table.name == error.table_name:
            for index in table.indexes:
                if index.name == error.constraint_name:
                    return index.columns
            return table.primary_key
    return (str(error.constraint_name),)
