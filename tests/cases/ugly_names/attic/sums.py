"""The computed fields of `Typed`."""

from collections.abc import Mapping
from typing import Any


def length(entity: Mapping[str, Any]) -> int:
    return len(entity)


def name(entity: Mapping[str, Any]) -> str:
    return f"{entity['int']}"
