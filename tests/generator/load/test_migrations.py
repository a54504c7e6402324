"""The migrations that a module has already are read with its definition."""

from __future__ import annotations

import pytest

from coregen.load import load
from coregen.project import find_folders
from tests.generator.conftest import WriteProject

DEFINITION = {"shop/catalog/definition.yaml": "id: catalog\nversion: '1'\n"}
BROKEN_PACKAGE = {"shop/catalog/__init__.py": "raise RuntimeError('older than its definition')\n"}


def migration(version: int) -> str:
    return f"from coregen_runtime import Migration\n\nmigration = Migration(version={version}, name='m', steps=[])\n"


def test_they_come_by_number_and_the_package_is_not_imported(write_project: WriteProject) -> None:
    files = {f"shop/catalog/migrations/{number:04d}_m.py": migration(number) for number in (10, 9, 1)}
    project = write_project(
        DEFINITION | BROKEN_PACKAGE | files | {"shop/catalog/migrations/__init__.py": "", "shop/catalog/migrations/notes.py": "1/0\n"}
    )
    loaded = load(project, find_folders(project).folders)

    assert ((), [1, 9, 10]) == (loaded.diagnostics, [each.version for each in loaded.modules[0].migrations])


def test_a_module_without_any_has_none(write_project: WriteProject) -> None:
    project = write_project(DEFINITION)

    assert () == load(project, find_folders(project).folders).modules[0].migrations


@pytest.mark.parametrize(
    ("files", "place", "message"),
    [
        ({"0001_a.py": "raise KeyError('x')\n"}, "0001_a.py", "the migration cannot be run: KeyError: 'x'"),
        ({"0001_a.py": "def (\n"}, "0001_a.py", "the migration cannot be run: SyntaxError: invalid syntax"),
        ({"0001_a.py": "migration = 1\n"}, "0001_a.py", "the file holds no migration"),
        ({"0002_a.py": migration(1)}, "0002_a.py", "the file is number 2, its migration version 1"),
        ({"0001_a.py": migration(1), "0001_b.py": migration(1)}, "0001_b.py", "there are two migrations 0001"),
    ],
)
def test_a_file_that_gives_no_migration_is_an_error_with_a_fix(write_project: WriteProject, files: dict[str, str], place: str, message: str) -> None:
    project = write_project(DEFINITION | {f"shop/catalog/migrations/{name}": text for name, text in files.items()})
    [found] = load(project, find_folders(project).folders).diagnostics

    assert (f"shop/catalog/migrations/{place}", "LOAD-MIGRATION", True) == (found.path, found.code, bool(found.help))
    assert found.message.startswith(message)
