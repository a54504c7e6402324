"""The pages about events, processes and the relay hold Python that compiles, names what exists, and counts what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coregen_runtime import DomainEvent, RetryPolicy, Upcasters
from tests.test_readme import blocks

DOCS = Path(__file__).resolve().parent.parent / "docs"


def executed(page: str) -> dict[str, Any]:
    """What the Python of a page defines."""
    names: dict[str, Any] = {}
    for each in blocks((DOCS / page).read_text(encoding="utf-8")):
        if each.language == "python":
            exec(compile(each.text, page, "exec"), names)  # noqa: S102  # the page is ours
    return names


@pytest.mark.parametrize("page", ["how-to/events.md", "how-to/several-processes.md", "reference/relay.md"])
def test_what_a_page_imports_is_there(page: str) -> None:
    assert len(executed(page)) > 1


def test_the_upcasters_of_the_page_take_an_old_event_to_the_present_shape() -> None:
    page, upcasters = executed("how-to/events.md"), Upcasters()
    upcasters.add("ordering", "order.placed", page["with_currency"], page["number_as_text"])
    old: DomainEvent[Any] = DomainEvent(type="order.placed", source="ordering", payload={"number": 7, "total": 4990}, schema_version=1)

    assert {"number": "7", "total": {"amount": 4990, "currency": "EUR"}} == upcasters.upcast(old).payload


def test_the_waits_are_those_of_the_page() -> None:
    policy = RetryPolicy(jitter=0)
    waits = [policy.delay(failed) for failed in range(1, 7)]

    assert [200, 800, 3_200, 12_800, 51_200, None] == waits
    assert "0.2, 0.8, 3.2, 12.8 and 51.2 s" in (DOCS / "reference" / "relay.md").read_text(encoding="utf-8")
