"""Whether a machine is sound (semantics 20): a pure function that the generator calls at sync.

What a guard may ask of an entity is rule/check.py's; which commands and events modules declare, the generator's.
"""

from __future__ import annotations

from collections.abc import Iterator

from coregen_runtime.primitives.issue import Issue
from coregen_runtime.primitives.suggest import did_you_mean
from coregen_runtime.state.machine import reachable_states
from coregen_runtime.state.types import StateMachine, StateNode


def check_machine(machine: StateMachine) -> list[Issue]:
    """Every finding, in the order of the definition; `loc` starts at the machine (`("states", "draft", "on", "publish", 0, "target")`)."""
    issues: list[Issue] = []
    if machine.initial not in machine.states:
        issues.append(_unknown(machine, ("initial",), machine.initial, "initial state"))
    for name, node in machine.states.items():
        issues += _targets(machine, name, node)
        issues += _way_out(name, node)
        issues += _shadowed(name, node)
    if machine.initial in machine.states:
        issues += _unreachable(machine)
    issues += _timed_cycles(machine)
    return issues


def _unknown(machine: StateMachine, loc: tuple[str | int, ...], state: str, what: str) -> Issue:
    near = did_you_mean(state, machine.states)
    fix = f"{near.removeprefix('; ')}" if near else f"use one of {', '.join(machine.states)}, or add the state"
    return Issue(loc, "FSM-STATE", f'{machine.id} has no state "{state}" ({what})', fix)


def _targets(machine: StateMachine, name: str, node: StateNode) -> Iterator[Issue]:
    for event, several in node.on.items():
        for index, one in enumerate(several):
            if one.target not in machine.states:
                yield _unknown(machine, ("states", name, "on", event, index, "target"), one.target, f'target of "{event}" in "{name}"')
    for index, timed in enumerate(node.after):
        if timed.target not in machine.states:
            yield _unknown(machine, ("states", name, "after", index, "target"), timed.target, f'target of a timeout in "{name}"')


def _way_out(name: str, node: StateNode) -> Iterator[Issue]:
    ways = [*node.on.values(), *node.after]
    if node.terminal and ways:
        yield Issue(
            ("states", name, "terminal"), "FSM-TERMINAL", f'"{name}" is terminal and has a way out', 'remove "terminal", or its "on" and "after"'
        )
    if not node.terminal and not ways:
        yield Issue(
            ("states", name), "FSM-DEAD-END", f'"{name}" has no way out', 'mark it "terminal: true", or give it a transition', severity="warning"
        )


def _shadowed(name: str, node: StateNode) -> Iterator[Issue]:
    for event, several in node.on.items():
        always = next((index for index, one in enumerate(several) if one.guard is None), len(several))
        for index in range(always + 1, len(several)):
            yield Issue(
                ("states", name, "on", event, index),
                "FSM-SHADOWED",
                f'this transition of "{event}" in "{name}" is never taken: the one before it has no guard',
                "move the transition without a guard to the end",
                severity="warning",
            )


def _unreachable(machine: StateMachine) -> Iterator[Issue]:
    reachable = {machine.initial, *reachable_states(machine, machine.initial)}
    for name in machine.states:
        if name not in reachable:
            yield Issue(
                ("states", name),
                "FSM-UNREACHABLE",
                f'no transition leads from "{machine.initial}" to "{name}"',
                "add a transition to it, or remove it",
                severity="warning",
            )


def _timed_cycles(machine: StateMachine) -> Iterator[Issue]:
    """Timeouts alone lead back to where they began: the machine never comes to rest."""
    reported: set[frozenset[str]] = set()
    for start in machine.states:
        cycle = _timed_path(machine, start)
        if cycle and frozenset(cycle) not in reported:
            reported.add(frozenset(cycle))
            path = " → ".join((*cycle, start))
            yield Issue(
                ("states", start, "after"),
                "FSM-TIMED-CYCLE",
                f"timeouts go round in a circle: {path}",
                "end it in a state without a timeout",
                "warning",
            )


def _timed_path(machine: StateMachine, start: str) -> tuple[str, ...]:
    """The states of the shortest circle of timeouts through `start`, without its return; empty where there is none."""
    paths: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for path in paths:
        node = machine.states.get(path[-1])
        for timed in node.after if node else ():
            if timed.target == start:
                return path
            if timed.target not in seen:
                seen.add(timed.target)
                paths.append((*path, timed.target))
    return ()
