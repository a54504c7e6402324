"""Whatever the definition of identity allows goes into JSON and into rows, and comes out exactly."""

from coregen_adapters.sqlite import SqliteAdapter
from coregen_runtime.testing import goes_through_json, goes_through_rows

from ..manifest import manifest
from .entities.membership import (
    create_membership_recipe,
    membership_recipe,
    update_membership_recipe,
)
from .entities.role import create_role_recipe, role_recipe, update_role_recipe
from .entities.user import create_user_recipe, update_user_recipe, user_recipe
from .messages import (
    grant_role_recipe,
    holds_recipe,
    holds_result_recipe,
    revoke_role_recipe,
    user_activated_payload_recipe,
    user_suspended_payload_recipe,
)


def test_membership_goes_through_json() -> None:
    goes_through_json(
        membership_recipe,
        create_membership_recipe,
        update_membership_recipe,
    )


def test_membership_goes_through_rows() -> None:
    manifests = [manifest()]
    database = SqliteAdapter.from_url("sqlite://")
    goes_through_rows(database, manifests, membership_recipe)


def test_role_goes_through_json() -> None:
    goes_through_json(role_recipe, create_role_recipe, update_role_recipe)


def test_role_goes_through_rows() -> None:
    manifests = [manifest()]
    database = SqliteAdapter.from_url("sqlite://")
    goes_through_rows(database, manifests, role_recipe)


def test_user_goes_through_json() -> None:
    goes_through_json(user_recipe, create_user_recipe, update_user_recipe)


def test_user_goes_through_rows() -> None:
    manifests = [manifest()]
    database = SqliteAdapter.from_url("sqlite://")
    goes_through_rows(database, manifests, user_recipe)


def test_messages_go_through_json() -> None:
    goes_through_json(
        grant_role_recipe,
        revoke_role_recipe,
        holds_recipe,
        holds_result_recipe,
        user_activated_payload_recipe,
        user_suspended_payload_recipe,
    )
