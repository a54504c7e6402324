"""What validating an input costs: the generated model, the registry, and the same model as a careful user of Pydantic writes it by hand.

Both sides give one verdict on JSON (`differs` holds them to each other over broken values): unknown keys refused; frozen; null where a field is not
required; texts and booleans strict; numbers finite, within ±(2^53−1), `1.0` an integer; currencies of ISO 4217; ids by pattern; references without
repeats; e-mail and code by pattern; JSON within 64 levels and I-JSON's numbers. The hand-written one is annotations alone: no core schema of its own.
The generated one is made by `coregen sync` in a temporary folder.
"""

from __future__ import annotations

import atexit
import importlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StrictBool, StringConstraints, ValidationError

from benchmarks.harness import Contestant
from coregen_runtime import EntitySchema, EntitySchemaRegistry
from coregen_runtime.primitives.currencies import CURRENCIES

COUNT = 5_000
PACKAGE = "benchmark_models"

TICKET: Mapping[str, Any] = {
    "name": "Ticket",
    "idPrefix": "tkt",
    "fields": [
        {"key": "title", "type": "string", "required": True, "validators": [{"minLength": 1}, {"maxLength": 120}]},
        {"key": "code", "type": "string", "required": True, "validators": [{"pattern": "^[A-Z0-9-]{3,20}$"}]},
        {"key": "contactEmail", "type": "string", "validators": ["email"]},
        {"key": "price", "type": "money", "required": True},
        {"key": "weight", "type": "number", "validators": [{"min": 0}]},
        {"key": "quantity", "type": "number", "default": 1, "validators": ["integer", {"min": 0}]},
        {"key": "express", "type": "boolean", "default": False},
        {"key": "dueAt", "type": "date", "required": True},
        {"key": "channel", "type": "enum", "enumValues": ["web", "shop", "phone"], "required": True},
        {"key": "parent", "type": "ref", "refEntity": "Ticket"},
        {"key": "related", "type": "ref[]", "refEntity": "Ticket"},
        {"key": "details", "type": "json"},
    ],
}
LABEL: Mapping[str, Any] = {
    "name": "Label",
    "idPrefix": "lbl",
    "fields": [
        {"key": "name", "type": "string", "required": True, "validators": [{"maxLength": 80}]},
        {"key": "rank", "type": "number", "validators": ["integer"]},
        {"key": "hidden", "type": "boolean", "default": False},
    ],
}

_ID = "01ARZ3NDEKTSV4RRFFQ69G5FA"
TICKETS: Sequence[Mapping[str, Any]] = [
    {
        "title": f"Ticket {number}",
        "code": f"TKT-{number}",
        "contactEmail": f"someone{number}@example.com",
        "price": {"amount": 4990 + number, "currency": "EUR"},
        "weight": 1.5 if number % 2 else 12,
        "quantity": number,
        "express": bool(number % 2),
        "dueAt": 1_700_000_000_000 + number,
        "channel": ("web", "shop", "phone")[number % 3],
        "parent": f"tkt_{_ID}V",
        "related": [f"tkt_{_ID}{last}" for last in "VWX"],
        "details": {"colour": "red", "sizes": [1, 2, 3], "note": None},
    }
    for number in range(10)
]
LABELS: Sequence[Mapping[str, Any]] = [{"name": f"Label {number}", "rank": number, "hidden": False} for number in range(10)]

# --- by hand --------------------------------------------------------------------------------------------------------------------

_MAX = 2**53 - 1
_EMAIL = r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$"
_ULID = "[0-7][0-9A-HJKMNP-TV-Z]{25}"


def _whole(value: float) -> int:
    if not value.is_integer():
        raise ValueError("must be an integer")
    return int(value)


def _plain(value: float) -> float:
    return int(value) if value.is_integer() else value


def _distinct(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(value)) != len(value):
        raise ValueError("must not hold an id twice")
    return value


def _i_json(value: JsonValue, depth: int = 0) -> JsonValue:
    if isinstance(value, int):
        if not -_MAX <= value <= _MAX:
            raise ValueError("must hold integers within ±(2^53−1)")
    elif isinstance(value, float):
        if value - value != 0.0:
            raise ValueError("must hold finite numbers")
    elif isinstance(value, list | dict):
        if depth >= 64:
            raise ValueError("must be nested less deeply")
        for inner in value.values() if isinstance(value, dict) else value:
            _i_json(inner, depth + 1)
    return value


_Int = Annotated[int, Field(strict=True, ge=-_MAX, le=_MAX)]
_Float = Annotated[float, Field(strict=True, ge=-_MAX, le=_MAX, allow_inf_nan=False)]
Whole = Annotated[_Int | Annotated[_Float, AfterValidator(_whole)], Field(union_mode="left_to_right")]
Natural = Annotated[
    Annotated[int, Field(strict=True, ge=0, le=_MAX)]
    | Annotated[float, Field(strict=True, ge=0, le=_MAX, allow_inf_nan=False), AfterValidator(_whole)],
    Field(union_mode="left_to_right"),
]
Weight = Annotated[
    Annotated[int, Field(strict=True, ge=0, le=_MAX)]
    | Annotated[float, Field(strict=True, ge=0, le=_MAX, allow_inf_nan=False), AfterValidator(_plain)],
    Field(union_mode="left_to_right"),
]
TicketRef = Annotated[str, StringConstraints(strict=True, pattern=f"^tkt_{_ULID}$")]


class _Base(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)


class Price(_Base):
    amount: Whole
    currency: Literal[tuple(CURRENCIES)]  # type: ignore[valid-type]  # the codes are data


class TicketByHand(_Base):
    title: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=120)]
    code: Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z0-9-]{3,20}$")]
    contact_email: Annotated[str, StringConstraints(strict=True, pattern=_EMAIL)] | None = Field(
        default=None, validation_alias="contactEmail", serialization_alias="contactEmail"
    )
    price: Price
    weight: Weight | None = None
    quantity: Natural = 1
    express: StrictBool = False
    due_at: Whole = Field(validation_alias="dueAt", serialization_alias="dueAt")
    channel: Literal["web", "shop", "phone"]
    parent: TicketRef | None = None
    related: Annotated[tuple[TicketRef, ...], AfterValidator(_distinct)] = ()
    details: Annotated[JsonValue, AfterValidator(_i_json)] = None


class LabelByHand(_Base):
    name: Annotated[str, StringConstraints(strict=True, max_length=80)]
    rank: Whole | None = None
    hidden: StrictBool = False


# --- the contest ----------------------------------------------------------------------------------------------------------------


def contestants() -> Sequence[Contestant]:
    generated, registry = _generated(), EntitySchemaRegistry()
    for each in (TICKET, LABEL):
        registry.register(EntitySchema.model_validate({**each, "namespace": "bench"}))
    made = []
    for fields, name, by_hand, data in (("12 fields", "Ticket", TicketByHand, TICKETS), ("3 fields", "Label", LabelByHand, LABELS)):
        model = getattr(generated, f"{name}Create")
        if found := differs(by_hand, model, registry, name, data):
            raise AssertionError(f"the contestants disagree on {found}")
        group = f"validate an input of {fields}"
        made += [
            Contestant(group, "a Pydantic model by hand", _repeat(by_hand.model_validate, data), size=COUNT, floor=True),
            Contestant(group, f"generated {name}Create", _repeat(model.model_validate, data), size=COUNT),
            Contestant(group, "EntitySchemaRegistry.validate", _judge(registry, name, data), size=COUNT),
        ]
    return made


def differs(by_hand: type[BaseModel], model: type[BaseModel], registry: EntitySchemaRegistry, name: str, data: Sequence[Mapping[str, Any]]) -> Any:
    """The first value on which the three do not agree; None where there is none."""
    for given in [*data, *_broken(data[0])]:
        verdicts = {_takes(by_hand, given), _takes(model, given), registry.validate(name, given).ok}
        if len(verdicts) > 1:
            return given
    return None


def _broken(good: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    odd: Sequence[object] = (
        None,
        True,
        0,
        -1,
        1.0,
        1.5,
        2**53,
        float("nan"),
        "",
        "x",
        "a@b",
        [],
        {},
        [[]],
        {"amount": 1.0, "currency": "EUR"},
        {"amount": 1},
        b"x",
    )
    broken = [{**good, key: value} for key in good for value in odd]
    return [*broken, *({key: value for key, value in good.items() if key != left_out} for left_out in good), {**good, "further": 1}]


def _takes(model: type[BaseModel], given: Mapping[str, Any]) -> bool:
    try:
        model.model_validate(given)
    except ValidationError:
        return False
    return True


def _repeat(validate: Callable[[Any], object], data: Sequence[Mapping[str, Any]]) -> Callable[[], None]:
    def run() -> None:
        for _ in range(COUNT // len(data)):
            for given in data:
                validate(given)

    return run


def _judge(registry: EntitySchemaRegistry, name: str, data: Sequence[Mapping[str, Any]]) -> Callable[[], None]:
    return _repeat(lambda given: registry.validate(name, given), data)


def _generated() -> Any:
    """The package that sync makes of the two entities."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / PACKAGE / "bench").mkdir(parents=True)
    (folder / PACKAGE / "__init__.py").write_text("")
    (folder / "pyproject.toml").write_text(f'[tool.coregen]\nmodules = ["{PACKAGE}"]\n')
    definition = {"id": "bench", "version": "1.0.0", "entities": [TICKET, LABEL]}
    (folder / PACKAGE / "bench" / "definition.json").write_text(json.dumps(definition))
    subprocess.run([str(Path(sys.executable).with_name("coregen")), "sync"], cwd=folder, check=True, capture_output=True)
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(f"{PACKAGE}.bench")
    finally:
        sys.path.remove(str(folder))
