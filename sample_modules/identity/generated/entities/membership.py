"""Membership of identity."""

from typing import TYPE_CHECKING, ClassVar, Self, Unpack

from coregen_runtime import Entity, Field, Integer, Timestamp

from ..ids import MembershipId, RoleId, UserId

if TYPE_CHECKING:
    from ..operations.membership import MembershipChanges, MembershipFields


class Membership(Entity):
    """That a user holds a role."""

    __entity__: ClassVar[str] = "identity.Membership"
    __id_prefix__: ClassVar[str] = "member"

    id: MembershipId
    user: UserId
    role: RoleId
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
    def new(cls, **fields: "Unpack[MembershipFields]") -> Self:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: "Unpack[MembershipChanges]") -> Self:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)
