"""Merging a person's handlers with what the definition asks for: (existing, rendered, base) → text.

Owns the rules of the ownership table for `handlers.py` and `handlers/`: a missing handler is appended, an existing one
keeps everything but its annotations, imports follow the signatures, and every other byte survives. Reads and writes no
disk, and knows nothing of what a handler is besides a function of the rendered text. LibCST is imported only where there is
something to merge.

A handler that any file of `handlers/` defines is not missing; its signature is followed there. New handlers of a package
go to `handlers/__init__.py`. A name that is bound in another way (imported, assigned) is the person's own affair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from coregen.diagnostics import Diagnostic

from .first import MergedFiles, first, untouched

__all__ = ["Merged", "MergedFiles", "merge", "merge_files"]


@dataclass(frozen=True)
class Merged:
    """The new text of one file, what to tell its owner, and the base to keep in the lock for the next merge."""

    text: str
    notes: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    base: Mapping[str, str]


def merge(
    existing: str | None,
    rendered: str,
    base: Mapping[str, str],
    *,
    path: str = "module/handlers.py",
    package: str = "module",
    line_length: int = 88,
    style: Callable[[str], str] = str,
) -> Merged:
    """Merges one handlers file. `package` is the module's import name; `style` formats text that is appended."""
    files = {} if existing is None else {path: existing}
    merged = merge_files(files, path, rendered, base, package=package, line_length=line_length, style=style)
    return Merged(merged.texts.get(path, existing or ""), merged.notes, merged.diagnostics, merged.base)


def merge_files(
    files: Mapping[str, str],
    main: str,
    rendered: str,
    base: Mapping[str, str],
    *,
    package: str,
    line_length: int = 88,
    style: Callable[[str], str] = str,
    starred: Mapping[str, str] | None = None,
) -> MergedFiles:
    """Merges all files of a module's handlers.

    Args:
        files: path → text of every existing file; all are edited in place.
        main: the file that new handlers go to, `…/handlers.py` or `…/handlers/__init__.py`.
        rendered: what the generator would write for a module without handlers.
        base: what the lock remembers of the last merge.
        starred: dotted name → text of modules outside `files` that `main` may star-import; read only.

    Returns:
        No texts at all when a file has a diagnostic of severity error.
    """
    if not files:
        return first(main, rendered, package, style)
    if files == {main: rendered} and (done := untouched(main, rendered, package)).base == base:
        return done
    from .work import merge_work

    return merge_work(files, main, rendered, base, package, line_length, style, starred or {})
