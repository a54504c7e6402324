"""What a definition says about its things reaches whoever reads what is generated, whatever characters it is made of."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.generator.at_work.conftest import MakeProject, judged, run

TEXTS = {
    "lines": "First line.\n\n- a point\n\ttabbed",
    "ends the comment": "one */ two /* three",
    "quotes": 'ends with """',
    "one quote": 'ends with "',
    "begins": '"begins with a quote',
    "apostrophes": "'''it's'''",
    "backslash": "C:\\new\\",
    "template": "{{ nothing }} {% raw %} {# no comment #} ${none}",
    "unicode": "größer ✓ 漢字。 🙂 \u202eright\u202c \u200b \x07",
    "tag": "@deprecated {@link x} mail@example.com",
    "long": "word " * 60 + "end",
    "longest word": "w" * 300,
}


def definition(text: str) -> str:
    """A module in which everything that can be described says `text`; YAML takes JSON."""
    field = {"key": "weight", "type": "number", "label": text, "description": text, "unit": text, "validators": ["positive", {"max": 9}]}
    kind = {"key": "kind", "type": "enum", "enumValues": ["a", "b"], "label": text, "description": text}
    fields = [{"key": "name", "type": "string", "required": True, "description": text, "validators": [{"maxLength": 5}]}, field, kind]
    document: dict[str, Any] = {
        "id": "goods",
        "version": "1.0.0",
        "description": text,
        "entities": [
            {
                "name": "Thing",
                "description": text,
                "fields": [*fields, {"key": "double", "type": "number", "computed": "shop.goods.sums:double", "label": text}],
            }
        ],
        "fsms": [
            {
                "id": "thing-fsm",
                "entityType": "Thing",
                "initial": "new",
                "meta": {"description": text},
                "states": {
                    "new": {"label": text, "description": text, "color": text, "on": {"go": {"target": "gone", "description": text}}},
                    "gone": {"terminal": True},
                },
            }
        ],
        "commands": [{"type": "goods.weigh", "description": text, "payload": fields, "result": fields}],
        "queries": [{"type": "goods.heaviest", "description": text, "result": "Thing"}],
        "events": [{"type": "thing.weighed", "description": text, "payload": fields}],
    }
    return json.dumps(document, ensure_ascii=False)


@pytest.fixture
def project(make_project: MakeProject, request: pytest.FixtureRequest) -> Path:
    return make_project(definition(TEXTS[request.param]), sums="def double(thing: dict) -> float:\n    return 2.0\n")


def folded(text: str) -> str:
    return " ".join(text.split())


def attribute_docs(path: Path) -> Mapping[str, str]:
    """The strings below the fields of all classes of a file, by class and field."""
    found = {}
    for owner in ast.parse(path.read_text(encoding="utf-8")).body:
        for before, after in zip(owner.body, owner.body[1:], strict=False) if isinstance(owner, ast.ClassDef) else ():
            target = before.target if isinstance(before, ast.AnnAssign) else before.targets[0] if isinstance(before, ast.Assign) else None
            if (
                isinstance(target, ast.Name)
                and isinstance(owner, ast.ClassDef)
                and isinstance(after, ast.Expr)
                and isinstance(after.value, ast.Constant)
            ):
                found[f"{owner.name}.{target.id}"] = str(after.value.value)
    return found


@pytest.mark.parametrize("project", TEXTS, indirect=True)
def test_what_is_generated_is_sound_whatever_the_definition_says(project: Path) -> None:
    (project / "user.py").write_text("", encoding="utf-8")
    for width in ("88", "100", "120"):
        assert "" == run(project, "-m", "black", "--check", "--quiet", "--diff", "--line-length", width, "shop")
    assert "All checks passed!\n" == run(project, "-m", "ruff", "check", "--isolated", "--no-cache", "shop")
    assert "" == run(project, "-W", "error", "-c", "from shop.goods import *; import shop.goods.handlers")


@pytest.mark.parametrize(("name", "project"), [(name, name) for name in TEXTS], indirect=["project"])
def test_every_description_comes_out_as_it_was_written(name: str, project: Path) -> None:
    text = TEXTS[name]
    said = folded(text)
    generated = project / "shop" / "goods" / "generated"
    thing = {key: folded(each) for key, each in attribute_docs(generated / "entities" / "thing.py").items()}
    inputs, declared = attribute_docs(generated / "operations" / "thing.py"), attribute_docs(generated / "messages.py")
    events, machine = attribute_docs(generated / "events" / "thing.py"), attribute_docs(generated / "machines" / "thing.py")
    document = json.loads((generated / "openapi.json").read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    form = json.loads((generated / "forms.json").read_text(encoding="utf-8"))["entities"]["Thing"]
    handlers = ast.parse((project / "shop" / "goods" / "handlers.py").read_text(encoding="utf-8"))
    weigh = next(each for each in handlers.body if isinstance(each, ast.AsyncFunctionDef) and each.name == "weigh")

    assert thing["Thing.weight"].startswith(f"{said}: {said}") and f"In {said}" in thing["Thing.weight"]
    assert thing["Thing.weight"].endswith("Must be more than 0. Must be 9 or less.")
    assert thing["Thing.double"].startswith(said)
    assert all(said in thing[key] for key in ("Thing.name", "Thing.kind", "Thing.status", "ThingStatus.NEW"))
    assert all(f"In {said}" in folded(inputs[key]) for key in ("ThingCreate.weight", "ThingUpdate.weight"))
    assert all(f"In {said}" in folded(declared[key]) for key in ("Weigh.weight", "WeighResult.weight", "ThingWeighedPayload.weight"))
    assert said in folded(events["ThingSnapshot.weight"]) and "Must" not in events["ThingSnapshot.weight"]
    assert folded(machine["ThingEvent.GO"]).startswith(f"From new to gone: {said}")
    assert folded(ast.get_docstring(weigh, clean=False) or "").startswith(said)
    assert (
        text
        == document["info"]["description"]
        == schemas["Thing"]["description"]
        == document["paths"]["/goods/commands/weigh"]["post"]["description"]
    )
    assert all(
        (text, text, text) == tuple(schemas[each]["properties"]["weight"][key] for key in ("title", "description", "x-unit"))
        for each in ("Thing", "ThingCreate", "ThingUpdate", "Weigh", "WeighResult", "ThingWeighedPayload")
    )
    assert {"new": text} == schemas["ThingTransitions"]["properties"]["state"]["x-labels"]
    assert (text, text) == (form["uiSchema"]["weight"]["ui:title"], form["uiSchema"]["weight"]["ui:description"])
    assert f"In {said}. Must be more than 0. Must be 9 or less" == form["uiSchema"]["weight"]["ui:help"]


def test_the_types_pass_the_type_checker_with_every_text_at_once(make_project: MakeProject) -> None:
    assert "" == judged(
        make_project(definition(" ".join(TEXTS.values())), sums="from typing import Any\n\n\ndef double(thing: Any) -> float:\n    return 2.0\n")
    )
