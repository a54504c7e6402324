"""Whatever the definition of inventory allows goes into JSON and into rows, and comes out exactly."""

from coregen_adapters.sqlite import SqliteAdapter
from coregen_runtime.testing import goes_through_json, goes_through_rows

from ....catalog.generated.manifest import manifest as catalog_manifest
from ..manifest import manifest
from .entities.reservation import (
    create_reservation_recipe,
    reservation_recipe,
    update_reservation_recipe,
)
from .entities.stock_item import (
    create_stock_item_recipe,
    stock_item_recipe,
    update_stock_item_recipe,
)
from .messages import (
    availability_recipe,
    availability_result_recipe,
    low_stock_recipe,
    low_stock_result_recipe,
    receive_recipe,
    stock_low_payload_recipe,
)


def test_reservation_goes_through_json() -> None:
    goes_through_json(
        reservation_recipe,
        create_reservation_recipe,
        update_reservation_recipe,
    )


def test_reservation_goes_through_rows() -> None:
    manifests = [catalog_manifest(), manifest()]
    database = SqliteAdapter.from_url("sqlite://")
    goes_through_rows(database, manifests, reservation_recipe)


def test_stock_item_goes_through_json() -> None:
    goes_through_json(
        stock_item_recipe,
        create_stock_item_recipe,
        update_stock_item_recipe,
    )


def test_stock_item_goes_through_rows() -> None:
    manifests = [catalog_manifest(), manifest()]
    database = SqliteAdapter.from_url("sqlite://")
    goes_through_rows(database, manifests, stock_item_recipe)


def test_messages_go_through_json() -> None:
    goes_through_json(
        receive_recipe,
        availability_recipe,
        availability_result_recipe,
        low_stock_recipe,
        low_stock_result_recipe,
        stock_low_payload_recipe,
    )
