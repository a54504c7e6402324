"""What is wrong with a definition, as a value: place, code, sentence, fix; and how it is printed.

The catalogue of codes stands here too; docs/reference/diagnostics.md explains each. Finding what is wrong belongs to the stages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]

CATALOGUE: Mapping[str, str] = {
    "CALL": "The command cannot do what it was called with.",
    "PROJECT-NONE": "There is no pyproject.toml with a [tool.coregen] table here or above.",
    "PROJECT-TOML": "pyproject.toml is not valid TOML.",
    "PROJECT-KEY": "[tool.coregen] has a key that coregen does not know.",
    "PROJECT-VALUE": "A key of [tool.coregen] is missing or has a value of the wrong form.",
    "PROJECT-FOLDER": "A folder that [tool.coregen] names does not exist, or lies outside the source root.",
    "MODULE-NONE": "No folder of the project holds a definition.",
    "MODULE-UNKNOWN": "The command names a module that the project does not have.",
    "MODULE-AMBIGUOUS": "The command names a module by a name that several have.",
    "MODULE-FOLDER": "A module's folder has a name that Python cannot import.",
    "MODULE-FILE": "A definition file has a name that coregen does not read.",
    "MODULE-TWO": "A module has more than one definition file.",
    "MODULE-ID": "Two modules have one id.",
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
    "DEF-TWICE": "Two things of a kind have one name.",
    "DUPLICATE": "An id, a message type or a name that has to be unique is taken.",
    "NAMESPACE": "An entity's namespace is not its module's id.",
    "ENTITY-NAMESPACE": "An entity's namespace is not its module's id.",
    "NAME-TAKEN": "Two things would have one name in the generated package.",
    "NAME-PYTHON": "A name that has to be a Python function's cannot be one.",
    "ID-PREFIX": "An id prefix is taken, or given to an entity that does not exist.",
    "FIELD-RESERVED": "A field has the key of one that coregen supplies.",
    "FIELD-SYSTEM": "A field has a key that means something else in entities, messages or filters.",
    "FIELD-COMPUTED": "A computed field where none can be.",
    "FIELD-DEFAULT": "A default is no value of its field.",
    "FIELD-UNKNOWN": "An index or a unique constraint names a field that is not stored.",
    "DEFAULT-TYPE": "A default does not fit its field's type or validators.",
    "VALIDATOR-TYPE": "A validator says nothing about fields of this type.",
    "PATTERN-PORTABLE": "A pattern has no form that JSON Schema and forms can hold; it is enforced in Python alone.",
    "INDEX-FIELD": "An index or a unique constraint names a field that does not exist or has no column.",
    "FUNCTION-NAME": "A function cannot be named from generated code: a lambda, a local function, a method of an object.",
    "DATA-JSON": "A value of a definition is nothing that JSON can carry.",
    "JSON-SCHEMA": "A JSON Schema is not valid, or says what coregen does not know.",
    "JSON-SCHEMA-OBJECT": "A message or an event carries what may be no object.",
    "JSON-SCHEMA-TYPE": "A JSON Schema names properties and takes values that are no objects too, so it is not typed.",
    "REF-UNKNOWN": "A name is no entity of this module, of one it depends on, nor of any module of the project.",
    "REF-AMBIGUOUS": "A name is an entity of several modules; say which: `identity.User`.",
    "REF-FIELD": "A reference joins on another field than the id.",
    "DEPENDS-UNKNOWN": "dependsOn names a module that the project does not have.",
    "DEPENDS-TWICE": "dependsOn names a module twice.",
    "DEPENDS-CYCLE": "dependsOn runs in a circle.",
    "EVENT-MODULE": "A subscription names a module that the project does not have.",
    "EVENT-UNKNOWN": "No module emits an event that a subscription or a channel waits for.",
    "CHANNEL-FIELD": "The template of a real-time channel asks events for something that they do not have.",
    "COMMAND-UNKNOWN": "An action dispatches a command that its module does not declare.",
    "PAYLOAD-KEY": "An action sends a key that the declared event or command does not have.",
    "PAYLOAD-TYPE": "An action sends a value that does not fit the declared field.",
    "PAYLOAD-MISSING": "An action leaves out what the declared event or command requires.",
    "ASSIGN-FIELD": "An action assigns a field that does not exist or that is not its to set.",
    "ASSIGN-TYPE": "An action assigns a value that does not fit the field.",
    "ACTION-REF": "An action reads a path that leads nowhere.",
    "RULE-FIELD": "A rule asks for a field that does not exist.",
    "RULE-OPERATOR": "A rule puts an operator to a field whose type does not take it.",
    "RULE-VALUE": "A rule compares with a value that the operator cannot take, or that the field can never have.",
    "RULE-REF": "A rule refers to a rule that does not exist.",
    "RULE-UNKNOWN": "A rule or a guard refers to a rule that does not exist.",
    "RULE-PARAM": "A template is used without a parameter that it needs, or with one that it does not have.",
    "RULE-CYCLE": "Rules refer to each other in a circle.",
    "RULE-SIZE": "A rule is deeper or has more conditions than a rule may, or a value in it nests too deep.",
    "FSM-ENTITY": "A machine belongs to an entity that its module does not have.",
    "FSM-FIELD": "A machine's field is no enum, lacks a state, or belongs to another machine.",
    "FSM-DEFAULT": "A machine's field has a default that is not the machine's initial state.",
    "FSM-VALUE": "A machine's field has a value that is no state.",
    "FSM-STATE": "A machine names a state that it does not have.",
    "FSM-TERMINAL": "A terminal state has a way out.",
    "FSM-DEAD-END": "A state has no way out and is not terminal.",
    "FSM-UNREACHABLE": "No transition leads to a state.",
    "FSM-SHADOWED": "A transition stands behind one of the same event that is always taken.",
    "FSM-TIMED-CYCLE": "Timeouts lead round in a circle.",
    "MACHINE-ENTITY": "A machine belongs to an entity that its module does not have.",
    "MACHINE-FIELD": "A machine's field is no enum, begins elsewhere, or belongs to another machine.",
    "HANDLER-ENCODING": "A handlers file is not UTF-8.",
    "HANDLER-UNREADABLE": "A handlers file cannot be read.",
    "HANDLER-SYNTAX": "A handlers file is not valid Python.",
    "HANDLER-TWICE": "A handler, or the handlers file, is there twice.",
    "HANDLER-HIDDEN": "A handler is defined in a part of the handlers package that does not export it.",
    "HANDLER-SIGNATURE": "A handler has a signature that sync cannot bring in step.",
    "HANDLER-UNDECLARED": "A handler's message is no longer declared.",
    "GENERATED-EXTRA": "A file in `generated/` is not coregen's.",
    "MIGRATION-INLINE": "A migration of the definition has a version that is taken.",
    "MIGRATION-READ": "A migration file cannot be read.",
    "MIGRATION-TWICE": "Two migration files of a module have one number.",
    "MIGRATION-REPLAY": "The migrations of a module contradict each other.",
    "MIGRATION-MODULE": "A module has another id than its migrations were made under.",
    "MIGRATION-RENAME": "A renamedFrom does not say what was renamed.",
    "MIGRATION-VALUE": "A new required field has no value for rows that are there.",
    "MIGRATION-LOSS": "The next migration of a module would lose data.",
    "LOCK-BROKEN": "coregen.lock cannot be read.",
    "LOCK-CONFLICT": "coregen.lock holds the marks of a merge conflict.",
    "WRITE-FAILED": "A file could not be written.",
    "WRITE-MOVED": "A file changed while coregen was at work.",
    "WRITE-OBSTACLE": "Something that is no file stands where one goes.",
    "WRITE-OUTSIDE": "A file would be written outside of the project.",
    "WRITE-READONLY": "A file or folder is read-only.",
}
"""Every code with its sentence."""

_GUARDS = frozenset(
    {
        "DEF-TWICE",
        "DEPENDS-CYCLE",
        "DEPENDS-UNKNOWN",
        "ENTITY-NAMESPACE",
        "FIELD-DEFAULT",
        "FIELD-SYSTEM",
        "FIELD-UNKNOWN",
        "FUNCTION-NAME",
        "MACHINE-ENTITY",
        "MACHINE-FIELD",
        "MODULE-ID",
    }
)
"""Where resolve stops for what verify explains."""

_ABSENCES = frozenset(
    {
        "ACTION-REF",
        "ASSIGN-FIELD",
        "CHANNEL-FIELD",
        "COMMAND-UNKNOWN",
        "DEPENDS-UNKNOWN",
        "EVENT-MODULE",
        "EVENT-UNKNOWN",
        "FSM-ENTITY",
        "FSM-FIELD",
        "FSM-STATE",
        "FSM-VALUE",
        "ID-PREFIX",
        "INDEX-FIELD",
        "PAYLOAD-KEY",
        "PAYLOAD-MISSING",
        "REF-AMBIGUOUS",
        "REF-UNKNOWN",
        "RULE-FIELD",
        "RULE-PARAM",
        "RULE-UNKNOWN",
        "RULE-VALUE",
    }
)
"""What says of a name that it is not there, or not that of what it should be."""

_WHOLES = frozenset({"FSM-DEAD-END", "FSM-SHADOWED", "FSM-UNREACHABLE"})
"""What only a whole machine shows."""


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


def unsaid(resolving: Iterable[Diagnostic], before: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Of what resolve found, that which verify has not said in other words: with errors `before`, resolve's guards repeat them."""
    repeats = _GUARDS if errors(before) else frozenset[str]()
    return tuple(each for each in resolving if each.code not in repeats)


def independent(found: Iterable[Diagnostic], mistakes: Iterable[Diagnostic], left_out: Iterable[str], complete: bool) -> tuple[Diagnostic, ...]:
    """Of what was found in definitions without their mistakes, that which does not come from a mistake.

    Args:
        mistakes: what has been said already; one place is not named twice.
        left_out: the names that went with the mistakes.
        complete: whether every module of the project could be read at all.
    """
    told = {(each.path, each.line, each.column) for each in errors(mistakes)}
    gone = {words for words in (_words(name) for name in left_out) if words}

    def about_a_mistake(diagnostic: Diagnostic) -> bool:
        asked = [_words(name) for name in re.findall(r'"([^"]*)"', re.sub(r"\([^)]*\)", "", diagnostic.message))]
        runs = {words[start:end] for words in asked for end in range(len(words) + 1) for start in range(end)}
        return not gone.isdisjoint(runs)

    def depends(diagnostic: Diagnostic) -> bool:
        if (diagnostic.path, diagnostic.line, diagnostic.column) in told:
            return True
        if diagnostic.code == "REF-UNKNOWN" and not complete or diagnostic.code in _WHOLES and gone:
            return True
        return diagnostic.code in _ABSENCES and about_a_mistake(diagnostic)

    return tuple(each for each in found if not depends(each))


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
        return min(OSA.distance(plain, other), 2 if begins else len(plain) + len(other)), candidate

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
    return (
        f"one of {listed} and {len(names) - limit} more"
        if len(names) > limit
        else f"one of {listed}" if names else "there is none yet: declare it first"
    )


def _words(name: str) -> tuple[str, ...]:
    """`catalog.createProduct` as catalog, create, product."""
    return tuple(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+", name))


def _plain(word: str) -> str:
    return word.replace("_", "").replace("-", "").lower()
