"""Running a transaction again when the database could not put it in an order with the others (semantics 22)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode

R = TypeVar("R")

ATTEMPTS = 10
"""Times that a serializable transaction is run at most, unless its caller says otherwise."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.5


async def rerun(run: Callable[[], Awaitable[R]], attempts: int = ATTEMPTS) -> R:
    """The result of the first run that is not refused as `SERIALIZATION_CONFLICT`, with a growing random pause between runs.

    Any other error ends it, and so does that one after `attempts` runs.
    """
    import asyncio  # with `random`, half of what importing an entity would cost otherwise
    import random

    for attempt in range(1, attempts):
        try:
            return await run()
        except CoreError as error:
            if error.code != ErrorCode.SERIALIZATION_CONFLICT:
                raise
        await asyncio.sleep(random.uniform(0, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt)))
    return await run()
