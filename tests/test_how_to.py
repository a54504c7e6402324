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


def test_a_change_of_tables_goes_as_the_page_says(tmp_path: Path) -> None:
    """What sync prints, refused and written, on the definition of docs/how-to/change-a-module.md."""
    page = (PAGE.parent / "change-a-module.md").read_text(encoding="utf-8")
    [after] = [each.text for each in blocks(page) if each.language == "yaml"]
    refused, written = ("\n".join(each.text.strip("\n").splitlines()[1:]) for each in blocks(page) if each.language == "console")
    (tmp_path / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["shop"]\n')
    definition = tmp_path / "shop" / "catalog" / "definition.yaml"
    definition.parent.mkdir(parents=True)
    definition.write_text(after.replace("key: mass, type: string", "key: weight, type: number"))
    run(tmp_path, "coregen", "sync")
    definition.write_text(after)

    assert refused == run(tmp_path, "coregen", "sync").stderr.strip()
    definition.write_text(after.replace("key: mass, type: string", "key: mass, type: string, renamedFrom: weight"))
    assert run(tmp_path, "coregen", "sync").stdout.startswith(written)
