"""A handlers module that lacks a handler, or holds one whose signature has drifted, does not fit its module's protocol."""

from __future__ import annotations

from sample_modules.inventory import handlers as complete
from sample_modules.inventory.generated.wiring import wire
from tests.typing.cases import handlers_drifted, handlers_missing

wire(complete)
wire(handlers_missing)  # E: incompatible type
wire(handlers_drifted)  # E: incompatible type
