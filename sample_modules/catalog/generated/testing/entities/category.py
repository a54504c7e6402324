"""Factories and strategies of Category, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import ID, Text
from coregen_runtime.testing import Recipe, Strategy

from ...entities.category import Category
from ...ids import CategoryId
from ...operations.category import CategoryChanges, CreateCategory, UpdateCategory
from ...schemas.category import category_schema


class CategoryValues(TypedDict, total=False):
    """What an input of Category can be given."""

    name: Text


class CategoryOverrides(CategoryChanges, total=False):
    """What Category itself can be given."""

    id: CategoryId
    organization_id: ID


category_recipe = Recipe(Category, category_schema)
create_category_recipe = Recipe(CreateCategory)
update_category_recipe = Recipe(UpdateCategory)


def make_category(**values: Unpack[CategoryOverrides]) -> Category:
    """One with these values; what else it must have is unlike that of any other made here."""
    return category_recipe.make(values)


def any_category(**values: Unpack[CategoryOverrides]) -> Strategy[Category]:
    """Every one with these values that the definition allows."""
    return category_recipe.any(values)


def make_create_category(**values: Unpack[CategoryValues]) -> CreateCategory:
    """One with these values; what else it must have is unlike that of any other made here."""
    return create_category_recipe.make(values)


def any_create_category(**values: Unpack[CategoryValues]) -> Strategy[CreateCategory]:
    """Every one with these values that the definition allows."""
    return create_category_recipe.any(values)


def make_update_category(
    id: CategoryId,
    expected_version: int | None = None,
    **values: Unpack[CategoryValues],
) -> UpdateCategory:
    """One with these values; what else it must have is unlike that of any other made here."""
    return update_category_recipe.make(
        {"id": id, "expected_version": expected_version, **values},
    )


def any_update_category(
    id: CategoryId,
    expected_version: int | None = None,
    **values: Unpack[CategoryValues],
) -> Strategy[UpdateCategory]:
    """Every one with these values that the definition allows."""
    return update_category_recipe.any(
        {"id": id, "expected_version": expected_version, **values},
    )
