"""Subjects: `<stream>.<organisation>.<source>.<type>.<aggregate>`, each one token whatever text it is. Pure."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

from coregen_runtime.event.types import DomainEvent

_PLAIN = re.compile(r"[A-Za-z0-9_\-]+")
_LONGEST = 200
"""Bytes of a token; NATS takes a line of 4096."""


def token(text: str) -> str:
    """Any text as one token of a subject: letters, digits, `_` and `-` stand for themselves, other bytes as `=2E`. No two texts share one.

    What would be longer than 200 bytes ends in a digest of the whole.
    """
    if _PLAIN.fullmatch(text) and len(text) <= _LONGEST:
        return text
    escaped = "".join(char if _PLAIN.fullmatch(char) else "".join(f"={byte:02X}" for byte in char.encode("utf-8", "surrogatepass")) for char in text)
    if len(escaped) > _LONGEST:
        return f"{escaped[: _LONGEST - 65]}=={sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
    return escaped or "="


def subject_of(stream: str, event: DomainEvent[Any]) -> str:
    """Where an event stands in the stream."""
    return ".".join((stream, token(event.org_id), token(event.source), token(event.type), token(event.aggregate_id)))


def aggregate_filter(stream: str, event: DomainEvent[Any]) -> str:
    """The subjects of everything that was told of the event's aggregate."""
    return ".".join((stream, token(event.org_id), token(event.source), "*", token(event.aggregate_id)))
