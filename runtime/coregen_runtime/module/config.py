"""A module's configuration as its typed class: what the accessor in `generated/config.py` calls (specification, section 8).

The defaults are the definition's, what overlays them the application's; joining the two is the application's too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError as PydanticValidationError

from coregen_runtime.errors.base import CoreError, failures_of
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.model import Model

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext

M = TypeVar("M", bound=Model)


def module_config(ctx: SystemContext, module: str, config: type[M]) -> M:
    """The configuration of `module`, whichever module's handler asks.

    Raises:
        CoreError: `INVALID_STATE`: the application overlays a key that there is not, or with a value of another type; all of them are named.
    """
    try:
        return config.model_validate(dict(ctx.bind(module=module).config), by_alias=True, by_name=False)
    except PydanticValidationError as error:
        why = "; ".join(f"{failure.path} {failure.message}" for failure in failures_of(error))
        raise CoreError(ErrorCode.INVALID_STATE, f'the configuration that the application gives "{module}" does not fit: {why}') from None
