"""What is rendered, judged by the tools that its readers use, and then run: over definitions that hold every key."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.generator.conftest import WriteProject
from tests.generator.rendering import EVERYTHING, everything, texts, write

SMALL = """
    id: catalog
    version: 1.0.0
    entities:
      - { name: Product, idPrefix: prod, fields: [{ key: name, type: string, required: true }, { key: unitPrice, type: money }] }
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything in it, rendered."""
    folder = tmp_path_factory.mktemp("everything")
    write(folder, texts(everything(folder)))
    return folder


def tool(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def judged(folder: Path, *arguments: str) -> str:
    """What a tool complains about; nothing when it is content."""
    done = tool(folder, "-m", *arguments)
    return "" if done.returncode == 0 else f"{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("width", ["88", "100", "120"])
def test_black_would_change_nothing(project: Path, width: str) -> None:
    assert "" == judged(project, "black", "--check", "--quiet", "--diff", "--line-length", width, "shop")


def test_ruff_finds_nothing_by_its_default_rules(project: Path) -> None:
    assert "" == judged(project, "ruff", "check", "--isolated", "--no-cache", "--output-format", "concise", "shop")


def test_mypy_finds_nothing_in_strict_mode_without_a_plug_in(project: Path) -> None:
    assert "" == judged(project, "mypy", "--strict", "--config-file", os.devnull, "--cache-dir", str(project / ".mypy"), "-p", "shop")


def test_everything_imports_without_a_warning(project: Path) -> None:
    code = """
import importlib, pkgutil, shop
for found in pkgutil.walk_packages(shop.__path__, "shop."):
    module = importlib.import_module(found.name)
    for name in getattr(module, "__all__", ()):
        getattr(module, name)
    for value in list(vars(module).values()):
        if hasattr(value, "model_json_schema") and value.__module__ == module.__name__:
            value.model_rebuild()
"""
    done = tool(project, "-W", "error", "-c", code)

    assert (0, "") == (done.returncode, done.stderr)


def test_output_depends_on_the_definitions_alone(project: Path) -> None:
    """Nothing of a set's or a hash's order reaches a file."""
    code = f"""
import hashlib, sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from pathlib import Path
from tests.generator.rendering import texts
from coregen.project import find_project
files = texts(find_project(Path({str(project)!r})).project)
print(hashlib.sha256(repr(list(files.items())).encode()).hexdigest())
"""
    digests = {tool(project, "-c", code, PYTHONHASHSEED=seed).stdout for seed in ("0", "1", "42", "4711")}

    assert 1 == len(digests)
    assert 65 == len(digests.pop())


@pytest.fixture
def small(write_project: WriteProject) -> Mapping[str, str]:
    return texts(write_project({"shop/catalog/definition.yaml": SMALL}))


def test_a_wire_name_that_differs_stands_as_alias(small: Mapping[str, str]) -> None:
    text = small["shop/catalog/generated/entities/product.py"]
    filters = small["shop/catalog/generated/repositories/product.py"]

    assert (
        'unit_price: Money | None = Field(\n        default=None,\n        validation_alias="unitPrice",\n        serialization_alias="unitPrice",\n    )'
        in text
    )
    assert '        "unitPrice": Money | None | MoneyFilter,\n' in filters


def test_importing_one_entity_costs_that_entity(project: Path) -> None:
    """The module's package loads a file when one of its names is first used."""
    code = """
import sys
from shop.goods import Category, CategoryId
print(sorted(name.removeprefix("shop.goods.generated.") for name in sys.modules if name.startswith("shop.goods.generated.")))
"""
    done = tool(project, "-c", code)

    assert "['entities', 'entities.category', 'ids']\n" == done.stdout, done.stderr


def test_a_name_that_is_not_there_is_an_attribute_error(project: Path) -> None:
    done = tool(project, "-c", "import shop.goods; shop.goods.Thingg")

    assert "AttributeError: module 'shop.goods' has no attribute 'Thingg'" in done.stderr


def test_what_a_machine_owns_is_no_input(project: Path) -> None:
    """Semantics 21: the machine's field starts as its initial state and changes by transitions alone."""
    entity, operations = ((project / f"shop/goods/generated/{folder}/thing.py").read_text(encoding="utf-8") for folder in ("entities", "operations"))
    inputs = operations[operations.index("class ThingCreate(") : operations.index("class CreateThing(")]

    assert "status: ThingStatus = ThingStatus.NEW_ONE" in entity
    assert "name" in inputs and "mood" not in inputs and "status" not in inputs


def test_a_message_that_is_declared_is_its_authors_to_handle(project: Path) -> None:
    wiring = (project / "shop/goods/generated/wiring.py").read_text(encoding="utf-8")

    assert "command(CreateCategory, handlers.create_category)" in wiring
    assert "query(ListThings, handlers.list_things)" in wiring
    assert "command(UpdateCategory, update_category)" in wiring
    assert "create_category,\n" not in wiring


def test_the_definitions_that_are_judged_hold_every_field_type() -> None:
    from coregen_runtime import FieldType

    text = (EVERYTHING / "shop/goods/definition.yaml").read_text(encoding="utf-8")

    assert [] == [each for each in FieldType if f"type: {each}" not in text and f'type: "{each}"' not in text]
