"""The order of the stages: load → resolve → verify → plan → render → merge → write. The only file that knows it.

Owns `sync`, pure until it writes: what each file is to become is a value first. Which bytes differ and why is compare's,
printing is the command line's. The stages that import Pydantic, Jinja2 or LibCST are imported only once the fast path has
failed to show that nothing can have changed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from coregen.diagnostics import Diagnostic, did_you_mean, errors, gathered, independent, one_of, unsaid
from coregen.files import Change, Ownership, RenderedFile
from coregen.format import line_length
from coregen.lock import LOCK_NAME, Lock, ModuleLock, dump_lock, fingerprint, read_lock
from coregen.project import ModuleFolder, Project, find_folders
from coregen.shares import processes, shared
from coregen.stale import Hashes, State, folder_key, made_of, on_disk, proofs, read_state, write_state

if TYPE_CHECKING:
    from coregen.compare import Compared
    from coregen.load import LoadedModule
    from coregen.resolve.applied import Upcoming

Progress = Callable[[str], None]
_WORTH_A_PROCESS = 25
"""How many entities one more process is worth."""


@dataclass(frozen=True)
class Drift:
    """A file that is not as a sync would leave it, and why."""

    path: str
    module: str
    reason: str


@dataclass(frozen=True)
class ModuleSummary:
    """What a module is made of, for the report; `messages` are the commands and queries that its definition declares."""

    module: str
    folder: str
    entities: int
    machines: int
    commands: int
    queries: int


@dataclass(frozen=True)
class Outcome:
    """What a sync did, or would do. With an error among the diagnostics there are no changes."""

    changes: tuple[Change, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    stale: tuple[Drift, ...] = ()
    modules: tuple[ModuleSummary, ...] = ()
    written: bool = False

    @property
    def failed(self) -> bool:
        return bool(errors(self.diagnostics))


def sync(
    project: Project,
    modules: Sequence[str] = (),
    check: bool = False,
    jobs: int | None = None,
    strict: bool = False,
    restart_migrations: bool = False,
    allow_data_loss: bool = False,
    progress: Progress = lambda stage: None,
) -> Outcome:
    """Brings the generated files of `modules` (all, if none is named) in step with the definitions.

    Every definition of the project is loaded, since modules refer to each other. Under `strict` what is doubtful in a definition is an error.

    Args:
        check: decide, and write nothing: neither files nor lock nor cache.
        jobs: how many processes resolve and render; all processors for a large project, unless it is given.
        restart_migrations: modules whose migrations lag behind their entities get one first migration anew in the place of all they have.
        allow_data_loss: the next migration of a module may lose data; without it, one that would is refused.
    """
    found = find_folders(project)
    asked, unknown = _asked(found.folders, modules, project)
    diagnostics = (*found.diagnostics, *unknown)
    lock = read_lock(project.root)
    if isinstance(lock, Diagnostic):
        return Outcome(diagnostics=gathered((*diagnostics, lock)))
    if errors(diagnostics):
        return Outcome(diagnostics=gathered(diagnostics))
    settings = (fingerprint(), str(line_length(project.root)), project.source_root.relative_to(project.root).as_posix(), *project.modules)
    state = read_state(project.root)
    hashes = Hashes(project.root, dict(state.times))
    keys = [folder_key(project, folder) for folder in asked]
    disk = on_disk(project, found.folders, lock, hashes)
    now = proofs(project, found.folders, lock, hashes, settings, disk)
    gone = not modules and set(lock.modules) - set(now)
    if keys and not gone and all(state.proofs.get(key) == now[key] for key in keys):
        return Outcome(diagnostics=gathered(diagnostics))
    if not found.folders and not gone:
        return Outcome(diagnostics=(_nothing_found(project),))

    def unchanged(folder: ModuleFolder, needs: str) -> bool:
        key = folder_key(project, folder)
        return key in state.made and state.made[key] == made_of(needs, disk[key], settings)

    def following(loaded: Sequence[LoadedModule], touched: Collection[str]) -> Mapping[str, Upcoming]:
        from coregen.resolve.applied import upcoming

        return upcoming(loaded, touched, lose=allow_data_loss, severity="warning" if check else "error")

    run = _run(project, found.folders, asked, lock, unchanged, jobs, strict, following, restart_migrations, progress, everything=not modules)
    run = replace(run, outcome=replace(run.outcome, diagnostics=gathered((*diagnostics, *run.outcome.diagnostics))))
    if check or run.outcome.failed:
        return run.outcome
    return _write(project, found.folders, keys, run, settings, progress)


@dataclass(frozen=True)
class _Run:
    """All stages before the disk: what they came to, the lock that goes with it, and by id what the output of each module depends on."""

    outcome: Outcome
    lock: Lock
    needs: Mapping[str, str] = field(default_factory=dict)


def _run(
    project: Project,
    folders: Sequence[ModuleFolder],
    asked: Sequence[ModuleFolder],
    lock: Lock,
    unchanged: Callable[[ModuleFolder, str], bool],
    jobs: int | None,
    strict: bool,
    upcoming: Callable[[Sequence[LoadedModule], Collection[str]], Mapping[str, Upcoming]],
    restart_migrations: bool,
    progress: Progress,
    everything: bool,
) -> _Run:
    """All stages up to the changes as values. Modules whose output cannot have changed go no further than verify."""
    from coregen.compare import compare, forgotten, restarted
    from coregen.load import load
    from coregen.resolve.applied import migration_files
    from coregen.resolve.needs import needs
    from coregen.verify import verify

    def judged(found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
        return gathered(replace(each, severity="error") if strict else each for each in found)

    def sound(found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
        return independent(found, loaded.diagnostics, loaded.left_out, loaded.complete)

    progress("reading definitions")
    loaded = load(project, folders)
    progress("checking")
    diagnostics = judged((*loaded.diagnostics, *sound(verify(loaded.modules, loaded.complete))))
    wanted = {folder.path for folder in asked}
    chosen = {module.definition.id: module for module in loaded.modules if module.folder.path in wanted}
    needed = {} if errors(diagnostics) else needs(loaded.modules)
    same = {id for id, module in chosen.items() if id in needed and unchanged(module.folder, needed[id])}
    touched = {id: module for id, module in chosen.items() if id not in same}
    following = {} if errors(diagnostics) else upcoming(loaded.modules, touched)
    anew = {id for id, next in following.items() if restart_migrations and not next.unreadable}
    progress(f"rendering {len(touched)} modules")
    made = shared(lambda share: _make(project.root, loaded.modules, share, anew, following), _shares(list(touched.values()), jobs))
    resolving = dict.fromkeys(each for one in made for each in one.diagnostics)
    diagnostics = judged((*diagnostics, *sound(unsaid(resolving, diagnostics))))
    if errors(diagnostics) or not all(one.resolved for one in made):
        return _Run(Outcome(diagnostics=diagnostics), lock)

    rendered = [file for one in made for file in one.rendered]
    once = [file for one in made for file in one.once]
    first = {file.module: file.path for file in rendered if file.ownership is Ownership.NUMBERED and file.module in anew}
    progress("comparing")
    inputs = {folder_key(project, module.folder): _input_hashes(project, module) for module in loaded.modules}
    same_definitions = all(key in lock.modules and lock.modules[key].inputs == found for key, found in inputs.items())
    compared = [
        compare(
            project.root,
            module.folder,
            name,
            [file for file in rendered if file.module == name],
            [path for path, of in once if of == name],
            lock.modules.get(folder_key(project, module.folder)),
            inputs[folder_key(project, module.folder)],
            same_definitions,
            following[name].stops if name in following else (),
        )
        for name, module in sorted(touched.items())
    ]
    if everything:
        present = {folder_key(project, folder) for folder in folders}
        compared += [forgotten(project.root, key, entry) for key, entry in sorted(lock.modules.items()) if key not in present]
    late = judged([each for id, next in following.items() if id not in anew for each in next.diagnostics])
    diagnostics = gathered((*diagnostics, *late, *(each for one in compared for each in one.diagnostics)))
    if errors(diagnostics):
        return _Run(Outcome(diagnostics=diagnostics), lock)
    outcome = Outcome(
        changes=(
            *(change for one in compared for change in one.changes),
            *(each for id, path in first.items() for each in restarted(project.root, id, migration_files(chosen[id].folder.path), path)),
        ),
        diagnostics=diagnostics,
        stale=tuple(Drift(path, one.module, reason) for one in compared for path, reason in one.drift),
        modules=tuple(_summary(project, module) for _, module in sorted(chosen.items())),
    )
    kept = {key: replace(lock.modules[key], inputs=inputs[key]) for id in same if (key := folder_key(project, chosen[id].folder)) in lock.modules}
    return _Run(outcome, Lock({**_entries(lock, compared), **kept}), needed)


def _write(
    project: Project,
    folders: Sequence[ModuleFolder],
    keys: Sequence[str],
    run: _Run,
    settings: Sequence[str],
    progress: Progress,
) -> Outcome:
    from coregen.write import write

    progress("writing")
    outcome, renewed = run.outcome, run.lock
    before, after = _lock_text(project.root), dump_lock(renewed)
    changes = [change for change in outcome.changes if change.kind != "keep"]
    if before != after:
        changes.append(Change(LOCK_NAME, "", "create" if before is None else "update", before, after))
    digests = {path: digest for module in renewed.modules.values() for path, digest in module.outputs.items()}
    problems = write(project.root, changes, durable={change.path for change in changes if change.before is not None and not _generated(change.path)})
    if problems:
        return replace(outcome, changes=(), diagnostics=gathered((*outcome.diagnostics, *problems)))
    hashes = Hashes(project.root, dict(read_state(project.root).times))
    for change in changes:
        if change.after is not None and change.kind != "keep" and (digest := digests.get(change.path)):
            hashes.wrote(change.path, digest)
    disk = on_disk(project, folders, renewed, hashes)
    now = proofs(project, folders, renewed, hashes, settings, disk)
    state = read_state(project.root)
    known = {key: proof for key, proof in state.proofs.items() if now.get(key) == proof}
    made = {summary.folder: made_of(run.needs[summary.module], disk[summary.folder], settings) for summary in outcome.modules}
    told = ({key: now[key] for key in keys}, made) if not outcome.diagnostics else ({}, {})
    write_state(project.root, State(hashes.times, {**known, **told[0]}, {**state.made, **told[1]}))
    return replace(outcome, written=bool(changes))


@dataclass(frozen=True)
class _Made:
    """A share of the modules as text. `once` are the files, each with its module, that are made once and there already."""

    resolved: bool
    diagnostics: tuple[Diagnostic, ...]
    rendered: tuple[RenderedFile, ...] = ()
    once: tuple[tuple[str, str], ...] = ()


def _make(root: Path, modules: Sequence[LoadedModule], share: Collection[str], anew: Collection[str], following: Mapping[str, Upcoming]) -> _Made:
    """A share of the modules through resolve, plan and render."""
    from coregen.compare import is_made_once
    from coregen.plan import plan
    from coregen.render import render
    from coregen.resolve import resolve

    resolved = resolve(modules, anew, share, following)
    if resolved.ir is None or errors(resolved.diagnostics):
        return _Made(resolved.ir is not None, resolved.diagnostics)
    planned = plan(resolved.ir)
    kept = [file for file in planned if is_made_once(file.ownership) and not (file.ownership is Ownership.NUMBERED and file.module in anew)]
    there = {file.path for file in kept if os.path.lexists(root / file.path)}
    once = tuple((file.path, file.module) for file in planned if file.path in there and file.ownership is Ownership.ONCE)
    return _Made(True, resolved.diagnostics, render([file for file in planned if file.path not in there]), once)


def _shares(modules: Sequence[LoadedModule], jobs: int | None) -> list[list[str]]:
    """The ids of the modules, in as many parts as processes are worth it: each with about as many entities as any other."""
    entities = sum(len(module.definition.entities) for module in modules)
    number = max(1, min(processes(), jobs or (entities // _WORTH_A_PROCESS), len(modules)))
    largest_first = sorted(modules, key=lambda module: (-len(module.definition.entities), module.definition.id))
    return [[module.definition.id for module in largest_first[share::number]] for share in range(number)]


def _asked(folders: Sequence[ModuleFolder], names: Sequence[str], project: Project) -> tuple[tuple[ModuleFolder, ...], tuple[Diagnostic, ...]]:
    """The folders that `names` mean: a folder's name, its import name, or its path from the root."""
    if not names:
        return tuple(folders), ()
    chosen: list[ModuleFolder] = []
    unknown: list[Diagnostic] = []
    for name in names:
        plain = name.rstrip("/").removeprefix("./")
        meant = [folder for folder in folders if plain in (folder.name, folder.package, folder_key(project, folder))]
        known = sorted(folder.name for folder in folders)
        if len(meant) == 1:
            chosen += meant
        elif meant:
            unknown.append(
                Diagnostic(
                    "pyproject.toml",
                    0,
                    0,
                    "error",
                    "MODULE-AMBIGUOUS",
                    f'"{name}" is the name of {len(meant)} modules',
                    one_of(folder.package for folder in meant),
                )
            )
        else:
            unknown.append(
                Diagnostic(
                    "pyproject.toml",
                    0,
                    0,
                    "error",
                    "MODULE-UNKNOWN",
                    f'this project has no module "{name}"',
                    did_you_mean(name, known, one_of(known)),
                )
            )
    return tuple(dict.fromkeys(chosen)), tuple(unknown)


def _nothing_found(project: Project) -> Diagnostic:
    where = ", ".join(project.modules)
    return Diagnostic(
        "pyproject.toml", 0, 0, "warning", "MODULE-NONE", f"no folder in {where} holds a definition", 'make one: "coregen new-module NAME"'
    )


def _input_hashes(project: Project, module: LoadedModule) -> dict[str, str]:
    hashes = Hashes(project.root)
    paths = sorted(path.relative_to(project.root).as_posix() for path in module.inputs if path.is_relative_to(project.root))
    return {path: found for path in paths if (found := hashes.of(path)) is not None}


def _entries(lock: Lock, compared: Sequence[Compared]) -> Mapping[str, ModuleLock]:
    entries = dict(lock.modules)
    for one in compared:
        if one.entry is None:
            entries.pop(one.folder, None)
        else:
            entries[one.folder] = one.entry
    return entries


def _lock_text(root: Path) -> str | None:
    path = root / LOCK_NAME
    return path.read_bytes().decode() if path.exists() else None


def _generated(path: str) -> bool:
    return "/generated/" in path


def _summary(project: Project, module: LoadedModule) -> ModuleSummary:
    definition = module.definition
    return ModuleSummary(
        definition.id,
        folder_key(project, module.folder),
        len(definition.entities),
        len(definition.fsms),
        len(definition.commands),
        len(definition.queries),
    )
