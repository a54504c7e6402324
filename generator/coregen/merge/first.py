"""Handlers that need no merge: none are there yet, or they stand exactly as they were first written.

Owns what a merge returns, and the base that the lock remembers of it. Standard library alone: LibCST is for handlers that
someone has changed.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from coregen.diagnostics import Diagnostic


@dataclass(frozen=True)
class MergedFiles:
    """The new texts by path, only those that are new or differ; what to tell their owner, and the base to keep in the lock for the next merge."""

    texts: Mapping[str, str]
    notes: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    base: Mapping[str, str]


def first(main: str, rendered: str, package: str, style: Callable[[str], str]) -> MergedFiles:
    """What a module without handlers gets."""
    tree = ast.parse(rendered)
    base = _signatures(tree, rendered)
    names = tuple(f"+ {name}" for name in base)
    base |= {f"{label_of(main, main)}:{dotted}": "import" for dotted in _imported(tree, package)}
    return MergedFiles({main: style(rendered)}, names, (), dict(sorted(base.items())))


def untouched(main: str, rendered: str, package: str) -> MergedFiles:
    """What handlers that stand as rendered need: nothing; their base is as it was."""
    return MergedFiles({}, (), (), first(main, rendered, package, str).base)


def signature_hash(parameters: str, result: str) -> str:
    """The hash of a signature, however it is laid out."""
    return hashlib.sha256(re.sub(r"\s", "", parameters + result).encode()).hexdigest()


def label_of(path: str, main: str) -> str:
    """A file of handlers, seen from the module's folder."""
    here = PurePosixPath(main)
    folder = here.parent.parent if here.name == "__init__.py" else here.parent
    return PurePosixPath(path).relative_to(folder).as_posix()


def _signatures(tree: ast.Module, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for function in tree.body:
        if isinstance(function, ast.AsyncFunctionDef) and function.returns and function.name not in found:
            whole = ast.get_source_segment(text, function) or ""
            result = ast.get_source_segment(text, function.returns) or ""
            header = whole[: whole.index(result, _end_of_parameters(function, whole))]
            found[function.name] = signature_hash(header[header.index("(") + 1 : header.rindex(")")], result)
    return found


def _end_of_parameters(function: ast.AsyncFunctionDef, whole: str) -> int:
    """Where in the function's own text its last parameter begins: the result stands after that."""
    last = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs][-1:]
    return whole.index(f"{last[0].arg}:") + len(last[0].arg) if last else 0


def _imported(tree: ast.Module, package: str) -> Iterator[str]:
    parts = package.split(".")
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module != "__future__":
            above = parts[: len(parts) - statement.level + 1] if statement.level else []
            module = ".".join([*above, *([statement.module] if statement.module else [])])
            yield from (f"{module}.{alias.name}" for alias in statement.names)
