"""Making a module: the scaffold written, the module synced, and both taken back when the definition is wrong.

Owns that order; what is scaffolded is scaffold's, what is generated the pipeline's.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from coregen.diagnostics import Diagnostic
from coregen.pipeline import Outcome, Progress, sync
from coregen.project import find_project
from coregen.scaffold import Scaffold
from coregen.write import write


def make_module(plan: Scaffold, document: Path | None, progress: Progress = lambda stage: None) -> Outcome:
    """Writes what `plan` says and syncs the new module; an error leaves the project as it was.

    Args:
        document: the file the definition was taken from; diagnostics name it, since the copy is taken back.
    """
    if plan.diagnostics:
        return Outcome(diagnostics=plan.diagnostics)
    problems = write(plan.root, plan.changes)
    if problems:
        return Outcome(diagnostics=problems)
    kept = False
    try:
        found = find_project(plan.root)
        outcome = sync(found.project, (plan.folder,), progress=progress) if found.project else Outcome(diagnostics=found.diagnostics)
        kept = not outcome.failed
    finally:
        if not kept:
            write(plan.root, [replace(change, kind="delete", before=change.after, after=None) for change in plan.changes])
    return outcome if kept or document is None else replace(outcome, diagnostics=tuple(_named(each, plan, document) for each in outcome.diagnostics))


def _named(diagnostic: Diagnostic, plan: Scaffold, document: Path) -> Diagnostic:
    return replace(diagnostic, path=document.as_posix()) if diagnostic.path == plan.definition else diagnostic
