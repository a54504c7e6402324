"""Changes to disk: all of them staged beside their targets first, then each put in place atomically.

Owns temp files, modes, what can stand in the way, and pruning. What changes is decided by the pipeline; a change of kind
`keep` is nobody's work. An interruption leaves every file either old or new, never half.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from secrets import token_hex

from coregen.diagnostics import Diagnostic
from coregen.files import Change

STAGED = ".coregen-tmp"
"""How the names of temp files end."""
_ABANDONED_AFTER = 3600.0


def obstacles(root: Path, changes: Iterable[Change]) -> tuple[Diagnostic, ...]:
    """Everything that would keep `changes` from being written; looked for before anything is."""
    found = [problem for change in changes if change.kind != "keep" for problem in _obstacle(root, change)]
    return tuple(dict.fromkeys(found))


def write(root: Path, changes: Sequence[Change], durable: Collection[str] = ()) -> tuple[Diagnostic, ...]:
    """Makes `changes`, in their order, deletions last of the files of their kind.

    Args:
        durable: paths that are forced to the disk before they replace the old file: those that nobody can generate again.

    Returns:
        What went wrong: with an error before the first replacement nothing is written. An exception (an interrupt) leaves
        no temp file behind.
    """
    problems = obstacles(root, changes)
    if problems:
        return problems
    writes = [change for change in changes if change.after is not None and change.kind != "keep"]
    staged: list[tuple[Path, Path]] = []
    folders: list[Path] = []
    done = False
    try:
        for change in writes:
            target = root / change.path
            folders += _make_folders(target.parent)
            temporary = target.with_name(f".{target.name}.{token_hex(4)}{STAGED}")
            staged.append((temporary, target))
            _stage(temporary, target, (change.after or "").encode(), change.path in durable)
        for temporary, target in staged:
            os.replace(temporary, target)
            done = True
        for change in changes:
            if change.kind == "delete":
                (root / change.path).unlink(missing_ok=True)
                _drop_empty(root, (root / change.path).parent)
                done = True
        for folder in {target.parent for _, target in staged}:
            _sweep(folder)
    except OSError as error:
        consequence = "some files were written" if done else "nothing was written"
        help = 'make room or change its permissions, then run "coregen sync" again'
        return (Diagnostic(_relative(root, error.filename), 0, 0, "error", "WRITE-FAILED", f"{error.strerror or error}; {consequence}", help),)
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
        if not done:
            for folder in reversed(folders):
                _remove_if_empty(folder)
    return ()


def _obstacle(root: Path, change: Change) -> Iterable[Diagnostic]:
    def error(code: str, message: str, help: str) -> Diagnostic:
        return Diagnostic(change.path, 0, 0, "error", code, message, help)

    target = root / change.path
    if change.path.startswith("/") or ".." in Path(change.path).parts:
        yield error("WRITE-OUTSIDE", "this path leads out of the project", "it must be relative to the project's root")
        return
    parent = target.parent
    while not os.path.lexists(parent):
        parent = parent.parent
    if not parent.resolve().is_relative_to(root.resolve()):
        yield error("WRITE-OUTSIDE", f"{_relative(root, parent)} is a symbolic link that leads out of the project", "replace the link by a folder")
    elif not parent.is_dir():
        yield error("WRITE-OBSTACLE", f"{_relative(root, parent)} is a file where a folder is needed", "move it away")
    elif not parent.stat().st_mode & 0o222 or not os.access(parent, os.W_OK | os.X_OK):
        yield error("WRITE-READONLY", f"the folder {_relative(root, parent)} is read-only", "make it writable")
    if not os.path.lexists(target):
        return
    if target.is_symlink():
        yield error("WRITE-OBSTACLE", "a symbolic link stands where this file goes", "move it away; coregen writes files in place, not through links")
    elif not target.is_file():
        yield error("WRITE-OBSTACLE", "a folder or a device stands where this file goes", "move it away")
    elif not target.stat().st_mode & 0o222:
        yield error("WRITE-READONLY", "this file is read-only", "make it writable")
    elif change.kind == "create":
        yield error("WRITE-MOVED", "this file appeared while coregen was at work", "run the command again")
    elif change.before is not None and target.read_bytes() != change.before.encode("utf-8", "surrogateescape"):
        yield error("WRITE-MOVED", "this file was changed while coregen was at work", "run the command again")


def _stage(temporary: Path, target: Path, data: bytes, durable: bool) -> None:
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if durable:
            os.fsync(file.fileno())
    if target.exists():
        os.chmod(temporary, stat.S_IMODE(target.stat().st_mode))


def _make_folders(folder: Path) -> list[Path]:
    missing: list[Path] = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir()
    return missing[::-1]


def _drop_empty(root: Path, folder: Path) -> None:
    while folder != root and _remove_if_empty(folder):
        folder = folder.parent


def _remove_if_empty(folder: Path) -> bool:
    if not folder.is_dir() or any(folder.iterdir()):
        return False
    folder.rmdir()
    return True


def _sweep(folder: Path) -> None:
    """Removes temp files that a killed sync left behind, once they are old enough to be nobody's."""
    now = time.time()
    for path in folder.glob(f".*{STAGED}"):
        if now - path.stat().st_mtime > _ABANDONED_AFTER:
            path.unlink(missing_ok=True)


def _relative(root: Path, path: object) -> str:
    found = Path(str(path)) if path else root
    return found.relative_to(root).as_posix() if found.is_relative_to(root) else found.name
