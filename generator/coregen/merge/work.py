"""The merge itself, on LibCST's trees: a missing handler is appended, an existing one keeps everything but its annotations.

Imports follow the signatures, and every other byte survives. Handlers that need no merge never come here: `first`.

A handler that any file of `handlers/` defines is not missing; its signature is followed there. New handlers of a package
go to `handlers/__init__.py`. A name that is bound in another way (imported, assigned) is the person's own affair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import libcst as cst

from coregen.diagnostics import Diagnostic

from .edits import Edit, apply_edits
from .first import MergedFiles, label_of, signature_hash
from .imports import Wanted, import_edits, imported_from, known_as, names_in
from .signatures import Slot, is_overload, rename, signature_slots
from .source import BOM, Source, absolute, canonical, meaning, parse


@dataclass
class _Work:
    """What one file of handlers is going to need; lives for one merge."""

    source: Source
    label: str
    slots: list[Slot] = field(default_factory=list)
    appended: list[cst.FunctionDef] = field(default_factory=list)


def merge_work(
    files: Mapping[str, str],
    main: str,
    rendered: str,
    base: Mapping[str, str],
    package: str,
    line_length: int,
    style: Callable[[str], str],
    starred: Mapping[str, str],
) -> MergedFiles:
    """`merge_files` for handlers that are there; the arguments are those."""
    model = parse(main, rendered, package)
    assert isinstance(model, Source), f"the rendered handlers are not valid Python: {model}"
    works, errors = _parse_all({main: "", **files}, main, package)
    if errors:
        return MergedFiles({}, (), errors, base)
    notes, diagnostics = _plan(works, works[main], model, base, starred)
    texts: dict[str, str] = {}
    ours: set[str] = set()
    for path, work in works.items():
        text, imports = _edit(work, model, {key.partition(":")[2] for key in base if key.startswith(f"{work.label}:")}, line_length, style)
        ours |= {f"{work.label}:{dotted}" for dotted in imports}
        if text != files.get(path):
            texts[path] = text
    return MergedFiles(texts, notes, diagnostics, _base(model, ours))


def _parse_all(files: Mapping[str, str], main: str, package: str) -> tuple[dict[str, _Work], tuple[Diagnostic, ...]]:
    works: dict[str, _Work] = {}
    errors: list[Diagnostic] = []
    for path, text in sorted(files.items()):
        source = parse(path, text, _package_of(path, main, package))
        if isinstance(source, Diagnostic):
            errors.append(source)
        else:
            works[path] = _Work(source, label_of(path, main))
    return works, tuple(errors)


def _plan(
    works: Mapping[str, _Work], main: _Work, model: Source, base: Mapping[str, str], starred: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """Decides for every declared handler whether it is appended, followed or left, and gathers what to say about it."""
    notes: list[str] = []
    diagnostics: list[Diagnostic] = []
    meanings = {name: meaning(dotted) for dotted, name in _imported(model).items()}
    for name, (function, *_) in model.functions.items():
        homes = [work for work in works.values() if name in work.source.functions]
        if not homes:
            if name not in main.source.bindings and not _comes_with_star(main.source, name, starred):
                main.appended.append(function)
                notes.append(f"+ {name}")
            continue
        changed = False
        for work in homes:
            slots, warnings = _follow(work.source, model, work.source.functions[name], function, meanings)
            work.slots += slots
            diagnostics += warnings
            changed = changed or bool(slots)
        notes += [f"~ {name}"] if changed else []
        if main not in homes and name not in main.source.bindings and not any(_module_of(home) in main.source.stars for home in homes):
            home = homes[0].source
            at = home.span(home.functions[name][0].name)[0]
            spelled = _module_of(homes[0]).removeprefix(f"{main.source.package}.")
            diagnostics.append(
                home.diagnostic(
                    at,
                    "warning",
                    "HANDLER-HIDDEN",
                    f"{name} is defined here, but the handlers package does not export it",
                    f'write "from .{spelled} import {name}" in {main.source.path}',
                )
            )
    for name in sorted(key for key in base if ":" not in key and key not in model.functions):
        for work in works.values():
            for definition in work.source.functions.get(name, ())[:1]:
                notes.append(f"{name} is no longer declared")
                at = work.source.span(definition.name)[0]
                diagnostics.append(
                    work.source.diagnostic(
                        at,
                        "warning",
                        "HANDLER-UNDECLARED",
                        f"{name} is no longer declared; it stays as it is",
                        "delete it with its imports, or declare it again",
                    )
                )
    return tuple(notes), tuple(diagnostics)


def _follow(
    source: Source, model: Source, definitions: Sequence[cst.FunctionDef], function: cst.FunctionDef, meanings: Mapping[str, str]
) -> tuple[list[Slot], list[Diagnostic]]:
    if any(is_overload(definition) for definition in definitions):
        return [], []
    slots: list[Slot] = []
    warnings: list[Diagnostic] = []
    for definition in definitions:
        found, problems = signature_slots(source, model, definition, function, meanings)
        slots += found
        warnings += problems
    return slots, warnings


def _comes_with_star(main: Source, name: str, starred: Mapping[str, str]) -> bool:
    pattern = re.compile(rf"^(?:async\s+def|def|class)\s+{name}\b|^{name}\s*[:=]|^from\s.*\bimport\b.*\b{name}\b", re.MULTILINE)
    return any(module in main.stars and pattern.search(text) for module, text in starred.items())


def _edit(work: _Work, model: Source, ours: set[str], line_length: int, style: Callable[[str], str]) -> tuple[str, set[str]]:
    """The new text of one file, and the imports in it that are coregen's (dotted)."""
    source = work.source
    imported = {name: dotted for dotted, name in _imported(model).items()}
    needed: set[str] = set()
    for slot in work.slots:
        needed |= names_in(slot.wanted, imported)
    for function in work.appended:
        needed |= names_in(function, imported)
    locals_, added = _locals(source, model, {name: imported[name] for name in sorted(needed)})
    edits = [Edit(slot.start, slot.end, slot.before + _code(rename(slot.wanted, locals_)) + slot.after) for slot in work.slots]
    unused = _unused(source, work.slots, ours, {locals_[name] for name in needed}) if ours else set()
    edits += import_edits(source, added, unused, line_length)
    if work.appended:
        functions = [_code(rename(function.with_changes(leading_lines=()), locals_)) for function in work.appended]
        edits.append(_append(source, functions, edits, style))
    data = apply_edits(source.data, edits)
    text = (BOM if source.bom else "") + data.decode()
    present = {binding.dotted for bindings in source.bindings.values() for binding in bindings}
    return text, {wanted.dotted for wanted in added} | ((ours & {dotted for dotted in present if dotted}) - unused)


def _locals(source: Source, model: Source, names: Mapping[str, str]) -> tuple[dict[str, str], list[Wanted]]:
    """The name by which this file will know each of `names` (name → dotted), and what must be imported for it."""
    relative = {
        name for name, bindings in model.bindings.items() if isinstance(bindings[0].statement, cst.ImportFrom) and bindings[0].statement.relative
    }
    locals_: dict[str, str] = {}
    added: list[Wanted] = []
    for name, dotted in names.items():
        known = known_as(source, dotted)
        if known is None:
            known = name
            while known in locals_.values() or any(source.lazy_annotations or not binding.typing_only for binding in source.bindings.get(known, ())):
                known = f"Generated{known}"
            module, _, original = dotted.rpartition(".")
            added.append(Wanted(imported_from(source, module), original, known, name in relative))
        locals_[name] = known
    return locals_, added


def _unused(source: Source, slots: Sequence[Slot], ours: Iterable[str], kept: set[str]) -> set[str]:
    """Those imports of coregen's that no code of the file names any more, the signatures to be written included."""
    used = set(kept)

    class Uses(cst.CSTVisitor):
        def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
            return False

        def visit_Name(self, node: cst.Name) -> None:
            start = source.span(node)[0]
            if not any(slot.start <= start < slot.end for slot in slots):
                used.add(node.value)

        def visit_Expr(self, node: cst.Expr) -> bool:
            return not isinstance(node.value, cst.SimpleString | cst.ConcatenatedString)

        def visit_SimpleString(self, node: cst.SimpleString) -> None:
            start = source.span(node)[0]
            if not any(slot.start <= start < slot.end for slot in slots):
                used.update(re.findall(r"\w+", node.value))

    source.module.visit(Uses())
    return {dotted for dotted in ours if dotted.rpartition(".")[2] not in used}


def _append(source: Source, functions: Sequence[str], edits: Sequence[Edit], style: Callable[[str], str]) -> Edit:
    end = len(source.data)
    text = style(("\n" * 2).join(function.strip("\n") + "\n" for function in functions))
    if source.module.default_indent == "\t":
        text = re.sub(r"^(?: {4})+", lambda found: "\t" * (len(found.group()) // 4), text, flags=re.MULTILINE)
    if any(edit.start <= end == edit.end and edit.text.endswith(("\n", "\r")) for edit in edits):
        lead = 2
    elif not source.data:
        lead = 0
    else:
        ending = re.search(rb"(?:\r\n|\n|\r)*\Z", source.data)
        lead = max(0, 3 - len(re.findall(rb"\r\n|\n|\r", ending.group() if ending else b"")))
    return Edit(end, end, (("\n" * lead) + text).replace("\n", source.newline))


def _base(model: Source, imports: Iterable[str]) -> dict[str, str]:
    signatures = {name: _signature(function) for name, (function, *_) in model.functions.items()}
    return dict(sorted({**signatures, **{key: "import" for key in imports}}.items()))


def _signature(function: cst.FunctionDef) -> str:
    return signature_hash(_code(function.params), _code(function.returns.annotation) if function.returns else "")


def _imported(model: Source) -> dict[str, str]:
    """Dotted name → local name of what the rendered text imports."""
    found: dict[str, str] = {}
    for statement, _ in model.imports:
        assert not isinstance(statement.names, cst.ImportStar)
        module = absolute(statement, model.package)
        if module != "__future__":
            found |= {f"{module}.{alias.evaluated_name}": alias.evaluated_alias or alias.evaluated_name for alias in statement.names}
    return found


def _code(node: cst.CSTNode) -> str:
    return cst.Module(body=()).code_for_node(node)


def _package_of(path: str, main: str, package: str) -> str:
    return ".".join((package, *PurePosixPath(label_of(path, main)).parent.parts))


def _module_of(work: _Work) -> str:
    stem = PurePosixPath(work.label).stem
    return canonical(work.source.package if stem == "__init__" else f"{work.source.package}.{stem}")
