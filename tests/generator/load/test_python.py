"""definition.py: run in its package, watched, and without a trace; every error of a run at once, at its own line."""

from __future__ import annotations

import builtins
import io
import sys

import pytest

from coregen.diagnostics import Diagnostic
from coregen.load import Loaded, Position, load
from coregen.project import Project, find_folders
from coregen_runtime.primitives.model import DefinitionModel
from tests.generator.conftest import WriteProject

LOOK = "sync runs the definition: mend this line, or what it was given"
HEAD = "from coregen_runtime import EntitySchema, F, FieldSchema, ModuleDefinition, StateMachine, StateNode, Transition, Validators\n"


def run(project: Project) -> Loaded:
    return load(project, find_folders(project).folders)


def places(found: tuple[Diagnostic, ...]) -> list[tuple[str, int, int, str]]:
    return [(each.path.removeprefix("shop/"), each.line, each.column, each.code) for each in found]


def test_a_value_is_found_in_the_call_that_holds_it(write_project: WriteProject) -> None:
    project = write_project(
        {
            "shop/catalog/definition.py": HEAD
            + """
product = EntitySchema(
    name="Product",
    fields=[
        FieldSchema(key="name", type="string", validators=[Validators.max_length(120)]),
        FieldSchema(key="é", type="string") if False else FieldSchema(key="size", type="ref", ref_entity="Sise"),
    ],
    indexes=[["name", "size"]],
)
states = {"draft": StateNode(on={"go": Transition(target="done", guard=(F("product.size") == "x") & ~F("product.name").exists())})}
machine = StateMachine(id="m", entity_type="Product", initial="draft", states={**states, "done": StateNode(terminal=True)})
module = ModuleDefinition(id="catalog", version="1", entities=[product], fsms=[machine], rules={"r": {"field": "a", "op": "eq", "value": 1}})
"""
        }
    )
    (module,) = run(project).modules
    at = module.positions.at
    guard = ("fsms", 0, "states", "draft", "on", "go", 0, "guard")

    def place(*loc: str | int) -> tuple[int, int]:
        found = at(loc)
        return found.line, found.column

    assert (3, 11) == place("entities", 0)
    assert (6, 82) == place("entities", 0, "fields", 0, "validators", 0, "argument")
    assert (7, 106) == place("entities", 0, "fields", 1, "refEntity"), "columns are characters, not bytes"
    assert (9, 23) == place("entities", 0, "indexes", 0, 1)
    assert (11, 75) == place(*guard, "and", 0, "field")
    assert (11, 94) == place(*guard, "and", 0, "value")
    assert (11, 104) == place(*guard, "and", 1, "not", "field")
    assert (13, 123) == place("rules", "r", "op")
    assert (13, 10) == place("dependsOn", 0), "what is not written is answered by the call it would stand in"
    key = module.positions.key(("entities", 0, "fields", 1, "refEntity"))

    assert (7, 95) == (key.line, key.column)


def test_an_object_of_a_loop_or_a_helper_is_where_its_constructor_is_called(write_project: WriteProject) -> None:
    project = write_project(
        {
            "shop/catalog/definition.py": HEAD
            + """
from .parts import text

fields = [text("title"), *(FieldSchema(key=key, type="string")
          for key in ("a", "b"))]
for key in ("c",):
    fields.append(FieldSchema(key=key, type="number"))
module = ModuleDefinition(id="catalog", version="1", entities=[EntitySchema(name="Product", fields=fields)])
""",
            "shop/catalog/parts.py": 'from coregen_runtime import FieldSchema\n\n\ndef text(key: str) -> FieldSchema:\n    return FieldSchema(key=key, type="string")\n',
        }
    )
    (module,) = run(project).modules
    fields = [module.positions.at(("entities", 0, "fields", number)) for number in range(4)]

    assert [
        ("shop/catalog/parts.py", 5),
        ("shop/catalog/definition.py", 5),
        ("shop/catalog/definition.py", 5),
        ("shop/catalog/definition.py", 8),
    ] == [(each.path, each.line) for each in fields]
    assert Position("shop/catalog/parts.py", 5, 38) == module.positions.at(("entities", 0, "fields", 0, "type"))


def test_all_mistakes_of_a_run_are_reported_at_once(write_project: WriteProject) -> None:
    project = write_project(
        {
            "shop/catalog/definition.py": HEAD
            + """
product = EntitySchema(
    name="pro.duct",
    fields=[
        FieldSchema(key="name", type="string", requird=True),
        FieldSchema(key="price", type="mony"),
        FieldSchema(key="sku", type="string", validators=[Validators.max_length("12")]),
        FieldSchema(key="kind", type="enum"),
        {"key": "note", "type": "txt"},
    ],
)
module = ModuleDefinition(id="catalog", entities=[product])
""",
            "shop/orders/definition.yaml": "id: orders\nversion: 2\n",
        }
    )
    found = run(project)

    assert [
        ("catalog/definition.py", 4, 10, "DEF-VALUE"),
        ("catalog/definition.py", 6, 48, "DEF-KEY"),
        ("catalog/definition.py", 7, 39, "DEF-VALUE"),
        ("catalog/definition.py", 8, 81, "DEF-VALUE"),
        ("catalog/definition.py", 9, 9, "DEF-VALUE"),
        ("catalog/definition.py", 10, 33, "DEF-VALUE"),
        ("catalog/definition.py", 13, 10, "DEF-MISSING"),
        ("orders/definition.yaml", 2, 10, "DEF-TYPE"),
    ] == places(found.diagnostics)
    assert ['did you mean "required"?', 'did you mean "money"?'] == [each.help for each in found.diagnostics[1:3]]


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "help"),
    [
        ("x = 1\ny = x / 0\n", 2, 5, "ZeroDivisionError: division by zero", LOOK),
        ("def f():\n    raise KeyError('é')\n\nf()\n", 2, 5, "KeyError: 'é'", LOOK),
        ("import sys\nsys.exit(3)\n", 2, 1, "SystemExit: 3", "a definition must not end the process"),
        (
            "from .generated import Product\n",
            1,
            1,
            "ModuleNotFoundError: No module named 'shop.catalog.generated'",
            "a definition cannot import what is generated from it",
        ),
        (
            "import nowhere\n",
            1,
            1,
            "ModuleNotFoundError: No module named 'nowhere'",
            "import names begin at source-root of [tool.coregen]; a package has to be installed where coregen runs",
        ),
        ("assert False, 'first\\nsecond'\n", 1, 15 if sys.version_info < (3, 13) else 8, "AssertionError: first", LOOK),
    ],
)
def test_an_exception_is_a_diagnostic_at_its_own_line(
    write_project: WriteProject, text: str, line: int, column: int, message: str, help: str
) -> None:
    (diagnostic,) = run(write_project({"shop/catalog/definition.py": text})).diagnostics

    assert ("shop/catalog/definition.py", line, "LOAD-PYTHON", message, help) == (
        diagnostic.path,
        diagnostic.line,
        diagnostic.code,
        diagnostic.message,
        diagnostic.help,
    )
    assert diagnostic.column in (1, column), "the interpreter gives the column of the raising expression"


def test_an_exception_of_a_helper_is_reported_in_the_helper(write_project: WriteProject) -> None:
    project = write_project({"shop/catalog/definition.py": "from shop import parts\n", "shop/parts.py": "x = 1\nint('x')\n"})

    assert [("parts.py", 2, 1, "LOAD-PYTHON")] == places(run(project).diagnostics)


def test_python_that_does_not_parse_is_reported_where_it_stops(write_project: WriteProject) -> None:
    (diagnostic,) = run(write_project({"shop/catalog/definition.py": "module = (\n"})).diagnostics

    assert (1, 10, "LOAD-SYNTAX", "not valid Python: '(' was never closed") == (
        diagnostic.line,
        diagnostic.column,
        diagnostic.code,
        diagnostic.message,
    )


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("modul = 3\n", 0, 0, 'there is no variable "module" with a ModuleDefinition'),
        ("x = 1\nmodule = {'id': 'x'}\n", 2, 10, "module is a dict, and has to be a ModuleDefinition"),
    ],
)
def test_a_file_without_a_definition_says_how_it_ends(write_project: WriteProject, text: str, line: int, column: int, message: str) -> None:
    (diagnostic,) = run(write_project({"shop/catalog/definition.py": text})).diagnostics

    assert (line, column, "LOAD-MODULE", message) == (diagnostic.line, diagnostic.column, diagnostic.code, diagnostic.message)
    assert "module = ModuleDefinition(" in diagnostic.help


GOOD = HEAD + 'module = ModuleDefinition(id="catalog", version=VERSION)\n'


def test_everything_read_or_imported_is_an_input(write_project: WriteProject) -> None:
    project = write_project(
        {
            "shop/catalog/definition.py": "import json\nfrom pathlib import Path\nfrom .a import VERSION\nopen(Path(__file__).parent / 'x.txt').close()\n"
            + GOOD,
            "shop/catalog/a.py": "from shop.common.b import VERSION\n",
            "shop/catalog/unused.py": "",
            "shop/catalog/x.txt": "",
            "shop/common/b.py": "import pathlib\nVERSION = (pathlib.Path(__file__).parent / 'version').read_text().strip()\n",
            "shop/common/version": "7\n",
        }
    )
    (module,) = run(project).modules

    assert "7" == module.definition.version
    assert ["catalog/a.py", "catalog/definition.py", "catalog/x.txt", "common/b.py", "common/version"] == [
        path.relative_to(project.root / "shop").as_posix() for path in module.inputs
    ]


def test_the_packages_of_modules_are_not_run(write_project: WriteProject) -> None:
    """A definition never waits for what is generated from it, its own or another module's."""
    project = write_project(
        {
            "shop/catalog/__init__.py": "raise RuntimeError\n",
            "shop/catalog/definition.py": "VERSION = '1'\nfrom shop.orders.definition import VERSION\n" + GOOD,
            "shop/orders/__init__.py": "raise RuntimeError\n",
            "shop/orders/definition.py": "VERSION = '2'\n" + GOOD.replace("catalog", "orders"),
        }
    )
    found = run(project)

    assert () == found.diagnostics
    assert [("catalog", "2"), ("orders", "2")] == [(each.definition.id, each.definition.version) for each in found.modules]


def test_an_edit_is_seen_by_the_next_load_of_the_same_process(write_project: WriteProject) -> None:
    files = {"shop/catalog/definition.py": "from .a import VERSION\n" + GOOD, "shop/catalog/a.py": "VERSION = '1'\n"}
    before = run(write_project(files)).modules[0].definition.version
    after = run(write_project({**files, "shop/catalog/a.py": "VERSION = '2'\n"})).modules[0].definition.version

    assert ("1", "2") == (before, after)


def test_nothing_is_left_behind(write_project: WriteProject) -> None:
    project = write_project(
        {
            "shop/catalog/definition.py": "import sys, shop.a\nsys.path.append('/nowhere')\n" + GOOD + "raise RuntimeError\n",
            "shop/a.py": "",
        }
    )
    path, finders, opened = list(sys.path), list(sys.meta_path), (builtins.open, io.open)
    found = run(project)

    assert 1 == len(found.diagnostics)
    assert path == sys.path
    assert finders == sys.meta_path
    assert opened == (builtins.open, io.open)
    assert [] == [name for name in sys.modules if name == "shop" or name.startswith("shop.")]
    assert not {"__init__", "model_validate", "model_construct"} & set(vars(DefinitionModel))
    assert [] == list(project.root.rglob("__pycache__"))


def test_a_loaded_package_of_the_same_name_is_put_back(write_project: WriteProject, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write_project({"shop/catalog/definition.py": "from shop.a import VERSION\n" + GOOD, "shop/a.py": "VERSION = 'new'\n"})
    stale = type(sys)("shop.a")
    stale.__file__ = str(project.root / "shop/a.py")
    monkeypatch.setitem(sys.modules, "shop.a", stale)
    (module,) = run(project).modules

    assert "new" == module.definition.version
    assert stale is sys.modules["shop.a"]


def test_a_python_definition_is_checked_without_its_mistakes(write_project: WriteProject) -> None:
    """A construction that failed stands in with what is right of it; what cannot be without its mistake is left out, also of what holds it."""
    project = write_project(
        {
            "shop/catalog/definition.py": HEAD
            + """
product = EntitySchema(
    name="Product",
    fields=[FieldSchema(key="kind", type="enum"), FieldSchema(key="price", typ="mony"), FieldSchema(key="sku", type="strng", requird=True)],
)
module = ModuleDefinition(id="catalog", entities=[product, EntitySchema(name="x.y", fields=[])])
"""
        }
    )
    found = run(project)
    definition = found.modules[0].definition

    assert ["Product"] == [entity.name for entity in definition.entities]
    assert [("sku", "string", True)] == [(field.key, field.type, field.required) for field in definition.entities[0].fields if field.key == "sku"]
    assert "kind" not in {field.key for field in definition.entities[0].fields}
    assert {"kind", "x.y"} <= found.left_out
