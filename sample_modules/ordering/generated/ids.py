"""The ids of ordering and those that it refers to: types of their own to the type checker, checked strings at run time."""

from typing import TYPE_CHECKING, NewType

from coregen_runtime import ID, id_type

__all__ = ["OrderId", "OrderLineId", "ProductId", "UserId"]

if TYPE_CHECKING:
    from sample_modules.catalog.generated.ids import ProductId
    from sample_modules.identity.generated.ids import UserId

    OrderId = NewType("OrderId", ID)
    OrderLineId = NewType("OrderLineId", ID)
else:
    OrderId = id_type("ord")
    OrderLineId = id_type("line")
    ProductId = id_type("prod")
    UserId = id_type("user")
