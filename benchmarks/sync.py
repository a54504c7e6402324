"""What `coregen sync` costs as a whole process. The floor is a Python that starts and ends."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.harness import Contestant

ROOT = Path(__file__).resolve().parent.parent


def contestants() -> Sequence[Contestant]:
    coregen = str(Path(sys.executable).with_name("coregen"))
    subprocess.run([coregen, "sync"], cwd=ROOT, check=True, capture_output=True)  # leaves the local proof that nothing changed
    nothing, everything = "coregen sync, nothing to do", "coregen sync, the samples from nothing"
    return (
        Contestant(nothing, "python -c pass", _process(ROOT, sys.executable, "-c", "pass"), floor=True),
        Contestant(nothing, "coregen sync --check", _process(ROOT, coregen, "sync", "--check")),
        Contestant(everything, "python -c 'import coregen_runtime'", _process(ROOT, sys.executable, "-c", "import coregen_runtime"), floor=True),
        Contestant(everything, "coregen sync", _from_nothing(coregen)),
    )


def _process(folder: Path, *command: str) -> Callable[[], object]:
    return lambda: subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _from_nothing(coregen: str) -> Callable[[], object]:
    def run() -> object:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            shutil.copy(ROOT / "pyproject.toml", folder)
            for definition in (ROOT / "sample_modules").glob("*/definition.*"):
                target = folder / definition.relative_to(ROOT)
                target.parent.mkdir(parents=True)
                shutil.copy(definition, target)
            return subprocess.run([coregen, "sync"], cwd=folder, check=True, capture_output=True)

    return run
