"""Named rules: what they refer to exists, and no circle (semantics 13). Where a guard asks them, the machine's check follows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from coregen.diagnostics import did_you_mean, one_of
from coregen.verify.declared import Declared, Findings
from coregen.verify.modules import shortest_path
from coregen_runtime.primitives.patterns import searcher
from coregen_runtime.rule.types import AndRule, LeafRule, NotRule, Op, OrRule, RefRule, RuleExpr, TemplateRule

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
    """Every node of a rule with its way from the rule."""
    yield loc, expr
    if isinstance(expr, AndRule | OrRule):
        key, members = ("and", expr.and_) if isinstance(expr, AndRule) else ("or", expr.or_)
        for index, member in enumerate(members):
            yield from parts(member, (*loc, key, index))
    elif isinstance(expr, NotRule):
        yield from parts(expr.not_, (*loc, "not"))


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
        wanted = set(parameters(rules[found]))
        given = set(node.params) if isinstance(node, TemplateRule) else set()
        for missing in sorted(wanted - given):
            if isinstance(node, TemplateRule) or loc[:1] != ("rules",):
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
        definition = findings.module.definition
        for id, rule in definition.rules.items():
            check_references(findings, declared, rules, rule, ("rules", id))
            check_patterns(findings, rule, ("rules", id))
            for place, node in references(rule, ("rules", id)):
                key, name = name_of(node)
                target = qualified(name, definition.id, rules)
                path = shortest_path(graph, target, f"{definition.id}.{id}") if target is not None else None
                if path is not None and frozenset(path) not in reported:
                    reported.add(frozenset(path))
                    circle = " → ".join(each.removeprefix(f"{definition.id}.") for each in (f"{definition.id}.{id}", *path))
                    findings.add((*place, key), "RULE-CYCLE", f"rules refer to each other in a circle: {circle}", "write one of them out")


def check_patterns(findings: Findings, expr: RuleExpr, loc: Loc) -> None:
    """Every `matches` holds a pattern of the linear-time engine (semantics 12)."""
    for place, node in parts(expr, loc):
        if isinstance(node, LeafRule) and node.op is Op.MATCHES and isinstance(node.value, str):
            try:
                searcher(node.value)
            except ValueError as error:
                message = f'"matches" takes a regular expression of the linear-time engine: {error}'
                findings.add((*place, "value"), "RULE-VALUE", message, "no look-around and no back-references")


def parameters(expr: RuleExpr) -> Iterator[str]:
    """The names of the `{"param": name}` in a rule's values, those of rules it refers to left out."""

    def within(value: object) -> Iterator[str]:
        if isinstance(value, Mapping):
            if list(value) == ["param"]:
                yield str(value["param"])
                return
            for member in value.values():
                yield from within(member)
        elif isinstance(value, list | tuple):
            for member in value:
                yield from within(member)

    for _loc, node in parts(expr):
        if isinstance(node, LeafRule):
            yield from within(node.value)
        elif isinstance(node, TemplateRule):
            yield from within(node.params)


def _by_module(declared: Declared) -> Iterator[tuple[str, RuleExpr]]:
    for definition in declared.definitions:
        for id, rule in definition.rules.items():
            yield f"{definition.id}.{id}", rule


def _names(rule: RuleExpr, module: str, rules: Mapping[str, RuleExpr]) -> Iterator[str]:
    for _loc, node in references(rule):
        found = qualified(name_of(node)[1], module, rules)
        if found is not None:
            yield found
