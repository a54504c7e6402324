"""Account of ledger."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self, TypeAlias, Unpack

from coregen_runtime import Entity, Field, Integer, Text, Timestamp, Validators

from ..ids import AccountId

if TYPE_CHECKING:
    from ..operations.account import AccountChanges, AccountFields


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


class Account(Entity):
    """Account of ledger."""

    __entity__: ClassVar[str] = "ledger.Account"
    __id_prefix__: ClassVar[str] = "acct"

    id: AccountId
    code: Annotated[Text, Validators.pattern("^[0-9]{4}$")]
    """Must match ^[0-9]{4}$. Must be unique."""
    name: Annotated[Text, Validators.max_length(80)]
    """Must have at most 80 characters."""
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
    version: Integer = 0

    @classmethod
    def new(cls, **fields: "Unpack[AccountFields]") -> Self:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: "Unpack[AccountChanges]") -> Self:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)
