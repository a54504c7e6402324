"""How a definition gets in: from files to `ModuleDefinition`, with the place of every key, and every error about it at once.

What a definition says about other things than itself is checked by resolve and verify.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coregen.diagnostics import Diagnostic, gathered
from coregen.load.errors import Places, explain
from coregen.load.mend import mend, names_in, supplied
from coregen.load.positions import Document, DocumentPositions, Loc, Position, Positions
from coregen.load.python import load_python
from coregen.load.shapes import trace
from coregen.load.sizes import too_large
from coregen.project import ModuleFolder, Project, find_folders
from coregen_runtime.module.definition import ModuleDefinition

__all__ = ["Loaded", "LoadedModule", "Loc", "Position", "Positions", "load"]


@dataclass(frozen=True)
class LoadedModule:
    """A definition and where it came from. `inputs` are all project files that it was read from, absolute and sorted.

    `place` is the module's folder, posix and relative to the project's root, "" for the root itself. Where the definition has mistakes, it is what is right of it, and `left_out` are the names that went with the rest.
    """

    folder: ModuleFolder
    place: str
    definition: ModuleDefinition
    positions: Positions
    inputs: tuple[Path, ...]
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Loaded:
    """The modules that could be read, in the order asked for, and what is wrong with them and the others.

    With an error among the diagnostics the modules are for checking alone. `complete` says whether all are there.
    """

    modules: tuple[LoadedModule, ...]
    diagnostics: tuple[Diagnostic, ...]
    complete: bool = True

    @property
    def left_out(self) -> frozenset[str]:
        return frozenset().union(*(module.left_out for module in self.modules))


def load(project: Project, folders: Sequence[ModuleFolder]) -> Loaded:
    """Read the definitions of `folders`. A definition.py is run, one after the other, in this process."""
    packages = {folder.package: folder.path for folder in (*find_folders(project).folders, *folders)}
    modules: list[LoadedModule] = []
    found: list[Diagnostic] = []
    for folder in folders:
        if folder.definition.suffix == ".py":
            run = load_python(project, folder, packages)
            found.extend(run.diagnostics)
            large = tuple(too_large(run.definition, run.positions)) if run.definition is not None else ()
            found.extend(large)
            module = (
                None
                if run.definition is None or large
                else LoadedModule(folder, _place(project, folder), run.definition, run.positions, run.inputs, run.left_out)
            )
        else:
            module, problems = _document(project, folder)
            found.extend(problems)
        if module is not None:
            modules.append(module)
    return Loaded(tuple(modules), gathered(found), len(modules) == len(folders))


def _document(project: Project, folder: ModuleFolder) -> tuple[LoadedModule | None, tuple[Diagnostic, ...]]:
    path = folder.definition.relative_to(project.root).as_posix()

    def error(line: int, column: int, code: str, message: str, help: str) -> Diagnostic:
        return Diagnostic(path, line, column, "error", code, message, help)

    try:
        text = folder.definition.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        return None, (error(0, 0, "LOAD-READ", f"byte {wrong.start} is no UTF-8", "save the file as UTF-8"),)
    except OSError as wrong:
        return None, (error(0, 0, "LOAD-READ", f"the file cannot be read: {wrong.strerror}", "let it be read by whoever runs coregen"),)
    document = _reader(folder.definition.suffix)(text)
    found = [error(each.line, each.column, each.code, each.message, each.help) for each in document.refused]
    root = document.root
    if root is None:
        if not found:
            found.append(error(0, 0, "DEF-TYPE", "the document is empty", "it begins with id and version"))
        return None, tuple(found)
    if not isinstance(root.value, dict):
        found.append(error(root.line, root.column, "DEF-TYPE", "a definition is a mapping", "it begins with id and version"))
        return None, tuple(found)
    mended = mend(ModuleDefinition, root, _read, supplied(folder))
    for details, node in mended.mistakes:
        positions = DocumentPositions(path, node)
        whole = [each for each in details if not positions.is_torn(trace(ModuleDefinition, each["loc"], node.value).loc)]
        found.extend(explain(whole, ModuleDefinition, node.value, Places(positions.at, positions.key), "data"))
    left_out = mended.left_out.union(*(names_in(lost) for lost in document.lost))
    definition = mended.value
    if definition is None:
        return None, gathered(found)
    return LoadedModule(
        folder, _place(project, folder), definition, DocumentPositions(path, mended.node), (folder.definition,), frozenset(left_out)
    ), gathered(found)


def _place(project: Project, folder: ModuleFolder) -> str:
    place = folder.path.relative_to(project.root).as_posix()
    return "" if place == "." else place


def _reader(suffix: str) -> Callable[[str], Document]:
    """What reads a kind of document; the library for YAML is imported where there is one."""
    if suffix == ".json":
        from coregen.load import json

        return json.read
    from coregen.load import yaml

    return yaml.read


def _read(data: object) -> ModuleDefinition:
    return ModuleDefinition.model_validate(data, by_alias=True, by_name=False)
