"""How a figure is taken: whole rounds, interleaved over all contestants, so that a slow minute of the machine slows everyone.

What works within this process and waits for nothing is timed by the processor's clock, which runs for this process alone and leaves out
what others do on a shared machine; what starts processes or waits for a disk or a server is timed by the clock on the wall. It owns timing and reporting. What is timed stands in the modules beside it.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Contestant:
    """One thing to time: `run` does the work once, over `size` units of it. `floor` marks the least that the work can cost."""

    group: str
    name: str
    run: Callable[[], object]
    size: int = 1
    floor: bool = False


@dataclass(frozen=True)
class Figure:
    """Seconds for one run over all rounds, and the median per unit."""

    group: str
    name: str
    floor: bool
    rounds: int
    minimum: float
    median: float
    maximum: float
    per_unit: float


def measure(
    contestants: Sequence[Contestant], rounds: int = 5, warm: bool = True, clock: Callable[[], float] = time.perf_counter
) -> tuple[Figure, ...]:
    """Time every contestant `rounds` times, after one run that warms up; without it where nothing is kept between runs.

    Args:
        clock: seconds; `time.process_time` for what stays within this process.
    """
    for contestant in contestants if warm else ():
        contestant.run()
    seconds: dict[Contestant, list[float]] = {contestant: [] for contestant in contestants}
    for _ in range(rounds):
        for contestant in contestants:
            started = clock()
            contestant.run()
            seconds[contestant].append(clock() - started)
    return tuple(_figure(contestant, taken) for contestant, taken in seconds.items())


def _figure(contestant: Contestant, taken: Sequence[float]) -> Figure:
    median = statistics.median(taken)
    return Figure(
        group=contestant.group,
        name=contestant.name,
        floor=contestant.floor,
        rounds=len(taken),
        minimum=min(taken),
        median=median,
        maximum=max(taken),
        per_unit=median / contestant.size,
    )


def table(figures: Sequence[Figure]) -> str:
    """The figures as text, each group with its floors first and every line's distance from the group's lowest floor, a unit of work each."""
    lines = []
    for group in dict.fromkeys(figure.group for figure in figures):
        members = sorted((figure for figure in figures if figure.group == group), key=lambda figure: (not figure.floor, figure.per_unit))
        floors = [figure.per_unit for figure in members if figure.floor]
        lines.append(group)
        for figure in members:
            distance = "floor" if figure.floor else f"{figure.per_unit / min(floors):.1f} × floor" if floors else ""
            lines.append(
                f"  {figure.name:<40}{_human(figure.minimum):>10}{_human(figure.median):>10}{_human(figure.maximum):>10}{_human(figure.per_unit):>12} each  {distance}"
            )
    return "\n".join(lines)


def _human(seconds: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.2f} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def save(figures: Sequence[Figure], machine: Mapping[str, object], path: Path) -> None:
    """Write the figures and what they were taken on."""
    document = {"machine": dict(machine), "figures": [asdict(figure) for figure in figures]}
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
