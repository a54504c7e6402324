"""Runs every benchmark: a table on standard output, the same figures in `benchmarks/results.json`.

`--quick` leaves out what takes minutes, and prints alone; so does the name of a part (`core`, `generator`, `persistence`).
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from pathlib import Path

from benchmarks import generate, rows, sync
from benchmarks.core import identity, machines, models, rules
from benchmarks.harness import Figure, measure, save, table
from benchmarks.persistence import areas, events, postgres, sqlite

SIZES = (10, 100, 1000)


CORE = (identity, machines, models, rules)
PERSISTENCE = (sqlite, postgres)
PARTS = ("core", "generator", "persistence")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{' or '.join(PARTS)}; all without one")
    parser.add_argument("--quick", action="store_true", help="10 and 100 entities, the type checker over 10; no results.json")
    given = parser.parse_args()
    if unknown := sorted(set(given.parts) - set(PARTS)):
        parser.error(f'there is no part "{unknown[0]}"; there are {", ".join(PARTS)}')
    figures = _core() if "core" in (given.parts or PARTS) else ()
    if "persistence" in (given.parts or PARTS):
        figures += measure([contestant for each in PERSISTENCE for contestant in each.contestants()], rounds=9)
        figures += () if given.quick else measure(areas.contestants(), rounds=3)
        figures += events.figures(given.quick)
    if "generator" in (given.parts or PARTS):
        figures += _generator(given.quick)
    print(table(figures))
    if not (given.quick or given.parts):
        machine = {"python": platform.python_version(), "system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count()}
        save(figures, machine, Path(__file__).parent / "results.json")


def _core() -> tuple[Figure, ...]:
    return measure([contestant for each in CORE for contestant in each.contestants()], rounds=15, clock=time.process_time)


def _generator(quick: bool) -> tuple[Figure, ...]:
    sizes = SIZES[:2] if quick else SIZES
    figures = measure([*sync.contestants(), *rows.contestants()])
    with tempfile.TemporaryDirectory() as folder:
        made = generate.projects(sizes, Path(folder))
        for size, project in made.items():
            figures += measure(generate.contestants(size, project), rounds=3 if size == max(SIZES) else 5)
        for size, project in made.items():
            if not quick or size == min(SIZES):
                figures += measure(generate.checked(size, project), rounds=1, warm=False)
    return figures


if __name__ == "__main__":
    main()
