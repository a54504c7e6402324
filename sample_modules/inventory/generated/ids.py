"""The ids of inventory and those that it refers to: types of their own to the type checker, checked strings at run time."""

from typing import TYPE_CHECKING, NewType

from coregen_runtime import ID, id_type

__all__ = ["OrderId", "ProductId", "ReservationId", "StockItemId"]

if TYPE_CHECKING:
    from sample_modules.catalog.generated.ids import ProductId
    from sample_modules.ordering.generated.ids import OrderId

    ReservationId = NewType("ReservationId", ID)
    StockItemId = NewType("StockItemId", ID)
else:
    ReservationId = id_type("res")
    StockItemId = id_type("stock")
    OrderId = id_type("ord")
    ProductId = id_type("prod")
