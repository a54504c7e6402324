"""NATS with JetStream: the extra `nats`. Importing it without the client is `CoreError("NOT_CONFIGURED")`, which names what to install."""

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode

try:
    from coregen_adapters.nats.broker import NatsBroker
except ModuleNotFoundError as missing:
    if missing.name != "nats":
        raise
    raise CoreError(ErrorCode.NOT_CONFIGURED, 'NATS needs a client: pip install "coregen-runtime[nats]"') from missing

__all__ = ["NatsBroker"]
