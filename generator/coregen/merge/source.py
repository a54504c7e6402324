"""A parsed file of a person's: LibCST's tree, the bytes it came from, and what every name at module level stands for.

Owns parsing, spans, and the way from a name in an annotation to what it means, however it was imported. Leaves every
decision about edits to its callers.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, CodeSpan, MetadataWrapper

from coregen.diagnostics import Diagnostic, Severity

BOM = "\ufeff"


@dataclass(frozen=True)
class Binding:
    """One way in which a name is bound at module level; `dotted` is set for what an import brings."""

    name: str
    dotted: str | None
    typing_only: bool
    statement: cst.CSTNode


@dataclass(frozen=True)
class Source:
    """A file as bytes and as a tree. `package` is the import name of the folder it stands in."""

    path: str
    package: str
    bom: bool
    data: bytes
    module: cst.Module
    spans: Mapping[cst.CSTNode, CodeSpan]
    bindings: Mapping[str, tuple[Binding, ...]]
    functions: Mapping[str, tuple[cst.FunctionDef, ...]]
    imports: tuple[tuple[cst.ImportFrom, bool], ...]
    stars: frozenset[str]
    lazy_annotations: bool

    @property
    def newline(self) -> str:
        found = re.search(rb"\r\n|\n|\r", self.data)
        return found.group().decode() if found else "\n"

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        span = self.spans[node]
        return span.start, span.start + span.length

    def text(self, node: cst.CSTNode) -> str:
        start, end = self.span(node)
        return self.data[start:end].decode()

    def diagnostic(self, offset: int, severity: Severity, code: str, message: str, help: str) -> Diagnostic:
        before = self.data[:offset].decode()
        lines = re.split(r"\r\n|\n|\r", before)
        return Diagnostic(self.path, len(lines), len(lines[-1]) + 1, severity, code, message, help)


def parse(path: str, text: str, package: str) -> Source | Diagnostic:
    """Reads one file; a file that is no Python comes back as the diagnostic that says where."""
    bom = text.startswith(BOM)
    body = text.removeprefix(BOM)
    # LibCST drops form feeds and lone carriage returns; stand-ins of the same length keep every span true.
    readable = re.sub(r"\r(?!\n)", "\n", body.replace("\f", " "))
    try:
        module = cst.parse_module(readable)
    except cst.ParserSyntaxError as error:
        return _syntax_error(path, body, str(error))
    if module.code.rstrip() != readable.rstrip():
        return Diagnostic(
            path, 1, 1, "error", "HANDLER-UNREADABLE", "this file cannot be edited without changing it", "format it with Black, then sync"
        )
    spans = MetadataWrapper(module, unsafe_skip_copy=True).resolve(ByteSpanPositionProvider)
    bindings: dict[str, list[Binding]] = {}
    functions: dict[str, list[cst.FunctionDef]] = {}
    imports: list[tuple[cst.ImportFrom, bool]] = []
    stars: set[str] = set()
    for statement, typing_only in _top_level(module.body, False):
        for binding in _bound(statement, typing_only, package):
            bindings.setdefault(binding.name, []).append(binding)
        if isinstance(statement, cst.FunctionDef):
            functions.setdefault(statement.name.value, []).append(statement)
        if isinstance(statement, cst.ImportFrom):
            if isinstance(statement.names, cst.ImportStar):
                stars.add(canonical(absolute(statement, package)))
            else:
                imports.append((statement, typing_only))
    return Source(
        path=path,
        package=package,
        bom=bom,
        data=body.encode(),
        module=module,
        spans=spans,
        bindings={name: tuple(found) for name, found in bindings.items()},
        functions={name: tuple(found) for name, found in functions.items()},
        imports=tuple(imports),
        stars=frozenset(stars),
        lazy_annotations=any(binding.dotted == "__future__.annotations" for binding in (b for found in bindings.values() for b in found)),
    )


def _syntax_error(path: str, text: str, message: str) -> Diagnostic:
    line, column, sentence = 1, 1, message
    try:
        ast.parse(text)
    except SyntaxError as error:
        line, column, sentence = error.lineno or 1, error.offset or 1, error.msg
    except ValueError as error:
        sentence = str(error)
    else:
        found = re.search(r"error at (\d+):(\d+)", message)
        if found:
            line, column = int(found[1]), int(found[2]) + 1
    return Diagnostic(path, line, max(column, 1), "error", "HANDLER-SYNTAX", f"not valid Python: {sentence}", "mend the file, then sync again")


def absolute(statement: cst.ImportFrom, package: str) -> str:
    """The module an import names, as a dotted path without leading dots."""
    name = cst.Module(body=()).code_for_node(statement.module) if statement.module else ""
    name = re.sub(r"\s|\\", "", name)
    level = len(statement.relative)
    if not level:
        return name
    parts = package.split(".")
    base = parts[: len(parts) - (level - 1)]
    return ".".join((*base, *((name,) if name else ())))


def canonical(module: str) -> str:
    """One name for all modules that offer the same thing: a generated package re-exports, and so does the runtime."""
    head, mark, tail = module.partition(".generated")
    if mark and (not tail or tail.startswith(".")):
        return head
    return "coregen_runtime" if module.startswith("coregen_runtime.") else module


def meaning(dotted: str) -> str:
    """`pkg.generated.messages.Reprice` → `pkg:Reprice`."""
    module, _, name = dotted.rpartition(".")
    return f"{canonical(module)}:{name}"


def normal(annotation: str, source: Source, wanted: Mapping[str, str]) -> str:
    """An annotation by what it means: two spellings of one type are equal.

    `wanted` gives, for names that a star import may bring, what they would mean.
    """
    try:
        tree = ast.parse(f"({annotation}\n)", mode="eval").body
    except (SyntaxError, ValueError):
        return annotation
    return ast.dump(_Normal(source, wanted).visit(tree))


class _Normal(ast.NodeTransformer):
    def __init__(self, source: Source, wanted: Mapping[str, str]) -> None:
        self._source = source
        self._wanted = wanted

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if not isinstance(node.value, str):
            return node
        try:
            return self.visit(ast.parse(f"({node.value}\n)", mode="eval").body)  # type: ignore[no-any-return]  # visit is untyped
        except (SyntaxError, ValueError):
            return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self._meaning([node.id]), ast.Load())

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        parts = [node.attr]
        inner = node.value
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name):
            return ast.Name(self._meaning([inner.id, *reversed(parts)]), ast.Load())
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if isinstance(node.value, ast.Name | ast.Attribute) and ast.unparse(node.value).rpartition(".")[2] == "Literal":
            return node
        return self.generic_visit(node)

    def _meaning(self, parts: list[str]) -> str:
        head, *rest = parts
        for binding in self._source.bindings.get(head, ()):
            if binding.dotted:
                return meaning(".".join((binding.dotted, *rest))) if "." in binding.dotted or rest else binding.dotted
        if head not in self._source.bindings and not rest and self._wanted.get(head, "").partition(":")[0] in self._source.stars:
            return self._wanted[head]
        return ".".join(parts)


def _top_level(body: object, typing_only: bool) -> Iterator[tuple[cst.CSTNode, bool]]:
    """Every statement that runs when the module is imported, whatever `if`, `try` or `with` it stands in."""
    for statement in body if isinstance(body, list | tuple) else ():
        if isinstance(statement, cst.SimpleStatementLine):
            yield from ((small, typing_only) for small in statement.body)
            continue
        yield statement, typing_only
        if isinstance(statement, cst.FunctionDef | cst.ClassDef):
            continue
        guarded = typing_only or (isinstance(statement, cst.If) and _is_type_checking(statement.test))
        yield from _block(getattr(statement, "body", None), guarded)
        for part in ("orelse", "finalbody"):
            yield from _branch(getattr(statement, part, None), typing_only)
        for part in ("handlers", "cases"):
            for branch in getattr(statement, part, ()):
                yield from _block(branch.body, typing_only)


def _branch(branch: cst.CSTNode | None, typing_only: bool) -> Iterator[tuple[cst.CSTNode, bool]]:
    if isinstance(branch, cst.If):
        yield from _top_level((branch,), typing_only)
    elif isinstance(branch, cst.Else | cst.Finally):
        yield from _block(branch.body, typing_only)


def _block(block: object, typing_only: bool) -> Iterator[tuple[cst.CSTNode, bool]]:
    if isinstance(block, cst.IndentedBlock):
        yield from _top_level(block.body, typing_only)
    elif isinstance(block, cst.SimpleStatementSuite):
        yield from ((small, typing_only) for small in block.body)


def _is_type_checking(test: cst.BaseExpression) -> bool:
    return (isinstance(test, cst.Name) and test.value == "TYPE_CHECKING") or (isinstance(test, cst.Attribute) and test.attr.value == "TYPE_CHECKING")


def _bound(statement: cst.CSTNode, typing_only: bool, package: str) -> Iterator[Binding]:
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        yield Binding(statement.name.value, None, typing_only, statement)
    elif isinstance(statement, cst.ImportFrom) and not isinstance(statement.names, cst.ImportStar):
        module = absolute(statement, package)
        for alias in statement.names:
            yield Binding(alias.evaluated_alias or alias.evaluated_name, f"{module}.{alias.evaluated_name}", typing_only, statement)
    elif isinstance(statement, cst.Import):
        for alias in statement.names:
            name = alias.evaluated_alias or alias.evaluated_name.partition(".")[0]
            yield Binding(name, alias.evaluated_name if alias.evaluated_alias else name, typing_only, statement)
    elif isinstance(statement, cst.Assign):
        for target in statement.targets:
            yield from _targets(target.target, typing_only, statement)
    elif isinstance(statement, cst.AnnAssign) and statement.value is not None:
        yield from _targets(statement.target, typing_only, statement)


def _targets(target: cst.BaseExpression, typing_only: bool, statement: cst.CSTNode) -> Iterator[Binding]:
    if isinstance(target, cst.Name):
        yield Binding(target.value, None, typing_only, statement)
    elif isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from _targets(element.value, typing_only, statement)
