"""A project of one module, `shop.goods`, rendered, type-checked and run in processes of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest

from tests.generator.conftest import WriteProject
from tests.generator.rendering import texts, write

MakeProject = Callable[..., Path]


@pytest.fixture
def make_project(write_project: WriteProject, tmp_path: Path) -> MakeProject:
    """Renders a definition, with the files of the author's own beside it, and gives the folder."""

    def make(definition: str, **own: str) -> Path:
        files = {f"shop/goods/{name}.py": text for name, text in own.items()}
        project = write_project({"shop/__init__.py": "", "shop/goods/definition.yaml": definition, **files})
        write(tmp_path, {path: text for path, text in texts(project).items() if not (tmp_path / path).exists()})
        return tmp_path

    return make


def run(folder: Path, *arguments: str) -> str:
    """What a process of Python's prints; its errors follow where it fails."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout if done.returncode == 0 else f"{done.stdout}\n{done.stderr}"


def judged(folder: Path, code: str = "") -> str:
    """What mypy, strict and without a plug-in, says of the package and of `code`, a file beside it: "" for nothing."""
    (folder / "user.py").write_text(dedent(code), encoding="utf-8")
    found = run(folder, "-m", "mypy", "--strict", "--config-file", os.devnull, "--no-error-summary", "user.py", "shop")
    return found.strip()


def booted(folder: Path, body: str) -> str:
    """What `body` prints, run as a coroutine with `app` on SQLite and its context `ctx`, warnings being errors."""
    opened = """
async with App(modules=[module], database="sqlite:///rows.db") as app:
    ctx = app.context(organization="org_1", actor="user_1")
"""
    return ran(folder, f"{opened}{indent(dedent(body), '    ')}")


def ran(folder: Path, body: str) -> str:
    """What `body` prints, run as a coroutine with the module's names, `module` and `App`, warnings being errors."""
    program = f"""
import asyncio
from coregen_adapters.app import App
from coregen_runtime import new_id
from shop.goods import *
from shop.goods import module

async def main() -> None:
{indent(dedent(body), '    ')}

asyncio.run(main())
"""
    return run(folder, "-W", "error", "-c", program)
