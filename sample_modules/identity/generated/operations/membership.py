"""What can be asked of Membership, and what that does. Declare a message in the definition, and its handler is yours."""

# fmt: off
from typing import Annotated, Literal, NotRequired, TypedDict

from coregen_runtime import (
    ID,
    MISSING,
    Boolean,
    CommandMessage,
    Field,
    FilterData,
    IncludedResult,
    Integer,
    Meta,
    Model,
    PaginatedResult,
    QueryMessage,
    QueryOptions,
    SortSpec,
    SystemContext,
    Text,
    Validators,
)

from ..entities.membership import Membership
from ..ids import MembershipId, RoleId, UserId
from ..repositories.membership import (
    MembershipFilter,
    MembershipIncluded,
    MembershipRepository,
)


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
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteMembership(Model, CommandMessage[None], type="identity.deleteMembership"):
    """Delete a Membership."""

    id: MembershipId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
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
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetMembership(Model, QueryMessage[Membership], type="identity.getMembership"):
    """One Membership by its id."""

    id: MembershipId


class GetMembershipIncluding(
    Model,
    QueryMessage[IncludedResult[Membership, MembershipIncluded]],
    type="identity.getMembershipIncluding",
):
    """One Membership by its id, and beside it what it refers to."""

    id: MembershipId
    include: tuple[Literal["user", "role"], ...]


class ListMemberships(
    Model,
    QueryMessage[PaginatedResult[Membership, MembershipIncluded]],
    type="identity.listMemberships",
):
    """A page of those Membership that a filter holds for."""

    filter: Annotated[MembershipFilter | None, FilterData] = None
    page: Annotated[Integer, Validators.min(1)] = 1
    limit: Annotated[Integer, Validators.min(1), Validators.max(500)] = 50
    sort: tuple[SortSpec, ...] = ()
    with_deleted: Boolean = Field(
        default=False,
        validation_alias="withDeleted",
        serialization_alias="withDeleted",
    )
    total: Boolean = True
    after: Text | None = None
    include: tuple[Literal["user", "role"], ...] = ()


async def create_membership(
    command: CreateMembership,
    ctx: SystemContext,
) -> Membership:
    membership = Membership.new(user=command.user, role=command.role)
    return await ctx.repo(MembershipRepository).save(membership)


async def update_membership(
    command: UpdateMembership,
    ctx: SystemContext,
) -> Membership:
    repository = ctx.repo(MembershipRepository)
    membership = await repository.find_by_id_or_fail(command.id)
    repository.check_version(membership, command.expected_version)
    return await repository.save(membership.replace(**command.changes()))


async def delete_membership(command: DeleteMembership, ctx: SystemContext) -> None:
    await ctx.repo(MembershipRepository).delete(command.id, command.expected_version)


async def restore_membership(
    command: RestoreMembership,
    ctx: SystemContext,
) -> Membership:
    repository = ctx.repo(MembershipRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_membership(query: GetMembership, ctx: SystemContext) -> Membership:
    return await ctx.repo(MembershipRepository).find_by_id_or_fail(query.id)


async def get_membership_including(
    query: GetMembershipIncluding,
    ctx: SystemContext,
) -> IncludedResult[Membership, MembershipIncluded]:
    return await ctx.repo(MembershipRepository).find_by_id_including(query.id, query.include)


async def list_memberships(
    query: ListMemberships,
    ctx: SystemContext,
) -> PaginatedResult[Membership, MembershipIncluded]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
        include=query.include,
    )
    return await ctx.repo(MembershipRepository).find_many(query.filter, options)
