"""Rules as data: the tree that a definition holds and an engine evaluates (specification, section 5).

A rule is one of six shapes; the keys it carries say which. `F("order.total") > 100` builds the same values.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag

from coregen_runtime.primitives.model import DefinitionModel, Items


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

    field: str
    op: Annotated[Op, Field(strict=False)]
    value: Any = None


class AndRule(_Combinable):
    and_: Items[RuleExpr] = Field(alias="and")


class OrRule(_Combinable):
    or_: Items[RuleExpr] = Field(alias="or")


class NotRule(_Combinable):
    not_: RuleExpr = Field(alias="not")


class RefRule(_Combinable):
    """A rule of the registry, by its id."""

    ref: str


class TemplateRule(_Combinable):
    """A rule of the registry whose tree holds `{"param": name}` in the place of values."""

    template: str
    params: Mapping[str, Any] = Field(default_factory=dict)


_SHAPES = {"field": "leaf", "op": "leaf", "and": "and", "or": "or", "not": "not", "ref": "ref", "template": "template"}


def _shape(value: object) -> str:
    if isinstance(value, Mapping):
        return next((shape for key, shape in _SHAPES.items() if key in value or f"{key}_" in value), "leaf")
    return {AndRule: "and", OrRule: "or", NotRule: "not", RefRule: "ref", TemplateRule: "template"}.get(type(value), "leaf")


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
