"""How far the log can be read (semantics 29): up to where no running transaction can put an event any more.

Positions are given before they are committed, so a reader could see the later one of two first. Who appends holds, until the transaction
is over, a lock whose number says behind which position its events will stand; it takes the lock before it takes positions. A reader
asks for the last position and then for the locks, and reads no further than the least of their numbers: up to there, nothing is missing.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coregen_adapters.postgres.pool import Session

_KIND = 0x6367
"""The uppermost 16 bits of the locks' numbers, the letters cg; the position has the others."""
_LAST = "CASE WHEN s.is_called THEN s.last_value ELSE s.last_value - 1 END"

SEQUENCE = "coregen_events_position_seq"
BEFORE = f'SELECT pg_advisory_xact_lock_shared({_KIND << 48} + {_LAST}) FROM "{SEQUENCE}" AS s'
"""What an append does before it takes positions."""
_READABLE = f"""
SELECT s.last, (
  SELECT min(((l.classid::bigint & 65535) << 32) + l.objid::bigint) FROM pg_locks AS l
  WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.classid::bigint >> 16 = {_KIND} AND l.pid <> pg_backend_pid() AND s.last IS NOT NULL
    AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
) AS held
FROM (SELECT {_LAST} AS last FROM "{SEQUENCE}" AS s OFFSET 0) AS s
"""


async def horizon(session: Session, patience: float) -> int:
    """The position up to which what is read next is complete.

    It is the last one given when this is called; or less, when others are still at work before it after `patience` seconds.
    """
    clock, pause = asyncio.get_running_loop().time, 0.001
    deadline, last = clock() + patience, None
    while True:
        [record] = await session.fetch(_READABLE)
        last, held = last if last is not None else int(record["last"]), record["held"]
        if held is None or held >= last:
            return last
        if clock() >= deadline:
            return int(held)
        await asyncio.sleep(pause)
        pause = min(pause * 2, 0.05)
