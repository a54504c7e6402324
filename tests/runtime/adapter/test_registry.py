"""Adapters by kind: several may be registered, one is active."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from coregen_runtime import AdapterRegistry, CoreError
from coregen_runtime.adapter.registry import ADAPTER_TYPES

STRIPE, RAZORPAY = cast(Any, "stripe's"), cast(Any, "razorpay's")


@pytest.mark.parametrize("kind", ADAPTER_TYPES)
def test_each_of_the_twelve_kinds_can_be_registered_and_got(kind: Any) -> None:
    registry = AdapterRegistry()
    before = registry.has(kind)
    registry.register(kind, STRIPE)

    assert (12, False, True, STRIPE) == (len(ADAPTER_TYPES), before, registry.has(kind), registry.get(kind))


def test_the_first_is_active_unless_configuration_names_another() -> None:
    default, configured = AdapterRegistry(), AdapterRegistry({"payment": "razorpay"})
    for registry in (default, configured):
        registry.register("payment", STRIPE, name="stripe")
        registry.register("payment", RAZORPAY, name="razorpay")

    assert (STRIPE, RAZORPAY) == (default.get("payment"), configured.get("payment"))


def test_what_is_missing_is_named_with_the_fix() -> None:
    selected = AdapterRegistry({"payment": "razorpay"})
    selected.register("payment", STRIPE, name="stripe")

    with pytest.raises(CoreError, match=r'NOT_CONFIGURED: no adapter for "geo"; register one: adapters.register\("geo", …\)'):
        AdapterRegistry().get("geo")
    with pytest.raises(CoreError, match='"razorpay" is selected, and registered are: stripe'):
        selected.get("payment")
    assert not selected.has("payment")


def test_a_name_is_taken_once_per_kind() -> None:
    registry = AdapterRegistry()
    registry.register("payment", STRIPE)

    with pytest.raises(CoreError, match="DUPLICATE"):
        registry.register("payment", RAZORPAY)


@pytest.mark.parametrize(
    "use",
    [
        lambda kind: AdapterRegistry().get(kind),
        lambda kind: AdapterRegistry().register(kind, STRIPE),
        lambda kind: AdapterRegistry({kind: "x"}),
    ],
)
def test_an_unknown_kind_names_the_nearest(use: Callable[[Any], object]) -> None:
    with pytest.raises(CoreError, match='UNKNOWN: "payments" is no kind of adapter; did you mean "payment"'):
        use("payments")
