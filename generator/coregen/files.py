"""Files as values on their way to disk: planned, rendered, changed; and who owns each (architecture, "Ownership").

What stands in a file is the templates' business, whether it is written the pipeline's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias


class Ownership(StrEnum):
    """Whose a file is. The name is also that of the folder its template stands in."""

    GENERATED = "generated"
    """coregen's: rewritten when its bytes would differ, pruned when no longer planned."""
    MERGED = "merged"
    """Yours, merged: what is missing is added, signatures follow the definition, the rest stays byte for byte."""
    ONCE = "once"
    """Yours: made when absent, never touched again."""
    NUMBERED = "numbered"
    """Migrations, yours once made: a new one is added, an old one never rewritten."""


@dataclass(frozen=True)
class PlannedFile:
    """A file that is to be: `path` posix and relative to the project's root, `module` the module's id, `values` what its template reads."""

    path: str
    module: str
    ownership: Ownership
    template: str
    values: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True)
class RenderedFile:
    """A planned file with its text. It ends with one newline."""

    path: str
    module: str
    ownership: Ownership
    text: str


ChangeKind: TypeAlias = Literal["create", "update", "delete", "keep"]


@dataclass(frozen=True)
class Change:
    """What happens to a file: its text before and after, None where there is no file; `notes` such as "+ reprice" for the report."""

    path: str
    module: str
    kind: ChangeKind
    before: str | None
    after: str | None
    notes: tuple[str, ...] = ()
