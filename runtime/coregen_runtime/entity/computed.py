"""Computed fields of generated entities: in what is read, never stored, never accepted (specification, section 2; semantics 8).

Which fields are computed says their schema (schema.py); what a table stores, repository/table.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import TypeAdapter, computed_field
from pydantic import ValidationError as PydanticValidationError

from coregen_runtime.errors.base import CoreError, failures_of
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.functions import lazy_function

if TYPE_CHECKING:
    T_co = TypeVar("T_co", covariant=True)

    class Computed(Generic[T_co]):
        """`total = Computed[Money]("shop.sums:total")`: an attribute of an entity, computed whenever it is read or the entity is serialised.

        Args:
            function: its dotted name. It is given the entity's stored fields as JSON by wire key, and imported when it is first needed.
            alias: the wire key, where it is not the attribute's name.

        Raises:
            CoreError: `INVALID_STATE`, on reading: the function gave a value that is none of the field's.
        """

        def __init__(self, function: str, *, alias: str | None = None) -> None: ...
        def __get__(self, instance: object, owner: Any = None) -> T_co: ...

else:

    class Computed:
        """What stands for the class of type checkers: `Computed[Money](…)` makes one of Pydantic's computed fields."""

        def __class_getitem__(cls, annotation: Any) -> Callable[..., Any]:
            return partial(_field, annotation)


def _field(annotation: Any, function: str, *, alias: str | None = None) -> Any:
    compute = lazy_function(function)

    @cache
    def adapter() -> TypeAdapter[Any]:
        return TypeAdapter(annotation)

    def value(entity: Any) -> Any:
        found = compute(entity.model_dump(mode="json", by_alias=True, exclude_computed_fields=True))
        try:
            return adapter().validate_python(found)
        except PydanticValidationError as error:
            why = "; ".join(failure.message for failure in failures_of(error))
            raise CoreError(ErrorCode.INVALID_STATE, f'"{function}" gave {entity.__entity__} a value that is none of the field\'s: {why}') from None

    return computed_field(alias=alias, return_type=annotation, repr=False)(property(value))
