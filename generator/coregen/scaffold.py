"""A new module: where it goes, and the definition it begins with.

Owns what `coregen new-module` writes before the first sync, as values; writing, syncing and printing belong to the command.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coregen.diagnostics import Diagnostic, one_of
from coregen.files import Change
from coregen.project import DEFINITIONS, Project, find_project

FORMATS = {"python": "definition.py", "yaml": "definition.yaml", "json": "definition.json"}
DEFAULT_FOLDER = "modules"


@dataclass(frozen=True)
class Scaffold:
    """The project root, the new module's folder (posix, relative to it) and the files to write; none where there is an error."""

    root: Path
    folder: str
    definition: str
    changes: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...]


def scaffold(start: Path, name: str, entities: Sequence[str], format: str, document: Path | None, parent: Path | None) -> Scaffold:
    """Decides on everything that `new-module` will write.

    Args:
        start: the folder the command was run in.
        document: an existing definition to take over, byte for byte; its suffix decides the format.
        parent: the folder that will hold the module; the first of `[tool.coregen]` modules without it.
    """
    found = find_project(start, making=True)
    fresh = found.project is None and all(each.code == "PROJECT-NONE" for each in found.diagnostics) and not (start / "pyproject.toml").exists()
    problems = [] if found.project or fresh else list(found.diagnostics)
    root = found.project.root if found.project else start.resolve()
    holder = (parent or (root / (found.project.modules[0] if found.project else DEFAULT_FOLDER))).resolve()
    problems += _problems(name, entities, document)
    if not holder.is_relative_to(root):
        problems.append(_call(f"{holder.name} lies outside the project", f"choose a folder below {root.name}"))
    elif found.project:
        problems += _unlisted(found.project, holder)
    target = holder / name
    if not problems and (target.is_symlink() or target.is_file() or (target.is_dir() and any(target.iterdir()))):
        problems.append(
            _call(
                f"{target.relative_to(root).as_posix()} exists already, and new-module never overwrites",
                "choose another name, or add to it and run coregen sync",
            )
        )
    file = DEFINITIONS[0] if problems else _definition_name(format, document)
    text = "" if problems else document.read_bytes().decode() if document else definition_text(name, entities, format)
    if problems:
        return Scaffold(root, "", file, (), tuple(problems))
    relative = holder.relative_to(root)
    folder = (relative / name).as_posix()
    changes = [Change(f"{folder}/{file}", name, "create", None, text)]
    if not holder.exists():
        changes.insert(0, Change((relative / "__init__.py").as_posix(), name, "create", None, ""))
    if fresh:
        changes.insert(0, Change("pyproject.toml", name, "create", None, f'[tool.coregen]\nmodules = ["{relative.as_posix()}"]\n'))
    return Scaffold(root, folder, f"{folder}/{file}", tuple(changes), ())


def definition_text(name: str, entities: Sequence[str], format: str) -> str:
    """The first definition of a module: its entities with one field each, for their author to go on from."""
    if format == "python":
        return _python(name, entities)
    document = {
        "id": name,
        "version": "1.0.0",
        "entities": [
            {"name": entity, "idPrefix": id_prefix(entity), "fields": [{"key": "name", "type": "string", "required": True}]} for entity in entities
        ],
    }
    if format == "json":
        return json.dumps(document, indent=2) + "\n"
    lines = [f"id: {name}", "version: 1.0.0", "entities:" if entities else "entities: []"]
    for entity in entities:
        lines += [f"  - name: {entity}", f"    idPrefix: {id_prefix(entity)}", "    fields:", "      - { key: name, type: string, required: true }"]
    return "\n".join(lines) + "\n"


def id_prefix(entity: str) -> str:
    """`OrderItem` → `orderitem`: small letters and digits, a letter first (semantics 1)."""
    return re.sub(r"[^a-z0-9]", "", entity.lower())


def _python(name: str, entities: Sequence[str]) -> str:
    variables = [_variable(entity) for entity in entities]
    imported = "EntitySchema, FieldSchema, ModuleDefinition" if entities else "ModuleDefinition"
    parts = [f'"""The definition of {name}: what it is made of. "coregen sync" makes the rest."""\n\nfrom coregen_runtime import {imported}\n']
    for entity, variable in zip(entities, variables, strict=True):
        parts.append(
            f'{variable} = EntitySchema(\n    name="{entity}",\n    id_prefix="{id_prefix(entity)}",\n    fields=[\n        FieldSchema(key="name", type="string", required=True),\n    ],\n)\n'
        )
    parts.append(f'module = ModuleDefinition(\n    id="{name}",\n    version="1.0.0",\n    entities=[{", ".join(variables)}],\n)\n')
    return "\n".join(parts)


def _variable(entity: str) -> str:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", entity).lower()
    return f"{snake}_" if keyword.iskeyword(snake) or snake == "module" else snake


def _definition_name(format: str, document: Path | None) -> str:
    if document is None:
        return FORMATS[format]
    return {".py": "definition.py", ".json": "definition.json"}.get(document.suffix, "definition.yaml")


def _problems(name: str, entities: Sequence[str], document: Path | None) -> list[Diagnostic]:
    problems: list[Diagnostic] = []
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        problems.append(
            _call(f'"{name}" cannot be the name of a module', "small letters, digits and underscores, a letter first, and no Python keyword")
        )
    for entity in entities:
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", entity) or keyword.iskeyword(entity):
            problems.append(_call(f'"{entity}" cannot be the name of an entity', "letters and digits, a capital first, such as OrderItem"))
    twice = sorted({entity for entity in entities if [other.lower() for other in entities].count(entity.lower()) > 1})
    if twice:
        problems.append(_call(f"{' and '.join(twice)} {'are' if len(twice) > 1 else 'is'} given twice", "give each entity once"))
    if document and entities:
        problems.append(_call("--entity and --from exclude each other", "a definition document names its entities itself"))
    if document and document.suffix not in (".py", ".yaml", ".yml", ".json"):
        problems.append(_call(f'"{document.name}" is no definition document', one_of((".py", ".yaml", ".yml", ".json"))))
    if document and not problems:
        try:
            document.read_bytes().decode()
        except UnicodeDecodeError:
            problems.append(_call(f'"{document.name}" is not UTF-8', "save it as UTF-8"))
    return problems


def _unlisted(project: Project, holder: Path) -> list[Diagnostic]:
    relative = holder.relative_to(project.root).as_posix()
    if relative in project.modules:
        return []
    listed = ", ".join(f'"{each}"' for each in (*project.modules, relative))
    return [
        Diagnostic(
            "pyproject.toml",
            0,
            0,
            "error",
            "PROJECT-FOLDER",
            f'"{relative}" is not a folder of [tool.coregen] modules',
            f"write modules = [{listed}] there first",
        )
    ]


def _call(message: str, help: str) -> Diagnostic:
    return Diagnostic("new-module", 0, 0, "error", "CALL", message, help)
