"""Joins the handlers of catalog to its generated parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from coregen_runtime import (
    AppModule,
    SystemContext,
    build_module,
    command,
    query,
    subscription,
)

from .machines.product import (
    GetProductTransitions,
    ProductMachine,
    TransitionProduct,
    get_product_transitions,
    transition_product,
)
from .manifest import manifest, schemas
from .messages import ImportProducts, ImportProductsResult, Reprice, RepriceResult
from .operations.category import (
    CreateCategory,
    DeleteCategory,
    GetCategory,
    ListCategories,
    RestoreCategory,
    UpdateCategory,
    create_category,
    delete_category,
    get_category,
    list_categories,
    restore_category,
    update_category,
)
from .operations.product import (
    CreateProduct,
    DeleteProduct,
    GetProduct,
    GetProductIncluding,
    ListProducts,
    RestoreProduct,
    UpdateProduct,
    create_product,
    delete_product,
    get_product,
    get_product_including,
    list_products,
    restore_product,
    update_product,
)
from .repositories.category import CategoryRepository
from .repositories.product import ProductRepository

if TYPE_CHECKING:
    from ...ordering.generated.messages import OrderPlaced


class Handlers(Protocol):
    """What handlers.py has to hold."""

    async def reprice(self, command: Reprice, ctx: SystemContext, /) -> RepriceResult:
        """Change the price of every published product by a percentage; a draft or a retired product keeps its own."""
        ...

    async def import_products(
        self,
        command: ImportProducts,
        ctx: SystemContext,
        /,
    ) -> ImportProductsResult:
        """Make a draft of every row of a supplier's list, or of none."""
        ...

    async def on_order_placed(self, event: OrderPlaced, ctx: SystemContext, /) -> None:
        """Hears ordering/order.placed."""
        ...


def wire(handlers: Handlers) -> AppModule:
    """The module, ready to be registered."""
    from ...ordering.generated.messages import OrderPlaced

    return build_module(
        abi=1,
        manifest=manifest,
        schemas=schemas,
        commands=[
            command(CreateCategory, create_category),
            command(UpdateCategory, update_category),
            command(DeleteCategory, delete_category),
            command(RestoreCategory, restore_category),
            command(CreateProduct, create_product),
            command(UpdateProduct, update_product),
            command(DeleteProduct, delete_product),
            command(RestoreProduct, restore_product),
            command(TransitionProduct, transition_product),
            command(Reprice, handlers.reprice),
            command(ImportProducts, handlers.import_products),
        ],
        queries=[
            query(GetCategory, get_category),
            query(ListCategories, list_categories),
            query(GetProduct, get_product),
            query(GetProductIncluding, get_product_including),
            query(ListProducts, list_products),
            query(GetProductTransitions, get_product_transitions),
        ],
        subscriptions=[
            subscription(
                "order.placed",
                handlers.on_order_placed,
                name="catalog.on_order_placed",
                event=OrderPlaced,
                source="ordering",
            ),
        ],
        machines=[ProductMachine],
        repositories=[CategoryRepository, ProductRepository],
    )
