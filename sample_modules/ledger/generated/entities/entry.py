"""Entry of ledger."""

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Literal, Self, TypeAlias, Unpack

from coregen_runtime import Entity, Field, Integer, Money, Timestamp

from ..ids import AccountId, EntryId, TransactionId

if TYPE_CHECKING:
    from ..operations.entry import EntryChanges, EntryFields


class EntrySide(StrEnum):
    """The values of `side` of Entry."""

    DEBIT = "debit"
    CREDIT = "credit"


if TYPE_CHECKING:
    _EntrySideValue: TypeAlias = Literal["debit", "credit"]
    EntrySideInput: TypeAlias = EntrySide | _EntrySideValue
else:
    EntrySideInput = EntrySide


class Entry(Entity):
    """Entry of ledger."""

    __entity__: ClassVar[str] = "ledger.Entry"
    __id_prefix__: ClassVar[str] = "entry"

    id: EntryId
    transaction: TransactionId
    account: AccountId
    side: EntrySide
    amount: Money
    """More than nothing; the side says which way."""
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
    version: Integer = 0

    @classmethod
    def new(cls, **fields: "Unpack[EntryFields]") -> Self:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: "Unpack[EntryChanges]") -> Self:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)
