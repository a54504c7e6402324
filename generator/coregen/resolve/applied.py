"""Migrations that a module has on disk, and what its entities need beyond them.

Owns reading the files and saying how far behind they are; what drift is stands in migrations. Writing the next migration
is a person's: here it is named, one warning for each difference.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from coregen.diagnostics import Diagnostic, gathered
from coregen.resolve.complete import Complete, complete
from coregen.resolve.migrations import migration_drift
from coregen.resolve.report import Report
from coregen_runtime.module.migration import Migration
from coregen_runtime.repository.table import table_of

if TYPE_CHECKING:
    from coregen.load import LoadedModule

_FILE = re.compile(r"(\d{4})_\w+\.py")


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


def migrations_behind(modules: Sequence[LoadedModule], asked: Iterable[str]) -> dict[str, tuple[Diagnostic, ...]]:
    """By id, how the migrations of the modules `asked` for differ from their entities; without those that are in step or have none yet."""
    wanted = set(asked)
    found = {module.id: gathered(_behind(module)) for module in complete(modules, Report()) if module.id in wanted}
    return {id: diagnostics for id, diagnostics in found.items() if diagnostics}


def _behind(module: Complete) -> Iterable[Diagnostic]:
    place = f"{module.loaded.place}/migrations"
    migrations: list[Migration] = []
    for file in migration_files(module.loaded.folder.path):
        found = _read(file, f"{place}/{file.name}")
        if isinstance(found, Diagnostic):
            yield found
            return
        migrations.append(found)
    if not migrations and not module.definition.migrations:
        return
    migrations = sorted([*migrations, *module.definition.migrations], key=lambda migration: migration.version)
    help = 'while no database holds data that matters, make the first one anew: "coregen sync --restart-migrations", and delete the database'
    for sentence in migration_drift(migrations, [table_of(schema) for schema in module.definition.entities]):
        yield Diagnostic(place, 0, 0, "warning", "MIGRATION-BEHIND", sentence, help)


def _read(file: Path, place: str) -> Migration | Diagnostic:
    try:
        found = runpy.run_path(str(file)).get("migration")
    except Exception as error:  # noqa: BLE001 - a migration is code of a person's, and may raise anything
        line = error.lineno or 0 if isinstance(error, SyntaxError) else 0
        return Diagnostic(
            place, line, 0, "error", "MIGRATION-READ", f"this migration cannot be read: {type(error).__name__}: {error}", "mend it, then sync again"
        )
    if isinstance(found, Migration):
        return found
    return Diagnostic(place, 0, 0, "error", "MIGRATION-READ", "this migration file holds no migration", "write migration = Migration(…) in it")
