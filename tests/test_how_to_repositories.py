"""The page about repositories is true: its blocks are one typed program that prints what it says, on the module of the README."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_readme import block, blocks, run

PAGE = Path(__file__).resolve().parent.parent / "docs" / "how-to" / "repositories.md"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of the README, with the page's program beside it."""
    folder = tmp_path_factory.mktemp("repositories")
    (folder / "pyproject.toml").write_text(block("toml", "say there where modules live"), encoding="utf-8")
    catalog = folder / "shop" / "catalog"
    catalog.mkdir(parents=True)
    (folder / "shop" / "__init__.py").touch()
    (catalog / "definition.py").write_text(block("python", "What goes in"), encoding="utf-8")
    done = run(folder, "coregen", "sync")
    program = "\n\n".join(each.text for each in blocks(PAGE.read_text(encoding="utf-8")) if each.language == "python")
    (folder / "page.py").write_text(program, encoding="utf-8")

    assert 0 == done.returncode, done.stderr
    return folder


def test_the_program_of_the_page_prints_what_it_says(shop: Path) -> None:
    done = run(shop, "python", "-W", "error", "page.py")
    [expected] = [each.text for each in blocks(PAGE.read_text(encoding="utf-8")) if each.language == "text"]

    assert ("", expected) == (done.stderr, done.stdout)


def test_the_program_of_the_page_is_typed(shop: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "page.py"]
    done = subprocess.run(command, cwd=shop, capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout
