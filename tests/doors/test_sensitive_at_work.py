"""A sensitive value of every field type goes through an application on SQLite: its own column holds it, and nothing else anywhere tells of it (semantics 7)."""

from __future__ import annotations

import json
import logging
import pickle
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from coregen_adapters.app import App
from coregen_runtime import AdapterRegistry, BusinessError, ConflictError, CoreError, Request, ValidationError, rebuild, rebuild_search
from coregen_runtime.event.broker import StreamPosition
from coregen_runtime.event.upcasters import Upcasters
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.repository.outbox import DatabaseOutbox
from coregen_runtime.repository.snapshots import DatabaseSnapshots
from coregen_runtime.repository.system_tables import OUTBOX, SNAPSHOTS
from coregen_runtime.repository.types import SYSTEM, Compare, DbQuery
from tests.doors.made import Made, made
from tests.runtime.adapters.nats import nats_stream

CANARY = "canary7231"
NUMBER, POINT = 723_172_317, 7.231723
DEFAULT = "canary7231default"
CANARIES = (CANARY, str(NUMBER), str(POINT))
"""No part of an id, a time or a table's name is any of these."""
SECRETS: dict[str, tuple[dict[str, Any], Any]] = {
    "text": ({"type": "string"}, CANARY),
    "number": ({"type": "number"}, NUMBER),
    "day": ({"type": "date"}, NUMBER),
    "kind": ({"type": "enum", "enumValues": ["plain", CANARY]}, CANARY),
    "price": ({"type": "money"}, {"amount": NUMBER, "currency": "EUR"}),
    "data": ({"type": "json"}, {"a": [{"deep": CANARY}], CANARY: 1}),
    "shaped": ({"type": "json", "jsonSchema": {"type": "object", "properties": {"inner": {"type": "string"}}}}, {"inner": CANARY}),
    "other": ({"type": "ref", "refEntity": "Other"}, None),
    "others": ({"type": "ref[]", "refEntity": "Other"}, None),
    "place": ({"type": "geo.point"}, {"lat": POINT, "lng": POINT}),
    "area": ({"type": "geo.polygon"}, {"type": "Polygon", "coordinates": [[[POINT, 1], [2, 1], [2, POINT], [POINT, 1]]]}),
    "way": ({"type": "geo.linestring"}, {"type": "LineString", "coordinates": [[POINT, 1], [2, POINT]]}),
}
FIELDS = [{"key": key, "sensitive": True, "searchable": True, **kind} for key, (kind, _) in SECRETS.items()]
DEFINITION = {
    "id": "vault",
    "version": "1.0.0",
    "entities": [
        {
            "name": "Safe",
            "idPrefix": "safe",
            "searchSync": True,
            "rtChannel": "org:{orgId}:safes",
            "fields": [
                {"key": "name", "type": "string", "required": True, "searchable": True},
                {"key": "pass", "type": "string", "sensitive": True, "unique": True, "default": DEFAULT},
                *FIELDS,
            ],
        },
        {"name": "Other", "idPrefix": "oth", "fields": [{"key": "name", "type": "string"}]},
    ],
    "fsms": [
        {
            "id": "life",
            "entityType": "Safe",
            "initial": "shut",
            "states": {
                "shut": {
                    "on": {
                        "open": {
                            "target": "open",
                            "guard": {
                                "and": [{"field": "safe.text", "op": "eq", "value": "x"}, {"field": "safe.price.amount", "op": "lt", "value": 3}]
                            },
                        },
                        "force": {"target": "open", "actions": [{"type": "log", "message": "forced"}]},
                    }
                },
                "open": {"terminal": True},
            },
        }
    ],
}


class Search:
    def __init__(self) -> None:
        self.documents: list[Mapping[str, Any]] = []

    async def index(self, entity: str, org_id: str, id: str, document: Mapping[str, Any]) -> None:
        self.documents.append(document)

    async def remove(self, entity: str, org_id: str, id: str) -> None:
        """Keeps what was ever told."""

    async def ids(self, entity: str, org_id: str) -> AsyncIterator[str]:
        documents: tuple[str, ...] = ()
        for each in documents:
            yield each


class Gateway:
    def __init__(self) -> None:
        self.published: list[Mapping[str, Any]] = []

    async def publish(self, channel: str, payload: Mapping[str, Any]) -> None:
        self.published.append(payload)


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with made(tmp_path_factory.mktemp("vault"), "sensitive_shop", DEFINITION) as done:
        yield done


class Told:
    """What an application said to whom, by where."""

    def __init__(self, app: App, other: str) -> None:
        self.app, self.other = app, other
        self.said: dict[str, str] = {}
        self.search, self.gateway = Search(), Gateway()

    def tells(self) -> list[str]:
        """The places that tell of a sensitive value."""
        found = {"search": json.dumps(self.search.documents), "gateway": json.dumps(self.gateway.published), **self.said}
        return sorted(where for where, text in found.items() if any(each in text for each in (*CANARIES, DEFAULT, self.other)))


@asynccontextmanager
async def opened(vault: Made, folder: Path, **options: Any) -> AsyncIterator[Told]:
    """The application on a file, with an entity to refer to."""
    search, gateway, adapters = Search(), Gateway(), AdapterRegistry()
    adapters.register("search", search)
    live: Any = gateway
    async with App(modules=[vault.package.module], database=f"sqlite:///{folder}/vault.db", adapters=adapters, realtime=live, **options) as app:
        ctx = app.context(organization="org_1", actor="ann")
        other = await ctx.dispatch(Request(type="vault.createOther", payload={"name": "x"}))
        told = Told(app, other.id)
        told.search, told.gateway = search, gateway
        await app.settle()
        yield told


@pytest.fixture
async def told(vault: Made, tmp_path: Path) -> AsyncIterator[Told]:
    async with opened(vault, tmp_path) as told:
        yield told


def secrets(told: Told) -> dict[str, Any]:
    return {**{key: value for key, (_, value) in SECRETS.items()}, "other": told.other, "others": [told.other], "pass": CANARY}


def shown(value: Any) -> str:
    return f"{value} {value!r} {[value]!r}"


async def test_no_object_an_application_hands_out_shows_a_sensitive_value(told: Told, vault: Made, caplog: pytest.LogCaptureFixture) -> None:
    """Semantics 7: in no `repr` of message, entity, page or event, in no log line, search document or real-time message."""
    caplog.set_level(logging.DEBUG)
    app, package = told.app, vault.package
    ctx = app.context(organization="org_1", actor="ann")
    events: list[Any] = []

    async def hear(event: Any, _ctx: Any) -> None:
        events.append(event)

    app.bus.subscribe("*", hear)
    message = package.CreateSafe.model_validate({"name": "one", **secrets(told)})
    safe = await ctx.dispatch(message, idempotency_key="k1")
    again = await ctx.dispatch(message, idempotency_key="k1")
    update = package.UpdateSafe.model_validate({"id": safe.id, **secrets(told), "name": "two"})
    changed = await ctx.dispatch(update)
    page = await ctx.query(package.ListSafes(filter={"text": CANARY}, include=("other",)))
    forced = await ctx.dispatch(package.TransitionSafe(id=safe.id, event="force"))
    await app.settle()
    rebuilt = await rebuild_search(ctx, "vault.Safe")
    told.said = {
        "objects": " ".join(
            shown(each) for each in (message, safe, again, update, changed, page.data, forced, rebuilt, Request(type="x", payload=update))
        ),
        "events": " ".join(f"{shown(each)} {each.model_dump_json(by_alias=True)}" for each in events),
        "log": caplog.text + "".join(str(record.__dict__) for record in caplog.records),
    }

    assert (CANARY, NUMBER, told.other) == (changed.text, changed.price.amount, changed.other)
    assert None is again.text, "the stored result of a key holds no sensitive field"
    assert 1 == len(page.data) and {"name": "two"} in told.search.documents and told.gateway.published and caplog.records
    assert [] == told.tells()


async def test_no_failure_tells_of_a_sensitive_value(told: Told, vault: Made, caplog: pytest.LogCaptureFixture) -> None:
    """Semantics 7: guards, unique, versions, filters, cursors and validation fail without it, in text, `meta`, pickle and log."""
    caplog.set_level(logging.DEBUG)
    ctx, package = told.app.context(organization="org_1", actor="ann"), vault.package
    safe = await ctx.dispatch(package.CreateSafe.model_validate({"name": "one", **secrets(told)}))
    second = {"name": "two", **secrets(told)}
    # what an enum may be stands in every document and in its failure, which says nothing of what it was
    wrong = {key: [value, CANARY] for key, value in secrets(told).items() if key not in ("data", "kind")}
    failing: list[tuple[type[CoreError], Request]] = [
        (BusinessError, Request(type="vault.transitionSafe", payload={"id": safe.id, "event": "open"})),
        (CoreError, Request(type="vault.createSafe", payload=second)),
        (ValidationError, Request(type="vault.createSafe", payload={**second, **wrong})),
        (ValidationError, Request(type="vault.updateSafe", payload={"id": safe.id, **wrong})),
        (ConflictError, Request(type="vault.updateSafe", payload={"id": safe.id, "expectedVersion": 7, "text": CANARY})),
    ]
    for number, (kind, request) in enumerate(failing):
        with pytest.raises(kind) as caught:
            await ctx.dispatch(request)
        again = pickle.loads(pickle.dumps(caught.value))
        told.said[f"failure {number}"] = " ".join(
            shown(each) + shown(getattr(each, "meta", "")) + shown(getattr(each, "failures", "")) for each in (caught.value, again)
        )
    for key, value in secrets(told).items():
        with pytest.raises(ValidationError) as refused:
            await ctx.query(Request(type="vault.listSafes", payload={"filter": {key: {"nonsense": value}}}))
        told.said[f"filter {key}"] = shown(refused.value) + shown(refused.value.failures)
    told.said["log"] = caplog.text + "".join(str(record.__dict__) for record in caplog.records)

    assert [] == told.tells()


async def test_the_database_holds_a_sensitive_value_in_its_own_columns_alone(told: Told, vault: Made, tmp_path: Path) -> None:
    """Semantics 7: with those columns emptied, no byte of the file tells of it: not the log, the outbox, a delivery or an index."""
    ctx, package = told.app.context(organization="org_1", actor="ann"), vault.package
    safe = await ctx.dispatch(package.CreateSafe.model_validate({"name": "one", **secrets(told)}), idempotency_key="k1")
    await ctx.dispatch(package.UpdateSafe.model_validate({"id": safe.id, **secrets(told), "text": f"{CANARY} again", "name": "two"}))
    await ctx.dispatch(package.TransitionSafe(id=safe.id, event="force"))
    await ctx.dispatch(package.DeleteSafe(id=safe.id))
    await told.app.settle()
    held = sqlite3.connect(tmp_path / "vault.db")
    copy = sqlite3.connect(tmp_path / "copy.db")
    held.backup(copy)
    held.close()
    columns = [row[1] for row in copy.execute("PRAGMA table_info(vault_safe)") if row[1].split("_")[0] in {*SECRETS, "pass"}]
    before = b"".join(path.read_bytes() for path in tmp_path.glob("copy.db"))
    emptied = ", ".join(f'"{column}" = NULL' for column in columns if column != "pass")
    copy.execute(f"UPDATE vault_safe SET pass = id, {emptied}")
    copy.execute("DELETE FROM vault_safe__others")
    copy.execute("DELETE FROM vault_other")
    copy.commit()
    copy.execute("VACUUM")
    rows = "".join(copy.iterdump())
    copy.close()
    left = {"bytes": (tmp_path / "copy.db").read_bytes().decode("latin-1"), "rows": rows}

    assert CANARY.encode() in before and len(SECRETS) <= len(columns)
    assert [] == [each for each in (*CANARIES, DEFAULT) if any(each in text for text in left.values())]


def test_no_document_holds_a_default_that_is_sensitive_and_none_reads_a_sensitive_field(vault: Made) -> None:
    """Semantics 7: OpenAPI's reads, forms, TypeScript and diagrams."""
    documents = {path: text for path, text in vault.files.items() if path.endswith((".json", ".ts", ".md"))}
    reads = json.loads(documents["generated/openapi.json"])["components"]["schemas"]

    assert {"generated/openapi.json", "generated/forms.json", "generated/types.ts", "generated/diagrams.md"} <= set(documents)
    assert [] == [path for path, text in documents.items() if DEFAULT in text]
    assert (
        {"name"} == {*reads["Safe"]["properties"]} & {"name", "pass", *SECRETS} == {*reads["SafeSnapshot"]["properties"]} & {"name", "pass", *SECRETS}
    )


async def test_what_is_read_as_json_by_its_schema_has_no_sensitive_field(told: Told, vault: Made) -> None:
    """Semantics 7: an answer holds the properties of the schema that OpenAPI reads by, which has none of them."""
    ctx, package = told.app.context(organization="org_1", actor="ann"), vault.package
    safe = await ctx.dispatch(package.CreateSafe.model_validate({"name": "one", **secrets(told)}))
    read = json.loads(vault.files["generated/openapi.json"])["components"]["schemas"]["Safe"]["properties"]
    answers = [await ctx.query(package.GetSafe(id=safe.id)), *(await ctx.query(package.ListSafes())).data]
    told.said = {
        "answer": json.dumps([{key: value for key, value in each.model_dump(mode="json", by_alias=True).items() if key in read} for each in answers])
    }

    assert 2 == told.said["answer"].count('"name": "one"')
    assert [] == told.tells()


async def test_what_is_sent_on_rebuilt_or_cannot_be_read_tells_of_no_sensitive_value(
    vault: Made, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Semantics 7: the broker's messages, snapshots, what an upcaster is given, and what is told of one that fails with the value in its error."""
    caplog.set_level(logging.DEBUG)
    given: list[Any] = []

    def failing(old: Any) -> Any:
        given.append(old)
        raise ValueError(f"{CANARY} {old}")

    async with nats_stream() as broker_of:
        async with opened(vault, tmp_path, broker=broker_of("vault")) as told:
            app = told.app
            ctx = app.context(organization="org_1", actor="ann")
            safe = await ctx.dispatch(vault.package.CreateSafe.model_validate({"name": "one", **secrets(told)}))
            await ctx.dispatch(vault.package.UpdateSafe.model_validate({"id": safe.id, **secrets(told), "text": f"{CANARY} again", "name": "two"}))
            await ctx.dispatch(vault.package.TransitionSafe(id=safe.id, event="force"))
            await app.settle()
            store, kept = DatabaseEventStore(app.db, "org_1"), DatabaseSnapshots(app.db, "org_1", app.clock)
            rebuilt: Any = await rebuild(store, kept, safe.id, lambda state, event: {**state, **(event.payload or {})}, {}, every=1)
            upcasters = Upcasters()
            upcasters.add("vault", "safe.created", failing)
            with pytest.raises(CoreError) as refused:
                [each async for each in DatabaseEventStore(app.db, "org_1", upcasters).read(safe.id)]
            rows = await app.db.select(SYSTEM, DbQuery(OUTBOX, Compare("aggregate_id", "eq", safe.id)))
            records = await DatabaseOutbox(app.db, app.clock, upcasters).get_many([row["id"] for row in rows])
            reader = broker_of("reader")
            await reader.open(app.logger)
            events = (await reader.fetch(StreamPosition(), 100, 1_000)).events
            await reader.close()
            snapshots = await app.db.select(SYSTEM, DbQuery(SNAPSHOTS))
        messages = [each.model_dump_json(by_alias=True) for each in events if each.aggregate_id == safe.id]
        told.said = {
            "messages": " ".join(messages),
            "snapshots": json.dumps(snapshots),
            "upcasters": shown(given),
            "refused": shown(refused.value) + shown(refused.value.meta),
            "records": shown(records),
            "log": caplog.text + "".join(str(record.__dict__) for record in caplog.records),
        }

    assert [rebuilt.state] == [each["state"] for each in snapshots]
    assert given and any(record.unreadable for record in records)
    assert 2 <= len(messages) and any("safe.created" in message for message in messages)
    assert [] == told.tells()
