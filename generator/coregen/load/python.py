"""Running a definition.py: in its package, from its text, seen, and without a trace left in the process.

Its project files are compiled from their bytes (no stale bytecode), their names are taken out of `sys.modules` again, and the packages of
modules are empty while a definition runs: a definition never waits for what is generated from it.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import os
import re
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType, TracebackType
from typing import Any

from pydantic import ValidationError

import coregen_runtime
from coregen.diagnostics import Diagnostic, did_you_mean, gathered
from coregen.load.errors import Places, explain
from coregen.load.mend import supplied
from coregen.load.observe import Observed, observing
from coregen.load.positions import Position, Positions
from coregen.load.source import PythonPositions, Source, failure_places
from coregen.project import ModuleFolder, Project
from coregen_runtime.module.definition import ModuleDefinition

_LOOK = "sync runs the definition: mend this line, or what it was given"
_OURS = ("coregen", "coregen_runtime", "coregen_adapters", "coregen_templates")


@dataclass(frozen=True)
class PythonLoaded:
    """What a definition.py gave: no definition only together with an error, and with one what is right of it. `inputs` are absolute paths."""

    definition: ModuleDefinition | None
    positions: Positions
    inputs: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]
    left_out: frozenset[str]


def load_python(project: Project, folder: ModuleFolder, packages: Mapping[str, Path]) -> PythonLoaded:
    """Run a module's definition.py. `packages` are the import names of all modules of the project, with their folders.

    Changes the interpreter's import state while it runs, so one definition is loaded at a time.
    """
    session = _Session(project, packages, {folder.definition: None}, _not_own())
    place = folder.definition.relative_to(project.root).as_posix()
    value: object = None
    raised: BaseException | None = None
    with _imports(session), _reads(session), observing(session.is_project_file, supplied(folder)) as seen:
        try:
            value = getattr(importlib.import_module(f"{folder.package}.{folder.definition.stem}"), "module", None)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a person's file raises is a diagnostic
            raised = error
    fallback = Position(place, 0, 0)
    found = _failures(seen, session, fallback)
    if raised is not None and not found:
        found.append(_raised(raised, session, fallback))
    elif raised is None and not isinstance(value, ModuleDefinition):
        found.append(_no_module(value, session.source(str(folder.definition)), place))
    definition = value if isinstance(value, ModuleDefinition) and id(value) not in seen.beyond else None
    positions = PythonPositions(definition, seen, session.source, fallback)
    return PythonLoaded(definition, positions, tuple(sorted(session.inputs)), gathered(found), frozenset(seen.left_out))


@dataclass
class _Session:
    """One run of one definition: the files it took in, and their text."""

    project: Project
    packages: Mapping[str, Path]
    inputs: dict[Path, None]
    not_own: tuple[str, ...]
    texts: dict[str, bytes] = field(default_factory=dict)
    sources: dict[str, Source | None] = field(default_factory=dict)
    known: dict[str, bool] = field(default_factory=dict)

    def is_project_file(self, name: str) -> bool:
        """Whether a file is the project's own: below its root, and neither installed nor part of coregen."""
        answer = self.known.get(name)
        if answer is None:
            own = name.startswith(f"{self.project.root}{os.sep}") and not name.startswith(self.not_own)
            answer = self.known[name] = own and f"{os.sep}site-packages{os.sep}" not in name
        return answer

    def took(self, path: str, data: bytes) -> None:
        self.texts[path] = data
        self.inputs[Path(path)] = None

    def source(self, path: str) -> Source | None:
        """The text and tree of a file that was run; None for any other."""
        if path not in self.sources:
            self.sources[path] = self._parsed(path)
        return self.sources[path]

    def _parsed(self, path: str) -> Source | None:
        data = self.texts.get(path)
        if data is None:
            return None
        try:
            return Source(Path(path).relative_to(self.project.root).as_posix(), importlib.util.decode_source(data))
        except (SyntaxError, ValueError):
            return None


def _not_own() -> tuple[str, ...]:
    """Folders whose files are never a project's own, wherever its root is: what is installed, and coregen itself."""
    installed = [sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")]
    ours = [os.path.dirname(file) for name in _OURS if (file := getattr(sys.modules.get(name), "__file__", None)) is not None]
    return tuple(f"{folder}{os.sep}" for folder in (*installed, *ours))


class _FromText(SourceFileLoader):
    """Compiles a file from its bytes as they are now, and tells the session."""

    def __init__(self, name: str, path: str, session: _Session) -> None:
        super().__init__(name, path)
        self.session = session

    def get_code(self, fullname: str) -> CodeType:
        data = self.get_data(self.path)
        self.session.took(self.path, data)
        code: CodeType = self.source_to_code(data, self.path)
        return code


class _Empty(importlib.abc.Loader):
    """The package of a module while definitions run."""

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        return None


class _Finder(MetaPathFinder):
    def __init__(self, session: _Session) -> None:
        self.session = session

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        folder = self.session.packages.get(fullname)
        if folder is not None:
            empty = ModuleSpec(fullname, _Empty(), is_package=True)
            empty.submodule_search_locations = [str(folder)]
            return empty
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin is not None and isinstance(spec.loader, SourceFileLoader) and self.session.is_project_file(spec.origin):
            spec.loader = _FromText(fullname, spec.origin, self.session)
        return spec


@contextmanager
def _imports(session: _Session) -> Iterator[None]:
    """Imports of project files go through the session; path, finders and modules are as before when it ends."""

    def own(module: ModuleType) -> bool:
        file = getattr(module, "__file__", None)
        if isinstance(file, str):
            return session.is_project_file(file)
        locations = list(getattr(module, "__path__", ()))
        return bool(locations) and all(session.is_project_file(str(location)) for location in locations)

    def take_out() -> dict[str, ModuleType]:
        names = [name for name, module in sys.modules.items() if isinstance(module, ModuleType) and name != "__main__" and own(module)]
        return {name: sys.modules.pop(name) for name in names}

    path, finder = list(sys.path), _Finder(session)
    aside = take_out()
    sys.path.insert(0, str(session.project.source_root))
    sys.meta_path.insert(0, finder)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        take_out()
        sys.modules.update(aside)
        sys.meta_path.remove(finder)
        sys.path[:] = path


@contextmanager
def _reads(session: _Session) -> Iterator[None]:
    """Project files that are opened for reading are inputs too."""
    original = builtins.open

    def noting(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        opened = original(file, mode, *args, **kwargs)
        if isinstance(file, str | os.PathLike) and not set(mode) & set("wax+"):
            path = Path(os.path.abspath(os.fspath(file)))
            if session.is_project_file(str(path)):
                session.inputs[path] = None
        return opened

    io_open = io.open
    builtins.open = noting
    io.open = noting
    try:
        yield
    finally:
        builtins.open = original
        io.open = io_open


def _failures(seen: Observed, session: _Session, fallback: Position) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for failure in seen.failures:
        places = Places(lambda loc: fallback, lambda loc: fallback)
        if failure.site is not None:
            within = failure_places(failure.site, failure.data, seen, session.source, fallback)
            places = Places(within.at, within.key)
        details = [each for each in failure.details if not _follows(each["loc"], failure.data, seen)]
        found.extend(explain(details, failure.model, failure.data, places, "python"))
    return found


def _follows(loc: Sequence[str | int], data: object, seen: Observed) -> bool:
    """Whether an error is about an object that failed itself: that has been said."""
    value: Any = data
    for step in loc:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list | tuple) and step < len(value):
            value = value[step]
        if id(value) in seen.stand_ins:
            return True
    return False


def _no_module(value: object, source: Source | None, place: str) -> Diagnostic:
    help = "module = ModuleDefinition(id=…, version=…, …)"
    if source is not None:
        node = source.assigned("module")
        if value is not None and node is not None:
            at = source.of(node)
            message = f"module is {_article(type(value).__name__)}, and has to be a ModuleDefinition"
            return Diagnostic(at.path, at.line, at.column, "error", "LOAD-MODULE", message, help)
    return Diagnostic(place, 0, 0, "error", "LOAD-MODULE", 'there is no variable "module" with a ModuleDefinition', f"end the file with {help}")


def _raised(error: BaseException, session: _Session, fallback: Position) -> Diagnostic:
    """The exception of a definition, at the line of the project's code that it came out of."""
    if isinstance(error, SyntaxError) and error.filename is not None and session.is_project_file(error.filename):
        path = Path(error.filename).relative_to(session.project.root).as_posix()
        return Diagnostic(
            path,
            error.lineno or 0,
            error.offset or 0,
            "error",
            "LOAD-SYNTAX",
            f"not valid Python: {error.msg}",
            "mend this line, or the one before it",
        )
    at = fallback
    for code, instruction, line in _frames(error.__traceback__):
        if session.is_project_file(code.co_filename):
            path = Path(code.co_filename).relative_to(session.project.root).as_posix()
            source = session.source(code.co_filename)
            column = list(code.co_positions())[instruction][2]
            at = source.position(line, column) if source is not None and column is not None else Position(path, line, 0)
    if isinstance(error, ValidationError):
        message, help = f"{error.title} is not valid: {error.errors()[0]['msg']}", _LOOK
    else:
        said = str(error).strip().splitlines()
        message = f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
        help = _help(error, session)
    return Diagnostic(at.path, at.line, at.column, "error", "LOAD-PYTHON", message, help)


def _help(error: BaseException, session: _Session) -> str:
    if isinstance(error, SystemExit):
        return "a definition must not end the process"
    if isinstance(error, ModuleNotFoundError) and error.name is not None:
        if any(error.name == f"{package}.generated" or error.name.startswith(f"{package}.generated.") for package in session.packages):
            return "a definition cannot import what is generated from it"
        return "import names begin at source-root of [tool.coregen]; a package has to be installed where coregen runs"
    wanted = re.match(r"cannot import name '(\w+)'", str(error))
    if isinstance(error, ImportError) and error.name is not None and wanted is not None:
        return did_you_mean(wanted[1], dir(sys.modules.get(error.name)), f"look at what {error.name} holds")
    if isinstance(error, NameError) and error.name is not None:
        exported = [name for name in dir(coregen_runtime) if name[:1].isupper()]
        if error.name in exported:
            return f"add from coregen_runtime import {error.name}"
        return did_you_mean(error.name, [*exported, *dir(builtins)], "define it above this line, or import it")
    if isinstance(error, AttributeError) and error.name is not None:
        return did_you_mean(error.name, [name for name in dir(error.obj) if not name.startswith("_")], _LOOK)
    if isinstance(error, TypeError) and "positional argument" in str(error):
        return "give each argument with its name: name=…"
    return "give a path that begins at Path(__file__).parent" if isinstance(error, FileNotFoundError) else _LOOK


def _frames(traceback: TracebackType | None) -> Iterator[tuple[CodeType, int, int]]:
    while traceback is not None:
        yield traceback.tb_frame.f_code, traceback.tb_lasti // 2, traceback.tb_lineno
        traceback = traceback.tb_next


def _article(noun: str) -> str:
    return f"an {noun}" if noun[:1].lower() in "aeiou" else f"a {noun}"
