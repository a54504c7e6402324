"""How a migration speaks of itself: the name of its file and the sentence at its head, made from its steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from coregen_runtime.module.migration import (
    AddColumn,
    AlterColumn,
    AlterTable,
    ChangeRows,
    CheckRows,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropIndex,
    DropTable,
    RenameColumn,
    RenameIndex,
    RenameTable,
    RunSql,
    Step,
)

_LONGEST_NAME = 50
_LONGEST_SENTENCE = 240


def migration_name(module: str, steps: Sequence[Step]) -> str:
    """`add_colour_to_product`; where more than one thing happens, the tables it happens to. A part of a Python identifier."""
    named = [name for step in steps for name in _names(step, module)]
    name = _plain(named[0]) if len(set(named)) == 1 else "change_" + "_and_".join(_tables(module, steps))
    return name if len(name) <= _LONGEST_NAME else f"change_{len(_tables(module, steps))}_tables"


def sentence(module: str, steps: Sequence[Step]) -> str:
    """What the migration does, without the full stop."""
    parts = list(dict.fromkeys(part for step in steps for part in _says(step)))
    whole = "; ".join(parts) or f"notes what is known of {', '.join(_tables(module, steps, short=False))}"
    if len(whole) > _LONGEST_SENTENCE:
        whole = f"changes {', '.join(_tables(module, steps, short=False))}; each step says what it does"
    return whole[:1].upper() + whole[1:]


def _names(step: Step, module: str) -> Iterable[str]:
    """What a step would be called if it were alone; nothing for what only goes with another."""
    if isinstance(step, RenameIndex | ChangeRows):
        return
    if isinstance(step, CheckRows):
        yield f"hold_{step.subject.rpartition('.')[2]}_of_{_short(module, step.table)}"
    if isinstance(step, CreateTable):
        yield f"create_{_short(module, step.table)}"
    elif isinstance(step, DropTable):
        yield f"drop_{_short(module, step.table)}"
    elif isinstance(step, RenameTable):
        yield f"rename_{_short(module, step.table)}_to_{_short(module, step.to)}"
    elif isinstance(step, RenameColumn):
        yield f"rename_{step.column}_to_{step.to}_in_{_short(module, step.table)}"
    elif isinstance(step, AlterTable):
        for change in step.changes:
            if isinstance(change, AddColumn):
                yield f"add_{change.column.name}_to_{_short(module, step.table)}"
            elif isinstance(change, AlterColumn):
                yield f"change_{change.column.name}_of_{_short(module, step.table)}"
            else:
                yield f"drop_{change.column}_from_{_short(module, step.table)}"
        if step.primary_key is not None:
            yield f"change_the_key_of_{_short(module, step.table)}"
    elif isinstance(step, CreateIndex | DropIndex):
        yield f"index_{_short(module, step.table)}"


def _says(step: Step) -> Iterable[str]:
    if isinstance(step, CreateTable):
        yield f"makes {step.table}"
    elif isinstance(step, DropTable):
        yield f"drops {step.table}"
    elif isinstance(step, RenameTable):
        yield f"renames {step.table} to {step.to}"
    elif isinstance(step, RenameColumn):
        yield f"renames {step.table}.{step.column} to {step.to}"
    elif isinstance(step, AlterTable):
        for change in step.changes:
            if isinstance(change, AddColumn):
                yield f"adds {step.table}.{change.column.name}"
            elif isinstance(change, DropColumn):
                yield f"drops {step.table}.{change.column}"
            else:
                null = "" if change.column.nullable else ", not null"
                yield f"makes {step.table}.{change.column.name} {change.column.type}{null}"
        if step.primary_key is not None:
            yield f"makes ({', '.join(step.primary_key)}) the key of {step.table}"
    elif isinstance(step, CreateIndex):
        kind = "unique index" if step.index.unique else "index"
        yield f"puts {'a' if step.index.unique else 'an'} {kind} on {step.table} ({', '.join(step.index.columns)})"
    elif isinstance(step, DropIndex):
        yield f"takes the index {step.index} away"
    elif isinstance(step, ChangeRows):
        yield step.summary
    elif isinstance(step, CheckRows):
        yield f"stops at a row that does not fit {step.subject} any more"


def _tables(module: str, steps: Sequence[Step], short: bool = True) -> list[str]:
    renamed = {step.table: step.to for step in steps if isinstance(step, RenameTable)}
    names = [step.table for step in steps if not isinstance(step, ChangeRows | RunSql)]
    return [_plain(_short(module, name)) if short else name for name in dict.fromkeys(renamed.get(name, name) for name in names)]


def _short(module: str, table: str) -> str:
    return table.removeprefix(f"{module}_")


def _plain(name: str) -> str:
    """As a part of an identifier, which file names of migrations are."""
    return re.sub(r"_+", "_", re.sub(r"\W", "_", name)).strip("_")
