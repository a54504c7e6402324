"""Authorization, validation, logging, tracing and the transaction, each alone in a chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from coregen_runtime import (
    AuthorizationError,
    AuthorizationMiddleware,
    BusinessError,
    Command,
    CommandMessage,
    ConflictError,
    Field,
    LoggingMiddleware,
    MediatorMiddleware,
    Model,
    Query,
    QueryMessage,
    Request,
    SystemContext,
    Text,
    TracingMiddleware,
    TransactionMiddleware,
    ValidationError,
    ValidationMiddleware,
)
from coregen_runtime.cqrs.middleware import SpanIds
from coregen_runtime.repository.refusals import lost_a_race
from tests.runtime.context.services import ACTOR, ORG, Bench


class Reprice(Model, CommandMessage[Any], type="catalog.reprice"):
    percent: int
    approved_by: Text | None = Field(default=None, validation_alias="approvedBy", serialization_alias="approvedBy")
    secret: Text | None = Field(default=None, repr=False)


class Other(Model, CommandMessage[Any], type="catalog.reprice"):
    percent: int


class Count(Model, QueryMessage[Any], type="catalog.count"):
    below: int = 1


def bench_with(*middleware: MediatorMiddleware, bench: Bench | None = None) -> Bench:
    bench = bench or Bench()

    async def command(command: Command[Any], ctx: SystemContext, /) -> Any:
        return command.payload, ctx

    async def query(query: Query[Any], ctx: SystemContext, /) -> Any:
        return query.params, ctx

    for layer in middleware:
        bench.mediator.use(layer)
    bench.mediator.register_command("catalog.reprice", command, message=Reprice)
    bench.mediator.register_query("catalog.count", query, message=Count)
    bench.mediator.register_command("catalog.plain", command)
    return bench


def failing(bench: Bench, error: Exception) -> Bench:
    async def fail(command: object, ctx: SystemContext, /) -> None:
        raise error

    bench.mediator.register_command("catalog.fail", fail)
    return bench


# --- authorization ------------------------------------------------------------------------------------------------------------


async def test_without_a_resolver_everything_is_denied() -> None:
    """Semantics 34: authorization denies when no resolver is configured."""
    bench = bench_with(AuthorizationMiddleware())

    with pytest.raises(AuthorizationError, match="no permission resolver is configured"):
        await bench.context().query(Count())


async def test_the_resolver_decides_by_type_and_context() -> None:
    async def may(permission: str, ctx: SystemContext) -> bool:
        return (permission, ctx.actor.id) == ("catalog.count", ACTOR)

    bench = bench_with(AuthorizationMiddleware(may))
    await bench.context().query(Count())

    with pytest.raises(AuthorizationError, match='FORBIDDEN: nobody may not "catalog.count"'):
        await bench.context(actor="nobody").query(Count())


# --- validation ---------------------------------------------------------------------------------------------------------------


async def test_wire_data_becomes_the_typed_message() -> None:
    bench = Bench()
    bench_with(ValidationMiddleware(bench.mediator), bench=bench)
    command, _ = await bench.context().dispatch(Request(type="catalog.reprice", payload={"percent": 5, "approvedBy": "x"}))
    query, _ = await bench.context().query(Request(type="catalog.count"))

    assert (Reprice(percent=5, approved_by="x"), Count()) == (command, query)


async def test_a_typed_message_is_handed_on_as_it_is() -> None:
    bench = Bench()
    bench_with(ValidationMiddleware(bench.mediator), bench=bench)
    message = Reprice(percent=5)
    handed, _ = await bench.context().dispatch(message)

    assert message is handed


@pytest.mark.parametrize(
    ("payload", "failures"),
    [
        ({"percent": "x", "colour": 1}, {("percent", "TYPE"), ("colour", "UNKNOWN_FIELD")}),
        ({}, {("percent", "REQUIRED")}),
        ({"percent": 1, "approved_by": "x"}, {("approved_by", "UNKNOWN_FIELD")}),
        ([1], {("", "TYPE")}),
        (Other(percent=1), {("", "TYPE")}),
    ],
)
async def test_wire_data_that_does_not_fit_is_refused_with_every_failure(payload: object, failures: set[tuple[str, str]]) -> None:
    """Semantics 5; Python's names are no wire names."""
    bench = Bench()
    bench_with(ValidationMiddleware(bench.mediator), bench=bench)

    with pytest.raises(ValidationError) as caught:
        await bench.context().dispatch(Request(type="catalog.reprice", payload=payload))
    assert failures == {(failure.path, failure.code) for failure in caught.value.failures}


async def test_a_refusal_does_not_tell_a_sensitive_value() -> None:
    """Semantics 7."""
    bench = Bench()
    bench_with(ValidationMiddleware(bench.mediator), bench=bench)

    with pytest.raises(ValidationError) as caught:
        await bench.context().dispatch(Request(type="catalog.reprice", payload={"percent": 1, "secret": 4711}))
    assert "4711" not in f"{caught.value}{caught.value.failures}"


async def test_a_type_without_a_message_class_takes_anything() -> None:
    bench = Bench()
    bench_with(ValidationMiddleware(bench.mediator), bench=bench)
    payload, _ = await bench.context().dispatch(Request(type="catalog.plain", payload=[1]))

    assert [1] == payload


# --- logging and tracing ------------------------------------------------------------------------------------------------------


async def test_a_request_is_one_line_without_its_content() -> None:
    """Semantics 7."""
    bench = Bench()
    bench_with(LoggingMiddleware(bench.logger), bench=bench)
    ctx = bench.context()
    await ctx.dispatch(Reprice(percent=5, secret="4711"))
    [(level, message, facts)] = bench.logger.lines

    assert ("info", "command handled", "catalog.reprice", ORG, ACTOR) == (level, message, facts["type"], facts["org"], facts["actor"])
    assert ctx.correlation_id == facts["correlation_id"]
    assert facts["ms"] >= 0
    assert "4711" not in repr(facts)


@pytest.mark.parametrize(
    ("error", "level", "said"),
    [
        (BusinessError("TOO_LATE", "the shop is closed"), "warning", "TOO_LATE: the shop is closed"),
        (ValueError("pin 4711"), "error", "ValueError at test_middleware.py"),
    ],
)
async def test_a_failure_is_logged_and_goes_on(error: Exception, level: str, said: str) -> None:
    """Semantics 7: what an unknown exception says may hold anything, so its place is told and its words are not."""
    bench = Bench()
    failing(bench_with(LoggingMiddleware(bench.logger), bench=bench), error)
    with pytest.raises(type(error)):
        await bench.context().dispatch(Request(type="catalog.fail"))
    [(logged, _, facts)] = bench.logger.lines

    assert level == logged
    assert facts["error"].startswith(said)
    assert "4711" not in repr(facts)


async def test_a_request_within_another_is_a_child_span_and_logs_say_so() -> None:
    spans: list[tuple[str, str | None, Mapping[str, str]]] = []
    bench = Bench()

    class Recorder:
        @contextmanager
        def span(self, name: str, *, parent: str | None, attributes: Mapping[str, str]) -> Iterator[Any]:
            spans.append((name, parent, attributes))
            yield SimpleNamespace(id=f"span {len(spans)}")

    async def outer(command: object, ctx: SystemContext, /) -> None:
        ctx.logger.info("at it")
        await ctx.query(Count())

    bench_with(TracingMiddleware(Recorder()), bench=bench).mediator.register_command("catalog.outer", outer)
    ctx = bench.context()
    await ctx.dispatch(Request(type="catalog.outer"))
    attributes = {"org": ORG, "actor": ACTOR, "correlation_id": ctx.correlation_id}

    assert [("catalog.outer", None, attributes), ("catalog.count", "span 1", attributes)] == spans
    assert ["span 1"] == [facts["span_id"] for _, _, facts in bench.logger.lines]


async def test_without_a_tracer_of_ones_own_each_request_still_has_an_id() -> None:
    bench = Bench()
    bench_with(TracingMiddleware(SpanIds(bench.ids)), bench=bench)
    _, first = await bench.context().query(Count())
    _, second = await bench.context().query(Count())

    assert bench.ids.is_valid(first.span_id)
    assert first.span_id != second.span_id


# --- transactions -------------------------------------------------------------------------------------------------------------


async def test_a_commands_handler_is_in_a_transaction_and_a_querys_is_not() -> None:
    bench = bench_with(TransactionMiddleware())
    _, command = await bench.context().dispatch(Reprice(percent=1))
    _, query = await bench.context().query(Count())

    assert (True, False) == (command.in_transaction, query.in_transaction)


async def test_a_command_that_lost_a_race_is_handled_again_where_transactions_are_serializable() -> None:
    """Semantics 22: the handler with all that it does is run again; a savepoint leaves that to whoever began the transaction."""
    calls: list[str] = []

    async def lose_once(command: Command[Any], ctx: SystemContext, /) -> str:
        calls.append("called")
        if len(calls) == 1:
            raise lost_a_race()
        return "handled"

    strict, plain = Bench(), Bench()
    for bench, layer in ((strict, TransactionMiddleware("serializable")), (plain, TransactionMiddleware())):
        bench.mediator.use(layer)
        bench.mediator.register_command("catalog.lose", lose_once)
    lose = Request(type="catalog.lose", payload=None)
    answer = await strict.context().dispatch(lose)
    times = len(calls)
    for context in (plain.context, strict.context):
        calls.clear()
        with pytest.raises(ConflictError):
            async with context().transaction() as ctx:
                await ctx.dispatch(lose)
    calls.clear()
    with pytest.raises(ConflictError):
        await plain.context().dispatch(lose)

    assert ("handled", 2, 1) == (answer, times, len(calls))
