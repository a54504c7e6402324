"""A project in a temporary folder, synced through small stand-ins for resolve, plan and render.

The pipeline's own promises (what is written, pruned, refused, left alone) are tested on them: one generated file a module,
one an entity, handlers, a file made once and a migration. Loading, verifying, comparing, merging and writing are real.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from coregen.diagnostics import Diagnostic
from coregen.files import Ownership, PlannedFile, RenderedFile
from coregen.load import LoadedModule
from coregen.pipeline import Outcome, sync
from coregen.project import find_project


@dataclass(frozen=True)
class Resolved:
    ir: tuple[LoadedModule, ...] | None
    diagnostics: tuple[Diagnostic, ...]


def resolve(modules: Sequence[LoadedModule], restarting: object = (), share: object = None, following: object = None) -> Resolved:
    """Refuses an entity called Wrong, and warns of one called Doubtful."""
    found = [
        Diagnostic(
            module.folder.definition.name,
            1,
            1,
            "error" if entity.name == "Wrong" else "warning",
            "STAND-IN",
            f"{entity.name} is refused",
            "rename it",
        )
        for module in modules
        for entity in module.definition.entities
        if entity.name in ("Wrong", "Doubtful")
    ]
    return Resolved(tuple(modules), tuple(found))


def plan(modules: Sequence[LoadedModule]) -> tuple[PlannedFile, ...]:
    planned: list[PlannedFile] = []
    for module in modules:
        name = module.definition.id
        folder = f"shop/{module.folder.name}"
        entities = [entity.name for entity in module.definition.entities]
        commands = [command.type.partition(".")[2] for command in module.definition.commands]

        def add(path: str, ownership: Ownership, text: str, folder: str = folder, name: str = name) -> None:
            planned.append(PlannedFile(f"{folder}/{path}", name, ownership, "stand-in", {"text": text}))

        add("generated/__init__.py", Ownership.GENERATED, f"# {name}: {', '.join(entities)}\n")
        for entity in entities:
            add(f"generated/entities/{entity.lower()}.py", Ownership.GENERATED, f"class {entity}: ...\n")
        for command in commands:
            add(f"generated/{command}.py", Ownership.GENERATED, f"class {command.title()}: ...\n")
        imports = f"\n\nfrom .generated import {', '.join(sorted(command.title() for command in commands))}" if commands else ""
        functions = "".join(
            f'\n\n\nasync def {each}(command: {each.title()}) -> None:\n    raise NotImplementedError("{name}.{each}")' for each in commands
        )
        add("handlers.py", Ownership.MERGED, f'"""The handlers of {name}."""{imports}{functions}\n')
        add("module.py", Ownership.ONCE, f"# wires {name}\n")
        add("migrations/0001_initial.py", Ownership.NUMBERED, f"# tables: {', '.join(entities)}\n")
    return tuple(planned)


def render(planned: Sequence[PlannedFile]) -> tuple[RenderedFile, ...]:
    return tuple(RenderedFile(file.path, file.module, file.ownership, str(file.values["text"])) for file in planned)


def upcoming(modules: Sequence[LoadedModule], asked: object, *, lose: bool, severity: str) -> dict[str, object]:
    return {}


def migration_files(folder: Path) -> tuple[Path, ...]:
    return ()


def needs(modules: Sequence[LoadedModule]) -> dict[str, str]:
    return {module.definition.id: repr(module.definition) for module in modules}


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    for stage in (resolve, plan, render):
        module = ModuleType(f"coregen.{stage.__name__}")
        setattr(module, stage.__name__, stage)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    applied = ModuleType("coregen.resolve.applied")
    monkeypatch.setattr(applied, "upcoming", upcoming, raising=False)
    monkeypatch.setattr(applied, "migration_files", migration_files, raising=False)
    monkeypatch.setitem(sys.modules, applied.__name__, applied)
    needed = ModuleType("coregen.resolve.needs")
    monkeypatch.setattr(needed, "needs", needs, raising=False)
    monkeypatch.setitem(sys.modules, needed.__name__, needed)


class Shop:
    """A project with modules under `shop/`, and what a test does to it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "shop").mkdir()
        (root / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["shop"]\n')

    def define(self, name: str, entities: Sequence[str] = (), commands: Sequence[str] = ()) -> None:
        lines = [f"id: {name}", "version: 1.0.0"]
        lines += ["entities:", *(f"  - {{ name: {entity}, fields: [{{ key: title, type: string }}] }}" for entity in entities)] if entities else []
        lines += ["commands:", *(f"  - {name}.{command}" for command in commands)] if commands else []
        folder = self.root / "shop" / name
        folder.mkdir(exist_ok=True)
        (folder / "definition.yaml").write_text("\n".join(lines) + "\n")

    def sync(self, *modules: str, check: bool = False, strict: bool = False, progress: Callable[[str], None] = lambda stage: None) -> Outcome:
        project = find_project(self.root).project
        assert project is not None
        return sync(project, modules, check=check, strict=strict, progress=progress)

    def path(self, path: str) -> Path:
        return self.root / "shop" / path

    def tree(self, *, cache: bool = False) -> dict[str, bytes]:
        paths = (path for path in sorted(self.root.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in paths if cache or ".coregen" not in path.parts}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A project with two modules, synced."""
    made = Shop(tmp_path)
    made.define("catalog", ["Product", "Category"], ["reprice"])
    made.define("ordering", ["Order"])
    outcome = made.sync()
    assert () == outcome.diagnostics
    return made
