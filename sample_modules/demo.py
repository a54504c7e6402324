"""`make demo`: from nothing to a module that runs, in one go. It scaffolds, syncs, type-checks and boots a module, and tells an order's life.

What it does is what a newcomer would type; the tour of the samples itself is in `tour.py`.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from coregen_adapters.app import App

from sample_modules.tour import MODULES, tour


def run(folder: Path, *command: str) -> None:
    """Show a command and what it prints; stop the demo where it fails."""
    print(f"\n$ {' '.join(command)}", flush=True)
    program, *arguments = command
    started = time.perf_counter()
    done = subprocess.run([Path(sys.executable).with_name(program), *arguments], cwd=folder, check=False)
    if done.returncode:
        sys.exit(f"the demo stops here: exit status {done.returncode}")
    print(f"  ({time.perf_counter() - started:.1f} s)", flush=True)


async def story(folder: Path) -> None:
    """Boot the new module together with the samples on a SQLite file, and let an order live."""
    sys.path.insert(0, str(folder))
    reviews = importlib.import_module("shop.reviews")
    async with App(modules=[reviews.module, *MODULES], database=f"sqlite:///{folder}/demo.db") as app:
        print("\nreviews and the five samples are up, on SQLite")
        async for line in tour(app):
            print(f"  {line}")


def main() -> None:
    logging.getLogger("coregen").setLevel(logging.ERROR)  # the tour tells what was refused
    with tempfile.TemporaryDirectory(prefix="coregen-demo-") as temporary:
        folder = Path(temporary)
        print("an empty temporary folder")
        run(folder, "coregen", "new-module", "reviews", "--entity", "Review", "--in", "shop")
        run(folder, "coregen", "sync", "--check")
        run(folder, "mypy", "--strict", "shop")
        asyncio.run(story(folder))


if __name__ == "__main__":
    main()
