"""Repository classes by the entity that they hold, filled at boot: what `ctx.repo("catalog.Product")` finds (semantics 22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coregen_runtime.errors.base import CoreError, NotFoundError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.suggest import did_you_mean

if TYPE_CHECKING:
    from coregen_runtime.repository.base import BaseRepository


class Repositories:
    """The repository class of each entity of an application."""

    def __init__(self) -> None:
        self._classes: dict[str, type[BaseRepository[Any, Any, Any]]] = {}

    def add(self, repository: type[BaseRepository[Any, Any, Any]]) -> None:
        """Raises `CoreError("DUPLICATE")` when the entity has a repository."""
        name = repository.entity.__entity__
        if name in self._classes:
            raise CoreError(ErrorCode.DUPLICATE, f'"{name}" has a repository already: {self._classes[name].__name__}')
        self._classes[name] = repository

    def named(self, name: str) -> type[BaseRepository[Any, Any, Any]]:
        """The class for `catalog.Product`, or for a bare `Product` where one module has such an entity.

        Raises:
            CoreError: `AMBIGUOUS` with the candidates.
            NotFoundError: `UNKNOWN`.
        """
        if name in self._classes:
            return self._classes[name]
        candidates = [qualified for qualified in self._classes if qualified.rpartition(".")[2] == name]
        match candidates:
            case [qualified]:
                return self._classes[qualified]
            case []:
                raise NotFoundError(ErrorCode.UNKNOWN, f'no entity "{name}" is registered{did_you_mean(name, self._classes)}')
            case _:
                raise CoreError(ErrorCode.AMBIGUOUS, f'"{name}" means several entities: {", ".join(sorted(candidates))}; write the qualified name')
