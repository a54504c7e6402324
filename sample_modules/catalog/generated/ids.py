"""The ids of catalog and those that it refers to: types of their own to the type checker, checked strings at run time."""

from typing import TYPE_CHECKING, NewType

from coregen_runtime import ID, id_type

__all__ = ["CategoryId", "ProductId"]

if TYPE_CHECKING:
    CategoryId = NewType("CategoryId", ID)
    ProductId = NewType("ProductId", ID)
else:
    CategoryId = id_type("cat")
    ProductId = id_type("prod")
