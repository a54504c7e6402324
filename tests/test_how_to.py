"""The page about testing is true: its code, as test files of a project, passes beside the tests that are generated there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_readme import block, blocks, run

PAGE = Path(__file__).resolve().parent.parent / "docs" / "how-to" / "test-a-module.md"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of the README, with each block of the page as a test file."""
    folder = tmp_path_factory.mktemp("tested")
    (folder / "pyproject.toml").write_text(block("toml", "say there where modules live"), encoding="utf-8")
    catalog = folder / "shop" / "catalog"
    catalog.mkdir(parents=True)
    (folder / "shop" / "__init__.py").touch()
    (catalog / "definition.py").write_text(block("python", "What goes in"), encoding="utf-8")
    done = run(folder, "coregen", "sync")
    for number, each in enumerate(blocks(PAGE.read_text(encoding="utf-8"))):
        (catalog / "tests" / f"test_page_{number}.py").write_text(each.text, encoding="utf-8")

    assert 0 == done.returncode, done.stderr
    return folder


def test_the_page_and_what_is_generated_pass_by_pytests_default_settings(shop: Path) -> None:
    # a plug-in of this repository wants a setting of its own
    done = run(shop, "python", "-W", "error", "-m", "pytest", "-q", "-p", "no:asyncio", "-p", "no:cacheprovider")

    assert 0 == done.returncode, done.stdout
    assert "8 passed" in done.stdout


def test_the_page_is_typed(shop: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "-p", "shop"], cwd=shop, capture_output=True, text=True, check=False
    )

    assert 0 == done.returncode, done.stdout
