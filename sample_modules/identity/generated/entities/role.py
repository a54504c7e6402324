"""Role of identity."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Self, Unpack

from coregen_runtime import Entity, Field, Integer, Text, Timestamp, Validators

from ..ids import RoleId

if TYPE_CHECKING:
    from ..operations.role import RoleChanges, RoleFields


class Role(Entity):
    """Role of identity."""

    __entity__: ClassVar[str] = "identity.Role"
    __id_prefix__: ClassVar[str] = "role"

    id: RoleId
    name: Annotated[Text, Validators.pattern("^[a-z][a-z-]{1,39}$")]
    """Must match ^[a-z][a-z-]{1,39}$. Must be unique."""
    description: Annotated[Text, Validators.max_length(200)] | None = None
    """Must have at most 200 characters."""
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
    def new(cls, **fields: "Unpack[RoleFields]") -> Self:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: "Unpack[RoleChanges]") -> Self:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)
