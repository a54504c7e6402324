"""What an event needs in its payload is said in the form, in the OpenAPI schema and by the typed message, with one verdict (semantics 4)."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError as PydanticValidationError

from coregen.resolve.artefacts.forms import forms
from coregen.resolve.artefacts.openapi import openapi
from coregen_runtime import CommandMessage, Field, Json, TransitionMessage
from coregen_runtime.errors.base import failures_of
from coregen_runtime.state.needs import needs_of
from tests.generator.artefacts.conftest import ORDERING, PRODUCT, module_of
from tests.node.judge import judge

HAS_REASON = {"field": "payload.reason", "op": "exists"}
HAS_CITY = {"field": "payload.address.city", "op": "empty", "value": False}
LARGE = {"field": "order.total.amount", "op": "gt", "value": 0}
MODULE = ORDERING | {
    "fsms": [
        {
            "id": "order-fsm",
            "entityType": "Order",
            "initial": "draft",
            "states": {
                "draft": {
                    "on": {
                        "cancel": [
                            {"target": "draft", "guard": {"and": [HAS_REASON, LARGE]}},
                            {"target": "placed", "guard": {"and": [LARGE, {"and": [HAS_REASON]}]}},
                        ],
                        "ship": {"target": "placed", "guard": {"and": [{"ref": "ordering.reachable"}, HAS_REASON]}},
                        "sometimes": {"target": "placed", "guard": HAS_REASON},
                        "either": {"target": "placed", "guard": {"or": [HAS_REASON, HAS_CITY]}},
                        "unlike": {"target": "placed", "guard": {"not": HAS_REASON}},
                        "absent": {"target": "placed", "guard": {**HAS_REASON, "value": False}},
                        "free": {"target": "placed"},
                    }
                },
                "placed": {"on": {"sometimes": {"target": "draft", "guard": LARGE}}},
            },
        }
    ],
    "rules": {"reachable": {"and": [HAS_CITY, {"field": "payload.address.lines.0", "op": "exists"}]}},
}
ORDERS = module_of(MODULE, PRODUCT)
[MACHINE] = ORDERS.definition.fsms
EVENTS = ["absent", "cancel", "either", "free", "ship", "sometimes", "unlike"]
ID = "ord_01ARZ3NDEKTSV4RRFFQ69G5FAV"


FORM = forms(ORDERS)["messages"]["ordering.transitionOrder"]
API = openapi(ORDERS)["components"]["schemas"][ORDERS.types.component("Transition", MACHINE.id)]


class TransitionOrder(
    TransitionMessage, CommandMessage[None], type="ordering.transitionOrder", needs=needs_of(MACHINE, ORDERS.definition.rules, "ordering")
):
    event: str
    payload: dict[str, Json] = Field(default_factory=dict, validate_default=True)
    about: ClassVar[str] = "as the generator writes it"


def test_only_what_every_way_of_an_event_asks_for_is_needed() -> None:
    """Semantics 20: through conjunctions and named rules; a choice, a negation and one way without it ask for nothing."""
    assert {"cancel": {"reason": {}}, "ship": {"address": {"city": {}, "lines": {}}, "reason": {}}} == needs_of(
        MACHINE, ORDERS.definition.rules, "ordering"
    )


def test_a_rule_that_is_not_there_asks_for_nothing() -> None:
    assert {"cancel": {"reason": {}}, "ship": {"reason": {}}} == needs_of(MACHINE)


def test_the_message_names_what_is_lacking() -> None:
    with pytest.raises(PydanticValidationError) as caught:
        TransitionOrder(event="ship", payload={"address": {"city": None}})

    assert [("payload.address.city", "REQUIRED"), ("payload.address.lines", "REQUIRED"), ("payload.reason", "REQUIRED")] == [
        (failure.path, failure.code) for failure in failures_of(caught.value)
    ]


PRESENT = st.none() | st.sampled_from(["", "x", 0, False, 1.5]) | st.just([]) | st.just({})
ADDRESSES = PRESENT | st.dictionaries(st.sampled_from(["city", "lines", "zip"]), PRESENT, max_size=3)
PAYLOADS = st.fixed_dictionaries({}, optional={"reason": PRESENT, "address": ADDRESSES, "other": PRESENT})


@given(st.sampled_from(EVENTS), st.none() | PAYLOADS)
def test_form_schema_and_message_have_one_verdict(event: str, payload: dict[str, Any] | None) -> None:
    """Semantics 4."""
    sent = {"event": event} | ({} if payload is None else {"payload": payload})
    form = Draft202012Validator(FORM["schema"]).is_valid({"id": ID, **sent})
    api = Draft202012Validator(API).is_valid(sent)
    try:
        TransitionOrder.model_validate(sent)
        message = True
    except PydanticValidationError:
        message = False

    assert (form, form) == (api, message)


def test_the_form_asks_for_it_when_the_event_is_chosen() -> None:
    """Conditional requirement of state, in react-jsonschema-form as it is."""
    chosen: dict[str, dict[str, Any]] = {
        "free": {"event": "free"},
        "cancel": {"event": "cancel", "payload": {"reason": "late"}},
        "ship": {"event": "ship", "payload": {"reason": "now", "address": {"city": "Ulm", "lines": ["a"]}}},
        "lacking": {"event": "ship", "payload": {"reason": "now", "address": {"city": "Ulm"}}},
    }
    found = judge({name: {**FORM, "formData": {"id": ID, **data}} for name, data in chosen.items()}, {}, {})["forms"]
    inputs = {name: [key for key in ("reason", "address_city", "address_lines") if f"root_payload_{key}" in found[name]["html"]] for name in chosen}

    assert {
        "free": [],
        "cancel": ["reason"],
        "ship": ["reason", "address_city", "address_lines"],
        "lacking": ["reason", "address_city", "address_lines"],
    } == inputs
    assert {"free": [], "cancel": [], "ship": []} == {name: found[name]["complaints"] for name in ("free", "cancel", "ship")}
    assert any("lines" in complaint for complaint in found["lacking"]["complaints"])
