"""The mediator finds the one handler of a message, behind the chain that it composed once."""

from __future__ import annotations

from typing import Any

import pytest

from coregen_runtime import Command, CommandMessage, CoreError, MediatorMiddleware, Model, NotFoundError, QueryMessage, Request, SystemContext
from coregen_runtime.cqrs.pipeline import compose
from coregen_runtime.cqrs.types import Envelope, Next
from tests.runtime.context.services import ACTOR, ORG, Bench


class Reprice(Model, CommandMessage[int], type="catalog.reprice"):
    percent: int


class Count(Model, QueryMessage[int], type="catalog.count"):
    """How many there are."""


class Nameless(Model, CommandMessage[int]):
    """A message whose author forgot its type."""


async def payload(command: Command[Any], ctx: SystemContext, /) -> Any:
    return command.payload


async def seven(query: object, ctx: SystemContext, /) -> int:
    return 7


async def test_a_command_goes_to_its_handler_in_an_envelope_of_who_sent_it() -> None:
    bench = Bench()
    seen: list[Command[Any]] = []

    async def handle(command: Command[Any], ctx: SystemContext, /) -> int:
        seen.append(command)
        return 3

    bench.mediator.register_command("catalog.reprice", handle)
    ctx = bench.context(caused_by="evt_1")
    changed = await ctx.dispatch(Reprice(percent=5), idempotency_key="k")

    assert 3 == changed
    assert [
        Command(
            type="catalog.reprice",
            payload=Reprice(percent=5),
            actor_id=ACTOR,
            org_id=ORG,
            correlation_id=ctx.correlation_id,
            caused_by="evt_1",
            idempotency_key="k",
        )
    ] == seen


async def test_an_unknown_type_names_the_nearest() -> None:
    bench = Bench()
    bench.mediator.register_command("catalog.reprice", payload)

    with pytest.raises(NotFoundError, match='NO_HANDLER: nothing handles the command "catalog.repric"; did you mean "catalog.reprice"'):
        await bench.context().dispatch(Request(type="catalog.repric"))


async def test_a_query_that_is_dispatched_is_told_to_be_asked() -> None:
    bench = Bench()
    bench.mediator.register_query("catalog.count", seven)

    with pytest.raises(NotFoundError, match="it is a query: use ctx.query"):
        await bench.context().dispatch(Request(type="catalog.count"))
    with pytest.raises(CoreError, match='"catalog.count" is sent with ctx.query'):
        await bench.context().dispatch(Count())  # type: ignore[call-overload]  # a query, no command: what is tested
    assert 7 == await bench.context().query(Count())


async def test_what_is_no_message_is_refused_with_what_to_send() -> None:
    for nothing in ("catalog.reprice", Nameless()):
        with pytest.raises(CoreError, match=r"is no message; send a module's typed message or a Request"):
            await Bench().context().dispatch(nothing)  # type: ignore[arg-type]  # no message: what is tested


@pytest.mark.parametrize("again", ["register_command", "register_query"])
def test_a_type_has_one_handler_be_it_a_command_or_a_query(again: str) -> None:
    """Semantics 37."""
    mediator = Bench().mediator
    mediator.register_command("catalog.reprice", payload)

    with pytest.raises(CoreError, match=r"DUPLICATE: .*catalog.reprice"):
        getattr(mediator, again)("catalog.reprice", payload)


def wrapping(name: str, trail: list[str]) -> MediatorMiddleware:
    async def middleware(request: Envelope, ctx: SystemContext, next: Next) -> Any:
        trail.append(f"{name} in")
        result = await next()
        trail.append(f"{name} out")
        return result

    return middleware


async def test_the_first_middleware_is_the_outermost() -> None:
    """Semantics 34."""
    bench, trail = Bench(), list[str]()
    bench.mediator.use(wrapping("outer", trail))
    bench.mediator.use(wrapping("inner", trail))
    bench.mediator.register_query("catalog.count", seven)
    await bench.context().query(Count())

    assert ["outer in", "inner in", "inner out", "outer out"] == trail


async def test_a_middleware_may_answer_itself_and_hand_on_another_request_and_context() -> None:
    bench = Bench()

    async def change(request: Envelope, ctx: SystemContext, next: Next) -> Any:
        if request.type == "catalog.stop":
            return "stopped"
        return await next(request.model_copy(update={"payload": "changed"}), ctx.bind(module="catalog"))

    async def handle(command: Command[Any], ctx: SystemContext, /) -> tuple[Any, str]:
        return command.payload, getattr(ctx, "module", "")

    bench.mediator.use(change)
    bench.mediator.register_command("catalog.stop", handle)
    bench.mediator.register_command("catalog.go", handle)

    assert "stopped" == await bench.context().dispatch(Request(type="catalog.stop"))
    assert ("changed", "catalog") == await bench.context().dispatch(Request(type="catalog.go"))


async def test_the_chain_is_composed_when_a_middleware_is_added_not_at_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics 34."""
    composed = 0

    def counting(*args: Any) -> Any:
        nonlocal composed
        composed += 1
        return compose(*args)

    monkeypatch.setattr("coregen_runtime.cqrs.mediator.compose", counting)
    bench = Bench()
    bench.mediator.use(wrapping("one", []))
    bench.mediator.register_query("catalog.count", seven)
    before = composed
    for _ in range(3):
        await bench.context().query(Count())

    assert before == composed
