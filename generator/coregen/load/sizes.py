"""Rules larger than a rule may be (semantics 12), found before anything walks them: Python can build what no document can hold."""

from __future__ import annotations

from collections.abc import Iterator

from coregen.diagnostics import Diagnostic
from coregen.load.positions import Loc, Positions
from coregen_runtime.errors.base import CoreError
from coregen_runtime.module.definition import ModuleDefinition
from coregen_runtime.rule.types import RuleExpr
from coregen_runtime.rule.walk import nodes


def too_large(definition: ModuleDefinition, positions: Positions) -> Iterator[Diagnostic]:
    """An error for each rule and guard that is deeper or has more conditions than one may."""
    for loc, rule in _rules(definition):
        try:
            for _ in nodes(rule):
                pass
        except CoreError as error:
            at = positions.at(loc)
            yield Diagnostic(at.path, at.line, at.column, "error", "RULE-SIZE", error.message, "give a part of it a name, and refer to it")


def _rules(definition: ModuleDefinition) -> Iterator[tuple[Loc, RuleExpr]]:
    for id, rule in definition.rules.items():
        yield ("rules", id), rule
    for number, machine in enumerate(definition.fsms):
        for name, state in machine.states.items():
            for event, transitions in state.on.items():
                for index, transition in enumerate(transitions):
                    if transition.guard is not None:
                        yield ("fsms", number, "states", name, "on", event, index, "guard"), transition.guard
            for index, timed in enumerate(state.after):
                if timed.guard is not None:
                    yield ("fsms", number, "states", name, "after", index, "guard"), timed.guard
