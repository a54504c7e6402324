"""Entity schemas as data: fields, entities, and what hangs on them (specification, section 2)."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, StringConstraints

from coregen_runtime.entity.validators import Validator
from coregen_runtime.primitives.model import DefinitionModel, Items


class FieldType(StrEnum):
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    ENUM = "enum"
    REF = "ref"
    REFS = "ref[]"
    JSON = "json"
    MONEY = "money"
    GEO_POINT = "geo.point"
    GEO_POLYGON = "geo.polygon"
    GEO_LINESTRING = "geo.linestring"


def _bare_prefix(value: object) -> object:
    return value[:-1] if isinstance(value, str) and value.endswith("_") else value


IdPrefix: TypeAlias = Annotated[str, BeforeValidator(_bare_prefix), StringConstraints(pattern=r"^[a-z][a-z0-9]*$")]
"""`prod_` and `prod` mean the same; the bare form is kept (semantics 1)."""

Function: TypeAlias = str | Callable[..., Any]
"""A function of the specification: in data its dotted name `"pkg.mod:fn"`, in Python the function or its name."""


class Factory(DefinitionModel):
    """A default that is computed: `{"factory": "pkg.mod:fn"}`."""

    factory: Function


class FieldSchema(DefinitionModel):
    """One field of an entity or a payload."""

    key: str
    type: Annotated[FieldType, Field(strict=False)]
    label: str | None = None
    description: str | None = None
    required: bool = False
    unique: bool = False
    default: Any = None
    validators: Items[Validator] = ()
    enum_values: Items[str] | None = None
    ref_entity: str | None = None
    ref_field: str = "id"
    indexed: bool = False
    searchable: bool = False
    sensitive: bool = False
    computed: Function | None = None
    json_schema: dict[str, Any] | None = None
    renamed_from: str | None = None


class EntityHooks(DefinitionModel):
    before_save: Function | None = None
    after_save: Function | None = None
    before_delete: Function | None = None
    after_delete: Function | None = None


class EntitySchema(DefinitionModel):
    """One entity. `namespace` is the module's id; in a definition it may be left out."""

    name: str
    namespace: str = ""
    description: str | None = None
    id_prefix: IdPrefix | None = None
    fields: Items[FieldSchema]
    indexes: Items[Items[str]] = ()
    unique_constraints: Items[Items[str]] = ()
    soft_delete: bool = True
    timestamps: bool = True
    versioned: bool = True
    search_sync: bool = False
    rt_channel: str | None = None
    hooks: EntityHooks | None = None
    renamed_from: str | None = None
