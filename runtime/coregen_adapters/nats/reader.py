"""Reading a stream from a position on: a consumer without acknowledgements, which the server forgets when nobody reads.

The position is the reader's own, so what was sent and did not arrive shows as a gap in the consumer's count, and reading begins anew.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

FORGOTTEN = 60
"""Seconds after which the server drops a consumer that nobody reads."""
_ANSWER = 2.0
"""Seconds to wait for a server that is known to be there."""


class Gap(Exception):
    """Something between two messages did not arrive."""


@dataclass(slots=True)
class Reader:
    """One consumer of a stream, and how far it has been read."""

    client: Client
    inbox: Subscription
    request: str
    sequence: int
    delivered: int = 0

    @classmethod
    async def begin(cls, client: Client, stream: str, after: int) -> Reader:
        """Read the stream behind the sequence `after`. Raises what the client raises."""
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=after + 1, ack_policy=AckPolicy.NONE, inactive_threshold=FORGOTTEN
        )
        info = await client.jetstream().add_consumer(stream, config=config)
        inbox = await client.subscribe(client.new_inbox())
        return cls(client, inbox, f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{info.name}", after)

    async def end(self) -> None:
        """Leave the consumer to the server's forgetting."""
        if not self.client.is_closed:
            await self.inbox.unsubscribe()

    async def take(self, limit: int, wait: float) -> list[Msg]:
        """Up to `limit` messages: those that are there, or else what comes first within `wait` seconds, and what is there then. Raises Gap."""
        found = await self._pull(limit, {"no_wait": True}, _ANSWER)
        if not found:
            found = await self._pull(1, {"expires": int(wait * 1e9)}, wait + _ANSWER)
            if found and limit > 1:
                found += await self._pull(limit - 1, {"no_wait": True}, _ANSWER)
        return found

    async def _pull(self, limit: int, how: dict[str, object], patience: float) -> list[Msg]:
        await self.client.publish(self.request, json.dumps({"batch": limit, **how}).encode(), self.inbox.subject)
        found: list[Msg] = []
        while len(found) < limit:
            try:
                message = await self.inbox.next_msg(timeout=patience)
            except NatsTimeout:
                raise Gap("the server does not answer") from None
            status = message.headers.get("Status") if message.headers else None
            if status is None:
                found.append(self._next(message))
            elif status in ("404", "408"):
                break
            elif status != "100":
                raise Gap(f"the consumer is gone ({status})")
        return found

    def _next(self, message: Msg) -> Msg:
        at = message.metadata.sequence
        if at.consumer != self.delivered + 1:
            raise Gap("messages did not arrive")
        self.delivered, self.sequence = at.consumer, at.stream
        return message


async def ended(reader: Reader | None) -> None:
    """End a reader, if there is one; a server that is away has forgotten it."""
    if reader is not None:
        try:
            async with asyncio.timeout(1):
                await reader.end()
        except Exception:  # noqa: BLE001  # what cannot be unsubscribed is gone with its connection
            return
