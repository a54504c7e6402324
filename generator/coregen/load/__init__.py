"""How a definition gets in: from files to `ModuleDefinition`, with the place of every key, and every error about it at once.

What a definition says about other things than itself is checked by resolve and verify.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from coregen.diagnostics import Diagnostic, gathered
from coregen.load import json, yaml
from coregen.load.errors import Places, explain
from coregen.load.positions import DocumentPositions, Loc, Node, Position, Positions
from coregen.load.python import load_python
from coregen.load.shapes import trace
from coregen.project import ModuleFolder, Project, find_folders
from coregen_runtime.module.definition import ModuleDefinition

__all__ = ["Loaded", "LoadedModule", "Loc", "Position", "Positions", "load"]


@dataclass(frozen=True)
class LoadedModule:
    """A definition and where it came from. `inputs` are all project files that it was read from, absolute and sorted."""

    folder: ModuleFolder
    definition: ModuleDefinition
    positions: Positions
    inputs: tuple[Path, ...]


@dataclass(frozen=True)
class Loaded:
    """The modules that could be read, in the order asked for, and what is wrong with the others."""

    modules: tuple[LoadedModule, ...]
    diagnostics: tuple[Diagnostic, ...]


def load(project: Project, folders: Sequence[ModuleFolder]) -> Loaded:
    """Read the definitions of `folders`. A definition.py is run, one after the other, in this process."""
    packages = {folder.package: folder.path for folder in (*find_folders(project).folders, *folders)}
    modules: list[LoadedModule] = []
    found: list[Diagnostic] = []
    for folder in folders:
        if folder.definition.suffix == ".py":
            run = load_python(project, folder, packages)
            definition, positions, inputs, problems = run.definition, run.positions, run.inputs, run.diagnostics
        else:
            definition, positions, problems = _document(project, folder)
            inputs = (folder.definition,)
        found.extend(problems)
        if definition is not None:
            modules.append(LoadedModule(folder, definition, positions, inputs))
    return Loaded(tuple(modules), gathered(found))


def _document(project: Project, folder: ModuleFolder) -> tuple[ModuleDefinition | None, Positions, tuple[Diagnostic, ...]]:
    path = folder.definition.relative_to(project.root).as_posix()
    positions = DocumentPositions(path, Node(None, 0, 0))

    def error(line: int, column: int, code: str, message: str, help: str) -> Diagnostic:
        return Diagnostic(path, line, column, "error", code, message, help)

    try:
        text = folder.definition.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        return None, positions, (error(0, 0, "LOAD-READ", f"byte {wrong.start} is no UTF-8", "save the file as UTF-8"),)
    except OSError as wrong:
        return None, positions, (error(0, 0, "LOAD-READ", f"the file cannot be read: {wrong.strerror}", ""),)
    document = (json if folder.definition.suffix == ".json" else yaml).read(text)
    found = [error(each.line, each.column, each.code, each.message, each.help) for each in document.refused]
    root = document.root
    if root is None:
        if not found:
            found.append(error(0, 0, "DEF-TYPE", "the document is empty", "it begins with id and version"))
        return None, positions, tuple(found)
    positions = DocumentPositions(path, root)
    if not isinstance(root.value, dict):
        found.append(error(root.line, root.column, "DEF-TYPE", "a definition is a mapping", "it begins with id and version"))
        return None, positions, tuple(found)
    try:
        definition = ModuleDefinition.model_validate(root.value, by_alias=True, by_name=False)
    except ValidationError as wrong:
        places = Places(positions.at, positions.key)
        details = [each for each in wrong.errors(include_url=False) if not positions.is_torn(trace(ModuleDefinition, each["loc"], root.value).loc)]
        found.extend(explain(details, ModuleDefinition, root.value, places, "data"))
        return None, positions, gathered(found)
    return (None if found else definition), positions, tuple(found)
