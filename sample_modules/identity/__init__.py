"""Who acts."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .generated import *
    from .module import module as module
else:
    from .generated import exports

    __all__, __getattr__ = exports(__name__)
