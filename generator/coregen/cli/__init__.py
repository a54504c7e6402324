"""The command line: `coregen`, one file a command.

Commands parse, call and print. Exit status (contract, "Command line"): 0 done, 1 `--check` found drift, 2 the definitions
or the call are wrong, 130 interrupted, 70 coregen itself failed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from coregen.cli.new_module import new_module
from coregen.cli.sync import sync

HELP = """From one definition of a module to typed, checked Python that stays in step with it.

\b
  coregen new-module catalog --entity Product    make a module
  coregen sync                                   bring every module in step with its definition
  coregen sync --check                           ask whether they are, for CI and pre-commit

"coregen COMMAND --help" says more, with examples.
"""


def _version(context: click.Context, parameter: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"coregen {version('coregen')}")
        context.exit()


@click.group(help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version and exit.")
def commands() -> None:
    """The group that holds every command."""


commands.add_command(new_module)
commands.add_command(sync)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command and exits with its status."""
    try:
        status = commands.main(arguments, prog_name="coregen", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; every file is as it was or complete", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception:  # noqa: BLE001 - whatever it is, it is coregen's fault, and no drift
        import traceback

        traceback.print_exc()
        click.echo("coregen itself failed; every file is as it was or complete. Please report this, with the lines above", err=True)
        sys.exit(70)
    sys.exit(status if isinstance(status, int) else 0)


def run() -> None:
    """The program: `main`, and then out at once, since taking the values of a large sync apart would cost it a tenth of its time."""
    try:
        main()
    except SystemExit as end:
        for stream in (sys.stdout, sys.stderr):
            with suppress(BrokenPipeError):
                stream.flush()
        os._exit(end.code if isinstance(end.code, int) else 0)
