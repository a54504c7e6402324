"""How an outcome is printed: report on standard output, diagnostics on standard error, as text or as one JSON document.

Owns wording, colours and progress. Colours appear on a terminal alone and never where NO_COLOR is set.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import IO

import click

from coregen.diagnostics import Diagnostic, as_json, errors, render
from coregen.files import Change
from coregen.pipeline import Drift, ModuleSummary, Outcome, Progress


def coloured(stream: IO[str]) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR")


def progress() -> Progress:
    """Shows the stage on the last line of a terminal; elsewhere nothing."""
    if not sys.stderr.isatty():
        return lambda stage: None

    def show(stage: str) -> None:
        click.echo(f"\r\x1b[K{stage}…" if stage else "\r\x1b[K", nl=False, err=True)

    return show


def print_diagnostics(diagnostics: Sequence[Diagnostic], *, wrote: bool = False) -> None:
    """Every diagnostic with its fix, then how many errors there were."""
    colour = coloured(sys.stderr)
    for diagnostic in diagnostics:
        click.echo(render(diagnostic, colour=colour), err=True, color=colour)
    count = len(errors(diagnostics))
    if count:
        click.echo(f"{counted(count, 'error')}, {'some files were written' if wrote else 'nothing was written'}", err=True)


def print_report(outcome: Outcome, seconds: float, *, dry: bool) -> None:
    """What a sync did, a module at a time; modules without a change are counted."""
    changed = {change.module for change in outcome.changes if change.kind != "keep" or change.notes}
    for summary in outcome.modules:
        if summary.module in changed:
            click.echo(headline(summary))
            click.echo(f"  {_changes([change for change in outcome.changes if change.module == summary.module])}")
    for module in sorted(changed - {summary.module for summary in outcome.modules}):
        click.echo(f"{module}  its definition is gone")
        click.echo(f"  {_changes([change for change in outcome.changes if change.module == module])}")
    if not changed:
        click.echo("nothing to do")
    elif len(outcome.modules) > len(changed):
        click.echo(f"{counted(len(outcome.modules) - len(changed), 'module')} unchanged")
    click.echo(f"{'nothing was written, ' if dry and changed else ''}done in {seconds:.2f} s")


def headline(summary: ModuleSummary) -> str:
    """`catalog  2 entities  1 machine  1 command of yours`"""
    parts = [counted(summary.entities, "entity", "entities"), counted(summary.machines, "machine")]
    parts += [f"{counted(summary.commands, 'command')} of yours", f"{counted(summary.queries, 'query', 'queries')} of yours"]
    return "  ".join((summary.module, *(part for part in parts if not part.startswith("0 "))))


def print_drift(drift: Sequence[Drift], folders: dict[str, str]) -> None:
    """`catalog is stale: generated/ids.py (definition changed)`, and how to mend it."""
    for module in dict.fromkeys(each.module for each in drift):
        reasons: dict[str, list[str]] = {}
        for each in drift:
            if each.module == module:
                reasons.setdefault(each.reason, []).append(each.path.removeprefix(f"{folders.get(module, module)}/"))
        listed = "; ".join(f"{', '.join(paths)} ({reason})" for reason, paths in reasons.items())
        click.echo(f"{module} is stale: {listed}")
    click.echo('  help: run "coregen sync"; "coregen sync --diff" shows what it would write')


def print_diff(changes: Iterable[Change]) -> None:
    """Unified diffs of all changes, as `git apply` reads them."""
    colour = coloured(sys.stdout)
    for change in changes:
        for line in diff(change):
            click.echo(_shaded(line) if colour else line, color=colour)


def diff(change: Change) -> list[str]:
    """The unified diff of one file, a line each; empty where nothing changes."""
    if change.kind == "keep":
        return []
    before, after = (_printable(text).splitlines(keepends=True) for text in (change.before, change.after))
    old = "/dev/null" if change.before is None else f"a/{change.path}"
    new = "/dev/null" if change.after is None else f"b/{change.path}"
    lines: list[str] = []
    for line in difflib.unified_diff(before, after, old, new):
        ended = line.endswith("\n")
        lines += [line[:-1]] if ended else [line, "\\ No newline at end of file"]
    return lines


def print_json(outcome: Outcome, seconds: float) -> None:
    """The whole outcome as one JSON document."""
    document = {
        "written": outcome.written,
        "modules": [
            {
                "module": each.module,
                "folder": each.folder,
                "entities": each.entities,
                "machines": each.machines,
                "commands": each.commands,
                "queries": each.queries,
            }
            for each in outcome.modules
        ],
        "changes": [
            {"path": each.path, "module": each.module, "kind": each.kind, "notes": list(each.notes)}
            for each in outcome.changes
            if each.kind != "keep"
        ],
        "stale": [{"path": each.path, "module": each.module, "reason": each.reason} for each in outcome.stale],
        "diagnostics": [as_json(each) for each in outcome.diagnostics],
        "seconds": round(seconds, 3),
    }
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _changes(changes: Sequence[Change]) -> str:
    """`+ 14 files   handlers.py: + reprice`"""
    parts: list[str] = []
    for kind, sign in (("create", "+"), ("update", "~"), ("delete", "-")):
        count = sum(change.kind == kind and not change.notes for change in changes)
        parts += [f"{sign} {counted(count, 'file')}"] if count else []
    parts += [f"{change.path.rpartition('/')[2]}: {', '.join(change.notes)}" for change in changes if change.notes]
    return "   ".join(parts)


def _printable(text: str | None) -> str:
    return (text or "").encode("utf-8", "replace").decode()


def _shaded(line: str) -> str:
    shade = {"+": "32", "-": "31", "@": "36"}.get(line[:1])
    return f"\x1b[{shade}m{line}\x1b[0m" if shade else line
