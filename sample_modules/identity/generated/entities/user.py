"""User of identity: its classes, repository, messages and events."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import (
    TYPE_CHECKING,
    Annotated,
    ClassVar,
    Literal,
    NotRequired,
    TypeAlias,
    TypedDict,
    Unpack,
)

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

from ..ids import UserId, UserIdFilter


class UserStatus(StrEnum):
    """The values of `status` of User."""

    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXPIRED = "expired"


if TYPE_CHECKING:
    _UserStatusValue: TypeAlias = Literal["invited", "active", "suspended", "expired"]
    UserStatusInput: TypeAlias = UserStatus | _UserStatusValue
else:
    UserStatusInput = UserStatus

UserStatusFilter = TypedDict(
    "UserStatusFilter",
    {
        "eq": UserStatusInput | None,
        "neq": UserStatusInput | None,
        "in": Sequence[UserStatusInput | None],
        "nin": Sequence[UserStatusInput | None],
        "exists": bool,
    },
    total=False,
)


class User(Entity):
    """User of identity."""

    __entity__: ClassVar[str] = "identity.User"
    __id_prefix__: ClassVar[str] = "user"

    id: UserId
    name: Annotated[Text, Validators.min_length(1), Validators.max_length(120)]
    email: Annotated[Text, Validators.email()] = Field(repr=False)
    suspended_for: Annotated[Text, Validators.max_length(200)] | None = Field(
        default=None,
        validation_alias="suspendedFor",
        serialization_alias="suspendedFor",
    )
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
    version: int = 0

    @classmethod
    def new(cls, **fields: Unpack[UserFields]) -> User:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: Unpack[UserChanges]) -> User:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)


class UserFields(TypedDict):
    """What `User.new` takes."""

    id: NotRequired[UserId]
    organization_id: NotRequired[ID]
    name: Text
    email: Text
    suspended_for: NotRequired[Text | None]
    status: NotRequired[UserStatusInput]
    meta: NotRequired[Meta]


class UserChanges(TypedDict, total=False):
    """What `User.replace` takes."""

    name: Text
    email: Text
    suspended_for: Text | None
    status: UserStatusInput
    meta: Meta


class UserCreate(Model):
    """What a new User is made from."""

    name: Annotated[Text, Validators.min_length(1), Validators.max_length(120)]
    email: Annotated[Text, Validators.email()] = Field(repr=False)
    suspended_for: Annotated[Text, Validators.max_length(200)] | None = Field(
        default=None,
        validation_alias="suspendedFor",
        serialization_alias="suspendedFor",
    )


class UserUpdate(Model):
    """What changes about a User; what is left out stays."""

    name: Annotated[Text, Validators.min_length(1), Validators.max_length(120)] | MISSING = MISSING  # fmt: skip
    email: Annotated[Text, Validators.email()] | MISSING = Field(
        default=MISSING,
        repr=False,
    )
    suspended_for: Annotated[Text, Validators.max_length(200)] | None | MISSING = Field(
        default=MISSING,
        validation_alias="suspendedFor",
        serialization_alias="suspendedFor",
    )

    def changes(self) -> UserChanges:
        """What was given, under the names that `replace` takes."""
        changes: UserChanges = {}
        if self.name is not MISSING:
            changes["name"] = self.name
        if self.email is not MISSING:
            changes["email"] = self.email
        if self.suspended_for is not MISSING:
            changes["suspended_for"] = self.suspended_for
        return changes


UserFilter = TypedDict(
    "UserFilter",
    {
        "id": UserId | UserIdFilter,
        "name": Text | None | TextFilter,
        "email": Text | None | TextFilter,
        "suspendedFor": Text | None | TextFilter,
        "status": UserStatusInput | None | UserStatusFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[UserFilter]",
        "or": "list[UserFilter]",
        "not": "UserFilter",
    },
    total=False,
)


class UserRepository(BaseRepository[User, UserId, UserFilter]):
    """The rows of User, seen by one organisation."""

    entity: ClassVar[type[User]] = User

    async def find_by_email(self, email: Text) -> User | None:
        """The User with this email, if there is one."""
        return await self.find_one({"email": email})


class CreateUser(UserCreate, CommandMessage[User], type="identity.createUser"):
    """Make a User."""


class UpdateUser(UserUpdate, CommandMessage[User], type="identity.updateUser"):
    """Change a User; what is left out stays."""

    id: UserId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteUser(Model, CommandMessage[None], type="identity.deleteUser"):
    """Delete a User."""

    id: UserId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreUser(Model, CommandMessage[User], type="identity.restoreUser"):
    """Undo the deletion of a User."""

    id: UserId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetUser(Model, QueryMessage[User], type="identity.getUser"):
    """One User by its id."""

    id: UserId


class ListUsers(Model, QueryMessage[PaginatedResult[User]], type="identity.listUsers"):
    """A page of those User that a filter holds for."""

    filter: Annotated[UserFilter | None, FilterData] = None
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


class UserSnapshot(Model):
    """What events say of a User: its stored fields, without sensitive ones."""

    name: Text
    suspended_for: Text | None = Field(
        default=None,
        validation_alias="suspendedFor",
        serialization_alias="suspendedFor",
    )
    status: UserStatus = UserStatus.INVITED


class UserUpdatedPayload(Model):
    """The wire names of what changed about a User, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: UserSnapshot


class UserCreated(
    DomainEvent[UserSnapshot],
    type="user.created",
    source="identity",
    aggregate="User",
):
    """A User was made."""

    payload: UserSnapshot


class UserUpdated(
    DomainEvent[UserUpdatedPayload],
    type="user.updated",
    source="identity",
    aggregate="User",
):
    """A User was changed."""

    payload: UserUpdatedPayload


class UserDeleted(
    DomainEvent[UserSnapshot],
    type="user.deleted",
    source="identity",
    aggregate="User",
):
    """A User was deleted."""

    payload: UserSnapshot


class UserRestored(
    DomainEvent[UserSnapshot],
    type="user.restored",
    source="identity",
    aggregate="User",
):
    """A User is back."""

    payload: UserSnapshot
