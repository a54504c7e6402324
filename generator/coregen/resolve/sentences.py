"""What each message that an entity brings does, in a sentence: for its docstring, its handler and its route."""

from __future__ import annotations

from coregen.naming import with_article


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
