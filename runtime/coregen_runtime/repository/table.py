"""Entity schema → table, and entity ↔ row. Pure: no I/O, no state; the generator compiles migrations from the same description.

What SQL a column becomes is left to each adapter and to the migration compiler; what a change of row means, to `base.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as described
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import ValidationError as PydanticValidationError
from pydantic_core import to_jsonable_python

from coregen_runtime.entity.fields import FIELD_TYPES
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.entity.verdict import in_context
from coregen_runtime.errors.base import CoreError, failures_of
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.model import wire_names
from coregen_runtime.primitives.money import Money
from coregen_runtime.primitives.words import snake_case
from coregen_runtime.repository.hooks import Hooks

if TYPE_CHECKING:
    from coregen_runtime.entity.types import Entity

E = TypeVar("E", bound="Entity")

_MAX_IDENTIFIER = 63
_LONGEST_COLUMN = 48
"""How long a column's name may be before what money and collisions add to it."""
_TAKEN = frozenset(
    {"id", "organization_id", "meta", "created_at", "updated_at", "deleted_at", "version", "cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"}
)
"""Columns that every entity has or may come to have by its switches, and those that PostgreSQL has in every table."""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column. `type` is the storage of entity/fields.py: `timestamp` is integer epoch milliseconds; `json` holds any JSON value; SQL null stands for absence, and where it may not, JSON's.

    `default` is what rows from before the column have, and those of whoever does not know it: the database gives it. `of` is the field that it
    holds, or holds a part of; None where no field is behind it.
    """

    name: str
    type: str
    nullable: bool = True
    default: str | int | bool | None = None
    of: FieldSchema | None = described(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """An index; `active_only` leaves soft-deleted rows out. The columns that are `points` stand in it as longitude and latitude (`points.py`)."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    active_only: bool = False
    points: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Table:
    """A table as adapters and migrations see it. Compared by identity, so that what is compiled from it can be kept beside it.

    `entity` is the qualified entity or, for a system table, the name itself. `tenant` tables hold `organization_id`, which is in every
    condition. `sequence` names an integer column that the database counts up. `schema` is that of an entity's own table.
    """

    name: str
    entity: str
    columns: tuple[ColumnSpec, ...]
    primary_key: tuple[str, ...]
    indexes: tuple[IndexSpec, ...] = ()
    links: tuple[LinkTable, ...] = ()
    soft_delete: bool = False
    timestamps: bool = False
    versioned: bool = False
    tenant: bool = True
    sequence: str | None = None
    schema: EntitySchema | None = described(default=None, repr=False)

    def column(self, name: str) -> ColumnSpec:
        """KeyError when there is none: a programming error, since names come from the schema."""
        return self.by_name[name]

    @cached_property
    def by_name(self) -> Mapping[str, ColumnSpec]:
        """The columns by name, in their order."""
        return MappingProxyType({column.name: column for column in self.columns})

    @cached_property
    def points(self) -> tuple[str, ...]:
        """The columns whose longitude and latitude an index holds, each once."""
        return tuple(dict.fromkeys(column for index in self.indexes for column in index.points))


@dataclass(frozen=True, eq=False)
class LinkTable:
    """What a `ref[]` field is stored in: one row a target, `position` from 0, indexed both ways (semantics 8)."""

    key: str
    table: Table

    @property
    def name(self) -> str:
        return self.table.name


@dataclass(frozen=True, slots=True)
class StoredField:
    """Where a field is stored: its columns (money has two, a `ref[]` none) or its link table."""

    key: str
    type: FieldType
    columns: tuple[str, ...]
    link: LinkTable | None = None
    sensitive: bool = False


def identifier(name: str, longest: int = _MAX_IDENTIFIER) -> str:
    """`name`, or where it has more bytes than databases take, its beginning and a digest of the whole."""
    if len(name.encode()) <= longest:
        return name
    return f"{name.encode()[: longest - 9].decode(errors='ignore')}_{sha256(name.encode()).hexdigest()[:8]}"


def stem(schema: EntitySchema) -> str:
    """What tables and event types call the entity: its slug, else its name in snake_case (semantics 27)."""
    return schema.slug or snake_case(schema.name)


def table_name(schema: EntitySchema) -> str:
    """`<module>_<entity>` (semantics 27); SQLite keeps names that begin with `sqlite_` for itself."""
    name = f"{snake_case(schema.namespace)}_{stem(schema)}" if schema.namespace else stem(schema)
    return identifier(f"_{name}" if name.startswith("sqlite_") else name)


def system_keys(schema: EntitySchema) -> dict[str, ColumnSpec]:
    """The columns that every entity has and that switches control, by wire key (semantics 9)."""
    keys = {"id": ColumnSpec("id", "text", nullable=False), "organizationId": ColumnSpec("organization_id", "text", nullable=False)}
    if schema.timestamps:
        keys["createdAt"] = ColumnSpec("created_at", "timestamp", nullable=False)
        keys["updatedAt"] = ColumnSpec("updated_at", "timestamp", nullable=False)
    if schema.soft_delete:
        keys["deletedAt"] = ColumnSpec("deleted_at", "timestamp")
    if schema.versioned:
        keys["version"] = ColumnSpec("version", "integer", nullable=False)
    keys["meta"] = ColumnSpec("meta", "json", nullable=False)
    return keys


def stored_fields(schema: EntitySchema) -> tuple[FieldSchema, ...]:
    """The fields that have a place in the table: all but the computed ones (semantics 8)."""
    return tuple(field for field in schema.fields if field.computed is None)


def table_of(schema: EntitySchema) -> Table:
    """The table of an entity, with its link tables and indexes."""
    return layout_of(schema).table


@dataclass(frozen=True, eq=False)
class Layout:
    """A table and where each wire key of the entity stands in it."""

    table: Table
    fields: Mapping[str, StoredField]


def layout_of(schema: EntitySchema) -> Layout:
    """The layout of an entity."""
    name = table_name(schema)
    system = system_keys(schema)
    bases = column_bases(field.key for field in stored_fields(schema))
    columns: list[ColumnSpec] = []
    fields: dict[str, StoredField] = {}
    for field in stored_fields(schema):
        base = bases[field.key]
        if field.type is FieldType.REFS:
            fields[field.key] = StoredField(field.key, field.type, (), _link_table(schema, name, field, base), field.sensitive)
            continue
        own = tuple(ColumnSpec(base + column.suffix, column.storage, not field.required, of=field) for column in FIELD_TYPES[field.type].columns)
        columns += own
        fields[field.key] = StoredField(field.key, field.type, tuple(column.name for column in own), None, field.sensitive)
    for key, column in system.items():
        fields[key] = StoredField(key, _SYSTEM_TYPES.get(key, FieldType.DATE), (column.name,))
    first, last = [system["id"], system["organizationId"]], [column for key, column in system.items() if key not in ("id", "organizationId")]
    table = Table(
        name=name,
        entity=schema.qualified_name,
        columns=(*first, *columns, *last),
        primary_key=("organization_id", "id"),
        indexes=tuple(_indexes(schema, name, fields)),
        links=tuple(field.link for field in fields.values() if field.link),
        soft_delete=schema.soft_delete,
        timestamps=schema.timestamps,
        versioned=schema.versioned,
        schema=schema,
    )
    return Layout(table, MappingProxyType(fields))


_SYSTEM_TYPES = {"id": FieldType.STRING, "organizationId": FieldType.STRING, "version": FieldType.NUMBER, "meta": FieldType.JSON}


def column_bases(keys: Iterable[str]) -> Mapping[str, str]:
    """What the columns of each stored field begin with, by key. Keys that come to one are numbered: the column's own name and its camelCase first."""
    wanted = {key: identifier(snake_case(key), _LONGEST_COLUMN) for key in keys}
    taken = set(_TAKEN)
    found: dict[str, str] = {}
    for key in sorted(wanted, key=lambda key: 0 if key == wanted[key] else 1 if key == _camel(wanted[key]) else 2):
        number, free = 1, wanted[key]
        while {free, f"{free}_amount", f"{free}_currency"} & taken:
            number += 1
            free = f"{wanted[key]}_{number}"
        taken |= {free, f"{free}_amount", f"{free}_currency"}
        found[key] = free
    return found


def _camel(column: str) -> str:
    first, *rest = column.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def link_name(owner: str, base: str) -> str:
    """The link table of a `ref[]` field, from its entity's table and what its columns would begin with."""
    return identifier(f"{owner}__{base}")


def _link_table(schema: EntitySchema, owner: str, of: FieldSchema, base: str) -> LinkTable:
    name = link_name(owner, base)
    table = Table(
        name=name,
        entity=f"{schema.qualified_name}.{of.key}",
        columns=(
            ColumnSpec("organization_id", "text", nullable=False),
            ColumnSpec("owner_id", "text", nullable=False),
            ColumnSpec("position", "integer", nullable=False),
            ColumnSpec("target_id", "text", nullable=False, of=of),
        ),
        primary_key=("organization_id", "owner_id", "position"),
        indexes=(IndexSpec(identifier(f"{name}__target"), ("organization_id", "target_id")),),
    )
    return LinkTable(of.key, table)


def _indexes(schema: EntitySchema, name: str, fields: Mapping[str, StoredField]) -> Iterable[IndexSpec]:
    def columns(keys: Iterable[str]) -> tuple[str, ...]:
        return tuple(column for key in keys for column in fields[key].columns)

    seen: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    uniques = [(field.key,) for field in stored_fields(schema) if is_unique(field)] + [tuple(keys) for keys in schema.unique_constraints]
    plain = [(field.key,) for field in stored_fields(schema) if field.indexed or field.type is FieldType.REF] + [
        tuple(keys) for keys in schema.indexes
    ]
    for keys, unique in [(keys, True) for keys in uniques] + [(keys, False) for keys in plain]:
        own = columns(keys)
        points = () if unique else columns(key for key in keys if fields[key].type is FieldType.GEO_POINT)
        if own and (own, points) not in seen:
            seen.add((own, points))
            suffix = "key" if unique else "idx"
            yield IndexSpec(identifier("__".join((name, *own, suffix))), ("organization_id", *own), unique, unique and schema.soft_delete, points)


def is_unique(field: FieldSchema) -> bool:
    """Whether the field's value may stand once in an organisation: `unique`, or the validator of that name (semantics 6)."""
    return field.unique or any(validator.name == "unique" for validator in field.validators)


class Codec(Generic[E]):
    """Entity ↔ row for one entity class. Wire keys are matched to attributes by the class's aliases."""

    def __init__(self, schema: EntitySchema, entity: type[E]) -> None:
        layout = layout_of(schema)
        self.table, self.fields, self.entity, self.schema = layout.table, layout.fields, entity, schema
        attributes = {info.serialization_alias or info.alias or name: name for name, info in entity.model_fields.items()}
        attributes |= {key: name for key, name in _SYSTEM_ATTRIBUTES.items() if name in entity.model_fields}
        missing = [key for key in layout.fields if key not in attributes]
        if missing:
            raise TypeError(f"{entity.__name__} has no {', '.join(missing)}; it was generated from another definition than {schema.name}'s")
        self.attributes: Mapping[str, str] = MappingProxyType({key: attributes[key] for key in layout.fields})
        stored = [(field, attributes[key]) for key, field in layout.fields.items()]
        self._columns = tuple((attribute, field.columns[0]) for field, attribute in stored if field.link is None)
        self._money = tuple((attribute, *field.columns) for field, attribute in stored if field.type is FieldType.MONEY)
        self._stored = tuple((field.columns[0], _STORED[field.type]) for field, _ in stored if field.type in _STORED)
        self.hooks = Hooks(schema)
        self._links = tuple((attribute, field.key) for field, attribute in stored if field.link is not None)
        told = [field for field in stored_fields(schema) if not field.sensitive]
        self._told = tuple((field.key, attributes[field.key]) for field in told)
        self._told_as_json = tuple((field.key, _TOLD[field.type]) for field in told if field.type in _TOLD)
        self._compared = tuple((key, attributes[key]) for key in (*(field.key for field in stored_fields(schema)), "meta"))
        self.name, self.namespace, self.stem = schema.name, schema.namespace, stem(schema)
        self.checked: Mapping[str, tuple[tuple[FieldSchema, str], ...]] = MappingProxyType(
            {
                name: tuple((field, attributes[field.key]) for field in stored_fields(schema) if any(each.name == name for each in field.validators))
                for name in ("refExists", "unique")
            }
        )
        """The fields that the database is asked about, with their attributes, by the validator that asks (semantics 6)."""
        self.asked = tuple((field, found) for field in stored_fields(schema) if (found := in_context(field.validators)))
        """The fields whose validators ask the clock or the whole entity, with those."""

    def encode(self, entity: E) -> dict[str, Any]:
        """The row, by column."""
        held = entity.__dict__
        row = {column: held[attribute] for attribute, column in self._columns}
        for attribute, amount, currency in self._money:
            money = held[attribute]
            row[amount], row[currency] = (None, None) if money is None else (money.amount, money.currency)
        for column, stored in self._stored:
            if row[column] is not None:
                row[column] = stored(row[column])
        return row

    def links(self, entity: E) -> dict[str, tuple[str, ...]]:
        """The targets of each `ref[]` field, by wire key."""
        return {key: tuple(map(str, getattr(entity, attribute) or ())) for attribute, key in self._links}

    def encode_value(self, field: StoredField, value: Any) -> dict[str, Any]:
        """The columns of one field, which has a value."""
        if field.type is FieldType.MONEY:
            amount, currency = field.columns
            return {amount: value.amount, currency: value.currency}
        stored = _STORED.get(field.type)
        return {field.columns[0]: value if stored is None else stored(value)}

    def decode(self, row: Mapping[str, Any], links: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> E:
        """The entity of a row, held to its schema like any other data: a row may have been edited by hand.

        Raises CoreError, naming the entity, its id and what does not fit, never a value.
        """
        values = {attribute: row[column] for attribute, column in self._columns}
        for attribute, amount, currency in self._money:
            if row[amount] is not None:
                values[attribute] = {"amount": row[amount], "currency": row[currency]}
        for attribute, key in self._links:
            values[attribute] = links.get(key, ())
        try:
            return self.entity.__pydantic_validator__.validate_python(values, by_name=True, by_alias=False)  # type: ignore[no-any-return]  # core is untyped
        except PydanticValidationError as error:
            found = "; ".join(f"{failure.path}: {failure.message}" for failure in failures_of(error, (), wire_names(self.entity)))
            message = f"the row {row['id']} of {self.table.entity} does not fit its schema ({found}); mend the row, or widen the definition"
            raise CoreError(ErrorCode.INVALID_STATE, message, {"entity": self.table.entity, "id": row["id"]}) from None

    def snapshot(self, entity: E) -> dict[str, Any]:
        """The stored, non-sensitive fields of the definition as JSON by wire key: what events carry (semantics 7, 27)."""
        held = entity.__dict__
        told = {key: held[attribute] for key, attribute in self._told}
        for key, as_json in self._told_as_json:
            if told[key] is not None:
                told[key] = as_json(told[key])
        return told

    def changed(self, before: E, after: E) -> tuple[str, ...]:
        """Wire keys of the definition's stored fields, and `meta`, whose values differ; names of sensitive ones too, never their values."""
        held, holds = before.__dict__, after.__dict__
        return tuple(key for key, attribute in self._compared if held[attribute] != holds[attribute])


def _document(value: Any) -> Any:
    """A copy of a document as plain JSON."""
    return to_jsonable_python(value, by_alias=True) if value or value.__class__ is not dict else {}


def _money_as_json(value: Money) -> dict[str, Any]:
    return {"amount": value.amount, "currency": value.currency}


_STORED: Mapping[FieldType, Callable[[Any], Any]] = MappingProxyType(
    {
        FieldType.ENUM: str.__str__,
        FieldType.JSON: _document,
        FieldType.GEO_POINT: _document,
        FieldType.GEO_POLYGON: _document,
        FieldType.GEO_LINESTRING: _document,
    }
)
"""What a row holds of a value, where it is not the value as it is: schemas see to it that texts and numbers are of just these classes."""
_TOLD: Mapping[FieldType, Callable[[Any], Any]] = MappingProxyType({**_STORED, FieldType.MONEY: _money_as_json, FieldType.REFS: list})
"""The same for what an event holds."""
_SYSTEM_ATTRIBUTES = {
    "id": "id",
    "organizationId": "organization_id",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "deletedAt": "deleted_at",
    "version": "version",
    "meta": "meta",
}


class Mappings:
    """The codecs of an application's entities, each made once and found by qualified name. Made at boot and passed in.

    `find` answers a name with its schema and class; KeyError where there is none.
    """

    def __init__(self, find: Callable[[str], tuple[EntitySchema, type[Any]]]) -> None:
        self._find = find
        self._codecs: dict[str, Codec[Any]] = {}

    def named(self, name: str) -> Codec[Any]:
        codec = self._codecs.get(name)
        if codec is None:
            codec = self._codecs[name] = Codec(*self._find(name))
        return codec
