"""The next migration as its users meet it: refused, asked for, written, checked, run by an application on a database that has rows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from coregen.cli import commands
from coregen_adapters.sqlite import SqliteAdapter
from coregen_runtime import CoreError, load_migrations
from coregen_runtime.repository.types import Scope

HEAD = "id: catalog\nversion: 1.0.0\nentities:\n  - name: Product\n    fields:\n"
NAME, WEIGHT = "      - { key: name, type: string }\n", "      - { key: weight, type: number }\n"
COLOUR = "      - { key: colour, type: string }\n"
BEFORE = HEAD + NAME + WEIGHT


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that has been synced once; the command runs in it."""
    (tmp_path / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["shop"]\n')
    (tmp_path / "shop" / "catalog").mkdir(parents=True)
    (tmp_path / "shop" / "__init__.py").touch()
    monkeypatch.chdir(tmp_path)
    define(tmp_path, BEFORE)
    coregen("sync")
    return tmp_path


def define(shop: Path, text: str) -> None:
    (shop / "shop/catalog/definition.yaml").write_text(text)


def coregen(*arguments: str) -> tuple[int, str, str]:
    """Exit status, and what was printed on standard output and on standard error."""
    done = CliRunner().invoke(commands, list(arguments))
    return done.exit_code, done.stdout, done.stderr


def migrations(shop: Path) -> list[str]:
    return sorted(path.name for path in (shop / "shop/catalog/migrations").glob("0*.py"))


def test_a_loss_is_refused_until_it_is_allowed_and_then_stands_in_the_file(shop: Path) -> None:
    define(shop, HEAD + NAME)
    before = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    status, _, said = coregen("sync")

    assert (2, before) == (status, {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()})
    assert "the next migration would lose the values of catalog_product.weight" in said
    status, report, said = coregen("sync", "--allow-data-loss")
    assert (0, "") == (status, said)
    assert "0002_drop_weight_from_product.py: the next migration" in report
    assert 'loses="the values of catalog_product.weight"' in (shop / "shop/catalog/migrations/0002_drop_weight_from_product.py").read_text()


@pytest.mark.parametrize("after", [BEFORE + COLOUR, HEAD + NAME])
def test_check_fails_while_entities_and_migrations_disagree_and_writes_nothing(shop: Path, after: str) -> None:
    """Contract, "Command line": exit status 1 for drift, a loss among it."""
    define(shop, after)
    status, report, _ = coregen("sync", "--check")

    assert 1 == status
    assert "(the tables changed)" in report
    assert ["0001_initial.py"] == migrations(shop)
    coregen("sync", "--allow-data-loss")
    assert (0, "") == (coregen("sync", "--check")[0], coregen("sync", "--check")[2])


def test_a_migration_that_was_taken_away_is_drift(shop: Path) -> None:
    define(shop, BEFORE + COLOUR)
    coregen("sync")
    text = (shop / "shop/catalog/migrations/0002_add_colour_to_product.py").read_text()
    (shop / "shop/catalog/migrations/0002_add_colour_to_product.py").unlink()

    assert 1 == coregen("sync", "--check")[0]
    coregen("sync")
    assert text == (shop / "shop/catalog/migrations/0002_add_colour_to_product.py").read_text()


def test_diff_shows_the_next_migration(shop: Path) -> None:
    define(shop, BEFORE + COLOUR)
    status, printed, _ = coregen("sync", "--diff")

    assert 0 == status
    assert "+++ b/shop/catalog/migrations/0002_add_colour_to_product.py" in printed
    assert "ALTER TABLE catalog_product ADD COLUMN colour TEXT" in printed


def test_a_definition_that_is_taken_back_asks_for_the_file_to_go(shop: Path) -> None:
    define(shop, BEFORE + COLOUR)
    coregen("sync")
    define(shop, BEFORE)

    assert "delete that file" in coregen("sync")[2]
    (shop / "shop/catalog/migrations/0002_add_colour_to_product.py").unlink()
    assert (0, "") == (coregen("sync")[0], coregen("sync")[2])
    assert ["0001_initial.py"] == migrations(shop)


def test_ones_own_migration_counts_and_a_file_that_was_edited_is_believed(shop: Path) -> None:
    own = 'from coregen_runtime import Migration, RunSql\n\nmigration = Migration(version=2, name="own", steps=[RunSql(summary="own", sql={})])\n'
    (shop / "shop/catalog/migrations/0002_own.py").write_text(own)
    define(shop, BEFORE + COLOUR)
    coregen("sync")
    third = shop / "shop/catalog/migrations/0003_add_colour_to_product.py"
    third.write_text(third.read_text().replace('name="colour", type="text"', 'name="colour", type="text", nullable=False'))
    coregen("sync")

    assert ["0001_initial.py", "0002_own.py", "0003_add_colour_to_product.py", "0004_change_colour_of_product.py"] == migrations(shop)


def test_a_version_that_is_not_the_files_number_is_said(shop: Path) -> None:
    first = shop / "shop/catalog/migrations/0001_initial.py"
    first.rename(first.with_name("0003_initial.py"))

    assert "this migration has the version 1, and its file the number 0003" in coregen("sync")[2]


def test_each_module_has_migrations_of_its_own(shop: Path) -> None:
    (shop / "shop/ledger").mkdir()
    (shop / "shop/ledger/definition.yaml").write_text(BEFORE.replace("catalog", "ledger"))
    coregen("sync")
    define(shop, BEFORE + COLOUR)
    coregen("sync")

    assert ["0001_initial.py", "0002_add_colour_to_product.py"] == migrations(shop)
    assert ["0001_initial.py"] == sorted(path.name for path in (shop / "shop/ledger/migrations").glob("0*.py"))


def test_sync_says_that_the_next_migration_stops_at_rows_that_no_longer_fit(shop: Path) -> None:
    define(shop, HEAD + NAME.replace("string }", "string, validators: [{ maxLength: 3 }] }") + WEIGHT)

    assert "0002_hold_name_of_product.py: the next migration; it stops at rows that do not fit catalog_product.name" in coregen("sync")[1]
    define(shop, HEAD + NAME.replace("string }", "string, validators: [{ maxLength: 9 }] }") + WEIGHT)
    assert "0003_change_product.py: the next migration\n" in coregen("sync")[1]


async def test_a_row_that_no_longer_fits_stops_an_application_until_it_is_mapped(shop: Path, forget: Callable[[], None]) -> None:
    """Decision 0018: what a definition no longer takes could not be read; so the migration says so, and not the first reader."""
    states = "      - { key: state, type: enum, enumValues: [%s] }\n"
    define(shop, HEAD + states % "draft, open")
    coregen("sync", "--allow-data-loss")
    db = SqliteAdapter(shop / "rows.db")
    await db.open()
    forget()
    await db.migrate("catalog", load_migrations("shop.catalog.migrations"))
    row = "'a', 'draft', 1, 1, NULL, 1, '{}'"
    await db.execute(
        [f"INSERT INTO catalog_product (id, organization_id, state, created_at, updated_at, deleted_at, version, meta) VALUES ('p1', {row})"]
    )
    define(shop, HEAD + states % "open")
    coregen("sync")
    forget()
    with pytest.raises(
        CoreError, match=r"catalog_product.state must be one of open, and is something else in the row p1: say in \"renamedValues\" what they become"
    ):
        await db.migrate("catalog", load_migrations("shop.catalog.migrations"))
    [unmapped] = (shop / "shop/catalog/migrations").glob("0003_*.py")
    unmapped.unlink()
    define(shop, HEAD + (states % "open").replace(" }", ", renamedValues: { draft: open } }"))
    coregen("sync")
    forget()
    await db.migrate("catalog", load_migrations("shop.catalog.migrations"))
    rows = await db.raw(Scope("a"), "SELECT state FROM catalog_product WHERE organization_id = :org")
    await db.close()

    assert [{"state": "open"}] == [dict(row) for row in rows]


def test_a_module_keeps_the_id_that_its_migrations_were_made_under_or_begins_anew(shop: Path) -> None:
    define(shop, BEFORE.replace("catalog", "range"))
    status, _, said = coregen("sync")

    assert 2 == status
    assert (
        """shop/catalog/definition.yaml:1:5: error[MIGRATION-MODULE]: the migrations make the tables of "catalog", and "range" is the module's id now"""
        in said
    )
    assert "give the id catalog back" in said
    assert (0, "") == (coregen("sync", "--restart-migrations")[0], coregen("sync")[2])
    assert "CREATE TABLE range_product" in (shop / "shop/catalog/migrations/0001_initial.py").read_text()


def test_an_entity_that_goes_over_to_another_module_is_told_how_its_rows_come_along(shop: Path) -> None:
    (shop / "shop/ledger").mkdir()
    (shop / "shop/ledger/definition.yaml").write_text(BEFORE.replace("catalog", "ledger"))
    define(shop, BEFORE.replace("Product", "Other"))

    assert "if ledger.Product has these rows now, keep the entity here too until a migration of your own" in coregen("sync")[2]


def test_entities_that_all_went_leave_a_migration_that_drops_their_tables(shop: Path) -> None:
    define(shop, "id: catalog\nversion: 1.0.0\n")
    coregen("sync", "--allow-data-loss")

    assert ["0001_initial.py", "0002_drop_product.py"] == migrations(shop)
    coregen("sync")
    assert "load_migrations" in (shop / "shop/catalog/generated/manifest.py").read_text()
    assert "nothing to do" in coregen("sync")[1]


def test_what_is_written_passes_black_ruff_and_mypy(shop: Path) -> None:
    """Contract, "Generated package"."""
    define(shop, HEAD + NAME.replace("string }", "ref[], refEntity: Product }").replace("ref[]", '"ref[]"') + COLOUR + "    softDelete: false\n")
    coregen("sync", "--allow-data-loss")
    [path] = (shop / "shop/catalog/migrations").glob("0002_*.py")
    for command in (["black", "--check", "-l", "88"], ["black", "--check", "-l", "120"], ["ruff", "check", "--isolated"], ["mypy", "--strict"]):
        options = ["--config-file", os.devnull] if command[0] == "mypy" else []
        done = subprocess.run([sys.executable, "-m", *command, *options, str(path)], cwd=shop, capture_output=True, text=True, check=False)

        assert 0 == done.returncode, (command, done.stdout, done.stderr)


def test_a_sync_without_a_new_migration_does_without_sqlalchemy(shop: Path) -> None:
    define(shop, BEFORE.replace("key: weight", "label: Weight, key: weight"))
    code = "import sys; from coregen.cli import commands; commands(['sync'], standalone_mode=False); print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=shop, capture_output=True, text=True, check=False)

    assert "~ " in done.stdout
    assert "False" == done.stdout.splitlines()[-1]


@pytest.fixture
def forget(shop: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Makes Python import the project anew, from its files as they are."""

    def forget() -> None:
        for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
            del sys.modules[name]

    forget()
    monkeypatch.syspath_prepend(shop)
    yield forget
    forget()


async def test_a_database_with_rows_is_brought_along(shop: Path, forget: Callable[[], None]) -> None:
    scope = Scope("a")

    async def migrated() -> tuple[tuple[int, ...], SqliteAdapter]:
        forget()
        db = SqliteAdapter(shop / "rows.db")
        await db.open()
        return await db.migrate("catalog", load_migrations("shop.catalog.migrations")), db

    ran, db = await migrated()
    row = "'a', 'Lamp', 1.25, 1, 1, NULL, 1, '{}'"
    await db.execute(
        [f"INSERT INTO catalog_product (id, organization_id, name, weight, created_at, updated_at, deleted_at, version, meta) VALUES ('1', {row})"]
    )
    await db.close()
    define(shop, HEAD + NAME + "      - { key: mass, type: string, required: true, default: none, renamedFrom: weight }\n")
    assert 0 == coregen("sync")[0]
    again, db = await migrated()
    rows = await db.raw(scope, "SELECT name, mass FROM catalog_product WHERE organization_id = :org")
    await db.close()

    assert ((1,), (2,)) == (ran, again)
    assert [("Lamp", "1.25")] == [(row["name"], row["mass"]) for row in rows]
