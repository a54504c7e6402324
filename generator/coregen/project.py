"""Where a project is, what `[tool.coregen]` says, and which folders are modules (contract, "Configuration").

Runs on the no-op path: the standard library alone. What a definition says belongs to load.
"""

from __future__ import annotations

import keyword
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from coregen.diagnostics import Diagnostic, did_you_mean, gathered, one_of

SETTINGS = "pyproject.toml"
DEFINITIONS = ("definition.py", "definition.yaml", "definition.json")
_KEYS = ("modules", "source-root")
_HEADER = re.compile(r"^\s*\[\s*tool\s*\.\s*coregen\s*\]")


@dataclass(frozen=True)
class Project:
    """A project: its root, where import names begin, and the folders that hold modules (posix, relative to the root)."""

    root: Path
    source_root: Path
    modules: tuple[str, ...]


@dataclass(frozen=True)
class ModuleFolder:
    """A module on disk: folder name, import name (`sample_modules.catalog`), absolute path, and its definition file."""

    name: str
    package: str
    path: Path
    definition: Path


@dataclass(frozen=True)
class ProjectFound:
    """The answer of `find_project`: no project only together with an error."""

    project: Project | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True)
class FoldersFound:
    """The answer of `find_folders`, sorted by import name."""

    folders: tuple[ModuleFolder, ...]
    diagnostics: tuple[Diagnostic, ...]


def find_project(start: Path, *, making: bool = False) -> ProjectFound:
    """The nearest folder from `start` upwards whose pyproject.toml has a `[tool.coregen]` table.

    Args:
        making: a folder of `modules` that is not there yet is no error: it is about to be made.
    """
    origin = start.resolve()
    for folder in (origin, *origin.parents):
        settings = folder / SETTINGS
        if not settings.is_file():
            continue
        try:
            text = settings.read_bytes().decode("utf-8-sig")
            document = tomllib.loads(text)
        except UnicodeDecodeError:
            return ProjectFound(None, (Diagnostic(SETTINGS, 0, 0, "error", "PROJECT-TOML", f"{SETTINGS} is not UTF-8", "save it as UTF-8"),))
        except tomllib.TOMLDecodeError as error:
            return ProjectFound(None, (_not_toml(error),))
        tool = document.get("tool")
        table = tool.get("coregen") if isinstance(tool, dict) else None
        if isinstance(table, dict):
            return _read(folder, text, table, making)
    help = 'add to pyproject.toml: [tool.coregen] with modules = ["<the folder your modules are in>"]'
    message = f"no {SETTINGS} with a [tool.coregen] table here or above"
    return ProjectFound(None, (Diagnostic(SETTINGS, 0, 0, "error", "PROJECT-NONE", message, help),))


def find_folders(project: Project) -> FoldersFound:
    """Every module of the project: each sub-folder of `modules` that holds a definition file."""
    folders: dict[Path, ModuleFolder] = {}
    found: list[Diagnostic] = []
    for entry in project.modules:
        parent = (project.root / entry).resolve()
        for path in sorted(each for each in parent.iterdir() if each.is_dir()):
            definitions = [path / name for name in DEFINITIONS if (path / name).is_file()]
            misnamed = path / "definition.yml"
            if not definitions and misnamed.is_file():
                place = misnamed.relative_to(project.root).as_posix()
                message = "a definition in YAML is called definition.yaml"
                found.append(Diagnostic(place, 0, 0, "error", "MODULE-FILE", message, "rename the file"))
            if not definitions:
                continue
            place = definitions[0].relative_to(project.root).as_posix()
            if len(definitions) > 1:
                names = " and ".join(each.name for each in definitions)
                found.append(Diagnostic(place, 0, 0, "error", "MODULE-TWO", f"{path.name} has {names}", "keep one of them"))
            elif not importable(path.name):
                message = f'Python cannot import a folder called "{path.name}"'
                found.append(Diagnostic(place, 0, 0, "error", "MODULE-FOLDER", message, "use small letters, digits and underscores"))
            else:
                package = ".".join(path.relative_to(project.source_root).parts)
                folders[path] = ModuleFolder(path.name, package, path, definitions[0])
    return FoldersFound(tuple(sorted(folders.values(), key=lambda folder: folder.package)), gathered(found))


def importable(name: str) -> bool:
    """Whether a folder of that name can be a Python package."""
    return name.isidentifier() and not keyword.iskeyword(name)


def _read(root: Path, text: str, table: dict[str, object], making: bool) -> ProjectFound:
    found: list[Diagnostic] = []

    def error(key: str, code: str, message: str, help: str, value: str | None = None) -> None:
        found.append(Diagnostic(SETTINGS, *_place(text, key, value), "error", code, message, help))

    for key in table:
        if key not in _KEYS:
            error(key, "PROJECT-KEY", f'[tool.coregen] has no key "{key}"', did_you_mean(key, _KEYS, one_of(_KEYS)))

    origin = table.get("source-root", ".")
    source_root = root
    if not isinstance(origin, str):
        error("source-root", "PROJECT-VALUE", "source-root is not a string", 'write it as source-root = "src"')
    elif not (root / origin).is_dir():
        error("source-root", "PROJECT-FOLDER", f'there is no folder "{origin}"', "source-root is relative to pyproject.toml", origin)
    else:
        source_root = (root / origin).resolve()

    modules = table.get("modules")
    entries: list[str] = []
    if not isinstance(modules, list) or not modules or not all(isinstance(entry, str) for entry in modules):
        message = "[tool.coregen] has no modules" if modules is None else "modules is not a list of folder names"
        error("modules", "PROJECT-VALUE", message, 'write it as modules = ["shop"]')
    else:
        for entry in modules:
            path = (root / entry).resolve()
            if not path.is_dir() and not (making and not path.exists()):
                others = sorted(each.name for each in root.iterdir() if each.is_dir() and not each.name.startswith("."))
                error("modules", "PROJECT-FOLDER", f'there is no folder "{entry}"', did_you_mean(entry, others, "make it, or take it out"), entry)
            elif not path.is_relative_to(source_root) or not path.is_relative_to(root):
                error("modules", "PROJECT-FOLDER", f'"{entry}" lies outside the source root', "import names begin at source-root", entry)
            elif not all(importable(part) for part in path.relative_to(source_root).parts):
                error("modules", "PROJECT-FOLDER", f'Python cannot import "{entry}"', "rename the folder, or set source-root", entry)
            else:
                entries.append(path.relative_to(root).as_posix())
    project = None if found else Project(root, source_root, tuple(dict.fromkeys(entries)))
    return ProjectFound(project, gathered(found))


def _not_toml(error: tomllib.TOMLDecodeError) -> Diagnostic:
    message = str(error)
    place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    line, column = (int(place[1]), int(place[2])) if place else (0, 0)
    sentence = message[: place.start()] if place else message
    return Diagnostic(
        SETTINGS, line, column, "error", "PROJECT-TOML", f"{SETTINGS} is not valid TOML: {sentence[:1].lower()}{sentence[1:]}", "mend this line"
    )


def _place(text: str, key: str, value: str | None) -> tuple[int, int]:
    """Line and column of a key of the table, or of the string `value` in or below it. `tomllib` keeps no positions, so the text is asked."""
    lines = text.splitlines()
    header = next((number for number, line in enumerate(lines) if _HEADER.match(line)), None)
    if header is None:
        return 0, 0
    assignment = re.compile(rf"""^\s*(["']?){re.escape(key)}\1\s*=""")
    for number in range(header + 1, len(lines)):
        line = lines[number]
        if line.lstrip().startswith("[") and line.rstrip().endswith("]") and "=" not in line and "," not in line and '"' not in line:
            break
        if not assignment.match(line):
            continue
        if value is not None:
            for later in range(number, len(lines)):
                column = max(lines[later].find(f'"{value}"'), lines[later].find(f"'{value}'"))
                if column >= 0:
                    return later + 1, column + 1
        return number + 1, len(line) - len(line.lstrip()) + 1
    return header + 1, 1
