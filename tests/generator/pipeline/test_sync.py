"""What a sync writes, prunes, refuses and leaves alone (architecture, "Ownership"; contract, "Command line")."""

from __future__ import annotations

import shutil

import pytest

from coregen.lock import LOCK_NAME, Lock, read_lock
from coregen.pipeline import Outcome

from .conftest import Shop


def reasons(outcome: Outcome) -> dict[str, str]:
    return {drift.path.removeprefix("shop/"): drift.reason for drift in outcome.stale}


def codes(outcome: Outcome) -> list[str]:
    return [each.code for each in outcome.diagnostics]


def changed(outcome: Outcome) -> dict[str, str]:
    return {change.path.removeprefix("shop/"): change.kind for change in outcome.changes if change.kind != "keep"}


def test_a_first_sync_makes_everything(shop: Shop) -> None:
    assert {
        "catalog/definition.yaml",
        "catalog/generated/__init__.py",
        "catalog/generated/entities/category.py",
        "catalog/generated/entities/product.py",
        "catalog/generated/reprice.py",
        "catalog/handlers.py",
        "catalog/migrations/0001_initial.py",
        "catalog/module.py",
    } == {path.removeprefix("shop/") for path in shop.tree() if path.startswith("shop/catalog/")}


def test_a_second_sync_changes_nothing(shop: Shop) -> None:
    before = shop.tree()
    outcome = shop.sync()

    assert (before, {}, False) == (shop.tree(), changed(outcome), outcome.written)


def test_nothing_is_read_when_nothing_can_have_changed(shop: Shop) -> None:
    stages: list[str] = []
    shop.sync(progress=stages.append)

    assert [] == stages


def test_a_sync_without_its_cache_comes_to_the_same(shop: Shop) -> None:
    before = shop.tree()
    shutil.rmtree(shop.root / ".coregen")
    stages: list[str] = []
    outcome = shop.sync(progress=stages.append)

    assert stages
    assert (before, {}) == (shop.tree(), changed(outcome))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"times": {"a": 1}, "proofs": 3}'])
def test_a_broken_cache_is_as_good_as_none(shop: Shop, text: str) -> None:
    (shop.root / ".coregen/state.json").write_text(text)

    assert {} == changed(shop.sync())


def test_git_ignores_the_cache(shop: Shop) -> None:
    assert "*\n" == (shop.root / ".coregen/.gitignore").read_text()


def test_the_lock_knows_no_times_and_no_machine(shop: Shop) -> None:
    text = (shop.root / LOCK_NAME).read_text()

    assert str(shop.root) not in text
    assert '"shop/catalog/definition.yaml": "' in text


def test_one_change_touches_only_what_it_concerns(shop: Shop) -> None:
    shop.define("ordering", ["Order", "Invoice"])
    outcome = shop.sync()

    assert {"ordering/generated/__init__.py": "update", "ordering/generated/entities/invoice.py": "create"} == changed(outcome)


def test_a_file_no_longer_planned_is_pruned_with_its_empty_folder(shop: Shop) -> None:
    shop.define("ordering")
    outcome = shop.sync()

    assert {"ordering/generated/__init__.py": "update", "ordering/generated/entities/order.py": "delete"} == changed(outcome)
    assert not shop.path("ordering/generated/entities").exists()


def test_a_pruned_file_that_was_edited_by_hand_is_reported_and_left(shop: Shop) -> None:
    path = shop.path("ordering/generated/entities/order.py")
    path.write_text("mine")
    shop.define("ordering")
    outcome = shop.sync()

    assert "mine" == path.read_text()
    assert ["GENERATED-EXTRA"] == codes(outcome)


def test_a_generated_file_edited_by_hand_is_named_and_rewritten(shop: Shop) -> None:
    path = shop.path("catalog/generated/reprice.py")
    before = path.read_text()
    path.write_text(before + "# mine\n")

    assert {"catalog/generated/reprice.py": "edited by hand"} == reasons(shop.sync(check=True))
    shop.sync()

    assert before == path.read_text()


def test_a_file_that_is_not_coregens_is_reported_at_every_sync_and_never_removed(shop: Shop) -> None:
    path = shop.path("catalog/generated/mine.py")
    path.write_text("mine")
    for _ in range(2):
        outcome = shop.sync()

        assert ["GENERATED-EXTRA"] == [each.code for each in outcome.diagnostics]
        assert {"catalog/generated/mine.py": "extra"} == reasons(shop.sync(check=True))
    assert "mine" == path.read_text()


@pytest.mark.parametrize("path", ["catalog/generated/reprice.py", "catalog/handlers.py", "catalog/module.py", "catalog/migrations/0001_initial.py"])
def test_a_missing_file_is_named_and_made_again(shop: Shop, path: str) -> None:
    before = shop.path(path).read_text()
    shop.path(path).unlink()

    assert {path: "missing"} == reasons(shop.sync(check=True))
    assert {path: "create"} == changed(shop.sync())
    assert before == shop.path(path).read_text()


def test_check_writes_nothing_whatever_it_finds(shop: Shop) -> None:
    shop.define("catalog", ["Product"], ["reprice", "stock"])
    shop.path("ordering/generated/__init__.py").unlink()
    before = shop.tree(cache=True)
    outcome = shop.sync(check=True)

    assert before == shop.tree(cache=True)
    assert {
        "catalog/generated/__init__.py": "definition changed",
        "catalog/generated/entities/category.py": "extra",
        "catalog/generated/stock.py": "missing",
        "catalog/handlers.py": "out of step with the definition",
        "ordering/generated/__init__.py": "missing",
    } == reasons(outcome)


def test_another_generator_is_the_reason_it_names(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coregen.pipeline.fingerprint", lambda: "another")
    lock = read_lock(shop.root)
    assert isinstance(lock, Lock)
    path = shop.path("catalog/generated/reprice.py")
    path.write_text("class Reprice:\n    ...\n")
    text = (shop.root / LOCK_NAME).read_text()
    from coregen.lock import digest_text

    old = lock.modules["shop/catalog"].outputs["shop/catalog/generated/reprice.py"]
    (shop.root / LOCK_NAME).write_text(text.replace(old, digest_text(path.read_text())))

    assert {"catalog/generated/reprice.py": "coregen changed"} == reasons(shop.sync(check=True))


def test_an_upgraded_generator_is_no_reason_to_do_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coregen.pipeline.fingerprint", lambda: "another")
    stages: list[str] = []
    shop.sync(progress=stages.append)

    assert stages


def test_an_error_anywhere_leaves_every_file_untouched(shop: Shop) -> None:
    shop.define("catalog", ["Product"], ["stock"])
    shop.define("ordering", ["Wrong"])
    before = shop.tree(cache=True)
    outcome = shop.sync()

    assert (True, ()) == (outcome.failed, outcome.changes)
    assert before == shop.tree(cache=True)


def test_an_error_in_a_module_that_was_not_asked_for_stops_too(shop: Shop) -> None:
    shop.define("catalog", ["Product"])
    shop.define("ordering", ["Wrong"])
    before = shop.tree()

    assert shop.sync("catalog").failed
    assert before == shop.tree()


def test_handlers_that_are_no_python_stop_everything(shop: Shop) -> None:
    shop.define("ordering", ["Order", "Invoice"])
    shop.path("catalog/handlers.py").write_text("async def reprice(:\n")
    before = shop.tree()
    outcome = shop.sync()

    assert ["HANDLER-SYNTAX"] == codes(outcome)
    assert before == shop.tree()


def test_something_in_the_way_stops_everything(shop: Shop) -> None:
    shop.define("catalog", ["Product", "Category", "Brand"], ["reprice"])
    shop.path("catalog/generated/entities/brand.py").mkdir()
    before = shop.tree()
    outcome = shop.sync()

    assert ["WRITE-OBSTACLE"] == codes(outcome)
    assert before == shop.tree()


def test_what_is_doubtful_is_an_error_when_asked_to_be_strict(shop: Shop) -> None:
    shop.define("ordering", ["Doubtful"])

    assert shop.sync(check=True, strict=True).failed
    assert not shop.sync(check=True).failed


def test_a_warning_is_repeated_until_it_is_seen_to(shop: Shop) -> None:
    shop.define("ordering", ["Doubtful"])

    assert [["STAND-IN"]] * 2 == [[each.code for each in shop.sync().diagnostics if each.code == "STAND-IN"] for _ in range(2)]


def test_handlers_keep_their_bodies_and_gain_what_is_new(shop: Shop) -> None:
    path = shop.path("catalog/handlers.py")
    mine = path.read_text().replace('raise NotImplementedError("catalog.reprice")', "return  None  # mine")
    path.write_text(mine)
    shop.define("catalog", ["Product", "Category"], ["reprice", "stock"])
    outcome = shop.sync()

    assert (
        mine.replace("import Reprice", "import Reprice, Stock")
        + '\n\nasync def stock(command: Stock) -> None:\n    raise NotImplementedError("catalog.stock")\n'
        == path.read_text()
    )
    assert [("+ stock",)] == [change.notes for change in outcome.changes if change.path.endswith("handlers.py") and change.notes]


def test_handlers_edited_by_their_author_are_no_drift(shop: Shop) -> None:
    path = shop.path("catalog/handlers.py")
    path.write_text(path.read_text() + "\n\ndef helper() -> None: ...\n")

    assert {} == reasons(shop.sync(check=True))


def test_a_handler_that_was_deleted_is_drift(shop: Shop) -> None:
    shop.path("catalog/handlers.py").write_text('"""Mine."""\n')

    assert {"catalog/handlers.py": "out of step with the definition"} == reasons(shop.sync(check=True))


def test_new_handlers_of_a_package_go_to_its_init(shop: Shop) -> None:
    shop.path("catalog/handlers").mkdir()
    shop.path("catalog/handlers.py").rename(shop.path("catalog/handlers/pricing.py"))
    text = shop.path("catalog/handlers/pricing.py").read_text().replace(".generated", "..generated")
    shop.path("catalog/handlers/pricing.py").write_text(text)
    shop.path("catalog/handlers/__init__.py").write_text("from .pricing import *\n")
    shop.define("catalog", ["Product", "Category"], ["reprice", "stock"])
    outcome = shop.sync()

    assert () == outcome.diagnostics
    assert text == shop.path("catalog/handlers/pricing.py").read_text()
    assert (
        shop.path("catalog/handlers/__init__.py")
        .read_text()
        .startswith("from ..generated import Stock\nfrom .pricing import *\n\n\nasync def stock(command: Stock)")
    )
    assert not shop.path("catalog/handlers.py").exists()


def test_handlers_in_two_places_are_an_error(shop: Shop) -> None:
    shop.path("catalog/handlers").mkdir()
    shop.path("catalog/handlers/__init__.py").touch()

    assert ["HANDLER-TWICE"] == [each.code for each in shop.sync().diagnostics]


def test_handlers_that_are_not_utf8_are_an_error(shop: Shop) -> None:
    shop.path("catalog/handlers.py").write_bytes("# -*- coding: latin-1 -*-\n# é\n".encode("latin-1"))

    assert ["HANDLER-ENCODING"] == [each.code for each in shop.sync().diagnostics]


def test_files_made_once_and_migrations_are_never_touched_again(shop: Shop) -> None:
    shop.path("catalog/module.py").write_text("mine")
    shop.path("catalog/migrations/0001_initial.py").write_text("mine")
    shop.define("catalog", ["Product", "Brand"], ["reprice"])
    outcome = shop.sync()

    assert ("mine", "mine") == (shop.path("catalog/module.py").read_text(), shop.path("catalog/migrations/0001_initial.py").read_text())
    assert not {"catalog/module.py", "catalog/migrations/0001_initial.py"} & set(changed(outcome))


def test_a_sync_of_one_module_leaves_the_others(shop: Shop) -> None:
    shop.define("catalog", ["Product"], ["reprice"])
    shop.define("ordering", ["Order", "Invoice"])

    assert {"ordering/generated/__init__.py": "update", "ordering/generated/entities/invoice.py": "create"} == changed(shop.sync("ordering"))
    assert {"catalog/generated/__init__.py", "catalog/generated/entities/category.py"} == set(reasons(shop.sync(check=True)))


@pytest.mark.parametrize("name", ["ordering", "shop.ordering", "shop/ordering", "./shop/ordering/"])
def test_a_module_is_asked_for_by_name_or_by_path(shop: Shop, name: str) -> None:
    shop.define("ordering", ["Invoice"])

    assert changed(shop.sync(name))


def test_a_module_that_does_not_exist_is_an_error_with_a_suggestion(shop: Shop) -> None:
    outcome = shop.sync("catalogue")

    assert [("MODULE-UNKNOWN", 'did you mean "catalog"?')] == [(each.code, each.help) for each in outcome.diagnostics]


def test_a_module_whose_definition_is_gone_loses_what_was_generated(shop: Shop) -> None:
    shop.path("ordering/definition.yaml").unlink()
    shop.sync()
    lock = read_lock(shop.root)

    assert not shop.path("ordering/generated").exists()
    assert shop.path("ordering/handlers.py").exists()
    assert isinstance(lock, Lock) and ["shop/catalog"] == list(lock.modules)


def test_a_lock_in_conflict_stops_everything(shop: Shop) -> None:
    path = shop.root / LOCK_NAME
    path.write_text("<<<<<<< HEAD\n" + path.read_text())
    before = shop.tree()

    assert ["LOCK-CONFLICT"] == [each.code for each in shop.sync().diagnostics]
    assert before == shop.tree()


def test_without_a_lock_nothing_is_rewritten_and_nothing_pruned(shop: Shop) -> None:
    before = shop.tree()
    (shop.root / LOCK_NAME).unlink()

    assert {} == changed(shop.sync())
    assert {**before, LOCK_NAME: b""} == {**shop.tree(), LOCK_NAME: b""}


def test_the_lock_is_the_same_whichever_way_it_came_about(shop: Shop) -> None:
    before = (shop.root / LOCK_NAME).read_bytes()
    shop.define("ordering", ["Order", "Invoice"])
    shop.sync("ordering")
    shop.define("ordering", ["Order"])
    shop.sync("ordering")

    assert before == (shop.root / LOCK_NAME).read_bytes()


def test_a_project_without_modules_says_how_to_make_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = Shop(tmp_path_factory.mktemp("empty"))

    assert [("MODULE-NONE", "warning")] == [(each.code, each.severity) for each in empty.sync().diagnostics]


def test_a_change_that_leaves_time_and_size_alone_is_seen_after_a_write_in_the_same_instant(shop: Shop) -> None:
    path = shop.path("catalog/generated/reprice.py")
    status = path.stat()
    path.write_text(path.read_text().replace("Reprice", "Ecirper"))
    import os

    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert {"catalog/generated/reprice.py": "edited by hand"} == reasons(shop.sync(check=True))
