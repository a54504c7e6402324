"""The positions of a Python definition: from an object to the call that made it, and from there into the call's text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from coregen.load.observe import Observed, Site
from coregen.load.positions import Loc, Position
from coregen.load.shapes import field_of

Span = tuple[int, int, int, int]


class Source:
    """The text of one file and its syntax tree. Lines and columns count from 1; columns are characters."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = text.split("\n")
        self.tree = ast.parse(text)
        self._nodes: dict[Span, list[ast.expr]] | None = None
        self._names: dict[str, list[ast.expr | None]] | None = None

    def position(self, line: int, offset: int) -> Position:
        """A position from a line and an offset in UTF-8 bytes, as `ast` counts."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return Position(self.path, line, len(text.encode()[:offset].decode(errors="replace")) + 1)

    def of(self, node: ast.expr | ast.keyword | ast.stmt) -> Position:
        return self.position(node.lineno, node.col_offset)

    def call(self, site: Site) -> ast.expr | None:
        """The expression that a call site is; None where the interpreter keeps no columns."""
        spans = list(site.code.co_positions())
        line, end_line, column, end_column = spans[site.instruction] if site.instruction < len(spans) else (None, None, None, None)
        if line is None or end_line is None or column is None or end_column is None:
            return None
        exact = self.nodes.get((line, column, end_line, end_column), [])
        calls = [node for node in exact if isinstance(node, ast.Call)] or exact
        if calls:
            return calls[0]
        ending = [
            node
            for span, nodes in self.nodes.items()
            if span[2:] == (end_line, end_column) and span[:2] <= (line, column)
            for node in nodes
            if isinstance(node, ast.Call)
        ]
        return max(ending, key=lambda node: (node.lineno, node.col_offset), default=None)

    @property
    def nodes(self) -> Mapping[Span, list[ast.expr]]:
        if self._nodes is None:
            self._nodes = {}
            for node in ast.walk(self.tree):
                if isinstance(node, ast.expr) and node.end_lineno is not None and node.end_col_offset is not None:
                    self._nodes.setdefault((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset), []).append(node)
        return self._nodes

    def assigned(self, name: str) -> ast.expr | None:
        """What a name of the file stands for, where it is bound once, at module level."""
        if self._names is None:
            self._names = {}
            for node in ast.walk(self.tree):
                if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                    self._names.setdefault(node.id, []).append(None)
                elif isinstance(node, ast.arg):
                    self._names.setdefault(node.arg, []).append(None)
            for statement in self.tree.body:
                for target, value in _assignments(statement):
                    if self._names.get(target) == [None]:
                        self._names[target] = [value]
        bound = self._names.get(name, [])
        return bound[0] if len(bound) == 1 else None


@dataclass(frozen=True)
class PythonPositions:
    """The positions of what a definition.py made. `sources` gives the text of a project file by its absolute path."""

    root: object
    observed: Observed
    sources: Callable[[str], Source | None]
    fallback: Position

    def at(self, loc: Loc) -> Position:
        return self._find(loc)[0]

    def key(self, loc: Loc) -> Position:
        return self._find(loc)[1]

    def _find(self, loc: Loc) -> tuple[Position, Position]:
        cursor = _Cursor(self, self.root, None, None, self.fallback, self.fallback)
        cursor.enter()
        for step in loc:
            cursor.step(step)
            cursor.enter()
        return cursor.value_at, cursor.key_at


def failure_places(site: Site, data: object, observed: Observed, sources: Callable[[str], Source | None], fallback: Position) -> PythonPositions:
    """The positions within a call that failed: `data` are its keyword arguments."""
    return PythonPositions(data, Observed({**observed.sites, id(data): (data, site)}), sources, fallback)


@dataclass
class _Cursor:
    """A walk from the definition inwards: the value, and the expression it was written as, as far as it is known."""

    positions: PythonPositions
    value: object
    source: Source | None
    node: ast.expr | None
    value_at: Position
    key_at: Position

    def enter(self) -> None:
        """Go to the call that made the value, where one is known."""
        site = self.positions.observed.site(self.value)
        if site is None:
            return
        source = self.positions.sources(site.file)
        if source is None:
            return
        node = source.call(site)
        if node is not None and source is self.source and node is self.node:
            return
        self.source, self.node = source, node
        self.value_at = source.of(node) if node is not None else Position(source.path, site.line, 0)

    def step(self, step: str | int) -> None:
        names: set[str | int] = {step}
        value = self.value
        if isinstance(value, BaseModel):
            name, _field = field_of(type(value), str(step))
            names |= {name}
            self.value = getattr(value, name, None)
        elif isinstance(value, Mapping):
            key = next((each for each in (step, _snake(str(step))) if each in value), step)
            names |= {key}
            self.value = value.get(key)
        elif isinstance(step, int) and isinstance(value, list | tuple):
            self.value = value[step] if step < len(value) else None
        elif step != 0:
            self.value = None
        if isinstance(step, str):
            names |= {_snake(step), f"{step}_"}
        self._step_node(step, {str(name) for name in names})

    def _step_node(self, step: str | int, names: set[str]) -> None:
        node = self._followed()
        if self.source is None or node is None:
            self.node, self.key_at = None, self.value_at
            return
        place: ast.expr | ast.keyword | None = None
        found: ast.expr | None = None
        match node:
            case ast.Call():
                keyword = next((each for each in node.keywords if each.arg in names), None)
                if keyword is not None:
                    place, found = keyword, keyword.value
                elif not any(each.arg is None for each in node.keywords) or not isinstance(self.value, BaseModel):
                    found = self._constant(node)
            case ast.Dict():
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and str(key.value) in names:
                        place, found = key, value
            case ast.List() | ast.Tuple():
                if isinstance(step, int) and step < len(node.elts) and not any(isinstance(each, ast.Starred) for each in node.elts[: step + 1]):
                    found = node.elts[step]
            case ast.ListComp() | ast.DictComp() | ast.GeneratorExp():
                pass
            case _:
                found = node if step == 0 and not isinstance(self.value, list | tuple) else self._constant(node)
        if found is None and step == 0 and not isinstance(node, ast.List | ast.Tuple):
            self.node = node
            return
        self.node = found
        if found is not None:
            self.value_at = self.source.of(found)
        self.key_at = self.source.of(place) if place is not None else self.value_at

    def _followed(self) -> ast.expr | None:
        """The expression, or what the name that it is stands for, when that is a literal."""
        node = self.node
        if self.source is not None and isinstance(node, ast.Name):
            assigned = self.source.assigned(node.id)
            if isinstance(assigned, ast.Dict | ast.List | ast.Tuple):
                return assigned
        return node

    def _constant(self, node: ast.expr) -> ast.expr | None:
        """The only literal in an expression that equals the value: `F("order.total") > 100` holds its field and its value so."""
        if not isinstance(self.value, str | int | float):
            return None
        equal = [each for each in _constants(node) if each.value == self.value and type(each.value) is type(self.value)]
        return equal[0] if len(equal) == 1 else None


def _constants(node: ast.expr) -> Iterator[ast.Constant]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Constant))


def _assignments(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value


def _snake(key: str) -> str:
    return "".join(f"_{character.lower()}" if character.isupper() else character for character in key)
