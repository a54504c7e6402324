"""`coregen new-module`: makes a module and syncs it."""

from __future__ import annotations

import time
from pathlib import Path

import click

HELP = """Make a module: a folder with a definition, then everything that is generated from it.

Nothing that exists is overwritten. Where there is no pyproject.toml, one with a [tool.coregen] table is made.

\b
  coregen new-module catalog --entity Product --entity Category
  coregen new-module catalog --format yaml
  coregen new-module music --from chinook.yaml
  coregen new-module billing --in services
"""


@click.command("new-module", help=HELP, short_help="Make a module and sync it.")
@click.argument("name")
@click.option("--entity", "entities", multiple=True, metavar="NAME", help="An entity to begin with, such as Product. Repeatable.")
@click.option(
    "--format", "format", type=click.Choice(["python", "yaml", "json"]), default="python", show_default=True, help="How to write the definition."
)
@click.option(
    "--from", "document", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="An existing definition to begin with."
)
@click.option(
    "--in",
    "parent",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder that holds the module; by default the first of [tool.coregen].",
)
@click.pass_context
def new_module(context: click.Context, name: str, entities: tuple[str, ...], format: str, document: Path | None, parent: Path | None) -> None:
    from coregen.cli import report
    from coregen.making import make_module
    from coregen.scaffold import scaffold

    began = time.perf_counter()
    if document and context.get_parameter_source("format") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--format and --from exclude each other: a document keeps its format")
    show = report.progress()
    plan = scaffold(Path.cwd(), name, entities, format, document, parent)
    outcome = make_module(plan, document, progress=show)
    show("")
    report.print_diagnostics(outcome.diagnostics)
    if outcome.failed:
        context.exit(2)
    for change in plan.changes:
        click.echo(f"+ {change.path}")
    report.print_report(outcome, time.perf_counter() - began, dry=False)
    click.echo(f'next: edit {plan.definition}, then run "coregen sync {name} --restart-migrations": no database has run its first migration yet')
