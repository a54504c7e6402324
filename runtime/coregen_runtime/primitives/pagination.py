"""Pages of results, and one result with what it refers to (specification, section 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, Literal, TypeAlias

from pydantic import BeforeValidator, Field
from typing_extensions import TypeVar

from coregen_runtime.primitives.model import Model
from coregen_runtime.primitives.numbers import MAX_INTEGER, canonical_number

T_co = TypeVar("T_co", covariant=True)
Inc_co = TypeVar("Inc_co", covariant=True, default=Mapping[str, Any])
U = TypeVar("U")

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
MAX_PAGE = MAX_INTEGER // MAX_LIMIT
Whole: TypeAlias = Annotated[int, BeforeValidator(canonical_number)]
"""An integer as JSON Schema has it: `1.0` is one."""

_NOTHING: Any = dict
"""What a page includes that was asked for nothing more."""


class SortSpec(Model):
    """Order by one field, named as on the wire."""

    field: str = Field(min_length=1)
    direction: Literal["asc", "desc"] = "asc"


class PageOptions(Model):
    """Which page: `page` counts from 1, `limit` is 50 by default and 500 at most (semantics 25); row numbers stay within 2^53−1."""

    page: Whole = Field(default=1, ge=1, le=MAX_PAGE, strict=True)
    limit: Whole = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, strict=True)
    sort: tuple[SortSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class PaginatedResult(Generic[T_co, Inc_co]):
    """One page. `total` is None where counting was skipped; `has_next` is known all the same.

    `included` holds, for each reference field that was asked for, what the page refers to: by the field's wire key, then by id, in the
    order in which the page comes to them. An id that is not there (deleted, or of another organisation) is missing.
    """

    data: tuple[T_co, ...]
    total: int | None
    page: int
    limit: int
    has_next: bool
    included: Inc_co = field(default_factory=_NOTHING)

    def map(self, function: Callable[[T_co], U]) -> PaginatedResult[U, Inc_co]:
        return PaginatedResult(tuple(function(item) for item in self.data), self.total, self.page, self.limit, self.has_next, self.included)

    def to_wire(self, item: Callable[[Any], Any]) -> dict[str, Any]:
        """The page in the specification's keys, its items and what it includes as `item` writes them; `included` only where it was asked for."""
        page = {"data": [item(entry) for entry in self.data], "total": self.total, "page": self.page, "limit": self.limit, "hasNext": self.has_next}
        return page | _included_on_the_wire(self.included, item)


@dataclass(frozen=True, slots=True)
class IncludedResult(Generic[T_co, Inc_co]):
    """One thing, `data`, and what it refers to: `included` as in a page."""

    data: T_co
    included: Inc_co = field(default_factory=_NOTHING)

    def to_wire(self, item: Callable[[Any], Any]) -> dict[str, Any]:
        """As a page on the wire, of one."""
        return {"data": item(self.data), "included": {}} | _included_on_the_wire(self.included, item)


def _included_on_the_wire(included: Any, item: Callable[[Any], Any]) -> dict[str, Any]:
    found = {key: {id: item(entry) for id, entry in by_id.items()} for key, by_id in included.items()}
    return {"included": found} if found else {}
