"""Round trips: what goes into JSON or a database comes out exactly, of the same types. Generated tests call these, a property each.

Anything that runs tests can run them: what cannot be tried here is skipped by `unittest.SkipTest`, with its reason.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, TypeVar
from unittest import SkipTest

from coregen_runtime.entity.examples import NoExample
from coregen_runtime.entity.generator import IDGenerator
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.entity.types import Entity
from coregen_runtime.module.types import ModuleManifest
from coregen_runtime.primitives.clock import SystemClock
from coregen_runtime.primitives.model import Model
from coregen_runtime.repository.base import BaseRepository
from coregen_runtime.repository.changes import RepositoryEnvironment
from coregen_runtime.repository.outbox import DatabaseOutbox
from coregen_runtime.repository.table import Mappings, stored_fields
from coregen_runtime.repository.types import DatabaseAdapter
from coregen_runtime.testing.recipes import Recipe, Strategy

V = TypeVar("V")

EXAMPLES = 10
"""Values tried of each model where Hypothesis would try 100: as many more or fewer as its profile says."""


def goes_through_json(*recipes: Recipe[Any]) -> None:
    """Every value of these models is the same after it was JSON, under wire names.

    Raises:
        AssertionError: one is not, with where it differs.
        SkipTest: Hypothesis is not installed, or no strategy is known for a model.
    """
    unknown: list[SkipTest] = []
    for recipe in recipes:
        try:
            strategy = _strategy(recipe)
        except SkipTest as reason:
            unknown.append(reason)
        else:
            _for_all(f"json_of_{recipe.name}", strategy, _json_again)
    if unknown:
        raise SkipTest("; ".join(dict.fromkeys(map(str, unknown))))


def goes_through_rows(database: DatabaseAdapter, manifests: Sequence[ModuleManifest], *recipes: Recipe[Any]) -> None:
    """Every value of these entities is the same after it was a row, inserted and updated, in tables that the modules' migrations made.

    Hooks, `refExists`, `unique` and the definition's own functions are not asked: what they refuse depends on more than the value.

    Args:
        database: not yet open.
        manifests: those of the entities' module and of the modules it depends on, these first.

    Raises: as `goes_through_json`.
    """
    strategies = [_strategy(recipe) for recipe in recipes]
    with asyncio.Runner() as runner:
        runner.run(_migrated(database, manifests))
        try:
            for recipe, strategy in zip(recipes, strategies, strict=True):
                _for_all(f"rows_of_{recipe.name}", _pairs(strategy), _in_rows(runner, database, recipe))
        finally:
            runner.run(database.close())


def _in_rows(runner: asyncio.Runner, database: DatabaseAdapter, recipe: Recipe[Any]) -> Callable[[tuple[Entity, Entity]], None]:
    numbers = count()

    def check(pair: tuple[Entity, Entity]) -> None:
        runner.run(_rows_again(database, recipe, f"org_{next(numbers)}", *pair))

    return check


def difference(before: object, after: object, path: str = "the value") -> str | None:
    """Where two values differ, in type or in what they hold; None where they are the same. -0.0 and 0.0 differ, and 1 and 1.0."""
    if type(before) is not type(after):
        return f"{path} was {type(before).__name__} {before!r} and is {type(after).__name__} {after!r}"
    if isinstance(before, Model):
        pairs = [(f"{path}.{name}", getattr(before, name), getattr(after, name)) for name in type(before).model_fields]
    elif isinstance(before, Mapping) and isinstance(after, Mapping) and before.keys() == after.keys():
        pairs = [(f"{path}[{key!r}]", before[key], after[key]) for key in before]
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple) and len(before) == len(after):
        pairs = [(f"{path}[{index}]", *both) for index, both in enumerate(zip(before, after, strict=True))]
    else:
        return None if repr(before) == repr(after) else f"{path} was {before!r} and is {after!r}"
    return next((found for where, one, other in pairs if (found := difference(one, other, where))), None)


def _json_again(value: Any) -> None:
    again = type(value).model_validate_json(value.model_dump_json(by_alias=True, exclude_computed_fields=True))

    _same(value, again)


async def _rows_again(database: DatabaseAdapter, recipe: Recipe[Any], organization: str, first: Entity, second: Entity) -> None:
    assert recipe.schema is not None, f"{recipe.name} is no entity"
    schema = _unasked(recipe.schema)
    clock = SystemClock()
    environment = RepositoryEnvironment(Mappings(lambda name: (schema, recipe.model)), clock, IDGenerator(clock))
    repository: BaseRepository[Any] = BaseRepository(schema, database, DatabaseOutbox(database, clock), organization, environment)

    inserted = await repository.save(first)
    _same(inserted, await repository.find_by_id_or_fail(first.id))

    fields = {name: getattr(second, name) for name in recipe.attributes(field.key for field in stored_fields(schema))}
    updated = await repository.save(inserted._replace(fields))
    _same(updated, await repository.find_by_id_or_fail(first.id))
    _same({name: getattr(updated, name) for name in fields}, fields)


def _same(before: object, after: object) -> None:
    found = difference(before, after)

    assert found is None, found


def _unasked(schema: EntitySchema) -> EntitySchema:
    """The schema without hooks and without validators, which the model has asked."""
    return schema.model_copy(update={"hooks": None, "fields": tuple(field.model_copy(update={"validators": ()}) for field in schema.fields)})


async def _migrated(database: DatabaseAdapter, manifests: Sequence[ModuleManifest]) -> None:
    await database.open()
    for manifest in manifests:
        await database.migrate(manifest.id, manifest.migrations)


def _strategy(recipe: Recipe[Any]) -> Strategy[Any]:
    try:
        return recipe.unasked({})
    except NoExample as reason:
        raise SkipTest(str(reason)) from None
    except ImportError:
        raise SkipTest("Hypothesis is not installed; pip install 'coregen-runtime[testing]'") from None


def _pairs(strategy: Strategy[Any]) -> Strategy[Any]:
    from hypothesis import strategies as st

    return st.tuples(strategy, strategy)


def _for_all(name: str, strategy: Strategy[V], check: Callable[[V], None]) -> None:
    from hypothesis import HealthCheck, Phase, given, settings

    def holds(value: V) -> None:
        check(value)

    holds.__name__ = holds.__qualname__ = re.sub(r"\W", "_", name)
    tried = max(1, settings().max_examples * EXAMPLES // 100)
    sizes = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    found_and_shrunk = [phase for phase in settings().phases if phase is not Phase.explain]
    settings(max_examples=tried, deadline=None, suppress_health_check=sizes, phases=found_and_shrunk)(given(strategy)(holds))()
