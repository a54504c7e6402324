"""What a field says to people, in sentences: for docstrings, forms and comments in TypeScript, which all read them here.

The sentence of a constraint is that of its row in checks.py.
"""

from __future__ import annotations

from collections.abc import Iterator

from coregen_runtime.entity.checks import constraint
from coregen_runtime.entity.schema import FieldSchema


def told(field: FieldSchema, *, constraints: bool = True) -> str:
    """Its label, description, unit and constraints on one line; "" where it has none of them."""
    text = " ".join((field.description or "").split())
    label = " ".join((field.label or "").split())
    said = f"{label}: {text}" if label and text else label or text
    sentences = [said] if said else []
    if field.unit:
        sentences.append(in_unit(field.unit))
    if constraints:
        sentences += constraint_sentences(field)
    return " ".join(_ended(sentence) for sentence in sentences)


def in_unit(unit: str) -> str:
    """`In kg`."""
    return f"In {' '.join(unit.split())}"


def constraint_sentences(field: FieldSchema) -> list[str]:
    """A sentence for each validator, `Must be more than 0`, without its full stop; each once."""
    return list(dict.fromkeys(_sentences(field)))


def _sentences(field: FieldSchema) -> Iterator[str]:
    for validator in field.validators:
        yield _capital(constraint(validator.name, validator.argument, field.type.value))
    if field.unique:
        yield _capital(constraint("unique", None, field.type.value))


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", ":", "…", "。", "！", "？")) else f"{sentence}."
