"""Rendered files against the disk and the lock: what changes in one module, and why.

Owns the ownership table's rules: generated files are rewritten and pruned, handlers merged, other files made once. Pure
apart from reading the module's folder; writing belongs to write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coregen.diagnostics import Diagnostic
from coregen.files import Change, Ownership, RenderedFile
from coregen.format import format_text, line_length
from coregen.lock import ModuleLock, digest, digest_text
from coregen.merge import MergedFiles, merge_files
from coregen.project import ModuleFolder
from coregen.stale import owned_files

DEFINITION, GENERATOR, EDITED, MISSING, EXTRA = "definition changed", "coregen changed", "edited by hand", "missing", "extra"
OUT_OF_STEP = "out of step with the definition"
BEHIND = "the tables changed"


@dataclass(frozen=True)
class Compared:
    """One module: its changes, the files that have drifted with their reason, and its new entry in the lock (None: drop it)."""

    module: str
    folder: str
    changes: tuple[Change, ...]
    drift: tuple[tuple[str, str], ...]
    diagnostics: tuple[Diagnostic, ...]
    entry: ModuleLock | None


@dataclass
class _Findings:
    changes: list[Change]
    drift: list[tuple[str, str]]
    diagnostics: list[Diagnostic]


def is_made_once(ownership: Ownership) -> bool:
    """Whether a file of that ownership is left alone wherever it exists."""
    return ownership in (Ownership.ONCE, Ownership.NUMBERED)


def compare(
    root: Path,
    folder: ModuleFolder,
    module: str,
    rendered: Sequence[RenderedFile],
    made: Sequence[str],
    entry: ModuleLock | None,
    inputs: Mapping[str, str],
    same_definitions: bool,
    stops: Sequence[str] = (),
) -> Compared:
    """What a sync of one module changes.

    Args:
        rendered: every file that it should consist of, apart from `made`.
        made: the paths of files made once that are there, and so are left alone.
        inputs: hashes of the files the definition was read from.
        same_definitions: no definition of the project has changed since the last sync; what differs comes from another coregen.
        stops: the columns at whose rows the next migration stops where they do not fit.
    """
    known = entry or ModuleLock()
    why = GENERATOR if entry is not None and same_definitions else DEFINITION
    found = _Findings([], [], [])
    outputs: dict[str, str] = {}
    once = {path: known.once.get(path) or digest(_bytes(root / path) or b"") for path in made}
    symbols: Mapping[str, str] = {}
    for file in rendered:
        if file.ownership is Ownership.GENERATED:
            outputs[file.path] = digest_text(file.text)
            _generated(root, file, known, why, found)
        elif file.ownership is Ownership.MERGED:
            merged = _merged(root, folder, file, known, found)
            symbols = {**symbols, **merged.base}
        else:
            text_hash = _once(root, file, stops, found)
            if file.ownership is Ownership.ONCE:
                once[file.path] = text_hash
    key = folder.path.relative_to(root).as_posix()
    present = [path for path in owned_files(folder.path, root) if path.startswith(f"{key}/generated/")]
    _extra(root, module, [path for path in present if path not in outputs], known, found)
    entry = ModuleLock(inputs, outputs, once, symbols)
    return Compared(module, key, tuple(found.changes), tuple(found.drift), tuple(found.diagnostics), entry)


def forgotten(root: Path, key: str, entry: ModuleLock) -> Compared:
    """A module that the lock knows and whose definition is gone: its generated files go, everything of a person's stays."""
    found = _Findings([], [], [])
    _extra(root, key, [path for path in sorted(entry.outputs) if (root / path).is_file()], entry, found)
    return Compared(key.rpartition("/")[2], key, tuple(found.changes), tuple(found.drift), tuple(found.diagnostics), None)


def _generated(root: Path, file: RenderedFile, known: ModuleLock, why: str, found: _Findings) -> None:
    data = _bytes(root / file.path)
    if data == file.text.encode():
        found.changes.append(Change(file.path, file.module, "keep", file.text, file.text))
        return
    if data is None:
        found.changes.append(Change(file.path, file.module, "create", None, file.text))
        found.drift.append((file.path, MISSING))
        return
    edited = file.path in known.outputs and digest(data) != known.outputs[file.path]
    found.changes.append(
        Change(file.path, file.module, "update", data.decode("utf-8", "surrogateescape"), file.text, ("edited by hand, rewritten",) if edited else ())
    )
    found.drift.append((file.path, EDITED if edited else why))


def _extra(root: Path, module: str, paths: Sequence[str], known: ModuleLock, found: _Findings) -> None:
    for path in paths:
        data = _bytes(root / path) or b""
        found.drift.append((path, EXTRA))
        if known.outputs.get(path) == digest(data):
            found.changes.append(Change(path, module, "delete", data.decode("utf-8", "surrogateescape"), None))
        else:
            message = (
                "this file was edited by hand and is no longer generated"
                if path in known.outputs
                else "this file is not coregen's, and generated/ is"
            )
            found.diagnostics.append(Diagnostic(path, 0, 0, "warning", "GENERATED-EXTRA", message, "delete it, or move it out of generated/"))


def _once(root: Path, file: RenderedFile, stops: Sequence[str], found: _Findings) -> str:
    text = format_text(file.text, line_length(root))
    before = _bytes(root / file.path)
    if before is None:
        next = file.ownership is Ownership.NUMBERED and not file.path.rpartition("/")[2].startswith("0001_")
        note = f"the next migration; it stops at rows that do not fit {', '.join(stops)}" if stops else "the next migration"
        found.changes.append(Change(file.path, file.module, "create", None, text, (note,) if next else ()))
        found.drift.append((file.path, BEHIND if next else MISSING))
    else:
        found.changes.append(Change(file.path, file.module, "update", before.decode(), text, ("made anew",)))
        found.drift.append((file.path, OUT_OF_STEP))
    return digest_text(text)


def restarted(root: Path, module: str, numbered: Sequence[Path], first: str) -> tuple[Change, ...]:
    """The migrations in `numbered` that go when `first` begins them anew."""
    paths = [path.relative_to(root).as_posix() for path in numbered]
    return tuple(Change(path, module, "delete", (root / path).read_bytes().decode(), None) for path in paths if path != first)


def _merged(root: Path, folder: ModuleFolder, file: RenderedFile, known: ModuleLock, found: _Findings) -> MergedFiles:
    main, texts, problems = _handlers(root, folder, file.path)
    if problems:
        found.diagnostics += problems
        return MergedFiles({}, (), (), known.symbols)
    length = line_length(root)
    merged = merge_files(
        texts,
        main,
        file.text,
        known.symbols,
        package=folder.package,
        line_length=length,
        style=lambda text: format_text(text, length),
        starred=_starred(folder, texts.get(main, "")),
    )
    found.diagnostics += merged.diagnostics
    for path, text in merged.texts.items():
        before = texts.get(path)
        found.changes.append(Change(path, file.module, "create" if before is None else "update", before, text, merged.notes if path == main else ()))
        found.drift.append((path, MISSING if before is None else OUT_OF_STEP))
    if main not in merged.texts and merged.notes:
        found.changes.append(Change(main, file.module, "keep", texts.get(main), texts.get(main), merged.notes))
    return merged


def _handlers(root: Path, folder: ModuleFolder, path: str) -> tuple[str, dict[str, str], list[Diagnostic]]:
    """The file that new handlers go to, and the texts of all files that hold handlers."""
    single, package = root / path, folder.path / "handlers"
    parts = sorted(package.rglob("*.py"))
    if parts and single.exists():
        message = "handlers stand in handlers.py and in a folder handlers/, and Python imports one of them"
        return path, {}, [Diagnostic(path, 0, 0, "error", "HANDLER-TWICE", message, "keep one of them")]
    files = parts or ([single] if single.is_file() else [])
    texts: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for each in files:
        name = each.relative_to(root).as_posix()
        try:
            texts[name] = each.read_bytes().decode()
        except UnicodeDecodeError as error:
            problems.append(Diagnostic(name, 0, 0, "error", "HANDLER-ENCODING", f"this file is not UTF-8 (byte {error.start})", "save it as UTF-8"))
    main = (package / "__init__.py").relative_to(root).as_posix() if parts else path
    return main, texts, problems


def _starred(folder: ModuleFolder, main: str) -> dict[str, str]:
    """Siblings of the handlers that they may star-import, by import name."""
    if "import *" not in main:
        return {}
    return {f"{folder.package}.{path.stem}": path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.path.glob("*.py"))}


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None
