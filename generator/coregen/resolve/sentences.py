"""What the messages that entities bring do, and what the states and events of machines mean, in sentences: for docstrings, documents and forms."""

from __future__ import annotations

from collections.abc import Mapping

from coregen.naming import with_article
from coregen_runtime.state.types import StateMachine


def entity_sentence(verb: str, entity: str) -> str:
    """The sentence of a verb (`create`, `list`), for an entity by its name."""
    some = with_article(entity)
    return {
        "create": f"Make {some}",
        "update": f"Change {some}; what is left out stays",
        "delete": f"Delete {some}",
        "restore": f"Undo the deletion of {some}",
        "get": f"One {entity} by its id",
        "including": f"One {entity} by its id, and beside it what it refers to",
        "list": f"A page of those {entity} that a filter holds for",
        "transition": f"Send an event to the machine of {some}",
        "options": f"The events that {some} would take now, and the states that it can reach",
    }[verb]


def state_sentences(machine: StateMachine) -> Mapping[str, str]:
    """By state: its label, its colour and its description; "" for one without."""
    return {
        name: ": ".join(part for part in (", shown in ".join(each for each in (node.label, node.color) if each), node.description) if part)
        for name, node in machine.states.items()
    }


def event_sentences(machine: StateMachine) -> Mapping[str, str]:
    """By event: where it leads from where, and what the definition says about that."""
    found: dict[str, list[str]] = {}
    for state, node in machine.states.items():
        for event, several in node.on.items():
            ways = (f"from {state} to {way.target}{f': {way.description}' if way.description else ''}" for way in several)
            found.setdefault(event, []).extend(ways)
    return {event: _capital("; ".join(dict.fromkeys(ways))) for event, ways in found.items()}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
