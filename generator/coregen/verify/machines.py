"""State machines against the rest of the project: their entity and field, their guards, and what their actions name (semantics 17, 20, 21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from coregen.diagnostics import did_you_mean, one_of
from coregen.verify.declared import Declared, Findings, Shape, entity_of, fields_of, system_keys
from coregen.verify.rules import check_references, name_of, qualified, reached, references
from coregen_runtime.entity.fitting import fits
from coregen_runtime.entity.schema import EntitySchema, Factory, FieldSchema, FieldType
from coregen_runtime.module.definition import ModuleDefinition
from coregen_runtime.rule.check import check_rule
from coregen_runtime.rule.scope import Members, guard_scope
from coregen_runtime.rule.types import RuleExpr
from coregen_runtime.state.check import actions, check_machine, guards
from coregen_runtime.state.types import Dispatch, Emit, StateMachine

if TYPE_CHECKING:
    from coregen.load import Loc


def check_machines(findings: Findings, declared: Declared, rules: Mapping[str, RuleExpr]) -> None:
    """Every machine of a module."""
    definition = findings.module.definition
    taken: dict[tuple[str, str], str] = {}
    for index, machine in enumerate(definition.fsms):
        loc: Loc = ("fsms", index)
        entity = entity_of(definition, machine.entity_type)
        for issue in check_machine(machine, entity, _brought(definition, entity)):
            findings.add((*loc, *issue.loc), issue.code, issue.message, issue.help, issue.severity, key=_names_a_state(issue.loc))
        if entity is None:
            known = [each.name for each in definition.entities]
            message = f'{definition.id} has no entity "{machine.entity_type}" (entity of {machine.id})'
            findings.add((*loc, "entityType"), "FSM-ENTITY", message, did_you_mean(machine.entity_type, known, one_of(known)))
            continue
        first = taken.setdefault((entity.name, machine.field), machine.id)
        if first != machine.id:
            message = f'"{machine.field}" of {entity.name} belongs to the machine {first} already'
            findings.add((*loc, "field"), "FSM-FIELD", message, 'give this machine a field of its own: "field"')
        _check_field(findings, loc, machine, entity)
        _check_guards(findings, declared, rules, loc, machine, entity)
        _check_actions(findings, declared, loc, machine)


def _brought(definition: ModuleDefinition, entity: EntitySchema | None) -> list[FieldSchema]:
    """The fields that machines bring to an entity (semantics 21)."""
    if entity is None:
        return []
    own = {field.key for field in entity.fields}
    return [field for key, field in fields_of(definition, entity).items() if key not in own]


def _names_a_state(loc: Loc) -> bool:
    return len(loc) == 2 and loc[0] == "states"


def _check_field(findings: Findings, loc: Loc, machine: StateMachine, entity: EntitySchema) -> None:
    """The field of a machine is an enum that holds its states (semantics 21)."""
    if machine.field in system_keys(entity):
        findings.add((*loc, "field"), "FSM-FIELD", f'"{machine.field}" is a field that coregen supplies', "give the machine another field")
        return
    field = next((each for each in entity.fields if each.key == machine.field), None)
    if field is None:
        return
    if field.type is not FieldType.ENUM:
        message = f'the field of {machine.id}, "{machine.field}" of {entity.name}, is of type {field.type.value} and has to be an enum'
        findings.add((*loc, "field"), "FSM-FIELD", message, f'make it type "enum", or leave "{machine.field}" out: the machine brings it')
        return
    values = field.enum_values or ()
    number = entity.fields.index(field)
    place: Loc = ("entities", findings.module.definition.entities.index(entity), "fields", number, "enumValues")
    missing = [state for state in machine.states if state not in values]
    if missing:
        message = f'"{field.key}" of {entity.name} lacks {_listed(missing)}, which {machine.id} has as {"states" if len(missing) > 1 else "a state"}'
        findings.add(place, "FSM-FIELD", message, f'add {_listed(missing)}, or leave "{field.key}" out: the machine brings it')
    for position, value in enumerate(values):
        if value not in machine.states:
            message = f'"{value}" of "{field.key}" is no state of {machine.id}: no entity can ever be there'
            findings.warn((*place, position), "FSM-VALUE", message, did_you_mean(value, machine.states, "add the state, or remove the value"))
    computed = isinstance(field.default, Factory)
    if computed or (field.default in values and machine.initial in machine.states and field.default != machine.initial):
        message = (
            f'the default of "{field.key}" is {"computed" if computed else _listed([field.default])}, and {machine.id} begins in "{machine.initial}"'
        )
        findings.add((*place[:-1], "default"), "FSM-DEFAULT", message, "remove the default: the machine's initial state is it")


def _check_guards(
    findings: Findings, declared: Declared, rules: Mapping[str, RuleExpr], loc: Loc, machine: StateMachine, entity: EntitySchema
) -> None:
    """What the named rules ask that a guard refers to; what it asks itself, the machine's own check looks at."""
    definition = findings.module.definition
    scope = guard_scope(entity, _brought(definition, entity))
    for place, guard, where in guards(machine):
        check_references(findings, declared, rules, guard, (*loc, *place))
        for at, node in references(guard, (*loc, *place)):
            target = qualified(name_of(node)[1], definition.id, rules)
            for id in reached(target, rules):
                module, _, bare = id.partition(".")
                context = f'(rule "{bare}", guard of {machine.id}, {where})'
                _check_guard(findings, scope, rules[id], ("rules", bare) if module == definition.id else at, context)


def _check_guard(findings: Findings, scope: Members, rule: RuleExpr, loc: Loc, context: str) -> None:
    for issue in check_rule(rule, scope):
        findings.add((*loc, *issue.loc), issue.code, f"{issue.message} {context}", issue.help, issue.severity)


def _check_actions(findings: Findings, declared: Declared, loc: Loc, machine: StateMachine) -> None:
    """What actions send, against what the project declares."""
    definition = findings.module.definition
    payloads: dict[str, Shape] = {event.type: event.payload for event in definition.events}
    for place, action in actions(machine):
        where = f"(action of {machine.id}, state {place[1]})"
        if isinstance(action, Emit):
            _check_payload(findings, (*loc, *place), payloads.get(action.event), action.payload, f'the event "{action.event}"', where)
        elif isinstance(action, Dispatch):
            _check_dispatch(findings, declared, (*loc, *place), action, where)


def _check_dispatch(findings: Findings, declared: Declared, loc: Loc, action: Dispatch, where: str) -> None:
    known = declared.commands
    if action.command in known:
        _check_payload(findings, loc, known[action.command], action.payload, f'the command "{action.command}"', where)
        return
    module, _, name = action.command.partition(".")
    if module in declared.by_id:
        message = f'{module} declares no command "{name}" {where}'
    elif not declared.complete:
        return
    else:
        message = f'no module declares the command "{action.command}" {where}'
    findings.add((*loc, "command"), "COMMAND-UNKNOWN", message, did_you_mean(action.command, known, "declare it, or mend the name"))


def _check_payload(findings: Findings, loc: Loc, shape: Shape, payload: Mapping[str, object] | None, what: str, where: str) -> None:
    """What an action sends is what was declared, where a list of fields declares it."""
    if shape is None or isinstance(shape, str | Mapping):
        return
    given = payload or {}
    fields = {field.key: field for field in shape}
    at = (*loc, "payload") if payload is not None else loc
    for key, value in given.items():
        field = fields.get(key)
        if field is None:
            findings.add((*at, key), "PAYLOAD-KEY", f'{what} has no "{key}" {where}', did_you_mean(key, fields, one_of(fields)), key=True)
        elif not _is_ref(value):
            problem = fits(field, value) if value is not None else None
            if problem is not None:
                findings.add((*at, key), "PAYLOAD-TYPE", f'"{key}" of {what} does not fit its type {where}', problem)
    lacking = [key for key, field in fields.items() if key not in given and field.required and field.default is None]
    if lacking:
        help = f'add it to the payload, as a literal or as {{"ref": "entity.{lacking[0]}"}}'
        findings.add(at, "PAYLOAD-MISSING", f"{what} needs {_listed(lacking)} {where}", help)


def _is_ref(value: object) -> bool:
    return isinstance(value, Mapping) and list(value) in (["ref"], ["factory"])


def _listed(names: Sequence[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return quoted[0] if len(quoted) == 1 else f'{", ".join(quoted[:-1])} and {quoted[-1]}'
