"""Hostile input: an answer or a clear error at the registry and at a generated model, never a hang and never a crash."""

from __future__ import annotations

import sys
from collections import UserDict
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import MISSING
from pydantic import ValidationError as PydanticValidationError

from coregen_runtime import CoreError, EntitySchema, EntitySchemaRegistry, ValidationError
from sample_modules.catalog import ProductCreate, ProductUpdate
from tests.doors.definition import VARIANTS


def nested(depth: int, of: Callable[[Any], Any]) -> Any:
    value: Any = None
    for _ in range(depth):
        value = of(value)
    return value


def cyclic_list() -> Any:
    value: list[Any] = []
    value.append(value)
    return value


def cyclic_object() -> Any:
    value: dict[str, Any] = {}
    value["amount"] = value["type"] = value
    return value


class Silent:
    """What raises whenever somebody looks at it."""

    def __repr__(self) -> str:
        raise RuntimeError("nobody may look")

    __str__ = __repr__


class Text(str):
    __slots__ = ()


class Object(dict[str, Any]):
    pass


REFUSED: dict[str, Any] = {
    "not a number": float("nan"),
    "infinity": float("inf"),
    "half a surrogate pair": "\ud800",
    "half a surrogate pair as a key": {"\ud800": 1},
    "half a surrogate pair inside": {"a": ["\udfff"]},
    "an integer of 5,000 digits": 10**5_000,
    "a negative one": -(10**5_000),
    "one in money": {"amount": 10**5_000, "currency": "EUR"},
    "one in a point": {"lat": 10**5_000, "lng": 0},
    "one in a line": {"type": "LineString", "coordinates": [[10**5_000, 0], [0, 0]]},
    "one in a list": [10**5_000],
    "lists, 100,000 deep": nested(100_000, lambda inner: [inner]),
    "objects, 100,000 deep": nested(100_000, lambda inner: {"a": inner}),
    "a polygon, 100,000 deep": {"type": "Polygon", "coordinates": nested(100_000, lambda inner: [inner])},
    "a list that holds itself": cyclic_list(),
    "an object that holds itself": cyclic_object(),
    "a polygon that holds itself": {"type": "Polygon", "coordinates": cyclic_list()},
    "a key that is a number": {1: 2},
    "a key that is null": {None: 1},
    "a key that is a tuple": {(1, 2): 1},
    "what raises when it is shown": Silent(),
    "a list of it": [Silent()],
    "bytes": b"draft",
    "a set": {1},
    "a class": int,
    "a complex number": 1j,
}
ANSWERED: dict[str, Any] = {
    "a text of five million characters": "a" * 5_000_000,
    "a list of ten thousand numbers": [0] * 10_000,
    "a subclass of str": Text("draft"),
    "a subclass of dict": Object(amount=1, currency="EUR"),
    "a mapping that is no dict": UserDict(amount=1, currency="EUR"),
    "a mapping that nobody can change": MappingProxyType({"amount": 1, "currency": "EUR"}),
    "the mark of what is left out": MISSING,
    "the prototype of JavaScript": {"__proto__": {"amount": 1}},
}


@pytest.fixture(scope="module")
def judge() -> EntitySchemaRegistry:
    """An entity of each sort of field."""
    made = EntitySchemaRegistry()
    for name, (field, _) in VARIANTS.items():
        validators = [each for each in field.get("validators", ()) if not isinstance(each, dict) or "custom" not in each]
        plain = {**field, "validators": validators, **({"refEntity": "Text"} if "refEntity" in field else {})}
        made.register(EntitySchema.model_validate({"name": name.capitalize(), "fields": [{"key": "it", "required": True, **plain}]}))
    return made


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_value_is_refused_by_every_field(what: str, judge: EntitySchemaRegistry) -> None:
    """Semantics 4: I-JSON's values alone; semantics 5: with a path, a code and a sentence."""
    for name in VARIANTS:
        for mode in ("create", "update"):
            result = judge.validate(name.capitalize(), {"it": REFUSED[what]}, mode=mode)

            assert not result.ok, (name, mode)
            assert all(failure.message and failure.code for failure in result.failures)
            assert str(ValidationError(result.failures))


@pytest.mark.parametrize("what", ANSWERED)
def test_what_is_odd_is_answered(what: str, judge: EntitySchemaRegistry) -> None:
    for name in VARIANTS:
        for mode in ("create", "update"):
            result = judge.validate(name.capitalize(), {"it": ANSWERED[what]}, mode=mode)

            assert result.ok is (result.failures == ())


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], ""),
        (None, ""),
        (10**5_000, ""),
        (cyclic_list(), ""),
        ({"\ud800": 1}, "\\ud800"),
        ({10**5_000: 1}, "(int)"),
        ({None: 1}, "(NoneType)"),
        ({Silent(): 1}, "(Silent)"),
        ({"__proto__": 1}, "__proto__"),
    ],
    ids=("list", "null", "number", "cyclic", "surrogate", "number as key", "null as key", "silent key", "prototype"),
)
def test_a_document_that_is_none_is_refused_at_a_path_that_can_be_written(data: object, path: str, judge: EntitySchemaRegistry) -> None:
    told = judge.validate("Text", data, mode="update").failures

    assert [path] == [failure.path for failure in told]
    assert path.encode() == told[0].path.encode()


@pytest.mark.parametrize("what", [*REFUSED, *ANSWERED])
@pytest.mark.parametrize("model", [ProductCreate, ProductUpdate])
def test_a_generated_model_answers_too(model: Any, what: str) -> None:
    good = {"name": "Lamp", "sku": "LMP-1", "price": {"amount": 1, "currency": "EUR"}}
    value = (REFUSED | ANSWERED)[what]
    for key in ("name", "sku", "price", "category", "dimensions", "ordered", "__proto__", "further"):
        try:
            model.model_validate({**good, key: value}, by_alias=True, by_name=False)
        except PydanticValidationError as error:
            told = ValidationError.from_pydantic(error)

            assert told.failures
            assert str(told)


@pytest.mark.parametrize(
    "text",
    [
        '{"name":' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"ordered":' + "1" * 5_000 + "}",
        '{"ordered":NaN}',
        '{"ordered":1e400}',
        '{"name":"\\ud800"}',
        '{"\\ud800":1}',
    ],
    ids=("deep", "long", "nan", "infinite", "surrogate", "surrogate as key"),
)
def test_a_generated_model_refuses_hostile_json(text: str) -> None:
    with pytest.raises(PydanticValidationError) as caught:
        ProductUpdate.model_validate_json(text)

    assert ValidationError.from_pydantic(caught.value).failures


def test_a_pattern_that_ruins_other_engines_is_answered() -> None:
    """Semantics 4: patterns run on a linear-time engine."""
    made = EntitySchemaRegistry()
    fields = [{"key": "it", "type": "string", "validators": [{"pattern": "^(a+)+$"}, {"pattern": "^(a|aa)+$"}, {"pattern": "(x+x+)+y"}]}]
    made.register(EntitySchema.model_validate({"name": "Thing", "fields": fields}))

    assert ["PATTERN"] * 3 == [str(failure.code) for failure in made.validate("Thing", {"it": "a" * 50_000 + "!"}).failures]
    assert not made.validate("Thing", {"it": "x" * 50_000}).ok


KINDS = ("string", "number", "money", "date", "boolean", "geo.point", "json")
GOOD: dict[str, Any] = {
    "string": "x",
    "number": 1,
    "money": {"amount": 1, "currency": "EUR"},
    "date": 5,
    "boolean": True,
    "geo.point": {"lat": 1, "lng": 2},
    "json": [],
}


def calls(work: Callable[[], object]) -> int:
    """How many functions of Python and C a piece of work calls."""
    count = 0

    def heard(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(heard)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def wide(size: int) -> dict[str, int]:
    """What each thing that is done with a schema of so many fields costs, in calls."""
    kinds = {f"f{number}": KINDS[number % len(KINDS)] for number in range(size)}
    data = {"name": "Wide", "fields": [{"key": key, "type": kind, "required": True} for key, kind in kinds.items()]}
    good = {key: GOOD[kind] for key, kind in kinds.items()}
    registry, schema = EntitySchemaRegistry(), EntitySchema.model_validate(data)
    return {
        "register": calls(lambda: registry.register(schema)),
        "first": calls(lambda: registry.validate("Wide", good)),
        "again": calls(lambda: registry.validate("Wide", good)),
        "refuse": calls(lambda: registry.validate("Wide", dict.fromkeys(good))),
        "empty": calls(lambda: registry.validate("Wide", {})),
        "unknown": calls(lambda: registry.validate("Wide", {f"u{key}": 1 for key in good})),
        "openapi": calls(lambda: registry.generate_openapi_schema("Wide")),
        "form": calls(lambda: registry.generate_form_schema("Wide")),
        "typescript": calls(lambda: registry.generate_typescript("Wide")),
    }


def test_two_thousand_fields_cost_twice_what_a_thousand_do() -> None:
    """By the calls that are made, whatever the clock says; and every one of the failures is told."""
    once, twice = wide(1_000), wide(2_000)

    assert {} == {what: (once[what], twice[what]) for what in once if twice[what] > 2.3 * once[what] + 100}


def test_every_one_of_two_thousand_failures_is_told() -> None:
    """Semantics 5."""
    made = EntitySchemaRegistry()
    keys = [f"f{number}" for number in range(2_000)]
    made.register(EntitySchema.model_validate({"name": "Wide", "fields": [{"key": key, "type": "number", "required": True} for key in keys]}))

    assert keys == [failure.path for failure in made.validate("Wide", dict.fromkeys(keys, "x")).failures]
    assert keys == [failure.path for failure in made.validate("Wide", {}).failures]


def test_a_bound_that_no_value_reaches_is_no_argument() -> None:
    with pytest.raises(PydanticValidationError, match=r"2\^53"):
        EntitySchema.model_validate({"name": "Thing", "fields": [{"key": "it", "type": "number", "validators": [{"min": 10**5_000}]}]})


def test_a_default_that_is_none_of_the_fields_values_is_a_clear_error() -> None:
    made = EntitySchemaRegistry()
    made.register(EntitySchema.model_validate({"name": "Thing", "fields": [{"key": "it", "type": "number", "default": "many"}]}))

    with pytest.raises(CoreError, match='the default of "it"') as caught:
        made.validate("Thing", {})
    assert "INVALID_SCHEMA" == caught.value.code
