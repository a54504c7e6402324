"""A finding of a static check of a definition: of a rule against its entity, of a state machine.

The generator turns issues into diagnostics with a place; `loc` is the path within what was checked, in wire names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Issue:
    """`message` says what is wrong, `help` how to mend it; a warning is an error under `--strict`."""

    loc: tuple[str | int, ...]
    code: str
    message: str
    help: str
    severity: Literal["error", "warning"] = "error"

    def under(self, *loc: str | int) -> Issue:
        """The same finding, seen from further out."""
        return Issue((*loc, *self.loc), self.code, self.message, self.help, self.severity)
