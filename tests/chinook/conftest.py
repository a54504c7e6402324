"""A project of its own that holds the Chinook definition, synced once by the command that users run."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "music_store"


@dataclass(frozen=True)
class Store:
    """The synced project: its root, and what the sync printed."""

    root: Path
    report: str

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A program of this environment, in the project."""
        program = Path(sys.executable).with_name(command[0])
        return subprocess.run([str(program), *command[1:]], cwd=self.root, capture_output=True, text=True, check=False)

    @property
    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        }


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, project_root: Path) -> Store:
    root = tmp_path_factory.mktemp("store")
    module = root / PACKAGE / "chinook"
    module.mkdir(parents=True)
    (root / "pyproject.toml").write_text(f'[tool.coregen]\nmodules = ["{PACKAGE}"]\n', encoding="utf-8")
    (module / "definition.yaml").write_bytes((project_root / "tests" / "cases" / "chinook" / "definition.yaml").read_bytes())
    done = Store(root, "").run("coregen", "sync")

    assert (0, "") == (done.returncode, done.stderr)
    return Store(root, done.stdout)


@pytest.fixture(scope="session")
def chinook(store: Store) -> Iterator[Any]:
    """The generated package. Its names are known at sync time only, hence Any."""
    sys.path.insert(0, str(store.root))
    try:
        yield importlib.import_module(f"{PACKAGE}.chinook")
    finally:
        sys.path.remove(str(store.root))
        for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
            del sys.modules[name]
