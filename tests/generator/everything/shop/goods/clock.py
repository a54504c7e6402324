"""The functions that the definition names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def now() -> int:
    return 1_700_000_000_000


def check(value: object, context: object) -> None:
    return None


def hook(entity: object, ctx: object) -> None:
    return None


def total_weight(thing: Mapping[str, Any]) -> float:
    return float(thing["weight"] * thing["count"])


def rating(thing: Mapping[str, Any]) -> str:
    return "high" if thing["weight"] > 10 else "low"


def others(thing: Mapping[str, Any]) -> list[str]:
    return [each for each in thing["siblings"] if each != thing["id"]]


def display(thing: Mapping[str, Any]) -> str:
    return f"{thing['name']} ({thing['class']})"


def estimate(thing: Mapping[str, Any]) -> dict[str, float]:
    return {"low": thing["weight"] * 0.9, "by": 1}
