"""Rules as data: the tree that a definition holds and an engine evaluates (specification, section 5).

A rule is one of six shapes; the keys it carries say which. `F("order.total") > 100` (builder.py) builds the same values.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

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

    def __and__(self, other: RuleExpr) -> AndRule:
        return AndRule(and_=(self, other))  # type: ignore[arg-type]  # every subclass is a member of RuleExpr

    def __or__(self, other: RuleExpr) -> OrRule:
        return OrRule(or_=(self, other))  # type: ignore[arg-type]  # every subclass is a member of RuleExpr

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


class RefRule(_Combinable):
    """A rule of the registry, by its id."""

    ref: str = Field(min_length=1)


class TemplateRule(_Combinable):
    """A rule of the registry whose tree holds `{"param": name}` in the place of values."""

    template: str = Field(min_length=1)
    params: Mapping[str, Any] = Field(default_factory=dict)


_SHAPES = {"field": "leaf", "op": "leaf", "and": "and", "or": "or", "not": "not", "ref": "ref", "template": "template"}
_TAGS: dict[type[object], str] = {AndRule: "and", OrRule: "or", NotRule: "not", RefRule: "ref", TemplateRule: "template"}


def _shape(value: object) -> str:
    if isinstance(value, Mapping):
        return next((shape for key, shape in _SHAPES.items() if key in value or f"{key}_" in value), "leaf")
    return _TAGS.get(type(value), "leaf")


RuleExpr: TypeAlias = Annotated[
    Annotated[LeafRule, Tag("leaf")]
    | Annotated[AndRule, Tag("and")]
    | Annotated[OrRule, Tag("or")]
    | Annotated[NotRule, Tag("not")]
    | Annotated[RefRule, Tag("ref")]
    | Annotated[TemplateRule, Tag("template")],
    Discriminator(_shape),
]

for _model in (AndRule, OrRule, NotRule):
    _model.model_rebuild()
