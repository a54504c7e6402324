"""How the files of one module spell what they import, where a class of the definition has the name already.

The definition's names are never bent: the runtime's and Python's are imported under a private alias (`from coregen_runtime import
Text as _Text`), another module's under one that says whose it is. What an alias looks like is `coregen.naming`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import TypeVar

import coregen_runtime
from coregen.naming import foreign, private
from coregen.printing import Name, head

T = TypeVar("T")

LIBRARY = frozenset(coregen_runtime.__all__) | frozenset("""
    Annotated Any Callable ClassVar Literal Mapping Never NewType NotRequired Protocol Self Sequence StrEnum TYPE_CHECKING TypeAlias TypedDict Unpack
    Handlers AttributeError NotImplementedError Recipe Strategy
    """.split())
"""What a generated file imports, or has from Python, under names that a definition may use too; a test holds it to what is generated."""


class Spelling(dict[str, str]):
    """How each name of LIBRARY is spelt in a module; any other name is itself. Templates read it as `py.ClassVar`."""

    def __missing__(self, name: str) -> str:
        return name

    @classmethod
    def of(cls, taken: Iterable[str]) -> Spelling:
        return cls({name: private(name) for name in sorted(LIBRARY.intersection(taken))})

    def name(self, name: Name) -> Name:
        """The name as it is to be written and imported; what the file itself defines is the definition's, and stays."""
        first = head(name.text)
        if not name.module or name.module.startswith(".") or first not in self:
            return name
        return Name(self[first] + name.text[len(first) :], name.module, first)

    def builtin(self, name: str) -> tuple[Name, ...]:
        """The import that a builtin needs: none, unless the definition has its name."""
        return (Name(self[name], "builtins", name),) if name in self else ()


def spelt(value: T, spelling: Spelling) -> T:
    """The value with every name in it as the module spells it."""
    return rewritten(value, spelling.name) if spelling else value


def _from_generated(name: Name) -> bool:
    return ".generated" in name.module and not name.module.startswith(".generated")


def from_package(name: Name) -> bool:
    """Whether handlers.py, which imports other modules' packages, has a name from one of them."""
    own = ("", "__future__", "builtins", "collections", "coregen_runtime", "typing")
    return name.module.startswith("..") or (not name.module.startswith(".") and name.module.partition(".")[0] not in own)


def unmistakable(value: T, imports: Collection[Name], own: Iterable[str], is_foreign: Callable[[Name], bool] = _from_generated) -> T:
    """A file's value in which no name of another module is that of anything else that the file has: `own` classes and `imports`."""
    if not any(map(is_foreign, imports)):
        return value
    homes: dict[str, set[str]] = {}
    for name in imports:
        homes.setdefault(head(name.text), set()).add(name.module)
    taken = set(own)
    changed: dict[tuple[str, str], str] = {}
    for name in sorted(set(imports), key=lambda each: (each.module, each.text)):
        if is_foreign(name) and (name.text in taken or len(homes[name.text]) > 1):
            free = foreign(name.module.partition(".generated")[0].rpartition(".")[2], name.text)
            while free in taken or free in homes:
                free += "_"
            taken.add(free)
            changed[name.module, name.text] = free
    if not changed:
        return value
    return rewritten(value, lambda name: _renamed(name, changed))


def _renamed(name: Name, changed: dict[tuple[str, str], str]) -> Name:
    free = changed.get((name.module, name.text))
    return Name(free, name.module, name.original or name.text) if free else name


def rewritten(value: T, change: Callable[[Name], Name]) -> T:
    """The value, with `change` done to every name in it."""
    if isinstance(value, Name):
        return change(value)  # type: ignore[return-value]  # T is Name here
    if isinstance(value, tuple):
        return tuple(rewritten(each, change) for each in value)  # type: ignore[return-value]  # T is a tuple here
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{name: rewritten(getattr(value, name), change) for name in _fields(type(value))})
    return value


@cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
