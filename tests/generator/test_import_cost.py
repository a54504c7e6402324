"""What an import of a generated package brings with it: importing one entity costs that entity only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def imported(code: str) -> set[str]:
    """The modules of the samples that a fresh Python holds after `code`."""
    tell = "import sys; print(*(name for name in sys.modules if name.startswith('sample_modules.')))"
    done = subprocess.run([sys.executable, "-c", f"{code}; {tell}"], cwd=ROOT, check=True, capture_output=True, text=True)
    return {name.removeprefix("sample_modules.") for name in done.stdout.split()}


@pytest.mark.parametrize(
    "module, entity, files",
    [
        ("catalog", "Category", ["ids", "entities", "entities.category"]),
        ("catalog", "Product", ["ids", "entities", "entities.product", "json_types", "json_types.product_dimensions"]),
        ("ordering", "Order", ["ids", "entities", "entities.order"]),
    ],
)
def test_importing_one_entity_costs_that_entity_only(module: str, entity: str, files: list[str]) -> None:
    """The class of a typed json field is part of its entity."""
    found = imported(f"from sample_modules.{module} import {entity}")

    assert {module, f"{module}.generated", *(f"{module}.generated.{file}" for file in files)} == found


def test_importing_a_package_costs_none_of_its_entities() -> None:
    assert {"catalog", "catalog.generated"} == imported("import sample_modules.catalog")
