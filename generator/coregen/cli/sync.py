"""`coregen sync`: brings generated files in step with the definitions."""

from __future__ import annotations

import gc
import time
from pathlib import Path

import click

HELP = """Bring generated files in step with the definitions.

Reads the definition of every module, and writes what is generated from them for all modules, or for those named.
Handlers that are missing are added to handlers.py; of those that exist only the signature is ever touched. When any
definition is wrong, nothing is written.

\b
  coregen sync                     all modules
  coregen sync catalog ordering    these two
  coregen sync --diff              show what would change, write nothing
  coregen sync --allow-data-loss   the next migration may drop what the definition no longer has
  coregen sync --restart-migrations   while no database holds data that matters: the first migration anew
  coregen sync --check             for CI: exit status 1 if anything is stale, missing, extra or edited by hand

Exit status: 0 done or nothing to do; 1 --check found drift; 2 the definitions or the call are wrong.
"""


@click.command(help=HELP, short_help="Bring generated files in step with the definitions.")
@click.argument("modules", nargs=-1, metavar="[MODULE]...")
@click.option("--check", is_flag=True, help="Write nothing; say what has drifted, and exit with 1 if anything has.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change as unified diffs.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Work in N processes.  [default: all processors, for a large project]")
@click.option("--strict", is_flag=True, help="Treat warnings about definitions as errors.")
@click.option(
    "--restart-migrations",
    is_flag=True,
    help="Where entities have changed since the migrations were made, make one first migration anew in their place. "
    "Only while no database holds data that matters.",
)
@click.option("--allow-data-loss", is_flag=True, help="Let the next migration lose what the definition no longer has; it says what.")
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print diagnostics and report."
)
@click.pass_context
def sync(
    context: click.Context,
    modules: tuple[str, ...],
    check: bool,
    diff: bool,
    jobs: int | None,
    strict: bool,
    restart_migrations: bool,
    allow_data_loss: bool,
    style: str,
) -> None:
    from coregen import pipeline
    from coregen.cli import report
    from coregen.project import find_project

    gc.disable()  # nearly all that a sync makes lives until it ends; looking for garbage costs a fifth of its time
    began = time.perf_counter()
    found = find_project(Path.cwd())
    show = report.progress()
    outcome = (
        pipeline.Outcome(diagnostics=found.diagnostics)
        if found.project is None
        else pipeline.sync(
            found.project,
            modules,
            check=check or diff,
            jobs=jobs,
            strict=strict,
            restart_migrations=restart_migrations,
            allow_data_loss=allow_data_loss,
            progress=show,
        )
    )
    show("")
    seconds = time.perf_counter() - began
    if style == "json":
        report.print_json(outcome, seconds)
    else:
        report.print_diagnostics(outcome.diagnostics, wrote=outcome.written)
        if not outcome.failed:
            if diff:
                report.print_diff(outcome.changes)
            if check and outcome.stale:
                report.print_drift(outcome.stale, {summary.module: summary.folder for summary in outcome.modules})
            elif not diff:
                report.print_report(outcome, seconds, dry=check)
    context.exit(2 if outcome.failed else 1 if check and outcome.stale else 0)
