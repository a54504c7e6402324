"""The one naming policy: from the names of a definition to names that Python, a case-blind disk and a reader can take.

Wire names always stay the definition's; what stands here is how Python spells them. Which names share a scope, resolve decides, and
what the words of a name are, the runtime, whose tables are called by them.
"""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256

from coregen_runtime.primitives.words import class_name as class_name  # noqa: PLC0414  (handed on)
from coregen_runtime.primitives.words import identifier as identifier  # noqa: PLC0414  (handed on)
from coregen_runtime.primitives.words import pascal_case as pascal_case  # noqa: PLC0414  (handed on)
from coregen_runtime.primitives.words import words

_AN = re.compile(r"(?!eu|ewe|one$|once$|uni(?!n)|us[aeiu]|ur[aeiou]|ut[aeiou]|ubi|uk)[aeiou]|hour|heir|hones|hono|8|1[18]$")

PYDANTIC = frozenset("""
    construct copy dict from_orm json model_computed_fields model_config model_construct model_copy model_dump model_dump_json model_extra
    model_fields model_fields_set model_json_schema model_parametrized_name model_post_init model_rebuild model_validate model_validate_json
    model_validate_strings mro parse_file parse_obj parse_raw register schema schema_json update_forward_refs validate
    """.split())
"""Attributes of Pydantic's models, and of their class, that a field must not shadow; a test compares them with Pydantic's own."""

ENTITY = PYDANTIC | {"changes", "cls", "expected_version", "id", "meta", "new", "organization_id", "replace", "self"}
"""What a generated entity or input has besides the fields of its definition."""

MESSAGE = PYDANTIC
"""What a generated message or payload has besides the fields of its definition."""

_ANNOTATIONS = frozenset("bool classmethod dict float int lazy_function list object property set staticmethod str tuple type".split())
"""What the annotations and values in the body of a class say: a field of that name would stand in their way."""
_LONGEST_FILE = 120
_DEVICES = frozenset({"aux", "con", "nul", "prn", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))})
_SOFT = frozenset({"case", "match", "type"})


def snake_case(name: str) -> str:
    """`unitPrice` → `unit_price`; "" where the name holds no letter or digit."""
    return unicodedata.normalize("NFKC", "_".join(word.lower() for word in words(name)))


def camel_case(name: str) -> str:
    """`OrderItem` → `orderItem`."""
    return name[:1].lower() + name[1:]


def attribute(key: str, reserved: Iterable[str] = MESSAGE) -> str:
    """The attribute of a wire key: snake_case, with a trailing underscore where Python or Pydantic needs the name itself."""
    name = identifier(snake_case(key), "field")
    return f"{name}_" if keyword.iskeyword(name) or name in _ANNOTATIONS or name in reserved else name


def function(name: str) -> str:
    """The function of a message or handler: snake_case, never a keyword, a builtin or, where letters have no case, its own class."""
    plain = identifier(snake_case(name), "handle")
    return f"{plain}_" if keyword.iskeyword(plain) or plain in _SOFT or hasattr(builtins, plain) or plain == pascal_case(name) else plain


def private(name: str) -> str:
    """What a file calls something of Python's or the runtime's whose name a definition has taken."""
    return f"_{name}"


def foreign(module: str, name: str) -> str:
    """What a file calls something of another module where its own name would be mistaken."""
    return f"{pascal_case(module)}{name}"


def foreign_type(module: str, name: str) -> str:
    """The TypeScript type of another module's entity: `catalog_Product`."""
    return f"{re.sub(r'[^0-9A-Za-z]', '_', module)}_{name}"


def member(value: str) -> str:
    """The member of an enum that stands for any string: upper case, `VALUE` before what starts with a digit or holds nothing."""
    name = unicodedata.normalize("NFKC", snake_case(value).upper())
    return identifier(name, "VALUE").upper()


def file_name(name: str) -> str:
    """The file of an entity, without its ending: small ASCII letters, importable, no device of Windows."""
    plain = shortened(identifier(component(snake_case(name)).lower(), "file"), _LONGEST_FILE)
    return f"{plain}_" if keyword.iskeyword(plain) or plain in _DEVICES or plain in _SOFT else plain


def shortened(name: str, longest: int) -> str:
    """The name, or where it has more bytes than that, its beginning and a digest of the whole."""
    if len(name.encode()) <= longest:
        return name
    return f"{name.encode()[: longest - 9].decode(errors='ignore')}_{sha256(name.encode()).hexdigest()[:8]}"


def with_article(name: str) -> str:
    """`a Product`, `an Order`, `an HTTPServer`, `a User`: by how a reader says it."""
    [first, *_] = words(name) or ("",)
    if len(first) > 1 and first.isupper():
        return f"{'an' if first[0] in 'AEFHILMNORSX' else 'a'} {name}"
    return f"{'an' if _AN.match(first.lower()) else 'a'} {name}"


def sentence_case(text: str) -> str:
    """The text with a capital first; the rest as it is."""
    return text[:1].upper() + text[1:]


def distinct(
    names: Iterable[str],
    form: Callable[[str], str],
    taken: Iterable[str] = (),
    same: Callable[[str], str] = str.casefold,
    between: str = "_",
) -> Mapping[str, str]:
    """Each name under its own form: collisions are numbered, `name_2`, `name_3`, the plainest name first and then in the order given.

    A name that is its own form keeps it, whatever stands before it, and one that its form leads back to comes next; so adding an odd
    name never renames a plain one. Forms that differ in case only collide too: they may become file names or columns.

    Args:
        same: says which forms collide.
        between: stands before the number.
    """
    forms = {name: form(name) for name in names}
    return _numbered(forms, lambda name: _oddity(name, forms[name]), taken, same, between)


def entities_apart(
    names: Iterable[str],
    form: Callable[[str], str],
    taken: Iterable[str] = (),
    same: Callable[[str], str] = str.casefold,
    between: str = "_",
) -> Mapping[str, str]:
    """As `distinct`, for the entities of a module: the plainest name is the one in PascalCase, whatever the form."""
    return _numbered({name: form(name) for name in names}, _entity_oddity, taken, same, between)


def _numbered(
    forms: Mapping[str, str], oddity: Callable[[str], int], taken: Iterable[str], same: Callable[[str], str], between: str
) -> Mapping[str, str]:
    used = {same(name) for name in taken}
    found: dict[str, str] = {}
    for name in sorted(forms, key=oddity):
        base = forms[name]
        free, number = base, 1
        while same(free) in used:
            number += 1
            free = f"{base}{'' if base.endswith(between) else between}{number}"
        used.add(same(free))
        found[name] = free
    return {name: found[name] for name in forms}


def _oddity(name: str, form: str) -> int:
    if name == form:
        return 0
    pascal = pascal_case(form)
    return 1 if name in (pascal, camel_case(pascal)) else 2


def _entity_oddity(name: str) -> int:
    return 0 if pascal_case(snake_case(name)) == name else 1 if class_name(name) == name else 2


def entity_classes(entities: Iterable[str]) -> Mapping[str, str]:
    """The class of each entity of a module."""
    return entities_apart(entities, class_name, same=str)


def machine_subjects(machines: Sequence[tuple[str, str]], classes: Mapping[str, str]) -> list[str]:
    """What each machine's classes and messages begin with: its entity; for a second machine of it, the entity and the field.

    Args:
        machines: the entity and the field of each machine of a module. The one of `status` is an entity's first, else the one that stands first.
        classes: the class of each entity.
    """
    first: dict[str, str] = {}
    for entity, field in sorted(machines, key=lambda machine: machine[1] != "status"):
        first.setdefault(entity, field)
    return [classes[entity] if field == first[entity] else class_name(f"{classes[entity]}.{field}") for entity, field in machines]


def entity_stems(slugs: Mapping[str, str | None]) -> Mapping[str, str]:
    """What tables and event types call each entity of a module: its slug, else its name in snake_case."""
    given = {name: slug for name, slug in slugs.items() if slug is not None}
    return {**given, **entities_apart((name for name in slugs if name not in given), lambda name: snake_case(name) or "_", given.values())}


def component(name: str) -> str:
    """A name of an OpenAPI component: ASCII, accents taken off, what has no letter there by its number (`u9867`)."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(_ascii(character) for character in plain) or "_"


def _ascii(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() or character in "._-" else "_"
    return "" if unicodedata.combining(character) else f"u{ord(character):X}"


def segment(name: str) -> str:
    """A segment of a route: the words of a name in small letters, `order-lines`."""
    return "-".join(words(name)).lower() or "-"


_IRREGULAR = {
    "analysis": "analyses",
    "axis": "axes",
    "basis": "bases",
    "child": "children",
    "crisis": "crises",
    "criterion": "criteria",
    "foot": "feet",
    "goose": "geese",
    "half": "halves",
    "hypothesis": "hypotheses",
    "knife": "knives",
    "leaf": "leaves",
    "life": "lives",
    "loaf": "loaves",
    "man": "men",
    "mouse": "mice",
    "person": "people",
    "phenomenon": "phenomena",
    "quiz": "quizzes",
    "self": "selves",
    "shelf": "shelves",
    "thesis": "theses",
    "thief": "thieves",
    "tooth": "teeth",
    "wife": "wives",
    "wolf": "wolves",
    "woman": "women",
}
_COUNTLESS = frozenset(
    "advice aircraft data deer equipment feedback fish information furniture hardware luggage media metadata money news offspring "
    "research series sheep software species staff stuff traffic weather".split()
)
_ES = ("s", "x", "z", "ch", "sh")
_OES = frozenset({"cargo", "echo", "hero", "potato", "tomato", "torpedo", "veto"})


def plural(name: str) -> str:
    """The English plural of a PascalCase name, by its last word: `OrderItem` → `OrderItems`, `Category` → `Categories`."""
    [*before, last] = words(name) or ("",)
    head = name[: len(name) - len(last)] if name.endswith(last) else "".join(before)
    many = _plural(last.lower())
    return head + (many[:1].upper() + many[1:] if last[:1].isupper() else many) if not last.isupper() or len(last) < 2 else f"{head}{last}s"


def _plural(word: str) -> str:
    if not word or word in _COUNTLESS:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("y") and word[-2:-1] not in ("", *"aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(_ES) or word in _OES else f"{word}s"
