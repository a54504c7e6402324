"""Pages of results (specification, section 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from pydantic import Field

from coregen_runtime.primitives.model import Model

T = TypeVar("T")
U = TypeVar("U")

DEFAULT_LIMIT = 50
MAX_LIMIT = 500


class SortSpec(Model):
    """Order by one field, named as on the wire."""

    field: str = Field(min_length=1)
    direction: Literal["asc", "desc"] = "asc"


class PageOptions(Model):
    """Which page: `page` counts from 1, `limit` is 50 by default and 500 at most (semantics 25)."""

    page: int = Field(default=1, ge=1, strict=True)
    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, strict=True)
    sort: tuple[SortSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class PaginatedResult(Generic[T]):
    """One page. `total` is None where counting was skipped; `has_next` is known all the same."""

    data: tuple[T, ...]
    total: int | None
    page: int
    limit: int
    has_next: bool

    def map(self, function: Callable[[T], U]) -> PaginatedResult[U]:
        return PaginatedResult(tuple(function(item) for item in self.data), self.total, self.page, self.limit, self.has_next)

    def to_wire(self, item: Callable[[T], Any]) -> dict[str, Any]:
        """The page in the specification's keys, its items as `item` writes them."""
        return {"data": [item(entry) for entry in self.data], "total": self.total, "page": self.page, "limit": self.limit, "hasNext": self.has_next}
