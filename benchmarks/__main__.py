"""Runs every benchmark: a table on standard output, the same figures in `benchmarks/results.json`."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from benchmarks import rows, sync
from benchmarks.harness import measure, save, table


def main() -> None:
    figures = measure([*sync.contestants(), *rows.contestants()])
    machine = {"python": platform.python_version(), "system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count()}
    save(figures, machine, Path(__file__).parent / "results.json")
    print(table(figures))


if __name__ == "__main__":
    main()
