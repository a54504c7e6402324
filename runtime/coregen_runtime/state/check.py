"""Whether a machine is sound (semantics 20): a pure function that the generator calls at sync.

What a guard may ask of an entity is rule/check.py's, whether a literal fits a field entity/fitting.py's. What other modules declare, and
what named rules ask, only the generator can see: which commands there are is told to it here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias

from coregen_runtime.entity.fields import system_fields
from coregen_runtime.entity.fitting import fits
from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.primitives.functions import is_dotted_name
from coregen_runtime.primitives.issue import Issue
from coregen_runtime.primitives.suggest import did_you_mean
from coregen_runtime.rule.check import check_rule
from coregen_runtime.rule.scope import Members, guard_scope
from coregen_runtime.rule.types import LeafRule, Op, RuleExpr
from coregen_runtime.state.actions import assigned_function, is_ref, refs
from coregen_runtime.state.machine import reachable_states
from coregen_runtime.state.types import Action, Assign, Dispatch, Emit, StateMachine, StateNode

Loc: TypeAlias = tuple[str | int, ...]


def check_machine(
    machine: StateMachine, schema: EntitySchema | None = None, brought: Iterable[FieldSchema] = (), commands: Collection[str] | None = None
) -> list[Issue]:
    """Every finding; `loc` starts at the machine (`("states", "draft", "on", "publish", 0, "target")`), in wire names.

    Errors: an unknown target or initial state, a terminal state with a way out; with `schema` also a guard on a field that does not exist or an
    operator that its type cannot take, an assign of what is no field of its own to set or does not fit it, a `{"ref": path}` that leads nowhere;
    with `commands` also a dispatch of none of them. Warnings: a state that is unreachable, or a dead end; a transition that is never taken; a
    circle of timeouts.

    Args:
        schema: the entity's; without it nothing is said about its fields.
        brought: fields that the entity has beside those of its schema: those that its machines bring.
        commands: the types of all commands that may be dispatched.
    """
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
    if schema is not None:
        others = tuple(brought)
        scope = guard_scope(schema, others)
        for loc, guard, where in guards(machine):
            context = f" (guard of {machine.id}, {where})"
            issues += [Issue((*loc, *each.loc), each.code, each.message + context, each.help, each.severity) for each in check_rule(guard, scope)]
        fields = {field.key: field for field in (*others, *schema.fields)}
        for loc, action in actions(machine):
            context = f" (action of {machine.id}, state {loc[1]})"
            issues += [each.under(*loc) for each in _reads(action, scope, context)]
            if isinstance(action, Assign):
                issues += [each.under(*loc) for each in _assign(machine, schema, fields, action, context)]
    if commands is not None:
        issues += _dispatches(machine, commands)
    return issues


def guards(machine: StateMachine) -> Iterator[tuple[Loc, RuleExpr, str]]:
    """Every guard with its place, and `draft → placed`."""
    for name, state in machine.states.items():
        for event, transitions in state.on.items():
            for index, transition in enumerate(transitions):
                if transition.guard is not None:
                    yield ("states", name, "on", event, index, "guard"), transition.guard, f"{name} → {transition.target}"
        for index, timed in enumerate(state.after):
            if timed.guard is not None:
                yield ("states", name, "after", index, "guard"), timed.guard, f"{name} → {timed.target}"


def actions(machine: StateMachine) -> Iterator[tuple[Loc, Action]]:
    """Every action with its place; the second part of that is its state."""
    for name, state in machine.states.items():
        for key, several in (("entry", state.entry), ("exit", state.exit)):
            yield from ((("states", name, key, index), action) for index, action in enumerate(several))
        for event, transitions in state.on.items():
            for number, transition in enumerate(transitions):
                yield from ((("states", name, "on", event, number, "actions", index), action) for index, action in enumerate(transition.actions))


def _reads(action: Action, scope: Members, context: str) -> Iterator[Issue]:
    """A `{"ref": path}` of an action leads somewhere; what the payload holds is not known."""
    key, value = (
        ("value", action.value) if isinstance(action, Assign) else ("payload", action.payload if isinstance(action, Emit | Dispatch) else None)
    )
    for loc, path in refs(value):
        found = (
            check_rule(LeafRule(field=path, op=Op.EXISTS), scope) if path else [Issue((), "", "a path names a field", 'write {"ref": "entity.id"}')]
        )
        yield from (Issue((key, *loc), "ACTION-REF", f"{issue.message}{context}", issue.help) for issue in found)


def _assign(machine: StateMachine, schema: EntitySchema, fields: dict[str, FieldSchema], action: Assign, context: str) -> Iterator[Issue]:
    key, field = action.field, fields.get(action.field)
    if key == machine.field:
        yield Issue(("field",), "ASSIGN-FIELD", f'the machine itself sets "{key}"{context}', "use a transition's target")
    elif key in {entry.key for entry in system_fields(schema)}:
        yield Issue(("field",), "ASSIGN-FIELD", f'coregen itself sets "{key}"{context}', "remove the action")
    elif field is None:
        help = did_you_mean(key, fields).removeprefix("; ") or f"one of {', '.join(map(_quoted, fields))}"
        yield Issue(("field",), "ASSIGN-FIELD", f'{schema.name} has no field "{key}"{context}', help)
    elif field.computed is not None:
        yield Issue(("field",), "ASSIGN-FIELD", f'"{key}" of {schema.name} is computed and never stored{context}', "remove the action")
    elif _is_literal(action.value):
        unset = f'"{key}" is required and cannot be null' if field.required else None
        problem = fits(field, action.value) if action.value is not None else unset
        if problem is not None:
            yield Issue(("value",), "ASSIGN-TYPE", f'this value does not fit "{key}" of {schema.name}{context}', problem)


def _is_literal(value: object) -> bool:
    """Whether a value is known before anything happens: no path, no function, and no list or object that holds a path."""
    return not (callable(value) or is_dotted_name(value) or assigned_function(value) is not None or is_ref(value) or refs(value))


def _quoted(name: str) -> str:
    return f'"{name}"'


def _dispatches(machine: StateMachine, commands: Collection[str]) -> Iterator[Issue]:
    for loc, action in actions(machine):
        if isinstance(action, Dispatch) and action.command not in commands:
            message = f'no module declares the command "{action.command}" (action of {machine.id}, state {loc[1]})'
            help = did_you_mean(action.command, commands).removeprefix("; ") or "declare it, or mend the name"
            yield Issue((*loc, "command"), "COMMAND-UNKNOWN", message, help)


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
    in_time = sorted(enumerate(node.after), key=lambda each: each[1].delay)
    always = next((position for position, (_, timed) in enumerate(in_time) if timed.guard is None), len(in_time))
    for index, _ in in_time[always + 1 :]:
        yield Issue(
            ("states", name, "after", index),
            "FSM-SHADOWED",
            f'this timeout of "{name}" never happens: one that is due before it has no guard',
            "remove it, or guard the other one",
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
