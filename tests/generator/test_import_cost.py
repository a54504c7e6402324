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


@pytest.mark.parametrize("module, entity, file", [("catalog", "Product", "product"), ("ordering", "Order", "order")])
def test_importing_one_entity_costs_that_entity_only(module: str, entity: str, file: str) -> None:
    found = imported(f"from sample_modules.{module} import {entity}")

    assert {module, f"{module}.generated", f"{module}.generated.ids", f"{module}.generated.entities", f"{module}.generated.entities.{file}"} == found


def test_importing_a_package_costs_none_of_its_entities() -> None:
    assert {"catalog", "catalog.generated"} == imported("import sample_modules.catalog")
