"""Modules boot level by level; what cannot be ordered is told as a sentence (semantics 37)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coregen_runtime import CoreError, ModuleManifest, resolve_boot_order
from coregen_runtime.module.lifecycle import with_dependencies


def manifests(needs: dict[str, list[str]]) -> list[ModuleManifest]:
    return [ModuleManifest(id=id, version="1.0.0", depends_on=depends_on) for id, depends_on in needs.items()]


SPECIFICATION = {
    "identity": [],
    "catalog": [],
    "inventory": ["catalog"],
    "ledger": [],
    "workflow": ["identity"],
    "scheduling": ["identity", "catalog"],
    "notification": ["identity"],
    "geo": [],
    "analytics": ["inventory", "workflow", "scheduling", "notification", "ledger", "geo"],
}


def test_the_specifications_example_has_the_specifications_levels() -> None:
    assert (
        ("identity", "catalog", "ledger", "geo"),
        ("inventory", "workflow", "scheduling", "notification"),
        ("analytics",),
    ) == resolve_boot_order(manifests(SPECIFICATION))


@pytest.mark.parametrize(
    ("needs", "path"),
    [
        ({"a": ["a"]}, "a → a"),
        ({"a": ["b"], "b": ["a"]}, "a → b → a"),
        ({"top": ["a"], "a": ["b"], "b": ["c"], "c": ["a"], "free": []}, "a → b → c → a"),
    ],
)
def test_a_cycle_is_printed_as_a_path(needs: dict[str, list[str]], path: str) -> None:
    with pytest.raises(CoreError, match=f"DEPENDENCY_CYCLE: .*: {re.escape(path)}$"):
        resolve_boot_order(manifests(needs))


def test_all_dependencies_that_are_missing_are_told_with_the_nearest_name() -> None:
    with pytest.raises(CoreError) as caught:
        resolve_boot_order(manifests({"catalog": [], "ordering": ["catalogue", "billing"]}))

    assert (
        'ordering depends on catalogue, which is not registered; did you mean "catalog"?; ordering depends on billing, which is not registered'
        == caught.value.message
    )


def test_a_module_is_booted_with_all_that_it_depends_on_and_nothing_else() -> None:
    chosen = with_dependencies(manifests(SPECIFICATION), ["scheduling"])

    assert ["identity", "catalog", "scheduling"] == [manifest.id for manifest in chosen]


@given(st.lists(st.sets(st.integers(0, 30)), min_size=1, max_size=30))
def test_every_module_boots_once_and_after_all_that_it_needs(drawn: list[set[int]]) -> None:
    needs = {f"m{number}": [f"m{other}" for other in sorted(others) if other < number] for number, others in enumerate(drawn)}
    levels = resolve_boot_order(manifests(dict(reversed(needs.items()))))
    level_of = {module: number for number, level in enumerate(levels) for module in level}

    assert sorted(needs) == sorted(module for level in levels for module in level)
    assert all(level_of[needed] < level_of[module] for module, wanted in needs.items() for needed in wanted)
