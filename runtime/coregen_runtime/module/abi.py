"""The number that generated code and the runtime must agree on (semantics 38)."""

from __future__ import annotations

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode

ABI = 1
"""Raised when generated code of before no longer runs on this runtime."""


def check_abi(generated: int, module: str) -> None:
    """Raises `CoreError("ABI_MISMATCH")` that names the command to run."""
    if generated == ABI:
        return
    fix = f'run "coregen sync {module}"' if generated < ABI else 'run "python -m pip install --upgrade coregen-runtime"'
    raise CoreError(ErrorCode.ABI_MISMATCH, f"{module} was generated for ABI {generated}, and this runtime speaks ABI {ABI}: {fix}")
