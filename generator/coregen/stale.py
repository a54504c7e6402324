"""Whether anything can have changed since the last sync: the path that costs nothing.

Owns the question and the cache that answers it fast, `.coregen/state.json`, which git ignores. The lock names what to
look at; the cache remembers file times, so that an unchanged file is not read, and for each module a proof: one hash over
everything its output depends on. A proof is kept only after a sync that had nothing left to do or to say. Where something did
change, `made` tells which modules it leaves as they are.
Standard library alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from coregen.lock import LOCK_NAME, Lock, ModuleLock, digest
from coregen.project import ModuleFolder, Project

CACHE = ".coregen"
_SETTLED = 50_000_000
"""Nanoseconds after which a file's time is believed: two writes within one tick of the clock look the same."""


@dataclass
class Hashes:
    """Hashes of a project's files, read again only where time or size moved."""

    root: Path
    times: dict[str, list[int | str]] = field(default_factory=dict)
    fresh: dict[str, str | None] = field(default_factory=dict)

    def of(self, path: str) -> str | None:
        """SHA-256 of a file (posix, relative to the root), or None where there is no file."""
        if path not in self.fresh:
            self.fresh[path] = self._look(path)
        return self.fresh[path]

    def wrote(self, path: str, digest: str) -> None:
        """What a file holds that has just been written: it need not be read."""
        try:
            status = os.stat(f"{self.root}/{path}")
        except FileNotFoundError:
            return
        self.times[path] = [status.st_mtime_ns, status.st_size, time.time_ns(), digest]
        self.fresh[path] = digest

    def _look(self, path: str) -> str | None:
        try:
            status = os.stat(f"{self.root}/{path}")
            known = self.times.get(path)
            if known and known[:2] == [status.st_mtime_ns, status.st_size] and int(known[2]) - status.st_mtime_ns > _SETTLED:
                return str(known[3])
            now = time.time_ns()
            found = digest((self.root / path).read_bytes())
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        self.times[path] = [status.st_mtime_ns, status.st_size, now, found]
        return found


@dataclass(frozen=True)
class State:
    """The cache as read: file times, proofs, and what each module was made of. Anything unreadable is an empty cache."""

    times: Mapping[str, list[int | str]] = field(default_factory=dict)
    proofs: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, str] = field(default_factory=dict)


def read_state(root: Path) -> State:
    try:
        document = json.loads((root / CACHE / "state.json").read_bytes())
        times = {path: entry for path, entry in document["times"].items() if isinstance(entry, list) and len(entry) == 4}
        proofs, made = ({folder: str(proof) for folder, proof in document[part].items()} for part in ("proofs", "made"))
        return State(times, proofs, made)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return State()


def write_state(root: Path, state: State) -> None:
    """Keeps the cache; a project on a read-only disk goes without one."""
    folder = root / CACHE
    text = json.dumps(
        {"times": dict(sorted(state.times.items())), "proofs": dict(sorted(state.proofs.items())), "made": dict(sorted(state.made.items()))}
    )
    temporary = folder / f"state.{os.getpid()}.tmp"
    try:
        folder.mkdir(exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
        temporary.write_text(text)
        os.replace(temporary, folder / "state.json")
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def folder_key(project: Project, folder: ModuleFolder) -> str:
    """A module's key in the lock: its folder, posix, relative to the root."""
    return folder.path.relative_to(project.root).as_posix()


def proofs(
    project: Project, folders: Iterable[ModuleFolder], lock: Lock, hashes: Hashes, settings: Sequence[str], disk: Mapping[str, str]
) -> dict[str, str]:
    """For each module one hash over all that its output depends on, and over that output as it is on `disk`."""
    every = sorted(folders, key=lambda folder: folder.package)
    shared = hashlib.sha256()
    inputs = {path for module in lock.modules.values() for path in module.inputs}
    _feed(shared, settings)
    _feed(shared, (f"{folder_key(project, folder)} {folder.definition.name}" for folder in every))
    _feed(shared, (f"{path} {hashes.of(path)}" for path in sorted({LOCK_NAME, *inputs})))
    found: dict[str, str] = {}
    for folder in every:
        key = folder_key(project, folder)
        total = shared.copy()
        _feed(total, (disk[key],))
        found[key] = total.hexdigest()
    return found


def on_disk(project: Project, folders: Iterable[ModuleFolder], lock: Lock, hashes: Hashes) -> dict[str, str]:
    """For each module one hash over its files as they are, its definition aside."""
    found: dict[str, str] = {}
    for folder in folders:
        key = folder_key(project, folder)
        module, total = lock.modules.get(key, ModuleLock()), hashlib.sha256()
        _feed(total, (f"{path} {hashes.of(path)}" for path in sorted({*owned_files(folder.path, project.root), *module.outputs})))
        _feed(total, (f"{path} {os.path.exists(f'{project.root}/{path}')}" for path in sorted(module.once)))
        found[key] = total.hexdigest()
    return found


def made_of(needs: str, files: str, settings: Sequence[str]) -> str:
    """What a module is made of: what its output depends on, its files as they then are, and the settings."""
    total = hashlib.sha256()
    _feed(total, (needs, files, *settings))
    return total.hexdigest()


def owned_files(folder: Path, root: Path) -> list[str]:
    """The files of a module that sync looks at besides its definition: `generated/`, handlers and migrations (posix, relative to the root)."""
    key = folder.relative_to(root).as_posix()
    found = [f"{key}/{path}" for part in ("generated", "handlers", "migrations") for path in _walk(str(folder), part)]
    found += [f"{key}/handlers.py"] if (folder / "handlers.py").is_file() else []
    return sorted(found)


def _walk(top: str, part: str) -> Iterable[str]:
    """The files below a part of the folder `top`, relative to it; as texts, for there are many, and this is the path that costs nothing."""
    for parent, folders, files in os.walk(f"{top}/{part}"):
        folders[:] = sorted(name for name in folders if name != "__pycache__" and not name.startswith("."))
        below = parent[len(top) + 1 :].replace(os.sep, "/")
        yield from (f"{below}/{name}" for name in files if not name.startswith(".") and not name.endswith((".pyc", ".pyo")))


def _feed(total: hashlib._Hash, lines: Iterable[str]) -> None:
    for line in lines:
        total.update(line.encode() + b"\0")
    total.update(b"\1")
