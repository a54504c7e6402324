"""What rows that are there get in the columns of an entity's table: the literal default of a field, or what a switch's column is filled with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from coregen.resolve.renames import EntityMatch, Loc
from coregen_runtime.entity.schema import Factory, FieldSchema

Fill = Literal["now", "version"]


class Values:
    """What rows that are there get in the columns of an entity's table."""

    def __init__(self, entity: EntityMatch | None) -> None:
        self._loc = entity.loc if entity else ()
        self._fields: dict[str, tuple[FieldSchema, Loc, int]] = {}
        if entity is not None:
            by_key = {field.key: field for field in entity.schema.fields}
            for each in entity.fields:
                for part, column in enumerate(each.stored.columns):
                    self._fields[column] = (by_key[each.stored.key], each.loc, part)

    def loc(self, column: str) -> Loc:
        return self._fields[column][1] if column in self._fields else self._loc

    def field(self, column: str) -> FieldSchema | None:
        return self._fields[column][0] if column in self._fields else None

    def fill(self, column: str) -> Fill | None:
        return _FILLS.get(column) if column not in self._fields else None

    def value(self, column: str) -> Any:
        """A literal default, as a row holds it; None where there is none."""
        if column not in self._fields:
            return {} if column == "meta" else None
        field, _, part = self._fields[column]
        if field.default is None or isinstance(field.default, Factory):
            return None
        default = field.model_dump(mode="json")["default"]
        if field.type.value == "money":
            return (default["amount"], default["currency"])[part]
        return default


_FILLS: Mapping[str, Fill] = {"created_at": "now", "updated_at": "now", "version": "version"}
