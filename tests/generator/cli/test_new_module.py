"""`coregen new-module`: from an empty folder to a module in step, overwriting nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import CATALOG, Workplace


@pytest.fixture
def empty(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)


@pytest.mark.parametrize("format", ["python", "yaml", "json"])
def test_a_module_is_made_and_in_step(workplace: Workplace, format: str) -> None:
    done = workplace.coregen("new-module", "ordering", "--entity", "Order", "--entity", "OrderItem", "--format", format)
    suffix = {"python": "py"}.get(format, format)

    assert (0, "") == (done.returncode, done.stderr)
    assert "ordering  2 entities" in done.stdout
    assert f'next: edit shop/ordering/definition.{suffix}, then run "coregen sync ordering --restart-migrations"' in done.stdout
    assert 0 == workplace.coregen("sync", "--check", "ordering").returncode


def test_the_other_modules_are_left_alone(workplace: Workplace) -> None:
    workplace.coregen("new-module", "ordering")

    assert ["definition.yaml"] == [path.name for path in (workplace.root / "shop/catalog").iterdir()]


def test_an_empty_folder_becomes_a_project(empty: Workplace) -> None:
    done = empty.coregen("new-module", "catalog", "--entity", "Product", "--in", "shop")

    assert (0, "") == (done.returncode, done.stderr)
    assert '[tool.coregen]\nmodules = ["shop"]\n' == (empty.root / "pyproject.toml").read_text()
    assert 0 == empty.coregen("sync", "--check").returncode


def test_a_pyproject_without_the_table_is_left_and_the_table_named(empty: Workplace) -> None:
    empty.write("pyproject.toml", '[project]\nname = "shop"\n')
    before = empty.tree()
    done = empty.coregen("new-module", "catalog")

    assert 2 == done.returncode
    assert "[tool.coregen] with modules = [" in done.stderr
    assert before == empty.tree()


def test_a_document_is_taken_over_byte_for_byte(workplace: Workplace) -> None:
    text = CATALOG.replace("catalog", "music").replace("prod", "track") + "# as it was\n"
    workplace.write("music.yaml", text)
    done = workplace.coregen("new-module", "music", "--from", "music.yaml")

    assert (0, "") == (done.returncode, done.stderr)
    assert text == (workplace.root / "shop/music/definition.yaml").read_text()


def test_a_wrong_document_is_reported_at_its_own_place_and_leaves_nothing(workplace: Workplace) -> None:
    workplace.write("music.yaml", CATALOG.replace("type: money", "type: mony").replace("catalog", "music"))
    before = workplace.tree()
    done = workplace.coregen("new-module", "music", "--from", "music.yaml")

    assert 2 == done.returncode
    assert 'music.yaml:8:29: error[DEF-VALUE]: there is no field type "mony"' in done.stderr
    assert before == workplace.tree()


@pytest.mark.parametrize(
    "arguments",
    [
        ("Ordering",),
        ("order-items",),
        ("class",),
        ("../evil",),
        ("catalog",),
        ("ordering", "--entity", "order"),
        ("ordering", "--entity", "Order", "--entity", "Order"),
        ("ordering", "--from", "pyproject.toml"),
        ("ordering", "--from", "nowhere.yaml"),
        ("ordering", "--from", "shop/catalog/definition.yaml", "--entity", "Order"),
        ("ordering", "--from", "shop/catalog/definition.yaml", "--format", "json"),
        ("ordering", "--in", "unlisted"),
        ("ordering", "--in", "/"),
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_a_wrong_call_says_why_and_leaves_nothing(workplace: Workplace, arguments: tuple[str, ...]) -> None:
    before = workplace.tree()
    done = workplace.coregen("new-module", *arguments)

    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr.strip()
    assert before == workplace.tree()


def test_a_folder_that_the_settings_name_is_made_with_its_first_module(tmp_path: Path) -> None:
    workplace = Workplace(tmp_path)
    workplace.write("pyproject.toml", '[tool.coregen]\nmodules = ["shop"]\n')
    done = workplace.coregen("new-module", "catalog", "--entity", "Product")

    assert 0 == done.returncode, done.stderr
    assert {"shop/__init__.py", "shop/catalog/definition.py", "shop/catalog/generated/ids.py"} <= set(workplace.tree())
