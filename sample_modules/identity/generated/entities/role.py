"""Role of identity: its classes, repository, messages and events."""

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

from ..ids import RoleId, RoleIdFilter


class Role(Entity):
    """Role of identity."""

    __entity__: ClassVar[str] = "identity.Role"
    __id_prefix__: ClassVar[str] = "role"

    id: RoleId
    name: Annotated[Text, Validators.pattern("^[a-z][a-z-]{1,39}$")]
    description: Annotated[Text, Validators.max_length(200)] | None = None
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
    def new(cls, **fields: Unpack[RoleFields]) -> Role:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: Unpack[RoleChanges]) -> Role:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)


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
    description: Annotated[Text, Validators.max_length(200)] | None = None


class RoleUpdate(Model):
    """What changes about a Role; what is left out stays."""

    name: Annotated[Text, Validators.pattern("^[a-z][a-z-]{1,39}$")] | MISSING = MISSING
    description: Annotated[Text, Validators.max_length(200)] | None | MISSING = MISSING

    def changes(self) -> RoleChanges:
        """What was given, under the names that `replace` takes."""
        changes: RoleChanges = {}
        if self.name is not MISSING:
            changes["name"] = self.name
        if self.description is not MISSING:
            changes["description"] = self.description
        return changes


RoleFilter = TypedDict(
    "RoleFilter",
    {
        "id": RoleId | RoleIdFilter,
        "name": Text | None | TextFilter,
        "description": Text | None | TextFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[RoleFilter]",
        "or": "list[RoleFilter]",
        "not": "RoleFilter",
    },
    total=False,
)


class RoleRepository(BaseRepository[Role, RoleId, RoleFilter]):
    """The rows of Role, seen by one organisation."""

    entity: ClassVar[type[Role]] = Role

    async def find_by_name(self, name: Text) -> Role | None:
        """The Role with this name, if there is one."""
        return await self.find_one({"name": name})


class CreateRole(RoleCreate, CommandMessage[Role], type="identity.createRole"):
    """Make a Role."""


class UpdateRole(RoleUpdate, CommandMessage[Role], type="identity.updateRole"):
    """Change a Role; what is left out stays."""

    id: RoleId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteRole(Model, CommandMessage[None], type="identity.deleteRole"):
    """Delete a Role."""

    id: RoleId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreRole(Model, CommandMessage[Role], type="identity.restoreRole"):
    """Undo the deletion of a Role."""

    id: RoleId
    expected_version: int | None = Field(
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


class RoleSnapshot(Model):
    """What events say of a Role: its stored fields, without sensitive ones."""

    name: Text
    description: Text | None = None


class RoleUpdatedPayload(Model):
    """The wire names of what changed about a Role, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: RoleSnapshot


class RoleCreated(
    DomainEvent[RoleSnapshot],
    type="role.created",
    source="identity",
    aggregate="Role",
):
    """A Role was made."""

    payload: RoleSnapshot


class RoleUpdated(
    DomainEvent[RoleUpdatedPayload],
    type="role.updated",
    source="identity",
    aggregate="Role",
):
    """A Role was changed."""

    payload: RoleUpdatedPayload


class RoleDeleted(
    DomainEvent[RoleSnapshot],
    type="role.deleted",
    source="identity",
    aggregate="Role",
):
    """A Role was deleted."""

    payload: RoleSnapshot


class RoleRestored(
    DomainEvent[RoleSnapshot],
    type="role.restored",
    source="identity",
    aggregate="Role",
):
    """A Role is back."""

    payload: RoleSnapshot
