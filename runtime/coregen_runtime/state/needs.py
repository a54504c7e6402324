"""What the payload of an event must hold: paths that every guard of every transition of the event asks to exist (semantics 4, 20).

Such a payload can lead nowhere without them, so the form asks for them, the OpenAPI schema and the typed message refuse what lacks them.
What else a guard wants of a payload is said by the guard, when the transition is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from pydantic import ValidationInfo, field_validator
from pydantic_core import InitErrorDetails, ValidationError

from coregen_runtime.primitives.model import Model
from coregen_runtime.rule.types import AndRule, LeafRule, Op, RefRule, RuleExpr
from coregen_runtime.state.types import StateMachine

if TYPE_CHECKING:
    from coregen_runtime.entity.json_schema import JsonSchema

Needs: TypeAlias = "Mapping[str, Needs]"
"""Keys that must be there and not null, each with those that it must hold itself: `{"reason": {}, "address": {"city": {}}}`."""

_ROOT = "payload"


def needs_of(machine: StateMachine, rules: Mapping[str, RuleExpr] | None = None, module: str = "") -> dict[str, Needs]:
    """By event, in order of their names, what its payload must hold; an event that can do without is left out.

    Args:
        rules: the named rules of the machine's module; one that is not there asks nothing.
        module: the module's id: its rules may be named in full, too.
    """
    known = {**{f"{module}.{id}": rule for id, rule in (rules or {}).items()}, **(rules or {})}
    guards: dict[str, list[RuleExpr | None]] = {}
    for state in machine.states.values():
        for event, several in state.on.items():
            guards.setdefault(event, []).extend(one.guard for one in several)
    found: dict[str, Needs] = {}
    for event in sorted(guards):
        asked = [set(_asked(guard, known, frozenset())) for guard in guards[event]]
        paths = set.intersection(*asked) if asked else set()
        if paths:
            found[event] = _tree(sorted(paths))
    return found


def _asked(guard: RuleExpr | None, rules: Mapping[str, RuleExpr], trail: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """The paths into the payload whose existence is a conjunct of the guard."""
    if isinstance(guard, AndRule):
        for part in guard.and_:
            yield from _asked(part, rules, trail)
    elif isinstance(guard, RefRule) and guard.ref in rules and guard.ref not in trail:
        yield from _asked(rules[guard.ref], rules, trail | {guard.ref})
    elif isinstance(guard, LeafRule) and _asks_presence(guard):
        root, *keys = guard.field.split(".")
        index = next((place for place, key in enumerate(keys) if key.isdecimal()), len(keys))
        for end in range(1, index + 1) if root == _ROOT else ():
            yield tuple(keys[:end])


def _asks_presence(leaf: LeafRule) -> bool:
    return (leaf.op is Op.EXISTS and leaf.value is not False) or (leaf.op is Op.EMPTY and leaf.value is False)


def _tree(paths: list[tuple[str, ...]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path in paths:
        at = tree
        for key in path:
            at = at.setdefault(key, {})
    return tree


def conditions(needs: Mapping[str, Needs], leaf: JsonSchema) -> list[JsonSchema]:
    """The needs as the `allOf` of a message `{event, payload}`; `leaf` is the schema of a value that is there."""
    return [
        {
            "if": {"properties": {"event": {"const": event}}, "required": ["event"]},
            "then": {"properties": {_ROOT: _schema(tree, leaf)}, "required": [_ROOT]},
        }
        for event, tree in needs.items()
    ]


def _schema(tree: Needs, leaf: JsonSchema) -> JsonSchema:
    if not tree:
        return dict(leaf)
    return {"type": "object", "properties": {key: _schema(inner, leaf) for key, inner in tree.items()}, "required": list(tree)}


class TransitionMessage(Model):
    """Base of a generated transition message whose events need something in their payload: `class T(TransitionMessage, …, needs={…})`."""

    __needs__: ClassVar[Mapping[str, Needs]] = {}

    def __init_subclass__(cls, *, needs: Mapping[str, Needs] | None = None, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if needs is not None:
            cls.__needs__ = needs

    @field_validator("payload", check_fields=False)
    @classmethod
    def _holds_what_the_event_needs(cls, payload: Any, info: ValidationInfo) -> Any:
        tree = cls.__needs__.get(info.data.get("event", ""))
        lacking = [] if tree is None else [*_lacking(tree, payload, ())]
        if lacking:
            details = [InitErrorDetails(type="missing", loc=path, input=payload) for path in lacking]
            raise ValidationError.from_exception_data(cls.__name__, details, hide_input=True)
        return payload


def _lacking(tree: Needs, value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for key, inner in tree.items():
        found = value.get(key) if isinstance(value, Mapping) else None
        if found is None or (inner and not isinstance(found, Mapping)):
            yield (*path, key)
        else:
            yield from _lacking(inner, found, (*path, key))
