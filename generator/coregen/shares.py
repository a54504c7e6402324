"""One piece of work in several processes: each takes a share, and hands back its result as a value.

The others are forked, so that they have everything that is loaded, and start at once; where forking is not safe there is one process.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

S = TypeVar("S")
R = TypeVar("R")


def processes() -> int:
    """How many can be at work at once."""
    if not hasattr(os, "fork") or sys.platform == "darwin" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def shared(work: Callable[[S], R], shares: Sequence[S]) -> list[R]:
    """`work` over every share, the first of them in this process. A share that fails elsewhere is done again here, and so raises here."""
    first, *others = shares
    with _forked(work, others) as pipes:
        done = [work(first)]
        answers = [_read(pipe) for pipe in pipes]
    return done + [pickle.loads(answer) if answer else work(share) for answer, share in zip(answers, others, strict=True)]


@contextmanager
def _forked(work: Callable[[S], R], shares: Sequence[S]) -> Iterator[list[int]]:
    """A process for each share, and the pipe that its answer comes through. None outlives the block."""
    children: list[int] = []
    pipes: list[int] = []
    try:
        for share in shares:
            reading, writing = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(reading)
                _answer(work, share, writing)
            os.close(writing)
            children.append(child)
            pipes.append(reading)
        yield pipes
    except BaseException:
        for child in children:
            os.kill(child, signal.SIGKILL)
        raise
    finally:
        for pipe in pipes:
            os.close(pipe)
        for child in children:
            os.waitpid(child, 0)


def _answer(work: Callable[[S], R], share: S, pipe: int) -> None:
    """The life of a forked process: it never returns, and touches nothing but its pipe."""
    try:
        with open(pipe, "wb") as file:
            file.write(pickle.dumps(work(share), pickle.HIGHEST_PROTOCOL))
        os._exit(0)
    finally:
        os._exit(1)


def _read(pipe: int) -> bytes:
    with open(pipe, "rb", closefd=False) as file:
        return file.read()
