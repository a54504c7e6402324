"""Files as values: what will be written, what was rendered, what will change, and whose each file is (architecture, "Ownership").

Owns the values that the later stages hand to each other. Reading and writing disks belongs to the pipeline and to write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

ChangeKind: TypeAlias = Literal["create", "update", "delete", "keep"]


class Ownership(StrEnum):
    """Who owns a file, and so what sync may do to it."""

    GENERATED = "generated"
    """coregen's: rewritten when its bytes would differ, pruned when no longer planned."""
    MERGED = "merged"
    """A person's, merged: handlers are added and signatures follow; every other byte stays."""
    ONCE = "once"
    """A person's: created if absent, never touched again."""
    NUMBERED = "numbered"
    """A migration: created if absent, never rewritten."""


@dataclass(frozen=True)
class PlannedFile:
    """A file before rendering. `path` is posix and relative to the project's root; `module` is the module's id."""

    path: str
    module: str
    ownership: Ownership
    template: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class RenderedFile:
    """A file after rendering."""

    path: str
    module: str
    ownership: Ownership
    text: str


@dataclass(frozen=True)
class Change:
    """What sync does to one file. `before` and `after` are its texts, None where it does not exist; `notes` say what is new in it ("+ reprice")."""

    path: str
    module: str
    kind: ChangeKind
    before: str | None
    after: str | None
    notes: tuple[str, ...] = ()
