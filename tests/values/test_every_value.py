"""Every value of every field type goes in and comes out exactly, through the model, the API's JSON, the databases, messages and events.

Values come from the generated strategies and from the edges of each type. Equal means of the same type too: an integer stays one, a tuple a tuple.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError as PydanticValidationError

from coregen_adapters.app import App
from coregen_runtime.context.types import SystemContext
from coregen_runtime.cqrs.types import Request
from coregen_runtime.errors.base import ValidationError
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.testing import Recipe
from coregen_runtime.testing.round_trips import difference
from tests.runtime.adapters.postgres import kept
from tests.runtime.entity.test_verdict import JUDGE
from tests.values.conftest import TYPES, ValueModule
from tests.values.edges import EDGES

FORMS = ["{}", "Create{}", "Update{}", "Tell{}", "Tell{}Result", "Told{}Payload"]
COMPONENTS = {"Create{}": "{}Create", "Update{}": "{}Update"}
"""What the OpenAPI document calls the body of a message; of the others the class's name."""

SIZES = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
ALL = settings(suppress_health_check=SIZES)
FEWER = settings(suppress_health_check=SIZES, max_examples=settings().max_examples // 3)
"""Where a database stands behind each example."""


def recipe_of(module: ValueModule, kind: str, form: str) -> Recipe[Any]:
    model = module.model(kind, form)
    schema = next((each for each in module.package.module.manifest.entities if each.qualified_name == getattr(model, "__entity__", "")), None)
    return Recipe(model, (lambda: schema) if schema is not None else None)


def values_of(module: ValueModule, kind: str, form: str) -> st.SearchStrategy[Any]:
    """Everything that the strategy draws, and everything at the edges: in each field, absent and null included where it may be."""
    edges = st.sampled_from(EDGES[kind])
    absent = st.nothing() if kind == "ref[]" else st.none()
    recipe = recipe_of(module, kind, form)
    at_the_edge = st.fixed_dictionaries({"needed": edges}, optional={"free": edges | absent}).flatmap(recipe.unasked)
    return recipe.unasked({}) | at_the_edge


def same_json(before: Any, after: Any) -> bool:
    """One JSON value: numbers by their value, everything else by type too, keys in the same order."""
    if isinstance(before, bool) or isinstance(after, bool) or before is None or after is None:
        return before is after
    if isinstance(before, int | float) and isinstance(after, int | float):
        return before == after
    if isinstance(before, dict) and isinstance(after, dict):
        return list(before) == list(after) and all(same_json(before[key], after[key]) for key in before)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(same_json, before, after))
    return bool(type(before) is type(after) and before == after)


def held(value: Any) -> dict[str, Any]:
    """What the two fields hold; an enum is known by its value, since every class has one of its own."""
    found = {key: getattr(value, key) for key in ("needed", "free")}
    return {key: inner.value if isinstance(inner, StrEnum) else inner for key, inner in found.items()}


def same(before: Any, after: Any) -> None:
    found = difference(before, after)

    assert found is None, found


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", TYPES)
def test_through_the_model_and_the_json_of_the_api(kind: str, form: str, module: ValueModule) -> None:
    component = COMPONENTS.get(form, form).format(module.model(kind, "{}").__name__)
    judge = JUDGE({"$ref": f"#/components/schemas/{component}", "components": module.document["components"]})
    of_the_route = {"id", "expectedVersion"} if form == "Update{}" else set()

    @ALL
    @given(values_of(module, kind, form))
    def holds(value: Any) -> None:
        written = value.model_dump_json(by_alias=True)
        body = {key: inner for key, inner in json.loads(written).items() if key not in of_the_route}

        assert [] == [error.message for error in judge.iter_errors(body)]
        same(value, type(value).model_validate_json(written))
        same(value, type(value).model_validate(json.loads(written)))

    holds()


@pytest.mark.parametrize("kind", TYPES)
def test_what_comes_in_as_json_goes_out_as_it_was(kind: str, module: ValueModule) -> None:
    """The values at the edges, as a client sends them."""
    model = module.model(kind, "Tell{}")
    for edge in EDGES[kind]:
        for sent in ({"needed": edge}, {"needed": edge, "free": edge}):
            answered = json.loads(model.model_validate_json(json.dumps(sent)).model_dump_json(by_alias=True))

            assert same_json(sent, {key: answered[key] for key in sent}), sent


@pytest.mark.parametrize("value", ["\ud800", "a\udfff", {"\ud800": 1}, ["\udc00"]])
@pytest.mark.parametrize("kind", ["string", "json"])
def test_half_of_a_surrogate_pair_is_no_text(kind: str, value: Any, module: ValueModule) -> None:
    """JSON can escape one, UTF-8 cannot write it: it would go in and never come out."""
    model = module.model(kind, "Tell{}")

    with pytest.raises(PydanticValidationError):
        model(needed=value)
    with pytest.raises(PydanticValidationError):
        model.model_validate({"needed": value})
    with pytest.raises(PydanticValidationError):
        model.model_validate_json(json.dumps({"needed": value}))


@pytest.fixture(params=["sqlite file", "sqlite memory", "memory", "postgresql"])
def running(request: pytest.FixtureRequest, module: ValueModule, tmp_path: Path) -> Iterator[tuple[App, Callable[[Awaitable[Any]], Any]]]:
    """An application on each database, and what runs a coroutine in its loop."""
    urls = {"sqlite file": f"sqlite:///{tmp_path / 'values.db'}", "sqlite memory": "sqlite://", "memory": "memory://"}
    with asyncio.Runner() as runner:
        url = urls.get(request.param) or runner.run(kept("values"))[0]
        app = App(modules=[module.package.module], database=url)
        runner.run(app.__aenter__())
        yield app, lambda work: runner.run(work)  # type: ignore[arg-type]  # what is given is a coroutine
        runner.run(app.__aexit__(None, None, None))


def kept_by(app: App, *values: Any) -> bool:
    """Whether the application's database keeps just these values: PostgreSQL holds no NUL, and its jsonb no negative zero."""
    return app.db.dialect != "postgresql" or not any(has_nul(value) or re.search(r"-0\.0(?![\d])", as_json(value)) for value in values)


def as_json(value: Any) -> str:
    return str(value.model_dump_json(by_alias=True))


def has_nul(value: Any) -> bool:
    return r"\u0000" in as_json(value).replace(r"\\", "")


async def refused(app: App, given: Any) -> None:
    """A value that has no place in a row is an error that says so."""
    if has_nul(given):
        with pytest.raises(ValidationError, match="PostgreSQL cannot store"):
            await context(app).dispatch(given)


def context(app: App) -> SystemContext:
    return app.context(organization="org_1", actor="actor_1")


@pytest.mark.parametrize("kind", TYPES)
def test_through_messages_rows_and_the_log(kind: str, module: ValueModule, running: tuple[App, Callable[[Awaitable[Any]], Any]]) -> None:
    app, run = running
    update, get, entity = (module.model(kind, form) for form in ("Update{}", "Get{}", "{}"))

    async def through(given: Any, change: Any) -> None:
        ctx = context(app)
        if not kept_by(app, given, change):
            return await refused(app, given)
        created: Any = await ctx.dispatch(given)
        same(held(given), held(created))
        same(created, await ctx.query(get(id=created.id)))

        message = update(id=created.id, **change.changes())
        updated = await ctx.dispatch(Request(type="values.update" + entity.__name__, payload=json.loads(message.model_dump_json(by_alias=True))))
        same(created.model_copy(update={**change.changes(), "version": 2, "updated_at": updated.updated_at}), updated)
        same(updated, await ctx.query(get(id=created.id)))

        events = [event async for event in DatabaseEventStore(app.db, "org_1").read(created.id)]
        snapshot = module.model(kind, "{}Snapshot")
        same(snapshot(needed=created.needed, free=created.free), snapshot.model_validate(events[0].payload))
        same(snapshot(needed=updated.needed, free=updated.free), snapshot.model_validate(events[1].payload["snapshot"]))

    for edge in EDGES[kind]:
        run(through(module.model(kind, "Create{}")(needed=edge), module.model(kind, "{}Update")(free=edge)))

    @FEWER
    @given(values_of(module, kind, "Create{}"), values_of(module, kind, "Update{}"))
    def holds(given: Any, change: Any) -> None:
        run(through(given, change))

    holds()


@pytest.mark.parametrize("kind", TYPES)
def test_through_a_declared_command_its_result_and_its_event(
    kind: str, module: ValueModule, running: tuple[App, Callable[[Awaitable[Any]], Any]]
) -> None:
    app, run = running

    async def through(command: Any, key: str) -> None:
        module.handlers.HEARD.clear()
        if not kept_by(app, command):
            return
        first, again = [await context(app).dispatch(command, idempotency_key=key) for _ in range(2)]
        same(held(command), held(first))
        same(first, again)

        await app.settle()
        [event] = module.handlers.HEARD
        assert module.model(kind, "Told{}") is type(event)
        same(held(command), held(event.payload))

    numbers = iter(range(10**9))

    @FEWER
    @given(values_of(module, kind, "Tell{}"))
    def holds(command: Any) -> None:
        run(through(command, f"{kind}-{next(numbers)}"))

    holds()
