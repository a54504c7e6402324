"""A module's migrations are found by the numbers of their files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coregen_runtime import CoreError, load_migrations

TEXT = "from coregen_runtime import Migration\n\nmigration = Migration(version={}, name='{}', steps=[])\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package `shop_migrations` of its own."""
    monkeypatch.syspath_prepend(tmp_path)
    package = tmp_path / "shop_migrations"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    yield package
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop_migrations"]:
        del sys.modules[name]


def test_migrations_come_in_order_of_their_version_and_other_files_are_left_alone(folder: Path) -> None:
    for number, name in ((10, "later"), (2, "second"), (1, "initial")):
        (folder / f"{number:04}_{name}.py").write_text(TEXT.format(number, name), encoding="utf-8")
    (folder / "helpers.py").write_text("raise RuntimeError\n", encoding="utf-8")

    assert [(1, "initial"), (2, "second"), (10, "later")] == [(each.version, each.name) for each in load_migrations("shop_migrations")]


def test_a_package_without_migrations_has_none(folder: Path) -> None:
    assert () == load_migrations("shop_migrations")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"0001_initial.py": "migrations = []\n"}, "shop_migrations.0001_initial has no migration"),
        ({"0001_initial.py": TEXT.format(2, "initial")}, "holds version 2; the number of the file is its version"),
        ({"0001_a.py": TEXT.format(1, "a"), "0001_b.py": TEXT.format(1, "b")}, "has two migrations 0001"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_an_error(folder: Path, files: dict[str, str], said: str) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")

    with pytest.raises(CoreError, match=said):
        load_migrations("shop_migrations")


def test_a_package_that_is_not_there_is_an_import_error() -> None:
    with pytest.raises(ImportError):
        load_migrations("no_such_shop.migrations")
