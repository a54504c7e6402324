"""State charts that nobody here designed, as one module: synced, type-checked, and sent through their traces on SQLite; and two machines on one entity."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError as PydanticValidationError

from coregen.pipeline import sync
from coregen.project import find_project
from coregen_adapters.app import App
from coregen_runtime import BusinessError, FrozenClock, IDGenerator, StateMachine
from coregen_runtime.state.actions import refs
from coregen_runtime.state.check import actions, guards
from coregen_runtime.state.types import Assign, Dispatch, Emit
from tests.runtime.state.test_charts import CHARTS, MACHINES

DAY = 86_400_000
REVIEW = {
    "id": "payment-review",
    "entityType": "Payment",
    "field": "review",
    "initial": "none",
    "states": {
        "none": {"on": {"flag": {"target": "flagged", "guard": {"field": "payload.note", "op": "exists"}}}},
        "flagged": {"on": {"clear": {"target": "none"}}, "after": [{"delay": DAY, "target": "none"}]},
    },
}


def _fields(machine: StateMachine, data: dict[str, Any]) -> list[dict[str, Any]]:
    """Any JSON for every field that a chart reads or writes."""
    own = machine.entity_type[0].lower() + machine.entity_type[1:]
    values = [
        action.value if isinstance(action, Assign) else action.payload
        for _, action in actions(machine)
        if isinstance(action, Assign | Emit | Dispatch)
    ]
    paths = [path for value in values for _, path in refs(value)] + [
        path for _, guard, _ in guards(machine) for path in _paths(guard.model_dump(by_alias=True))
    ]
    keys = {path.split(".")[1] for path in paths if path.startswith(f"{own}.")}
    keys |= {action.field for _, action in actions(machine) if isinstance(action, Assign)}
    return [{"key": key, "type": "json"} for key in sorted(keys - {"id", machine.field})]


def _paths(rule: Any) -> Iterator[str]:
    if isinstance(rule, dict):
        yield from (value for key, value in rule.items() if key in ("field", "ref") and isinstance(value, str))
        rule = list(rule.values())
    for part in rule if isinstance(rule, list | tuple) else ():
        yield from _paths(part)


def definition() -> dict[str, Any]:
    charts = {name: chart["machine"] for name, chart in CHARTS.items()}
    flagging = {
        "type": "dispatch",
        "command": "bank.transitionPaymentReview",
        "payload": {"id": {"ref": "payment.id"}, "event": "flag", "payload": {"note": "disputed"}},
    }
    payment = json.loads(json.dumps(charts["payment"]))
    payment["states"]["disputed"]["entry"] = [flagging]
    succeeded = {"type": "payment.succeeded", "payload": [{"key": "received", "type": "number", "required": True}]}
    return {
        "id": "bank",
        "events": [succeeded],
        "version": "1.0.0",
        "entities": [{"name": machine.entity_type, "fields": _fields(machine, charts[name])} for name, machine in MACHINES.items()],
        "fsms": [*(payment if name == "payment" else chart for name, chart in charts.items()), REVIEW],
        "commands": [
            {"type": "bank.authorise", "payload": [{"key": "payment", "type": "string", "required": True}, {"key": "amount", "type": "number"}]}
        ],
    }


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("machines")
    (root / "charted" / "bank").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["charted"]\n')
    (root / "charted" / "__init__.py").write_text("")
    (root / "charted" / "bank" / "definition.json").write_text(json.dumps(definition(), indent=2))
    project = find_project(root).project
    assert project is not None
    outcome = sync(project)

    assert ["FSM-TIMED-CYCLE"] == [each.code for each in outcome.diagnostics]
    handlers = root / "charted" / "bank" / "handlers.py"
    handlers.write_text(handlers.read_text().replace('raise NotImplementedError("bank.authorise")', "return None"))
    return root


@pytest.fixture(scope="module")
def bank(root: Path) -> Iterator[Any]:
    sys.path.insert(0, str(root))
    try:
        yield importlib.import_module("charted.bank")
    finally:
        sys.path.remove(str(root))


def test_what_sync_wrote_is_clean_under_mypy(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary", "charted"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "" == done.stdout + done.stderr


def test_the_generated_machines_are_the_charts(bank: Any) -> None:
    made = {machine.definition().id: machine.definition() for machine in bank.module.machines}
    expected = {machine.id: machine for name, machine in MACHINES.items() if name != "payment"}

    assert expected == {id: machine for id, machine in made.items() if id in expected}
    assert {"payment", "payment-review"} == made.keys() - expected.keys()


@pytest.mark.parametrize("name", CHARTS)
async def test_a_chart_runs_through_its_traces_on_sqlite(bank: Any, name: str) -> None:
    """Semantics 16 to 20, through the generated messages: events, timeouts, refusals."""
    machine, clock = MACHINES[name], FrozenClock()
    async with App(modules=[bank.module], database="sqlite://", clock=clock, ids=IDGenerator(clock)) as app:
        entity, send = getattr(bank, machine.entity_type), getattr(bank, f"Transition{machine.entity_type}")
        for told in CHARTS[name]["traces"].values():
            actor = told.get("actor", {"id": "ann", "roles": []})
            ctx = app.context(organization="org_1", actor=actor["id"], roles=actor["roles"])
            repo = ctx.repo(f"bank.{machine.entity_type}")
            made = await repo.save(entity.new(**_snake(entity, {**told.get("entity", {}), machine.field: told["from"]})))
            waited = 0
            for event, expected, *payload in told["steps"]:
                if event.startswith("after "):
                    clock.advance(int(event.removeprefix("after ")) - waited)
                    waited = int(event.removeprefix("after ")) if expected == "NOTHING" else 0
                    await app.settle()
                    reached = "NOTHING" if expected == "NOTHING" else None
                else:
                    reached = await _sent(ctx, send, made.id, event, payload[0] if payload else {})
                found = getattr(await repo.find_by_id_or_fail(made.id), machine.field).value

                assert expected == (reached or found)


async def _sent(ctx: Any, message: Any, id: str, event: str, payload: dict[str, Any]) -> str | None:
    """None, or the code of the refusal; what the message itself refuses its guard would have."""
    try:
        await ctx.dispatch(message(id=id, event=event, payload=payload))
    except BusinessError as error:
        return error.code
    except PydanticValidationError:
        return "GUARD_FAILED"
    return None


def _snake(entity: Any, values: dict[str, Any]) -> dict[str, Any]:
    from coregen_runtime.primitives.model import wire_names

    attributes = {wire: name for name, wire in wire_names(entity).items()}
    return {attributes[key]: value for key, value in values.items()}


async def test_two_machines_of_one_entity_go_their_own_ways(bank: Any) -> None:
    """Semantics 20, 21: each has its field, its command and its time; one may dispatch the other's transition."""
    clock = FrozenClock()
    async with App(modules=[bank.module], database="sqlite://", clock=clock, ids=IDGenerator(clock)) as app:
        ctx = app.context(organization="org_1", actor="ann")
        payment = await ctx.dispatch(bank.CreatePayment(amount=10, capture="automatic"))
        for event, payload in (("attach", {"method": "card"}), ("confirm", {}), ("authorised", {}), ("dispute", {})):
            payment = await ctx.dispatch(bank.TransitionPayment(id=payment.id, event=event, payload=payload))
        await app.settle()
        flagged = await ctx.query(bank.GetPayment(id=payment.id))
        options = await ctx.query(bank.GetPaymentReviewTransitions(id=payment.id))
        clock.advance(DAY)
        await app.settle()
        later = await ctx.query(bank.GetPayment(id=payment.id))

        assert ("disputed", "none") == (payment.status.value, payment.review.value)
        assert ("disputed", "flagged") == (flagged.status.value, flagged.review.value)
        assert ["clear"] == [option.event.value for option in options.events]
        assert ("disputed", "none") == (later.status.value, later.review.value)


def test_a_machine_owns_an_enum_field_that_its_entity_gets_where_it_declares_none(bank: Any) -> None:
    """Semantics 21: `status` unless another is named; it begins in the initial state, and no input sets it."""
    schemas = {schema.name: schema for schema in bank.module.manifest.entities}
    owned = [
        *((machine.entity_type, machine.field, machine) for machine in MACHINES.values()),
        ("Payment", "review", StateMachine.model_validate(REVIEW)),
    ]
    for entity, key, machine in owned:
        [field] = [each for each in schemas[entity].fields if each.key == key]

        assert ("enum", tuple(machine.states), machine.initial) == (field.type.value, field.enum_values, field.default)
        assert key not in getattr(bank, f"{entity}Create").model_fields
    assert {"status": 6, "phase": 1, "aspect": 1, "review": 1} == Counter(key for _, key, _ in owned)


def test_an_emitted_event_needs_no_declaration_and_a_declared_one_is_typed(bank: Any) -> None:
    """Semantics 20."""
    told = {action.event for _, action in actions(MACHINES["payment"]) if isinstance(action, Emit)}

    assert {"payment.succeeded", "payment.failed", "payment.canceled"} == told
    assert {"received": 5} == bank.PaymentSucceeded(payload={"received": 5}).payload.model_dump()
    assert not hasattr(bank, "PaymentFailed")
