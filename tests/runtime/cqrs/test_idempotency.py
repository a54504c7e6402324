"""Semantics 35, as far as one process goes: a key names one request, and its result is what it was."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from coregen_runtime import (
    BusinessError,
    Command,
    ConflictError,
    Field,
    IdempotencyMiddleware,
    InMemoryIdempotencyStore,
    Model,
    Request,
    SystemContext,
    Text,
    TransactionMiddleware,
)
from coregen_runtime.cqrs.idempotency import Claimed, Completed, IdempotencyScope, InProgress
from tests.runtime.context.services import Bench

DAY = 86_400_000
SCOPE = IdempotencyScope("org", "actor", "catalog.charge", "k")


class Receipt(Model):
    number: int
    card: Text | None = Field(default=None, repr=False)
    pin: Text = Field(repr=False)


class Charges:
    """A handler that can be made to fail or to wait."""

    def __init__(self) -> None:
        self.calls = 0
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None

    async def handle(self, command: Command[Any], ctx: SystemContext, /) -> Receipt:
        self.calls += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return Receipt(number=self.calls, card="4711", pin="1234")

    def bench(self, **options: Any) -> Bench:
        bench = Bench()
        bench.mediator.use(IdempotencyMiddleware(InMemoryIdempotencyStore(bench.clock), DAY, **options))
        bench.mediator.use(TransactionMiddleware())
        bench.mediator.register_command("catalog.charge", self.handle)
        bench.mediator.register_command("catalog.refund", self.handle)
        return bench


def charge(key: str | None = "k", amount: int = 1, type: str = "catalog.charge") -> Request:
    return Request(type=type, payload={"amount": amount}, idempotency_key=key)


async def test_the_same_key_again_gets_the_first_result_and_nothing_is_done_twice() -> None:
    charges = Charges()
    bench = charges.bench()
    await bench.context().dispatch(charge())
    again = await bench.context().dispatch(charge())

    assert isinstance(again, Receipt)
    assert (1, 1) == (charges.calls, again.number)


async def test_the_result_that_is_kept_holds_no_sensitive_value() -> None:
    charges = Charges()
    bench = charges.bench()
    first = await bench.context().dispatch(charge())
    again = await bench.context().dispatch(charge())

    assert (Receipt(number=1, card="4711", pin="1234"), Receipt(number=1, card=None, pin="[redacted]")) == (first, again)


async def test_a_command_without_a_key_is_handled_each_time() -> None:
    charges = Charges()
    bench = charges.bench()
    for _ in range(2):
        await bench.context().dispatch(charge(None))

    assert 2 == charges.calls


async def test_another_payload_under_the_same_key_is_an_error() -> None:
    bench = Charges().bench()
    await bench.context().dispatch(charge(amount=1))

    with pytest.raises(ConflictError, match="IDEMPOTENCY_MISMATCH"):
        await bench.context().dispatch(charge(amount=2))


async def test_a_key_counts_within_organisation_actor_and_type() -> None:
    charges = Charges()
    bench = charges.bench()
    await bench.context().dispatch(charge())
    await bench.context(actor="another").dispatch(charge())
    await bench.context(organization="another").dispatch(charge())
    await bench.context().dispatch(charge(type="catalog.refund"))

    assert 4 == charges.calls


async def test_a_failure_frees_the_key() -> None:
    charges = Charges()
    bench = charges.bench()
    charges.error = BusinessError("DECLINED")
    with pytest.raises(BusinessError):
        await bench.context().dispatch(charge())
    charges.error = None

    assert 2 == (await bench.context().dispatch(charge())).number


async def test_a_second_caller_gets_a_conflict_while_the_first_is_at_it() -> None:
    charges = Charges()
    bench = charges.bench()
    charges.gate = asyncio.Event()
    first = asyncio.create_task(bench.context().dispatch(charge()))
    await asyncio.sleep(0)

    with pytest.raises(ConflictError, match="IN_PROGRESS"):
        await bench.context().dispatch(charge())
    charges.gate.set()
    assert 1 == (await first).number


async def test_a_second_caller_may_wait_for_the_first() -> None:
    charges = Charges()
    bench = charges.bench(wait=5_000, poll=1)
    charges.gate = asyncio.Event()
    callers = [asyncio.create_task(bench.context().dispatch(charge())) for _ in range(3)]
    await asyncio.sleep(0.01)
    charges.gate.set()
    numbers = [receipt.number for receipt in await asyncio.gather(*callers)]

    assert ([1, 1, 1], 1) == (numbers, charges.calls)


async def test_a_request_that_is_cancelled_frees_the_key() -> None:
    charges = Charges()
    bench = charges.bench()
    charges.gate = asyncio.Event()
    first = asyncio.create_task(bench.context().dispatch(charge()))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    charges.gate = None

    assert 2 == (await bench.context().dispatch(charge())).number


async def test_within_a_transaction_the_result_is_kept_once_it_commits() -> None:
    charges = Charges()
    bench = charges.bench()
    async with bench.context().transaction() as tx:
        await tx.dispatch(charge())
        with pytest.raises(ConflictError, match="IN_PROGRESS"):
            await tx.dispatch(charge())
    await bench.context().dispatch(charge())

    assert 1 == charges.calls


async def test_a_transaction_that_is_undone_frees_the_key() -> None:
    charges = Charges()
    bench = charges.bench()
    with pytest.raises(LookupError):
        async with bench.context().transaction() as tx:
            await tx.dispatch(charge())
            raise LookupError
    await bench.context().dispatch(charge())

    assert 2 == charges.calls


async def test_a_savepoint_that_is_undone_frees_the_key_though_the_rest_commits() -> None:
    charges = Charges()
    bench = charges.bench()
    async with bench.context().transaction() as tx:
        with pytest.raises(LookupError):
            async with tx.transaction() as inner:
                await inner.dispatch(charge())
                raise LookupError
    await bench.context().dispatch(charge())

    assert 2 == charges.calls


async def test_a_claim_that_was_never_ended_expires_and_its_late_result_is_dropped() -> None:
    bench = Bench()
    store = InMemoryIdempotencyStore(bench.clock)
    lost = await store.claim(SCOPE, "f", 1_000)
    held = await store.claim(SCOPE, "f", 1_000)
    bench.clock.advance(1_000)
    taken = await store.claim(SCOPE, "f", 1_000)
    assert isinstance(lost, Claimed)
    assert isinstance(taken, Claimed)
    await store.complete(SCOPE, lost.token, "late", DAY)
    await store.release(SCOPE, lost.token)
    after_late = await store.claim(SCOPE, "f", 1_000)
    await store.complete(SCOPE, taken.token, "in time", DAY)

    assert (InProgress(), InProgress(), Completed("in time")) == (held, after_late, await store.claim(SCOPE, "f", 1_000))


async def test_a_result_is_forgotten_after_its_time() -> None:
    charges = Charges()
    bench = charges.bench()
    await bench.context().dispatch(charge())
    bench.clock.advance(DAY)
    await bench.context().dispatch(charge())

    assert 2 == charges.calls
