"""What each validator means: one row with its verdict, its sentence and its JSON Schema (semantics 4–6).

validators.py holds the definition's data and calls in here. What needs a clock, the whole entity or the database says so in
an `x-` key of the JSON Schema and is left out of the models: the registry runs the pure ones, the repository asks the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from coregen_runtime.errors.base import ValidationError, ValidationFailure
from coregen_runtime.errors.codes import FailureCode
from coregen_runtime.primitives.functions import dotted_name, resolve
from coregen_runtime.primitives.money import Money
from coregen_runtime.primitives.patterns import portable, searcher

if TYPE_CHECKING:
    from coregen_runtime.entity.schema import EntitySchema

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL_PATTERN = rf"^[a-zA-Z0-9.!#$%&'*+\/=?\^_`\{{|\}}~\-]+@{_LABEL}(?:\.{_LABEL})*$"
URL_PATTERN = rf"^[Hh][Tt][Tt][Pp][Ss]?:\/\/(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{{1,5}})?(?:[\/?#][^\s]*)?$"
PHONE_PATTERN = r"^\+[1-9][0-9]{1,14}$"


@dataclass(frozen=True, slots=True)
class ValidationContext:
    """What a validator may look at besides the value (specification, section 2); `now` is epoch milliseconds."""

    entity: Mapping[str, Any]
    schema: EntitySchema | None = None
    is_create: bool = False
    is_update: bool = False
    actor_id: str = ""
    org_id: str = ""
    now: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """One validator. `passes(value, argument)` judges the value alone and lets pass what is of no type it speaks about.

    `sentence` says what is wrong with a value; `asks`, what is asked of one, where that is another sentence.
    """

    code: FailureCode
    types: frozenset[str]
    sentence: Callable[[Any], str]
    json_schema: Callable[[Any, str], dict[str, Any]]
    passes: Callable[[Any, Any], bool] | None = None
    in_context: Callable[[Any, ValidationContext], bool] | None = field(default=None)
    asks: Callable[[Any], str] | None = None


def constraint(name: str, argument: Any, type_: str) -> str:
    """What a validator asks of a field of a type, as a sentence without its full stop: `must have at most 120 characters`."""
    row = CHECKS[name]
    sentence = (row.asks or row.sentence)(argument)
    return sentence.replace("characters", "entries") if type_ == "ref[]" else sentence


def refusal(name: str, argument: Any, value: Any) -> str:
    """What is wrong with a value that did not pass."""
    sentence = CHECKS[name].sentence(argument)
    return sentence.replace("characters", "entries") if isinstance(value, list | tuple) else sentence


def check_value(name: str, argument: Any, value: Any) -> bool:
    """Whether the value alone passes; validators that need more than the value pass here."""
    passes = CHECKS[name].passes
    return passes is None or value is None or passes(value, argument)


def check(name: str, argument: Any, value: Any, context: ValidationContext) -> ValidationError | None:
    """The verdict of one validator on one value, absent ones apart (`required` is the field's)."""
    if value is None:
        return None
    row = CHECKS[name]
    if name == "custom":
        return _custom(argument, value, context)
    passed = row.in_context(value, context) if row.in_context else row.passes is None or row.passes(value, argument)
    return None if passed else ValidationError([ValidationFailure("", row.code, value, refusal(name, argument, value))])


def run_pattern(pattern: str) -> str:
    """The pattern as it is run: its portable form where there is one, so that every engine gives one verdict."""
    return _run_pattern(pattern)


def text_pattern(name: str) -> str:
    """The pattern of `email`, `url` or `phone` as it is run."""
    return _run_pattern({"email": EMAIL_PATTERN, "url": URL_PATTERN, "phone": PHONE_PATTERN}[name])


@lru_cache(maxsize=1024)
def _run_pattern(pattern: str) -> str:
    return portable(pattern) or pattern


def _custom(argument: Any, value: Any, context: ValidationContext) -> ValidationError | None:
    outcome = (resolve(argument) if isinstance(argument, str) else argument)(value, context)
    if outcome is None or isinstance(outcome, ValidationError):
        return outcome
    if isinstance(outcome, str):
        return ValidationError([ValidationFailure("", FailureCode.CUSTOM, value, outcome)])
    raise TypeError(f"a custom validator returns None, a ValidationError or a sentence, not {type(outcome).__name__}")


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, str | list | tuple) else None


def _magnitude(value: Any) -> int | float | None:
    if isinstance(value, Money):
        return value.amount
    if isinstance(value, Mapping):
        value = value.get("amount")
    return None if isinstance(value, bool) or not isinstance(value, int | float) else value


def _long_enough(value: Any, n: int) -> bool:
    length = _length(value)
    return length is None or length >= n


def _short_enough(value: Any, n: int) -> bool:
    length = _length(value)
    return length is None or length <= n


def _numeric(verdict: Callable[[int | float, Any], bool]) -> Callable[[Any, Any], bool]:
    def passes(value: Any, argument: Any) -> bool:
        number = _magnitude(value)
        return number is None or verdict(number, argument)

    return passes


def _matching(pattern: str | None = None) -> Callable[[Any, Any], bool]:
    def passes(value: Any, argument: Any) -> bool:
        return not isinstance(value, str) or searcher(_run_pattern(pattern or argument))(value)

    return passes


def _length_schema(key: str) -> Callable[[Any, str], dict[str, Any]]:
    return lambda n, type_: {f"{key}Items" if type_ == "ref[]" else f"{key}Length": n}


def _numeric_schema(fragment: Callable[[Any], dict[str, Any]]) -> Callable[[Any, str], dict[str, Any]]:
    return lambda n, type_: {"properties": {"amount": fragment(n)}} if type_ == "money" else fragment(n)


def _pattern_schema(argument: Any, type_: str) -> dict[str, Any]:
    form = portable(argument)
    return {"x-pattern": argument} if form is None else {"pattern": form}


def _fixed(fragment: dict[str, Any]) -> Callable[[Any, str], dict[str, Any]]:
    return lambda argument, type_: dict(fragment)


def _custom_schema(argument: Any, type_: str) -> dict[str, Any]:
    return {"x-custom": dotted_name(argument)}


_TEXT = frozenset({"string"})
_LONG = frozenset({"string", "ref[]"})
_NUMBERS = frozenset({"number", "money"})
_ORDERED = frozenset({"number", "date", "money"})
_DATES = frozenset({"date"})
_ANY = frozenset({"string", "number", "boolean", "date", "enum", "ref", "ref[]", "json", "money", "geo.point", "geo.polygon", "geo.linestring"})

CHECKS: dict[str, Check] = {
    "minLength": Check(FailureCode.MIN_LENGTH, _LONG, lambda n: f"must have at least {n} characters", _length_schema("min"), _long_enough),
    "maxLength": Check(FailureCode.MAX_LENGTH, _LONG, lambda n: f"must have at most {n} characters", _length_schema("max"), _short_enough),
    "min": Check(
        FailureCode.MIN, _ORDERED, lambda n: f"must be {n} or more", _numeric_schema(lambda n: {"minimum": n}), _numeric(lambda v, n: bool(v >= n))
    ),
    "max": Check(
        FailureCode.MAX, _ORDERED, lambda n: f"must be {n} or less", _numeric_schema(lambda n: {"maximum": n}), _numeric(lambda v, n: bool(v <= n))
    ),
    "positive": Check(
        FailureCode.POSITIVE,
        _NUMBERS,
        lambda _: "must be more than 0",
        _numeric_schema(lambda _: {"exclusiveMinimum": 0}),
        _numeric(lambda v, _: v > 0),
    ),
    "nonZero": Check(
        FailureCode.NON_ZERO, _NUMBERS, lambda _: "must not be 0", _numeric_schema(lambda _: {"not": {"const": 0}}), _numeric(lambda v, _: v != 0)
    ),
    "integer": Check(
        FailureCode.INTEGER,
        frozenset({"number"}),
        lambda _: "must be an integer",
        _fixed({"type": "integer"}),
        _numeric(lambda v, _: float(v).is_integer()),
    ),
    "pattern": Check(FailureCode.PATTERN, _TEXT, lambda p: f"must match {p}", _pattern_schema, _matching()),
    "email": Check(
        FailureCode.EMAIL, _TEXT, lambda _: "must be an e-mail address", _fixed({"pattern": portable(EMAIL_PATTERN)}), _matching(EMAIL_PATTERN)
    ),
    "url": Check(
        FailureCode.URL, _TEXT, lambda _: "must be an absolute http or https URL", _fixed({"pattern": portable(URL_PATTERN)}), _matching(URL_PATTERN)
    ),
    "phone": Check(
        FailureCode.PHONE,
        _TEXT,
        lambda _: "must be a telephone number of E.164, such as +14155550123",
        _fixed({"pattern": portable(PHONE_PATTERN)}),
        _matching(PHONE_PATTERN),
    ),
    "future": Check(
        FailureCode.FUTURE, _DATES, lambda _: "must be in the future", _fixed({"x-future": True}), in_context=lambda v, context: v > context.now
    ),
    "past": Check(FailureCode.PAST, _DATES, lambda _: "must be in the past", _fixed({"x-past": True}), in_context=lambda v, context: v < context.now),
    "refExists": Check(
        FailureCode.REF_EXISTS,
        frozenset({"ref", "ref[]"}),
        lambda _: "refers to something that does not exist",
        _fixed({"x-refExists": True}),
        asks=lambda _: "must refer to something that exists",
    ),
    "unique": Check(FailureCode.UNIQUE, _ANY, lambda _: "is taken", _fixed({"x-unique": True}), asks=lambda _: "must be unique"),
    "custom": Check(FailureCode.CUSTOM, _ANY, lambda _: "is not valid", _custom_schema, asks=lambda function: f"must pass {dotted_name(function)}"),
}
