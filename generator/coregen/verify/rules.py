"""Named rules: what they refer to exists, and no circle (semantics 13). Where a guard asks them, the machine's check follows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from coregen.diagnostics import did_you_mean, one_of
from coregen.verify.declared import Declared, Findings, entity_of, fields_of
from coregen.verify.modules import shortest_path
from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.errors.base import CoreError
from coregen_runtime.module.definition import ModuleDefinition
from coregen_runtime.rule.check import check_rule
from coregen_runtime.rule.scope import Members, entity_scope, guard_scope, own_key
from coregen_runtime.rule.types import AllRule, AndRule, AnyRule, NotRule, OrRule, RefRule, RuleExpr, TemplateRule
from coregen_runtime.rule.walk import MAX_DEPTH, parameters
from coregen_runtime.state.check import guards

if TYPE_CHECKING:
    from coregen.load import Loc


def named_rules(declared: Declared) -> dict[str, RuleExpr]:
    """The rules of all modules as they are registered: `<module>.<id>`."""
    return {f"{definition.id}.{id}": rule for definition in declared.definitions for id, rule in definition.rules.items()}


def qualified(name: str, module: str, rules: Mapping[str, RuleExpr]) -> str | None:
    """The registered id that a name means within a module: its own rule first, else the full id."""
    own = f"{module}.{name}"
    return own if own in rules else name if name in rules else None


def references(expr: RuleExpr, loc: Loc = ()) -> Iterator[tuple[Loc, RefRule | TemplateRule]]:
    """Every reference in a rule with its way from the rule."""
    for place, node in parts(expr, loc):
        if isinstance(node, RefRule | TemplateRule):
            yield place, node


def parts(expr: RuleExpr, loc: Loc = ()) -> Iterator[tuple[Loc, RuleExpr]]:
    """Every node of a rule with its way from the rule, as far as a rule may be deep (`check_rule` reports what is deeper)."""
    pending: list[tuple[Loc, RuleExpr, int]] = [(loc, expr, 1)]
    while pending:
        place, node, depth = pending.pop()
        yield place, node
        if depth >= MAX_DEPTH:
            continue
        if isinstance(node, AndRule | OrRule):
            key, members = ("and", node.and_) if isinstance(node, AndRule) else ("or", node.or_)
            pending.extend(((*place, key, index), member, depth + 1) for index, member in reversed(list(enumerate(members))))
        elif isinstance(node, NotRule):
            pending.append(((*place, "not"), node.not_, depth + 1))
        elif isinstance(node, AnyRule | AllRule):
            pending.append(((*place, "where"), node.where, depth + 1))


def name_of(node: RefRule | TemplateRule) -> tuple[str, str]:
    """The key that names the rule, and the name."""
    return ("ref", node.ref) if isinstance(node, RefRule) else ("template", node.template)


def check_references(findings: Findings, declared: Declared, rules: Mapping[str, RuleExpr], expr: RuleExpr, loc: Loc) -> None:
    """Every rule that `expr` refers to exists, and a template gets the parameters it holds."""
    module = findings.module.definition.id
    for place, node in references(expr, loc):
        key, name = name_of(node)
        found = qualified(name, module, rules)
        if found is None:
            if declared.complete or "." not in name:
                known = [*findings.module.definition.rules, *(id for id in rules if not id.startswith(f"{module}."))]
                findings.add((*place, key), "RULE-UNKNOWN", f'there is no rule "{name}"', did_you_mean(name, known, one_of(known)))
            continue
        wanted = set(_parameters(rules[found]))
        given = set(node.params) if isinstance(node, TemplateRule) else set()
        for missing in sorted(wanted - given):
            message = f'the rule "{name}" needs a value for its parameter "{missing}"'
            findings.add((*place, key), "RULE-PARAM", message, f'{{"template": "{name}", "params": {{"{missing}": …}}}}')
        for extra in sorted(given - wanted):
            message = f'the rule "{name}" has no parameter "{extra}"'
            findings.add((*place, "params", extra), "RULE-PARAM", message, did_you_mean(extra, wanted, one_of(sorted(wanted))), key=True)


def check_rules(all_findings: Sequence[Findings], declared: Declared, rules: Mapping[str, RuleExpr]) -> None:
    """The named rules of all modules; a circle is reported once, as a path."""
    graph = {id: tuple(_names(rule, id.partition(".")[0], rules)) for id, rule in _by_module(declared)}
    reported: set[frozenset[str]] = set()
    for findings in all_findings:
        definition, asked = findings.module.definition, _asked(findings, rules)
        for id, rule in definition.rules.items():
            check_references(findings, declared, rules, rule, ("rules", id))
            if f"{definition.id}.{id}" not in asked:
                check_meaning(findings, id, rule)
            for place, node in references(rule, ("rules", id)):
                key, name = name_of(node)
                target = qualified(name, definition.id, rules)
                path = shortest_path(graph, target, f"{definition.id}.{id}") if target is not None else None
                if path is not None and frozenset(path) not in reported:
                    reported.add(frozenset(path))
                    circle = " → ".join(each.removeprefix(f"{definition.id}.") for each in (f"{definition.id}.{id}", *path))
                    findings.add((*place, key), "RULE-CYCLE", f"rules refer to each other in a circle: {circle}", "write one of them out")


def check_meaning(findings: Findings, id: str, rule: RuleExpr) -> None:
    """What a rule says that no guard of the module asks: its operands, its size, and its paths where they begin with an entity of the module.

    What else its context holds is not known, and whether `order` is the entity there is likely and not certain: so a path that
    the entity lacks, and an operator that its type does not take, are warnings. `entity`, `actor` and `payload` are what a guard
    calls them, whatever an entity is called.
    """
    definition = findings.module.definition
    entities = {own_key(entity): entity_scope(entity, _brought(definition, entity)) for entity in definition.entities}
    guard = guard_scope(None).members
    named = {key: scope for key, scope in entities.items() if key not in guard}
    scope = Members("the context", {**named, "actor": guard["actor"]}, open=True)
    for issue in check_rule(rule, scope):
        severity = "warning" if issue.code in ("RULE-FIELD", "RULE-OPERATOR") else issue.severity
        findings.add(("rules", id, *issue.loc), issue.code, f'{issue.message} (rule "{id}")', issue.help, severity)


def reached(start: str | None, rules: Mapping[str, RuleExpr]) -> Iterator[str]:
    """The registered rules that are asked when `start` is, itself first."""
    pending, seen = [start], set[str]()
    for id in pending:
        if id is None or id in seen:
            continue
        seen.add(id)
        yield id
        pending += [qualified(name_of(node)[1], id.partition(".")[0], rules) for _loc, node in references(rules[id])]


def _asked(findings: Findings, rules: Mapping[str, RuleExpr]) -> set[str]:
    """The rules that the guards of a module ask; they are checked where the context is known."""
    definition = findings.module.definition
    found: set[str] = set()
    for machine in definition.fsms:
        if entity_of(definition, machine.entity_type) is not None:
            for _loc, guard, _where in guards(machine):
                for _place, node in references(guard):
                    found.update(reached(qualified(name_of(node)[1], definition.id, rules), rules))
    return found


def _brought(definition: ModuleDefinition, entity: EntitySchema) -> list[FieldSchema]:
    own = {field.key for field in entity.fields}
    return [field for key, field in fields_of(definition, entity).items() if key not in own]


def _parameters(rule: RuleExpr) -> tuple[str, ...]:
    """The parameters of a rule; none of one that is too large, which is said elsewhere."""
    try:
        return parameters(rule)
    except CoreError:
        return ()


def _by_module(declared: Declared) -> Iterator[tuple[str, RuleExpr]]:
    for definition in declared.definitions:
        for id, rule in definition.rules.items():
            yield f"{definition.id}.{id}", rule


def _names(rule: RuleExpr, module: str, rules: Mapping[str, RuleExpr]) -> Iterator[str]:
    for _loc, node in references(rule):
        found = qualified(name_of(node)[1], module, rules)
        if found is not None:
            yield found
