"""Events between applications over NATS JetStream (architecture, "Adapters").

One stream holds the events of all applications for a bounded time. What is sent when is the relay's to say, what is read where the receiver's;
both keep their state in their own database, so a server that stops or begins anew loses nothing of what was committed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError, NoRespondersError
from nats.js.api import RetentionPolicy, StreamConfig, StreamInfo
from nats.js.errors import BadRequestError, NoStreamResponseError, NotFoundError, ServiceUnavailableError
from pydantic_core import from_json

from coregen_adapters.nats.reader import Gap, Reader, ended
from coregen_adapters.nats.subjects import aggregate_filter, subject_of, token
from coregen_runtime.errors.base import CoreError, IntegrationError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.broker import Fetched, StreamPosition, is_erasure
from coregen_runtime.event.types import DomainEvent

if TYPE_CHECKING:
    from coregen_runtime.primitives.logger import Logger

DAY = 86_400_000
REREAD = 1_000
"""Messages that are read again after an outage: a server that was killed may number anew what it had not written. Who takes them in knows them."""


class NatsBroker:
    """An `EventBroker` over NATS JetStream.

    Args:
        url: `nats://user:password@host:4222`, or several, separated by commas.
        group: the application's name; its processes read the stream together, each event once.
        stream: the name of the stream, and what its subjects begin with.
        retention: ms for which the stream holds an event; it is set when the stream is made.
        replicas: servers of a cluster that hold the stream; set when it is made.
        timeout: ms to wait for the server's answer.
        options: anything else that `nats.connect` takes: credentials, TLS.
    """

    def __init__(
        self, url: str, group: str, *, stream: str = "coregen", retention: int = 3 * DAY, replicas: int = 1, timeout: int = 5_000, **options: Any
    ) -> None:
        self._servers = [server.strip() for server in url.split(",")]
        self._group = group
        self._stream = stream
        self._config = StreamConfig(
            name=stream,
            subjects=[f"{stream}.>"],
            retention=RetentionPolicy.LIMITS,
            max_age=retention / 1000,
            num_replicas=replicas,
            description="what happened in coregen applications",
        )
        self._timeout = timeout / 1000
        self._options = options
        self._client: Client | None = None
        self._reader: Reader | None = None
        self._identity = ""
        self._whole = True
        self._logger: Logger | None = None

    @property
    def group(self) -> str:
        return self._group

    async def open(self, logger: Logger) -> None:
        client, self._logger = Client(), logger

        async def told(error: Exception) -> None:
            logger.debug("NATS client", error=type(error).__name__)

        async def lost() -> None:
            if self._client is client:
                logger.warning("the connection to NATS is lost")

        async def back() -> None:
            logger.info("the connection to NATS is back")

        try:
            async with asyncio.timeout(self._timeout):
                await client.connect(
                    servers=self._servers,
                    name=f"coregen:{self._group}",
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=0.25,  # type: ignore[arg-type]  # seconds, of which it takes fractions
                    error_cb=told,
                    disconnected_cb=lost,
                    reconnected_cb=back,
                    **self._options,
                )
        except (NatsError, OSError, TimeoutError) as error:
            await _closed(client)
            message = f"no NATS server answers at {', '.join(map(_shown, self._servers))}; start one: nats-server -js"
            raise CoreError(ErrorCode.NOT_CONFIGURED, message) from error
        self._client = client
        try:
            await self._there()
        except (NatsError, TimeoutError) as error:
            await self.close()
            raise _unusable(error) from error

    async def close(self) -> None:
        reader, self._reader = self._reader, None
        client, self._client = self._client, None
        await ended(reader)
        if client is not None:
            await _closed(client)

    async def publish(self, events: Sequence[DomainEvent[Any]]) -> list[Exception | None]:
        client = self._connected()
        if not client.is_connected:
            return [_away("the connection to NATS is lost")] * len(events)
        return list(await asyncio.gather(*(self._put(client, event) for event in events)))

    async def _put(self, client: Client, event: DomainEvent[Any]) -> Exception | None:
        jetstream = client.jetstream()
        payload = json.dumps(event.model_dump(mode="json", by_alias=True), separators=(",", ":")).encode()
        try:
            if is_erasure(event):
                await jetstream.purge_stream(self._stream, subject=aggregate_filter(self._stream, event))
            await jetstream.publish(
                subject_of(self._stream, event), payload, timeout=self._timeout, headers={nats.js.api.Header.MSG_ID: token(event.id)}
            )
        except MaxPayloadError:
            return IntegrationError(
                ErrorCode.INTEGRATION_FAILED, f'"{event.type}" has {len(payload)} bytes, and the NATS server takes {client.max_payload} a message'
            )
        except BadRequestError as error:
            return IntegrationError(ErrorCode.INTEGRATION_FAILED, f"NATS refused the event: {error.description}")
        except NoStreamResponseError:
            return await self._missing()
        except (NatsError, OSError, TimeoutError) as error:
            return _away(f"NATS did not take the event ({type(error).__name__})")
        return None

    async def _missing(self) -> Exception:
        try:
            await self._there()
        except (NatsError, OSError, TimeoutError) as error:
            return _away(f"NATS holds no stream ({type(error).__name__})")
        return _away("the stream was made anew")

    async def fetch(self, after: StreamPosition, limit: int, wait: int) -> Fetched:
        client = self._connected()
        if not client.is_connected:
            raise _away("the connection to NATS is lost")
        missed = 0
        try:
            if self._reader is None or after != StreamPosition(self._identity, self._reader.sequence):
                await ended(self._reader)
                self._reader = None
                info = await self._there()
                begin = after.sequence if after.stream == self._identity else 0
                missed = max(0, info.state.first_seq - begin - 1) if begin else 0
                begin = begin if self._whole else max(0, min(begin, info.state.last_seq) - REREAD)
                self._whole = True
                self._reader = await Reader.begin(client, self._stream, begin)
            messages = await self._reader.take(limit, wait / 1000)
        except (Gap, NatsError, OSError, TimeoutError) as error:
            reader, self._reader = self._reader, None
            self._whole = False
            await ended(reader)
            raise _away(f"the stream could not be read ({type(error).__name__}: {error})") from error
        events = [event for message in messages if (event := self._event(message)) is not None]
        return Fetched(tuple(events), StreamPosition(self._identity, self._reader.sequence), missed)

    def _event(self, message: Msg) -> DomainEvent[Any] | None:
        """The event of a message; one that is no event was put there by somebody else, is told and passed over."""
        try:
            return DomainEvent.model_validate(from_json(message.data, allow_inf_nan=False), by_alias=True, by_name=False)
        except ValueError:
            if self._logger is not None:
                self._logger.error("a message of the stream is no event", subject=message.subject, sequence=message.metadata.sequence.stream)
            return None

    async def _there(self) -> StreamInfo:
        """The stream, made if it is missing; one that is there stays as its operator wants it."""
        jetstream = self._connected().jetstream(timeout=self._timeout)
        try:
            info = await jetstream.stream_info(self._stream)
        except NotFoundError:
            info = await jetstream.add_stream(self._config)
        self._identity = f"{self._stream}@{info.created.isoformat() if info.created else ''}"
        return info

    def _connected(self) -> Client:
        if self._client is None:
            raise CoreError(ErrorCode.INVALID_STATE, "the broker is not open")
        return self._client


async def _closed(client: Client) -> None:
    try:
        async with asyncio.timeout(2):
            await client.close()
    except (NatsError, OSError, TimeoutError):
        return


def _shown(server: str) -> str:
    """The URL without its credentials."""
    scheme, separator, rest = server.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def _away(message: str) -> IntegrationError:
    return IntegrationError(ErrorCode.INTEGRATION_FAILED, message, transient=True)


def _unusable(error: Exception) -> CoreError:
    if isinstance(error, NoRespondersError | ServiceUnavailableError | TimeoutError):
        return CoreError(ErrorCode.NOT_CONFIGURED, "the NATS server has no JetStream; start it with: nats-server -js")
    return CoreError(ErrorCode.NOT_CONFIGURED, f"the NATS server holds no stream for events: {error}")
