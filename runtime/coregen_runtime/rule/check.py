"""Rules judged before they run: fields that exist, operators that their types take, values that can be met (semantics 20).

Pure: the same function serves the generator at sync and the registry at boot. Locations are wire keys, relative to the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from coregen_runtime.entity.fields import row, system_fields
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.primitives.issue import Issue
from coregen_runtime.primitives.patterns import searcher
from coregen_runtime.primitives.suggest import did_you_mean
from coregen_runtime.rule.operators import polygon_rings
from coregen_runtime.rule.types import AndRule, LeafRule, NotRule, Op, OrRule, RefRule, RuleExpr, TemplateRule

Loc: TypeAlias = tuple[str | int, ...]


class Anything:
    """A part of the context that nothing is known about: every path and operator is taken."""


ANYTHING: Final = Anything()


@dataclass(frozen=True, slots=True)
class Members:
    """A part of the context with known members; `label` names it in sentences (`Product`)."""

    label: str
    members: Mapping[str, Scope]


Scope: TypeAlias = "FieldSchema | Members | Anything"


def entity_scope(schema: EntitySchema, extra: Iterable[FieldSchema] = ()) -> Members:
    """What a rule may ask of an entity: its fields and the system's, its switches considered."""
    kinds = {"timestamp": FieldType.DATE, "integer": FieldType.NUMBER, "json": FieldType.JSON, "text": FieldType.STRING}
    system = (FieldSchema(key=entry.key, type=kinds[entry.storage]) for entry in system_fields(schema))
    return Members(schema.name, {field.key: field for field in (*system, *extra, *schema.fields)})


def guard_scope(schema: EntitySchema | None, extra: Iterable[FieldSchema] = (), payload: Scope = ANYTHING) -> Members:
    """The context of a guard: `entity`, the entity under its own camelCase name, `actor` and `payload` (semantics 20)."""
    actor = Members(
        "actor",
        {
            "id": FieldSchema(key="id", type=FieldType.STRING),
            "orgId": FieldSchema(key="orgId", type=FieldType.STRING),
            "roles": FieldSchema(key="roles", type=FieldType.JSON),
            "type": FieldSchema(key="type", type=FieldType.ENUM, enum_values=("human", "system", "api-key")),
        },
    )
    entity: Scope = entity_scope(schema, extra) if schema is not None else ANYTHING
    own_name = {schema.name[0].lower() + schema.name[1:]: entity} if schema is not None else {}
    return Members("the context of a guard", {"entity": entity, **own_name, "actor": actor, "payload": payload})


def check(expr: RuleExpr, fields: Mapping[str, Scope] | Members, rules: Mapping[str, RuleExpr] | None = None) -> list[Issue]:
    """Everything that is wrong with a rule.

    Args:
        fields: what the context holds at its top.
        rules: the named rules that may be referred to; None leaves references unchecked.
    """
    scope = fields if isinstance(fields, Members) else Members("the context", fields)
    issues: list[Issue] = []
    pending: list[tuple[RuleExpr, Loc]] = [(expr, ())]
    while pending:
        node, loc = pending.pop()
        if isinstance(node, LeafRule):
            issues.extend(issue.under(*loc) for issue in _check_leaf(node, scope))
        elif isinstance(node, AndRule | OrRule):
            key, members = ("and", node.and_) if isinstance(node, AndRule) else ("or", node.or_)
            pending.extend((child, (*loc, key, index)) for index, child in reversed(list(enumerate(members))))
        elif isinstance(node, NotRule):
            pending.append((node.not_, (*loc, "not")))
        elif rules is not None:
            issues.extend(issue.under(*loc) for issue in _check_name(node, rules))
    return issues


def _nearest(name: str, known: Iterable[str]) -> str:
    """The help for an unknown name: the nearest known one, else all of them."""
    names = sorted(known)
    return did_you_mean(name, names).removeprefix("; ") or (f"there are {', '.join(names)}" if names else "")


def _check_name(node: RefRule | TemplateRule, rules: Mapping[str, RuleExpr]) -> list[Issue]:
    key, name = ("ref", node.ref) if isinstance(node, RefRule) else ("template", node.template)
    return [] if name in rules else [Issue((key,), "RULE-REF", f'there is no rule "{name}"', _nearest(name, rules))]


def is_ref(value: object) -> bool:
    """Whether a leaf's value is `{"ref": "path"}`, read from the context."""
    return isinstance(value, Mapping) and len(value) == 1 and isinstance(value.get("ref"), str)


def _check_leaf(leaf: LeafRule, scope: Members) -> list[Issue]:
    found, issue = _follow(leaf.field, scope, "field")
    if issue is not None:
        return [issue]
    issues = _check_operand(leaf)
    if is_ref(leaf.value):
        _, missing = _follow(leaf.value["ref"], scope, "value")
        issues += [missing] if missing else []
    if isinstance(found, FieldSchema):
        if leaf.op not in row(found).rule_ops:
            return [_wrong_operator(leaf, found), *issues]
        if not issues and not is_ref(leaf.value):
            issues += _check_literal(leaf, found)
    elif isinstance(found, Members) and leaf.op not in (Op.EXISTS, Op.EQ, Op.NEQ):
        help = f"ask one of its fields: {', '.join(sorted(found.members))}"
        return [Issue(("op",), "RULE-OPERATOR", f'"{leaf.field}" is {found.label} as a whole, which does not take "{leaf.op}"', help)]
    return issues


def _follow(path: str, scope: Members, key: str) -> tuple[Scope, Issue | None]:
    """What stands at a path, or why nothing does."""
    at: Scope = scope
    for part in path.split("."):
        if isinstance(at, Members):
            if part not in at.members:
                if at is scope:
                    return ANYTHING, Issue((key,), "RULE-FIELD", f'{at.label} has no "{part}"', _root_help(path, scope))
                return ANYTHING, Issue((key,), "RULE-FIELD", f'{at.label} has no field "{part}"', _nearest(part, at.members))
            at = at.members[part]
        elif isinstance(at, FieldSchema):
            if at.type in (FieldType.JSON, FieldType.GEO_POLYGON, FieldType.GEO_LINESTRING) or (at.type is FieldType.REFS and part.isdigit()):
                return ANYTHING, None
            parts = row(at).parts
            if part not in parts:
                help = _nearest(part, parts) or f'end the path at "{at.key}"'
                return ANYTHING, Issue((key,), "RULE-FIELD", f'"{at.key}" is of type {at.type} and has no "{part}"', help)
            at = FieldSchema(key=part, type=parts[part])
        else:
            return ANYTHING, None
    return at, None


def _root_help(path: str, scope: Members) -> str:
    root = path.split(".")[0]
    for name in sorted(scope.members, key=lambda name: name == "entity"):
        members = scope.members[name]
        if isinstance(members, Members) and root in members.members:
            return f'write "{name}.{path}"'
    return _nearest(root, scope.members)


def _wrong_operator(leaf: LeafRule, field: FieldSchema) -> Issue:
    parts = row(field).parts
    takes = ", ".join(sorted(row(field).rule_ops))
    by_part = next((part for part, type_ in parts.items() if leaf.op in row(type_).rule_ops), None)
    help = f'ask "{leaf.field}.{by_part}"' if by_part else f"{field.type} takes {takes}"
    return Issue(("op",), "RULE-OPERATOR", f'"{leaf.field}" is of type {field.type}, which does not take "{leaf.op}"', help)


def _check_operand(leaf: LeafRule) -> list[Issue]:
    """Whether the operator can do anything with the value, whatever the field."""
    value = leaf.value
    if is_ref(value) or (isinstance(value, Mapping) and "param" in value):
        return []
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
        problem = "takes a GeoJSON polygon with closed rings, longitude first"
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


_KINDS: Mapping[FieldType, tuple[type, ...]] = {
    FieldType.STRING: (str,),
    FieldType.ENUM: (str,),
    FieldType.REF: (str,),
    FieldType.NUMBER: (int, float),
    FieldType.DATE: (int, float),
    FieldType.BOOLEAN: (bool,),
}


def _check_literal(leaf: LeafRule, field: FieldSchema) -> list[Issue]:
    """Warn of a literal that no value of the field can equal or be compared with."""
    if leaf.op not in (Op.EQ, Op.NEQ, Op.GT, Op.GTE, Op.LT, Op.LTE, Op.IN, Op.NIN) or field.type not in _KINDS:
        return []
    values: Sequence[Any] = leaf.value if leaf.op in (Op.IN, Op.NIN) else [leaf.value]
    for value in values:
        if value is None or isinstance(value, Mapping):
            continue
        fits = isinstance(value, _KINDS[field.type]) and (field.type is FieldType.BOOLEAN or not isinstance(value, bool))
        if not fits:
            return [
                Issue(
                    ("value",),
                    "RULE-VALUE",
                    f'"{leaf.field}" is of type {field.type} and never meets {value!r}',
                    "compare with a value of its type",
                    "warning",
                )
            ]
        if field.type is FieldType.ENUM and value not in (field.enum_values or ()):
            help = _nearest(str(value), field.enum_values or ())
            return [Issue(("value",), "RULE-VALUE", f'"{leaf.field}" is never "{value}"', help, "warning")]
    return []
