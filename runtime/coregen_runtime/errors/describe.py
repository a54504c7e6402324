"""An exception as a line for logs and records, without a value of the data in it (semantics 7)."""

from __future__ import annotations

from pathlib import PurePath
from traceback import extract_tb

from coregen_runtime.errors.base import CoreError


def describe(error: BaseException) -> str:
    """Core's errors say code and sentence; of any other, the message may hold anything, so its type and the place it came from are told."""
    if isinstance(error, CoreError):
        return str(error)
    frames = extract_tb(error.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno} in {frames[-1].name}" if frames else ""
    return f"{type(error).__name__}{place}"
