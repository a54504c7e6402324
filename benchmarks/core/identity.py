"""What an id costs. The peer is python-ulid, on which ours stands; the floor, the operating system's randomness and a clock."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from ulid import ULID

from benchmarks.harness import Contestant
from coregen_runtime import IDGenerator

COUNT = 20_000
GROUP = "make an id"


def contestants() -> Sequence[Contestant]:
    ids = IDGenerator()
    return (
        Contestant(GROUP, "a clock and ten random bytes", _floor, size=COUNT, floor=True),
        Contestant(GROUP, "IDGenerator.generate", lambda: _repeat(ids), size=COUNT),
        Contestant(GROUP, "IDGenerator.generate_for", lambda: _repeat_for(ids), size=COUNT),
        Contestant(GROUP, "python-ulid, str(ULID())", _peer, size=COUNT),
    )


def _floor() -> None:
    for _ in range(COUNT):
        time.time_ns()
        os.urandom(10)


def _repeat(ids: IDGenerator) -> None:
    for _ in range(COUNT):
        ids.generate()


def _repeat_for(ids: IDGenerator) -> None:
    for _ in range(COUNT):
        ids.generate_for("ord")


def _peer() -> None:
    for _ in range(COUNT):
        str(ULID())
