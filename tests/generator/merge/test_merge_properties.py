"""What holds for every handlers file: merging twice is merging once, the result parses, and nothing but signatures and imports moves."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from coregen.merge import merge

OPENINGS = ["", '"""Mine."""\n', "#!/usr/bin/env python\n# é and more\n", '"""Mine\n\nof several lines."""\n\nfrom __future__ import annotations\n']
NOISE = [
    "import os\n",
    "from .generated import Reprice\n",
    "from .generated import (  # kept\n    Zebra,  # last\n)\n",
    "from .generated import Alpha, Stock as S, Zebra\n",
    "if True:\n    from coregen_runtime import SystemContext\n",
    "x   =  {'a' :1}  # odd layout\n",
    "\n\n\n",
    "# a comment alone\n",
    "class Helper :\n    def stock( self ) : return 'stock'\n",
    'TEXT = """\nasync def reprice(a, b):\n    pass\n"""\n',
    "print(1); print(2)\n",
    "Stock = 3\n",
    "try:\n    import json\nexcept ImportError:\n    json = None\n",
    "\f\n",
    "async def helper(a, *, b: int = 1) -> None: ...\n",
]
DECORATORS = ["", "@trace\n", "@trace('x')  # one\n# between\n\n@other\n"]
PARAMETERS = [
    "(a, b)",
    "( a ,b )",
    "(\n    a,  # first )\n    b,\n    /,\n)",
    "(a, b, *args, c=None, **more)",
    "(a, /, b = (1, 2))",
    "(a: int, b: 'str') -> None",
    "(a: (Reprice), b: Zebra = None) -> ( int )",
    "(a: list[\n    int\n], b)",
    "(a)",
    "(*all)",
]
BODIES = [": pass\n", ":\n    # mine\n    return   await a( b )\n", " :\n    '''Doc.'''\n\n    raise NotImplementedError('x')\n\n"]
NAMES = ["reprice", "stock", "ship", "cancel"]
TYPES = ["Reprice", "Stock", "Outcome", "list[Outcome]", "None", "Outcome | None"]


@dataclass(frozen=True)
class Definition:
    """Handlers with the types of their command and result."""

    handlers: Mapping[str, tuple[str, str]]

    @property
    def rendered(self) -> str:
        names = sorted({name for pair in self.handlers.values() for each in pair for name in re.findall(r"[A-Z]\w+", each)} - {"None"})
        own = f"\nfrom .generated import {', '.join(names)}\n" if names else ""
        functions = (
            f'\n\nasync def {name}(command: {command}, ctx: SystemContext) -> {result}:\n    raise NotImplementedError("catalog.{name}")\n'
            for name, (command, result) in self.handlers.items()
        )
        return f'"""The handlers of catalog."""\n\nfrom coregen_runtime import SystemContext\n{own}{"".join(functions)}'


definitions = st.dictionaries(st.sampled_from(NAMES), st.tuples(st.sampled_from(["Reprice", "Stock"]), st.sampled_from(TYPES)), min_size=1).map(
    Definition
)
functions = st.tuples(st.sampled_from(DECORATORS), st.sampled_from(NAMES), st.sampled_from(PARAMETERS), st.sampled_from(BODIES)).map(
    lambda parts: f"{parts[0]}async def {parts[1]}{parts[2]}{parts[3]}"
)


@st.composite
def files(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(OPENINGS)) + "".join(draw(st.lists(st.one_of(st.sampled_from(NOISE), functions), max_size=7)))
    text = text if draw(st.booleans()) else text.rstrip("\n")
    text = text.replace("    ", "\t") if draw(st.booleans()) else text
    return draw(st.sampled_from(["", "\ufeff"])) + (text.replace("\n", "\r\n") if draw(st.booleans()) else text)


def without_what_may_move(text: str) -> list[str]:
    """The tokens of a file in order, imports from the modules in question and annotations of module-level functions left out; comments and layout as they are."""
    body = text.removeprefix("\ufeff")
    data = body.encode()
    lines = [0]
    for found in re.finditer(rb"\r\n|\n|\r", data):
        lines.append(found.end())

    def span(node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return lines[node.lineno - 1] + node.col_offset, lines[node.end_lineno - 1] + node.end_col_offset

    tree = ast.parse(data)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.level or node.module == "coregen_runtime"):
            start, end = span(node)
            kept = b"\n".join(re.findall(rb"#[^\r\n]*", data[start:end]))
            data = data[:start] + kept + b"\n".ljust(end - start - len(kept)) + data[end:]
    for function in (node for node in tree.body if isinstance(node, ast.AsyncFunctionDef)):
        positional = [*function.args.posonlyargs, *function.args.args][:2]
        for annotation in [*(parameter.annotation for parameter in positional), function.returns]:
            if annotation is not None:
                start, end = span(annotation)
                data = data[:start] + b" " * (end - start) + data[end:]
    without = re.sub(r"->[\s()]*(?=:)", "", data.decode())
    return [token.rstrip() for token in re.findall(r"#[^\r\n]*|\w+|[^\w\s:()]", without)]


@given(files(), definitions)
def test_merging_twice_is_merging_once(text: str, definition: Definition) -> None:
    once = merge(text, definition.rendered, {})
    twice = merge(once.text, definition.rendered, once.base)

    assert (once.text, once.base) == (twice.text, twice.base)
    assert () == twice.notes


@given(files(), definitions)
def test_every_declared_handler_is_there_and_the_result_parses(text: str, definition: Definition) -> None:
    merged = merge(text, definition.rendered, {})
    tree = ast.parse(merged.text.removeprefix("\ufeff"))

    assert not set(definition.handlers) - {node.name for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)}


@given(files(), definitions)
def test_nothing_but_signatures_and_imports_moves(text: str, definition: Definition) -> None:
    merged = merge(text, definition.rendered, {})
    before, after = without_what_may_move(text), without_what_may_move(merged.text)

    assert before == after[: len(before)]
    assert text.startswith("\ufeff") == merged.text.startswith("\ufeff")
    assert ("\r\n" in text) == ("\r\n" in merged.text) or "\n" not in text


@given(files(), definitions)
def test_a_file_in_step_is_left_byte_for_byte(text: str, definition: Definition) -> None:
    in_step = merge(text, definition.rendered, {}).text

    assert in_step == merge(in_step, definition.rendered, {}).text


@given(files(), st.lists(definitions, min_size=2, max_size=4))
def test_a_definition_that_comes_back_finds_its_handlers_as_they_were(text: str, steps: list[Definition]) -> None:
    base: Mapping[str, str] = {}
    bodies = 0
    for definition in [*steps, steps[0]]:
        merged = merge(text, definition.rendered, base)
        text, base = merged.text, merged.base
        ast.parse(text.removeprefix("\ufeff"))
        bodies = max(bodies, text.count("NotImplementedError"))

        assert bodies == text.count("NotImplementedError")
