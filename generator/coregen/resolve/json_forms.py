"""What a type can say of a JSON Schema: the schema made wider, until nothing is left in it but what Python has a type for.

A form is a small JSON Schema that takes every value of the schema it was made from, so a type of the form reads whatever the schema's
judge lets pass: scalars, literals, lists, tuples, mappings, unions, and references to classes. A class is an object whose properties
are known; it is called by its way in the schema. Lengths, patterns and conditions are left to the judge (`coregen_runtime.entity.json_judge`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from coregen_runtime.entity.json_keywords import TYPES, Way, at, pointer, steps

Form: TypeAlias = dict[str, Any]

ANY: Form = {}
_ALL = frozenset(TYPES)
_SCALARS = (str, int, bool, type(None))


@dataclass(frozen=True)
class ClassForm:
    """An object: the form of each property by its wire name, those that are always there, and what the schema says about the whole."""

    properties: Mapping[str, Form]
    required: frozenset[str]
    description: str


@dataclass(frozen=True)
class Forms:
    """The form of a whole schema and its classes by pointer, in the order in which they are met; `untyped` says properties without `type: object`."""

    root: Form
    classes: Mapping[str, ClassForm]
    untyped: tuple[Way, ...]


def forms(schema: Mapping[str, Any], *, as_class: bool = False) -> Forms:
    """Those of a schema without problems; `as_class`: the whole is a class even where it names no property."""
    widener = _Widener(schema)
    root = widener.class_at(()) if as_class else widener.form((), _ALL)
    classes = {pointer: made for pointer, made in widener.classes.items() if made is not None}
    return Forms(root, classes, tuple(dict.fromkeys(widener.untyped)))


@dataclass
class _Widener:
    root: Mapping[str, Any]
    classes: dict[str, ClassForm | None] = field(default_factory=dict)
    untyped: list[Way] = field(default_factory=list)
    within: set[Way] = field(default_factory=set)

    def form(self, way: Way, outer: frozenset[str]) -> Form:
        """The form of what stands at `way`, for values of the `outer` types alone. A list that holds itself, and no object between, holds anything."""
        kinds = self.kinds(way) & outer
        if way in self.within:
            return ANY
        self.within.add(way)
        try:
            return self._form(way, kinds)
        finally:
            self.within.discard(way)

    def _form(self, way: Way, kinds: frozenset[str]) -> Form:
        members = self._members(way)
        literals = self._literals(members)
        if literals is not None:
            return _literal([value for value in literals if _kinds_of(value) & kinds])
        structural = [member for member in members if self._node(member).get("properties")]
        if kinds == _ALL:
            self.untyped += structural
        if not structural:
            for member in members:
                for keyword in ("anyOf", "oneOf"):
                    several = self._node(member).get(keyword)
                    if several is not None:
                        options = [(*member, keyword, index) for index in range(len(several))]
                        form = _union(self.form(option, kinds) for option in options if self.kinds(option) & kinds)
                        if form != ANY:
                            return form
        if kinds == _ALL:
            return ANY
        told = [kind for kind in (*TYPES[1:], TYPES[0]) if kind in kinds and not (kind == "integer" and "number" in kinds)]
        return _union(self._of_kind(kind, way, members, structural) for kind in told)

    def _of_kind(self, kind: str, way: Way, members: Sequence[Way], structural: Sequence[Way]) -> Form:
        if kind == "object":
            return self._class(way, members, structural) if structural else self._mapping(members)
        return self._array(members) if kind == "array" else {"type": kind}

    # --- objects --------------------------------------------------------------------------------------------------------------

    def _class(self, way: Way, members: Sequence[Way], structural: Sequence[Way]) -> Form:
        """The class of an object: where several schemas meet in it, their properties together, else that of the one that has them."""
        return self.class_at(way if not way else next(each for each in reversed(members) if set(structural) <= set(self._members(each))))

    def class_at(self, home: Way) -> Form:
        name = pointer(home)
        if name not in self.classes:
            self.classes[name] = None
            within, self.within = self.within, set()
            self.classes[name] = self._properties(self._members(home))
            self.within = within
        return {"$ref": name}

    def _properties(self, members: Sequence[Way]) -> ClassForm:
        places: dict[str, list[Way]] = {}
        for member in members:
            for key in self._node(member).get("properties", ()):
                places.setdefault(key, []).append((*member, "properties", key))
        properties = {
            key: next((form for each in several if (form := self.form(each, self._together(several))) != ANY), ANY) for key, several in places.items()
        }
        required = {key for member in members for key in self._node(member).get("required", ())}
        return ClassForm(properties, frozenset(required), self._description(members))

    def _together(self, ways: Iterable[Way]) -> frozenset[str]:
        """The types of a value that all of these judge."""
        found = _ALL
        for way in ways:
            found &= self.kinds(way)
        return found

    def _mapping(self, members: Sequence[Way]) -> Form:
        for member in members:
            node = self._node(member)
            if isinstance(node.get("additionalProperties"), Mapping) and not node.get("patternProperties"):
                return {"type": "object", "additionalProperties": self.form((*member, "additionalProperties"), _ALL)}
        return {"type": "object"}

    # --- arrays ---------------------------------------------------------------------------------------------------------------

    def _array(self, members: Sequence[Way]) -> Form:
        for member in members:
            node = self._node(member)
            items: Any = node.get("items", True)
            if "prefixItems" in node:
                return self._places(member, node, items)
            if isinstance(items, Mapping):
                return {"type": "array", "items": self.form((*member, "items"), _ALL)}
        return {"type": "array"}

    def _places(self, member: Way, node: Mapping[str, Any], items: Any) -> Form:
        count = len(node["prefixItems"])
        closed = items is False or node.get("maxItems", count + 1) <= count
        places = [self.form((*member, "prefixItems", index), _ALL) for index in range(count)]
        if closed and node.get("minItems", 0) >= count:
            return {"type": "array", "prefixItems": places, "items": False, "minItems": count, "maxItems": count}
        if not closed:
            places.append(self.form((*member, "items"), _ALL) if isinstance(items, Mapping) else ANY)
        return {"type": "array", "items": _union(places)}

    # --- what a schema says in several places ---------------------------------------------------------------------------------

    def _node(self, way: Way) -> Mapping[str, Any]:
        node = at(self.root, way)
        return node if isinstance(node, Mapping) else {}

    def _members(self, way: Way) -> list[Way]:
        """The schemas that a value of this one must fit as well: itself, what it refers to, and the parts of `allOf`."""
        found: dict[Way, None] = {}
        pending = [way]
        while pending:
            place = pending.pop(0)
            if place not in found:
                found[place] = None
                pending += self._also(place)
        return list(found)

    def _also(self, way: Way) -> Iterator[Way]:
        node = self._node(way)
        if "$ref" in node:
            yield self._target(node["$ref"])
        yield from ((*way, "allOf", index) for index in range(len(node.get("allOf", ()))))

    def _target(self, reference: str) -> Way:
        return steps(reference) or ()

    def _literals(self, members: Sequence[Way]) -> list[Any] | None:
        """The values that are allowed, where they are listed and each has a literal."""
        for member in members:
            node = self._node(member)
            listed = [node["const"]] if "const" in node else node.get("enum")
            if listed is not None and all(isinstance(value, _SCALARS) or isinstance(value, float) and value.is_integer() for value in listed):
                return [int(value) if isinstance(value, float) else value for value in listed]
        return None

    def kinds(self, way: Way, seen: frozenset[Way] = frozenset()) -> frozenset[str]:
        """The types that a value can have at most."""
        node = at(self.root, way)
        if not isinstance(node, Mapping):
            return _ALL if node is True else frozenset()
        if way in seen:
            return _ALL
        seen |= {way}
        kinds = _ALL
        if "type" in node:
            named = {node["type"]} if isinstance(node["type"], str) else set(node["type"])
            kinds &= named | ({"integer"} if "number" in named else set())
        if "const" in node or "enum" in node:
            values = [node["const"]] if "const" in node else node["enum"]
            kinds &= frozenset().union(*map(_kinds_of, values))
        for other in self._also(way):
            kinds &= self.kinds(other, seen)
        for keyword in ("anyOf", "oneOf"):
            if keyword in node:
                kinds &= frozenset().union(*(self.kinds((*way, keyword, index), seen) for index in range(len(node[keyword]))))
        return kinds

    def _description(self, ways: Sequence[Way]) -> str:
        return next((text for way in ways for text in (self._node(way).get("description"), self._node(way).get("title")) if text), "")


def _kinds_of(value: Any) -> frozenset[str]:
    if isinstance(value, bool):
        return frozenset({"boolean"})
    if isinstance(value, int) or isinstance(value, float) and value.is_integer():
        return frozenset({"integer"})
    named = {type(None): "null", str: "string", float: "number", list: "array", tuple: "array"}
    return frozenset({named.get(type(value), "object")})


def _literal(values: Sequence[Any]) -> Form:
    """`True` and `1` are two values."""
    distinct = list({(type(value), value): value for value in values}.values())
    return {"enum": distinct} if distinct else ANY


def _union(several: Iterable[Form]) -> Form:
    """What one of them takes; anything, where there are none."""
    found = {repr(inner): inner for each in several for inner in each.get("anyOf", [each])}
    if not found or repr(ANY) in found:
        return ANY
    return next(iter(found.values())) if len(found) == 1 else {"anyOf": list(found.values())}


def takes_objects_alone(schema: Mapping[str, Any]) -> bool:
    """Whether no value but an object fits: what a message can carry."""
    return _Widener(schema).kinds(()) <= {"object"}
