"""User of identity."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self, TypeAlias, Unpack

from coregen_runtime import Entity, Field, Integer, Text, Timestamp, Validators

from ..ids import UserId

if TYPE_CHECKING:
    from ..operations.user import UserChanges, UserFields


class UserStatus(StrEnum):
    """The values of `status` of User."""

    INVITED = "invited"
    """Invited, shown in #94A3B8."""
    ACTIVE = "active"
    """Active, shown in #22C55E."""
    SUSPENDED = "suspended"
    """Suspended, shown in #F59E0B."""
    EXPIRED = "expired"
    """Expired, shown in #64748B."""


if TYPE_CHECKING:
    _UserStatusValue: TypeAlias = Literal["invited", "active", "suspended", "expired"]
    UserStatusInput: TypeAlias = UserStatus | _UserStatusValue
else:
    UserStatusInput = UserStatus


class User(Entity):
    """User of identity."""

    __entity__: ClassVar[str] = "identity.User"
    __id_prefix__: ClassVar[str] = "user"

    id: UserId
    name: Annotated[Text, Validators.min_length(1), Validators.max_length(120)]
    """Must have at least 1 characters. Must have at most 120 characters."""
    email: Annotated[Text, Validators.email()] = Field(repr=False)
    """Must be an e-mail address. Must be unique."""
    suspended_for: Annotated[Text, Validators.max_length(200)] | None = Field(
        default=None,
        validation_alias="suspendedFor",
        serialization_alias="suspendedFor",
    )
    """Reason of the suspension. Must have at most 200 characters."""
    status: UserStatus = UserStatus.INVITED
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
    def new(cls, **fields: "Unpack[UserFields]") -> Self:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: "Unpack[UserChanges]") -> Self:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)
