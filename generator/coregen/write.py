"""Changes to disk: all of them staged beside their targets first, then each put in place atomically.

Owns temp files, modes, what can stand in the way, and pruning. What changes is decided by the pipeline; a change of kind
`keep` is nobody's work. An interruption leaves every file either old or new, never half.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from coregen.diagnostics import Diagnostic
from coregen.files import Change

STAGED = ".coregen-tmp"
"""How the names of temp files end."""
_ABANDONED_AFTER = 3600.0


def obstacles(root: Path, changes: Iterable[Change]) -> tuple[Diagnostic, ...]:
    """Everything that would keep `changes` from being written; looked for before anything is."""
    real, folders = root.resolve(), dict[str, tuple[str, str, str] | None]()
    found: list[Diagnostic] = []
    for change in changes:
        if change.kind == "keep":
            continue
        if change.path.startswith("/") or ".." in change.path.split("/"):
            problem: tuple[str, str, str] | None = (
                "WRITE-OUTSIDE",
                "this path leads out of the project",
                "it must be relative to the project's root",
            )
        else:
            folder = change.path.rpartition("/")[0]
            if folder not in folders:
                folders[folder] = _folder_obstacle(root, real, root / folder)
            problem = folders[folder] or _file_obstacle(f"{root}/{change.path}", change)
        if problem:
            code, message, help = problem
            found.append(Diagnostic(change.path, 0, 0, "error", code, message, help))
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
    staged: list[tuple[str, str]] = []
    folders: list[Path] = []
    targets: set[str] = set()
    mark = f".{token_hex(4)}{STAGED}"
    placed, done = 0, False
    try:
        for change in writes:
            target = f"{root}/{change.path}"
            folder, _, name = target.rpartition("/")
            if folder not in targets:
                targets.add(folder)
                folders += _make_folders(Path(folder))
            temporary = f"{folder}/.{name}{mark}"
            staged.append((temporary, target))
            _stage(temporary, target, change, change.path in durable)
        for temporary, target in staged:
            os.replace(temporary, target)
            placed, done = placed + 1, True
        for change in changes:
            if change.kind == "delete":
                (root / change.path).unlink(missing_ok=True)
                _drop_empty(root, (root / change.path).parent)
                done = True
        for folder in targets:
            _sweep(folder)
    except OSError as error:
        consequence = "some files were written" if done else "nothing was written"
        help = 'make room or change its permissions, then run "coregen sync" again'
        return (Diagnostic(_relative(root, error.filename), 0, 0, "error", "WRITE-FAILED", f"{error.strerror or error}; {consequence}", help),)
    finally:
        for temporary, _ in staged[placed:]:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
        if not done:
            for made in reversed(folders):
                _remove_if_empty(made)
    return ()


def _folder_obstacle(root: Path, real: Path, folder: Path) -> tuple[str, str, str] | None:
    """What keeps files from being made in a folder, which need not be there yet: a code, a message and the fix."""
    while not os.path.lexists(folder):
        folder = folder.parent
    if not folder.resolve().is_relative_to(real):
        return "WRITE-OUTSIDE", f"{_relative(root, folder)} is a symbolic link that leads out of the project", "replace the link by a folder"
    if not folder.is_dir():
        return "WRITE-OBSTACLE", f"{_relative(root, folder)} is a file where a folder is needed", "move it away"
    if not folder.stat().st_mode & 0o222 or not os.access(folder, os.W_OK | os.X_OK):
        return "WRITE-READONLY", f"the folder {_relative(root, folder)} is read-only", "make it writable"
    return None


def _file_obstacle(target: str, change: Change) -> tuple[str, str, str] | None:
    try:
        found = os.lstat(target)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISLNK(found.st_mode):
        return "WRITE-OBSTACLE", "a symbolic link stands where this file goes", "move it away; coregen writes files in place, not through links"
    if not stat.S_ISREG(found.st_mode):
        return "WRITE-OBSTACLE", "a folder or a device stands where this file goes", "move it away"
    if not found.st_mode & 0o222:
        return "WRITE-READONLY", "this file is read-only", "make it writable"
    if change.kind == "create":
        return "WRITE-MOVED", "this file appeared while coregen was at work", "run the command again"
    if change.before is not None and Path(target).read_bytes() != change.before.encode("utf-8", "surrogateescape"):
        return "WRITE-MOVED", "this file was changed while coregen was at work", "run the command again"
    return None


def _stage(temporary: str, target: str, change: Change, durable: bool) -> None:
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    with open(descriptor, "wb", buffering=0) as file:
        left = memoryview((change.after or "").encode())
        while left:
            left = left[file.write(left) :]
        if durable:
            os.fsync(file.fileno())
    if change.before is not None and os.path.exists(target):
        os.chmod(temporary, stat.S_IMODE(os.stat(target).st_mode))


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


def _sweep(folder: str) -> None:
    """Removes temp files that a killed sync left behind, once they are old enough to be nobody's."""
    now = time.time()
    for name in os.listdir(folder):
        path = f"{folder}/{name}"
        if name.startswith(".") and name.endswith(STAGED) and now - os.stat(path).st_mtime > _ABANDONED_AFTER:
            os.unlink(path)


def _relative(root: Path, path: object) -> str:
    found = Path(str(path)) if path else root
    return found.relative_to(root).as_posix() if found.is_relative_to(root) else found.name
