"""A definition with mistakes, without them: what is right of it, so that the other checks can tell in the same run what else is wrong.

Left out is what a diagnostic points at: an unknown key, a value where there need not be one, else the whole of what cannot be without it.
What was clearly misspelt is read as what the help says it was meant to be. Nothing is ever generated from a stand-in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from coregen.load.errors import Told, tell
from coregen.load.positions import Loc, Node
from coregen.load.shapes import trace, wire_key
from coregen.project import ModuleFolder
from coregen_runtime.primitives.model import DefinitionModel

M = TypeVar("M", bound=BaseModel)


@dataclass
class Mended(Generic[M]):
    """What is right of some data. `value` is None where it cannot be without what is wrong.

    `node` holds the data that `value` was made of, each part at its own place. `left_out` are the names that went with what was wrong, and
    `mistakes` what is to be told, each time with the data that it is about: first all, then those below keys that were misspelt.
    """

    value: M | None
    node: Node
    left_out: set[str] = field(default_factory=set)
    mistakes: list[tuple[list[ErrorDetails], Node]] = field(default_factory=list)


def mend(model: type[M], root: Node, validate: Callable[[Any], M], instead: Mapping[str, object] | None = None) -> Mended[M]:
    """Leave out of `root` what is wrong, until `validate` takes it.

    Args:
        instead: what the root gets for required keys that it lacks.
    """
    mended = Mended[M](None, root)
    renamed: list[Loc] = []
    while True:
        data = mended.node.value
        try:
            mended.value = validate(data)
            return mended
        except ValidationError as error:
            details = error.errors(include_url=False)
        below = details if mended.node is root else [each for each in details if _is_below(trace(model, each["loc"], data).loc, renamed)]
        if below:
            mended.mistakes.append((below, mended.node))
        mended.node = _copy(mended.node)
        renamed = []
        if not _leave_out(mended, tell(details, model, data, "data"), instead or {}, renamed):
            return mended
        _revalue(mended.node)


def supplied(folder: ModuleFolder) -> Mapping[str, object]:
    """What a definition is checked with that does not say it."""
    return {"id": folder.name, "version": "0"}


def node_of(value: object) -> Node:
    """Data without a text as a node; whatever is no mapping and no list stays whole."""
    node = Node(value, 0, 0)
    if isinstance(value, Mapping):
        node.children = {key: node_of(member) for key, member in value.items()}
    elif isinstance(value, list | tuple):
        node.children = {index: node_of(member) for index, member in enumerate(value)}
    return node


def names_in(value: object) -> Iterator[str]:
    """The texts in some data, and the keys of its mappings that are no keys of the definition model's own."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, member in value.items():
            if isinstance(key, str) and key not in _own_keys():
                yield key
            yield from names_in(member)
    elif isinstance(value, BaseModel):
        yield from names_in(vars(value))
    elif isinstance(value, list | tuple):
        for member in value:
            yield from names_in(member)


def _leave_out(mended: Mended[Any], several: Iterable[Told], instead: Mapping[str, object], renamed: list[Loc]) -> bool:
    """Whether there is still something: False where the root itself cannot be."""
    root = mended.node
    gone: dict[int, tuple[Node, set[str | int]]] = {}
    for told in several:
        way = _way(root, told.loc)
        if not way:
            if told.lacks is None or told.lacks not in instead:
                return False
            root.children[told.lacks] = node_of(instead[told.lacks])
            continue
        parent, step = way[-1]
        written = parent.children[step]
        if told.meant is not None and told.at_key and len(way) == len(told.loc) and _key(parent, told.meant) is None:
            parent.children[told.meant] = parent.children.pop(step)
            parent.keys[told.meant] = parent.keys.pop(step, (0, 0))
            renamed.append((*told.loc[:-1], told.meant))
            continue
        if told.meant is not None and isinstance(written.value, str) and written.value != told.meant and not told.at_key:
            written.value = told.meant
            continue
        mended.left_out.update(str(each) for _node, each in way if isinstance(each, str) and each not in _own_keys())
        gone.setdefault(id(parent), (parent, set()))[1].add(step)
    for parent, steps in gone.values():
        mended.left_out.update(name for step in steps for name in names_in(parent.children[step].value))
        kept = [(key, child, parent.keys.get(key)) for key, child in parent.children.items() if key not in steps]
        if isinstance(parent.value, list | tuple):
            parent.children = {index: child for index, (_key, child, _place) in enumerate(kept)}
        else:
            parent.children = {key: child for key, child, _place in kept}
            parent.keys = {key: place for key, _child, place in kept if place is not None}
    return True


def _way(root: Node, loc: Loc) -> list[tuple[Node, str | int]]:
    """The steps to what stands at `loc`, or to the nearest around it that is there."""
    node, way = root, list[tuple[Node, str | int]]()
    for step in loc:
        key = _key(node, step)
        if key is not None:
            way.append((node, key))
            node = node.children[key]
        elif step != 0 or isinstance(node.value, list | tuple):
            break
    return way


def _key(node: Node, step: str | int) -> str | int | None:
    """How a step is written there: a constructor's argument has Python's name."""
    snake = re.sub(r"(?<=.)(?=[A-Z])", "_", str(step)).lower()
    return next((key for key in (step, snake, f"{snake}_") if key in node.children), None)


def _is_below(loc: Loc, renamed: Iterable[Loc]) -> bool:
    return any(loc[: len(each)] == each for each in renamed)


def _copy(node: Node) -> Node:
    """A tree of its own: an alias shares its anchor's node, and may be wrong in one of its places alone."""
    return Node(node.value, node.line, node.column, {key: _copy(child) for key, child in node.children.items()}, dict(node.keys), node.torn)


def _revalue(node: Node) -> None:
    for child in node.children.values():
        _revalue(child)
    if isinstance(node.value, Mapping):
        node.value = {key: child.value for key, child in node.children.items()}
    elif isinstance(node.value, list | tuple):
        node.value = [child.value for child in node.children.values()]


@cache
def _own_keys() -> frozenset[str]:
    models: list[type[BaseModel]] = [DefinitionModel]
    for model in models:
        models += model.__subclasses__()
    return frozenset(key for model in models for name, each in model.model_fields.items() for key in (name, wire_key(name, each)))
