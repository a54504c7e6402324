"""What can be asked of Account, and what that does. Declare a message in the definition, and its handler is yours."""

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

from ..entities.account import Account, AccountKindInput
from ..ids import AccountId
from ..repositories.account import AccountFilter, AccountRepository


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
    """Must match ^[0-9]{4}$. Must be unique."""
    name: Annotated[Text, Validators.max_length(80)]
    """Must have at most 80 characters."""
    kind: AccountKindInput


class AccountUpdate(Model):
    """What changes about an Account; what is left out stays."""

    code: Annotated[Text, Validators.pattern("^[0-9]{4}$")] | MISSING = MISSING
    """Must match ^[0-9]{4}$. Must be unique."""
    name: Annotated[Text, Validators.max_length(80)] | MISSING = MISSING
    """Must have at most 80 characters."""
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
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteAccount(Model, CommandMessage[None], type="ledger.deleteAccount"):
    """Delete an Account."""

    id: AccountId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreAccount(Model, CommandMessage[Account], type="ledger.restoreAccount"):
    """Undo the deletion of an Account."""

    id: AccountId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
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


async def create_account(command: CreateAccount, ctx: SystemContext) -> Account:
    account = Account.new(code=command.code, name=command.name, kind=command.kind)
    return await ctx.repo(AccountRepository).save(account)


async def update_account(command: UpdateAccount, ctx: SystemContext) -> Account:
    repository = ctx.repo(AccountRepository)
    account = await repository.find_by_id_or_fail(command.id)
    repository.check_version(account, command.expected_version)
    return await repository.save(account.replace(**command.changes()))


async def delete_account(command: DeleteAccount, ctx: SystemContext) -> None:
    await ctx.repo(AccountRepository).delete(command.id, command.expected_version)


async def restore_account(command: RestoreAccount, ctx: SystemContext) -> Account:
    repository = ctx.repo(AccountRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_account(query: GetAccount, ctx: SystemContext) -> Account:
    return await ctx.repo(AccountRepository).find_by_id_or_fail(query.id)


async def list_accounts(
    query: ListAccounts,
    ctx: SystemContext,
) -> PaginatedResult[Account]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
    )
    return await ctx.repo(AccountRepository).find_many(query.filter, options)
