"""What is wrong with a definition, as a value: place, code, sentence, fix; and how it is printed.

The catalogue of codes stands here too; docs/reference/diagnostics.md explains each. Finding what is wrong belongs to the stages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]

CATALOGUE: Mapping[str, str] = {
    "PROJECT-NONE": "There is no pyproject.toml with a [tool.coregen] table here or above.",
    "PROJECT-TOML": "pyproject.toml is not valid TOML.",
    "PROJECT-KEY": "[tool.coregen] has a key that coregen does not know.",
    "PROJECT-VALUE": "A key of [tool.coregen] is missing or has a value of the wrong form.",
    "PROJECT-FOLDER": "A folder that [tool.coregen] names does not exist, or lies outside the source root.",
    "MODULE-FOLDER": "A module's folder has a name that Python cannot import.",
    "MODULE-TWO": "A module has more than one definition file.",
    "LOAD-READ": "A definition file cannot be read, or is not UTF-8.",
    "LOAD-SYNTAX": "A definition file is not valid Python, YAML or JSON.",
    "LOAD-DUPLICATE": "A mapping of a definition document holds a key twice.",
    "LOAD-KEY": "A key of a definition document is not a string.",
    "LOAD-VALUE": "A value of a definition document has no place in JSON (NaN, Infinity), or the document nests too deep.",
    "LOAD-YAML": "A definition document uses a part of YAML that definitions do not take (merge keys, tags, several documents).",
    "LOAD-PYTHON": "A definition.py raised an exception.",
    "LOAD-MODULE": "A definition.py holds no `module = ModuleDefinition(…)`.",
    "DEF-KEY": "A key that the definition model does not know.",
    "DEF-MISSING": "A required key is missing.",
    "DEF-TYPE": "A value has the wrong type.",
    "DEF-VALUE": "A value has the right type and is not one of those allowed.",
}
"""Every code with its sentence."""


@dataclass(frozen=True, order=True)
class Diagnostic:
    """One finding. `path` is posix and relative to the project's root; `line` and `column` count from 1, and 0 means the file as a whole."""

    path: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str
    help: str = ""


def gathered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """All of them, sorted by place, each once."""
    return tuple(sorted(set(diagnostics)))


def errors(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Those that stop a sync."""
    return tuple(each for each in diagnostics if each.severity == "error")


def render(diagnostic: Diagnostic, *, colour: bool = False) -> str:
    """`path:line:column: error[CODE]: sentence`, and the fix on a line of its own (contract, "Command line"). No newline at the end."""
    place = ":".join([diagnostic.path, *(str(number) for number in (diagnostic.line, diagnostic.column) if number)])
    label = f"{diagnostic.severity}[{diagnostic.code}]"
    helping = "help"
    if colour:
        shade = "31" if diagnostic.severity == "error" else "33"
        place, label, helping = f"\x1b[1m{place}\x1b[0m", f"\x1b[1;{shade}m{label}\x1b[0m", f"\x1b[36m{helping}\x1b[0m"
    first = f"{place}: {label}: {diagnostic.message}"
    return f"{first}\n  {helping}: {diagnostic.help}" if diagnostic.help else first


def as_json(diagnostic: Diagnostic) -> dict[str, str | int]:
    """The diagnostic as `--format json` prints it; `help` is "" where there is none."""
    return {
        "path": diagnostic.path,
        "line": diagnostic.line,
        "column": diagnostic.column,
        "severity": diagnostic.severity,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "help": diagnostic.help,
    }


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was most likely meant to be; None where none is near."""
    from rapidfuzz.distance import OSA

    plain = _plain(word)

    def distance(candidate: str) -> tuple[int, str]:
        other = _plain(candidate)
        begins = min(len(plain), len(other)) >= 4 and (other.startswith(plain) or plain.startswith(other))
        return (1 if begins else OSA.distance(plain, other)), candidate

    best = min(known, key=distance, default=None)
    if best is None or distance(best)[0] > max(1, round(max(len(word), len(best)) * 0.25)):
        return None
    return best


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A help line: the likeliest word, else `otherwise`."""
    best = closest(word, known)
    return f'did you mean "{best}"?' if best is not None else otherwise


def one_of(known: Iterable[str], limit: int = 12) -> str:
    """A help line that lists what would be right, cut after `limit`."""
    names = list(known)
    listed = ", ".join(f'"{name}"' for name in names[:limit])
    return f"one of {listed} and {len(names) - limit} more" if len(names) > limit else f"one of {listed}" if names else ""


def _plain(word: str) -> str:
    return word.replace("_", "").replace("-", "").lower()
