"""Operators in Python: how each is written as an expression: what is common written out, everything else a call of operators.py.

It takes names and gives text: of the variables that hold what was found (`first` where the value is looked up, `again` from then on), and
of what the rule says, which `constant` binds. Where a name stands in a function, and what is looked up when, is compiler.py's.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import Any, Final, TypeAlias

from coregen_runtime.rule.operators import DAY_MS, Leaf, polygon_rings

Bind: TypeAlias = Callable[[object], str]
"""Binds a value, and gives the name that it is bound to."""

_ORDER: Final = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_SCALARS: Final = (str, int, float, bool, type(None))
_PLAIN: Final = (*_SCALARS, list, tuple, dict)


def against(op: str, first: str, again: str, first_other: str, other: str) -> str:
    """What was found compared with what was found elsewhere."""
    sign = "==" if op == "eq" else _ORDER.get(op)
    if sign is None:
        return f"op_{op}({first}, {first_other}, now)"
    same = f"(t := type({first})) is type({first_other}) and (t is str or t is int or t is float)"
    return f"({again} {sign} {other} if {same} else op_{op}({again}, {other}, now))"


def literal(one: Leaf, first: str, again: str, constant: Bind) -> str:
    """What was found compared with what the rule says. The written-out cases are those of JSON's own types alone."""
    op, value, kind = one.op, one.value, type(one.value)
    if op == "exists":
        return f"({first} is not None and {again} is not MISSING)"
    if op == "empty":
        sized = f"not {again} if (t := type({again})) is str or t is list or t is tuple else op_empty({again}, None, now)"
        return f"({first} is None or {again} is MISSING or ({sized}))"
    if op == "spatialWithin":
        return f"within_rings({first}, {constant(polygon_rings(value))})"
    bound = constant(value)
    if op == "eq" and (value is None or kind is bool):
        return f"({first} is {bound})"
    otherwise = f"{again} is not MISSING and op_{op}({again}, {bound}, now)"
    number = f"(t := type({first})) is {'float' if kind is float else 'int'} or t is {'int' if kind is float else 'float'}"
    if op == "matches" and callable(value):
        return f"({bound}({again}) if type({first}) is str else {otherwise})"
    if op == "in" and kind in (list, tuple):
        return _among(value, first, again, otherwise, constant)
    if op == "contains" and kind is str:
        listed = f"(t := type({first})) is list or t is tuple"
        return f"(contains_text({again}, {bound}) if {listed} else {otherwise})"
    if op == "withinDays" and kind in (int, float):
        return f"(abs(now - {again}) <= {constant(value * DAY_MS)} if {number} else {otherwise})"
    sign = "==" if op == "eq" else _ORDER.get(op)
    if sign is not None and kind in (str, int, float):
        return f"({again} {sign} {bound} if {f'type({first}) is str' if kind is str else number} else {otherwise})"
    return f"op_{op}({first}, {bound}, now)"


def _among(values: list[Any] | tuple[Any, ...], first: str, again: str, otherwise: str, constant: Bind) -> str:
    """`in` by sets, one of texts and one of numbers: True is no number, and NaN equals nothing."""
    texts = frozenset(each for each in values if type(each) is str)
    numbers = frozenset(each for each in values if type(each) in (int, float) and not (type(each) is float and isnan(each)))
    if not all(type(each) in _PLAIN for each in values) or not (texts or numbers):
        return f"({first} is not MISSING and {otherwise})"
    if not numbers:
        return f"({again} in {constant(texts)} if type({first}) is str else {otherwise})"
    number = f"{again} in {constant(numbers)} if t is int or t is float else {otherwise}"
    if not texts:
        return f"({number.replace('t is int', f'(t := type({first})) is int', 1)})"
    return f"({again} in {constant(texts)} if (t := type({first})) is str else {number})"
