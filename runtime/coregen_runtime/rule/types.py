"""Rules as data: the tree that a definition holds and an engine evaluates (specification, section 5).

A rule is one of eight shapes; the keys it carries say which. `F("order.total") > 100` (builder.py) builds the same values.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NoReturn, TypeAlias

from pydantic import Discriminator, Field, Tag

from coregen_runtime.primitives.model import DefinitionModel, Items

if TYPE_CHECKING:
    from coregen_runtime.primitives.model import Given


class Op(StrEnum):
    """The operators of a leaf."""

    EQ = "eq"
    NEQ = "neq"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"
    NIN = "nin"
    CONTAINS = "contains"
    CONTAINS_ALL = "containsAll"
    MATCHES = "matches"
    EXISTS = "exists"
    EMPTY = "empty"
    WITHIN_DAYS = "withinDays"
    SPATIAL_WITHIN = "spatialWithin"


OpName: TypeAlias = Literal[
    "eq", "neq", "gt", "gte", "lt", "lte", "in", "nin", "contains", "containsAll", "matches", "exists", "empty", "withinDays", "spatialWithin"
]

if TYPE_CHECKING:
    GivenOp = Given[Op | OpName, Op]
else:
    GivenOp = Annotated[Op, Field(strict=False)]


class _Combinable(DefinitionModel):
    """What every rule can do: be joined with another by `&` and `|`, and be negated by `~`."""

    def __bool__(self) -> NoReturn:
        raise TypeError(
            'a rule is no truth value: join rules with & and |, negate with ~, and write F("a") > 1 and F("a") < 5 as (F("a") > 1) & (F("a") < 5)'
        )

    def __and__(self, other: RuleExpr) -> AndRule:
        """`a & b & c` is one `and` of three."""
        return AndRule(and_=(*(self.and_ if isinstance(self, AndRule) else (self,)), other))

    def __or__(self, other: RuleExpr) -> OrRule:
        """`a | b | c` is one `or` of three."""
        return OrRule(or_=(*(self.or_ if isinstance(self, OrRule) else (self,)), other))

    def __invert__(self) -> NotRule:
        return NotRule(not_=self)  # type: ignore[arg-type]  # every subclass is a member of RuleExpr


class LeafRule(_Combinable):
    """One condition on one path of the context. `value` is a literal or `{"ref": "path"}`."""

    field: str = Field(min_length=1)
    op: GivenOp
    value: Any = None


class AndRule(_Combinable):
    """True when every member is; an empty one is true."""

    and_: Items[RuleExpr] = Field(validation_alias="and", serialization_alias="and")


class OrRule(_Combinable):
    """True when one member is; an empty one is false."""

    or_: Items[RuleExpr] = Field(validation_alias="or", serialization_alias="or")


class NotRule(_Combinable):
    not_: RuleExpr = Field(validation_alias="not", serialization_alias="not")


ElementName: TypeAlias = Annotated[str, Field(pattern=r"^[^.]+$")]
"""What an element is called within `where`: one segment of a path."""


class AnyRule(_Combinable):
    """True when `where` holds for one element of the array at the path `any`; within it the element stands under the name `as`.

    False for an empty array, and where there is none. Beyond the specification: decision 0015.
    """

    any_: str = Field(min_length=1, validation_alias="any", serialization_alias="any")
    where: RuleExpr
    as_: ElementName = Field(default="item", validation_alias="as", serialization_alias="as")


class AllRule(_Combinable):
    """True when `where` holds for every element of the array at the path `all`: for an empty array too, and not where there is none."""

    all_: str = Field(min_length=1, validation_alias="all", serialization_alias="all")
    where: RuleExpr
    as_: ElementName = Field(default="item", validation_alias="as", serialization_alias="as")


class RefRule(_Combinable):
    """A rule of the registry, by its id."""

    ref: str = Field(min_length=1)


class TemplateRule(_Combinable):
    """A rule of the registry whose tree holds `{"param": name}` in the place of values."""

    template: str = Field(min_length=1)
    params: Mapping[str, Any] = Field(default_factory=dict)


_SHAPES = {"field": "leaf", "op": "leaf", **{key: key for key in ("and", "or", "not", "any", "all", "ref", "template")}}
_TAGS: dict[type[object], str] = {
    AndRule: "and",
    OrRule: "or",
    NotRule: "not",
    AnyRule: "any",
    AllRule: "all",
    RefRule: "ref",
    TemplateRule: "template",
}


def _shape(value: object) -> str:
    if isinstance(value, Mapping):
        shape = next((shape for key, shape in _SHAPES.items() if key in value or f"{key}_" in value), "leaf")
        return "leaf" if shape in ("any", "all") and not isinstance(value.get(shape, value.get(f"{shape}_")), str) else shape
    return _TAGS.get(type(value), "leaf")


_LEAF_KEYS: Final = frozenset(LeafRule.model_fields)


def is_rule(value: object, fields: Container[str] = ()) -> bool:
    """Whether a value is a rule, or a condition or an `any` or `all` as data; not where its keys are `fields` of what it is said of."""
    if isinstance(value, _Combinable):
        return True
    if not isinstance(value, Mapping) or any(key in fields for key in value if isinstance(key, str)):
        return False
    return ("field" in value and "op" in value and value.keys() <= _LEAF_KEYS) or ("where" in value and ("any" in value or "all" in value))


RuleExpr: TypeAlias = Annotated[
    Annotated[LeafRule, Tag("leaf")]
    | Annotated[AndRule, Tag("and")]
    | Annotated[OrRule, Tag("or")]
    | Annotated[NotRule, Tag("not")]
    | Annotated[AnyRule, Tag("any")]
    | Annotated[AllRule, Tag("all")]
    | Annotated[RefRule, Tag("ref")]
    | Annotated[TemplateRule, Tag("template")],
    Discriminator(_shape),
]

for _model in (AndRule, OrRule, NotRule, AnyRule, AllRule):
    _model.model_rebuild()
