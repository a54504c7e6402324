"""Handlers merged with what the definition asks for (architecture, "Ownership")."""

from __future__ import annotations

import pytest

from coregen.merge import merge, merge_files

RENDERED = '''"""The handlers of catalog."""

from coregen_runtime import SystemContext

from .generated import Reprice, RepriceResult, Stock


async def reprice(command: Reprice, ctx: SystemContext) -> RepriceResult:
    raise NotImplementedError("catalog.reprice")


async def stock(command: Stock, ctx: SystemContext) -> None:
    raise NotImplementedError("catalog.stock")
'''

RENAMED = RENDERED.replace("RepriceResult", "RepriceOutcome")
WITHOUT_STOCK = RENDERED[: RENDERED.index("\n\nasync def stock")].replace(", Stock", "")


def test_a_module_without_handlers_gets_the_rendered_file() -> None:
    merged = merge(None, RENDERED, {})

    assert RENDERED == merged.text
    assert ("+ reprice", "+ stock") == merged.notes


def test_a_file_that_is_in_step_keeps_every_byte() -> None:
    base = merge(None, RENDERED, {}).base

    assert RENDERED == merge(RENDERED, RENDERED, base).text


def test_a_missing_handler_is_appended_after_all_that_stands_there() -> None:
    mine = WITHOUT_STOCK.replace("raise NotImplementedError", "x   =  1 # mine\n    raise NotImplementedError")
    merged = merge(mine, RENDERED, {})

    assert ("+ stock",) == merged.notes
    assert merged.text == mine.replace("Reprice, RepriceResult", "Reprice, RepriceResult, Stock") + RENDERED[RENDERED.index("\n\nasync def stock") :]


def test_an_annotation_follows_the_definition_and_nothing_else_moves() -> None:
    mine = '''from coregen_runtime import SystemContext
from .generated import Reprice, RepriceResult, Stock

@traced( "x" )  # one
# between decorators
@timed
async def reprice( cmd:Reprice,
      c   : SystemContext, # the context
      ) ->   RepriceResult :
    """Mine."""

    return   RepriceResult(changed = 1)

async def stock(command: Stock, ctx: SystemContext) -> None: ...
'''
    merged = merge(mine, RENAMED, {})

    assert merged.text == mine.replace("->   RepriceResult", "->   RepriceOutcome").replace(
        "import Reprice, RepriceResult, Stock", "import Reprice, RepriceOutcome, RepriceResult, Stock"
    )
    assert ("~ reprice",) == merged.notes


def test_missing_annotations_are_put_in_place() -> None:
    merged = merge("async def reprice(a, /, b = None, ) : pass\nasync def stock(\n    a,  # )\n    b,\n): pass\n", RENDERED, {})

    assert "async def reprice(a: Reprice, /, b: SystemContext = None, ) -> RepriceResult : pass" in merged.text
    assert "async def stock(\n    a: Stock,  # )\n    b: SystemContext,\n) -> None: pass" in merged.text


@pytest.mark.parametrize(
    "mine",
    [
        'from coregen_runtime import SystemContext\nfrom .generated import *\nasync def reprice(c: "Reprice", x: SystemContext) -> "RepriceResult": ...\n',
        "import coregen_runtime as rt\nfrom . import generated\nasync def reprice(c: generated.Reprice, x: rt.SystemContext) -> generated.RepriceResult: ...\n",
        "from coregen_runtime.context import SystemContext\nfrom .generated.messages import Reprice as R, RepriceResult\nasync def reprice(c: R, x: SystemContext) -> RepriceResult: ...\n",
        "from coregen_runtime import SystemContext\nfrom shop.catalog import Reprice, RepriceResult\nasync def reprice(c: Reprice, x: SystemContext) -> (\n    RepriceResult\n): ...\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .generated import Reprice, RepriceResult\n    from coregen_runtime import SystemContext\nasync def reprice(c: 'Reprice', x: 'SystemContext') -> 'RepriceResult': ...\n",
    ],
    ids=["star and quotes", "through a module", "aliased", "absolute", "for the type checker only"],
)
def test_another_spelling_of_the_same_types_is_left_alone(mine: str) -> None:
    rendered = WITHOUT_STOCK

    assert mine == merge(mine, rendered, {}, path="shop/catalog/handlers.py", package="shop.catalog").text


def test_a_handler_that_left_the_definition_stays_and_is_named() -> None:
    base = merge(None, RENDERED, {}).base
    merged = merge(RENDERED, WITHOUT_STOCK, base)

    assert RENDERED == merged.text
    assert ("stock is no longer declared",) == merged.notes
    assert [("HANDLER-UNDECLARED", 12, 11)] == [(each.code, each.line, each.column) for each in merged.diagnostics]


def test_an_import_that_coregen_added_goes_with_the_last_use() -> None:
    base = merge(None, RENDERED, {}).base
    once_more = merge(RENDERED, RENAMED, base)

    assert RENAMED == once_more.text


def test_an_import_that_is_still_used_stays() -> None:
    base = merge(None, RENDERED, {}).base
    mine = RENDERED.replace('raise NotImplementedError("catalog.reprice")', "return RepriceResult(changed=1)")

    assert "from .generated import Reprice, RepriceOutcome, RepriceResult, Stock\n" in merge(mine, RENAMED, base).text


def test_an_import_of_a_persons_own_is_never_removed() -> None:
    assert "RepriceResult" in merge(RENDERED, RENAMED, {}).text


def test_a_name_that_means_something_else_here_is_imported_under_another() -> None:
    merged = merge("class Stock: ...\n", RENDERED, {})

    assert "Stock as GeneratedStock" in merged.text
    assert "async def stock(command: GeneratedStock, ctx: SystemContext) -> None:" in merged.text


def test_type_checking_imports_serve_where_annotations_are_lazy() -> None:
    mine = "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from coregen_runtime import SystemContext\n\n    from .generated import Reprice, RepriceResult\n\n\nasync def reprice(command: Reprice, ctx: SystemContext) -> RepriceResult: ...\n"
    merged = merge(mine, RENDERED, {})

    assert merged.text.startswith(mine.replace("import Reprice, RepriceResult\n", "import Reprice, RepriceResult, Stock\n"))


def test_imports_go_after_the_docstring_and_future_imports() -> None:
    merged = merge('"""Mine."""\n\nfrom __future__ import annotations\n\nimport os\n\nprint(os.name)\n', RENDERED, {})

    assert merged.text.startswith(
        '"""Mine."""\n\nfrom __future__ import annotations\n\nimport os\n\nfrom coregen_runtime import SystemContext\n\nfrom .generated import Reprice, RepriceResult, Stock\n\nprint(os.name)\n'
    )


def test_a_file_that_imports_from_the_generated_package_goes_on_doing_so() -> None:
    rendered = RENDERED.replace(".generated import", ".generated.messages import")
    base = merge("from .generated import Reprice\n", rendered, {})
    renamed = merge(base.text, rendered.replace("RepriceResult", "RepriceOutcome").replace("Stock", "Stack"), base.base)

    assert base.text.startswith("from coregen_runtime import SystemContext\n\nfrom .generated import Reprice, RepriceResult, Stock\n\n")
    assert "from .generated import Reprice, RepriceOutcome, Stack\n" in renamed.text


def test_an_import_with_comments_keeps_them() -> None:
    mine = "from .generated import (  # all of them\n    Reprice,  # first\n    Stock,  # last\n)\nfrom coregen_runtime import SystemContext\n"
    merged = merge(mine, RENDERED, {})

    assert merged.text.startswith("from .generated import (  # all of them\n    Reprice,  # first\n    RepriceResult,\n    Stock,  # last\n)\n")


def test_a_long_import_is_exploded_as_black_would() -> None:
    merged = merge("from .generated import Another, AndAnotherOne, AThirdNameThatIsLong, FourthOfThem\n", RENDERED, {}, line_length=88)

    assert "from .generated import Another, AndAnotherOne, AThirdNameThatIsLong, FourthOfThem" not in merged.text
    assert "from .generated import (\n    Another,\n    AndAnotherOne,\n" in merged.text


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["", "\n", "\n\n\n\n", "  "])
def test_line_ends_and_byte_order_mark_survive(newline: str, bom: str, ending: str) -> None:
    mine = bom + "import os\n\n\ndef helper():\n\treturn os.name".replace("\n", newline) + ending.replace("\n", newline)
    merged = merge(mine, RENDERED, {}).text

    assert merged.startswith(bom + "import os" + newline)
    assert newline == "\r\n" or "\r" not in merged
    assert merged.count("\n") == merged.count(newline)
    assert "\traise NotImplementedError" in merged
    assert f"return os.name{ending.replace(chr(10), newline)}" in merged


@pytest.mark.parametrize(
    "mine",
    [
        "reprice = stock = lambda command, ctx: None\n",
        "from .elsewhere import reprice, stock\n",
        "class Handlers:\n    async def reprice(self, c, x): ...\n    async def stock(self, c, x): ...\nreprice, stock = Handlers().reprice, Handlers().stock\n",
        "from .base import build\nreprice: object = build()\nstock = build()\n",
    ],
    ids=["assigned", "imported", "bound methods", "annotated"],
)
def test_a_handler_that_is_bound_in_another_way_is_not_missing(mine: str) -> None:
    assert mine == merge(mine, RENDERED, {}).text


def test_a_method_of_that_name_is_no_handler() -> None:
    assert "\n\nasync def stock(" in merge("class Handlers:\n    async def stock(self): ...\n", RENDERED, {}).text


def test_every_branch_of_a_conditional_definition_follows() -> None:
    mine = "if FAST:\n    async def stock(a, b): ...\nelse:\n    async def stock(c, d): ...\ntry:\n    pass\nexcept E:\n    async def reprice(a, b): ...\n"
    merged = merge(mine, RENDERED, {}).text

    assert "    async def stock(a: Stock, b: SystemContext) -> None: ..." in merged
    assert "    async def stock(c: Stock, d: SystemContext) -> None: ..." in merged
    assert "    async def reprice(a: Reprice, b: SystemContext) -> RepriceResult: ..." in merged


def test_overloads_are_their_authors_own() -> None:
    mine = "from typing import overload\n@overload\nasync def stock(a: int, b: int) -> int: ...\n@overload\nasync def stock(a: str, b: int) -> str: ...\nasync def stock(a, b): ...\n"
    merged = merge(mine, RENDERED, {})

    assert (
        "@overload\nasync def stock(a: int, b: int) -> int: ...\n@overload\nasync def stock(a: str, b: int) -> str: ...\nasync def stock(a, b): ...\n"
        in merged.text
    )


@pytest.mark.parametrize(
    ("mine", "says"),
    [
        ("def stock(command, ctx): ...\n", "stock is not async"),
        ("async def stock(command): ...\n", "stock takes 1 parameter; it is called with 2 (command, ctx)"),
        ("async def stock(command, ctx, more): ...\n", "stock requires parameters beyond the 2"),
        ("async def stock(command, ctx, *, more): ...\n", "stock requires parameters beyond the 2"),
    ],
)
def test_a_signature_that_cannot_follow_is_left_with_a_warning(mine: str, says: str) -> None:
    merged = merge(mine, RENDERED, {})

    assert mine in merged.text
    assert [(True, "warning")] == [(each.message.startswith(says), each.severity) for each in merged.diagnostics]


def test_a_plain_function_that_returns_an_awaitable_follows() -> None:
    mine = "from collections.abc import Awaitable\ndef stock(command, ctx) -> Awaitable[None]: ...\n"

    assert () == merge(mine, RENDERED, {}).diagnostics


def test_a_file_that_is_no_python_is_left_with_its_place() -> None:
    merged = merge("x = 1\n\nasync def stock(:\n", RENDERED, {"stock": "…"})

    assert ("x = 1\n\nasync def stock(:\n", {"stock": "…"}) == (merged.text, merged.base)
    assert [("module/handlers.py", 3, "error", "HANDLER-SYNTAX")] == [(each.path, each.line, each.severity, each.code) for each in merged.diagnostics]


def test_handlers_of_a_package_are_followed_where_they_are_defined() -> None:
    files = {
        "catalog/handlers/__init__.py": "from .pricing import reprice\n",
        "catalog/handlers/pricing.py": "async def reprice(command, ctx):\n    return 1\n",
    }
    merged = merge_files(files, "catalog/handlers/__init__.py", RENDERED, {}, package="catalog")

    assert ("~ reprice", "+ stock") == merged.notes
    assert merged.texts["catalog/handlers/pricing.py"].startswith(
        "from coregen_runtime import SystemContext\n\nfrom ..generated import Reprice, RepriceResult\n\n\nasync def reprice(command: Reprice"
    )
    assert "from ..generated import Stock\n" in merged.texts["catalog/handlers/__init__.py"]
    assert "RepriceResult" not in merged.texts["catalog/handlers/__init__.py"]


def test_a_handler_that_the_package_does_not_export_is_not_missing_but_named() -> None:
    files = {"catalog/handlers/__init__.py": "", "catalog/handlers/pricing.py": "async def reprice(c, x): ...\n"}
    merged = merge_files(files, "catalog/handlers/__init__.py", RENDERED, {}, package="catalog")

    assert "async def reprice" not in merged.texts["catalog/handlers/__init__.py"]
    assert [("catalog/handlers/pricing.py", "HANDLER-HIDDEN", 'write "from .pricing import reprice" in catalog/handlers/__init__.py')] == [
        (each.path, each.code, each.help) for each in merged.diagnostics
    ]


def test_a_star_import_from_a_sibling_brings_handlers() -> None:
    mine = "from .pricing import *\nfrom .pricing import stock\n"
    merged = merge_files(
        {"catalog/handlers.py": mine},
        "catalog/handlers.py",
        RENDERED,
        {},
        package="catalog",
        starred={"catalog.pricing": "async def reprice(c, x): ...\n"},
    )

    assert {} == merged.texts


def test_an_error_in_one_file_of_a_package_changes_none() -> None:
    files = {"catalog/handlers/__init__.py": "", "catalog/handlers/pricing.py": "def ("}
    merged = merge_files(files, "catalog/handlers/__init__.py", RENDERED, {}, package="catalog")

    assert {} == merged.texts
    assert ["HANDLER-SYNTAX"] == [each.code for each in merged.diagnostics]
