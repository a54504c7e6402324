"""Runs every benchmark: a table on standard output, the same figures in `benchmarks/results.json`.

`--quick` leaves out what takes minutes, and prints alone.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from benchmarks import generate, rows, sync
from benchmarks.harness import measure, save, table

SIZES = (10, 100, 1000)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true", help="10 and 100 entities, the type checker over 10; no results.json")
    quick = parser.parse_args().quick
    sizes = SIZES[:2] if quick else SIZES
    figures = measure([*sync.contestants(), *rows.contestants()])
    with tempfile.TemporaryDirectory() as folder:
        made = generate.projects(sizes, Path(folder))
        for size, project in made.items():
            figures += measure(generate.contestants(size, project), rounds=3 if size == max(SIZES) else 5)
        for size, project in made.items():
            if not quick or size == min(SIZES):
                figures += measure(generate.checked(size, project), rounds=1, warm=False)
    print(table(figures))
    if not quick:
        machine = {"python": platform.python_version(), "system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count()}
        save(figures, machine, Path(__file__).parent / "results.json")


if __name__ == "__main__":
    main()
