"""What a rule's context is known to hold, before there is one: entities with their fields, the actor, a payload (semantics 20)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from coregen_runtime.entity.fields import row, system_fields
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.primitives.issue import Issue
from coregen_runtime.primitives.suggest import did_you_mean


class Anything:
    """A part of the context that nothing is known about: every path and operator is taken."""


ANYTHING: Final = Anything()


@dataclass(frozen=True, slots=True)
class Members:
    """A part of the context with known members; `label` names it in sentences (`Product`).

    What is `open` may have others too, of which nothing is known.
    """

    label: str
    members: Mapping[str, Scope]
    open: bool = False

    def with_(self, name: str, member: Scope) -> Members:
        """The same with one member more, before another of that name."""
        return Members(self.label, {**self.members, name: member}, self.open)


Scope: TypeAlias = "FieldSchema | Members | Anything"


def entity_scope(schema: EntitySchema, extra: Iterable[FieldSchema] = ()) -> Members:
    """What a rule may ask of an entity: its fields and the system's, its switches considered."""
    kinds = {"timestamp": FieldType.DATE, "integer": FieldType.NUMBER, "json": FieldType.JSON, "text": FieldType.STRING}
    system = (FieldSchema(key=entry.key, type=kinds[entry.storage]) for entry in system_fields(schema))
    return Members(schema.name, {field.key: field for field in (*system, *extra, *schema.fields)})


def guard_scope(schema: EntitySchema | None, extra: Iterable[FieldSchema] = (), payload: Scope = ANYTHING) -> Members:
    """The context of a guard: `entity`, the entity under its own camelCase name, `actor` and `payload` (semantics 20)."""
    actor = Members(
        "actor",
        {
            "id": FieldSchema(key="id", type=FieldType.STRING),
            "orgId": FieldSchema(key="orgId", type=FieldType.STRING),
            "roles": FieldSchema(key="roles", type=FieldType.JSON),
            "type": FieldSchema(key="type", type=FieldType.ENUM, enum_values=("human", "system", "api-key")),
        },
    )
    entity: Scope = entity_scope(schema, extra) if schema is not None else ANYTHING
    own_name = {own_key(schema): entity} if schema is not None else {}
    return Members("the context of a guard", {"entity": entity, **own_name, "actor": actor, "payload": payload})


def schema_scope(schema: EntitySchema) -> Members:
    """What an entity alone says of a context: its fields stand at the top, and the whole under its camelCase name (`order.total`, or `total`)."""
    entity = entity_scope(schema)
    return Members(schema.name, {own_key(schema): entity, **entity.members})


def own_key(schema: EntitySchema) -> str:
    """The camelCase name of an entity, under which it stands in a context: `OrderItem` → `orderItem`."""
    return schema.name[0].lower() + schema.name[1:]


def follow(path: str, scope: Members, key: str) -> tuple[Scope, Issue | None]:
    """What stands at a path, or why nothing does."""
    at: Scope = scope
    for part in path.split("."):
        if isinstance(at, Members):
            if part not in at.members:
                if at.open:
                    return ANYTHING, None
                if at is scope:
                    return ANYTHING, Issue((key,), "RULE-FIELD", f'{at.label} has no "{part}"', _root_help(path, scope))
                return ANYTHING, Issue((key,), "RULE-FIELD", f'{at.label} has no field "{part}"', nearest(part, at.members))
            at = at.members[part]
        elif isinstance(at, FieldSchema):
            if at.type in (FieldType.JSON, FieldType.GEO_POLYGON, FieldType.GEO_LINESTRING) or (at.type is FieldType.REFS and part.isdigit()):
                return ANYTHING, None
            parts = row(at).parts
            if part not in parts:
                help = nearest(part, parts) or f'end the path at "{at.key}"'
                return ANYTHING, Issue((key,), "RULE-FIELD", f'"{at.key}" is of type {at.type} and has no "{part}"', help)
            at = FieldSchema(key=part, type=parts[part])
        else:
            return ANYTHING, None
    return at, None


def _root_help(path: str, scope: Members) -> str:
    root = path.split(".")[0]
    for name in sorted(scope.members, key=lambda name: name == "entity"):
        members = scope.members[name]
        if isinstance(members, Members) and root in members.members:
            return f'write "{name}.{path}"'
    return nearest(root, scope.members)


def element_of(path: str, array: Scope) -> tuple[Scope, Issue | None]:
    """What an element of an array is, or why there is none."""
    if isinstance(array, FieldSchema):
        if array.type is FieldType.REFS:
            return FieldSchema.model_construct(key=array.key, type=FieldType.STRING), None
        if array.type is not FieldType.JSON:
            return ANYTHING, Issue((), "RULE-OPERATOR", f'"{path}" is of type {array.type} and holds no items', "ask a field of type json or ref[]")
    if isinstance(array, Members):
        return ANYTHING, Issue((), "RULE-OPERATOR", f'"{path}" is {array.label} as a whole and holds no items', "ask one of its fields")
    return ANYTHING, None


def nearest(name: str, known: Iterable[str]) -> str:
    """The help for an unknown name: the nearest known one, else all of them."""
    names = sorted(known)
    return did_you_mean(name, names).removeprefix("; ") or (f"there are {', '.join(names)}" if names else "")
