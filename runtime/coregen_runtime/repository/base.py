"""`BaseRepository`: rows of one entity as one organisation sees and changes them (specification, section 7; semantics 22-28).

It decides what a save, a delete or a page means and says it in values; conditions are `filters.py`'s, orders and cursors `paging.py`'s,
rows `table.py`'s, statements the adapter's, and delivering what it leaves in the outbox the relay's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self

from coregen_runtime.errors.base import ConflictError, CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.pagination import IncludedResult, PaginatedResult
from coregen_runtime.repository.changes import Changes, RepositoryEnvironment
from coregen_runtime.repository.filters import where_of
from coregen_runtime.repository.include import check_include, referred, target_of
from coregen_runtime.repository.paging import behind, check_page, cursor_at, order_of
from coregen_runtime.repository.refusals import missing, stale
from coregen_runtime.repository.retry import ATTEMPTS, rerun
from coregen_runtime.repository.types import AllOf, Compare, DbQuery, E, Flt, I, Inc_co, Negate, Order, QueryOptions, R, Row, Scope, Where

if TYPE_CHECKING:
    from coregen_runtime.entity.schema import EntitySchema
    from coregen_runtime.entity.types import ID
    from coregen_runtime.event.outbox import EventOutbox
    from coregen_runtime.primitives.pagination import SortSpec
    from coregen_runtime.repository.hooks import Hook
    from coregen_runtime.repository.table import Codec, Table
    from coregen_runtime.repository.types import DatabaseAdapter, Isolation, Statements, Transaction


class BaseRepository(Generic[E, I, Flt, Inc_co]):
    """The repository of an entity; a generated one only adds types and finders.

    Args:
        schema: the entity's.
        db: a database, where each call is a transaction of its own, or the transaction that all calls belong to.
        outbox: where the entity's events go, with the row.
        org_id: the organisation whose rows there are.
        environment: clock, ids, who is acting, and the other entities.
    """

    entity: ClassVar[type[Any]]

    def __init__(
        self, schema: EntitySchema, db: DatabaseAdapter | Transaction, outbox: EventOutbox, org_id: ID, environment: RepositoryEnvironment
    ) -> None:
        if not org_id:
            raise CoreError(ErrorCode.INVALID_STATE, f"a repository of {schema.qualified_name} needs an organisation")
        self.schema, self.db, self.outbox, self.org_id, self.environment = schema, db, outbox, org_id, environment
        self._codec = environment.mappings.named(schema.qualified_name)
        self._scope = Scope(org_id)
        self._changes: Changes[E] = Changes(self._codec, outbox, org_id, environment)
        self._hooked = bool(self._codec.hooks)
        self._one_hop = self._codec.table.versioned and not self._hooked

    def within(self, tx: Transaction) -> Self:
        """This repository, its calls belonging to `tx`."""
        return type(self)(self.schema, tx, self.outbox, self.org_id, self.environment)

    # --- reads ----------------------------------------------------------------------------------------------------------------

    def build_query(self, filter: Flt | None = None, *, with_deleted: bool = False) -> DbQuery:
        """The filter as a query of the entity's table. Raises ValidationError (semantics 24)."""
        given: Any = filter
        return DbQuery(self._codec.table, where_of(self._codec, given, self.environment.clock.now()), with_deleted=with_deleted)

    async def find_by_id(self, id: I, *, with_deleted: bool = False) -> E | None:
        return await self._one(self.db, DbQuery(self._codec.table, Compare("id", "eq", str(id)), with_deleted=with_deleted))

    async def find_by_id_or_fail(self, id: I, *, with_deleted: bool = False) -> E:
        """Raises NotFoundError, for an id of another organisation too."""
        found = await self.find_by_id(id, with_deleted=with_deleted)
        if found is None:
            raise missing(self._codec.table.entity, str(id))
        return found

    async def find_by_id_including(self, id: I, fields: Sequence[str], *, with_deleted: bool = False) -> IncludedResult[E, Inc_co]:
        """The entity, and beside it what it refers to by each of `fields`, as `included` gives it. Raises NotFoundError, ValidationError."""
        check_include(self._codec, fields)
        found = await self.find_by_id_or_fail(id, with_deleted=with_deleted)
        return IncludedResult(found, await self.included((found,), fields))

    async def find_many(self, filter: Flt | None = None, options: QueryOptions | None = None) -> PaginatedResult[E, Inc_co]:
        """One page, 50 long by default and 500 at most, in a stable order. Raises ValidationError."""
        options = options or QueryOptions()
        check_page(options)
        check_include(self._codec, options.include)
        order = order_of(self._codec, options.sort)
        query = self.build_query(filter, with_deleted=options.with_deleted)
        where, offset = query.where, (options.page - 1) * options.limit
        if options.after is not None:
            where, offset = AllOf((where, behind(self._codec, order, options.after))), 0
        page = replace(query, where=where, order=order, limit=options.limit + 1, offset=offset)
        rows = await self.db.select(self._scope, page)
        data = await self._entities(self.db, rows[: options.limit])
        total = await self.db.count(self._scope, query) if options.total else None
        return PaginatedResult(tuple(data), total, options.page, options.limit, len(rows) > options.limit, await self.included(data, options.include))

    async def included(self, entities: Sequence[E], fields: Sequence[str]) -> Inc_co:
        """What `entities` refer to by each of `fields` (wire keys), by id; one query a field (semantics 25).

        They stand in the order in which `entities` come to them, a `ref[]` field in that of its list. An id of another organisation, or of
        something deleted, is missing there. Raises ValidationError for a field that is no reference.
        """
        check_include(self._codec, fields)
        found: Any = {}
        for key in dict.fromkeys(fields):
            target = target_of(self._codec, key, self.environment.mappings)
            ids = referred(self._codec, key, entities)
            rows = await self.db.select(self._scope, DbQuery(target.table, _among(ids), (Order("id"),))) if ids else []
            there = {each.id: each for each in await self._decoded(self.db, target, rows)}
            found[key] = {id: there[id] for id in ids if id in there}
        return found  # type: ignore[no-any-return]  # the generated class says what it is

    def cursor(self, entity: E, sort: Sequence[SortSpec] = ()) -> str:
        """The keyset cursor behind `entity` in that order: `QueryOptions.after` of the page that follows it."""
        order = order_of(self._codec, sort)
        return cursor_at(self._codec, order, self._codec.encode(entity))

    async def find_one(self, filter: Flt) -> E | None:
        """The first by id of those that the filter holds for."""
        return await self._one(self.db, replace(self.build_query(filter), order=(Order("id"),), limit=1))

    async def find_all(self, filter: Flt | None = None) -> list[E]:
        """All of them, by id, without pages: use it where the number is bounded."""
        return await self._entities(self.db, await self.db.select(self._scope, replace(self.build_query(filter), order=(Order("id"),))))

    async def count(self, filter: Flt | None = None) -> int:
        return await self.db.count(self._scope, self.build_query(filter))

    async def exists(self, filter: Flt) -> bool:
        return bool(await self.db.select(self._scope, replace(self.build_query(filter), limit=1)))

    async def raw(self, query: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """Rows of the caller's own SQL, values bound by name. On SQLite it must name `:org` (semantics 23)."""
        return await self.db.raw(self._scope, query, params)

    def check_version(self, entity: E, expected: int | None) -> None:
        """Raises ConflictError when a version is expected and the entity has another one."""
        if expected is not None and getattr(entity, "version", expected) != expected:
            raise stale(self._codec.table.entity, str(entity.id))

    # --- writes ---------------------------------------------------------------------------------------------------------------

    async def save(self, entity: E) -> E:
        """Insert a new entity, update a known one; the row, its event and the outbox record commit together.

        Returns the entity as it stands now, with its new version. Raises ValidationError, ConflictError, NotFoundError.
        """
        if self._one_hop and self._changes.is_new(entity):
            change = self._changes.save(entity, None)
            await self.db.apply(self._scope, self._changes.operations((change,)))
            return change.entity
        [saved] = await self.save_batch([entity])
        return saved

    async def save_batch(self, entities: Sequence[E]) -> list[E]:
        """Save all or none, in the order of their ids; the result is in the order given. Raises as `save`.

        Entities of a batch may refer to each other, in any order; hooks are called for one after the other.
        """
        if len({entity.id for entity in entities}) != len(entities):
            raise ConflictError(ErrorCode.CONFLICT, "a batch holds an entity twice")
        if not entities:
            return []
        ordered = sorted(entities, key=lambda entity: str(entity.id))
        async with self._writing() as db:
            known = await self._known(db, ordered)
            saved: dict[str, E] = {}
            if self._hooked:
                for entity in ordered:
                    saved[entity.id] = await self._save_with_hooks(db, entity, known.get(entity.id))
            else:
                planned = [self._changes.save(entity, known.get(entity.id)) for entity in ordered]
                await db.apply(self._scope, self._changes.operations(planned))
                saved = {change.entity.id: change.entity for change in planned}
        return [saved[entity.id] for entity in entities]

    async def delete(self, id: I, expected_version: int | None = None) -> None:
        """Mark as deleted; an entity without soft delete is removed. Raises NotFoundError, ConflictError."""
        async with self._writing() as db:
            before = await self._present(db, id, expected_version)
            gone = await self._hook("before_delete", db, before, before)
            await db.apply(self._scope, self._changes.delete(gone))
            await self._hook("after_delete", db, gone, before)

    async def hard_delete(self, id: I) -> None:
        """Erase the row, deleted or not, and the payloads of its events (semantics 27). Raises NotFoundError."""
        async with self._writing() as db:
            before = await self._one(db, DbQuery(self._codec.table, Compare("id", "eq", str(id)), with_deleted=True))
            if before is None:
                raise missing(self._codec.table.entity, str(id))
            gone = await self._hook("before_delete", db, before, before)
            await db.apply(self._scope, self._changes.erase(gone))
            await self._hook("after_delete", db, gone, before)

    async def restore(self, id: I, expected_version: int | None = None) -> E:
        """Undo a delete. To hooks and `unique` it is a save of the deleted row.

        Raises NotFoundError when no deleted entity has this id, ConflictError, ValidationError.
        """
        if not self._codec.table.soft_delete:
            raise CoreError(ErrorCode.INVALID_STATE, f"{self._codec.table.entity} has no soft delete; what is deleted is gone")
        async with self._writing() as db:
            deleted = AllOf((Compare("id", "eq", str(id)), Negate(Compare("deleted_at", "eq", None))))
            before = await self._one(db, DbQuery(self._codec.table, deleted, with_deleted=True))
            if before is None:
                raise missing(self._codec.table.entity, str(id))
            self.check_version(before, expected_version)
            change = self._changes.restore(await self._hook("before_save", db, before, before), before)
            await db.apply(self._scope, self._changes.operations((change,)))
            await self._hook("after_save", db, change.entity, before)
        return change.entity

    async def enter_again(self, entity: E, field: str) -> None:
        """Arm the timeouts of the state anew in which `field` stands (a wire key): a machine left it and entered it again (semantics 16, 18)."""
        operations = self._changes.timers(entity, entity, field)
        if operations:
            await self.db.apply(self._scope, operations)

    async def transaction(self, fn: Callable[[Transaction], Awaitable[R]], *, isolation: Isolation = "read committed", attempts: int = ATTEMPTS) -> R:
        """Run `fn` in a transaction, or in a savepoint where there is one already (semantics 22, 28).

        With `isolation="serializable"` it is run again, up to `attempts` times in all, when what it read has changed meanwhile: what it does
        beside the transaction must bear that. Raises what `fn` raises, and CoreError for an isolation within a transaction.
        """

        async def run() -> R:
            async with self._transaction(isolation) as tx:
                return await fn(tx)

        return await (rerun(run, attempts) if isolation == "serializable" else run())

    # --- the rest -------------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _transaction(self, isolation: Isolation = "read committed") -> AsyncIterator[Transaction]:
        database: Any = self.db
        if not hasattr(database, "savepoint"):
            opened = database.transaction(self._scope, isolation)
        elif isolation == "read committed":
            opened = database.savepoint()
        else:
            raise CoreError(ErrorCode.INVALID_STATE, "a savepoint has the isolation of its transaction; begin that one with it")
        async with opened as tx:
            yield tx

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Statements]:
        """The database itself where one hop is enough: the version proves that what was read is what is changed."""
        if self._one_hop:
            yield self.db
        else:
            async with self._transaction() as tx:
                yield tx

    async def _save_with_hooks(self, db: Statements, entity: E, before: E | None) -> E:
        change = self._changes.save(await self._hook("before_save", db, entity, before), before)
        await db.apply(self._scope, self._changes.operations((change,)))
        await self._hook("after_save", db, change.entity, before)
        return change.entity

    async def _hook(self, name: Hook, db: Any, entity: E, before: E | None) -> E:
        """The entity as the hook would have it; what an `after_*` returns is looked at and left alone."""
        if not self._hooked:
            return entity
        context_for = self.environment.context_for
        result: E = await self._codec.hooks.call(name, entity, context_for(db) if context_for else None, before)
        return result

    async def _known(self, db: Statements, entities: Sequence[E]) -> dict[str, E]:
        """The active rows behind those entities that are not new."""
        ids = tuple(str(entity.id) for entity in entities if not self._changes.is_new(entity))
        if not ids:
            return {}
        rows = await db.select(self._scope, DbQuery(self._codec.table, _among(ids)))
        return {entity.id: entity for entity in await self._entities(db, rows)}

    async def _present(self, db: Statements, id: I, expected_version: int | None) -> E:
        before = await self._one(db, DbQuery(self._codec.table, Compare("id", "eq", str(id))))
        if before is None:
            raise missing(self._codec.table.entity, str(id))
        self.check_version(before, expected_version)
        return before

    async def _one(self, db: Statements, query: DbQuery) -> E | None:
        rows = await db.select(self._scope, query)
        if not rows:
            return None
        return self._codec.decode(rows[0]) if not self._codec.table.links else (await self._entities(db, rows[:1]))[0]

    async def _entities(self, db: Statements, rows: Sequence[Row]) -> list[E]:
        return await self._decoded(db, self._codec, rows)

    async def _decoded(self, db: Statements, codec: Codec[Any], rows: Sequence[Row]) -> list[Any]:
        links = await self._links(db, codec.table, tuple(row["id"] for row in rows)) if codec.table.links and rows else {}
        return [codec.decode(row, links.get(row["id"], {})) for row in rows]

    async def _links(self, db: Statements, table: Table, ids: tuple[str, ...]) -> dict[str, dict[str, tuple[str, ...]]]:
        """Targets by owner and field: one query a field, not one a row."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for link in table.links:
            query = DbQuery(link.table, Compare("owner_id", "in", ids), (Order("owner_id"), Order("position")))
            for row in await db.select(self._scope, query):
                targets = found.setdefault(row["owner_id"], {})
                targets[link.key] = (*targets.get(link.key, ()), row["target_id"])
        return found


def _among(ids: tuple[str, ...]) -> Where:
    return Compare("id", "eq", ids[0]) if len(ids) == 1 else Compare("id", "in", ids)
