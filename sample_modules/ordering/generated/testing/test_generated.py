"""Whatever the definition of ordering allows goes into JSON and into rows, and comes out exactly."""

from coregen_adapters.sqlite import SqliteAdapter
from coregen_runtime.testing import goes_through_json, goes_through_rows

from ....catalog.generated.manifest import manifest as catalog_manifest
from ....identity.generated.manifest import manifest as identity_manifest
from ....ledger.generated.manifest import manifest as ledger_manifest
from ..manifest import manifest
from .entities.order import create_order_recipe, order_recipe, update_order_recipe
from .entities.order_line import (
    create_order_line_recipe,
    order_line_recipe,
    update_order_line_recipe,
)
from .messages import (
    add_line_recipe,
    order_cancelled_payload_recipe,
    order_placed_payload_recipe,
    order_shipped_payload_recipe,
)


def test_order_goes_through_json() -> None:
    goes_through_json(order_recipe, create_order_recipe, update_order_recipe)


def test_order_goes_through_rows() -> None:
    manifests = [catalog_manifest(), identity_manifest(), ledger_manifest(), manifest()]
    database = SqliteAdapter.from_url("sqlite://")
    goes_through_rows(database, manifests, order_recipe)


def test_order_line_goes_through_json() -> None:
    goes_through_json(
        order_line_recipe,
        create_order_line_recipe,
        update_order_line_recipe,
    )


def test_order_line_goes_through_rows() -> None:
    manifests = [catalog_manifest(), identity_manifest(), ledger_manifest(), manifest()]
    database = SqliteAdapter.from_url("sqlite://")
    goes_through_rows(database, manifests, order_line_recipe)


def test_messages_go_through_json() -> None:
    goes_through_json(
        add_line_recipe,
        order_placed_payload_recipe,
        order_cancelled_payload_recipe,
        order_shipped_payload_recipe,
    )
