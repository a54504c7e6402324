"""The artefacts before the programs that read them: react-jsonschema-form, Mermaid's parser and the TypeScript compiler.

They run in one Node process (`tests/node`), on the module that has one of everything, Chinook, the definitions that hold every key, the ugly
names, and the samples.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from coregen.resolve.artefacts import artefacts
from coregen.resolve.artefacts.shapes import ArtefactModule
from coregen_runtime.entity.json_typescript import typescript_type
from tests.generator.artefacts.test_typescript import JSON_TYPES
from tests.generator.rendering import everything, texts, ugly_names
from tests.node.judge import judge

USES = """
import type {
  AddLine, BestsellerResult, Order, OrderCreate, OrderEvent, OrderLine, OrderLineIncluding, OrderLinePage, OrderPage, OrderPlacedPayload, OrderUpdate, Recount,
} from "./types";

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
export function beside(page: OrderLinePage, one: OrderLineIncluding): (string | undefined)[] {
  const gifts = page.data.flatMap((each) => each.gifts.map((id) => page.included?.gifts?.[id]?.name));
  return [...gifts, one.included.order?.[one.data.order]?.number];
}
export const more = (page: OrderPage): boolean => page.hasNext && page.total !== null && page.data[0]?.status === "draft";
"""

MISUSES = {
    'import type { Order } from "./types"; export const show = (order: Order): string => order.customerEmail;': "customerEmail",
    'import type { OrderCreate } from "./types"; export const input: OrderCreate = { number: "A-1", status: "placed" };': "status",
    'import type { OrderCreate } from "./types"; export const input: OrderCreate = {};': "number",
    'import type { OrderEvent } from "./types"; export const event: OrderEvent = "ship";': "ship",
    'import type { Order } from "./types"; export const show = (order: Order): string => order.channel;': "null",
    'import type { OrderPage } from "./types"; export const show = (page: OrderPage): unknown => page.included;': "included",
    'import type { OrderLinePage } from "./types"; export const show = (page: OrderLinePage): unknown => page.included.gifts;': "undefined",
}

KINDS = ("forms", "diagrams", "types")


@pytest.fixture(scope="session")
def told(
    ordering: ArtefactModule, chinook: ArtefactModule, project_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """What there is to judge, by kind and name."""
    files = dict(texts(everything(tmp_path_factory.mktemp("everything"))))
    files |= {f"ugly/{path}": text for path, text in texts(ugly_names(tmp_path_factory.mktemp("ugly"))).items()}
    files |= {path.relative_to(project_root).as_posix(): path.read_text("utf-8") for path in project_root.glob("sample_modules/*/generated/*.*")}
    for name, module in (("ordering", ordering), ("chinook", chinook)):
        made = artefacts(module)
        files |= {f"{name}/forms.json": made.forms, f"{name}/diagrams.md": made.diagrams, f"{name}/types.ts": made.typescript}
    return {
        "forms": {f"{path}: {name}": form for path, text in files.items() if path.endswith("forms.json") for name, form in _forms(text)},
        "diagrams": {f"{path}: {at}": each for path, text in files.items() if path.endswith("diagrams.md") for at, each in _diagrams(text)},
        "types": {path.replace("/", "_").removesuffix(".ts"): text for path, text in files.items() if path.endswith("types.ts")},
    }


@pytest.fixture(scope="session")
def verdict(told: dict[str, dict[str, Any]], ordering: ArtefactModule) -> dict[str, Any]:
    """What the programs say of all that, of the uses below, and of what each of them must refuse."""
    types = told["types"] | {"types": artefacts(ordering).typescript, "uses": USES}
    types |= {f"misuse{number}": use for number, use in enumerate(MISUSES)}
    types["json"] = "".join(f"export type T{number} = {typescript_type(schema)};\n" for number, (schema, _) in enumerate(JSON_TYPES))
    refused = {"schema": {"type": "object", "properties": {"odd": {"type": "tuple"}}}, "uiSchema": {}}
    return judge(told["forms"] | {"refused": refused}, told["diagrams"] | {"refused": "erDiagram\n  {{"}, types)


def _forms(text: str) -> list[tuple[str, Any]]:
    return [(f"{kind} {name}", form) for kind, forms in json.loads(text).items() for name, form in forms.items()]


def _diagrams(page: str) -> list[tuple[int, str]]:
    return list(enumerate(re.findall(r"```mermaid\n(.*?)```", page, re.DOTALL)))


def test_there_is_something_of_every_kind_and_place(told: dict[str, dict[str, Any]]) -> None:
    places = {kind: {name.replace("_", "/").partition("/")[0] for name in told[kind]} for kind in KINDS}

    assert {kind: {"ordering", "chinook", "shop", "sample", "ugly"} for kind in KINDS} == places


def test_every_form_renders_without_a_word_of_complaint(told: dict[str, dict[str, Any]], verdict: dict[str, Any]) -> None:
    complaints = {name: verdict["forms"][name]["complaints"] for name in told["forms"]}

    assert {} == {name: found for name, found in complaints.items() if found}


def test_every_field_of_every_form_is_there_and_none_is_unsupported(told: dict[str, dict[str, Any]], verdict: dict[str, Any]) -> None:
    missing = [
        f"{name}: {key}"
        for name, form in told["forms"].items()
        for key in form["schema"].get("properties", {})
        if not re.search(rf'id="root_{re.escape(html.escape(key))}(_[a-z0-9_]*)?"', verdict["forms"][name]["html"])
    ]

    assert [] == missing
    assert [] == [name for name in told["forms"] if re.search("Unsupported|Unknown field", verdict["forms"][name]["html"])]


def test_a_field_that_the_library_does_not_know_would_be_seen(verdict: dict[str, Any]) -> None:
    assert re.search("Unsupported|Unknown field", verdict["forms"]["refused"]["html"])


def test_what_nobody_fills_in_stays_unset(told: dict[str, dict[str, Any]], verdict: dict[str, Any]) -> None:
    """A form starts with the defaults of the definition alone: no constant and no first choice is put in an optional field."""
    added = [
        f"{name}: {key}"
        for name, form in told["forms"].items()
        for key, value in (verdict["forms"][name]["state"] or {}).items()
        if value is not None and "default" not in form["schema"]["properties"][key] and key not in form["schema"]["required"]
    ]

    assert [] == added


def test_every_diagram_parses(told: dict[str, dict[str, Any]], verdict: dict[str, Any]) -> None:
    assert dict.fromkeys(told["diagrams"], "") == {name: verdict["diagrams"][name] for name in told["diagrams"]}
    assert "Parse error" in verdict["diagrams"]["refused"]


def test_all_types_compile(told: dict[str, dict[str, Any]], verdict: dict[str, Any]) -> None:
    assert dict.fromkeys(told["types"], "") == {name: verdict["types"][name] for name in told["types"]}


def test_the_types_say_what_the_definition_says(verdict: dict[str, Any]) -> None:
    assert ("", "") == (verdict["types"]["types"], verdict["types"]["uses"])


@pytest.mark.parametrize("number", range(len(MISUSES)))
def test_wrong_uses_are_errors(verdict: Mapping[str, Any], number: int) -> None:
    [_, named] = list(MISUSES.items())[number]

    assert "error TS" in verdict["types"][f"misuse{number}"]
    assert named in verdict["types"][f"misuse{number}"]


def test_a_json_schema_as_a_type_compiles(verdict: dict[str, Any]) -> None:
    assert "" == verdict["types"]["json"]
