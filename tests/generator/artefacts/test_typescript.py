"""The TypeScript of a module, judged by the TypeScript compiler where Node is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest

from coregen.resolve.artefacts.json_types import typescript_type
from coregen.resolve.artefacts.shapes import ArtefactModule
from coregen.resolve.artefacts.typescript import typescript

TSC = ["npx", "--yes", "--package=typescript@5.9.3", "tsc"]


@pytest.fixture(scope="session")
def tsc() -> list[str]:
    """The compiler's command; fetched by npx once, skipped where there is no Node or no registry."""
    problem = "there is no npx"
    if shutil.which(TSC[0]):
        done = subprocess.run([*TSC, "--version"], capture_output=True, text=True, check=False, timeout=120)
        if done.returncode == 0:
            return [*TSC, "--strict", "--noEmit", "--pretty", "false", "--target", "es2022"]
        problem = done.stderr.strip()[-200:]
    if os.environ.get("COREGEN_REQUIRE_SERVICES") == "1":
        pytest.fail(f"no TypeScript compiler: {problem}")
    pytest.skip(f"no TypeScript compiler: {problem}")


USES = """
import type { AddLine, BestsellerResult, Order, OrderCreate, OrderEvent, OrderLine, OrderPlacedPayload, OrderUpdate, Recount } from "./types";

const input: OrderCreate = { number: "A-1", customerEmail: "a@b.example" };
const change: OrderUpdate = { channel: "it's \\"shop\\"" };
const event: OrderEvent = "place";
const line: AddLine = { quantity: 1 };
const nothing: Recount = {};
const placed: OrderPlacedPayload = { number: "A-1" };
export function show(order: Order, orderLine: OrderLine, best: BestsellerResult): string {
  const status: "draft" | "placed" = order.status;
  const gifts: string[] = orderLine.gifts;
  const where: [number, number] | [number, number, number] | undefined = orderLine.way?.coordinates[0];
  return [input, change, event, line, nothing, placed, status, gifts, where, best.name, order.total.currency, order.deletedAt].join();
}
"""

MISUSES = {
    'import type { Order } from "./types"; export const show = (order: Order): string => order.customerEmail;': "customerEmail",
    'import type { OrderCreate } from "./types"; export const input: OrderCreate = { number: "A-1", status: "placed" };': "status",
    'import type { OrderCreate } from "./types"; export const input: OrderCreate = {};': "number",
    'import type { OrderEvent } from "./types"; export const event: OrderEvent = "ship";': "ship",
    'import type { Order } from "./types"; export const show = (order: Order): string => order.channel;': "null",
}


JSON_TYPES: list[tuple[Any, str]] = [
    (True, "unknown"),
    (False, "never"),
    ({}, "unknown"),
    ({"type": "integer"}, "number"),
    ({"type": ["string", "null"]}, "string | null"),
    ({"const": 'a"b'}, '"a\\"b"'),
    ({"enum": ["a", 1, None, True]}, '"a" | 1 | null | true'),
    ({"type": "array", "items": {"enum": ["a", "b"]}}, '("a" | "b")[]'),
    ({"type": "array"}, "(unknown)[]"),
    ({"anyOf": [{"type": "string"}, {"type": "number"}]}, "string | number"),
    ({"allOf": [{"type": "object"}, {"properties": {"a": {}}}]}, '({ [key: string]: unknown }) & ({ "a"?: unknown; [key: string]: unknown })'),
    ({"type": "object", "additionalProperties": {"type": "number"}}, "{ [key: string]: number }"),
    ({"properties": {"a-b": {"type": "string"}}, "required": ["a-b"], "additionalProperties": False}, '{ "a-b": string }'),
    ({"type": "object", "additionalProperties": False}, "Record<string, never>"),
    ({"$defs": {"Row": {"type": "string"}}, "type": "array", "items": {"$ref": "#/$defs/Row"}}, "(string)[]"),
    ({"$defs": {"Tree": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}}, "$ref": "#/$defs/Tree"}, "(unknown)[]"),
    ({"$ref": "https://elsewhere.example/schema"}, "unknown"),
]


@pytest.fixture(scope="session")
def verdict(tsc: list[str], ordering: ArtefactModule, chinook: ArtefactModule, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What the compiler says of each file, all of them judged in one run: it takes seconds to start."""
    folder = tmp_path_factory.mktemp("typescript")
    files = {"types": typescript(ordering), "uses": USES, "chinook": typescript(chinook)}
    files |= {f"misuse{number}": use for number, use in enumerate(MISUSES)}
    files["json"] = "".join(f"export type T{number} = {typescript_type(schema)};\n" for number, (schema, _) in enumerate(JSON_TYPES))
    for name, text in files.items():
        (folder / f"{name}.ts").write_text(text, encoding="utf-8")
    done = subprocess.run([*tsc, *(f"{name}.ts" for name in files)], cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    return {name: "".join(line for line in done.stdout.splitlines(keepends=True) if line.startswith(f"{name}.ts")) for name in files}


def test_the_types_say_what_the_definition_says(verdict: Mapping[str, str]) -> None:
    assert ("", "") == (verdict["types"], verdict["uses"])


@pytest.mark.parametrize("number", range(len(MISUSES)))
def test_wrong_uses_are_errors(verdict: Mapping[str, str], number: int) -> None:
    [_, named] = list(MISUSES.items())[number]

    assert "error TS" in verdict[f"misuse{number}"]
    assert named in verdict[f"misuse{number}"]


def test_chinook_compiles(verdict: Mapping[str, str], chinook: ArtefactModule) -> None:
    assert "" == verdict["chinook"]
    assert "  unitPrice: Money;\n" in typescript(chinook)


def test_a_json_schema_as_a_type_compiles(verdict: Mapping[str, str]) -> None:
    assert "" == verdict["json"]


@pytest.mark.parametrize(("schema", "expected"), JSON_TYPES)
def test_a_json_schema_as_a_type(schema: Any, expected: str) -> None:
    assert expected == typescript_type(schema)
