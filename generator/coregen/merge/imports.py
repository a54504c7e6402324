"""Imports of a handlers file: which names it knows a type by, and the edits that add or drop a name.

Owns finding, adding and removing names in import statements, in isort's order and Black's layout. Which names are needed
is decided by the caller.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from .edits import Edit
from .source import Source, absolute, meaning


@dataclass(frozen=True)
class Wanted:
    """A name to import: from `module` (dotted, absolute) as `local`."""

    module: str
    name: str
    local: str
    relative: bool

    @property
    def dotted(self) -> str:
        return f"{self.module}.{self.name}"

    @property
    def spelled(self) -> str:
        return self.name if self.local == self.name else f"{self.name} as {self.local}"


def known_as(source: Source, dotted: str) -> str | None:
    """The name under which this file already has what `dotted` means; usable at run time unless annotations are lazy."""
    name = dotted.rpartition(".")[2]
    sought = meaning(dotted)
    for local, bindings in source.bindings.items():
        for binding in bindings:
            usable = source.lazy_annotations or not binding.typing_only
            if binding.dotted and "." in binding.dotted and usable and meaning(binding.dotted) == sought:
                return local
    if name not in source.bindings and sought.partition(":")[0] in source.stars:
        return name
    return None


def imported_from(source: Source, module: str) -> str:
    """The module to import from: a generated package offers all of its modules' names, and a file that imports from it goes on doing so."""
    head, mark, tail = module.partition(".generated.")
    usable = {absolute(statement, source.package) for statement, typing_only in source.imports if source.lazy_annotations or not typing_only}
    return f"{head}.generated" if mark and tail and module not in usable and f"{head}.generated" in usable else module


def import_edits(source: Source, added: Sequence[Wanted], removed: Iterable[str], line_length: int) -> list[Edit]:
    """The edits that import `added` and drop the dotted names `removed`."""
    edits: list[Edit] = []
    waiting = list(added)
    gone = frozenset(removed)
    for statement, typing_only in source.imports:
        module = absolute(statement, source.package)
        joining = [] if typing_only and not source.lazy_annotations else [wanted for wanted in waiting if wanted.module == module]
        waiting = [wanted for wanted in waiting if wanted not in joining]
        assert not isinstance(statement.names, cst.ImportStar)
        leaving = {alias for alias in statement.names if f"{module}.{alias.evaluated_name}" in gone and alias.asname is None}
        if joining or leaving:
            edits += _rewrite(source, statement, joining, leaving, line_length)
    return [*edits, *_new_statements(source, waiting, line_length)]


def _rewrite(source: Source, statement: cst.ImportFrom, joining: Sequence[Wanted], leaving: set[cst.ImportAlias], line_length: int) -> list[Edit]:
    assert not isinstance(statement.names, cst.ImportStar)
    start, end = source.span(statement)
    text = source.data[start:end].decode()
    if "#" in text:
        return _insert_beside_comments(source, statement, joining)
    kept = [source.text(alias) for alias in statement.names if alias not in leaving]
    names = _merged(kept, [wanted.spelled for wanted in joining])
    if not names:
        return _remove_statement(source, start, end)
    head = re.match(r".*?\bimport\b", text, re.DOTALL)
    assert head is not None
    line_start = max(source.data.rfind(b"\n", 0, start), source.data.rfind(b"\r", 0, start)) + 1
    margin = re.match(r"[ \t]*", source.data[line_start:start].decode())
    tail = text[head.end() :]
    exploded = "\n" in tail or "\r" in tail
    written = _statement(head.group(), names, source, line_length - (start - line_start), exploded, margin.group() if margin else "")
    return [Edit(start, end, written)]


def _merged(kept: Sequence[str], joining: Sequence[str]) -> list[str]:
    if list(kept) == sorted(kept, key=_order):
        return sorted({*kept, *joining}, key=_order)
    return [*kept, *sorted(set(joining) - set(kept), key=_order)]


def _order(spelled: str) -> tuple[int, list[tuple[int, str]], str]:
    """isort's order: constants, classes, the rest; numbers by size."""
    name = spelled.split()[0]
    kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
    return kind, [(int(part), "") if part.isdigit() else (0, part.lower()) for part in re.split(r"(\d+)", name)], spelled


def _statement(head: str, names: Sequence[str], source: Source, room: int, exploded: bool, margin: str) -> str:
    line = f"{head} {', '.join(names)}"
    if not exploded and len(line) <= room:
        return line
    unit = "\t" if source.module.default_indent == "\t" else "    "
    return source.newline.join((f"{head} (", *(f"{margin}{unit}{name}," for name in names), f"{margin})"))


def _insert_beside_comments(source: Source, statement: cst.ImportFrom, joining: Sequence[Wanted]) -> list[Edit]:
    """A statement with comments keeps every byte: a name goes before the one that follows it in order, or before the last."""
    assert not isinstance(statement.names, cst.ImportStar)
    edits: list[Edit] = []
    for wanted in sorted(joining, key=lambda wanted: _order(wanted.spelled)):
        following = [alias for alias in statement.names if _order(source.text(alias)) > _order(wanted.spelled)]
        start = source.span(following[0] if following else statement.names[-1])[0]
        line_start = max(source.data.rfind(b"\n", 0, start), source.data.rfind(b"\r", 0, start)) + 1
        margin = source.data[line_start:start].decode()
        edits.append(Edit(start, start, f"{wanted.spelled},{' ' if margin.strip() else source.newline + margin}"))
    return edits


def _remove_statement(source: Source, start: int, end: int) -> list[Edit]:
    """Drops a statement that has its line to itself and stands at the margin; any other stays."""
    alone = start == 0 or source.data[start - 1 : start] in (b"\n", b"\r")
    rest = re.compile(rb"[ \t]*(?:\r\n|\n|\r|\Z)").match(source.data, end)
    return [Edit(start, rest.end(), "")] if alone and rest else []


def _section(module: str, level: int) -> tuple[int, int]:
    """isort's section, and among relative imports the furthest first."""
    root = module.partition(".")[0]
    return 3 if level else 0 if root == "__future__" else 1 if root in sys.stdlib_module_names else 2, -level


def _new_statements(source: Source, waiting: Sequence[Wanted], line_length: int) -> list[Edit]:
    modules: dict[tuple[tuple[int, int], str], list[Wanted]] = {}
    for wanted in waiting:
        spelled = _spelled_module(source.package, wanted.module, wanted.relative)
        modules.setdefault((_section(wanted.module, len(spelled) - len(spelled.lstrip("."))), spelled), []).append(wanted)
    run = _leading_imports(source)
    edits: list[Edit] = []
    blocks: dict[int, list[tuple[int, str]]] = {}
    for (section, spelled), names in sorted(modules.items()):
        head = f"from {spelled} import"
        written = _statement(head, sorted({wanted.spelled for wanted in names}, key=_order), source, line_length, False, "")
        earlier = [index for index, (_, _, other) in enumerate(run) if other <= section]
        blocks.setdefault(earlier[-1] if earlier else -1, []).append((section[0], written))
    for index, statements in blocks.items():
        edits.append(_place(source, run, index, statements))
    return edits


def _place(source: Source, run: Sequence[tuple[int, int, tuple[int, int]]], index: int, statements: Sequence[tuple[int, str]]) -> Edit:
    newline = source.newline
    body = ""
    for number, (section, written) in enumerate(statements):
        parted = number > 0 and statements[number - 1][0] != section
        body += (newline if parted else "") + written + newline
    if index >= 0:
        _, end, (kind, _) = run[index]
        ended = end == 0 or source.data[end - 1 : end] in (b"\n", b"\r")
        lead = ("" if ended else newline) + (newline if kind != statements[0][0] else "")
        return Edit(end, end, lead + body)
    if run:
        return Edit(run[0][0], run[0][0], body + (newline if run[0][2][0] != statements[-1][0] else ""))
    at = _after_opening(source)
    before = source.data[:at]
    lead = "" if not before else newline if before.endswith((b"\n", b"\r")) else newline * 2
    rest = source.data[at:].decode()
    blank = re.match(r"(?:[ \t]*(?:\r\n|\n|\r))*", rest)
    have = len(re.findall(r"\r\n|\n|\r", blank.group())) if blank else 0
    code = rest[blank.end() :] if blank else rest
    needed = 0 if not code else 2 if re.match(r"(async\s+)?def\b|class\b|@|#", code) else 1
    return Edit(at, at, lead + body + newline * max(0, needed - have))


def _leading_imports(source: Source) -> list[tuple[int, int, tuple[int, int]]]:
    """Start, end (after the newline) and section of each import of the run that opens the file."""
    run: list[tuple[int, int, tuple[int, int]]] = []
    for number, statement in enumerate(source.module.body):
        if number == 0 and _is_docstring(statement):
            continue
        if not isinstance(statement, cst.SimpleStatementLine) or not all(isinstance(small, cst.Import | cst.ImportFrom) for small in statement.body):
            break
        start, end = source.span(statement)
        last = statement.body[-1]
        level = len(last.relative) if isinstance(last, cst.ImportFrom) else 0
        module = (
            absolute(last, source.package)
            if isinstance(last, cst.ImportFrom)
            else source.text(last.names[0].name) if isinstance(last, cst.Import) else ""
        )
        run.append((start, _line_end(source.data, end), _section(module, level)))
    return run


def _after_opening(source: Source) -> int:
    """After the docstring, or after the comments that open a file without one."""
    if source.module.body and _is_docstring(source.module.body[0]):
        return _line_end(source.data, source.span(source.module.body[0])[1])
    opening = re.compile(rb"(?:#[^\r\n]*(?:\r\n|\n|\r|\Z))*").match(source.data)
    return opening.end() if opening else 0


def _is_docstring(statement: cst.BaseStatement | cst.BaseSmallStatement) -> bool:
    if not isinstance(statement, cst.SimpleStatementLine) or not statement.body:
        return False
    first = statement.body[0]
    return isinstance(first, cst.Expr) and isinstance(first.value, cst.SimpleString | cst.ConcatenatedString)


def _line_end(data: bytes, at: int) -> int:
    found = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)").match(data, at)
    return found.end() if found else at


def _spelled_module(package: str, module: str, relative: bool) -> str:
    """`module` as an import in a file of `package` writes it."""
    if not relative:
        return module
    here, there = package.split("."), module.split(".")
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    return "." * (len(here) - shared + 1) + ".".join(there[shared:])


def names_in(node: cst.CSTNode, bindings: Mapping[str, object]) -> set[str]:
    """The names in `node` that `bindings` has, quoted ones and attributes left out."""
    found: set[str] = set()

    class Names(cst.CSTVisitor):
        def visit_Attribute(self, node: cst.Attribute) -> bool:
            node.value.visit(self)
            return False

        def visit_Name(self, node: cst.Name) -> None:
            if node.value in bindings:
                found.add(node.value)

    node.visit(Names())
    return found
