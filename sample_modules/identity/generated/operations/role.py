"""What can be asked of Role, and what that does. Declare a message in the definition, and its handler is yours."""

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

from ..entities.role import Role
from ..ids import RoleId
from ..repositories.role import RoleFilter, RoleRepository


class RoleFields(TypedDict):
    """What `Role.new` takes."""

    id: NotRequired[RoleId]
    organization_id: NotRequired[ID]
    name: Text
    description: NotRequired[Text | None]
    meta: NotRequired[Meta]


class RoleChanges(TypedDict, total=False):
    """What `Role.replace` takes."""

    name: Text
    description: Text | None
    meta: Meta


class RoleCreate(Model):
    """What a new Role is made from."""

    name: Annotated[Text, Validators.pattern("^[a-z][a-z-]{1,39}$")]
    """Must match ^[a-z][a-z-]{1,39}$. Must be unique."""
    description: Annotated[Text, Validators.max_length(200)] | None = None
    """Must have at most 200 characters."""


class RoleUpdate(Model):
    """What changes about a Role; what is left out stays."""

    name: Annotated[Text, Validators.pattern("^[a-z][a-z-]{1,39}$")] | MISSING = MISSING
    """Must match ^[a-z][a-z-]{1,39}$. Must be unique."""
    description: Annotated[Text, Validators.max_length(200)] | None | MISSING = MISSING
    """Must have at most 200 characters."""

    def changes(self) -> RoleChanges:
        """What was given, under the names that `replace` takes."""
        changes: RoleChanges = {}
        if self.name is not MISSING:
            changes["name"] = self.name
        if self.description is not MISSING:
            changes["description"] = self.description
        return changes


class CreateRole(RoleCreate, CommandMessage[Role], type="identity.createRole"):
    """Make a Role."""


class UpdateRole(RoleUpdate, CommandMessage[Role], type="identity.updateRole"):
    """Change a Role; what is left out stays."""

    id: RoleId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteRole(Model, CommandMessage[None], type="identity.deleteRole"):
    """Delete a Role."""

    id: RoleId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreRole(Model, CommandMessage[Role], type="identity.restoreRole"):
    """Undo the deletion of a Role."""

    id: RoleId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetRole(Model, QueryMessage[Role], type="identity.getRole"):
    """One Role by its id."""

    id: RoleId


class ListRoles(Model, QueryMessage[PaginatedResult[Role]], type="identity.listRoles"):
    """A page of those Role that a filter holds for."""

    filter: Annotated[RoleFilter | None, FilterData] = None
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


async def create_role(command: CreateRole, ctx: SystemContext) -> Role:
    role = Role.new(name=command.name, description=command.description)
    return await ctx.repo(RoleRepository).save(role)


async def update_role(command: UpdateRole, ctx: SystemContext) -> Role:
    repository = ctx.repo(RoleRepository)
    role = await repository.find_by_id_or_fail(command.id)
    repository.check_version(role, command.expected_version)
    return await repository.save(role.replace(**command.changes()))


async def delete_role(command: DeleteRole, ctx: SystemContext) -> None:
    await ctx.repo(RoleRepository).delete(command.id, command.expected_version)


async def restore_role(command: RestoreRole, ctx: SystemContext) -> Role:
    repository = ctx.repo(RoleRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_role(query: GetRole, ctx: SystemContext) -> Role:
    return await ctx.repo(RoleRepository).find_by_id_or_fail(query.id)


async def list_roles(query: ListRoles, ctx: SystemContext) -> PaginatedResult[Role]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
    )
    return await ctx.repo(RoleRepository).find_many(query.filter, options)
