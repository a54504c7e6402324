"""How entities are made and changed: fresh, frozen, by values."""

from __future__ import annotations

import ast
import copy
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError as PydanticValidationError

import coregen_runtime
from coregen_runtime import CoreError, IDGenerator, Money
from sample_modules import catalog

LAMP = catalog.Product.new(name="Lamp", sku="LMP-1", price=Money.of("49.90", "EUR"))
TIMES = {"datetime", "timedelta", "timezone", "tzinfo", "ZoneInfo", "struct_time"}


def test_a_new_entity_has_a_fresh_id_and_version_0() -> None:
    """Semantics 2: of its own prefix, and another one each time."""
    ids = {catalog.Product.new(name="Lamp", sku="LMP-1", price=LAMP.price).id for _ in range(100)}

    assert 100 == len(ids)
    assert all(id.startswith("prod_") and IDGenerator.is_valid(id) for id in ids)
    assert 0 == LAMP.version


def test_changing_an_entity_makes_another_one() -> None:
    """Semantics 2: `replace` keeps what it is not given, id and version among it."""
    torch = LAMP.replace(name="Torch")

    assert ("Lamp", "Torch") == (LAMP.name, torch.name)
    assert (LAMP.id, LAMP.version, LAMP.price) == (torch.id, torch.version, torch.price)
    assert LAMP == torch.replace(name="Lamp")


@pytest.mark.parametrize("name", ["name", "id", "version", "nope"])
def test_an_entity_is_frozen(name: str) -> None:
    """Semantics 2: neither set nor deleted."""
    with pytest.raises((PydanticValidationError, AttributeError)):
        setattr(LAMP, name, "x")
    with pytest.raises((PydanticValidationError, AttributeError)):
        delattr(LAMP, name)


def test_a_change_is_judged_and_changes_nothing_when_it_is_refused() -> None:
    """Semantics 2: a value of another type and a key that is none are refused."""
    before = copy.deepcopy(LAMP)
    changes: list[Any] = [{"name": 7}, {"nope": 1}, {"price": 49.9}]
    for change in changes:
        with pytest.raises((CoreError, TypeError)):
            LAMP.replace(**change)

    assert before == LAMP


def annotated(source: str) -> set[str]:
    """Every name in the annotations of a source: of arguments, results, attributes and aliases."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        said = (
            [node.annotation]
            if isinstance(node, ast.arg | ast.AnnAssign)
            else [node.returns] if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []
        )
        for annotation in filter(None, said):
            for part in ast.walk(annotation):
                texts = [part.id] if isinstance(part, ast.Name) else [part.attr] if isinstance(part, ast.Attribute) else []
                quoted = part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""
                found.update(texts, quoted.replace("[", " ").replace("]", " ").replace(".", " ").replace("|", " ").split())
    return found


def test_no_datetime_crosses_an_interface(project_root: Path) -> None:
    """Semantics 2: in no signature and no attribute of Core, its adapters or generated code, and no public name is one."""
    folders = ("runtime/coregen_runtime", "runtime/coregen_adapters", "sample_modules")
    sources = [path for folder in folders for path in sorted((project_root / folder).rglob("*.py"))]
    found = {path.name: names & TIMES for path in sources if (names := annotated(path.read_text(encoding="utf-8"))) & TIMES}

    assert {} == found
    assert 100 < len(sources)
    assert [] == [name for name in coregen_runtime.__all__ if getattr(getattr(coregen_runtime, name), "__module__", "") == "datetime"]


def test_the_walk_over_annotations_finds_what_it_looks_for() -> None:
    assert TIMES & annotated("def f(a: datetime.datetime | None) -> None: ...") == {"datetime"}
    assert TIMES & annotated("class A:\n    at: 'list[timedelta]'") == {"timedelta"}
