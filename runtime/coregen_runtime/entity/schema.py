"""Entity schemas as data: fields, entities, and what hangs on them (specification, section 2).

What one object says about itself is checked here; what it says about others (a ref's target, two fields of one name) is
checked by the generator and by the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from coregen_runtime.entity.validators import Validator
from coregen_runtime.primitives.functions import dotted_name, is_dotted_name
from coregen_runtime.primitives.model import DefinitionModel, Items

if TYPE_CHECKING:
    from coregen_runtime.primitives.model import Given


class FieldType(StrEnum):
    """The field types of the specification; what each means stands in fields.py, a row each."""

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


FieldTypeName: TypeAlias = Literal[
    "string", "number", "boolean", "date", "enum", "ref", "ref[]", "json", "money", "geo.point", "geo.polygon", "geo.linestring"
]

if TYPE_CHECKING:
    GivenFieldType = Given[FieldType | FieldTypeName, FieldType]
else:
    GivenFieldType = Annotated[FieldType, Field(strict=False)]


def _bare_prefix(value: object) -> object:
    return value[:-1] if isinstance(value, str) and value.endswith("_") else value


IdPrefix: TypeAlias = Annotated[str, BeforeValidator(_bare_prefix), StringConstraints(pattern=r"^[a-z][a-z0-9]*$")]
"""`prod_` and `prod` mean the same; the bare form is kept (semantics 1)."""


def _has_dotted_name(value: str | Callable[..., Any]) -> str | Callable[..., Any]:
    if isinstance(value, str) and not is_dotted_name(value):
        raise PydanticCustomError("dotted_name", 'a function is named as "package.module:function"')
    return value


Function: TypeAlias = Annotated[str | Callable[..., Any], AfterValidator(_has_dotted_name)]
"""A function of the specification: in data its dotted name `"pkg.mod:fn"`, in Python the function or its name."""


class Factory(DefinitionModel):
    """A default that is computed: `{"factory": "pkg.mod:fn"}`. The function takes no argument."""

    factory: Function

    @property
    def name(self) -> str:
        """The dotted name; ValueError for a lambda or a local function."""
        return dotted_name(self.factory)


def _factory(value: object) -> object:
    if isinstance(value, Mapping) and list(value) == ["factory"] and isinstance(value["factory"], str):
        return Factory(factory=value["factory"])
    return Factory(factory=value) if callable(value) else value


def _field_key(value: str) -> str:
    """What one of the outputs would read as something else: an option of a form, a reference of JSON Schema, JavaScript's prototype."""
    if value.startswith("ui:") or value in ("$ref", "__proto__"):
        raise PydanticCustomError("string_pattern_mismatch", "is no field key")
    return value


FieldKey: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[^\p{Cc}\p{Z}.]([^\p{Cc}\p{Zl}\p{Zp}.]*[^\p{Cc}\p{Z}.])?$"), AfterValidator(_field_key)
]
"""The wire name of a field: no dot, no space first or last, nothing that breaks a line."""

EntityName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[\p{L}\p{N}_$]([\w$ \-]*[\w$])?$", min_length=1)]
"""Letters, digits, `_`, `$`, and between them spaces and `-`."""


class FieldSchema(DefinitionModel):
    """One field of an entity or a payload. A `default` of None is no default; a function as default is a `Factory`.

    `unit` says what a number counts, for people: `kg`, `ms`, `%`. Nothing is converted. `renamed_values` says what rows have in the place of an
    `enum_values` that is gone: the next migration sees to it.
    """

    key: FieldKey
    type: GivenFieldType
    label: str | None = None
    description: str | None = None
    unit: str | None = Field(default=None, min_length=1)
    required: bool = False
    unique: bool = False
    default: Annotated[Any, BeforeValidator(_factory)] = None
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
    renamed_values: dict[str, str] | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.type is FieldType.ENUM:
            if not self.enum_values:
                raise PydanticCustomError("enum_values", 'an enum field needs "enumValues"')
            if len(set(self.enum_values)) != len(self.enum_values):
                raise PydanticCustomError("enum_values", '"enumValues" holds a value twice')
        elif self.enum_values is not None:
            raise PydanticCustomError("enum_values", '"enumValues" belongs to fields of type "enum"')
        for gone, value in (self.renamed_values or {}).items():
            if gone in (self.enum_values or ()) or value not in (self.enum_values or ()):
                message = '"renamedValues" leads from a value that "enumValues" has no more to one that it has, and {gone} to {value} does not'
                raise PydanticCustomError("renamed_values", message, {"gone": gone, "value": value})
        if self.type in (FieldType.REF, FieldType.REFS):
            if not self.ref_entity:
                raise PydanticCustomError("ref_entity", 'a ref field needs "refEntity"')
        elif self.ref_entity is not None:
            raise PydanticCustomError("ref_entity", '"refEntity" belongs to fields of type "ref" and "ref[]"')
        if self.unit is not None and self.type is not FieldType.NUMBER:
            raise PydanticCustomError("unit", '"unit" belongs to fields of type "number"')
        if self.json_schema is not None and self.type is not FieldType.JSON:
            raise PydanticCustomError("json_schema", '"jsonSchema" belongs to fields of type "json"')
        if self.computed is not None and (self.required or self.unique or self.default is not None):
            raise PydanticCustomError("computed", 'a computed field is never stored: it takes no "required", "unique" or "default"')
        return self


class EntityHooks(DefinitionModel):
    """Functions around a save or a delete; `before_*` may change or veto (semantics 26)."""

    before_save: Function | None = None
    after_save: Function | None = None
    before_delete: Function | None = None
    after_delete: Function | None = None


class EntitySchema(DefinitionModel):
    """One entity. `namespace` is the module's id; in a definition it may be left out.

    `slug` is what tables and event types call it, where that is not its name in snake_case.
    """

    name: EntityName
    namespace: str = ""
    slug: str | None = Field(default=None, pattern=r"^[\p{Ll}\p{Lm}\p{Lo}\p{N}_][\p{Ll}\p{Lm}\p{Lo}\p{M}\p{N}_]*$")
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

    @property
    def qualified_name(self) -> str:
        """`catalog.Product`; the bare name where there is no namespace."""
        return f"{self.namespace}.{self.name}" if self.namespace else self.name
