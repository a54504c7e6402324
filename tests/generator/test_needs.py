"""A sync after a change makes what the change touches, and leaves the project as a sync from nothing would."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from coregen.pipeline import Outcome, sync
from coregen.project import find_project

CATALOG = """
id: catalog
version: 1.0.0
entities:
  - { name: Product, idPrefix: prod, fields: [{ key: name, type: string, label: Name, required: true }, { key: kind, type: enum, enumValues: [a, b] }] }
events: [{ type: product.priced, payload: [{ key: price, type: money, required: true }] }]
"""
ORDERING = """
id: ordering
version: 1.0.0
entities:
  - { name: Order, idPrefix: ord, fields: [{ key: product, type: ref, refEntity: Product }] }
subscriptions: [{ event: product.priced }]
commands: [{ type: ordering.place, payload: [{ key: product, type: ref, refEntity: Product, required: true }], result: Order }]
"""
LEDGER = """
id: ledger
version: 1.0.0
entities:
  - { name: Account, fields: [{ key: name, type: string }] }
"""
MODULES = {"catalog": CATALOG, "ordering": ORDERING, "ledger": LEDGER}


def write(root: Path, modules: Mapping[str, str]) -> None:
    (root / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["shop"]\n')
    for name, text in modules.items():
        (root / "shop" / name).mkdir(parents=True, exist_ok=True)
        (root / "shop" / name / "definition.yaml").write_text(text)


def run(root: Path) -> tuple[Outcome, str]:
    """What a sync came to, and how much it said that it renders."""
    said: list[str] = []
    project = find_project(root).project
    assert project is not None
    outcome = sync(project, progress=said.append)
    return outcome, next((each for each in said if each.startswith("rendering")), "")


def generated(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text() for path in sorted(root.glob("shop/*/generated/**/*")) if path.is_file()}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "changed"
    root.mkdir()
    write(root, MODULES)
    outcome, said = run(root)
    assert (((), "rendering 3 modules")) == (outcome.diagnostics, said)
    return root


@pytest.mark.parametrize(
    ("module", "old", "new", "made"),
    [
        ("ledger", "key: name", "key: title, renamedFrom: name", 1),
        ("ordering", "ordering.place", "ordering.put", 1),
        ("catalog", "label: Name", "label: Title", 2),
        ("catalog", "idPrefix: prod", "idPrefix: item", 2),
        ("catalog", "key: price, type: money", "key: price, type: number", 2),
        ("catalog", "product.priced", "product.discounted", 3),
        ("ledger", "entities:", "events: [product.priced]\nentities:", 3),
        ("ledger", "entities:", "description: What is owed\nentities:", 1),
    ],
)
def test_what_a_change_does_not_touch_is_not_made_again(shop: Path, tmp_path: Path, module: str, old: str, new: str, made: int) -> None:
    modules = {**MODULES, module: MODULES[module].replace(old, new)}
    assert modules != MODULES
    write(shop, modules)
    outcome, said = run(shop)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    write(fresh, modules)
    for handlers in shop.glob("shop/*/handlers.py"):
        (fresh / handlers.relative_to(shop)).write_text(handlers.read_text())
    shutil.copytree(shop / "shop/catalog/migrations", fresh / "shop/catalog/migrations")
    run(fresh)

    assert not outcome.failed
    assert f"rendering {made} modules" == said
    assert generated(fresh) == generated(shop)


def test_a_name_that_a_change_makes_ambiguous_is_found_in_a_module_that_is_as_it_was(shop: Path) -> None:
    write(shop, {"ledger": LEDGER.replace("name: Account", "name: Product")})
    outcome, _ = run(shop)

    assert ["REF-AMBIGUOUS"] == sorted({each.code for each in outcome.diagnostics if each.severity == "error"})


def test_a_file_that_was_edited_is_made_again_whatever_its_definition_says(shop: Path) -> None:
    before = generated(shop)
    path = shop / "shop/ledger/generated/entities/account.py"
    path.write_text(path.read_text() + "x = 1\n")
    outcome, said = run(shop)

    assert ("rendering 1 modules", ["shop/ledger/generated/entities/account.py"]) == (said, [each.path for each in outcome.stale])
    assert before == generated(shop)


def test_a_doubtful_module_is_made_again_until_it_says_nothing(shop: Path) -> None:
    """What is left out of a sync says nothing either: a warning must not be lost."""
    write(shop, {"ledger": LEDGER.replace("{ key: name, type: string }", "{ key: name, type: string, validators: [{ pattern: '^a(?i)b$' }] }")})
    first, _ = run(shop)
    write(shop, {"catalog": CATALOG.replace("label: Name", "label: Title")})
    second, _ = run(shop)

    assert first.diagnostics and first.diagnostics == second.diagnostics
