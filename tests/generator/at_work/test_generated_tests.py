"""The generated factories, strategies and tests, for definitions that hold every key: they pass, they skip without Hypothesis, and they can fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.generator.at_work.conftest import MakeProject
from tests.generator.rendering import everything, texts, write

WITHOUT_HYPOTHESIS = 'import sys\n\nsys.modules["hypothesis"] = None\n'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything in it, rendered."""
    folder = tmp_path_factory.mktemp("everything")
    write(folder, texts(everything(folder)))
    return folder


def process(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}
    return subprocess.run([sys.executable, "-W", "error", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def outcome(folder: Path, *arguments: str) -> str:
    """The last line of pytest by its default settings, over what is generated; all of it where a test fails."""
    done = process(folder, "-m", "pytest", "-q", "-p", "no:asyncio", "-p", "no:cacheprovider", *arguments, *map(str, folder.glob("shop/*/generated")))
    return done.stdout.strip().splitlines()[-1] if done.returncode == 0 else done.stdout + done.stderr


def test_every_value_of_every_entity_and_message_goes_through(project: Path) -> None:
    found = outcome(project)

    assert found.startswith("11 passed in"), found


def test_without_hypothesis_they_are_skipped_with_the_reason(project: Path) -> None:
    (project / "conftest.py").write_text(WITHOUT_HYPOTHESIS, encoding="utf-8")
    try:
        found = outcome(project, "-rs", "-p", "no:hypothesispytest")
    finally:
        (project / "conftest.py").unlink()

    assert found.startswith("11 skipped in"), found


def test_without_hypothesis_factories_make_distinct_values(project: Path) -> None:
    code = """
from shop.goods.generated.testing import make_create_thing, make_move, make_thing
from shop.goods import ThingStatus
things = [make_thing() for _ in range(200)]
print(len({thing.name for thing in things}), len({thing.id for thing in things}), things[0].status is ThingStatus.NEW_ONE)
print(make_create_thing(name="Lamp", weight=1.5).name, make_move(note="x").note)
"""
    done = process(project, "-c", f"{WITHOUT_HYPOTHESIS}{code}")

    assert "200 200 True\nLamp x\n" == done.stdout, done.stderr


def test_production_imports_neither_them_nor_what_they_stand_on(project: Path) -> None:
    code = """
import sys
import shop.goods.module, shop.goods
for name in shop.goods.__all__:
    getattr(shop.goods, name)
print([name for name in sys.modules if ".testing" in name or name.startswith(("hypothesis", "pytest", "unittest"))])
"""
    done = process(project, "-c", code)

    assert "[]\n" == done.stdout, done.stderr


def test_no_generated_file_needs_hypothesis_or_pytest_to_be_type_checked(project: Path) -> None:
    files = [path for path in project.glob("shop/*/generated/**/*.py") if "testing" in path.parts]

    assert len(files) > 8
    assert [] == [path for path in files if "import hypothesis" in path.read_text() or "import pytest" in path.read_text()]


NOTES = """
    id: goods
    version: 1.0.0
    entities:
      - { name: Note, fields: [{ key: text, type: string, required: true }, { key: size, type: number }] }
"""


def test_a_table_that_loses_a_value_is_found(make_project: MakeProject) -> None:
    folder = make_project(NOTES)
    path = folder / "shop/goods/migrations/0001_initial.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("size NUMERIC", "size INTEGER CHECK (size IS NULL)"), encoding="utf-8")
    found = outcome(folder)

    assert "size NUMERIC" in text
    assert "FAILED shop/goods/generated/testing/test_generated.py::test_note_goes_through_rows" in found, found
    assert "1 failed, 1 passed" in found, found


@pytest.mark.parametrize("module", ["cellar", pytest.param("attic", marks=pytest.mark.nightly)])
def test_names_of_any_kind_go_through_too(module: str, project_root: Path, tmp_path: Path) -> None:
    """Where every name is one that nobody would choose; the large module in the long profile."""
    shutil.copytree(project_root / "tests/cases/ugly_names", tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["."]\n', encoding="utf-8")
    synced = subprocess.run([Path(sys.executable).with_name("coregen"), "sync"], cwd=tmp_path, capture_output=True, text=True, check=False)
    done = process(tmp_path, "-m", "pytest", "-q", "-p", "no:asyncio", "-p", "no:cacheprovider", f"{module}/generated")

    assert 0 == synced.returncode, synced.stderr
    assert 0 == done.returncode, done.stdout
    assert "skipped" not in done.stdout
