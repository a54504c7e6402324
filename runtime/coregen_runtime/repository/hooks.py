"""An entity's hooks, called inside the transaction of a change (semantics 26). When they are called is `base.py`'s."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import Parameter, isawaitable, signature
from typing import TYPE_CHECKING, Any, Literal

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.functions import resolve

if TYPE_CHECKING:
    from coregen_runtime.entity.schema import EntitySchema
    from coregen_runtime.entity.types import Entity

Hook = Literal["before_save", "after_save", "before_delete", "after_delete"]
Function = Callable[..., Any]


class Hooks:
    """The hooks of one entity: `hook(entity, ctx)`, or `hook(entity, ctx, before)` for one that wants the row as it stood; plain or async.

    `before` is None where there was no row. A restore is a save whose `before` is the deleted row.
    """

    def __init__(self, schema: EntitySchema) -> None:
        self._entity = schema.qualified_name
        given = schema.hooks
        self._given: Mapping[Hook, Function | str] = {name: hook for name in _HOOKS if (hook := getattr(given, name, None)) is not None}
        self._found: dict[Hook, tuple[Function, bool]] = {}

    def __bool__(self) -> bool:
        return bool(self._given)

    async def call(self, name: Hook, entity: Any, ctx: object, before: Entity | None) -> Any:
        """What the hook returns, in the place of the entity if it is one; the entity where there is no hook, or it returns nothing.

        Raises what the hook raises, and CoreError when it returns something else.
        """
        if name not in self._given:
            return entity
        function, wants_before = self._function(name)
        result = function(entity, ctx, before) if wants_before else function(entity, ctx)
        result = await result if isawaitable(result) else result
        if result is None:
            return entity
        if not isinstance(result, type(entity)) or result.id != entity.id:
            raise CoreError(ErrorCode.INVALID_STATE, f"{name} of {self._entity} must return the entity, changed or not, or nothing")
        return result

    def _function(self, name: Hook) -> tuple[Function, bool]:
        found = self._found.get(name)
        if found is None:
            hook = self._given[name]
            function = resolve(hook) if isinstance(hook, str) else hook
            found = self._found[name] = (function, _takes_three(function))
        return found


def _takes_three(function: Function) -> bool:
    parameters = signature(function).parameters.values()
    positional = [each for each in parameters if each.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)]
    return len(positional) >= 3 or any(each.kind is Parameter.VAR_POSITIONAL for each in parameters)


_HOOKS: tuple[Hook, ...] = ("before_save", "after_save", "before_delete", "after_delete")
