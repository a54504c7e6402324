"""What the types of a JSON Schema are called: the whole by its field or message, each class in it by the way that leads there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from coregen.naming import class_name
from coregen.resolve.json_forms import Forms
from coregen_runtime.entity.json_keywords import steps

_ALIKE = {"items": "Item", "contains": "Item", "additionalProperties": "Value", "not": "Other", "if": "If", "then": "Then", "else": "Else"}
_NUMBERED = {"prefixItems": "Item", "anyOf": "Option", "oneOf": "Option", "allOf": "Part"}


@dataclass(frozen=True)
class JsonNames:
    """The types of one JSON Schema: what stands in `json_types/<file>.py`. `classes` are by pointer; where the whole is a class, it is `name`."""

    name: str
    file: str
    owner: str
    schema: Mapping[str, Any]
    forms: Forms
    classes: Mapping[str, str]

    @property
    def is_class(self) -> bool:
        return self.forms.root == {"$ref": ""}


def json_names(name: str, file: str, owner: str, schema: Mapping[str, Any], forms: Forms, free: Callable[[str], str]) -> JsonNames:
    """The names of a schema whose whole is called `name`; `free` gives a class's name as the module has it free."""
    whole = forms.root == {"$ref": ""}
    classes = {pointer: name if whole and not pointer else free(class_name(".".join((name, *_words(pointer))))) for pointer in forms.classes}
    return JsonNames(name, file, owner, schema, forms, classes)


def _words(pointer: str) -> Iterator[str]:
    way = iter(steps(f"#{pointer}") or ())
    told = False
    for keyword in way:
        told = True
        if keyword in _ALIKE:
            yield _ALIKE[str(keyword)]
        elif keyword in _NUMBERED:
            yield f"{_NUMBERED[str(keyword)]}{int(next(way)) + 1}"
        else:
            name = str(next(way))
            yield "Value" if keyword == "patternProperties" else name
    if not told:
        yield "Object"
