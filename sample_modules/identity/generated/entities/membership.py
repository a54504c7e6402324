"""Membership of identity: its classes, repository, messages and events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    NotRequired,
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
    Timestamp,
)

from ..ids import (
    MembershipId,
    MembershipIdFilter,
    RoleId,
    RoleIdFilter,
    UserId,
    UserIdFilter,
)

if TYPE_CHECKING:
    from .role import Role
    from .user import User


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
    version: int = 0

    @classmethod
    def new(cls, **fields: Unpack[MembershipFields]) -> Membership:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: Unpack[MembershipChanges]) -> Membership:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)


class MembershipFields(TypedDict):
    """What `Membership.new` takes."""

    id: NotRequired[MembershipId]
    organization_id: NotRequired[ID]
    user: UserId
    role: RoleId
    meta: NotRequired[Meta]


class MembershipChanges(TypedDict, total=False):
    """What `Membership.replace` takes."""

    user: UserId
    role: RoleId
    meta: Meta


class MembershipCreate(Model):
    """What a new Membership is made from."""

    user: UserId
    role: RoleId


class MembershipUpdate(Model):
    """What changes about a Membership; what is left out stays."""

    user: UserId | MISSING = MISSING
    role: RoleId | MISSING = MISSING

    def changes(self) -> MembershipChanges:
        """What was given, under the names that `replace` takes."""
        changes: MembershipChanges = {}
        if self.user is not MISSING:
            changes["user"] = self.user
        if self.role is not MISSING:
            changes["role"] = self.role
        return changes


MembershipFilter = TypedDict(
    "MembershipFilter",
    {
        "id": MembershipId | MembershipIdFilter,
        "user": UserId | None | UserIdFilter,
        "role": RoleId | None | RoleIdFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[MembershipFilter]",
        "or": "list[MembershipFilter]",
        "not": "MembershipFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    MembershipIncluded = TypedDict(
        "MembershipIncluded",
        {"user": Mapping[UserId, User], "role": Mapping[RoleId, Role]},
        total=False,
    )
else:
    MembershipIncluded = dict[str, Any]


class MembershipRepository(
    BaseRepository[Membership, MembershipId, MembershipFilter, MembershipIncluded],
):
    """The rows of Membership, seen by one organisation."""

    entity: ClassVar[type[Membership]] = Membership

    async def find_by_user_and_role(
        self,
        user: UserId,
        role: RoleId,
    ) -> Membership | None:
        """The Membership with this user and role, if there is one."""
        return await self.find_one({"user": user, "role": role})


class CreateMembership(
    MembershipCreate,
    CommandMessage[Membership],
    type="identity.createMembership",
):
    """Make a Membership."""


class UpdateMembership(
    MembershipUpdate,
    CommandMessage[Membership],
    type="identity.updateMembership",
):
    """Change a Membership; what is left out stays."""

    id: MembershipId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteMembership(Model, CommandMessage[None], type="identity.deleteMembership"):
    """Delete a Membership."""

    id: MembershipId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreMembership(
    Model,
    CommandMessage[Membership],
    type="identity.restoreMembership",
):
    """Undo the deletion of a Membership."""

    id: MembershipId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetMembership(Model, QueryMessage[Membership], type="identity.getMembership"):
    """One Membership by its id."""

    id: MembershipId


class ListMemberships(
    Model,
    QueryMessage[PaginatedResult[Membership, MembershipIncluded]],
    type="identity.listMemberships",
):
    """A page of those Membership that a filter holds for."""

    filter: Annotated[MembershipFilter | None, FilterData] = None
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
    include: tuple[Literal["user", "role"], ...] = ()


class MembershipSnapshot(Model):
    """What events say of a Membership: its stored fields, without sensitive ones."""

    user: UserId
    role: RoleId


class MembershipUpdatedPayload(Model):
    """The wire names of what changed about a Membership, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: MembershipSnapshot


class MembershipCreated(
    DomainEvent[MembershipSnapshot],
    type="membership.created",
    source="identity",
    aggregate="Membership",
):
    """A Membership was made."""

    payload: MembershipSnapshot


class MembershipUpdated(
    DomainEvent[MembershipUpdatedPayload],
    type="membership.updated",
    source="identity",
    aggregate="Membership",
):
    """A Membership was changed."""

    payload: MembershipUpdatedPayload


class MembershipDeleted(
    DomainEvent[MembershipSnapshot],
    type="membership.deleted",
    source="identity",
    aggregate="Membership",
):
    """A Membership was deleted."""

    payload: MembershipSnapshot


class MembershipRestored(
    DomainEvent[MembershipSnapshot],
    type="membership.restored",
    source="identity",
    aggregate="Membership",
):
    """A Membership is back."""

    payload: MembershipSnapshot
