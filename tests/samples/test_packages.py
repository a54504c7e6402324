"""What an application takes for a module: the wired module, its package, its file."""

from __future__ import annotations

import sys
from importlib import import_module

import pytest

from coregen_adapters.app import App
from coregen_runtime import CoreError
from sample_modules import identity


async def test_a_package_and_its_module_file_stand_for_the_wired_module() -> None:
    """Once the file `module.py` was imported as such, it hides the wired module behind the same name."""
    async with App(modules=[sys.modules["sample_modules.identity"], import_module("sample_modules.catalog.module")], database="sqlite://") as running:
        page = await running.context(organization="org_1", actor="actor_1").query(identity.ListUsers())

    assert () == page.data


async def test_a_python_module_without_a_wired_one_is_refused_with_the_way_out() -> None:
    with pytest.raises(CoreError, match=r"holds no wired module; pass its package's `module`"):
        App(modules=[sys.modules["json"]], database="sqlite://")
