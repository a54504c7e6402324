"""The rows of Transaction: what filters take, what can be included, the repository."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

from coregen_runtime import (
    BaseRepository,
    DateFilter,
    JsonFilter,
    NumberFilter,
    Text,
    TextFilter,
    Timestamp,
)

from ..conditions import TransactionIdFilter
from ..entities.transaction import Transaction, TransactionStatusInput
from ..ids import TransactionId

TransactionStatusFilter = TypedDict(
    "TransactionStatusFilter",
    {
        "eq": TransactionStatusInput | None,
        "neq": TransactionStatusInput | None,
        "in": Sequence[TransactionStatusInput | None],
        "nin": Sequence[TransactionStatusInput | None],
        "exists": bool,
        "matches": str,
    },
    total=False,
)

TransactionFilter = TypedDict(
    "TransactionFilter",
    {
        "id": TransactionId | TransactionIdFilter,
        "reference": Text | None | TextFilter,
        "description": Text | None | TextFilter,
        "reverses": TransactionId | None | TransactionIdFilter,
        "status": TransactionStatusInput | None | TransactionStatusFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[TransactionFilter]",
        "or": "list[TransactionFilter]",
        "not": "TransactionFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    TransactionIncluded = TypedDict(
        "TransactionIncluded",
        {"reverses": Mapping[TransactionId, Transaction]},
        total=False,
    )
else:
    TransactionIncluded = dict[str, Any]


class TransactionRepository(
    BaseRepository[Transaction, TransactionId, TransactionFilter, TransactionIncluded],
):
    """The rows of Transaction, seen by one organisation."""

    entity: ClassVar[type[Transaction]] = Transaction

    async def find_by_reference(self, reference: Text) -> Transaction | None:
        """The Transaction with this reference, if there is one."""
        return await self.find_one({"reference": reference})
