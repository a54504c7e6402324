"""Whatever the definition of catalog allows goes into JSON and into rows, and comes out exactly."""

from coregen_adapters.sqlite import SqliteAdapter
from coregen_runtime.testing import goes_through_json, goes_through_rows

from ..manifest import manifest
from .entities.category import (
    category_recipe,
    create_category_recipe,
    update_category_recipe,
)
from .entities.product import (
    create_product_recipe,
    product_recipe,
    update_product_recipe,
)
from .messages import (
    import_products_recipe,
    import_products_result_recipe,
    product_published_payload_recipe,
    reprice_recipe,
    reprice_result_recipe,
)


def test_category_goes_through_json() -> None:
    goes_through_json(category_recipe, create_category_recipe, update_category_recipe)


def test_category_goes_through_rows() -> None:
    manifests = [manifest()]
    database = SqliteAdapter.from_url("sqlite://")
    goes_through_rows(database, manifests, category_recipe)


def test_product_goes_through_json() -> None:
    goes_through_json(product_recipe, create_product_recipe, update_product_recipe)


def test_product_goes_through_rows() -> None:
    manifests = [manifest()]
    database = SqliteAdapter.from_url("sqlite://")
    goes_through_rows(database, manifests, product_recipe)


def test_messages_go_through_json() -> None:
    goes_through_json(
        reprice_recipe,
        reprice_result_recipe,
        import_products_recipe,
        import_products_result_recipe,
        product_published_payload_recipe,
    )
