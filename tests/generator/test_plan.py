"""The plan: which files a module has, and whose they are."""

from __future__ import annotations

from pathlib import Path

from coregen.files import Ownership
from coregen.plan import TABLE, plan
from tests.generator.conftest import WriteProject
from tests.generator.rendering import project_ir

TEMPLATES = Path(__file__).parents[2] / "templates" / "coregen_templates"

FULL = """
    id: catalog
    version: 1.0.0
    entities:
      - { name: OrderItem, fields: [] }
    fsms:
      - { id: m, entityType: OrderItem, initial: a, states: { a: { on: { go: { target: a } } } } }
    commands: [catalog.tidy]
"""


def test_a_full_module_has_all_of_them(write_project: WriteProject) -> None:
    planned = plan(project_ir(write_project({"shop/catalog/definition.yaml": FULL})))
    generated = [file.path.removeprefix("shop/catalog/generated/") for file in planned if file.ownership is Ownership.GENERATED]

    assert [
        "__init__.py",
        "conditions.py",
        "diagrams.md",
        "entities/__init__.py",
        "entities/order_item.py",
        "events/__init__.py",
        "events/order_item.py",
        "forms.json",
        "ids.py",
        "machines/__init__.py",
        "machines/order_item.py",
        "manifest.py",
        "messages.py",
        "openapi.json",
        "operations/__init__.py",
        "operations/order_item.py",
        "repositories/__init__.py",
        "repositories/order_item.py",
        "schemas/__init__.py",
        "schemas/order_item.py",
        "testing/__init__.py",
        "testing/entities/__init__.py",
        "testing/entities/order_item.py",
        "testing/messages.py",
        "testing/test_generated.py",
        "types.ts",
        "wiring.py",
    ] == generated


def test_what_is_the_authors_is_not_generated(write_project: WriteProject) -> None:
    planned = plan(project_ir(write_project({"shop/catalog/definition.yaml": FULL})))
    yours = {file.path.removeprefix("shop/catalog/"): file.ownership.value for file in planned if file.ownership is not Ownership.GENERATED}

    assert {
        "__init__.py": "once",
        "handlers.py": "merged",
        "migrations/0001_initial.py": "numbered",
        "migrations/__init__.py": "once",
        "module.py": "once",
        "tests/__init__.py": "once",
        "tests/test_catalog.py": "once",
    } == yours


def test_an_empty_module_has_no_file_for_what_it_has_not(write_project: WriteProject) -> None:
    planned = plan(project_ir(write_project({"shop/empty/definition.yaml": "id: empty\nversion: 1.0.0\n"})))
    paths = {file.path for file in planned}

    assert not {
        path for path in paths if "/entities/" in path or "/machines/" in path or "migrations" in path or path.endswith(("ids.py", "messages.py"))
    }
    assert "shop/empty/generated/wiring.py" in paths


def test_every_template_is_in_the_table_or_a_macro() -> None:
    there = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.jinja")}

    assert there == {row.template for row in TABLE} | {"generated/macros.jinja"}


def test_no_two_files_have_one_path(write_project: WriteProject) -> None:
    planned = plan(project_ir(write_project({"shop/catalog/definition.yaml": FULL})))

    assert len(planned) == len({file.path.casefold() for file in planned})
