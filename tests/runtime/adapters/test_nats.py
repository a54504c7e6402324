"""What NATS does beyond the contract: servers that are missing, stop, forget or refuse."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nats.aio.client import Client

from coregen_adapters.nats import NatsBroker
from coregen_adapters.nats.subjects import token
from coregen_runtime.errors.base import CoreError, IntegrationError
from coregen_runtime.event.broker import Fetched, StreamPosition
from coregen_runtime.primitives.logger import StandardLogger
from coregen_runtime.testing.events import event
from tests.runtime.adapters.nats import SERVER, Server, nats_stream, own_server

LOGGER = StandardLogger("test.nats")


async def opened(server: Server, group: str = "shop", **options: Any) -> NatsBroker:
    broker = NatsBroker(server.url, group, timeout=2_000, **options)
    await broker.open(LOGGER)
    return broker


async def until_published(broker: NatsBroker, id: str) -> int:
    """Publish until the broker takes it; how often it did not."""
    for refused in range(200):
        [outcome] = await broker.publish([event(id)])
        if outcome is None:
            return refused
        assert isinstance(outcome, CoreError) and outcome.transient
        await asyncio.sleep(0.05)
    raise AssertionError("the broker never came back")


async def until_read(broker: NatsBroker, after: StreamPosition) -> tuple[Fetched, int]:
    """Read until something is there; and how often the stream could not be read."""
    failed = 0
    for _ in range(200):
        try:
            fetched = await broker.fetch(after, 10, 100)
        except IntegrationError:
            failed += 1
            await asyncio.sleep(0.05)
            continue
        if fetched.events:
            return fetched, failed
    raise AssertionError("nothing could be read")


async def test_where_no_server_answers_the_error_says_how_to_start_one() -> None:
    broker = NatsBroker("nats://user:secret@127.0.0.1:1", "shop", timeout=500)
    with pytest.raises(CoreError, match="NOT_CONFIGURED.*nats-server -js") as raised:
        await broker.open(LOGGER)

    assert "secret" not in str(raised.value)


async def test_a_server_without_jetstream_is_told_from_one_that_is_not_there() -> None:
    async with own_server(jetstream=False) as server:
        with pytest.raises(CoreError, match="NOT_CONFIGURED.*has no JetStream.*-js"):
            await NatsBroker(server.url, "shop", timeout=1_000).open(LOGGER)


def test_without_the_client_the_error_names_what_to_install() -> None:
    program = "import sys; sys.modules['nats'] = None\nfrom coregen_adapters.nats import NatsBroker"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert 'NOT_CONFIGURED: NATS needs a client: pip install "coregen-runtime[nats]"' in ran.stderr


async def test_a_server_that_is_stopped_and_started_loses_nothing() -> None:
    """Semantics 30: what it has stored is there, what it did not take is published again, and reading goes on, a little before the position."""
    async with own_server() as server:
        ours, theirs = await opened(server), await opened(server, "theirs")
        await ours.publish([event("e1")])
        first, _ = await until_read(theirs, StreamPosition())
        await ours.publish([event("e2")])
        server.stop(signal.SIGKILL)
        [refused] = await ours.publish([event("e3")])
        with pytest.raises(IntegrationError):
            await theirs.fetch(first.position, 10, 50)
        await server.start()
        await until_published(ours, "e3")
        seen, position = [], first.position
        while "e3" not in seen:
            fetched, _ = await until_read(theirs, position)
            seen += [each.id for each in fetched.events]
            position = fetched.position

        assert isinstance(refused, CoreError) and refused.transient
        assert ["e1"] == [each.id for each in first.events]
        assert ["e2", "e3"] == [id for id in seen if id != "e1"]
        for broker in (ours, theirs):
            await broker.close()


async def test_a_stream_that_was_made_anew_is_read_from_its_beginning() -> None:
    """A position belongs to one stream; after a server lost its disk, publishing and reading go on."""
    async with own_server() as server:
        ours, theirs = await opened(server), await opened(server, "theirs")
        for number in range(5):
            await ours.publish([event(f"old{number}")])
        old, _ = await until_read(theirs, StreamPosition())
        server.stop()
        server.empty()
        await server.start()
        await until_published(ours, "new")
        fetched, _ = await until_read(theirs, old.position)

        assert (["new"], 5) == ([each.id for each in fetched.events], old.position.sequence)
        for broker in (ours, theirs):
            await broker.close()


async def test_an_event_that_is_too_large_is_refused_for_good() -> None:
    async with own_server() as server:
        broker = await opened(server)
        [large, small] = await broker.publish([event("e1", payload={"text": "x" * 2_000_000}), event("e2", "order_2")])
        await broker.close()

        assert isinstance(large, CoreError) and not large.transient
        assert re.search(r'"order.placed" has 2000\d\d\d bytes, and the NATS server takes 1048576', str(large))
        assert small is None


async def test_what_is_no_event_is_passed_over_and_what_was_dropped_is_counted() -> None:
    async with own_server() as server:
        broker = await opened(server)
        await broker.publish([event("e1")])
        first, _ = await until_read(broker, StreamPosition())
        client = Client()
        await client.connect(server.url)
        for payload in (b"garbage", b"[]", json.dumps({"type": 7}).encode()):
            await client.jetstream().publish("coregen.org.source.type.id", payload)
        await broker.publish([event("e2")])
        second, _ = await until_read(broker, first.position)
        for id in ("e3", "e4", "e5"):
            await broker.publish([event(id)])
        await client.jetstream().purge_stream("coregen", keep=1)
        reader = await opened(server, "late")
        third, _ = await until_read(reader, second.position)
        await client.close()
        for each in (broker, reader):
            await each.close()

        assert (["e2"], 5) == ([each.id for each in second.events], second.position.sequence)
        assert (["e5"], 2) == ([each.id for each in third.events], third.missed)


async def test_the_stream_holds_events_for_a_bounded_time() -> None:
    """Semantics 27: brokers hold events for a bounded time only."""
    async with own_server() as server:
        broker = await opened(server, retention=7_000)
        client = Client()
        await client.connect(server.url)
        info = await client.jetstream().stream_info("coregen")
        await client.close()
        await broker.close()

        assert (7.0, ["coregen.>"]) == (info.config.max_age, info.config.subjects)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_one_token_and_no_two_share_one(first: str, second: str) -> None:
    made = token(first)

    assert re.fullmatch(r"[A-Za-z0-9_=\-]{1,200}", made)
    assert (first == second) == (made == token(second))


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"no JSON",
        b"[]",
        b'{"id": "x"}',
        b'{"id": "x", "type": "a.b", "payload": {}, "version": 1e30}',
        b'{"id": "x", "type": "a.b", "payload": {}, "version": -1}',
        b'{"id": "x", "type": "a.b", "payload": {}, "occurredAt": 100000000000000000000}',
        b'{"id": "x", "type": "a.b", "payload": {"half": "\\ud800"}}',
        b'{"id": "x", "type": "a.b", "payload": {"number": NaN}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
async def test_what_somebody_else_put_into_the_stream_is_told_and_passed_over(message: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Semantics 30: it is no event, and those behind it come."""
    async with nats_stream() as broker_of:
        broker = broker_of("shop")
        await broker.open(LOGGER)
        client = Client()
        await client.connect(SERVER)
        await client.jetstream().publish(f"{broker._stream}.odd", message)  # type: ignore[attr-defined]  # what a stranger would know
        await client.close()
        await broker.publish([event("e1")])
        fetched, _ = await until_read(broker, StreamPosition())  # type: ignore[arg-type]  # a NatsBroker
        await broker.close()

    assert ["e1"] == [each.id for each in fetched.events]
    assert 2 == fetched.position.sequence
    assert "a message of the stream is no event" in caplog.text
