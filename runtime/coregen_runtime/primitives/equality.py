"""When two JSON values are the same (semantics 10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def equal(left: Any, right: Any) -> bool:
    """Strict JSON equality: `True` and `1` differ, `1` and `1.0` do not.

    Without recursion, so that no depth of data raises; and each pair of containers is compared once, so that data which holds the same part many times over
    costs no more than its parts, and data which holds itself comes to an end.
    """
    kind = type(left)
    if kind is type(right) and (kind is str or kind is int or kind is float):
        return bool(left == right)
    pending, compared = [(left, right)], dict[tuple[int, int], tuple[Any, Any]]()
    while pending:
        one, other = pending.pop()
        if isinstance(one, list | tuple | Mapping) and compared.setdefault((id(one), id(other)), pair := (one, other)) is not pair:
            continue
        if one is None or isinstance(one, bool) or isinstance(other, bool):
            if one is not other:
                return False
        elif isinstance(one, str):
            if not isinstance(other, str) or one != other:
                return False
        elif isinstance(one, int | float):
            if not isinstance(other, int | float) or one != other:
                return False
        elif isinstance(one, list | tuple):
            if not isinstance(other, list | tuple) or len(one) != len(other):
                return False
            pending.extend(zip(one, other, strict=True))
        elif isinstance(one, Mapping):
            if not isinstance(other, Mapping) or one.keys() != other.keys():
                return False
            pending.extend((inner, other[key]) for key, inner in one.items())
        else:
            return False
    return True
