"""Account of ledger: its classes, repository, messages and events."""

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

from ..ids import AccountId, AccountIdFilter


class AccountKind(StrEnum):
    """The values of `kind` of Account."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"


if TYPE_CHECKING:
    _AccountKindValue: TypeAlias = Literal[
        "asset",
        "liability",
        "equity",
        "income",
        "expense",
    ]
    AccountKindInput: TypeAlias = AccountKind | _AccountKindValue
else:
    AccountKindInput = AccountKind

AccountKindFilter = TypedDict(
    "AccountKindFilter",
    {
        "eq": AccountKindInput | None,
        "neq": AccountKindInput | None,
        "in": Sequence[AccountKindInput | None],
        "nin": Sequence[AccountKindInput | None],
        "exists": bool,
    },
    total=False,
)


class Account(Entity):
    """Account of ledger."""

    __entity__: ClassVar[str] = "ledger.Account"
    __id_prefix__: ClassVar[str] = "acct"

    id: AccountId
    code: Annotated[Text, Validators.pattern("^[0-9]{4}$")]
    name: Annotated[Text, Validators.max_length(80)]
    kind: AccountKind
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
    def new(cls, **fields: Unpack[AccountFields]) -> Account:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: Unpack[AccountChanges]) -> Account:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)


class AccountFields(TypedDict):
    """What `Account.new` takes."""

    id: NotRequired[AccountId]
    organization_id: NotRequired[ID]
    code: Text
    name: Text
    kind: AccountKindInput
    meta: NotRequired[Meta]


class AccountChanges(TypedDict, total=False):
    """What `Account.replace` takes."""

    code: Text
    name: Text
    kind: AccountKindInput
    meta: Meta


class AccountCreate(Model):
    """What a new Account is made from."""

    code: Annotated[Text, Validators.pattern("^[0-9]{4}$")]
    name: Annotated[Text, Validators.max_length(80)]
    kind: AccountKindInput


class AccountUpdate(Model):
    """What changes about an Account; what is left out stays."""

    code: Annotated[Text, Validators.pattern("^[0-9]{4}$")] | MISSING = MISSING
    name: Annotated[Text, Validators.max_length(80)] | MISSING = MISSING
    kind: AccountKindInput | MISSING = MISSING

    def changes(self) -> AccountChanges:
        """What was given, under the names that `replace` takes."""
        changes: AccountChanges = {}
        if self.code is not MISSING:
            changes["code"] = self.code
        if self.name is not MISSING:
            changes["name"] = self.name
        if self.kind is not MISSING:
            changes["kind"] = self.kind
        return changes


AccountFilter = TypedDict(
    "AccountFilter",
    {
        "id": AccountId | AccountIdFilter,
        "code": Text | None | TextFilter,
        "name": Text | None | TextFilter,
        "kind": AccountKindInput | None | AccountKindFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[AccountFilter]",
        "or": "list[AccountFilter]",
        "not": "AccountFilter",
    },
    total=False,
)


class AccountRepository(BaseRepository[Account, AccountId, AccountFilter]):
    """The rows of Account, seen by one organisation."""

    entity: ClassVar[type[Account]] = Account

    async def find_by_code(self, code: Text) -> Account | None:
        """The Account with this code, if there is one."""
        return await self.find_one({"code": code})


class CreateAccount(
    AccountCreate,
    CommandMessage[Account],
    type="ledger.createAccount",
):
    """Make an Account."""


class UpdateAccount(
    AccountUpdate,
    CommandMessage[Account],
    type="ledger.updateAccount",
):
    """Change an Account; what is left out stays."""

    id: AccountId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteAccount(Model, CommandMessage[None], type="ledger.deleteAccount"):
    """Delete an Account."""

    id: AccountId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreAccount(Model, CommandMessage[Account], type="ledger.restoreAccount"):
    """Undo the deletion of an Account."""

    id: AccountId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetAccount(Model, QueryMessage[Account], type="ledger.getAccount"):
    """One Account by its id."""

    id: AccountId


class ListAccounts(
    Model,
    QueryMessage[PaginatedResult[Account]],
    type="ledger.listAccounts",
):
    """A page of those Account that a filter holds for."""

    filter: Annotated[AccountFilter | None, FilterData] = None
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


class AccountSnapshot(Model):
    """What events say of an Account: its stored fields, without sensitive ones."""

    code: Text
    name: Text
    kind: AccountKind


class AccountUpdatedPayload(Model):
    """The wire names of what changed about an Account, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: AccountSnapshot


class AccountCreated(
    DomainEvent[AccountSnapshot],
    type="account.created",
    source="ledger",
    aggregate="Account",
):
    """An Account was made."""

    payload: AccountSnapshot


class AccountUpdated(
    DomainEvent[AccountUpdatedPayload],
    type="account.updated",
    source="ledger",
    aggregate="Account",
):
    """An Account was changed."""

    payload: AccountUpdatedPayload


class AccountDeleted(
    DomainEvent[AccountSnapshot],
    type="account.deleted",
    source="ledger",
    aggregate="Account",
):
    """An Account was deleted."""

    payload: AccountSnapshot


class AccountRestored(
    DomainEvent[AccountSnapshot],
    type="account.restored",
    source="ledger",
    aggregate="Account",
):
    """An Account is back."""

    payload: AccountSnapshot
