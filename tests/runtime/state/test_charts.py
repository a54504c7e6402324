"""State charts that nobody here designed: checked, drawn, and driven through traces whose states are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from coregen_runtime.errors.base import BusinessError
from coregen_runtime.state.actions import FSMContext
from coregen_runtime.state.check import check_machine
from coregen_runtime.state.diagram import mermaid
from coregen_runtime.state.machine import can, reachable_states, transition, valid_events
from coregen_runtime.state.timers import fire, timers
from coregen_runtime.state.types import StateMachine

CHARTS = {path.stem: YAML(typ="safe").load(path) for path in sorted((Path(__file__).parent / "charts").glob("*.yaml"))}
MACHINES = {name: StateMachine.model_validate(chart["machine"]) for name, chart in CHARTS.items()}
TRACES = [(name, trace) for name, chart in CHARTS.items() for trace in chart["traces"]]


def test_there_are_charts_with_dozens_of_ways() -> None:
    ways = sum(len(several) for machine in MACHINES.values() for node in machine.states.values() for several in node.on.values())

    assert (True, True) == (len(MACHINES) >= 8, ways >= 120)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_sound(name: str) -> None:
    """Semantics 20."""
    assert CHARTS[name]["warnings"] == [issue.code for issue in check_machine(MACHINES[name])]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_drawn_whole(name: str) -> None:
    machine = MACHINES[name]
    arrows = [line for line in mermaid(machine).splitlines() if " --> " in line]
    ways = sum(sum(map(len, node.on.values())) + len(node.after) + node.terminal for node in machine.states.values())

    assert ways + 1 == len(arrows)


@pytest.mark.parametrize(("name", "trace"), TRACES)
def test_a_trace_comes_to_the_known_states(name: str, trace: str) -> None:
    """Semantics 16, 18, 19: step by step, each way of asking agreeing with the others."""
    machine, told = MACHINES[name], CHARTS[name]["traces"][trace]
    entity: dict[str, Any] = {"id": "it_1", **told.get("entity", {})}
    state, actor = told["from"], told.get("actor", {"id": "ann", "roles": []})
    for number, (event, expected, *payload) in enumerate(told["steps"]):
        context = FSMContext({**entity, machine.field: state}, actor, payload[0] if payload else {})
        reached, assigned = _step(machine, state, event, context, f"entry{number}")

        assert (number, expected) == (number, reached)
        if reached in machine.states:
            assert reached in reachable_states(machine, state)
            entity |= assigned
            state = reached


def _step(machine: StateMachine, state: str, event: str, context: FSMContext, token: str) -> tuple[str, dict[str, Any]]:
    """Where an event, or a timeout that is written `after 1000`, leads, and what it assigns; else the code of the refusal, or NOTHING."""
    if event.startswith("after "):
        [timer] = [each for each in timers(machine, state, "it_1", token, 0) if each.due_at == int(event.removeprefix("after "))]
        fired = fire(machine, timer, state, token, context)
        return ("NOTHING", {}) if fired is None else (fired.state, fired.assigned)
    possible = (can(machine, state, event, context), event in valid_events(machine, state, context))
    try:
        outcome = transition(machine, state, event, context)
    except BusinessError as error:
        return (error.code, {}) if possible == (False, False) else ("THEY DISAGREE", {})
    return (outcome.state, outcome.assigned) if possible == (True, True) else ("THEY DISAGREE", {})
