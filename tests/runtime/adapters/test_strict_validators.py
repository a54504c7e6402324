"""The validators that libraries stand behind: stricter than the portable patterns, never wider, and honest about what is not installed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

import pytest

from coregen_adapters.email_validator import deliverable_form
from coregen_adapters.phonenumbers import assigned_number
from coregen_runtime import EntitySchema, EntitySchemaRegistry, FieldSchema, Validator, Validators
from coregen_runtime.entity.web import parsed_url
from coregen_runtime.primitives.functions import dotted_name, resolve

STRICT: dict[str, Callable[..., Any]] = {"email": deliverable_form, "phone": assigned_number, "url": parsed_url}
CASES = [
    ("email", "ann@example.org", True),
    ("email", "ann@example", False),
    ("email", "a..b@example.org", False),
    ("email", f"{'x' * 65}@example.org", False),
    ("email", "größe@example.org", False),
    ("phone", "+14155552671", True),
    ("phone", "+10000000000", False),
    ("phone", "+49 30 1234567", False),
    ("url", "https://example.org:8080/a?b#c", True),
    ("url", "http://example.org:99999/", False),
    ("url", "http://[::::]/", False),
    ("url", "http://256.256.256.256/", False),
]


@pytest.mark.parametrize(("name", "value", "fits"), CASES)
def test_what_is_taken_and_what_is_refused(name: str, value: str, fits: bool) -> None:
    assert fits is (STRICT[name](value) is None)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, value, fits in CASES if fits])
def test_none_is_wider_than_its_pattern(name: str, value: str) -> None:
    registry = EntitySchemaRegistry()
    registry.register(EntitySchema(name="Thing", fields=[FieldSchema(key="it", type="string", validators=[Validator(name=name)])]))

    assert registry.validate("Thing", {"it": value}).ok


@pytest.mark.parametrize("function", STRICT.values(), ids=STRICT)
def test_each_is_known_by_a_dotted_name_and_runs_as_a_custom_validator(function: Callable[..., Any]) -> None:
    name = dotted_name(function)
    registry = EntitySchemaRegistry()
    given: tuple[Callable[..., Any] | str, ...] = (function, name)
    for at, each in enumerate(given):
        registry.register(EntitySchema(name=f"Thing{at}", fields=[FieldSchema(key="it", type="string", validators=[Validators.custom(each)])]))
    refused = [registry.validate(f"Thing{at}", {"it": "none of them"}).failures for at in (0, 1)]

    assert function is resolve(name)
    assert refused[0] == refused[1]
    assert ["it"] == [failure.path for failure in refused[0]]


@pytest.mark.parametrize(
    ("module", "library", "extra"),
    [("coregen_adapters.email_validator", "email_validator", "email"), ("coregen_adapters.phonenumbers", "phonenumbers", "phone")],
)
def test_a_missing_library_is_named_with_what_installs_it(module: str, library: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, module)

    with pytest.raises(ImportError, match=rf'pip install "coregen-runtime\[{extra}\]"'):
        importlib.import_module(module)
