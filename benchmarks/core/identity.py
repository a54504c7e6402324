"""What an id costs. The peer is python-ulid, on which ours stands; the floor, the operating system's randomness and a clock."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence

from ulid import ULID, ULIDGenerator

from benchmarks.harness import Contestant
from coregen_runtime import IDGenerator

COUNT = 20_000
GROUP = "make an id"
APART = "make an id, one a millisecond"
CHECK = "check an id"
READ = "read the time of an id"
PLAIN, PREFIXED = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "ord_01ARZ3NDEKTSV4RRFFQ69G5FAV"
SHAPE = re.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}")


def contestants() -> Sequence[Contestant]:
    ids = IDGenerator()
    return (
        Contestant(GROUP, "a clock and ten random bytes", _floor, size=COUNT, floor=True),
        Contestant(GROUP, "IDGenerator.generate", lambda: _repeat(ids), size=COUNT),
        Contestant(GROUP, "IDGenerator.generate_for", lambda: _repeat_for(ids), size=COUNT),
        Contestant(GROUP, "python-ulid, str(ULID())", _peer, size=COUNT),
        Contestant(APART, "IDGenerator.generate", lambda: _repeat(IDGenerator(Ticking())), size=COUNT),
        Contestant(APART, "python-ulid, str(generate())", lambda: _peer_apart(ULIDGenerator(clock=Ticking().now)), size=COUNT),
        Contestant(CHECK, "a compiled pattern, a bare ULID", _check_floor, size=COUNT, floor=True),
        Contestant(CHECK, "IDGenerator.is_valid, with its prefix", lambda: _check(ids), size=COUNT),
        Contestant(CHECK, "python-ulid, ULID.from_str, bare", _check_peer, size=COUNT),
        Contestant(READ, "IDGenerator.extract_timestamp, with its prefix", lambda: _read(ids), size=COUNT),
        Contestant(READ, "python-ulid, from_str and milliseconds, bare", _read_peer, size=COUNT),
    )


class Ticking:
    """A clock that is a millisecond on whenever it is read."""

    def __init__(self) -> None:
        self._now = 1_700_000_000_000

    def now(self) -> int:
        self._now += 1
        return self._now


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


def _peer_apart(ids: ULIDGenerator) -> None:
    for _ in range(COUNT):
        str(ids.generate())


def _check_floor() -> None:
    for _ in range(COUNT):
        SHAPE.fullmatch(PLAIN)


def _check(ids: IDGenerator) -> None:
    for _ in range(COUNT):
        ids.is_valid(PREFIXED)


def _check_peer() -> None:
    for _ in range(COUNT):
        ULID.from_str(PLAIN)


def _read(ids: IDGenerator) -> None:
    for _ in range(COUNT):
        ids.extract_timestamp(PREFIXED)


def _read_peer() -> None:
    for _ in range(COUNT):
        _ = ULID.from_str(PLAIN).milliseconds
