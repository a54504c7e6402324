"""ONE table: which template makes which file of a module, whose the file is, and when there is one (architecture, "The generator").

A template's path begins with its owner. What stands in a file is the template's, what it says the IR's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from coregen.files import Ownership, PlannedFile
from coregen.ir import ModuleIR, ProjectIR

Values = Mapping[str, object]


@dataclass(frozen=True)
class Row:
    """A template, the path of its file below the module's folder, and one set of values for each file that it makes."""

    template: str
    path: str
    each: Callable[[ModuleIR], Iterable[Values]]

    @property
    def ownership(self) -> Ownership:
        return Ownership(self.template.partition("/")[0])


def _always(module: ModuleIR) -> Iterable[Values]:
    return ({},)


def _entities(module: ModuleIR) -> Iterable[Values]:
    return ({"entity": entity, "file": entity.file} for entity in module.entities)


def _machines(module: ModuleIR) -> Iterable[Values]:
    return ({"machine": machine, "file": machine.file} for machine in module.machines)


def _json_types(module: ModuleIR) -> Iterable[Values]:
    return ({"types": types, "file": types.file} for types in module.json_types)


def _with_json_types(module: ModuleIR) -> Iterable[Values]:
    return ({},) if module.json_types else ()


def _with_entities(module: ModuleIR) -> Iterable[Values]:
    return ({},) if module.entities else ()


def _with_machines(module: ModuleIR) -> Iterable[Values]:
    return ({},) if module.machines else ()


def _with_messages(module: ModuleIR) -> Iterable[Values]:
    return ({},) if module.messages.models else ()


def _with_makers(module: ModuleIR) -> Iterable[Values]:
    return ({},) if module.entities or module.testing.messages.makers else ()


def _with_message_makers(module: ModuleIR) -> Iterable[Values]:
    return ({"makers": module.testing.messages, "of": module.id},) if module.testing.messages.makers else ()


def _entity_makers(module: ModuleIR) -> Iterable[Values]:
    return ({"makers": entity.makers, "of": entity.name, "file": entity.file} for entity in module.entities)


def _with_config(module: ModuleIR) -> Iterable[Values]:
    return ({},) if module.config else ()


def _with_migration(module: ModuleIR) -> Iterable[Values]:
    return ({"file": module.migration.file},) if module.migration else ()


def _with_ids(module: ModuleIR) -> Iterable[Values]:
    return ({},) if module.ids.names else ()


def _package(of: Callable[[ModuleIR], Iterable[Values]], doc: str) -> Callable[[ModuleIR], Iterable[Values]]:
    return lambda module: ({"doc": doc} for _ in of(module))


TABLE = (
    Row("generated/init.py.jinja", "generated/__init__.py", _always),
    Row("generated/ids.py.jinja", "generated/ids.py", _with_ids),
    Row("generated/conditions.py.jinja", "generated/conditions.py", _with_ids),
    Row("generated/package.py.jinja", "generated/entities/__init__.py", _package(_with_entities, "The entities, a file each")),
    Row("generated/entity.py.jinja", "generated/entities/{file}.py", _entities),
    Row("generated/package.py.jinja", "generated/repositories/__init__.py", _package(_with_entities, "The repository of each entity")),
    Row("generated/repository.py.jinja", "generated/repositories/{file}.py", _entities),
    Row("generated/package.py.jinja", "generated/operations/__init__.py", _package(_with_entities, "Each entity's own messages and their handlers")),
    Row("generated/operations.py.jinja", "generated/operations/{file}.py", _entities),
    Row("generated/package.py.jinja", "generated/events/__init__.py", _package(_with_entities, "The events of each entity")),
    Row("generated/events.py.jinja", "generated/events/{file}.py", _entities),
    Row("generated/package.py.jinja", "generated/schemas/__init__.py", _package(_with_entities, "The schema of each entity, as data")),
    Row("generated/schema.py.jinja", "generated/schemas/{file}.py", _entities),
    Row("generated/package.py.jinja", "generated/machines/__init__.py", _package(_with_machines, "The state machines, a file each")),
    Row("generated/machine.py.jinja", "generated/machines/{file}.py", _machines),
    Row("generated/messages.py.jinja", "generated/messages.py", _with_messages),
    Row("generated/package.py.jinja", "generated/json_types/__init__.py", _package(_with_json_types, "The types of JSON Schemas, a file each")),
    Row("generated/json_types.py.jinja", "generated/json_types/{file}.py", _json_types),
    Row("generated/config.py.jinja", "generated/config.py", _with_config),
    Row("generated/manifest.py.jinja", "generated/manifest.py", _always),
    Row("generated/wiring.py.jinja", "generated/wiring.py", _always),
    Row("generated/openapi.json.jinja", "generated/openapi.json", _always),
    Row("generated/forms.json.jinja", "generated/forms.json", _always),
    Row("generated/types.ts.jinja", "generated/types.ts", _always),
    Row("generated/diagrams.md.jinja", "generated/diagrams.md", _always),
    Row("generated/testing.py.jinja", "generated/testing/__init__.py", _with_makers),
    Row("generated/package.py.jinja", "generated/testing/entities/__init__.py", _package(_with_entities, "What makes values of each entity")),
    Row("generated/makers.py.jinja", "generated/testing/entities/{file}.py", _entity_makers),
    Row("generated/makers.py.jinja", "generated/testing/messages.py", _with_message_makers),
    Row("generated/test_generated.py.jinja", "generated/testing/test_generated.py", _with_makers),
    Row("merged/handlers.py.jinja", "handlers.py", _always),
    Row("once/init.py.jinja", "__init__.py", _always),
    Row("once/module.py.jinja", "module.py", _always),
    Row("once/tests_init.py.jinja", "tests/__init__.py", _always),
    Row("once/test_module.py.jinja", "tests/test_{name}.py", lambda module: ({"name": module.package.rpartition(".")[2]},)),
    Row("once/migrations_init.py.jinja", "migrations/__init__.py", _with_entities),
    Row("numbered/migration.py.jinja", "migrations/{file}.py", _with_migration),
)
"""Every file that coregen can make."""


def plan(ir: ProjectIR) -> tuple[PlannedFile, ...]:
    """The files of all modules, in the order of their paths."""
    planned = [file for module in ir.modules for row in TABLE for file in _planned(row, module)]
    return tuple(sorted(planned, key=lambda file: file.path))


def _planned(row: Row, module: ModuleIR) -> Iterable[PlannedFile]:
    for values in row.each(module):
        names = {key: str(value) for key, value in values.items() if key in ("file", "name")}
        path = row.path.format_map(names)
        yield PlannedFile(f"{module.folder}/{path}" if module.folder else path, module.id, row.ownership, row.template, {"module": module, **values})
