"""The one printing helper: expressions, imports and literals as Black and Ruff want them, at any line length from 88 up.

What might not fit is exploded, one item a line with a trailing comma, which Black keeps at every width. A statement that is too
long and has nothing to explode is marked `# fmt: skip`. Which expressions there are is resolve's; where they stand, the templates'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

WIDTH = 88
_KNOWN = 4096
"""How many names are remembered with what they sort as: the runtime's come in every file."""


@dataclass(frozen=True)
class Name:
    """A name, or code that does not split; `module` is where it is imported from, "" for builtins and what the file itself defines.

    `original` is what the name is called there, where that is something else.
    """

    text: str
    module: str = ""
    original: str = ""


@dataclass(frozen=True)
class Call:
    """`function(arguments…)`. Keywords are `Pair`s with a `Name` as key."""

    function: Name | Subscript
    arguments: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class Subscript:
    """`base[items…]`."""

    base: Name
    items: tuple[Expr, ...]


@dataclass(frozen=True)
class Union:
    """`a | b`."""

    members: tuple[Expr, ...]


@dataclass(frozen=True)
class Pair:
    """`key=value` of a call where the key is a `Name`, else `key: value` of a dictionary."""

    key: Expr
    value: Expr


@dataclass(frozen=True)
class Items:
    """A list, `[…]`, or a dictionary, `{…}`."""

    items: tuple[Expr, ...]
    brackets: str = "[]"


@dataclass(frozen=True)
class Thunk:
    """`lambda: body`."""

    body: Expr


Expr: TypeAlias = Name | Call | Subscript | Union | Pair | Items | Thunk


def call(function: Name | Subscript, /, *arguments: Expr, **keywords: Expr) -> Call:
    """A call; keywords come in the order given."""
    return Call(function, (*arguments, *(Pair(Name(name), value) for name, value in keywords.items())))


@lru_cache(_KNOWN)
def string(value: str) -> Name:
    """A string literal, in the quotes that Black prefers; whatever cannot be seen is escaped."""
    quote = "'" if value.count('"') > value.count("'") else '"'
    plain = value.isprintable() and "\\" not in value and quote not in value
    return Name(f"{quote}{value if plain else ''.join(_escaped(character, quote) for character in value)}{quote}")


def literal(value: object) -> Expr:
    """A JSON-like value as a Python literal; sequences become lists.

    Raises TypeError for a value that has no literal.
    """
    if value is None or isinstance(value, bool):
        return Name(repr(value))
    if isinstance(value, str):
        return string(str(value))
    if isinstance(value, int):
        return Name(repr(int(value)))
    if isinstance(value, float):
        return Name(repr(float(value)).replace("e+", "e"))
    if isinstance(value, Mapping):
        return Items(tuple(Pair(literal(key), literal(inner)) for key, inner in value.items()), "{}")
    if isinstance(value, Sequence):
        return Items(tuple(literal(inner) for inner in value))
    raise TypeError(f"{type(value).__name__} has no literal")


def flat(expr: Expr) -> str:
    """The expression on one line. It is kept with the expression: whether something fits is asked again at every level."""
    if type(expr) is Name:
        return expr.text
    known: str | None = expr.__dict__.get("flat")
    if known is None:
        known = expr.__dict__["flat"] = _flat(expr)
    return known


def _flat(expr: Expr) -> str:
    if isinstance(expr, Pair):
        key, value = expr.key, flat(expr.value)
        return f"{key.text}={value}" if isinstance(key, Name) and key.text.isidentifier() else f"{flat(key)}: {value}"
    if isinstance(expr, Union):
        return " | ".join([flat(each) for each in expr.members])
    if isinstance(expr, Call):
        return f"{flat(expr.function)}({', '.join([flat(each) for each in expr.arguments])})"
    if isinstance(expr, Subscript):
        return f"{expr.base.text}[{', '.join([flat(each) for each in expr.items])}]"
    if isinstance(expr, Items):
        return f"{expr.brackets[0]}{', '.join([flat(each) for each in expr.items])}{expr.brackets[1]}"
    return f"lambda: {flat(expr.body)}" if isinstance(expr, Thunk) else expr.text


def width(text: str) -> int:
    """How wide a text may be drawn; beyond ASCII a character counts two."""
    return len(text) if text.isascii() else sum(1 if character.isascii() else 2 for character in text)


def fits(text: str, indent: int = 0) -> bool:
    return len(text) + indent <= WIDTH and (text.isascii() or width(text) + indent <= WIDTH) and "\n" not in text


def printed(expr: Expr, indent: int = 0, before: str = "", after: str = "") -> str:
    """`before`, the expression and `after`: on one line where that fits, else exploded. `indent` is that of the line, and not printed."""
    line = f"{before}{flat(expr)}{after}"
    if fits(line, indent):
        return line
    match expr:
        case Call(function, arguments) if arguments:
            return _exploded(f"{before}{flat(function)}(", arguments, f"){after}", indent)
        case Subscript(base, items) if len(items) > 1:
            return _exploded(f"{before}{base.text}[", items, f"]{after}", indent)
        case Items(items, brackets) if items:
            return _exploded(f"{before}{brackets[0]}", items, f"{brackets[1]}{after}", indent)
        case Pair(Name(text), value) if text.isidentifier():
            return printed(value, indent, f"{before}{text}=", after)
        case Pair(key, value):
            return printed(value, indent, f"{before}{flat(key)}: ", after)
        case Thunk(body):
            return printed(body, indent, f"{before}lambda: ", after)
    return line


def statement(expr: Expr, indent: int = 0, before: str = "", after: str = "") -> str:
    """A whole statement, indented; one that is too long and does not explode is marked so that Black leaves it."""
    text = " " * indent + printed(expr, indent, before, after)
    return text if "\n" in text or fits(text) else f"{text}  # fmt: skip"


def declaration(name: str, annotation: Expr, value: Expr | None, indent: int) -> str:
    """`name: annotation = value`: the value explodes before the annotation does."""
    head = f"{name}: {flat(annotation)}"
    if value is None:
        return statement(annotation, indent, f"{name}: ")
    if fits(f"{head} = {flat(value)}", indent) or not _explodes(value):
        return statement(annotation, indent, f"{name}: ", f" = {flat(value)}")
    opening = printed(value, 0, "", " " * WIDTH).split("\n", 1)[0].rstrip()
    if fits(f"{head} = {opening}", indent):
        return statement(value, indent, f"{head} = ")
    return " " * indent + printed(annotation, indent, f"{name}: ", " " * WIDTH).rstrip() + printed(value, indent, " = ", " " * WIDTH).rstrip()


def block(opening: str, items: Iterable[str], closing: str, indent: int = 0) -> str:
    """Lines of text between brackets, on one line where that fits, else one a line: class headers, signatures, imports."""
    parts = list(items)
    line = f"{opening}{', '.join(parts)}{closing}"
    if fits(line, indent) or not parts:
        return " " * indent + line
    inner = "".join(f"{' ' * (indent + 4)}{part},\n" for part in parts)
    return f"{' ' * indent}{opening}\n{inner}{' ' * indent}{closing}"


def imports(wanted: Iterable[Name], indent: int = 0) -> str:
    """Import statements in isort's order: the standard library, packages, relative ones from the furthest; names as Ruff sorts them."""
    modules: dict[str, set[str]] = {}
    renamed: dict[str, set[tuple[str, str]]] = {}
    for name in {id(name): name for name in wanted}.values():
        if name.module and name.original and name.original != name.text:
            renamed.setdefault(name.module, set()).add((name.original, head(name.text)))
        elif name.module:
            modules.setdefault(name.module, set()).add(head(name.text))
    sections: dict[int, list[str]] = {}
    for module in sorted({*modules, *renamed}, key=_module_key):
        plain = [sorted(modules[module], key=name_key)] if module in modules else []
        lines = [(name_key(members[0]), _import(module, members, indent)) for members in plain]
        lines += [(name_key(original), _import(module, [f"{original} as {name}"], indent)) for original, name in sorted(renamed.get(module, ()))]
        sections.setdefault(_section(module), []).extend(line for _, line in sorted(lines))
    return "\n\n".join("\n".join(sections[section]) for section in sorted(sections))


@lru_cache(_KNOWN)
def head(text: str) -> str:
    """What is imported for it: `Validators` of `Validators.max_length`; beyond ASCII, a name holds letters and marks alone."""
    return re.split(r"[^\w\x80-\U0010ffff]", text, maxsplit=1)[0]


def _import(module: str, members: Sequence[str], indent: int) -> str:
    line = f"from {module} import {', '.join(members)}"
    return f"{' ' * indent}{line}" if fits(line, indent) else block(f"from {module} import (", members, ")", indent)


def _gather(expr: Expr, found: dict[tuple[str, str], Name]) -> None:
    """Adds every name that an expression imports. Tests of the type, not `match`, which takes thrice their time: this is asked most."""
    if isinstance(expr, Name):
        if expr.module:
            found[expr.module, expr.text] = expr
    elif isinstance(expr, Pair):
        _gather(expr.key, found)
        _gather(expr.value, found)
    elif isinstance(expr, Union):
        for each in expr.members:
            _gather(each, found)
    elif isinstance(expr, Items):
        for each in expr.items:
            _gather(each, found)
    elif isinstance(expr, Call):
        _gather(expr.function, found)
        for each in expr.arguments:
            _gather(each, found)
    elif isinstance(expr, Subscript):
        _gather(expr.base, found)
        for each in expr.items:
            _gather(each, found)
    else:
        _gather(expr.body, found)


_ATOM = re.compile(r"""\s+(\w+=)?([\w.]+|"[^"]*"|'[^']*'|\w+ as \w+),$""")


def kept(text: str) -> str:
    """The text of a file whose names are so long that Black would break lines as its width allows is marked `# fmt: off`; any other stays.

    What may be as long as it likes: docstrings, what is marked already, and a single atom on a line of its own.
    """
    for line in text.split("\n"):
        if (
            (len(line) > WIDTH or not line.isascii())
            and not fits(line)
            and not line.endswith("  # fmt: skip")
            and not line.lstrip().startswith('"""')
            and not _ATOM.match(line)
        ):
            docstring, _, rest = text.partition("\n")
            return f"{docstring}\n\n# fmt: off\n{rest.lstrip(chr(10))}" if rest.strip() else text
    return text


def imported(*expressions: Expr | None) -> tuple[Name, ...]:
    """The names that expressions import."""
    found: dict[tuple[str, str], Name] = {}
    for expression in expressions:
        if expression is not None:
            _gather(expression, found)
    return tuple(found.values())


@lru_cache(_KNOWN)
def name_key(name: str) -> tuple[int, tuple[tuple[int, int, str], ...], str]:
    """Ruff's order of imported names: constants, classes, the rest; numbers by value, case aside."""
    return _kind(name), _natural(name.lower()), name


def export_key(name: str) -> tuple[int, tuple[tuple[int, int, str], ...]]:
    """Ruff's order of `__all__`: as that of imports, but capitals before small letters."""
    return _kind(name), _natural(name)


def _kind(name: str) -> int:
    return 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2


def docstring(text: str, indent: int = 0) -> str:
    """A docstring of one line; whitespace is folded, and a sentence ends with a full stop."""
    folded = " ".join(text.split())
    escaped = folded if folded.isprintable() and "\\" not in folded else "".join(_escaped(character, "") for character in folded)
    plain = escaped.replace('"""', r"\"\"\"")
    ended = plain if plain.endswith((".", "!", "?", ":")) else f"{plain}."
    return f'{" " * indent}"""{" " if ended.startswith(chr(34)) else ""}{ended}"""'


def _exploded(opening: str, items: Sequence[Expr], closing: str, indent: int) -> str:
    inner = "".join(f"{' ' * (indent + 4)}{printed(item, indent + 4, '', ',')}\n" for item in items)
    return f"{opening}\n{inner}{' ' * indent}{closing}"


def _explodes(expr: Expr) -> bool:
    match expr:
        case Call(_, arguments):
            return bool(arguments)
        case Items(items):
            return bool(items)
        case Subscript(_, items):
            return len(items) > 1
        case Pair(_, inner) | Thunk(inner):
            return _explodes(inner)
    return False


def _escaped(character: str, quote: str) -> str:
    if character == "\\" or character == quote:
        return f"\\{character}"
    return character if character.isprintable() else character.encode("unicode_escape").decode()


_STANDARD = frozenset({"__future__", "asyncio", "builtins", "collections", "enum", "importlib", "sys", "types", "typing"})


def _section(module: str) -> int:
    if module.startswith("."):
        return 4
    top = module.partition(".")[0]
    return 0 if top == "__future__" else 1 if top in _STANDARD else 2 if top in ("coregen_adapters", "coregen_runtime", "pytest") else 3


@lru_cache(_KNOWN)
def _module_key(module: str) -> tuple[int, int, tuple[tuple[int, int, str], ...]]:
    dots = len(module) - len(module.lstrip("."))
    return _section(module), -dots, _natural(module.lstrip(".").lower())


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    if text.isalpha():
        return ((1, 0, text),)
    parts = re.findall(r"[0-9]+|[^0-9]+", text)
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts)
