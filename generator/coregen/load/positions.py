"""Where in a file the keys and values of a definition stand. Filling the positions belongs to yaml.py, json.py and source.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

Loc: TypeAlias = tuple[str | int, ...]
"""The way from the definition to a value: wire keys and indexes, e.g. `("fsms", 0, "states", "draft", "on", "publish", 0, "guard")`."""

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 64


@dataclass(frozen=True)
class Position:
    """`path` is posix and relative to the project's root; `line` and `column` count from 1, and 0 means the file as a whole."""

    path: str
    line: int
    column: int


class Positions(Protocol):
    """What a loaded definition knows of its own text."""

    def at(self, loc: Loc) -> Position:
        """Where the value at `loc` begins; the nearest ancestor answers for what is not written there."""
        ...

    def key(self, loc: Loc) -> Position:
        """Where the key of the value at `loc` begins; an item of a list has none and answers with its value."""
        ...


@dataclass
class Node:
    """A value of a document and where it stands. `children` are the values below it, by key or index; an alias shares its anchor's node.

    A node is `torn` when a part of it was refused: what else it seems to lack is no error of its own.
    """

    value: object
    line: int
    column: int
    children: dict[str | int, Node] = field(default_factory=dict)
    keys: dict[str | int, tuple[int, int]] = field(default_factory=dict)
    torn: bool = False

    def walk(self, loc: Loc) -> Iterator[tuple[Node, tuple[int, int] | None]]:
        """This node and those on the way to `loc`, each with the place of its key; ends early where the document does.

        A step 0 below what is no list stays where it is: `on` takes one transition where it reads as several.
        """
        node, place = self, None
        yield node, place
        for step in loc:
            if step == 0 and not isinstance(node.value, list):
                continue
            if step not in node.children:
                return
            place = node.keys.get(step)
            node = node.children[step]
            yield node, place


@dataclass(frozen=True)
class DocumentPositions:
    """The positions of a YAML or JSON document."""

    path: str
    root: Node

    def at(self, loc: Loc) -> Position:
        *_, (node, _key) = self.root.walk(loc)
        return Position(self.path, node.line, node.column)

    def is_torn(self, loc: Loc) -> bool:
        """Whether a part of what stands at `loc` was refused."""
        *_, (node, _key) = self.root.walk(loc)
        return node.torn

    def key(self, loc: Loc) -> Position:
        *_, (node, place) = self.root.walk(loc)
        return Position(self.path, *(place or (node.line, node.column)))


@dataclass(frozen=True)
class Refused:
    """Something a document may not hold: place, code, sentence, fix."""

    line: int
    column: int
    code: str
    message: str
    help: str = ""


@dataclass(frozen=True)
class Document:
    """What a document holds; no root where it could not be read to its end. `lost` are the keys and values that were refused and are not in it."""

    root: Node | None
    refused: tuple[Refused, ...]
    lost: tuple[object, ...] = ()


def number_refused(value: float) -> str | None:
    """Why a number has no place in a definition; None where it has one (semantics 4)."""
    if isinstance(value, int):
        return f"{value} is beyond what JSON carries exactly (±{LARGEST_INTEGER})" if abs(value) > LARGEST_INTEGER else None
    return None if value - value == 0 else "a number has to be finite"
