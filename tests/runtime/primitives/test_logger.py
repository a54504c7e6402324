"""Log lines: nothing sensitive in them, whatever the object, and no object that keeps one from being written."""

from __future__ import annotations

import json
import logging
from collections import OrderedDict, UserDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, SecretStr

from coregen_adapters.app import App
from coregen_runtime import BusinessError, Logger, Model, Money, StandardLogger, ValidationError
from coregen_runtime.module.definition import ModuleDefinition
from coregen_runtime.module.types import ModuleManifest
from coregen_runtime.primitives.redaction import SENSITIVE_PARTS, SENSITIVE_WORDS, hides, shown

SECRET = "hunter2-4711"


class Lines(logging.Handler):
    """Keeps what reaches it."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def written(logger: StandardLogger | None = None, message: str = "saved", /, **facts: Any) -> logging.LogRecord:
    """The record of one line."""
    lines, target = Lines(), logging.getLogger("coregen.test")
    target.addHandler(lines)
    target.setLevel(logging.INFO)
    target.propagate = False
    try:
        (logger or StandardLogger("coregen.test")).info(message, **facts)
    finally:
        target.removeHandler(lines)
    [record] = lines.records
    return record


@dataclass
class Card:
    holder: str
    cvc: str
    note: str = field(default="", repr=False)


class Login(Model):
    name: str
    access_token: str = Field(serialization_alias="accessToken", validation_alias="accessToken")
    answer: str = Field(default="", repr=False)


class Pair(NamedTuple):
    name: str
    password: str


class Loud:
    """An object whose own repr tells everything."""

    def __init__(self) -> None:
        self.password = SECRET

    def __repr__(self) -> str:
        return f"Loud(password={self.password})"

    __str__ = __repr__


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize(
    "key",
    ["apiKey", "api_key", "X-Api-Key", "APIKEY", "Authorization", "PROXY-AUTHORIZATION", "Set-Cookie", "passwordHash", "user_password", "Pass word"]
    + [
        "accesstoken",
        "refreshToken",
        "clientSecret",
        "AWS_SECRET_ACCESS_KEY",
        "privateKey",
        "credentials",
        "cardCvc",
        "OTP",
        "auth",
        "ｐassword",
        "x" * 201,
    ],
)
def test_a_key_is_sensitive_in_every_spelling(key: str) -> None:
    """Semantics 7: and so at the top of a line and at any depth."""
    record = written(**{key: SECRET}, data={"inner": [{key: SECRET}, ({key.encode(): SECRET},)]})

    assert SECRET not in record.getMessage() + str(record.__dict__)


@pytest.mark.parametrize("key", ["name", "keyboard", "shipping", "author", "pinned", "monkey", "id", "compass"])
def test_other_keys_are_shown(key: str) -> None:
    assert f"{key}='Lamp'" in written(**{key: "Lamp"}).getMessage()


@pytest.mark.parametrize(
    "value",
    [
        Card("Ada", SECRET, SECRET),
        Login(name="Ada", accessToken=SECRET, answer=SECRET),  # type: ignore[call-arg]  # by its wire name
        Pair("Ada", SECRET),
        Loud(),
        UserDict(password=SECRET),
        OrderedDict(password=SECRET),
        [{"password": SECRET}],
        deque([{"password": SECRET}]),
        ({"a": {"b": [Loud()]}},),
        {b"password": SECRET},
        {"login": Login(name="Ada", accessToken=SECRET)},  # type: ignore[call-arg]  # by its wire name
        SECRET.encode(),
        bytearray(SECRET.encode()),
        memoryview(SECRET.encode()),
        ValueError(SECRET),
        ExceptionGroup(SECRET, [ValueError(SECRET)]),
        ValidationError.of("pin", "MIN", "too short", SECRET),
        BusinessError("X", "no", cause=ValueError(SECRET)),
        SecretStr(SECRET),
        (each for each in [SECRET]),
        lambda: SECRET,
        type("Told", (), {"__doc__": SECRET}),
        {Loud(): 1},
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_object_tells_what_is_sensitive(value: object) -> None:
    """Semantics 7: neither by its repr, nor by its text, nor in the record's facts."""
    record = written(value=value, values=[value])

    assert SECRET not in record.getMessage() + repr(record.__dict__)


def test_plain_values_and_models_are_shown_as_data() -> None:
    record = written(
        number=1.5,
        nothing=None,
        price=Money(4990, "EUR"),
        exact=Decimal("1.50"),
        path=PurePosixPath("/a"),
        colour=Colour.RED,
        card=Card("Ada", "1"),
        pair=Pair("a", "b"),
    )

    assert (
        "saved number=1.5 nothing=None price='49.90 EUR' exact='1.50' path='/a' colour='red' "
        "card={'holder': 'Ada', 'cvc': '[redacted]', 'note': '[redacted]'} pair={'name': 'a', 'password': '[redacted]'}"
    ) == record.getMessage()


def test_facts_stand_in_the_record_as_data() -> None:
    record: Any = written(StandardLogger("coregen.test").bind(module="catalog"), login=Login(name="Ada", accessToken="x"))  # type: ignore[call-arg]  # by its wire name

    assert {"module": "catalog", "login": {"name": "Ada", "accessToken": "[redacted]", "answer": "[redacted]"}} == record.facts
    assert "test_logger.py" == record.filename


def test_further_keys_are_sensitive_when_they_are_named() -> None:
    """Semantics 7: in any spelling, as a whole; a key that only holds the word is another."""
    logger: Logger = StandardLogger("coregen.test", sensitive=["motherName"]).bind(mother_name=SECRET)
    record = written(logger, data=[{"Mother-Name": SECRET, "grandmotherName": "Eve"}])  # type: ignore[arg-type]  # a StandardLogger it is

    assert SECRET not in record.getMessage()
    assert "Eve" in record.getMessage()


class Unreadable:
    def __repr__(self) -> str:
        raise RuntimeError

    @property  # type: ignore[misc]  # what hostile objects do
    def __class__(self) -> Any:
        raise RuntimeError


class BrokenMapping(UserDict[str, int]):
    def __iter__(self) -> Iterator[str]:
        raise RuntimeError


class Endless(UserDict[str, int]):
    def items(self) -> Any:
        return ((str(number), number) for number in iter(int, 1))


def cyclic() -> dict[str, Any]:
    value: dict[str, Any] = {"name": "Lamp"}
    value["self"] = [value]
    return value


def deep() -> Any:
    value: Any = {"password": SECRET}
    for _ in range(100_000):
        value = [value]
    return value


HOSTILE: dict[str, tuple[object, str]] = {
    "an object that nothing can be asked": (Unreadable(), "<unreadable Unreadable>"),
    "a mapping that cannot be walked": (BrokenMapping(a=1), "<unreadable BrokenMapping>"),
    "a mapping without an end": (Endless(), "'…': '<more>'"),
    "data that holds itself": (cyclic(), "'self': ['<itself>']"),
    "data of 100,000 levels": (deep(), "<too deep>"),
    "an integer that Python does not print": (10**5000, "<integer of 16610 bits>"),
    "a text of ten megabytes": ("x" * 10_000_000, "(9,998,000 more)"),
    "a list of a million": (list(range(1_000_000)), "'<more>'"),
    "no number": (float("nan"), "'nan'"),
    "a lone surrogate": ("\ud800", "'\\ud800'"),
    "a key that is no text": ({(1, 2): 3, None: 4}, "{'[1, 2]': 3, 'None': 4}"),
}


@pytest.mark.parametrize(("value", "said"), HOSTILE.values(), ids=HOSTILE)
def test_nothing_keeps_a_line_from_being_written(value: object, said: str) -> None:
    """Semantics 7: whatever the fact is, its line is written, is one line, and has a size."""
    line = written(value=value, after="still here").getMessage()

    assert said in line
    assert line.endswith("after='still here'")
    assert 50_000 > len(line)


@pytest.mark.parametrize("text", ["x\nsaved name='y'", "x\r\x1b[31mred", "x\u2028y", "x\x00y", "\ud800"])
def test_neither_message_nor_key_nor_value_begins_another_line(text: str) -> None:
    line = written(None, text, **{text: text}).getMessage()

    assert line.isprintable()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_is_shown_is_json(value: object) -> None:
    """Semantics 7: a handler that writes JSON can write every fact."""
    json.dumps(shown(value, hides()), allow_nan=False)


def test_an_application_hides_the_sensitive_fields_of_its_entities() -> None:
    """Semantics 7: `sensitive` in a definition is enough."""
    definition: Any = {
        "id": "crm",
        "version": "1.0.0",
        "entities": [{"name": "Lead", "fields": [{"key": "motherName", "type": "string", "label": "Mother", "sensitive": True}]}],
    }
    module = ModuleDefinition.model_validate(definition)

    class Crm:
        manifest = ModuleManifest(id=module.id, version=module.version, entities=module.entities)

        async def boot(self, registry: object) -> None: ...

        async def shutdown(self) -> None: ...

    logger: Any = App(modules=[Crm()], database="memory://").logger
    logger._logger = logging.getLogger("coregen.test")

    assert "lead={'mother_name': '[redacted]'}" in written(logger, lead={"mother_name": SECRET}).getMessage()


def test_the_page_about_logs_names_every_key(project_root: Path) -> None:
    page = (project_root / "docs" / "reference" / "values.md").read_text(encoding="utf-8").partition("A value is hidden when")[2]

    assert [] == [key for key in (*SENSITIVE_PARTS, *sorted(SENSITIVE_WORDS)) if f"`{key}`" not in page]
