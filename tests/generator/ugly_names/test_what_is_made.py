"""All ugly names at once, judged by the tools that readers of generated code use."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.generator.ugly_names.conftest import tool

MODULES = ("attic", "cellar")
PATHS = ("shop/attic/generated", "shop/attic/handlers.py", "shop/attic/tests", "shop/cellar")

IMPORT_ALL = """
import importlib, pkgutil, shop
for found in pkgutil.walk_packages(shop.__path__, "shop."):
    module = importlib.import_module(found.name)
    for name in getattr(module, "__all__", ()):
        getattr(module, name)
    for value in list(vars(module).values()):
        if hasattr(value, "model_json_schema") and value.__module__ == module.__name__:
            value.model_rebuild()
"""

USES = """
from typing import assert_type

from coregen_runtime import Text
from shop import attic, cellar

ugly = attic.Ugly.new(class_="a", from_="b", first_name="c", 名前="d", field_2fa="e", model_dump_="f", register_="g", user_id="h")
changed = ugly.replace(class_=None, import_="x", größe="y", self_="z")
assert_type(changed.class_, Text | None)
command = attic.CreateUgly(class_="a", lambda_=None, from_="b", type_="c")
update = attic.UpdateUgly(id=ugly.id, class_=None, in_="x")
listing = attic.ListUglies(filter={"class": "a", "first-name": {"substring": "c"}, "名前": None, "-1": {"exists": True}})
odd = attic.ClassCommand(class_="a", enum="Won't Implement", payload="p")
typed = attic.Typed.new(int_=1, str_="s", enum_2="one", date=5, list_=(), enum=attic.TypedEnum.NONE)
assert_type(typed.float_, int | float | None)
moved = attic.TransitionTransition(id=attic.Transition.new().id, event="go on")
jira = cellar.CreateIssue(key="A-1", resolution="Won't Do")
github = cellar.CreateReactionRollup(field_1=1, field_1_2=2, created_at_=3)
"""


@pytest.mark.parametrize("width", ["88", "100", "120"])
def test_black_would_change_nothing(root: Path, width: str) -> None:
    done = tool(root, "black", "--check", "--diff", "--fast", "--quiet", "--line-length", width, *PATHS)

    assert (0, "") == (done.returncode, done.stdout)


def test_ruff_finds_nothing_by_its_default_rules(root: Path) -> None:
    done = tool(root, "ruff", "check", "--isolated", "--no-cache", "--output-format", "concise", *PATHS)

    assert 0 == done.returncode, done.stdout


def test_mypy_finds_nothing_in_strict_mode_and_aliased_fields_are_keyword_arguments(root: Path) -> None:
    (root / "uses.py").write_text(USES, encoding="utf-8")
    done = tool(root, "mypy", "--strict", "--config-file", os.devnull, "--cache-dir", ".mypy", "uses.py", "shop")

    assert (0, "Success") == (done.returncode, done.stdout[:7]), done.stdout


def test_everything_imports_without_a_warning(root: Path) -> None:
    done = tool(root, "python", "-W", "error", "-c", IMPORT_ALL)

    assert (0, "") == (done.returncode, done.stderr)


def test_a_second_sync_has_nothing_to_do(root: Path) -> None:
    assert (0, "nothing to do") == (tool(root, "coregen", "sync", "--check").returncode, tool(root, "coregen", "sync").stdout[:13])


@pytest.mark.parametrize("module", MODULES)
def test_the_document_is_valid_and_every_name_in_it_is_one(root: Path, module: str) -> None:
    document = json.loads((root / f"shop/{module}/generated/openapi.json").read_text(encoding="utf-8"))
    operations = [each["operationId"] for path in document["paths"].values() for each in path.values()]

    assert [] == [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]
    assert sorted(set(operations)) == sorted(operations)
    assert all(path.isascii() and " " not in path for path in document["paths"])


@pytest.mark.parametrize("module", MODULES)
def test_every_form_is_a_schema(root: Path, module: str) -> None:
    forms = json.loads((root / f"shop/{module}/generated/forms.json").read_text(encoding="utf-8"))
    schemas = [form["schema"] for kind in forms.values() for form in kind.values()]

    assert schemas
    for schema in schemas:
        Draft202012Validator.check_schema(schema)


def test_every_value_goes_into_json_and_rows_and_comes_out(root: Path) -> None:
    """The generated tests of what is ugliest; all entities are driven in test_at_work."""
    ugliest = "ugly or typed or person2 or u9867 or object or my_entity or issue or reaction or payment or custom or class or import"
    folders = [f"shop/{each}/generated" for each in MODULES]
    done = tool(root, "python", "-m", "pytest", "-q", "-p", "no:asyncio", "-p", "no:cacheprovider", "-k", ugliest, *folders)

    assert 0 == done.returncode, done.stdout[-3000:]


def test_the_first_tests_of_both_modules_pass(root: Path) -> None:
    done = tool(
        root, "python", "-W", "error", "-m", "pytest", "-q", "-p", "no:asyncio", "-p", "no:cacheprovider", "shop/attic/tests", "shop/cellar/tests"
    )

    assert 0 == done.returncode, done.stdout[-3000:]
