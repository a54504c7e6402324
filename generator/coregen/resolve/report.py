"""Gathers what is wrong while resolving; nothing stops at the first error. What a code means stands in `coregen.diagnostics`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coregen.diagnostics import Diagnostic, Severity, gathered

if TYPE_CHECKING:
    from coregen.load import LoadedModule, Loc


@dataclass
class Report:
    """The findings of one resolve."""

    found: list[Diagnostic] = field(default_factory=list)

    def error(self, module: LoadedModule, loc: Loc, code: str, message: str, help: str = "") -> None:
        self._add("error", module, loc, code, message, help)

    def warning(self, module: LoadedModule, loc: Loc, code: str, message: str, help: str = "") -> None:
        self._add("warning", module, loc, code, message, help)

    def failed(self) -> bool:
        return any(each.severity == "error" for each in self.found)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return gathered(self.found)

    def _add(self, severity: Severity, module: LoadedModule, loc: Loc, code: str, message: str, help: str) -> None:
        place = module.positions.at(loc)
        self.found.append(Diagnostic(place.path, place.line, place.column, severity, code, message, help))
