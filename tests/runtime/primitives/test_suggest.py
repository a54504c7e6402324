"""The nearest of the names that would have been right."""

from __future__ import annotations

import pytest

from coregen_runtime.primitives.suggest import did_you_mean


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("prise", ["price", "name"], '; did you mean "price"?'),
        ("PRICE", ["price"], '; did you mean "price"?'),
        ("catalog.repric", ["catalog.reprice", "catalog.count"], '; did you mean "catalog.reprice"?'),
        ("quite other", ["price"], ""),
        ("price", [], ""),
        ("price" * 2_000_000, ["price"], ""),
    ],
)
def test_a_name_that_is_near_is_suggested_and_no_other(name: str, known: list[str], said: str) -> None:
    assert said == did_you_mean(name, known)
