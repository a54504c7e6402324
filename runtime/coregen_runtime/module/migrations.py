"""A module's migrations, from the files of its package and from its definition (specification, section 8). The form of one is migration.py's; running them, the adapter's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.module.migration import Migration

_FILE = re.compile(r"(\d{4})_(\w+)")


def load_migrations(package: str, *, inline: Sequence[Migration] = ()) -> tuple[Migration, ...]:
    """The `migration` of each `NNNN_name.py` in a package and those of the definition, in version order; other files are left alone.

    Raises:
        ImportError: there is no such package.
        CoreError: `INVALID_STATE`: a file without a migration, one whose version is not its number, or a number used twice.
    """
    found = {migration.version: migration for migration in inline}
    for name in sorted(info.name for info in iter_modules(import_module(package).__path__)):
        numbered = _FILE.fullmatch(name)
        if numbered is None:
            continue
        migration = getattr(import_module(f"{package}.{name}"), "migration", None)
        if not isinstance(migration, Migration):
            raise CoreError(ErrorCode.INVALID_STATE, f"{package}.{name} has no migration = Migration(…)")
        if migration.version != int(numbered[1]):
            raise CoreError(ErrorCode.INVALID_STATE, f"{package}.{name} holds version {migration.version}; the number of the file is its version")
        if migration.version in found:
            raise CoreError(ErrorCode.INVALID_STATE, f"{package} has two migrations {numbered[1]}; renumber one that has not run yet")
        found[migration.version] = migration
    return tuple(found[version] for version in sorted(found))
