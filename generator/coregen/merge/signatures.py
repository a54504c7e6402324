"""Signatures: where an existing handler's annotations differ from the rendered one, and the edits that bring them in step.

Owns parameters and results of one function. Names, defaults, decorators, comments and layout are never touched;
imports are another file's work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import libcst as cst

from coregen.diagnostics import Diagnostic

from .source import Source, normal


@dataclass(frozen=True)
class Slot:
    """A place in a signature whose annotation must become that of `wanted`."""

    start: int
    end: int
    before: str
    after: str
    wanted: cst.BaseExpression


def signature_slots(
    source: Source, rendered: Source, function: cst.FunctionDef, model: cst.FunctionDef, meanings: Mapping[str, str]
) -> tuple[tuple[Slot, ...], tuple[Diagnostic, ...]]:
    """The annotations of `function` that do not mean what those of `model` mean.

    A function whose shape cannot follow (not async, other parameters) is left as it is, with a warning at its name.
    """
    problem = _misfit(function, model)
    if problem:
        message, help = problem
        return (), (source.diagnostic(source.span(function.name)[0], "warning", "HANDLER-SIGNATURE", message, help),)
    slots: list[Slot] = []
    for mine, theirs in zip(_positional(function), _positional(model), strict=False):
        if theirs.annotation is None:
            continue
        wanted = theirs.annotation.annotation
        if mine.annotation is None:
            end = source.span(mine.name)[1]
            slots.append(Slot(end, end, ": ", "", wanted))
        elif _differs(source, rendered, mine.annotation.annotation, wanted, meanings):
            slots.append(Slot(*source.span(mine.annotation.annotation), "", "", wanted))
    if model.returns is not None:
        wanted = model.returns.annotation
        if function.returns is None:
            end = _close_of_parameters(source, function)
            slots.append(Slot(end, end, " -> ", "", wanted))
        elif _differs(source, rendered, function.returns.annotation, wanted, meanings):
            slots.append(Slot(*source.span(function.returns.annotation), "", "", wanted))
    return tuple(slots), ()


def is_overload(function: cst.FunctionDef) -> bool:
    """Whether `function` is decorated with `overload` or `typing.overload`."""
    names = (decorator.decorator for decorator in function.decorators)
    return any(
        (isinstance(name, cst.Name) and name.value == "overload") or (isinstance(name, cst.Attribute) and name.attr.value == "overload")
        for name in names
    )


def rename(node: cst.CSTNode, names: Mapping[str, str]) -> cst.CSTNode:
    """`node` with the names replaced that this file knows under others."""
    changed = {old: new for old, new in names.items() if old != new}
    if not changed:
        return node
    visited = node.visit(_Rename(changed))
    assert isinstance(visited, cst.CSTNode)
    return visited


class _Rename(cst.CSTTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self._names = names

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value=self._names.get(original_node.value, original_node.value))

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)


def _positional(function: cst.FunctionDef) -> list[cst.Param]:
    return [*function.params.posonly_params, *function.params.params]


def _misfit(function: cst.FunctionDef, model: cst.FunctionDef) -> tuple[str, str] | None:
    name = function.name.value
    mine, theirs = _positional(function), _positional(model)
    listed = ", ".join(parameter.name.value for parameter in theirs)
    if function.asynchronous is None and model.asynchronous is not None and not _returns_awaitable(function):
        return f"{name} is not async, and a handler is awaited", f'write "async def {name}"'
    if len(mine) < len(theirs) and not isinstance(function.params.star_arg, cst.Param):
        return (
            f"{name} takes {len(mine)} parameter{'' if len(mine) == 1 else 's'}; it is called with {len(theirs)} ({listed})",
            f"give it the parameters {listed}",
        )
    if any(parameter.default is None for parameter in mine[len(theirs) :]) or any(
        parameter.default is None for parameter in function.params.kwonly_params
    ):
        return f"{name} requires parameters beyond the {len(theirs)} it is called with ({listed})", "give the others a default"
    return None


def _returns_awaitable(function: cst.FunctionDef) -> bool:
    if function.returns is None:
        return False
    written = cst.Module(body=()).code_for_node(function.returns.annotation)
    return bool(re.search(r"\b(Awaitable|Coroutine|Future|Task)\b", written))


def _differs(source: Source, rendered: Source, mine: cst.BaseExpression, theirs: cst.BaseExpression, meanings: Mapping[str, str]) -> bool:
    return normal(source.text(mine), source, meanings) != normal(rendered.text(theirs), rendered, {})


def _close_of_parameters(source: Source, function: cst.FunctionDef) -> int:
    """The place after the parenthesis that ends the parameters; only blanks, comments and commas can stand before it."""
    parameters = function.params
    every = [*_positional(function), *parameters.kwonly_params, *([parameters.star_kwarg] if parameters.star_kwarg else [])]
    if every or isinstance(parameters.star_arg, cst.Param):
        start = source.span(parameters)[1]
    else:
        before = function.type_parameters or function.name
        opening = re.compile(rb"[\s\\]*\]?[\s\\]*\(").match(source.data, source.span(before)[1])
        assert opening is not None, "a function has parameters in parentheses"
        start = opening.end()
    closing = re.compile(rb"(?:[\s\\,/]|#[^\r\n]*)*\)").match(source.data, start)
    assert closing is not None, "parameters end with a parenthesis"
    return closing.end()
