"""NATS for tests: streams of their own on the server at `COREGEN_TEST_NATS`, and servers that a test may stop and start again.

Where there is none, what needs one is skipped, and required where `COREGEN_REQUIRE_SERVICES=1`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError

from coregen_adapters.nats import NatsBroker
from coregen_runtime.event.broker import EventBroker

SERVER = os.environ.get("COREGEN_TEST_NATS", "nats://127.0.0.1:4222")
BINARY = shutil.which("nats-server") or next((path for path in ("/usr/sbin/nats-server", "/usr/local/bin/nats-server") if Path(path).exists()), None)


async def _connected(url: str) -> Client:
    client = Client()
    await client.connect(url, connect_timeout=2, allow_reconnect=False)
    return client


async def _available() -> None:
    try:
        client = await _connected(SERVER)
    except (OSError, NatsError) as error:
        if os.environ.get("COREGEN_REQUIRE_SERVICES") == "1":
            raise
        pytest.skip(f"no NATS at COREGEN_TEST_NATS: {error}")
    await client.close()


@asynccontextmanager
async def nats_stream() -> AsyncIterator[Callable[[str], EventBroker]]:
    """A stream of its own on the shared server, deleted afterwards."""
    await _available()
    name = f"coregen_test_{uuid4().hex[:12]}"
    try:
        yield lambda group: NatsBroker(SERVER, group, stream=name)
    finally:
        client = await _connected(SERVER)
        await client.jetstream().delete_stream(name)
        await client.close()


class Server:
    """A NATS server of the test's own, on a port of its own; what it stores outlives its stops."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"nats://127.0.0.1:{self.port}"

    def _spawn(self, jetstream: bool) -> None:
        assert BINARY is not None
        command = [BINARY, "-a", "127.0.0.1", "-p", str(self.port), *(["-js", "-sd", str(self._folder)] if jetstream else [])]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    async def start(self, *, jetstream: bool = True) -> None:
        self._spawn(jetstream)
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            except OSError:
                await asyncio.sleep(0.02)
        raise AssertionError("the server did not start")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=20)
            self._process = None

    def empty(self) -> None:
        """Forget all that was stored."""
        shutil.rmtree(self._folder / "jetstream", ignore_errors=True)


@asynccontextmanager
async def own_server(*, jetstream: bool = True) -> AsyncIterator[Server]:
    """A running server of the test's own."""
    if BINARY is None:
        if os.environ.get("COREGEN_REQUIRE_SERVICES") == "1":
            raise AssertionError("no nats-server on the PATH, in /usr/sbin or in /usr/local/bin")
        pytest.skip("no nats-server on the PATH, in /usr/sbin or in /usr/local/bin")
    with TemporaryDirectory() as folder:
        server = Server(Path(folder))
        await server.start(jetstream=jetstream)
        try:
            yield server
        finally:
            server.stop(signal.SIGKILL)
