"""`diagrams.md`: the entities of a module and its machines, in Mermaid.

A machine's diagram is the runtime's (`coregen_runtime.state.diagram`); this file draws the entities and puts the page together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coregen.naming import component
from coregen.resolve.artefacts.shapes import ArtefactModule
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.primitives.words import snake_case
from coregen_runtime.state.diagram import mermaid
from coregen_runtime.state.types import StateMachine

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def diagrams(module: ArtefactModule) -> str:
    """The page: a section of entities where there are any, then one a machine, in the order of the definition."""
    sections = [f"# {module.definition.id}\n"]
    if module.entities:
        sections.append(f"## Entities\n\n{_fenced(entity_diagram(module))}")
    sections += [f"## {_line(machine)}\n\n{_fenced(mermaid(machine))}" for machine in module.definition.fsms]
    return "\n".join(sections)


def entity_diagram(module: ArtefactModule) -> str:
    """An `erDiagram`: each entity with its fields, and a line a reference. An entity of another module is a box without fields.

    Names of entities stand in quotes, since Mermaid has words of its own, `One` among them.
    """
    lines = ["erDiagram"]
    for entity in module.entities:
        lines += [f'    "{entity.name}" {{', *(f"        {row}" for row in _rows(entity)), "    }"]
    for entity in module.entities:
        lines += [f"    {row}" for row in _relations(entity)]
    return "\n".join(lines) + "\n"


def _line(machine: StateMachine) -> str:
    return " ".join(f"{machine.id}: {machine.field} of {machine.entity_type}".split())


def _fenced(text: str) -> str:
    return f"```mermaid\n{text.rstrip()}\n```\n"


def _rows(entity: EntitySchema) -> Iterator[str]:
    yield "id id PK"
    for field in entity.fields:
        name, wire = _name(field)
        yield f"{_kind(field)} {name}{_keys(field)}{wire}"


def _kind(field: FieldSchema) -> str:
    return field.type.value.replace(".", "_")


def _name(field: FieldSchema) -> tuple[str, str]:
    """The key, with an asterisk where Mermaid would read it as a mark of a key; one that is no word of Mermaid's stands beside as a comment."""
    if _PLAIN.fullmatch(field.key):
        return (f"*{field.key}" if field.key.upper() in ("PK", "FK", "UK") else field.key), ""
    word = snake_case(field.key)
    return (word if _PLAIN.fullmatch(word) else f"_{component(word)}"), f' "{_text(field.key)}"'


def _text(key: str) -> str:
    """The key in quotes of Mermaid, which knows no escape for them."""
    return key.replace('"', "”")


def _keys(field: FieldSchema) -> str:
    keys = [name for name, holds in (("FK", _refers(field)), ("UK", field.unique)) if holds]
    return f" {', '.join(keys)}" if keys else ""


def _refers(field: FieldSchema) -> bool:
    return field.type in (FieldType.REF, FieldType.REFS)


def _relations(entity: EntitySchema) -> Iterator[str]:
    for field in entity.fields:
        if _refers(field):
            yield f'"{entity.name}" {_cardinality(field)} "{_box(field, entity)}" : "{_label(field.key)}"'


def _label(key: str) -> str:
    """The key as the label of a line: what is no letter, digit or mild sign by its number."""
    return "".join(character if character.isalnum() or character in " _-$@" else f"#{ord(character)};" for character in key)


def _cardinality(field: FieldSchema) -> str:
    """From the entity to what it refers to: how many of it one target has, and how many targets one of it has."""
    if field.type is FieldType.REFS:
        return "}o--o{"
    return ("|o" if field.unique else "}o") + "--" + ("||" if field.required else "o|")


def _box(field: FieldSchema, entity: EntitySchema) -> str:
    """An entity of the same module by its name, one of another by its qualified name."""
    module, _, name = (field.ref_entity or "").rpartition(".")
    return name if module in ("", entity.namespace) else f"{module}.{name}"
