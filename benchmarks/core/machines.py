"""What one transition of a machine with a guard costs. The peers get the same machine: three states, one guard, no action.

The floor is a transition table in a dict and the guard as a function of one's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from statemachine import State
from statemachine import StateMachine as PeerMachine
from transitions import Machine

from benchmarks.harness import Contestant
from coregen_runtime import Emit, F, FSMContext, StateMachine, StateNode, Transition, transition, valid_events

COUNT = 20_000
PEERS = 1_000
GROUP = "one guarded transition"
ACTIONS = "one guarded transition with a computed action"

ORDER = StateMachine(
    id="order",
    entity_type="Order",
    initial="draft",
    states={
        "draft": StateNode(on={"place": Transition(target="placed", guard=F("order.total") > 0), "drop": Transition(target="dropped")}),
        "placed": StateNode(on={"reopen": Transition(target="draft")}),
        "dropped": StateNode(terminal=True),
    },
)
TELLING = ORDER.model_copy(
    update={
        "states": {
            **ORDER.states,
            "draft": StateNode(
                on={
                    "place": Transition(
                        target="placed", guard=F("order.total") > 0, actions=[Emit(event="order.placed", payload={"total": {"ref": "order.total"}})]
                    )
                }
            ),
        }
    }
)
CONTEXT = FSMContext(entity={"id": "ord_1", "total": 10}, actor={"id": "actor_1", "roles": []})

Guard = Callable[[Mapping[str, Any]], bool]


def _positive(entity: Mapping[str, Any]) -> bool:
    total = entity.get("total")
    return isinstance(total, int | float) and not isinstance(total, bool) and total > 0


BY_HAND: dict[tuple[str, str], tuple[Guard | None, str]] = {
    ("draft", "place"): (_positive, "placed"),
    ("draft", "drop"): (None, "dropped"),
    ("placed", "reopen"): (None, "draft"),
}


class _Order:
    """The model of `transitions`; `state` and `place` are added by it."""

    state: str
    place: Callable[[], bool]
    reopen: Callable[[], bool]

    def __init__(self) -> None:
        self.total = 10

    def positive(self) -> bool:
        return self.total > 0


class _OrderMachine(PeerMachine):  # type: ignore[misc]  # the peer carries no types that mypy takes
    """The machine of python-statemachine."""

    draft = State(initial=True)
    placed = State()
    dropped = State(final=True)
    place = draft.to(placed, cond="positive")
    drop = draft.to(dropped)
    reopen = placed.to(draft)

    def __init__(self) -> None:
        self.total = 10
        super().__init__()

    def positive(self) -> bool:
        return self.total > 0


def contestants() -> Sequence[Contestant]:
    return (
        Contestant(GROUP, "a dict and a function", _floor, size=COUNT, floor=True),
        Contestant(GROUP, "transition", lambda: _pure(ORDER), size=COUNT),
        Contestant(GROUP, "valid_events, of two", _events, size=COUNT),
        Contestant(GROUP, "transitions, there and back halved", _transitions(), size=2 * PEERS),
        Contestant(GROUP, "python-statemachine, there and back halved", _python_statemachine(), size=2 * PEERS),
        Contestant(ACTIONS, "transition", lambda: _pure(TELLING), size=COUNT),
    )


def _floor() -> None:
    entity = CONTEXT.entity
    for _ in range(COUNT):
        guard, target = BY_HAND["draft", "place"]
        if guard is not None and not guard(entity):
            raise AssertionError(target)


def _pure(machine: StateMachine) -> None:
    for _ in range(COUNT):
        state, _actions = transition(machine, "draft", "place", CONTEXT)
        if state != "placed":
            raise AssertionError(state)


def _events() -> None:
    for _ in range(COUNT):
        valid_events(ORDER, "draft", CONTEXT)


def _transitions() -> Callable[[], None]:
    order = _Order()
    Machine(
        order,
        states=["draft", "placed", "dropped"],
        initial="draft",
        transitions=[
            {"trigger": "place", "source": "draft", "dest": "placed", "conditions": "positive"},
            {"trigger": "drop", "source": "draft", "dest": "dropped"},
            {"trigger": "reopen", "source": "placed", "dest": "draft"},
        ],
    )

    def run() -> None:
        for _ in range(PEERS):
            order.place()
            order.reopen()

    return run


def _python_statemachine() -> Callable[[], None]:
    machine = _OrderMachine()

    def run() -> None:
        for _ in range(PEERS):
            machine.send("place")
            machine.send("reopen")

    return run
