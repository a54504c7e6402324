"""The project of all ugly names, synced once by the command that users run."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.generator.rendering import ugly_names


def tool(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A program of this environment, in the project."""
    return subprocess.run([str(Path(sys.executable).with_name(command[0])), *command[1:]], cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ugly")
    ugly_names(folder)
    done = tool(folder, "coregen", "sync")

    assert (0, "") == (done.returncode, done.stderr)
    return folder


@pytest.fixture(scope="session")
def shop(root: Path) -> Iterator[Any]:
    """The generated packages, by name. What they hold is known at sync time only, hence Any."""
    sys.path.insert(0, str(root))
    try:
        yield SimpleNamespace(**{name: importlib.import_module(f"shop.{name}") for name in ("attic", "cellar")})
    finally:
        sys.path.remove(str(root))
        for name in [name for name in sys.modules if name.split(".")[0] == "shop"]:
            del sys.modules[name]
