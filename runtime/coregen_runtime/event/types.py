"""Domain events and what hears them (specification, section 3).

An event is made with its payload alone; `ctx.publish` fills in the rest. Who is called when is bus.py's, and durably the relay's.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, Self, TypeAlias

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel
from typing_extensions import TypeVar, Unpack

from coregen_runtime.entity.types import ID, Meta, Timestamp
from coregen_runtime.primitives.model import Model
from coregen_runtime.primitives.numbers import MAX_INTEGER

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext

P = TypeVar("P", default=Any)
Ev_contra = TypeVar("Ev_contra", contravariant=True, default="DomainEvent[Any]")


class DomainEvent(Model, Generic[P]):
    """Something that happened. `occurred_at` is in ms; an identity is (`source`, `type`), `source` the module that emitted (semantics 27).

    A typed event is a subclass that declares its payload again and says the rest once:
    `class OrderPlaced(DomainEvent[Placed], type="order.placed", source="ordering", aggregate="Order"): payload: Placed`.
    Empty fields ("", 0, None) are those that `ctx.publish` stamps. `schema_version` counts the shapes that the payload of this type has had,
    from 1 (event/upcasters.py); it is stamped where the event is written, and on the wire from 2 on.
    """

    model_config = ConfigDict(alias_generator=to_camel)

    __event_type__: ClassVar[str] = ""
    __event_source__: ClassVar[str] = ""
    __aggregate__: ClassVar[str] = ""

    payload: P
    id: ID = ""
    type: str = ""
    aggregate_id: ID = ""
    aggregate_type: str = ""
    occurred_at: Timestamp = 0
    actor_id: ID | None = None
    org_id: ID = ""
    correlation_id: ID = ""
    caused_by: ID | None = None
    version: int = Field(default=0, ge=0, le=MAX_INTEGER)
    source: str = ""
    metadata: Meta | None = None
    schema_version: int = Field(default=0, ge=0, le=MAX_INTEGER, exclude_if=lambda version: version < 2)

    def __init_subclass__(cls, *, type: str = "", source: str = "", aggregate: str = "", **config: Unpack[ConfigDict]) -> None:
        super().__init_subclass__(**config)
        if type:
            cls.__event_type__ = type
        if source:
            cls.__event_source__ = source
        if aggregate:
            cls.__aggregate__ = aggregate

    if not TYPE_CHECKING:

        def __class_getitem__(cls, payload: object) -> type:
            """`DomainEvent[X]` is for type checkers; at run time no second class is built for it."""
            return cls

    @classmethod
    def _of(cls, parts: dict[str, Any]) -> Self:
        """The event of every one of its parts, which Core has made itself: they are kept as they are and checked no more."""
        if not cls.__pydantic_complete__:
            cls.model_rebuild()
        event = cls.__new__(cls)
        keep = object.__setattr__
        keep(event, "__dict__", parts)
        keep(event, "__pydantic_fields_set__", set(parts))
        keep(event, "__pydantic_extra__", None)
        keep(event, "__pydantic_private__", None)
        return event

    def model_post_init(self, context: Any, /) -> None:
        for name, known in (("type", self.__event_type__), ("source", self.__event_source__), ("aggregate_type", self.__aggregate__)):
            if known and not self.__dict__[name]:
                self.__dict__[name] = known


class EventHandler(Protocol[Ev_contra]):
    """`async def on_order_placed(event: OrderPlaced, ctx: SystemContext) -> None`."""

    def __call__(self, event: Ev_contra, ctx: "SystemContext", /) -> Awaitable[None]: ...


Unsubscribe: TypeAlias = Callable[[], None]
"""Ends a subscription; calling it again does nothing."""


@dataclass(frozen=True, slots=True)
class SubscribeOptions:
    """`priority`: higher is called first. `filter`: a condition beyond the pattern."""

    priority: int = 0
    filter: Callable[[DomainEvent[Any]], bool] | None = None
