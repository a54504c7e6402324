"""The twelve kinds of outside service as Core sees them: small, and no vendor's (specification, section 13).

Implementations are adapters; which one is active is registry.py's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from coregen_runtime.entity.types import ID, Timestamp
from coregen_runtime.primitives.money import Money

AdapterType: TypeAlias = Literal[
    "storage",
    "notification.email",
    "notification.sms",
    "notification.push",
    "notification.whatsapp",
    "notification.webhook",
    "payment",
    "geo",
    "search",
    "fx-rates",
    "ocr",
    "translate",
]


class StorageAdapter(Protocol):
    """Files by key. `url` gives an address that holds for `expires_in` ms."""

    async def put(self, key: str, content: bytes, content_type: str) -> None: ...

    async def get(self, key: str) -> bytes | None: ...

    async def delete(self, key: str) -> None: ...

    async def url(self, key: str, expires_in: int) -> str: ...


@dataclass(frozen=True, slots=True)
class EmailMessage:
    to: tuple[str, ...]
    subject: str
    text: str
    html: str | None = None
    reply_to: str | None = None


class EmailAdapter(Protocol):
    """Sends mail; returns the provider's id of it."""

    async def send(self, message: EmailMessage) -> str: ...


class SmsAdapter(Protocol):
    """Sends a text to an E.164 number; returns the provider's id of it."""

    async def send(self, to: str, text: str) -> str: ...


class PushAdapter(Protocol):
    """Sends a notification to a device; returns the provider's id of it."""

    async def send(self, device: str, title: str, body: str, data: Mapping[str, str]) -> str: ...


class WhatsAppAdapter(Protocol):
    """Sends an approved template to an E.164 number; returns the provider's id of it."""

    async def send(self, to: str, template: str, params: Sequence[str]) -> str: ...


class WebhookAdapter(Protocol):
    """Posts JSON to an address and returns the status; `signature` covers the body as it is sent."""

    async def send(self, url: str, body: Mapping[str, Any], signature: str | None) -> int: ...


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment at the provider. `id` is the provider's; `reference` is ours."""

    id: str
    reference: ID
    amount: Money
    status: Literal["authorized", "captured", "refunded", "failed"]


class PaymentAdapter(Protocol):
    """Takes and returns money. The same `reference` charged twice is one charge."""

    async def charge(self, reference: ID, amount: Money, method: str) -> Payment: ...

    async def refund(self, payment_id: str, amount: Money | None = None) -> Payment: ...

    async def find(self, payment_id: str) -> Payment | None: ...


@dataclass(frozen=True, slots=True)
class Place:
    """A point on earth in degrees, and its address as a line."""

    lat: float
    lng: float
    address: str


class GeoAdapter(Protocol):
    """Addresses and distances; `distance` is along roads, in metres."""

    async def geocode(self, address: str) -> Place | None: ...

    async def reverse(self, lat: float, lng: float) -> Place | None: ...

    async def distance(self, start: Place, end: Place) -> int: ...


class SearchAdapter(Protocol):
    """Full text by entity and organisation. `search` returns ids, the best match first; `ids`, those of all documents, as they are asked for.

    To index an id again is to replace its document; to remove one that is not there does nothing.
    """

    async def index(self, entity: str, org_id: ID, id: ID, document: Mapping[str, Any]) -> None: ...

    async def remove(self, entity: str, org_id: ID, id: ID) -> None: ...

    async def search(self, entity: str, org_id: ID, text: str, limit: int = 50) -> list[ID]: ...

    def ids(self, entity: str, org_id: ID) -> AsyncIterator[ID]: ...


class FxRatesAdapter(Protocol):
    """How much of `quote` one unit of `base` buys, as a decimal string; `at` in ms, now when None."""

    async def rate(self, base: str, quote: str, at: Timestamp | None = None) -> str: ...


class OcrAdapter(Protocol):
    """The text of an image or a PDF."""

    async def read(self, content: bytes, content_type: str) -> str: ...


class TranslateAdapter(Protocol):
    """Translates; languages are BCP 47 tags, `source` is detected when None."""

    async def translate(self, text: str, target: str, source: str | None = None) -> str: ...
