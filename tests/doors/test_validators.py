"""Each validator with each type that it applies to, at its boundary: one verdict of registry, generated model and JSON Schema, and its sentence."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from coregen.load import load
from coregen.project import find_folders, find_project
from coregen.verify import verify
from coregen_adapters.app import App
from coregen_runtime import ConflictError, Request, ValidationError
from coregen_runtime.entity.checks import CHECKS, ValidationContext
from coregen_runtime.entity.registry import EntitySchemaRegistry
from coregen_runtime.entity.schema import FieldType
from coregen_runtime.entity.validators import Validator
from tests.doors.test_four_doors import NOW, StoppedClock, takes
from tests.generator.rendering import texts, write
from tests.runtime.entity.test_json_verdict import PEER

PACKAGE = "validators_shop"
A, B, C = (f"r_01ARZ3NDEKTSV4RRFFQ69G5FA{last}" for last in "VWX")


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


@dataclass(frozen=True)
class Row:
    """A validator on a field: what is just in, what is just out, and what is said of the latter; `named` where no schema can say it."""

    type: str
    validator: Any
    inside: tuple[Any, ...]
    outside: tuple[Any, ...]
    sentence: str
    code: str = ""
    named: str = ""

    @property
    def name(self) -> str:
        return self.validator if isinstance(self.validator, str) else next(iter(self.validator))


EMAIL_64 = f"{'a' * 64}@{'b' * 63}.example"
ROWS = (
    Row("string", {"minLength": 2}, ("ab", "😀😀", "  "), ("a", "😀", ""), "must have at least 2 characters", "MIN_LENGTH"),
    Row("string", {"maxLength": 2}, ("ab", "😀😀", ""), ("abc", "😀😀😀"), "must have at most 2 characters", "MAX_LENGTH"),
    Row("ref[]", {"minLength": 1}, ([A], [A, B]), ([],), "must have at least 1 entries", "MIN_LENGTH"),
    Row("ref[]", {"maxLength": 2}, ([], [A, B]), ([A, B, C],), "must have at most 2 entries", "MAX_LENGTH"),
    Row("number", {"min": 1}, (1, 1.0, 1.5), (0.999999, 0, -1), "must be 1 or more", "MIN"),
    Row("number", {"min": -0.5}, (-0.5, 0), (-0.5000001, -1), "must be -0.5 or more", "MIN"),
    Row("date", {"min": 5}, (5, 5.0), (4, -5), "must be 5 or more", "MIN"),
    Row("money", {"min": 5}, (euros(5),), (euros(4), euros(-5)), "must be 5 or more", "MIN"),
    Row("number", {"max": 1}, (1, 1.0, -7), (1.0000001, 2), "must be 1 or less", "MAX"),
    Row("date", {"max": 5}, (5, -1), (6,), "must be 5 or less", "MAX"),
    Row("money", {"max": 5}, (euros(5),), (euros(6),), "must be 5 or less", "MAX"),
    Row("number", "positive", (1e-300, 1), (0, 0.0, -0.0, -1e-300), "must be more than 0", "POSITIVE"),
    Row("money", "positive", (euros(1),), (euros(0), euros(-1)), "must be more than 0", "POSITIVE"),
    Row("number", "nonZero", (1, -1, 1e-300), (0, 0.0, -0.0), "must not be 0", "NON_ZERO"),
    Row("money", "nonZero", (euros(1), euros(-1)), (euros(0),), "must not be 0", "NON_ZERO"),
    Row("number", "integer", (0, -3, 2.0, 2**53 - 1), (0.5, 2**53, 1e-9), "must be an integer from -9007199254740991 to 9007199254740991", "TYPE"),
    Row("string", {"pattern": "^[a-z]+$"}, ("a", "zz"), ("", "A", "a1", "a\n"), "must match ^[a-z]+$", "PATTERN"),
    Row("string", {"pattern": "b"}, ("b", "abc"), ("", "ac"), "must match b", "PATTERN"),
    Row("string", "email", ("a@b", "a.b+c@d.example", EMAIL_64), ("@b", "a@", "a@-b", "a b@c", "a@b.", ""), "must be an e-mail address", "EMAIL"),
    Row(
        "string",
        "url",
        ("http://a", "HTTPS://a.example:1/x?y#z"),
        ("ftp://a", "//a", "http://", "http://a b", ""),
        "must be an absolute http or https URL",
        "URL",
    ),
    Row(
        "string",
        "phone",
        ("+12", "+123456789012345"),
        ("+1", "+0123", "+1234567890123456", "12", ""),
        "must be a telephone number of E.164, such as +14155550123",
        "PHONE",
    ),
    Row("date", "future", (NOW + 1,), (NOW, NOW - 1), "must be in the future", "FUTURE", "x-future"),
    Row("date", "past", (NOW - 1,), (NOW, NOW + 1), "must be in the past", "PAST", "x-past"),
    Row("string", {"custom": f"{PACKAGE}.checks:short"}, ("a",), ("ab",), "must be short", "CUSTOM", "x-custom"),
    Row("json", {"custom": f"{PACKAGE}.checks:short"}, ([1],), ([1, 2],), "must be short", "CUSTOM", "x-custom"),
    Row("ref", "refExists", (A,), (), "", "", "x-refExists"),
    Row("ref[]", "refExists", ([A],), (), "", "", "x-refExists"),
    Row("string", "unique", ("a",), (), "", "", "x-unique"),
)
IDS = [f"{row.name} of {row.type} {number}" for number, row in enumerate(ROWS)]
CHECK_FILE = "def short(value, context):\n    return None if len(value) < 2 else 'must be short'\n"


@dataclass(frozen=True)
class Doors:
    registry: EntitySchemaRegistry
    package: Any
    components: Mapping[str, Any]

    def schema(self, name: str) -> Any:
        return PEER({"$ref": f"#/components/schemas/{name}", "components": {"schemas": self.components}})


def declared() -> dict[str, Any]:
    entities: list[dict[str, Any]] = [{"name": "R", "idPrefix": "r", "fields": []}]
    for number, row in enumerate(ROWS):
        field = {"key": "it", "type": row.type, "validators": [row.validator], **({"refEntity": "R"} if row.type.startswith("ref") else {})}
        entities += [{"name": f"Free{number}", "fields": [field]}, {"name": f"Needed{number}", "fields": [{**field, "required": True}]}]
    return {"id": "all", "version": "1.0.0", "entities": entities}


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    folder = tmp_path_factory.mktemp("validators")
    files = {f"{PACKAGE}/__init__.py": "", f"{PACKAGE}/checks.py": CHECK_FILE, f"{PACKAGE}/all/definition.json": json.dumps(declared())}
    write(folder, {"pyproject.toml": f'[tool.coregen]\nmodules = ["{PACKAGE}"]\n', **files})
    project = find_project(folder).project
    assert project is not None

    write(folder, texts(project))
    sys.path.insert(0, str(folder))
    try:
        package = importlib.import_module(f"{PACKAGE}.all")
        registry = EntitySchemaRegistry(StoppedClock())
        for schema in package.module.manifest.entities:
            registry.register(schema)
        document = json.loads((folder / PACKAGE / "all" / "generated" / "openapi.json").read_text("utf-8"))
        yield Doors(registry, package, document["components"]["schemas"])
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
            del sys.modules[name]


def verdicts(doors: Doors, entity: str, document: object) -> tuple[bool, bool, bool]:
    """Of registry, generated model and JSON Schema."""
    model = getattr(doors.package, f"{entity}Create")
    return doors.registry.validate(entity, document).ok, takes(model, document), bool(doors.schema(f"{entity}Create").is_valid(document))


def test_every_validator_stands_in_the_table_with_every_type_it_speaks_about() -> None:
    told = {(row.name, row.type) for row in ROWS}

    assert {*CHECKS} == {row.name for row in ROWS}
    for name, check in CHECKS.items():
        if name not in ("unique", "custom"):  # for every type alike
            assert check.types == {type for other, type in told if other == name}, name


@pytest.mark.parametrize("number", range(len(ROWS)), ids=IDS)
def test_at_its_boundary(number: int, doors: Doors) -> None:
    """Semantics 4: one verdict; semantics 5: with a path, a code and a sentence. What only a clock or a function knows, the schema names."""
    row = ROWS[number]
    for entity in (f"Free{number}", f"Needed{number}"):
        for value in row.inside:
            assert (True, True, True) == verdicts(doors, entity, {"it": value}), value
        for value in row.outside:
            beyond = bool(row.named)

            assert (False, beyond, beyond) == verdicts(doors, entity, {"it": value}), value
            assert [("it", row.code, row.sentence)] == [
                (each.path, each.code, each.message) for each in doors.registry.validate(entity, {"it": value}).failures
            ]
    if row.named:
        assert f'"{row.named}"' in json.dumps(doors.components[f"Free{number}Create"])


@pytest.mark.parametrize("number", range(len(ROWS)), ids=IDS)
def test_null_and_nothing_are_no_business_of_a_validator(number: int, doors: Doors) -> None:
    """A field that is free takes null and may be left out; one that is required does neither; null is a value of `json`."""
    row = ROWS[number]
    free = row.type != "ref[]"

    assert (free,) * 3 == verdicts(doors, f"Free{number}", {"it": None})
    assert (True, True, True) == verdicts(doors, f"Free{number}", {})
    assert (row.type == "json",) * 3 == verdicts(doors, f"Needed{number}", {"it": None})
    assert (False, False, False) == verdicts(doors, f"Needed{number}", {})
    assert ["REQUIRED"] == [each.code for each in doors.registry.validate(f"Needed{number}", {}).failures]


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("type", [each.value for each in FieldType])
def test_on_another_type_it_is_refused_at_its_place(name: str, type: str, tmp_path: Path) -> None:
    arguments: dict[str, Any] = {"minLength": 1, "maxLength": 1, "min": 1, "max": 1, "pattern": "a", "custom": "a.b:c"}
    given = {name: arguments[name]} if name in arguments else name
    needed: dict[str, dict[str, Any]] = {"enum": {"enumValues": ["a"]}, "ref": {"refEntity": "T"}, "ref[]": {"refEntity": "T"}}
    more = needed.get(type, {})
    document: dict[str, Any] = {
        "id": "any",
        "version": "1",
        "entities": [{"name": "T", "fields": [{"key": "it", "type": type, "validators": [given], **more}]}],
    }
    write(tmp_path, {"pyproject.toml": '[tool.coregen]\nmodules = ["shop"]\n', "shop/any/definition.json": json.dumps(document, indent=1)})
    project = find_project(tmp_path).project
    assert project is not None

    loaded = load(project, find_folders(project).folders)
    found = [(each.code, each.message, each.help) for each in verify(loaded.modules, True) if each.code == "VALIDATOR-TYPE"]
    expected = (
        "VALIDATOR-TYPE",
        f'"{name}" says nothing about field "it" of T, which is of type {type}',
        f"it is for fields of type {', '.join(sorted(CHECKS[name].types))}",
    )

    assert ([] if type in CHECKS[name].types else [expected]) == found


@pytest.mark.parametrize("row", [row for row in ROWS if row.name not in ("unique", "refExists")], ids=lambda row: f"{row.name} {row.type}")
def test_a_validator_is_a_plain_function(row: Row, doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics 6: pure and synchronous: called without a loop, twice, it says the same, opens nothing, and changes nothing that it is given."""
    events: list[str] = []
    validator, context = Validator.model_validate(row.validator), ValidationContext({"it": 1}, now=NOW)
    told = [validator(value, context) for value in (*row.inside, *row.outside)]
    monkeypatch.setattr("builtins.open", lambda *_: events.append("open"))
    monkeypatch.setattr("socket.socket", lambda *_: events.append("socket"))
    again = [validator(value, context) for value in (*row.inside, *row.outside)]

    assert [] == events
    assert not any(map(inspect.isawaitable, again))
    assert [each and each.failures for each in told] == [each and each.failures for each in again]
    assert {"it": 1} == context.entity


@pytest.mark.parametrize("row", [row for row in ROWS if row.name in ("unique", "refExists")], ids=lambda row: f"{row.name} {row.type}")
def test_those_of_the_database_say_nothing_by_themselves(row: Row) -> None:
    """Semantics 6: `ref_exists` and `unique` are the repository's to answer."""
    validator = Validator.model_validate(row.validator)

    assert [None, None] == [validator(value, ValidationContext({})) for value in (row.inside[0], "nothing of the kind")]


SHOP = {
    "id": "racing",
    "version": "1.0.0",
    "entities": [
        {
            "name": "Seat",
            "fields": [
                {"key": "kind", "type": "string", "unique": True, "validators": ["unique"]},
                {"key": "place", "type": "string", "unique": True},
                {"key": "beside", "type": "ref", "refEntity": "Seat", "validators": ["refExists"]},
            ],
        }
    ],
}


@pytest.fixture
def racing(tmp_path: Path) -> Iterator[Any]:
    package = "racing_shop"
    files = {f"{package}/__init__.py": "", f"{package}/racing/definition.json": json.dumps(SHOP)}
    write(tmp_path, {"pyproject.toml": f'[tool.coregen]\nmodules = ["{package}"]\n', **files})
    project = find_project(tmp_path).project
    assert project is not None

    write(tmp_path, texts(project))
    sys.path.insert(0, str(tmp_path))
    try:
        yield importlib.import_module(f"{package}.racing")
    finally:
        sys.path.remove(str(tmp_path))
        for name in [name for name in sys.modules if name.split(".")[0] == package]:
            del sys.modules[name]


async def outcomes(package: Any, url: str, first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Any]:
    """What two writers get that create one entity each at once, each by an application and a connection of its own."""
    one, other = (App(modules=[package.module], database=url) for _ in range(2))
    async with one, other:
        contexts = [app.context(organization="org_1", actor="ann") for app in (one, other)]
        sent = [ctx.dispatch(Request(type="racing.createSeat", payload=dict(given))) for ctx, given in zip(contexts, (first, second), strict=True)]
        return await asyncio.gather(*sent, return_exceptions=True)


@pytest.mark.parametrize("round", range(5))
async def test_of_two_writers_of_one_value_one_wins(round: int, racing: Any, tmp_path: Path) -> None:
    """Semantics 6: the index makes it true, the validator gives the kind message; whichever speaks, one row is there."""
    url = f"sqlite:///{tmp_path}/race.db"
    done = await outcomes(racing, url, {"kind": "a"}, {"kind": "a"})
    refused: list[Any] = [each for each in done if isinstance(each, Exception)]

    assert [1, 1] == [len(refused), len(done) - len(refused)]
    assert isinstance(refused[0], ConflictError) or [("kind", "UNIQUE")] == [(each.path, each.code) for each in refused[0].failures]


async def test_of_two_writers_the_index_alone_refuses_one_as_a_conflict(racing: Any, tmp_path: Path) -> None:
    """Semantics 6: without the validator nobody asks before; the violation of the partial unique index becomes ConflictError and names the field."""
    done = await outcomes(racing, f"sqlite:///{tmp_path}/race.db", {"place": "1a"}, {"place": "1a"})
    [refused] = [each for each in done if isinstance(each, Exception)]

    assert isinstance(refused, ConflictError)
    assert "place" == refused.meta["fields"]


async def test_the_index_is_partial_and_of_the_organisation(racing: Any, tmp_path: Path) -> None:
    """Semantics 6: `(organization_id, field) WHERE deleted_at IS NULL`: a deleted row frees its value, and another organisation has its own."""
    async with App(modules=[racing.module], database=f"sqlite:///{tmp_path}/one.db") as app:
        here, there = (app.context(organization=org, actor="ann") for org in ("org_1", "org_2"))
        first = await here.dispatch(Request(type="racing.createSeat", payload={"place": "1a", "kind": "a"}))
        await there.dispatch(Request(type="racing.createSeat", payload={"place": "1a", "kind": "a"}))
        with pytest.raises(ValidationError) as caught:
            await here.dispatch(Request(type="racing.createSeat", payload={"place": "1a", "kind": "a"}))
        await here.dispatch(Request(type="racing.deleteSeat", payload={"id": first.id}))
        await here.dispatch(Request(type="racing.createSeat", payload={"place": "1a", "kind": "a"}))

    assert [("kind", "UNIQUE", "is taken by another Seat")] == [(each.path, each.code, each.message) for each in caught.value.failures]


async def test_references_are_asked_inside_the_transaction(racing: Any, tmp_path: Path) -> None:
    """Semantics 6: what the same transaction has written is there for `ref_exists`, and with its rollback it never was."""
    async with App(modules=[racing.module], database=f"sqlite:///{tmp_path}/one.db") as app:
        ctx = app.context(organization="org_1", actor="ann")
        made: list[Any] = []
        with pytest.raises(RuntimeError):
            async with ctx.transaction() as tx:
                seats = tx.repo(racing.SeatRepository)
                made.append(await seats.save(racing.Seat.new()))
                made.append(await seats.save(racing.Seat.new(beside=made[0].id)))
                raise RuntimeError("undone")
        with pytest.raises(ValidationError) as caught:
            await ctx.repo(racing.SeatRepository).save(racing.Seat.new(beside=made[0].id))

    assert made[0].id == made[1].beside
    assert [("beside", "REF_EXISTS")] == [(each.path, each.code) for each in caught.value.failures]
