"""A project in a temporary folder, and `coregen` run in it as its users run it: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

CATALOG = """id: catalog
version: 1.0.0
entities:
  - name: Product
    idPrefix: prod
    fields:
      - { key: name, type: string, required: true }
      - { key: price, type: money }
commands:
  - type: catalog.reprice
    payload: [{ key: percent, type: number, required: true }]
    result: [{ key: changed, type: number, required: true }]
"""


@dataclass(frozen=True)
class Workplace:
    """A folder to run coregen in."""

    root: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def coregen(self, *arguments: str, folder: str = ".") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from coregen.cli import main; main()", *arguments]
        environment = {**os.environ, **self.environment}
        return subprocess.run(command, cwd=self.root / folder, env=environment, capture_output=True, text=True, check=False, encoding="utf-8")

    def write(self, path: str, text: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        return target

    def tree(self) -> dict[str, bytes]:
        paths = (path for path in sorted(self.root.rglob("*")) if path.is_file() and not {"__pycache__", ".coregen", ".git"} & set(path.parts))
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    """A project with one module, catalog, not yet synced."""
    made = Workplace(tmp_path)
    made.write("pyproject.toml", '[tool.coregen]\nmodules = ["shop"]\n')
    made.write("shop/catalog/definition.yaml", CATALOG)
    return made
