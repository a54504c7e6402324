"""Handlers that need no merge get what the merge itself would have given them."""

from __future__ import annotations

from pathlib import Path

import pytest

from coregen.merge.first import MergedFiles, first, untouched
from coregen.merge.work import merge_work

RENDERED = '''"""What only shop knows."""

from __future__ import annotations

from coregen_runtime import SystemContext

from ..other.generated.messages import Told
from .generated.entities.order import Order
from .generated.messages import (
    AddLine,
    AddLineResult,
)


async def add_line(command: AddLine, ctx: SystemContext) -> AddLineResult:
    raise NotImplementedError("shop.addLine")


async def a_name_so_long(
    command: Told,
    ctx: SystemContext,
) -> dict[str, Order]:
    raise NotImplementedError("shop.aNameSoLong")


async def Order_(order: Order, ctx: SystemContext) -> Order:
    raise NotImplementedError("shop.order")
'''
MAIN = "shops/shop/handlers.py"


def test_handlers_as_first_written_have_the_base_that_a_merge_gives_them() -> None:
    base = first(MAIN, RENDERED, "shops.shop", str).base
    merged = merge_work({MAIN: RENDERED}, MAIN, RENDERED, base, "shops.shop", 88, str, {})

    assert merged == untouched(MAIN, RENDERED, "shops.shop")
    assert {"add_line", "a_name_so_long", "Order_", "handlers.py:shops.other.generated.messages.Told"} < set(base)


def test_all_handlers_of_a_new_module_are_told() -> None:
    assert ("+ add_line", "+ a_name_so_long", "+ Order_") == first(MAIN, RENDERED, "shops.shop", str).notes


@pytest.mark.parametrize("module", ["catalog", "ordering"])
def test_the_samples_agree(module: str) -> None:
    path = f"sample_modules/{module}/handlers.py"
    text = (Path(__file__).parents[3] / path).read_text()
    found = untouched(path, text, f"sample_modules.{module}")

    assert found == merge_work({path: text}, path, text, found.base, f"sample_modules.{module}", 88, str, {})
    assert isinstance(found, MergedFiles)
