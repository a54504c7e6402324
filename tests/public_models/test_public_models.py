"""Entity models that nobody here designed: 46 entities of public schemas under their own names and keys, synced once, judged at four doors, stored.

`models/` holds the definitions, a module a schema; `documents.json` a good document of each entity, and the changes that make one which is refused, at that path and with that code.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from coregen.naming import component, entity_classes, plural
from coregen_adapters.app import App
from coregen_runtime import NotFoundError, Request, ValidationError
from coregen_runtime.entity.registry import EntitySchemaRegistry
from tests.doors.test_four_doors import IN_CONTEXT, named_in, takes
from tests.generator.ugly_names.conftest import tool
from tests.node.ajv import ajv

HERE = Path(__file__).parent
MODULES = sorted(path.name for path in (HERE / "models").iterdir())
DOCUMENTS: Mapping[str, Any] = json.loads((HERE / "documents.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("public")
    shutil.copytree(HERE / "models", folder / "public_shop")
    (folder / "public_shop" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["public_shop"]\n', encoding="utf-8")
    done = tool(folder, "coregen", "sync", "--strict")

    assert (0, "") == (done.returncode, done.stderr)
    return folder


@pytest.fixture(scope="module")
def shop(root: Path) -> Iterator[Any]:
    sys.path.insert(0, str(root))
    try:
        yield SimpleNamespace(**{name: importlib.import_module(f"public_shop.{name}") for name in MODULES})
    finally:
        sys.path.remove(str(root))
        for name in [name for name in sys.modules if name.split(".")[0] == "public_shop"]:
            del sys.modules[name]


@pytest.fixture(scope="module")
def registry(shop: Any) -> EntitySchemaRegistry:
    made = EntitySchemaRegistry()
    for name in MODULES:
        for schema in getattr(shop, name).module.manifest.entities:
            made.register(schema)
    return made


def own_name(shop: Any, entity: str) -> tuple[Any, str]:
    """The package of an entity, and what its class is called there."""
    module, _, name = entity.partition(".")
    package = getattr(shop, module)
    return package, entity_classes(schema.name for schema in package.module.manifest.entities)[name]


def cases() -> Iterator[tuple[str, dict[str, Any], Mapping[str, Any] | None]]:
    """Every document with its entity, and what it is refused for."""
    for entity, told in DOCUMENTS.items():
        yield entity, told["good"], None
        for bad in told["bad"]:
            yield entity, {**told["good"], **bad["change"]}, bad


def test_each_entity_has_documents_of_both_sorts(registry: EntitySchemaRegistry) -> None:
    assert sorted(DOCUMENTS) == sorted(schema.qualified_name for schema in registry.get_all())
    assert 46 == len(DOCUMENTS)
    assert all(told["good"] and told["bad"] for entity, told in DOCUMENTS.items())


@pytest.mark.parametrize(
    "command",
    [
        ("mypy", "--strict", "--config-file", os.devnull, "--no-error-summary", "public_shop"),
        ("black", "--check", "-q", "."),
        ("ruff", "check", "-q", "."),
    ],
    ids=("mypy", "black", "ruff"),
)
def test_what_is_generated_is_clean(command: tuple[str, ...], root: Path) -> None:
    done = tool(root, *command)

    assert (0, "") == (done.returncode, done.stdout)


def test_four_doors_have_one_verdict_on_each_document(root: Path, shop: Any, registry: EntitySchemaRegistry) -> None:
    """Semantics 4: registry, generated model, OpenAPI and form accept or refuse together; semantics 5 says where and why."""
    asked: list[tuple[str, Any, bool]] = []
    schemas: dict[str, Any] = {}
    for module in MODULES:
        generated = root / "public_shop" / module / "generated"
        document, forms = (json.loads((generated / name).read_text("utf-8")) for name in ("openapi.json", "forms.json"))
        for schema in getattr(shop, module).module.manifest.entities:
            own = component(own_name(shop, schema.qualified_name)[1])
            name = f"{schema.name}Create" if f"{schema.name}Create" in document["components"]["schemas"] else f"{own}Create"
            schemas[f"openapi {schema.qualified_name}"] = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
            schemas[f"form {schema.qualified_name}"] = forms["entities"][schema.name]["schema"]
    for entity, document, bad in cases():
        failures = registry.validate(entity, document).failures
        named = [named_in(failure) for failure in failures]
        package, own = own_name(shop, entity)

        assert ([] if bad is None else [(bad["path"], bad["code"])]) == [(failure.path, failure.code) for failure in failures], (entity, document)
        assert takes(getattr(package, f"{own}Create"), document) is all(each in IN_CONTEXT for each in named), (entity, document)
        asked += [(f"{door} {entity}", document, None not in named) for door in ("openapi", "form")]
    with ajv() as node:
        node.learn(schemas)
        verdicts = node.judge([(schema, document) for schema, document, _ in asked])

    assert [] == [(schema, document) for (schema, document, expected), said in zip(asked, verdicts, strict=True) if said is not expected]


async def test_each_good_document_is_created_read_changed_listed_and_deleted_on_sqlite(shop: Any, tmp_path: Path) -> None:
    async with App(modules=[getattr(shop, name).module for name in MODULES], database=f"sqlite:///{tmp_path}/public.db") as app:
        ctx = app.context(organization="org_1", actor="ann")
        for entity, told in DOCUMENTS.items():
            (_, own), module, good = own_name(shop, entity), entity.partition(".")[0], told["good"]
            schema = app.schemas.get(entity)
            secret = {field.key for field in schema.fields if field.sensitive}
            made = await ctx.dispatch(Request(type=f"{module}.create{own}", payload=good))
            read = await ctx.query(Request(type=f"{module}.get{own}", payload={"id": made.id}))
            shown = {key: value for key, value in good.items() if key not in secret}

            assert made == read, entity
            assert shown == {key: value for key, value in json.loads(read.model_dump_json(by_alias=True)).items() if key in shown}, entity
            for bad in told["bad"]:
                wrong = {"id": made.id, **bad["change"]}
                with pytest.raises(ValidationError) as caught:
                    await ctx.dispatch(Request(type=f"{module}.update{own}", payload=wrong))

                assert [(bad["path"], bad["code"])] == [(failure.path, failure.code) for failure in caught.value.failures], entity
            first, second = ({"id": made.id, **({"expectedVersion": version} if schema.versioned else {})} for version in (1.0, 2))
            changed = await ctx.dispatch(Request(type=f"{module}.update{own}", payload={**first, **good}))
            page = await ctx.query(Request(type=f"{module}.list{plural(own)}", payload={"page": 1.0, "limit": 5.0}))
            await ctx.dispatch(Request(type=f"{module}.delete{own}", payload=second))
            with pytest.raises(NotFoundError):
                await ctx.query(Request(type=f"{module}.get{own}", payload={"id": made.id}))

            assert [changed] == list(page.data), entity
            assert schema.versioned is (getattr(changed, "version", None) == 2), entity


REFUSED = {
    "FHIR's own id": ({"key": "id", "type": "string"}, '"id" is a field that every entity has'),
    "FHIR's meta": ({"key": "meta", "type": "json"}, '"meta" is a field that every entity has'),
    "npm's version": ({"key": "version", "type": "string"}, '"version" is a field that versioned gives'),
    "JSON Schema's reference": ({"key": "$ref", "type": "string"}, '"$ref" is no field key'),
    "a label of Kubernetes": ({"key": "app.kubernetes.io/name", "type": "string"}, "is no field key"),
    "a path of ISO 20022": ({"key": "Amt.InstdAmt", "type": "string"}, "is no field key"),
    "a form's option": ({"key": "ui:order", "type": "string"}, "is no field key"),
    "JavaScript's prototype": ({"key": "__proto__", "type": "json"}, "is no field key"),
    "a join on a code": ({"key": "stop", "type": "ref", "refEntity": "Thing", "refField": "stop_code"}, "holds the id"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_a_definition_may_not_say_is_told_at_its_place(what: str, tmp_path: Path) -> None:
    field, sentence = REFUSED[what]
    home = tmp_path / "shop" / "any"
    home.mkdir(parents=True)
    (tmp_path / "shop" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["shop"]\n', encoding="utf-8")
    document = {"id": "any", "version": "1.0.0", "entities": [{"name": "Thing", "fields": [field]}]}
    (home / "definition.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    done = tool(tmp_path, "coregen", "sync")

    assert 0 != done.returncode
    assert "shop/any/definition.json:" in done.stderr
    assert sentence in done.stderr
    assert "help:" in done.stderr
