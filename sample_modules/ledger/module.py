"""The ledger module, wired: what an application registers."""

from __future__ import annotations

from . import handlers
from .generated.wiring import wire

module = wire(handlers)
