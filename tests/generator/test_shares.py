"""Work in several processes comes back whole, in order, and with its errors."""

from __future__ import annotations

import os

import pytest

from coregen.shares import processes, shared

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


@needs_fork
def test_every_share_is_worked_on_in_its_own_process_and_answers_in_order() -> None:
    done = shared(lambda share: (share * 2, os.getpid()), [1, 2, 3])

    assert [2, 4, 6] == [answer for answer, _ in done]
    assert os.getpid() == done[0][1]
    assert 3 == len({process for _, process in done})


@needs_fork
def test_an_answer_may_be_longer_than_a_pipe_holds() -> None:
    assert ["a" * 1_000_000, "b" * 1_000_000] == shared(lambda letter: letter * 1_000_000, ["a", "b"])


@needs_fork
@pytest.mark.parametrize("wrong", [1, 2])
def test_an_error_of_any_share_is_raised_here(wrong: int) -> None:
    def work(share: int) -> int:
        if share == wrong:
            raise ValueError(f"share {share}")
        return share

    with pytest.raises(ValueError, match=f"share {wrong}"):
        shared(work, [1, 2])


def test_one_share_is_done_in_this_process() -> None:
    assert [os.getpid()] == shared(lambda _: os.getpid(), [None])


def test_there_is_always_one_process() -> None:
    assert 1 <= processes()
