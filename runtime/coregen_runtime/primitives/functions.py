"""Functions by name: what a definition's data says with `"pkg.mod:fn"`, and the way back.

The one place where a dotted name becomes a function; nothing is imported before it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

DOTTED_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")
"""`package.module:attribute`, the attribute possibly nested (`module:Class.method`)."""


def is_dotted_name(value: object) -> bool:
    """Whether `value` is a string of the form `pkg.mod:fn`."""
    return isinstance(value, str) and DOTTED_NAME.fullmatch(value) is not None


def resolve(name: str) -> Callable[..., Any]:
    """The function that a dotted name means (contract, "Definition document").

    Raises:
        ValueError: the name has another form than `pkg.mod:fn`.
        TypeError: it names something that cannot be called.
        ImportError: the module cannot be imported, or has no such attribute.
    """
    if not is_dotted_name(name):
        raise ValueError(f'"{name}" is no dotted name; write "package.module:function"')
    module_name, _, path = name.partition(":")
    found: Any = import_module(module_name)
    for part in path.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise ImportError(f'module "{module_name}" has no "{path}"', name=module_name) from None
    if not callable(found):
        raise TypeError(f'"{name}" is a {type(found).__name__}, not a function')
    return found  # type: ignore[no-any-return]  # callable() does not narrow Any


def lazy_function(name: str) -> Callable[..., Any]:
    """The function that a dotted name means, found when it is called: what generated code has in the place of a default's function.

    Raises as `resolve`, but only when it is called.
    """

    def call(*arguments: Any) -> Any:
        return resolve(name)(*arguments)

    return call


def dotted_name(function: Callable[..., Any] | str) -> str:
    """The name under which `resolve` finds `function` again; a string is checked and returned.

    Raises:
        ValueError: a lambda, a local function, a bound method or an instance has no such name.
    """
    if isinstance(function, str):
        if not is_dotted_name(function):
            raise ValueError(f'"{function}" is no dotted name; write "package.module:function"')
        return function
    module, path = getattr(function, "__module__", None), getattr(function, "__qualname__", None)
    if not module or not path or getattr(function, "__self__", None) is not None:
        raise ValueError(f"{function!r} has no dotted name; use a function at the top of a module")
    name = f"{module}:{path}"
    if not is_dotted_name(name):
        raise ValueError(f"{path} of {module} has no dotted name; move it to the top of its module, as a def")
    return name
