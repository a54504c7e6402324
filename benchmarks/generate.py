"""What it costs to generate, import and type-check N entities of eight fields, beside datamodel-code-generator and hand-written classes.

The peer makes one model an entity, from a JSON Schema that says what the classes by hand say, and no more; coregen makes whole modules.
Projects stand in one temporary folder and are made before anything is timed.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path

from benchmarks.harness import Contestant

IN_A_MODULE = 25
MODULE = """from coregen_runtime import EntitySchema, FieldSchema, ModuleDefinition

module = ModuleDefinition(
    id="m{module}",
    version="1.0.0",
    entities=[
{entities}    ],
)
"""
ENTITY = """        EntitySchema(
            name="E{number}",
            id_prefix="e{number}",
            fields=[
                FieldSchema(key="name", type="string", required=True),
                FieldSchema(key="price", type="money"),
                FieldSchema(key="count", type="number"),
                FieldSchema(key="active", type="boolean"),
                FieldSchema(key="due", type="date"),
                FieldSchema(key="state", type="enum", enum_values=["open", "paid", "shut"]),
                FieldSchema(key="note", type="string", label="{label}"),
                FieldSchema(key="other", type="ref", ref_entity="E{other}"),
            ],
        ),
"""
BY_HAND = """

class E{number}State(StrEnum):
    OPEN = "open"
    PAID = "paid"
    SHUT = "shut"


class E{number}(BaseModel):
    id: str
    name: str
    price: Money | None = None
    count: float | None = None
    active: bool | None = None
    due: int | None = None
    state: E{number}State | None = None
    note: str | None = None
    other: str | None = None
"""


def projects(sizes: Sequence[int], folder: Path) -> Mapping[int, Path]:
    """A project of each size, synced, with the same entities by hand and as JSON Schema."""
    return {size: _project(size, folder / f"of_{size}") for size in sizes}


def contestants(size: int, folder: Path) -> Sequence[Contestant]:
    generate, load = f"generate {size} entities", f"import {size} entities"
    schema = [sys.executable, "-m", "datamodel_code_generator", "--input", "schema.json", "--input-file-type", "jsonschema"]
    schema += ["--output-model-type", "pydantic_v2.BaseModel", "--output", "models.py", "--formatters"]
    one, every = "from mods.m0 import E0", "; ".join(f"from mods.m{_start(number)} import E{number}" for number in range(size))
    packages = "; ".join(f"import mods.m{start}" for start in range(0, size, IN_A_MODULE))
    return (
        Contestant(generate, "python -c pass", _python(folder, "pass"), floor=True),
        Contestant(generate, "python -c 'import click'", _python(folder, "import click"), floor=True),
        Contestant(generate, "python -c 'from pydantic import BaseModel'", _python(folder, "from pydantic import BaseModel"), floor=True),
        Contestant(generate, "coregen sync, cold", _cold(folder), size),
        Contestant(generate, "coregen sync, nothing to do", _nothing(folder), size),
        Contestant(generate, "coregen sync, one entity changed", _changed(folder, size), size),
        Contestant(generate, "datamodel-codegen, built-in formatter", _run(folder, *schema, "builtin"), size),
        Contestant(generate, "datamodel-codegen, Black", _run(folder, *schema, "black"), size),
        Contestant(load, "the same by hand", _python(folder, "import by_hand"), size, floor=True),
        Contestant(load, "every generated entity", _python(folder, every), size),
        Contestant(load, "one generated entity", _python(folder, one)),
        Contestant(load, "the generated packages", _python(folder, packages), size),
    )


def checked(size: int, folder: Path) -> Sequence[Contestant]:
    """The type checker over the same, each time without a cache."""
    group, mypy = f"mypy --strict of {size} entities", [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={os.devnull}"]
    return (
        Contestant(group, "the same by hand", _run(folder, *mypy, "by_hand.py"), size, floor=True),
        Contestant(group, "the generated modules", _run(folder, *mypy, "mods"), size),
    )


def _project(size: int, folder: Path) -> Path:
    if importlib.util.find_spec("datamodel_code_generator") is None:
        raise RuntimeError('the peer is not installed: "make install"')
    for start in range(0, size, IN_A_MODULE):
        _define(folder, start, size)
    (folder / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["mods"]\n')
    entities = "".join(BY_HAND.format(number=number) for number in range(size))
    money = "class Money(BaseModel):\n    amount: int\n    currency: str\n"
    (folder / "by_hand.py").write_text(f"from enum import StrEnum\n\nfrom pydantic import BaseModel\n\n\n{money}{entities}")
    _sync(folder)
    (folder / "schema.json").write_text(json.dumps(_schema(size)))
    return folder


def _schema(size: int) -> dict[str, object]:
    """The entities as the peer reads them. Money stands once: a copy of it in every entity would cost the peer ten times its time."""
    text = {"type": "string"}
    money = {"type": "object", "properties": {"amount": {"type": "integer"}, "currency": text}, "required": ["amount", "currency"]}
    entity = {
        "type": "object",
        "properties": {
            "id": text,
            "name": text,
            "price": {"$ref": "#/$defs/Money"},
            "count": {"type": "number"},
            "active": {"type": "boolean"},
            "due": {"type": "integer"},
            "state": {"type": "string", "enum": ["open", "paid", "shut"]},
            "note": text,
            "other": text,
        },
        "required": ["id", "name"],
    }
    return {"type": "object", "$defs": {"Money": money, **{f"E{number}": entity for number in range(size)}}}


def _define(folder: Path, start: int, size: int, label: str = "Note") -> None:
    """The definition of one module; `label` is that of a field of its first entity."""
    stop = min(size, start + IN_A_MODULE)
    entities = [
        ENTITY.format(number=number, other=number + 1 if number + 1 < stop else start, label=label if number == start else "Note")
        for number in range(start, stop)
    ]
    target = folder / "mods" / f"m{start}" / "definition.py"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(MODULE.format(module=start, entities="".join(entities)))


def _start(number: int) -> int:
    return number - number % IN_A_MODULE


def _cold(folder: Path) -> Callable[[], object]:
    runs = count()

    def run() -> object:
        aside = folder.with_name(f"{folder.name}_cold")
        for definition in folder.glob("mods/*/definition.py"):
            target = aside / definition.relative_to(folder)
            target.parent.mkdir(parents=True)
            shutil.copy(definition, target)
        shutil.copy(folder / "pyproject.toml", aside)
        try:
            return _sync(aside)
        finally:
            aside.rename(folder.parent / f"{folder.name}_done_{next(runs)}")

    return run


def _nothing(folder: Path) -> Callable[[], object]:
    return lambda: _sync(folder)


def _changed(folder: Path, size: int) -> Callable[[], object]:
    labels = (f"Note {number}" for number in count())

    def run() -> object:
        _define(folder, 0, size, next(labels))
        return _sync(folder)

    return run


def _sync(folder: Path) -> object:
    return _run(folder, str(Path(sys.executable).with_name("coregen")), "sync")()


def _python(folder: Path, code: str) -> Callable[[], object]:
    return _run(folder, sys.executable, "-c", code)


def _run(folder: Path, *command: str) -> Callable[[], object]:
    """Everybody's imports are compiled once and kept, as they are for users, whatever this process was told."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
