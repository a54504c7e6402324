"""`coregen.lock`: what the last sync read and wrote, kept in the repository.

Owns the file's form: JSON, sorted, one line an entry, so that git merges it as text; no times and no paths of a machine.
It proves which files are coregen's (pruning), tells a hand edit from a stale file, and holds the base that merges need.
Comparing it with the disk belongs to stale.py. Standard library alone: it is read on the no-op path.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from coregen.diagnostics import Diagnostic

LOCK_NAME = "coregen.lock"
FORMAT = 1
_PACKAGES = ("coregen", "coregen_templates", "coregen_runtime")


@dataclass(frozen=True)
class ModuleLock:
    """One module's entries. All paths are posix and relative to the project's root; hashes are SHA-256 in hex.

    `outputs` holds generated files; `once` the files that were made one time, with the hash they were made with; `symbols`
    the merge base of the handlers.
    """

    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    once: Mapping[str, str] = field(default_factory=dict)
    symbols: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Lock:
    """The whole lock: modules by folder (posix, relative to the root)."""

    modules: Mapping[str, ModuleLock] = field(default_factory=dict)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_text(text: str) -> str:
    return digest(text.encode())


def dump_lock(lock: Lock) -> str:
    """The lock as text: the same value gives the same bytes."""
    modules = {
        name: {"inputs": dict(module.inputs), "once": dict(module.once), "outputs": dict(module.outputs), "symbols": dict(module.symbols)}
        for name, module in lock.modules.items()
    }
    return json.dumps({"format": FORMAT, "modules": modules}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read_lock(root: Path) -> Lock | Diagnostic:
    """Reads the lock of a project; a project without one has an empty lock."""
    path = root / LOCK_NAME
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        return Lock()
    except (OSError, UnicodeDecodeError) as error:
        return _broken(1, f"{LOCK_NAME} cannot be read: {error}")
    return parse_lock(text)


def parse_lock(text: str) -> Lock | Diagnostic:
    """The value of a lock's text, or what is wrong with it and how to mend it."""
    marker = re.search(r"^(<{7}|={7}|>{7}|\|{7})", text, re.MULTILINE)
    if marker:
        line = text.count("\n", 0, marker.start()) + 1
        return Diagnostic(
            LOCK_NAME,
            line,
            1,
            "error",
            "LOCK-CONFLICT",
            f"{LOCK_NAME} holds the marks of a merge conflict",
            f'take either side (git checkout --ours {LOCK_NAME}), then run "coregen sync" and commit what it writes',
        )
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        return _broken(error.lineno, f"{LOCK_NAME} is not valid JSON: {error.msg}")
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        return _broken(1, f"{LOCK_NAME} is not of a form that this coregen reads (format {FORMAT})")
    modules = document.get("modules")
    if not isinstance(modules, dict) or not all(_is_module(module) for module in modules.values()):
        return _broken(1, f"{LOCK_NAME} has entries that coregen did not write")
    return Lock({name: ModuleLock(**module) for name, module in modules.items()})


def _is_module(module: object) -> bool:
    return (
        isinstance(module, dict)
        and set(module) == {"inputs", "outputs", "once", "symbols"}
        and all(isinstance(part, dict) and all(isinstance(value, str) for value in part.values()) for part in module.values())
    )


def _broken(line: int, message: str) -> Diagnostic:
    return Diagnostic(LOCK_NAME, line, 1, "error", "LOCK-BROKEN", message, 'restore it from git, or delete it; then run "coregen sync"')


def fingerprint() -> str:
    """A hash over the source of the generator, its templates and the runtime it reads: an upgraded coregen syncs anew."""
    total = hashlib.sha256(str(FORMAT).encode())
    for package in _PACKAGES:
        spec = find_spec(package)
        for folder in sorted(spec.submodule_search_locations or ()) if spec else ():
            root = Path(folder)
            for path in sorted(path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
                total.update(f"{package}/{path.relative_to(root).as_posix()}\0".encode())
                total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
