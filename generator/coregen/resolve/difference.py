"""What has to happen to the tables of a module's migrations to make them those that its entities need: steps in an order that can run.

Owns that order, the values that rows get in new columns, and saying what would be lost. Which old name is which new one stands in
`renames`, what a step does to the tables in `migrations`, its SQL in `ddl`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from coregen.resolve.casts import cast
from coregen.resolve.filling import Values
from coregen.resolve.holding import held
from coregen.resolve.migrations import Tables, after, alike, wanted
from coregen.resolve.notes import bare, unnoted
from coregen.resolve.renames import EntityMatch, FieldMatch, Loc, Problem, Shape, match
from coregen_runtime.entity.schema import EntitySchema, Factory
from coregen_runtime.module.migration import (
    AddColumn,
    AlterColumn,
    AlterTable,
    ChangeRows,
    CheckRows,
    Column,
    ColumnChange,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropIndex,
    DropTable,
    Index,
    NoteTable,
    RenameColumn,
    RenameIndex,
    RenameTable,
    Step,
)
from coregen_runtime.repository.table import table_of

_ASIDE = "coregen_aside"
"""The name of what stands aside for a while, so that names can change places."""


@dataclass(frozen=True)
class Loss:
    """What a step loses, where in the definition that comes from, and what it may be called now ("" where nothing is near). `table` is one that goes whole."""

    loc: Loc
    what: str
    instead: str = ""
    table: str = ""


@dataclass(frozen=True)
class Difference:
    """The steps, of which those that change shapes are yet without SQL. With a problem there are none."""

    steps: tuple[Step, ...] = ()
    losses: tuple[Loss, ...] = ()
    problems: tuple[Problem, ...] = ()


def difference(there: Tables, schemas: Sequence[EntitySchema]) -> Difference:
    """The way from the tables `there` to those that the entities need; nothing where they are the same."""
    needed = wanted(table_of(schema) for schema in schemas)
    if alike(there, needed):
        return Difference()
    matches = match(there, schemas)
    if matches.problems:
        return Difference(problems=tuple(matches.problems))
    plan = _Plan(there, needed, matches.entities, there)
    try:
        plan.make()
    except ValueError as error:
        message = f"the next migration cannot be worked out: it {error}"
        return Difference(problems=(Problem((), "MIGRATION-RENAME", message, "rename in two steps, with a sync between them"),))
    if plan.problems:
        return Difference(problems=tuple(plan.problems))
    if not alike(plan.tables, needed):
        raise AssertionError("the steps of a migration do not lead to the tables that the entities need")
    return Difference(tuple(plan.steps), tuple(plan.losses))


@dataclass
class _Plan:
    """The steps so far, and the tables as they stand after them."""

    tables: Tables
    needed: Tables
    entities: Sequence[EntityMatch]
    before: Tables
    steps: list[Step] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    moved: set[tuple[str, str]] = field(default_factory=set)
    """Columns that hold nothing any more that is not elsewhere, and lists, with "", whose entries have gone into a column."""

    def make(self) -> None:
        tables, columns = self._renames()
        owners = {entity.layout.table.name: entity for entity in self.entities}
        self._drop_indexes(tables, columns)
        self._drop_tables(_in_the_way(tables, self.tables, self._moving("list")))
        self._rename(tables, lambda: set(self.tables), lambda old, new: RenameTable(table=old, to=new, sql={}))
        for table, renamed in columns.items():
            self._drop_in_the_way(table, renamed, owners[table])
            self._rename(renamed, self._columns_of(table), self._column_renamer(table))
        self._rename_indexes()
        fresh = [name for name in self.needed if name not in self.tables]
        for name in fresh:
            self.do(self.needed[name])
        for entity in self.entities:
            self._move(entity, fresh)
        for name in sorted(self.tables):
            if name in self.needed:
                self._alter(name, owners.get(name))
        for entity in self.entities:
            for step in held(entity, self.before, self.needed):
                self.do(step)
        self._drop_tables(sorted(set(self.tables) - set(self.needed)))
        for name in self.needed:
            present = {index.name for index in self.tables[name].indexes}
            for index in self.needed[name].indexes:
                if index.name not in present:
                    self.do(CreateIndex(table=name, index=index, sql={}))
            there, needed = self.tables[name], self.needed[name]
            notes = unnoted(there, needed)
            if notes or (there.id_prefix, there.renamed_from) != (needed.id_prefix, needed.renamed_from):
                self.do(NoteTable(table=name, columns=notes, id_prefix=needed.id_prefix, renamed_from=needed.renamed_from))

    def do(self, step: Step) -> None:
        self.tables = after(self.tables, step)
        self.steps.append(step)

    def _renames(self) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        """Tables by their old name, and by the new name of each table its columns by theirs: what each is called from now on."""
        tables: dict[str, str] = {}
        columns: dict[str, dict[str, str]] = {}
        for entity in self.entities:
            name = entity.layout.table.name
            if entity.table and entity.table != name:
                tables[entity.table] = name
            for each in entity.fields:
                if each.was != each.shape:
                    continue
                if each.stored.link is not None:
                    if each.columns[0] != each.stored.link.name:
                        tables[each.columns[0]] = each.stored.link.name
                    continue
                for old, new in zip(each.columns, each.stored.columns, strict=True):
                    if old != new:
                        columns.setdefault(name, {})[old] = new
        return tables, columns

    def _rename(self, pairs: Mapping[str, str], present: Callable[[], set[str]], step: Callable[[str, str], Step]) -> None:
        """What is to have a name that another still has waits for it; where all wait for each other, one stands aside."""
        waiting = dict(pairs)
        while waiting:
            old = next((old for old, new in waiting.items() if new not in present()), "")
            if old:
                self.do(step(old, waiting.pop(old)))
            else:
                old = next(iter(waiting))
                self.do(step(old, _ASIDE))
                waiting[_ASIDE] = waiting.pop(old)

    def _moving(self, shape: Shape) -> set[str]:
        """The columns, or lists, whose values come to be in another shape."""
        return {name for entity in self.entities for each in entity.fields if each.was == shape != each.shape for name in each.columns}

    def _drop_in_the_way(self, table: str, renamed: Mapping[str, str], entity: EntityMatch) -> None:
        """Columns of fields that are gone, and whose names others come to have."""
        columns = {column.name: column for column in self.tables[table].columns}
        moving = self._moving("value") | self._moving("money")
        gone = [self._dropped(table, columns[name], (), entity) for name in _in_the_way(renamed, columns, moving)]
        names = {change.column for change in gone}
        for index in self.tables[table].indexes:
            if names & set(index.columns):
                self.do(DropIndex(table=table, index=index.name, sql={}))
        if gone:
            self.do(AlterTable(table=table, changes=gone, sql={}))

    def _columns_of(self, table: str) -> Callable[[], set[str]]:
        return lambda: {column.name for column in self.tables[table].columns}

    def _column_renamer(self, table: str) -> Callable[[str, str], Step]:
        return lambda old, new: RenameColumn(table=table, column=old, to=new, sql={})

    # --- indexes ------------------------------------------------------------------------------------------------------

    def _drop_indexes(self, tables: Mapping[str, str], columns: Mapping[str, Mapping[str, str]]) -> None:
        """Those that no entity needs, before their columns go; those of a table that goes, go with it."""
        for name, table in sorted(self.tables.items()):
            new = tables.get(name, name)
            if new not in self.needed:
                continue
            wanted = {_meaning(index, self.needed[new]) for index in self.needed[new].indexes}
            for index in table.indexes:
                if _meaning(index, table, columns.get(new, {})) not in wanted:
                    self.do(DropIndex(table=name, index=index.name, sql={}))

    def _rename_indexes(self) -> None:
        pairs: dict[str, tuple[str, str]] = {}
        for name, table in sorted(self.tables.items()):
            needed = self.needed.get(name)
            names = {_meaning(index, needed): index.name for index in needed.indexes} if needed is not None else {}
            means = {index.name: _meaning(index, table) for index in table.indexes}
            pairs |= {old: (name, names[meaning]) for old, meaning in means.items() if names.get(meaning, old) != old}

        waiting = dict(pairs)
        while waiting:
            present = {index.name for table in self.tables.values() for index in table.indexes}
            old = next((old for old, (_, new) in waiting.items() if new not in present), None)
            if old is None:
                old = next(iter(waiting))
                self.do(DropIndex(table=waiting[old][0], index=old, sql={}))
            else:
                owner, new = waiting[old]
                self.do(RenameIndex(table=owner, index=old, to=new, sql={}))
            del waiting[old]

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _move(self, entity: EntityMatch, fresh: Sequence[str]) -> None:
        table = entity.layout.table
        before = self.tables.get(table.name)
        if not entity.table or before is None:
            return
        deleted = next((column for column in before.columns if column.name == "deleted_at"), None)
        if deleted is not None and not table.soft_delete:
            from coregen.resolve.ddl import delete_deleted_sql

            links = [each.stored.link.name if each.stored.link else each.columns[0] for each in entity.fields if each.was == "list"]
            what = f"the rows of {table.name} that are deleted"
            self.do(ChangeRows(summary=f"removes {what}", loses=what, sql=delete_deleted_sql(table.name, links)))
            self.losses.append(Loss(entity.loc, what))
            self.moved.add((table.name, "deleted_at"))
        for each in entity.fields:
            if each.was == "value" and each.stored.link is not None:
                if each.stored.link.name not in fresh:
                    raise ValueError(f"moves {table.name}.{each.columns[0]} into {each.stored.link.name}, which is another field's so far")
                self._to_list(before, each, each.stored.link.name)
            elif each.was == "list" and each.shape == "value":
                self._from_list(entity, each)

    def _to_list(self, table: CreateTable, each: FieldMatch, link: str) -> None:
        [column] = each.columns
        if any(found.name == column and found.type == "text" for found in table.columns):
            from coregen.resolve.ddl import move_to_list_sql

            self.do(ChangeRows(summary=f"{table.table}.{column} becomes the first entry of {link}", sql=move_to_list_sql(table.table, column, link)))
            self.moved.add((table.table, column))

    def _from_list(self, entity: EntityMatch, each: FieldMatch) -> None:
        from coregen.resolve.ddl import move_from_list_sql

        name = entity.layout.table.name
        [column] = [found for found in self.needed[name].columns if found.name == each.stored.columns[0]]
        if column.type != "text":
            return
        [link] = each.columns
        self.do(AlterTable(table=name, changes=[AddColumn(column=column.model_copy(update={"nullable": True}))], sql={}))
        self.do(ChangeRows(summary=f"the entry of {link} becomes {name}.{column.name}", sql=move_from_list_sql(name, column.name, link)))
        self.moved.add((link, ""))

    # --- columns ------------------------------------------------------------------------------------------------------

    def _alter(self, name: str, entity: EntityMatch | None) -> None:
        table, needed = self.tables[name], self.needed[name]
        before = {column.name: column for column in table.columns}
        now = {column.name: column for column in needed.columns}
        added = [column for column in now.values() if column.name not in before]
        changes: list[ColumnChange] = []
        for column in before.values():
            if column.name not in now:
                changes.append(self._dropped(name, column, added, entity))
        values = Values(entity)
        for column in now.values():
            if column.name not in before:
                changes += self._added(name, column, values)
            elif bare(column) != bare(before[column.name]):
                changes += self._changed(name, before[column.name], column, values)
        key = needed.primary_key if tuple(needed.primary_key) != tuple(table.primary_key) else None
        if changes or key is not None:
            self.do(AlterTable(table=name, changes=changes, primary_key=key, sql={}))

    def _dropped(self, table: str, column: Column, added: Iterable[Column], entity: EntityMatch | None) -> DropColumn:
        if (table, column.name) in self.moved:
            return DropColumn(column=column.name)
        what = f"the values of {table}.{column.name}"
        part = next((part for part in ("_amount", "_currency") if self._is_money(table, column.name.removesuffix(part), column.name)), "")
        base = column.name.removesuffix(part)
        fresh = {each.name for each in added if part or cast(column.type, each.type, "sqlite") is not None}
        shape = "money" if part else "value"
        near = (
            each for each in (entity.fields if entity else ()) if each.was is None and each.shape == shape and fresh.issuperset(each.stored.columns)
        )
        instead = next((f'if it is "{each.stored.key}" now, give that field renamedFrom: "{_key(base)}"' for each in near), "")
        if part != "_currency":
            lost = f"the values of {table}.{base}" if part else what
            self.losses.append(Loss(entity.loc if entity else (), lost, instead))
        return DropColumn(column=column.name, loses=what)

    def _is_money(self, table: str, base: str, column: str) -> bool:
        """Whether a column is one of the two of an amount of money that goes."""
        pair = {f"{base}_amount", f"{base}_currency"}
        there, needed = ({each.name for each in tables[table].columns} for tables in (self.tables, self.needed))
        return column in pair and pair <= there and not pair & needed

    def _added(self, table: str, column: Column, values: Values) -> Iterable[ColumnChange]:
        fill = values.fill(column.name)
        value = values.value(column.name)
        if not column.nullable and value is None and fill is None:
            self._needs_a_value(table, column, values)
        yield AddColumn(column=column, value=value, fill=fill)

    def _changed(self, table: str, was: Column, column: Column, values: Values) -> Iterable[ColumnChange]:
        value = values.value(column.name)
        if cast(was.type, column.type, "sqlite") is None:
            what = f"the values of {table}.{column.name} ({was.type}, and {column.type} from now on)"
            if not column.nullable and value is None:
                self._needs_a_value(table, column, values)
            self.losses.append(Loss(values.loc(column.name), what))
            yield AlterColumn(column=column, value=value, loses=what)
        else:
            if was.nullable and not column.nullable and value is None:
                self.do(CheckRows(table=table, column=Column(name=was.name, type=was.type, nullable=False, key=was.key), sql={}))
            needs = was.nullable and not column.nullable or (was.type == "json" and not column.nullable)
            yield AlterColumn(column=column, value=value if needs else None)

    def _needs_a_value(self, table: str, column: Column, values: Values) -> None:
        field = values.field(column.name)
        message = f"{table}.{column.name} is new and required, and rows that are there would have no value in it"
        help = (
            "give the field a default that is a literal; or make it optional, sync, fill it, and make it required then; "
            'or, where no database holds rows yet, run "coregen sync --restart-migrations"'
        )
        if field is not None and isinstance(field.default, Factory):
            message = f"{message}: its default is worked out by a function"
        self.problems.append(Problem(values.loc(column.name), "MIGRATION-VALUE", message, help))

    def _drop_tables(self, names: Iterable[str]) -> None:
        for name in names:
            what = "" if (name, "") in self.moved else f"the table {name} with its rows"
            if what:
                columns = {column.name for column in self.tables[name].columns}
                self.losses.append(Loss((), what, self._perhaps(columns, name), name))
            self.do(DropTable(table=name, loses=what, sql={}))

    def _perhaps(self, columns: set[str], table: str) -> str:
        """The new entity that has the most of the columns, if that is most of its own."""
        fresh = [entity for entity in self.entities if not entity.table]
        shared = {entity.schema.name: len(columns & {column.name for column in entity.layout.table.columns}) for entity in fresh}
        best = max(fresh, key=lambda entity: shared[entity.schema.name], default=None)
        if best is None or 2 * shared[best.schema.name] <= len(best.layout.table.columns):
            return ""
        return f"if it is {best.schema.name} now, give that entity renamedFrom: the name or slug that {table} came from"


def _in_the_way(renamed: Mapping[str, str], present: Collection[str], moving: Collection[str]) -> list[str]:
    """Names that others come to have, and whose owners are gone. Raises ValueError where one of those has yet to move its values elsewhere."""
    found = [new for new in renamed.values() if new in present and new not in renamed]
    for name in found:
        if name in moving:
            raise ValueError(f"gives the name {name} away before its values have moved")
    return found


def _meaning(index: Index, table: CreateTable, renamed: Mapping[str, str] = MappingProxyType({})) -> tuple[object, ...]:
    """What an index is apart from its name. One that holds a point's coordinates is made anew when that column changes."""
    points = {column.name: column.nullable for column in table.columns if column.name in index.points}
    columns = tuple(renamed.get(column, column) for column in index.columns)
    return columns, index.unique, index.active_only, tuple((renamed.get(point, point), points[point]) for point in index.points)


def _key(column: str) -> str:
    """The key that a column was most likely made from."""
    first, *rest = column.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
