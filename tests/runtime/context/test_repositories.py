"""Repository classes are found by the entity that they hold."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from coregen_runtime import BaseRepository, CoreError, Entity, NotFoundError
from coregen_runtime.context.repositories import Repositories


def repository_of(name: str) -> type[BaseRepository[Any]]:
    class Held(Entity):
        __entity__: ClassVar[str] = name

    class HeldRepository(BaseRepository[Held]):
        entity: ClassVar[type[Any]] = Held

    return HeldRepository


CRM, IDENTITY, PRODUCT = repository_of("crm.User"), repository_of("identity.User"), repository_of("catalog.Product")


@pytest.fixture
def repositories() -> Repositories:
    made = Repositories()
    for repository in (IDENTITY, CRM, PRODUCT):
        made.add(repository)
    return made


def test_a_qualified_name_says_it_outright_and_a_bare_one_where_there_is_one(repositories: Repositories) -> None:
    assert [CRM, PRODUCT, PRODUCT] == [repositories.named(name) for name in ("crm.User", "catalog.Product", "Product")]


def test_a_bare_name_of_two_modules_lists_the_candidates(repositories: Repositories) -> None:
    with pytest.raises(CoreError, match='AMBIGUOUS: "User" means several entities: crm.User, identity.User'):
        repositories.named("User")


def test_an_unknown_name_names_the_nearest(repositories: Repositories) -> None:
    with pytest.raises(NotFoundError, match='did you mean "catalog.Product"'):
        repositories.named("catalog.Produkt")


def test_an_entity_has_one_repository(repositories: Repositories) -> None:
    with pytest.raises(CoreError, match="DUPLICATE"):
        repositories.add(repository_of("catalog.Product"))
