"""The migrations that a module has already: run from their files, apart from the module's package, which may be older than its definition.

Whether they agree with the entities, resolve decides; how they run on a database is the adapter's.
"""

from __future__ import annotations

import re
import runpy

from coregen.diagnostics import Diagnostic
from coregen.project import ModuleFolder, Project
from coregen_runtime.module.migration import Migration

_FILE = re.compile(r"(\d{4})_\w+")


def load_migrations(project: Project, folder: ModuleFolder) -> tuple[tuple[Migration, ...], tuple[Diagnostic, ...]]:
    """The `migration` of each `migrations/NNNN_name.py`, by number; a file that gives none is a diagnostic."""
    migrations: list[Migration] = []
    found: list[Diagnostic] = []
    for path in sorted((folder.path / "migrations").glob("*.py")):
        if _FILE.fullmatch(path.stem) is None:
            continue
        place = path.relative_to(project.root).as_posix()
        try:
            migration = runpy.run_path(str(path), run_name=f"{folder.package}.migrations.{path.stem}").get("migration")
        except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a person's file raises is a diagnostic
            found.append(
                _problem(place, f"the migration cannot be run: {type(error).__name__}: {error}", "a migration imports from coregen_runtime alone")
            )
            continue
        if not isinstance(migration, Migration):
            found.append(_problem(place, "the file holds no migration", "write migration = Migration(version=…, name=…, steps=[…])"))
        elif path.stem != f"{migration.version:04d}_{migration.name}":
            message = f'the file holds version {migration.version}, "{migration.name}"'
            found.append(_problem(place, message, f'call it {migration.version:04d}_{migration.name}.py, or the migration as the file'))
        elif migrations and migrations[-1].version == migration.version:
            found.append(_problem(place, f"there are two migrations {migration.version:04d}", "renumber the one that has run nowhere yet"))
        else:
            migrations.append(migration)
    return tuple(migrations), tuple(found)


def _problem(place: str, message: str, help: str) -> Diagnostic:
    return Diagnostic(place, 0, 0, "error", "LOAD-MIGRATION", message, help)
