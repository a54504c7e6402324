"""Which implementation stands behind each kind of outside service (specification, section 13).

Several may be registered for one kind, by name; one is active. Compose registers them, modules ask by kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args, overload

from coregen_runtime.adapter.types import (
    AdapterType,
    EmailAdapter,
    FxRatesAdapter,
    GeoAdapter,
    OcrAdapter,
    PaymentAdapter,
    PushAdapter,
    SearchAdapter,
    SmsAdapter,
    StorageAdapter,
    TranslateAdapter,
    WebhookAdapter,
    WhatsAppAdapter,
)
from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.suggest import did_you_mean

ADAPTER_TYPES: tuple[AdapterType, ...] = get_args(AdapterType)


class AdapterRegistry:
    """Adapters by kind and name.

    Args:
        active: from configuration, the name of the implementation to use for a kind; without one, the first that was registered.
    """

    def __init__(self, active: Mapping[AdapterType, str] | None = None) -> None:
        self._active: dict[AdapterType, str] = dict(active or {})
        self._adapters: dict[AdapterType, dict[str, Any]] = {}
        for type in self._active:
            _check(type)

    def register(self, type: AdapterType, adapter: object, *, name: str = "default") -> None:
        """Raises `CoreError("DUPLICATE")` when the kind has an adapter of that name."""
        _check(type)
        named = self._adapters.setdefault(type, {})
        if name in named:
            raise CoreError(ErrorCode.DUPLICATE, f'an adapter "{name}" is registered for "{type}" already; give this one another name')
        named[name] = adapter

    def has(self, type: AdapterType) -> bool:
        """Whether `get(type)` has an answer."""
        named = self._adapters.get(type, {})
        return self._active[type] in named if type in self._active else bool(named)

    @overload
    def get(self, type: Literal["storage"]) -> StorageAdapter: ...
    @overload
    def get(self, type: Literal["notification.email"]) -> EmailAdapter: ...
    @overload
    def get(self, type: Literal["notification.sms"]) -> SmsAdapter: ...
    @overload
    def get(self, type: Literal["notification.push"]) -> PushAdapter: ...
    @overload
    def get(self, type: Literal["notification.whatsapp"]) -> WhatsAppAdapter: ...
    @overload
    def get(self, type: Literal["notification.webhook"]) -> WebhookAdapter: ...
    @overload
    def get(self, type: Literal["payment"]) -> PaymentAdapter: ...
    @overload
    def get(self, type: Literal["geo"]) -> GeoAdapter: ...
    @overload
    def get(self, type: Literal["search"]) -> SearchAdapter: ...
    @overload
    def get(self, type: Literal["fx-rates"]) -> FxRatesAdapter: ...
    @overload
    def get(self, type: Literal["ocr"]) -> OcrAdapter: ...
    @overload
    def get(self, type: Literal["translate"]) -> TranslateAdapter: ...
    def get(self, type: AdapterType) -> Any:
        """The active adapter of a kind. Raises `CoreError("NOT_CONFIGURED")` where there is none."""
        _check(type)
        named = self._adapters.get(type, {})
        name = self._active.get(type) or next(iter(named), None)
        if name is None or name not in named:
            known = f'; "{name}" is selected, and registered are: {", ".join(named) or "none"}' if name else ""
            raise CoreError(ErrorCode.NOT_CONFIGURED, f'no adapter for "{type}"{known}; register one: adapters.register("{type}", …)')
        return named[name]


def _check(type: str) -> None:
    if type not in ADAPTER_TYPES:
        raise CoreError(ErrorCode.UNKNOWN, f'"{type}" is no kind of adapter{did_you_mean(type, ADAPTER_TYPES)}')
