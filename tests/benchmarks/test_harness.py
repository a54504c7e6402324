"""The harness times what it is given, and its table puts floors first."""

from __future__ import annotations

import json
import time
from pathlib import Path

from benchmarks.harness import Contestant, measure, save, table


def test_every_round_runs_every_contestant_in_turn_after_one_that_warms_up() -> None:
    runs: list[str] = []
    measure([Contestant("g", "a", lambda: runs.append("a")), Contestant("g", "b", lambda: runs.append("b"))], rounds=2)

    assert ["a", "b", "a", "b", "a", "b"] == runs


def test_a_figure_holds_the_spread_of_its_rounds_and_the_median_per_unit() -> None:
    [figure] = measure([Contestant("g", "sleep", lambda: time.sleep(0.01), size=10)], rounds=3)

    assert 0.01 <= figure.minimum <= figure.median <= figure.maximum
    assert figure.median / 10 == figure.per_unit


def test_the_processors_clock_leaves_out_what_is_waited_for() -> None:
    waiting = Contestant("g", "waits", lambda: time.sleep(0.05))
    [on_the_wall], [at_work] = measure([waiting], rounds=1), measure([waiting], rounds=1, clock=time.process_time)

    assert at_work.median < 0.05 <= on_the_wall.median


def test_the_table_puts_the_floor_first_and_says_how_far_the_others_are_from_it() -> None:
    figures = measure([Contestant("g", "slow", lambda: time.sleep(0.02)), Contestant("g", "fast", lambda: time.sleep(0.001), floor=True)], rounds=1)
    lines = table(figures).splitlines()

    assert ["g", "fast", "slow"] == [line.split()[0] for line in lines]
    assert lines[1].endswith("floor") and "× floor" in lines[2]


def test_contestants_of_other_sizes_are_compared_by_the_unit() -> None:
    """The slow one does a tenth of the work in the same time."""
    figures = measure([Contestant("g", "slow", lambda: time.sleep(0.01)), Contestant("g", "fast", lambda: time.sleep(0.01), 10, True)], rounds=3)
    distance = float(table(figures).splitlines()[-1].split()[-3])

    assert 5 < distance < 20


def test_the_figures_are_saved_with_what_they_were_taken_on(tmp_path: Path) -> None:
    figures = measure([Contestant("g", "a", lambda: None)], rounds=1)
    save(figures, {"cores": 2}, tmp_path / "results.json")
    document = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))

    assert {"cores": 2} == document["machine"]
    assert ["a"] == [figure["name"] for figure in document["figures"]]
