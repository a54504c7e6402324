"""Category of catalog: its classes, repository, messages and events."""

from __future__ import annotations

from typing import Annotated, ClassVar, NotRequired, TypedDict, Unpack

from coregen_runtime import (
    ID,
    MISSING,
    BaseRepository,
    Boolean,
    CommandMessage,
    DateFilter,
    DomainEvent,
    Entity,
    Field,
    FilterData,
    JsonFilter,
    Meta,
    Model,
    NumberFilter,
    PaginatedResult,
    QueryMessage,
    SortSpec,
    Text,
    TextFilter,
    Timestamp,
    Validators,
)

from ..ids import CategoryId, CategoryIdFilter


class Category(Entity):
    """Category of catalog."""

    __entity__: ClassVar[str] = "catalog.Category"
    __id_prefix__: ClassVar[str] = "cat"

    id: CategoryId
    name: Annotated[Text, Validators.max_length(80)]
    created_at: Timestamp = Field(
        default=0,
        validation_alias="createdAt",
        serialization_alias="createdAt",
    )
    updated_at: Timestamp = Field(
        default=0,
        validation_alias="updatedAt",
        serialization_alias="updatedAt",
    )
    deleted_at: Timestamp | None = Field(
        default=None,
        validation_alias="deletedAt",
        serialization_alias="deletedAt",
    )
    version: int = 0

    @classmethod
    def new(cls, **fields: Unpack[CategoryFields]) -> Category:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: Unpack[CategoryChanges]) -> Category:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)


class CategoryFields(TypedDict):
    """What `Category.new` takes."""

    id: NotRequired[CategoryId]
    organization_id: NotRequired[ID]
    name: Text
    meta: NotRequired[Meta]


class CategoryChanges(TypedDict, total=False):
    """What `Category.replace` takes."""

    name: Text
    meta: Meta


class CategoryCreate(Model):
    """What a new Category is made from."""

    name: Annotated[Text, Validators.max_length(80)]


class CategoryUpdate(Model):
    """What changes about a Category; what is left out stays."""

    name: Annotated[Text, Validators.max_length(80)] | MISSING = MISSING

    def changes(self) -> CategoryChanges:
        """What was given, under the names that `replace` takes."""
        changes: CategoryChanges = {}
        if self.name is not MISSING:
            changes["name"] = self.name
        return changes


CategoryFilter = TypedDict(
    "CategoryFilter",
    {
        "id": CategoryId | CategoryIdFilter,
        "name": Text | None | TextFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[CategoryFilter]",
        "or": "list[CategoryFilter]",
        "not": "CategoryFilter",
    },
    total=False,
)


class CategoryRepository(BaseRepository[Category, CategoryId, CategoryFilter]):
    """The rows of Category, seen by one organisation."""

    entity: ClassVar[type[Category]] = Category

    async def find_by_name(self, name: Text) -> Category | None:
        """The Category with this name, if there is one."""
        return await self.find_one({"name": name})


class CreateCategory(
    CategoryCreate,
    CommandMessage[Category],
    type="catalog.createCategory",
):
    """Make a Category."""


class UpdateCategory(
    CategoryUpdate,
    CommandMessage[Category],
    type="catalog.updateCategory",
):
    """Change a Category; what is left out stays."""

    id: CategoryId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteCategory(Model, CommandMessage[None], type="catalog.deleteCategory"):
    """Delete a Category."""

    id: CategoryId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreCategory(Model, CommandMessage[Category], type="catalog.restoreCategory"):
    """Undo the deletion of a Category."""

    id: CategoryId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetCategory(Model, QueryMessage[Category], type="catalog.getCategory"):
    """One Category by its id."""

    id: CategoryId


class ListCategories(
    Model,
    QueryMessage[PaginatedResult[Category]],
    type="catalog.listCategories",
):
    """A page of those Category that a filter holds for."""

    filter: Annotated[CategoryFilter | None, FilterData] = None
    page: int = Field(default=1, ge=1, strict=True)
    limit: int = Field(default=50, ge=1, le=500, strict=True)
    sort: tuple[SortSpec, ...] = ()
    with_deleted: Boolean = Field(
        default=False,
        validation_alias="withDeleted",
        serialization_alias="withDeleted",
    )
    total: Boolean = True
    after: Text | None = None


class CategorySnapshot(Model):
    """What events say of a Category: its stored fields, without sensitive ones."""

    name: Text


class CategoryUpdatedPayload(Model):
    """The wire names of what changed about a Category, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: CategorySnapshot


class CategoryCreated(
    DomainEvent[CategorySnapshot],
    type="category.created",
    source="catalog",
    aggregate="Category",
):
    """A Category was made."""

    payload: CategorySnapshot


class CategoryUpdated(
    DomainEvent[CategoryUpdatedPayload],
    type="category.updated",
    source="catalog",
    aggregate="Category",
):
    """A Category was changed."""

    payload: CategoryUpdatedPayload


class CategoryDeleted(
    DomainEvent[CategorySnapshot],
    type="category.deleted",
    source="catalog",
    aggregate="Category",
):
    """A Category was deleted."""

    payload: CategorySnapshot


class CategoryRestored(
    DomainEvent[CategorySnapshot],
    type="category.restored",
    source="catalog",
    aggregate="Category",
):
    """A Category is back."""

    payload: CategorySnapshot
