"""Typed messages: what makes `await ctx.dispatch(Reprice(percent=5))` a `RepriceResult` to the type checker.

The mixins carry the message's type and, for type checkers alone, its result. They are no models: `class Reprice(Model, CommandMessage[R], type="…")`.
"""

from typing import Any, ClassVar, Generic, TypeVar

R_co = TypeVar("R_co", covariant=True)


class CommandMessage(Generic[R_co]):
    """A command whose result is `R_co`. `type` is its qualified name, `catalog.reprice`."""

    __message_type__: ClassVar[str] = ""

    def __init_subclass__(cls, *, type: str = "", **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if type:
            cls.__message_type__ = type


class QueryMessage(Generic[R_co]):
    """A query whose result is `R_co`. `type` is its qualified name, `catalog.getProduct`."""

    __message_type__: ClassVar[str] = ""

    def __init_subclass__(cls, *, type: str = "", **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if type:
            cls.__message_type__ = type
