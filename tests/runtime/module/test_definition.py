"""A definition is one document, in Python and as data."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from coregen_runtime import CommandSchema, CreateTable, EventSchema, Migration, ModuleDefinition, QuerySchema, RunSql, Subscription

DATA: dict[str, Any] = {
    "id": "catalog",
    "version": "1.0.0",
    "dependsOn": ["identity"],
    "idPrefixes": {"Product": "prod_"},
    "commands": ["catalog.reprice"],
    "queries": ["catalog.count"],
    "events": [{"type": "product.sold", "payload": "Product"}],
    "subscriptions": [{"event": "identity/user.created", "handler": "on_user"}],
    "scheduledJobs": [{"name": "nightly", "cron": "0 3 * * *", "catchUp": True}],
    "defaultConfig": {"a": [1]},
}


def test_data_and_python_are_the_same_document() -> None:
    definition = ModuleDefinition.model_validate(DATA)

    assert (CommandSchema(type="catalog.reprice"),) == definition.commands
    assert (QuerySchema(type="catalog.count"),) == definition.queries
    assert (EventSchema(type="product.sold", payload="Product"),) == definition.events
    assert (Subscription(event="identity/user.created", handler="on_user"),) == definition.subscriptions
    assert ({"Product": "prod"}, True) == (definition.id_prefixes, definition.scheduled_jobs[0].catch_up)
    assert definition == ModuleDefinition.model_validate(definition.model_dump(mode="json"))


@pytest.mark.parametrize("key", ["dependson", "depends-on", "entitys"])
def test_an_unknown_key_is_an_error(key: str) -> None:
    with pytest.raises(ValidationError):
        ModuleDefinition.model_validate({**DATA, key: []})


def test_the_steps_of_a_migration_are_told_apart_by_their_op() -> None:
    migration = Migration.model_validate(
        {
            "version": 1,
            "name": "initial",
            "steps": [
                {"op": "createTable", "table": "catalog_product", "columns": [], "sql": {"sqlite": ["CREATE …"]}},
                {"op": "runSql", "summary": "fill", "sql": {"sqlite": ["UPDATE …"]}},
            ],
        }
    )

    assert [CreateTable, RunSql] == [type(step) for step in migration.steps]
