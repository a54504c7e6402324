"""Whatever the definition of ledger allows goes into JSON and into rows, and comes out exactly."""

from coregen_adapters.sqlite import SqliteAdapter
from coregen_runtime.testing import goes_through_json, goes_through_rows

from ..manifest import manifest
from .entities.account import (
    account_recipe,
    create_account_recipe,
    update_account_recipe,
)
from .entities.entry import create_entry_recipe, entry_recipe, update_entry_recipe
from .entities.transaction import (
    create_transaction_recipe,
    transaction_recipe,
    update_transaction_recipe,
)
from .messages import (
    balance_recipe,
    balance_result_recipe,
    post_transaction_recipe,
    reverse_transaction_recipe,
    transaction_posted_payload_recipe,
    trial_balance_recipe,
    trial_balance_result_recipe,
)


def test_account_goes_through_json() -> None:
    goes_through_json(account_recipe, create_account_recipe, update_account_recipe)


def test_account_goes_through_rows() -> None:
    manifests = [manifest()]
    database = SqliteAdapter.from_url("sqlite://")
    goes_through_rows(database, manifests, account_recipe)


def test_entry_goes_through_json() -> None:
    goes_through_json(entry_recipe, create_entry_recipe, update_entry_recipe)


def test_entry_goes_through_rows() -> None:
    manifests = [manifest()]
    database = SqliteAdapter.from_url("sqlite://")
    goes_through_rows(database, manifests, entry_recipe)


def test_transaction_goes_through_json() -> None:
    goes_through_json(
        transaction_recipe,
        create_transaction_recipe,
        update_transaction_recipe,
    )


def test_transaction_goes_through_rows() -> None:
    manifests = [manifest()]
    database = SqliteAdapter.from_url("sqlite://")
    goes_through_rows(database, manifests, transaction_recipe)


def test_messages_go_through_json() -> None:
    goes_through_json(
        post_transaction_recipe,
        reverse_transaction_recipe,
        balance_recipe,
        balance_result_recipe,
        trial_balance_recipe,
        trial_balance_result_recipe,
        transaction_posted_payload_recipe,
    )
