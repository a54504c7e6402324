"""Rules judged before they run: fields that exist, operators that their types take, values that can be met (semantics 20).

Pure: the same function serves the generator at sync and the registry at boot. Locations are wire keys, relative to the rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from coregen_runtime.entity.fields import row
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.errors.base import CoreError
from coregen_runtime.primitives.issue import Issue
from coregen_runtime.primitives.patterns import searcher
from coregen_runtime.rule.expansion import expand
from coregen_runtime.rule.operators import polygon_rings, ref_path
from coregen_runtime.rule.scope import ANYTHING, Members, Scope, element_of, follow, nearest, schema_scope
from coregen_runtime.rule.sentences import shown
from coregen_runtime.rule.types import AllRule, AndRule, AnyRule, LeafRule, NotRule, Op, OrRule, RefRule, RuleExpr, TemplateRule
from coregen_runtime.rule.walk import MAX_DEPTH, MAX_NODES, params_of, too_large

Loc: TypeAlias = tuple[str | int, ...]


def check_rule(expr: RuleExpr, about: EntitySchema | Mapping[str, Scope] | Members, rules: Mapping[str, RuleExpr] | None = None) -> list[Issue]:
    """Everything that is wrong with a rule, without a context to ask: unknown fields, operators that a type does not take, values that
    never fit, references that lead nowhere. Errors make no sense; a warning is a condition that can never be met.

    Args:
        about: what the rule is asked of: an entity (its fields stand at the top, and under its camelCase name), a guard's context
            (`guard_scope`), or the parts of a context by name.
        rules: the named rules that may be referred to, which are checked where they are used; None leaves references unchecked.
    """
    scope = schema_scope(about) if isinstance(about, EntitySchema) else about if isinstance(about, Members) else Members("the context", about)
    issues: list[Issue] = []
    pending: list[tuple[int, RuleExpr, Loc, Members]] = [(1, expr, (), scope)]
    seen = 0
    while pending:
        depth, node, loc, here = pending.pop()
        seen += 1
        if depth > MAX_DEPTH or seen > MAX_NODES:
            return [Issue((), "RULE-SIZE", too_large().message, "give a part of it a name, and refer to it")]
        if isinstance(node, LeafRule):
            issues.extend(issue.under(*loc) for issue in check_leaf(node, here))
        elif isinstance(node, AndRule | OrRule):
            key, members = ("and", node.and_) if isinstance(node, AndRule) else ("or", node.or_)
            pending.extend((depth + 1, child, (*loc, key, index), here) for index, child in reversed(list(enumerate(members))))
        elif isinstance(node, NotRule):
            pending.append((depth + 1, node.not_, (*loc, "not"), here))
        elif isinstance(node, AnyRule | AllRule):
            element, found = _element(node, here)
            issues.extend(issue.under(*loc) for issue in found)
            pending.append((depth + 1, node.where, (*loc, "where"), here.with_(node.as_, element)))
        elif rules is not None:
            issues.extend(issue.under(*loc) for issue in _check_name(node, rules, here))
    return issues


def _element(node: AnyRule | AllRule, scope: Members) -> tuple[Scope, list[Issue]]:
    key, path = ("any", node.any_) if isinstance(node, AnyRule) else ("all", node.all_)
    array, missing = follow(path, scope, key)
    if missing is not None:
        return ANYTHING, [missing]
    element, wrong = element_of(path, array)
    return element, [wrong.under(key)] if wrong is not None else []


def _check_name(node: RefRule | TemplateRule, rules: Mapping[str, RuleExpr], scope: Members) -> list[Issue]:
    """The reference leads somewhere, and what stands there makes sense here, with its parameters filled in."""
    key, name = ("ref", node.ref) if isinstance(node, RefRule) else ("template", node.template)
    if name not in rules:
        return [Issue((key,), "RULE-REF", f'there is no rule "{name}"', nearest(name, rules))]
    try:
        meant = expand(node, rules)
    except CoreError as error:
        return [Issue((key,), "RULE-REF", error.message, f'mend "{name}", or what is said of it here')]
    return [Issue((key,), issue.code, f'{issue.message} (rule "{name}")', issue.help, issue.severity) for issue in check_rule(meant, scope)]


def check_leaf(leaf: LeafRule, scope: Members) -> list[Issue]:
    """One condition: its path, its operator, and its value or the path that gives it."""
    found, issue = follow(leaf.field, scope, "field")
    if issue is not None:
        return [issue]
    path = ref_path(leaf.value)
    issues = _check_operand(leaf) if path is None else []
    other: Scope = ANYTHING
    if path is not None:
        other, missing = follow(".".join(path), scope, "value")
        issues += [missing] if missing else []
    if isinstance(found, Members) and leaf.op not in (Op.EXISTS, Op.EQ, Op.NEQ):
        help = f"ask one of its fields: {', '.join(sorted(found.members))}"
        return [Issue(("op",), "RULE-OPERATOR", f'"{leaf.field}" is {found.label} as a whole, which does not take "{leaf.op}"', help)]
    if isinstance(found, FieldSchema) and leaf.op not in row(found).rule_ops:
        return [_wrong_operator(leaf, found), *issues]
    if issues:
        return issues
    if path is not None:
        return _check_other(leaf, found, ".".join(path), other) if isinstance(other, FieldSchema) else []
    return _check_literal(leaf, found) if isinstance(found, FieldSchema) else []


def _wrong_operator(leaf: LeafRule, field: FieldSchema) -> Issue:
    parts = row(field).parts
    takes = ", ".join(sorted(row(field).rule_ops))
    by_part = next((part for part, type_ in parts.items() if leaf.op in row(type_).rule_ops), None)
    help = f'ask "{leaf.field}.{by_part}"' if by_part else f"{field.type} takes {takes}"
    return Issue(("op",), "RULE-OPERATOR", f'"{leaf.field}" is of type {field.type}, which does not take "{leaf.op}"', help)


def _check_operand(leaf: LeafRule) -> list[Issue]:
    """Whether the operator can do anything with the value, whatever the field."""
    value = leaf.value
    try:
        if params_of(value):
            return []
    except CoreError as error:
        return [Issue(("value",), "RULE-SIZE", error.message, "compare a part of it")]
    problem = ""
    if leaf.op in (Op.IN, Op.NIN, Op.CONTAINS_ALL) and not isinstance(value, list | tuple):
        problem = "takes a list"
    elif leaf.op in (Op.EXISTS, Op.EMPTY) and not (value is None or isinstance(value, bool)):
        problem = "takes true, false or nothing"
    elif leaf.op in (Op.GT, Op.GTE, Op.LT, Op.LTE) and (isinstance(value, bool) or not isinstance(value, str | int | float)):
        problem = "takes a number or a string"
    elif leaf.op is Op.WITHIN_DAYS and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
        problem = "takes a number of days"
    elif leaf.op is Op.SPATIAL_WITHIN and not polygon_rings(value):
        problem = "takes a GeoJSON polygon, each ring of three positions or more, longitude first"
    elif leaf.op is Op.MATCHES:
        problem = _pattern_problem(value)
    return [Issue(("value",), "RULE-VALUE", f'"{leaf.op}" {problem}', f'change the value of "{leaf.field}"')] if problem else []


def _pattern_problem(value: Any) -> str:
    if not isinstance(value, str):
        return "takes a regular expression"
    try:
        searcher(value)
    except ValueError as error:
        return f"takes a regular expression of the linear-time engine: {error}"
    return ""


_TEXT, _NUMBER, _BOOLEAN = "text", "number", "true or false"
_KINDS: Final[Mapping[FieldType, str]] = {
    FieldType.STRING: _TEXT,
    FieldType.ENUM: _TEXT,
    FieldType.REF: _TEXT,
    FieldType.NUMBER: _NUMBER,
    FieldType.DATE: _NUMBER,
    FieldType.BOOLEAN: _BOOLEAN,
}
_TAKES: Final[Mapping[Op, tuple[tuple[FieldType, ...], str]]] = {
    Op.IN: ((FieldType.REFS, FieldType.JSON), "a list"),
    Op.NIN: ((FieldType.REFS, FieldType.JSON), "a list"),
    Op.CONTAINS_ALL: ((FieldType.REFS, FieldType.JSON), "a list"),
    Op.WITHIN_DAYS: ((FieldType.NUMBER, FieldType.JSON), "a number of days"),
    Op.MATCHES: ((FieldType.STRING, FieldType.ENUM, FieldType.REF, FieldType.JSON), "a regular expression"),
    Op.SPATIAL_WITHIN: ((FieldType.GEO_POLYGON, FieldType.JSON), "a GeoJSON polygon"),
}
"""What a path has to be whose value an operator takes."""


def _check_other(leaf: LeafRule, found: Scope, path: str, other: FieldSchema) -> list[Issue]:
    """Whether what stands at the path of a value is what the operator takes, and can meet what it is compared with."""
    types, wanted = _TAKES.get(leaf.op, ((), ""))
    if wanted and other.type not in types:
        message = f'"{leaf.op}" takes {wanted}, and "{path}" is of type {other.type}'
        return [Issue(("value",), "RULE-VALUE", message, f"compare with a path of type {' or '.join(types)}")]
    if wanted or not isinstance(found, FieldSchema) or leaf.op in (Op.EXISTS, Op.EMPTY):
        return []
    left = _TEXT if leaf.op is Op.CONTAINS and found.type is FieldType.REFS else _KINDS.get(found.type)
    right = _KINDS.get(other.type)
    if left is None or right is None or left == right:
        return []
    message = f'"{leaf.field}" is of type {found.type} and never meets "{path}", which is of type {other.type}'
    return [Issue(("value",), "RULE-VALUE", message, "compare with a path of its type", "warning")]


def _kind(value: object) -> str | None:
    """What a literal is, where it can be compared at all."""
    if isinstance(value, bool):
        return _BOOLEAN
    return _TEXT if isinstance(value, str) else _NUMBER if isinstance(value, int | float) else None


def _check_literal(leaf: LeafRule, field: FieldSchema) -> list[Issue]:
    """Warn of a literal that no value of the field can equal or be compared with."""
    several = leaf.op in (Op.IN, Op.NIN, Op.CONTAINS_ALL)
    if leaf.op not in (Op.EQ, Op.NEQ, Op.GT, Op.GTE, Op.LT, Op.LTE, Op.CONTAINS) and not several:
        return []
    wanted = _TEXT if field.type is FieldType.REFS else _KINDS.get(field.type)
    if wanted is None or (field.type is FieldType.REFS and leaf.op not in (Op.CONTAINS, Op.CONTAINS_ALL)):
        return []
    values: Sequence[Any] = leaf.value if several else [leaf.value]
    for value in values:
        if value is None or (isinstance(value, Mapping) and params_of(value)):
            continue
        if _kind(value) != wanted:
            message = f'"{leaf.field}" is of type {field.type} and never meets {shown(value)}'
            return [Issue(("value",), "RULE-VALUE", message, "compare with a value of its type", "warning")]
        if field.type is FieldType.ENUM and value not in (field.enum_values or ()):
            help = nearest(str(value), field.enum_values or ())
            return [Issue(("value",), "RULE-VALUE", f'"{leaf.field}" is never "{value}"', help, "warning")]
    return []
