"""What can be asked of User, and what that does. Declare a message in the definition, and its handler is yours."""

from typing import Annotated, NotRequired, TypedDict

from coregen_runtime import (
    ID,
    MISSING,
    Boolean,
    CommandMessage,
    Field,
    FilterData,
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

from ..entities.user import User, UserStatusInput
from ..ids import UserId
from ..repositories.user import UserFilter, UserRepository


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
    """Must have at least 1 characters. Must have at most 120 characters."""
    email: Annotated[Text, Validators.email()] = Field(repr=False)
    """Must be an e-mail address. Must be unique."""
    suspended_for: Annotated[Text, Validators.max_length(200)] | None = Field(
        default=None,
        validation_alias="suspendedFor",
        serialization_alias="suspendedFor",
    )
    """Reason of the suspension. Must have at most 200 characters."""


class UserUpdate(Model):
    """What changes about a User; what is left out stays."""

    name: Annotated[Text, Validators.min_length(1), Validators.max_length(120)] | MISSING = MISSING  # fmt: skip
    """Must have at least 1 characters. Must have at most 120 characters."""
    email: Annotated[Text, Validators.email()] | MISSING = Field(
        default=MISSING,
        repr=False,
    )
    """Must be an e-mail address. Must be unique."""
    suspended_for: Annotated[Text, Validators.max_length(200)] | None | MISSING = Field(
        default=MISSING,
        validation_alias="suspendedFor",
        serialization_alias="suspendedFor",
    )
    """Reason of the suspension. Must have at most 200 characters."""

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


class CreateUser(UserCreate, CommandMessage[User], type="identity.createUser"):
    """Make a User."""


class UpdateUser(UserUpdate, CommandMessage[User], type="identity.updateUser"):
    """Change a User; what is left out stays."""

    id: UserId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteUser(Model, CommandMessage[None], type="identity.deleteUser"):
    """Delete a User."""

    id: UserId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreUser(Model, CommandMessage[User], type="identity.restoreUser"):
    """Undo the deletion of a User."""

    id: UserId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
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


async def create_user(command: CreateUser, ctx: SystemContext) -> User:
    user = User.new(
        name=command.name,
        email=command.email,
        suspended_for=command.suspended_for,
    )
    return await ctx.repo(UserRepository).save(user)


async def update_user(command: UpdateUser, ctx: SystemContext) -> User:
    repository = ctx.repo(UserRepository)
    user = await repository.find_by_id_or_fail(command.id)
    repository.check_version(user, command.expected_version)
    return await repository.save(user.replace(**command.changes()))


async def delete_user(command: DeleteUser, ctx: SystemContext) -> None:
    await ctx.repo(UserRepository).delete(command.id, command.expected_version)


async def restore_user(command: RestoreUser, ctx: SystemContext) -> User:
    repository = ctx.repo(UserRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_user(query: GetUser, ctx: SystemContext) -> User:
    return await ctx.repo(UserRepository).find_by_id_or_fail(query.id)


async def list_users(query: ListUsers, ctx: SystemContext) -> PaginatedResult[User]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
    )
    return await ctx.repo(UserRepository).find_many(query.filter, options)
