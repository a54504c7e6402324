"""Which entity an id belongs to, told from its prefix."""

from __future__ import annotations

from typing import Any

import pytest

from coregen_adapters.app import App
from coregen_runtime import EntitySchema, IdPrefixes, ModuleManifest, new_id
from sample_modules import catalog, identity


def manifest(id: str, prefixes: dict[str, str], **said: str) -> ModuleManifest:
    entities = [EntitySchema(name=name, fields=[], id_prefix=prefix) for name, prefix in prefixes.items()]
    return ModuleManifest(id=id, version="1", entities=entities, id_prefixes=said)


PREFIXES = IdPrefixes.of([manifest("ordering", {"Order": "ord", "Line": "line"}), manifest("crm", {"Lead": "ord"}, Visit="visit_")])


@pytest.mark.parametrize(
    ("prefix", "entities"),
    [
        ("line", ("ordering.Line",)),
        ("visit", ("crm.Visit",)),
        ("ord", ("ordering.Order", "crm.Lead")),
        ("evt", ()),
        ("", ()),
    ],
)
def test_an_id_says_which_entity_it_belongs_to(prefix: str, entities: tuple[str, ...]) -> None:
    """Semantics 1 and 37: by `idPrefix` or `idPrefixes`; a prefix that two modules use names both."""
    assert entities == PREFIXES.identify(new_id(prefix))


@pytest.mark.parametrize("id", ["", "ord", "ord_", "ord_x", "Ord_01ARZ3NDEKTSV4RRFFQ69G5FAV", 7, None, "o" * 1_000_000])
def test_what_is_no_id_belongs_to_nothing(id: Any) -> None:
    assert () == PREFIXES.identify(id)


def test_an_application_knows_the_ids_of_its_modules() -> None:
    app = App(modules=[identity.module, catalog.module], database="memory://")

    assert ("catalog.Product",) == app.id_prefixes.identify(new_id("prod"))
    assert ("identity.User",) == app.id_prefixes.identify(new_id("user"))
