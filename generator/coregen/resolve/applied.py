"""Migrations that a module has on disk, and the next one that its entities need.

Owns reading the files, numbering the next, and saying what stands against it. What has to happen is difference's; writing the file
is left to plan, render and write.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from coregen.diagnostics import Diagnostic
from coregen.resolve.complete import Complete, complete
from coregen.resolve.difference import Difference, Loss, difference
from coregen.resolve.migrations import Tables, alike, replay, wanted, with_sql
from coregen.resolve.report import Report
from coregen.resolve.wording import migration_name, sentence
from coregen_runtime.module.migration import CheckRows, Migration
from coregen_runtime.primitives.words import snake_case
from coregen_runtime.repository.table import stem, table_name, table_of

if TYPE_CHECKING:
    from coregen.load import LoadedModule

_FILE = re.compile(r"(\d{4})_\w+\.py")
ALLOW = 'run "coregen sync --allow-data-loss"'


@dataclass(frozen=True)
class Upcoming:
    """A module whose migrations and entities disagree: the next migration and what it does, or why there is none.

    `unreadable` are migrations that nobody could begin anew without reading them first; `stops` are the columns whose rows the migration looks at before.
    """

    migration: Migration | None = None
    sentence: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    unreadable: bool = False
    stops: tuple[str, ...] = ()


def migration_files(folder: Path) -> tuple[Path, ...]:
    """The migrations of the module in `folder`, in the order of their numbers."""
    return tuple(sorted(path for path in (folder / "migrations").glob("*.py") if _FILE.fullmatch(path.name)))


def check_inline(module: Complete, report: Report) -> None:
    """Whether each migration that stands in the definition has a version of its own, among its like and among the files."""
    files = {int(path.name[:4]): path.name for path in migration_files(module.loaded.folder.path)}
    seen: set[int] = set()
    for index, migration in enumerate(module.definition.migrations):
        taken = f"migrations/{files[migration.version]}" if migration.version in files else "another migration" if migration.version in seen else ""
        if taken:
            message = f'the migration "{migration.name}" has the version {migration.version}, which is that of {taken}'
            free = max([*files, *(each.version for each in module.definition.migrations)]) + 1
            report.error(module.loaded, ("migrations", index, "version"), "MIGRATION-INLINE", message, f"give it another version: {free} is free")
        seen.add(migration.version)


def upcoming(modules: Sequence[LoadedModule], asked: Iterable[str], *, lose: bool, severity: str = "error") -> Mapping[str, Upcoming]:
    """By id, the modules `asked` for whose migrations do not give the tables that their entities need; without those that have none yet.

    Args:
        lose: whether a migration may lose data; one that would is refused otherwise, with a diagnostic of that `severity`: a warning refuses nothing.
    """
    wanted = set(asked)
    every = complete(modules, Report())
    found = {module.id: _upcoming(module, lose, every) for module in every if module.id in wanted}
    return {id: _softened(each) if severity == "warning" else each for id, each in found.items() if each is not None}


def _softened(each: Upcoming) -> Upcoming:
    """A loss as a warning, for who only looks."""
    return replace(
        each, diagnostics=tuple(replace(found, severity="warning") if found.code == "MIGRATION-LOSS" else found for found in each.diagnostics)
    )


def _upcoming(module: Complete, lose: bool, every: Sequence[Complete]) -> Upcoming | None:
    place = f"{module.loaded.place}/migrations" if module.loaded.place else "migrations"
    files = migration_files(module.loaded.folder.path)
    if not files and not module.definition.migrations:
        return None
    read = [_read(file, f"{place}/{file.name}") for file in files]
    broken = tuple(each for each in read if isinstance(each, Diagnostic))
    if broken:
        return Upcoming(diagnostics=broken, unreadable=True)
    twice = tuple(_twice(place, files))
    if twice:
        return Upcoming(diagnostics=twice)
    migrations = sorted([*(each for each in read if isinstance(each, Migration)), *module.definition.migrations], key=lambda each: each.version)
    try:
        there = replay(migrations)
    except ValueError as error:
        help = "two migrations that were made beside each other do this: delete the later one, if no database has run it, and sync again"
        return Upcoming(diagnostics=(Diagnostic(place, 0, 0, "error", "MIGRATION-REPLAY", str(error), help),))
    former = _former_id(module, there)
    if former:
        report = Report()
        message = f'the migrations make the tables of "{former}", and "{module.id}" is the module\'s id now: databases have run them, and hold events, under the former'
        help = f'give the id {former} back; or, while no database holds data that matters, run "coregen sync --restart-migrations"'
        report.error(module.loaded, ("id",), "MIGRATION-MODULE", message, help)
        return Upcoming(diagnostics=report.diagnostics())
    return _next(module, migrations, there, lose, _elsewhere(module, every))


def _former_id(module: Complete, there: Tables) -> str:
    """What all tables begin with, where it is another module's name, and the rest of one of them is an entity's; "" where it is not so."""
    own = snake_case(module.id)
    if any(name.startswith(f"{own}_") for name in there):
        return ""
    ends = tuple(f"_{stem(schema)}" for schema in module.definition.entities)
    starts = sorted({name.removesuffix(end) for name in there for end in ends if name.endswith(end)}, key=len)
    return next((start for start in starts if all(name.startswith(f"{start}_") for name in there)), "")


def _elsewhere(module: Complete, every: Sequence[Complete]) -> Mapping[str, str]:
    """The entities of other modules, by the tables that they would have in this one."""
    others = (schema for other in every if other.id != module.id for schema in other.definition.entities)
    return {table_name(schema.model_copy(update={"namespace": module.id})): schema.qualified_name for schema in others}


def _next(module: Complete, migrations: Sequence[Migration], there: Tables, lose: bool, elsewhere: Mapping[str, str]) -> Upcoming | None:
    schemas = module.definition.entities
    found = difference(there, schemas)
    report = Report()
    for problem in found.problems:
        report.error(module.loaded, problem.loc, problem.code, problem.message, problem.help)
    if not lose:
        undo = _undo(module, migrations) if found.losses else ""
        for loss in found.losses:
            report.error(
                module.loaded,
                loss.loc,
                "MIGRATION-LOSS",
                f"the next migration would lose {loss.what}",
                _instead(loss, undo, elsewhere.get(loss.table, "")),
            )
    if not found.steps:
        return Upcoming(diagnostics=report.diagnostics()) if found.problems else None
    stops = tuple(step.subject for step in found.steps if isinstance(step, CheckRows))
    return Upcoming(_numbered(module, migrations, there, found), sentence(module.id, found.steps), report.diagnostics(), stops=stops)


def _numbered(module: Complete, migrations: Sequence[Migration], there: Tables, found: Difference) -> Migration:
    version = max((migration.version for migration in migrations), default=0) + 1
    return Migration(version=version, name=migration_name(module.id, found.steps), steps=with_sql(there, found.steps))


def _instead(loss: Loss, undo: str, moved: str) -> str:
    copy = (
        f"if {moved} has these rows now, keep the entity here too until a migration of your own (RunSql) has copied them in every database"
        if moved
        else ""
    )
    return "; ".join(each for each in (loss.instead, copy, undo, f"if it may go, {ALLOW}") if each)


def _undo(module: Complete, migrations: Sequence[Migration]) -> str:
    """When the definition is as it was before the last migration, that one can go where it has not run."""
    last = migrations[-1]
    file = next((path.name for path in migration_files(module.loaded.folder.path) if int(path.name[:4]) == last.version), None)
    if file is None or not alike(replay(migrations[:-1]), wanted(table_of(schema) for schema in module.definition.entities)):
        return ""
    return f"if no database has run migrations/{file}, delete that file"


def _twice(place: str, files: Sequence[Path]) -> Iterable[Diagnostic]:
    """Two branches that each added a migration come to one number when they are merged."""
    by_number: dict[str, list[str]] = {}
    for file in files:
        by_number.setdefault(file.name[:4], []).append(file.name)
    free = int(files[-1].name[:4]) + 1
    for number, names in by_number.items():
        if len(names) > 1:
            message = f"{' and '.join(names)} have one number, {number}"
            help = f"delete the one that no database has run, and sync again; one of your own becomes {free:04}, in its name and its version"
            yield Diagnostic(f"{place}/{names[-1]}", 0, 0, "error", "MIGRATION-TWICE", message, help)


def _read(file: Path, place: str) -> Migration | Diagnostic:
    try:
        found = runpy.run_path(str(file)).get("migration")
    except Exception as error:  # noqa: BLE001 - a migration is code of a person's, and may raise anything
        line = error.lineno or 0 if isinstance(error, SyntaxError) else 0
        return Diagnostic(
            place, line, 0, "error", "MIGRATION-READ", f"this migration cannot be read: {type(error).__name__}: {error}", "mend it, then sync again"
        )
    if not isinstance(found, Migration):
        return Diagnostic(place, 0, 0, "error", "MIGRATION-READ", "this migration file holds no migration", "write migration = Migration(…) in it")
    if found.version != int(file.name[:4]):
        message = f"this migration has the version {found.version}, and its file the number {file.name[:4]}"
        return Diagnostic(place, 0, 0, "error", "MIGRATION-READ", message, f"write version={int(file.name[:4])}")
    return found
