"""The SQL of a migration's steps, per dialect, compiled by SQLAlchemy and Alembic when the migration is made.

Owns how a step becomes statements, and the row-level security of PostgreSQL. Which tables and columns there are,
`coregen_runtime.repository.table` says, their types `coregen_runtime.entity.fields`, which steps a migration has `migrations`,
and how values of one type become those of another `casts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, TypeAlias

from alembic.ddl import base as alembic
from alembic.ddl.postgresql import PostgresqlColumnType
from sqlalchemy import Column, ColumnClause, Computed, Dialect, MetaData, PrimaryKeyConstraint, Table, literal_column, make_url, text
from sqlalchemy import Index as SqlIndex
from sqlalchemy.schema import CreateIndex as SqlCreateIndex
from sqlalchemy.schema import CreateTable as SqlCreateTable
from sqlalchemy.schema import DropIndex as SqlDropIndex
from sqlalchemy.schema import DropTable as SqlDropTable
from sqlalchemy.schema import ExecutableDDLElement
from sqlalchemy.types import UserDefinedType

from coregen.resolve.casts import Cast, DialectName, cast, constant, quoted
from coregen_runtime.entity.fields import FIELD_TYPES
from coregen_runtime.module.migration import (
    AddColumn,
    AlterColumn,
    AlterTable,
    CheckRows,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropIndex,
    DropTable,
    Index,
    RenameColumn,
    RenameIndex,
    RenameTable,
)
from coregen_runtime.module.migration import Column as MigrationColumn
from coregen_runtime.repository.points import AXES, coordinate, postgres_expression, sqlite_expression
from coregen_runtime.repository.system_tables import EVENTS

Columns: TypeAlias = tuple[tuple[str, str, bool], ...]
"""Name, storage, and whether null is allowed."""
Statements: TypeAlias = dict[str, tuple[str, ...]]

_DIALECTS: tuple[DialectName, ...] = ("sqlite", "postgresql")
_TABLE, _INDEX, _VALUE = "coregen_table", "coregen_index", "coregen_value"
"""What stands for the names of a table and an index, and for a value, while their statements are compiled."""
_SHAPES = 1024
"""How many statements are remembered: tables of one shape differ in their name alone."""
_REBUILT, _REFUSED = "coregen_rebuilt", "coregen_refused"
"""The tables that a rebuild on SQLite makes for a while: the new one, and one that takes no row, whose constraint says why."""


class _Declared(UserDefinedType[Any]):
    """A column type as it is written in SQL."""

    cache_ok = True

    def __init__(self, declaration: str) -> None:
        self.declaration = declaration

    def get_col_spec(self, **_: Any) -> str:
        return self.declaration


def table_sql(step: CreateTable) -> Statements:
    """The statements that make the step's table, its indexes and, on PostgreSQL, its row-level security.

    Raises ValueError for a storage that no field type has.
    """
    return {"sqlite": _create(step, "sqlite"), "postgresql": (*_create(step, "postgresql"), *_row_level_security(step))}


def drop_table_sql(step: DropTable) -> Statements:
    return _both(SqlDropTable(Table(step.table, MetaData())))


def rename_table_sql(step: RenameTable) -> Statements:
    return _both(alembic.RenameTable(step.table, step.to))


def rename_column_sql(step: RenameColumn, before: CreateTable) -> Statements:
    """The coordinates of a point, where an index holds them, are named after it."""
    renamed = _both(alembic.ColumnName(step.table, step.column, step.to))
    axes = [axis for axis, _ in AXES if step.column in _points(before.indexes)]
    named = (alembic.ColumnName(step.table, coordinate(step.column, axis), coordinate(step.to, axis)) for axis in axes)
    return {**renamed, "postgresql": (*renamed["postgresql"], *(_compile(each, _dialect("postgresql")) for each in named))}


def create_index_sql(step: CreateIndex, before: CreateTable) -> Statements:
    """On PostgreSQL, with the columns for the coordinates of points that no index has held yet."""
    fresh = [point for point in step.index.points if point not in _points(before.indexes)]
    added = [_action(alembic.AddColumn(step.table, each)) for point in fresh for each in _coordinates(point)]
    return {
        "sqlite": (_index(before, step.index, "sqlite"),),
        "postgresql": (*_alter_columns(step.table, added), _index(before, step.index, "postgresql")),
    }


def drop_index_sql(step: DropIndex, before: CreateTable) -> Statements:
    """On PostgreSQL, with the columns for the coordinates of points that no other index holds."""
    others = _points(index for index in before.indexes if index.name != step.index)
    gone = [point for point in _points(before.indexes) if point not in others]
    dropped = [_action(alembic.DropColumn(step.table, Column(coordinate(point, axis)))) for point in gone for axis, _ in AXES]
    indexes = _both(SqlDropIndex(SqlIndex(step.index)))
    return {**indexes, "postgresql": (*indexes["postgresql"], *_alter_columns(step.table, dropped))}


def rename_index_sql(step: RenameIndex, before: CreateTable) -> Statements:
    """SQLite gives an index another name by making it anew."""
    [index] = [each.model_copy(update={"name": step.to}) for each in before.indexes if each.name == step.index]
    drop = _compile(SqlDropIndex(SqlIndex(step.index)), _dialect("sqlite"))
    rename = f"ALTER INDEX {_quote(step.index, 'postgresql')} RENAME TO {_quote(step.to, 'postgresql')}"
    return {"sqlite": (drop, _index(before, index, "sqlite")), "postgresql": (rename,)}


def alter_table_sql(step: AlterTable, before: CreateTable, after: CreateTable) -> Statements:
    """Changes of columns. SQLite adds what may be null and drops columns in place; for all else it makes the table anew."""
    rebuild = step.primary_key is not None or not (_all_optional(step) or all(isinstance(change, DropColumn) for change in step.changes))
    return {"sqlite": _rebuild(step, before, after) if rebuild else _in_place(step), "postgresql": _alter(step, before)}


def check_rows_sql(step: CheckRows) -> Statements:
    """The id of each row, and its value; of a list, how many entries it has."""
    if step.column.type == "list":
        return {name: (_counts(step.table, step.column.name, name),) for name in _DIALECTS}
    return {name: (f"SELECT id, {_quote(step.column.name, name)} FROM {_quote(step.table, name)}",) for name in _DIALECTS}


def _counts(table: str, link: str, name: DialectName) -> str:
    entries = f"{_quote(link, name)} AS l ON l.organization_id = o.organization_id AND l.owner_id = o.id"
    return f"SELECT o.id, count(l.owner_id) FROM {_quote(table, name)} AS o LEFT JOIN {entries} GROUP BY o.organization_id, o.id"


def rename_values_sql(table: str, column: str, renamed: Mapping[str, str]) -> Statements:
    """Each of the old values becomes its new one, all at once."""

    def statement(name: DialectName) -> str:
        value = _quote(column, name)
        cases = " ".join(f"WHEN {quoted(old)} THEN {quoted(new)}" for old, new in renamed.items())
        return f"UPDATE {_quote(table, name)} SET {value} = CASE {value} {cases} END WHERE {value} IN ({', '.join(map(quoted, renamed))})"

    return {"sqlite": (statement("sqlite"),), "postgresql": _over_all_organisations((table,), (statement("postgresql"),))}


def move_to_list_sql(table: str, column: str, link: str) -> Statements:
    """The value of each row becomes the first entry of its list."""

    def statement(name: DialectName) -> str:
        into = f"INSERT INTO {_quote(link, name)} (organization_id, owner_id, position, target_id)"
        value = _quote(column, name)
        return f"{into} SELECT organization_id, id, 0, {value} FROM {_quote(table, name)} WHERE {value} IS NOT NULL"

    return {"sqlite": (statement("sqlite"),), "postgresql": _over_all_organisations((table, link), (statement("postgresql"),))}


def move_from_list_sql(table: str, column: str, link: str) -> Statements:
    """The one entry of each list becomes the value of its row; a list of several stops the migration."""
    sentence = f"{link} holds several entries for one row of {table}, and {column} takes one"

    def statement(name: DialectName) -> str:
        owner = _quote(table, name)
        found = f"SELECT l.target_id FROM {_quote(link, name)} AS l WHERE l.organization_id = {owner}.organization_id AND l.owner_id = {owner}.id"
        return f"UPDATE {owner} SET {_quote(column, name)} = ({found} AND l.position = 0)"

    several = f"SELECT 1 FROM {_quote(link, 'sqlite')} WHERE position > 0 LIMIT 1"
    stop = f"SELECT CAST({quoted(sentence)} || left(target_id, 0) AS bigint) FROM {_quote(link, 'postgresql')} WHERE position > 0 LIMIT 1"
    return {
        "sqlite": (*_refuse(sentence, several), statement("sqlite")),
        "postgresql": _over_all_organisations((table, link), (stop, statement("postgresql"))),
    }


def delete_deleted_sql(table: str, links: Sequence[str]) -> Statements:
    """The soft-deleted rows, and what stands in their lists."""

    def statements(name: DialectName) -> tuple[str, ...]:
        owner = _quote(table, name)
        gone = f"SELECT 1 FROM {owner} AS o WHERE o.organization_id = {{0}}.organization_id AND o.id = {{0}}.owner_id AND o.deleted_at IS NOT NULL"
        entries = (f"DELETE FROM {link} WHERE EXISTS ({gone.format(link)})" for link in (_quote(each, name) for each in links))
        return (*entries, f"DELETE FROM {owner} WHERE deleted_at IS NOT NULL")

    return {"sqlite": statements("sqlite"), "postgresql": _over_all_organisations((table, *links), statements("postgresql"))}


@cache
def _dialect(name: DialectName) -> Dialect:
    return make_url("sqlite://" if name == "sqlite" else "postgresql+asyncpg://").get_dialect()()


def _quote(identifier: str, name: DialectName) -> str:
    return _dialect(name).identifier_preparer.quote(identifier)


def _both(element: ExecutableDDLElement) -> Statements:
    return {"sqlite": (_compile(element, _dialect("sqlite")),), "postgresql": (_compile(element, _dialect("postgresql")),)}


def _create(step: CreateTable, name: DialectName) -> tuple[str, ...]:
    """The table's statement and its indexes'. What differs in names alone is compiled once, and given its names here."""
    points = _points(step.indexes) if name == "postgresql" else ()
    table = _create_table(_columns(step), tuple(step.primary_key), name, points)
    return (table.replace(_TABLE, _quote(step.table, name), 1), *_indexes(step, name))


def _indexes(step: CreateTable, name: DialectName) -> Iterable[str]:
    return (_index(step, index, name) for index in step.indexes)


def _index(step: CreateTable, index: Index, name: DialectName) -> str:
    compiled = _create_index(_columns(step), tuple(index.columns), index.unique, index.active_only, tuple(index.points), name)
    return compiled.replace(_TABLE, _quote(step.table, name), 1).replace(_INDEX, _quote(index.name, name), 1)


def _columns(step: CreateTable) -> Columns:
    return tuple((column.name, column.type, column.nullable) for column in step.columns)


@lru_cache(_SHAPES)
def _create_table(columns: Columns, primary_key: tuple[str, ...], name: DialectName, points: tuple[str, ...] = ()) -> str:
    generated = [column for point in points for column in _coordinates(point)]
    return _compile(SqlCreateTable(_table(columns, name, *generated, PrimaryKeyConstraint(*primary_key))), _dialect(name))


@lru_cache(_SHAPES)
def _create_index(columns: Columns, indexed: tuple[str, ...], unique: bool, active_only: bool, points: tuple[str, ...], name: DialectName) -> str:
    table, active = _table(columns, name), text("deleted_at IS NULL") if active_only else None
    held = [part for column in indexed for part in (_of_point(column, name) if column in points else [table.c[column]])]
    index = SqlIndex(_INDEX, *held, unique=unique, sqlite_where=active, postgresql_where=active)
    return _compile(SqlCreateIndex(index), _dialect(name))


def _table(columns: Columns, name: DialectName, *others: PrimaryKeyConstraint | Column[Any]) -> Table:
    every = (Column(column, _type(storage, name), nullable=nullable) for column, storage, nullable in columns)
    return Table(_TABLE, MetaData(), *every, *others)


def _points(indexes: Iterable[Index]) -> tuple[str, ...]:
    """The columns whose coordinates the indexes hold, each once."""
    return tuple(dict.fromkeys(point for index in indexes for point in index.points))


def _of_point(column: str, name: DialectName) -> list[ColumnClause[Any]]:
    """What an index holds of a point."""
    if name == "postgresql":
        return [literal_column(_quote(coordinate(column, axis), name)) for axis, _ in AXES]
    return [literal_column(sqlite_expression(_quote(column, name), axis)) for axis, _ in AXES]


def _coordinates(point: str) -> list[Column[Any]]:
    """PostgreSQL's columns for the coordinates of a point."""
    quoted_name = _quote(point, "postgresql")
    return [
        Column(coordinate(point, axis), _type("number", "postgresql"), Computed(postgres_expression(quoted_name, axis), persisted=True))
        for axis, _ in AXES
    ]


def _alter_columns(table: str, actions: Sequence[str]) -> tuple[str, ...]:
    """One statement for all, so that PostgreSQL rewrites the table once."""
    return (f"ALTER TABLE {_quote(table, 'postgresql')} {', '.join(actions)}",) if actions else ()


def _type(storage: str, name: DialectName) -> _Declared:
    """What the table of field types says of the storage. On PostgreSQL, text sorts as in SQLite, in Python and in rules: by code point."""
    [row, *_] = [column for row in FIELD_TYPES.values() for column in row.columns if column.storage == storage]
    if name == "sqlite":
        return _Declared(row.sqlite)
    return _Declared(f'{row.postgresql} COLLATE "C"' if storage == "text" else row.postgresql)


def _plain_type(storage: str) -> str:
    """PostgreSQL's type without its collation."""
    return _type(storage, "postgresql").declaration.partition(" COLLATE ")[0]


def _row_level_security(step: CreateTable) -> tuple[str, ...]:
    """Only rows of the session's organisation exist; with none set, or an empty one, no row does (semantics 23)."""
    if all(column.name != "organization_id" for column in step.columns):
        return ()
    table = _quote(step.table, "postgresql")
    mine = "organization_id = NULLIF(current_setting('coregen.organization', true), '')"
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY organization ON {table} USING ({mine}) WITH CHECK ({mine})",
    )


def _over_all_organisations(tables: Sequence[str], statements: Sequence[str]) -> tuple[str, ...]:
    """A change of rows is held to row-level security unless it is the owner's and not forced; it is forced again at the end of the same transaction."""
    names = [_quote(table, "postgresql") for table in tables]
    return (
        *(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY" for name in names),
        *statements,
        *(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY" for name in names),
    )


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _all_optional(step: AlterTable) -> bool:
    return all(isinstance(change, AddColumn) and change.column.nullable and change.value is None and change.fill is None for change in step.changes)


def _in_place(step: AlterTable) -> tuple[str, ...]:
    dialect = _dialect("sqlite")
    return tuple(
        (
            _compile(alembic.AddColumn(step.table, _column(change.column, "sqlite")), dialect)
            if isinstance(change, AddColumn)
            else _compile(alembic.DropColumn(step.table, Column(_name_of(change))), dialect)
        )
        for change in step.changes
    )


def _rebuild(step: AlterTable, before: CreateTable, after: CreateTable) -> tuple[str, ...]:
    """The table made anew under another name, its rows copied, the old one dropped, the name given back, its indexes made again."""
    old = _quote(before.table, "sqlite")
    made = {_name_of(change): change for change in step.changes}
    names = [_quote(column.name, "sqlite") for column in after.columns]
    values = [_carried(column, made.get(column.name), before, "sqlite") for column in after.columns]
    return (
        *(statement for change in step.changes if isinstance(change, AlterColumn) for statement in _checks(change, before)),
        _create_table(_columns(after), tuple(after.primary_key), "sqlite").replace(_TABLE, _REBUILT, 1),
        f"INSERT INTO {_REBUILT} ({', '.join(names)}) SELECT {', '.join(values)} FROM {old}",
        f"DROP TABLE {old}",
        f"ALTER TABLE {_REBUILT} RENAME TO {old}",
        *_indexes(after, "sqlite"),
    )


def _checks(change: AlterColumn, before: CreateTable) -> tuple[str, ...]:
    """What stops the migration where a value cannot be cast, or is missing and has to be there."""
    was = _was(change, before)
    column, table = _quote(was.name, "sqlite"), _quote(before.table, "sqlite")
    used = _cast(change, was, "sqlite")
    made: tuple[str, ...] = ()
    if used is not None and used.fits:
        bad = f"SELECT 1 FROM {table} WHERE {column} IS NOT NULL AND NOT ({used.fits}) LIMIT 1"
        made += _refuse(_sentence(before.table, was.name, used), bad)
    if used is not None and not change.column.nullable and change.value is None and (was.nullable or was.type == "json"):
        made += _refuse(_missing(before.table, was.name), f"SELECT 1 FROM {table} WHERE {used.becomes} IS NULL LIMIT 1")
    return made


def _refuse(sentence: str, rows: str) -> tuple[str, ...]:
    constraint = '"' + sentence.replace('"', '""') + '"'
    return (
        f"CREATE TEMP TABLE {_REFUSED} (found INTEGER CONSTRAINT {constraint} CHECK (found IS NULL))",
        f"INSERT INTO temp.{_REFUSED} {rows}",
        f"DROP TABLE temp.{_REFUSED}",
    )


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def _alter(step: AlterTable, before: CreateTable) -> tuple[str, ...]:
    """One statement for all columns, so that the table is rewritten once, and then what can only come after it."""
    actions: list[str] = []
    after: list[str] = []
    rows: list[str] = []
    for change in step.changes:
        if isinstance(change, AddColumn):
            value = _initial(change, "postgresql")
            actions.append(_action(alembic.AddColumn(step.table, _column(change.column, "postgresql", value is not None)), value or ""))
            if value is not None:
                after.append(_action(alembic.ColumnDefault(step.table, change.column.name, None)))
            if change.fill == "version":
                table, column = _quote(step.table, "postgresql"), _quote(change.column.name, "postgresql")
                rows.append(f"UPDATE {table} SET {column} = {_logged(table)}")
        elif isinstance(change, DropColumn):
            actions.append(_action(alembic.DropColumn(step.table, Column(change.column))))
        else:
            actions += _altered(change, before)
    return (
        *_alter_columns(step.table, actions),
        *_alter_columns(step.table, after),
        *(_over_all_organisations((step.table, EVENTS.name), rows) if rows else ()),
        *(_primary_key(step) if step.primary_key is not None else ()),
    )


def _altered(change: AlterColumn, before: CreateTable) -> Iterable[str]:
    was, now = _was(change, before), change.column
    if now.nullable and not was.nullable:
        yield _action(alembic.ColumnNullable(before.table, was.name, True))
    expression = _carried(now, change, before, "postgresql")
    if was.type != now.type or expression != _quote(was.name, "postgresql"):
        element = PostgresqlColumnType(before.table, was.name, _type(now.type, "postgresql"), using=_VALUE)
        yield _action(element, expression)
    if was.nullable and not now.nullable:
        yield _action(alembic.ColumnNullable(before.table, was.name, False))


def _primary_key(step: AlterTable) -> tuple[str, ...]:
    """The constraint has whatever name PostgreSQL once gave it, so it is looked up."""
    table = _quote(step.table, "postgresql")
    keys = ", ".join(_quote(column, "postgresql") for column in step.primary_key or ())
    found = f"SELECT conname FROM pg_constraint WHERE conrelid = {quoted(table)}::regclass AND contype = 'p'"
    body = f"EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', {quoted(table)}::regclass, ({found}))"
    return (f"DO $coregen$ BEGIN {body}; END $coregen$", f"ALTER TABLE {table} ADD PRIMARY KEY ({keys})")


def _action(element: ExecutableDDLElement, value: str = "") -> str:
    """What stands after `ALTER TABLE <name>`; the value, a person's text for all we know, is put in last."""
    statement = _compile(element, _dialect("postgresql"))
    table = _quote(element.table_name, "postgresql")  # type: ignore[attr-defined]  # every element of Alembic's has one
    action = statement.removeprefix(f"ALTER TABLE {table} ")
    if not value:
        return action
    before, _, behind = action.rpartition(_VALUE)
    return before + value + behind


# --- values -----------------------------------------------------------------------------------------------------------


def _carried(column: MigrationColumn, change: AddColumn | AlterColumn | DropColumn | None, before: CreateTable, name: DialectName) -> str:
    """What rows that are there have in a column afterwards, as an expression over what they have before."""
    if isinstance(change, AddColumn):
        if change.fill == "version":
            return _logged(_quote(before.table, name))
        return _initial(change, name) or "NULL"
    if not isinstance(change, AlterColumn):
        return _quote(column.name, name)
    was = _was(change, before)
    used, value = _cast(change, was, name), constant(change.value, column.type, name)
    if used is None:
        return value if name == "sqlite" else f"CAST({value} AS {_plain_type(column.type)})"
    carried = used.becomes
    if name == "postgresql" and used.fits:
        bare = _quote(was.name, name)
        stop = f"CAST({quoted(_sentence(before.table, was.name, used))} || left(CAST({bare} AS text), 0) AS bigint)"
        stopped = f"{stop} = 0" if column.type == "boolean" else f"CAST({stop} AS {_plain_type(column.type)})"
        carried = f"CASE WHEN {bare} IS NULL OR ({used.fits}) THEN {carried} ELSE {stopped} END"
    return carried if change.value is None else f"coalesce({carried}, {value})"


def _initial(change: AddColumn, name: DialectName) -> str | None:
    """The value of a new column in rows that are there; None for null."""
    if change.fill == "now":
        return "CAST(strftime('%s', 'now') AS INTEGER) * 1000" if name == "sqlite" else "CAST(floor(extract(epoch FROM now()) * 1000) AS bigint)"
    if change.fill == "version":
        return "1"
    return None if change.value is None else constant(change.value, change.column.type, name)


def _logged(table: str) -> str:
    """The version that the events of a row have come to; 1 where there are none."""
    found = f"SELECT max(e.version) FROM {EVENTS.name} AS e WHERE e.organization_id = {table}.organization_id AND e.aggregate_id = {table}.id"
    return f"coalesce(({found}), 1)"


def _was(change: AlterColumn, before: CreateTable) -> MigrationColumn:
    return next(column for column in before.columns if column.name == change.column.name)


def _cast(change: AlterColumn, was: MigrationColumn, name: DialectName) -> Cast | None:
    """The cast that the change makes; None where the values go."""
    if change.loses:
        return None
    if was.type == change.column.type == "json" and change.column.nullable and not was.nullable:
        return _ABSENT[name].of(_quote(was.name, name))
    found = cast(was.type, change.column.type, name)
    if found is None:
        raise ValueError(f"{was.name}: no {was.type} is a {change.column.type}")
    return found.of(_quote(was.name, name))


_ABSENT: Mapping[DialectName, Cast] = {
    "sqlite": Cast("", "nullif({c}, 'null')"),
    "postgresql": Cast("", "nullif({c}, CAST('null' AS jsonb))"),
}
"""Where SQL's null may stand for what is missing, JSON's need not any more."""


def _sentence(table: str, column: str, used: Cast) -> str:
    return f"{table}.{column} holds {used.otherwise}"


def _missing(table: str, column: str) -> str:
    return f"{table}.{column} is missing in a row, and has to be there from now on"


def _name_of(change: AddColumn | AlterColumn | DropColumn) -> str:
    return change.column if isinstance(change, DropColumn) else change.column.name


def _column(column: MigrationColumn, name: DialectName, valued: bool = False) -> Column[Any]:
    return Column(column.name, _type(column.type, name), nullable=column.nullable, server_default=literal_column(_VALUE) if valued else None)


def _compile(element: ExecutableDDLElement, dialect: Dialect) -> str:
    """The statement on one line, as it stands in the migration file beside its columns."""
    return " ".join(str(element.compile(dialect=dialect)).split()).replace("( ", "(").replace(" )", ")")
