"""The Makefile says what is wrong with a Python that is too old, before it makes anything."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def clone(project_root: Path, tmp_path: Path) -> Path:
    """What `make` reads, without an environment, and a Python that claims to be 3.9."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(project_root / name, tmp_path)
    (tmp_path / "runtime").mkdir()
    shutil.copy(project_root / "runtime" / "pyproject.toml", tmp_path / "runtime")
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\n[ "$1" = --version ]\n', encoding="utf-8")
    old.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench", "nightly"])
def test_a_python_that_is_too_old_is_named_and_nothing_is_made(clone: Path, target: str) -> None:
    done = subprocess.run(["make", target, "PYTHON=./python3.9"], cwd=clone, capture_output=True, text=True, check=False)

    assert 2 == done.returncode
    assert "coregen needs Python 3.11 or later, and ./python3.9 is: Python 3.9.2" in done.stderr
    assert f"make {target} PYTHON=" in done.stderr
    assert not (clone / ".venv").exists()
