"""Definitions that lack nearly everything: a file's layout holds when any of its parts is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import black
import pytest

from tests.generator.rendering import texts, write

OBJECT = "{ type: object, properties: { n: { type: integer } } }"
ENTITY = "entities: [{ name: Thing, fields: [{ key: name, type: string }] }]"
LITTLE = {
    "nothing": "",
    "no_fields": "entities: [{ name: Thing, fields: [] }]",
    "bare_entity": "entities: [{ name: Thing, softDelete: false, timestamps: false, versioned: false, fields: [] }]",
    "computed_only": 'entities: [{ name: Thing, fields: [{ key: size, type: number, computed: "math:fsum" }] }]',
    "machine_only": "entities: [{ name: Thing, fields: [] }]\nfsms: [{ id: life, entityType: Thing, initial: a, states: { a: { terminal: true } } }]",
    "itself": "entities: [{ name: Thing, fields: [{ key: parent, type: ref, refEntity: Thing }, { key: parts, type: 'ref[]', refEntity: Thing }] }]",
    "bare_command": "commands: [bare_command.go]",
    "bare_query": "queries: [bare_query.look]",
    "bare_event": "events: [thing.heard]",
    "schema_command": f"commands: [{{ type: schema_command.go, payload: {OBJECT}, result: {OBJECT} }}]",
    "schema_query": f"queries: [{{ type: schema_query.look, params: {OBJECT} }}]",
    "schema_event": f"events: [{{ type: thing.heard, payload: {OBJECT} }}]",
    "upcast_event": "events: [{ type: thing.heard, payload: [{ key: n, type: number }], upcasters: ['operator:neg', 'math:fabs'] }]",
    "entity_result": f"{ENTITY}\nqueries: [{{ type: entity_result.look, result: Thing }}]",
    "entity_payload": f"{ENTITY}\ncommands: [{{ type: entity_payload.go, payload: Thing }}]\nevents: [{{ type: thing.heard, payload: Thing }}]",
    "enum_payload": "commands: [{ type: enum_payload.go, payload: [{ key: kind, type: enum, enumValues: [a] }] }]",
    "json_field": f"entities: [{{ name: Thing, fields: [{{ key: data, type: json, jsonSchema: {OBJECT} }}] }}]",
    "job": "scheduledJobs: [{ name: night, cron: '0 1 * * *' }]",
    "worker": "queueWorkers: [{ queue: mail }]",
    "subscription": "subscriptions: [{ event: '*' }]",
    "config": "defaultConfig: { a: 1 }",
    "rule": "rules: { r: { field: payload.a, op: exists, value: true } }",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A module for each, in one project."""
    from coregen.project import find_project

    root = tmp_path_factory.mktemp("little")
    write(root, {f"shop/{name}/definition.yaml": f"id: {name}\nversion: 1.0.0\n{body}\n" for name, body in LITTLE.items()})
    write(root, {"pyproject.toml": '[tool.coregen]\nmodules = ["shop"]\n', "shop/__init__.py": ""})
    project = find_project(root).project
    assert project is not None
    made = dict(texts(project))
    write(root, made)
    return root, made


def said(root: Path, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path])}
    done = subprocess.run([sys.executable, *command], cwd=root, env=environment, capture_output=True, text=True, check=False)
    return f"{done.stdout}{done.stderr}".strip()


@pytest.mark.parametrize("width", [88, 100, 120])
def test_black_changes_nothing(files: tuple[Path, dict[str, str]], width: int) -> None:
    mode = black.Mode(line_length=width)
    generated = {path: text for path, text in files[1].items() if path.endswith(".py") and "/generated/" in path}

    assert len(LITTLE) < len(generated)
    assert [] == [path for path, text in generated.items() if black.format_str(text, mode=mode) != text]


def test_ruff_finds_nothing_by_its_default_rules(files: tuple[Path, dict[str, str]]) -> None:
    assert "" == said(files[0], "-m", "ruff", "check", "--isolated", "--no-cache", "--quiet", "--output-format", "concise", "shop")


def test_mypy_finds_nothing(files: tuple[Path, dict[str, str]]) -> None:
    assert "" == said(files[0], "-m", "mypy", "--strict", "--config-file=", "--no-error-summary", "shop")


def test_every_name_can_be_imported_without_a_warning(files: tuple[Path, dict[str, str]]) -> None:
    every = "\n".join(f"import shop.{name} as module\nfor each in module.__all__:\n    getattr(module, each)" for name in LITTLE)

    assert "" == said(files[0], "-W", "error", "-c", every), indent(every, "  ")
