"""What the system tables that stand in a database lack, beside their descriptions: another version of Core may have made them.

Pure: each adapter reads its catalogue, and does what is missing by its own DDL, under the lock under which it makes tables. A column that a
description gains later is nullable or has a `default`, so that every table from before can be brought up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.outbox import TIMERS, DeliveryStatus
from coregen_runtime.repository.system_tables import DELIVERIES, SYSTEM_TABLES
from coregen_runtime.repository.table import ColumnSpec, IndexSpec, Table
from coregen_runtime.repository.types import AllOf, Compare, Negate, UpdateWhere


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column as the catalogue has it: `type` in the dialect's words; `filled` where the database gives a value if a statement gives none."""

    type: str
    nullable: bool
    filled: bool


@dataclass(frozen=True, slots=True)
class FoundIndex:
    """An index as the catalogue has it; no column of it counts where it leaves rows out or is not finished."""

    unique: bool
    columns: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table as the catalogue has it, its columns and indexes by name."""

    columns: dict[str, FoundColumn] = field(default_factory=dict)
    indexes: dict[str, FoundIndex] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a table lacks, in this order: all of it; columns; a change of its rows; indexes. Those `outdated` stand with other columns, or are retired, and go first."""

    table: Table
    absent: bool
    columns: tuple[ColumnSpec, ...] = ()
    rows: tuple[UpdateWhere, ...] = ()
    indexes: tuple[IndexSpec, ...] = ()
    outdated: tuple[str, ...] = ()


_ROWS_FROM_BEFORE = {
    ("coregen_deliveries", "claimed_by"): UpdateWhere(
        DELIVERIES,
        AllOf((Compare("status", "eq", DeliveryStatus.PENDING.value), Negate(Compare("handler", "eq", TIMERS)))),
        {"status": DeliveryStatus.WAITING.value},
    )
}
"""By the column that comes: before there were claims, all of a lane was pending. Now the first one is, which a relay sees to as it begins."""

_RETIRED = {"coregen_deliveries": ("coregen_deliveries_status_idx",)}
"""By table, the indexes that an earlier version of Core made and this one does not need: each write would go on paying for them."""


def shortfalls(found: Mapping[str, FoundTable], declared: Mapping[str, str]) -> list[Shortfall]:
    """What each system table lacks; none for those that are whole.

    Args:
        found: the tables of the database, by name; others than Core's do not matter.
        declared: the type that the dialect's catalogue has for each storage of `ColumnSpec`.

    Raises CoreError with a sentence for each column that nothing can be done about: its table, its name, and what helps.
    """
    wrong = [sentence for table in SYSTEM_TABLES if table.name in found for sentence in _beyond_help(table, found[table.name], declared)]
    if wrong:
        raise CoreError(ErrorCode.NOT_CONFIGURED, f"Core's own tables do not fit this version of Core, and nothing was changed: {'; '.join(wrong)}")
    lacking = [_lacking(table, found.get(table.name)) for table in SYSTEM_TABLES]
    return [each for each in lacking if each.absent or each.columns or each.indexes or each.outdated]


def without_owner(lacking: list[Shortfall]) -> None:
    """Raises CoreError where something is missing and nobody may make it. A plain index with other columns answers as well, and may stay."""
    told: list[str] = []
    for each in lacking:
        indexes = [f"the index {index.name}" for index in each.indexes if index.unique or index.name not in each.outdated]
        parts = ["all of it"] if each.absent else [*(column.name for column in each.columns), *indexes]
        told += [f"{each.table.name} lacks {', '.join(parts)}"] if parts else []
    if told:
        fix = 'open it once with an owner: "?owner=…" in the URL'
        message = f"Core's own tables are older than this version of Core: {'; '.join(told)}. No owner is given who could make it: {fix}"
        raise CoreError(ErrorCode.NOT_CONFIGURED, message)


def rows_in_the_way(table: Table, index: IndexSpec) -> CoreError:
    """A unique index cannot be made."""
    columns = ", ".join(index.columns)
    message = f"the unique index {index.name} cannot be made: rows of {table.name} have the same {columns}. Remove one of each, and open again"
    return CoreError(ErrorCode.NOT_CONFIGURED, message)


def _beyond_help(table: Table, found: FoundTable, declared: Mapping[str, str]) -> Iterator[str]:
    for column in table.columns:
        stands, name = found.columns.get(column.name), f"{table.name}.{column.name}"
        if stands is None:
            if not column.nullable and column.default is None:
                wanted = f"{declared[column.type]} NOT NULL"
                yield f"{name} is missing, and what its rows had there nobody knows: add it by hand ({wanted}) with its values, or restore a backup"
        elif stands.type != declared[column.type]:
            yield f"{name} is {stands.type or 'of no type'} and must be {declared[column.type]}: convert it, or restore a backup"
        elif column.name == table.sequence:
            continue
        elif column.nullable and not stands.nullable:
            yield f"{name} is NOT NULL, and this version of Core leaves it empty: let it be null"
        elif not column.nullable and stands.nullable:
            again = ", or drop it, and it is added anew" if column.default is not None else ""
            yield f"{name} may be null, and this version of Core needs a value in every row: make it NOT NULL{again}"
    for name, stands in found.columns.items():
        if name not in table.by_name and not stands.nullable and not stands.filled:
            yield (
                f"{table.name}.{name} is NOT NULL, and this version of Core, which does not know it, cannot fill it: a newer one made it, "
                "so run that one, or give the column a default"
            )


def _lacking(table: Table, found: FoundTable | None) -> Shortfall:
    if found is None:
        return Shortfall(table, absent=True)
    columns = tuple(column for column in table.columns if column.name not in found.columns)
    wanted = {index: FoundIndex(index.unique, index.columns) for index in table.indexes}
    retired = (name for name in _RETIRED.get(table.name, ()) if name in found.indexes)
    return Shortfall(
        table,
        absent=False,
        columns=columns,
        rows=tuple(_ROWS_FROM_BEFORE[key] for column in columns if (key := (table.name, column.name)) in _ROWS_FROM_BEFORE),
        indexes=tuple(index for index in table.indexes if found.indexes.get(index.name) != wanted[index]),
        outdated=(*(index.name for index in table.indexes if found.indexes.get(index.name, wanted[index]) != wanted[index]), *retired),
    )
