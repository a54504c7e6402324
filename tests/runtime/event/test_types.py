"""Domain events: what is said once in the class, and what is stamped later."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from coregen_runtime import DomainEvent, Model, Money


class Placed(Model):
    number: int
    total: Money


class OrderPlaced(DomainEvent[Placed], type="order.placed", source="ordering", aggregate="Order"):
    payload: Placed


EVENT = OrderPlaced(payload=Placed(number=7, total=Money(amount=4990, currency="EUR")), aggregate_id="ord_1", org_id="org_1", occurred_at=5)
WIRE: dict[str, Any] = {
    "payload": {"number": 7, "total": {"amount": 4990, "currency": "EUR"}},
    "id": "",
    "type": "order.placed",
    "aggregateId": "ord_1",
    "aggregateType": "Order",
    "occurredAt": 5,
    "actorId": None,
    "orgId": "org_1",
    "correlationId": "",
    "causedBy": None,
    "version": 0,
    "source": "ordering",
    "metadata": None,
}


def test_an_event_is_made_with_its_payload_and_knows_the_rest_from_its_class() -> None:
    assert ("order.placed", "ordering", "Order") == (EVENT.type, EVENT.source, EVENT.aggregate_type)


def test_on_the_wire_it_has_the_specifications_keys() -> None:
    assert WIRE == EVENT.model_dump(mode="json")
    assert EVENT == OrderPlaced.model_validate(WIRE)


def test_what_is_said_of_an_event_stands_before_what_its_class_says() -> None:
    assert "other" == OrderPlaced.model_validate({**WIRE, "source": "other"}).source


def test_a_wrong_payload_is_refused() -> None:
    with pytest.raises(ValidationError):
        OrderPlaced.model_validate({**WIRE, "payload": {"number": "seven"}})


def test_a_plain_event_takes_any_payload() -> None:
    assert {"a": [1]} == DomainEvent(type="a.b", payload={"a": [1]}).payload


def test_the_parameter_is_for_type_checkers_and_builds_no_second_class() -> None:
    parametrised: object = DomainEvent[Placed]

    assert DomainEvent is parametrised
    assert (DomainEvent,) == OrderPlaced.__bases__


def test_an_event_is_frozen() -> None:
    with pytest.raises(ValidationError):
        EVENT.id = "evt_1"


def test_an_event_of_parts_that_core_made_is_the_one_that_validation_gives() -> None:
    parts: dict[str, Any] = {name: getattr(EVENT, name) for name in DomainEvent.model_fields} | {"payload": {"number": 7}}
    made, validated = DomainEvent._of(dict(parts)), DomainEvent(**parts)

    assert set(DomainEvent.model_fields) == made.model_fields_set
    assert validated == made
    assert validated.model_dump_json(by_alias=True) == made.model_dump_json(by_alias=True)
    assert validated.model_copy(update={"version": 3}) == made.model_copy(update={"version": 3})
    with pytest.raises(ValidationError, match="frozen"):
        made.version = 2
