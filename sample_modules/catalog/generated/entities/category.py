"""Category of catalog."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Self, Unpack

from coregen_runtime import Entity, Field, Integer, Text, Timestamp, Validators

from ..ids import CategoryId

if TYPE_CHECKING:
    from ..operations.category import CategoryChanges, CategoryFields


class Category(Entity):
    """Category of catalog."""

    __entity__: ClassVar[str] = "catalog.Category"
    __id_prefix__: ClassVar[str] = "cat"

    id: CategoryId
    name: Annotated[Text, Validators.max_length(80)]
    """Must have at most 80 characters. Must be unique."""
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
    version: Integer = 0

    @classmethod
    def new(cls, **fields: "Unpack[CategoryFields]") -> Self:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: "Unpack[CategoryChanges]") -> Self:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)
