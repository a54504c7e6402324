"""In which order modules boot: levels, each needing only what stands below it (specification, section 8; semantics 37). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.module.types import ModuleManifest
from coregen_runtime.primitives.suggest import did_you_mean


def resolve_boot_order(manifests: Iterable[ModuleManifest]) -> tuple[tuple[str, ...], ...]:
    """Module ids by level; within a level in the order given.

    Raises:
        CoreError: `MISSING_DEPENDENCY` with everything that is missing, or `DEPENDENCY_CYCLE` with the cycle as a path.
    """
    needs = {manifest.id: tuple(dict.fromkeys(manifest.depends_on)) for manifest in manifests}
    missing = [
        f"{module} depends on {needed}, which is not registered{did_you_mean(needed, needs.keys() - {module})}"
        for module, wanted in needs.items()
        for needed in wanted
        if needed not in needs
    ]
    if missing:
        raise CoreError(ErrorCode.MISSING_DEPENDENCY, "; ".join(missing))
    levels: list[tuple[str, ...]] = []
    placed: set[str] = set()
    while len(placed) < len(needs):
        level = tuple(module for module, wanted in needs.items() if module not in placed and placed.issuperset(wanted))
        if not level:
            cycle = _cycle(needs, [module for module in needs if module not in placed])
            raise CoreError(ErrorCode.DEPENDENCY_CYCLE, f"modules depend on each other in a circle: {' → '.join(cycle)}")
        levels.append(level)
        placed.update(level)
    return tuple(levels)


def with_dependencies(manifests: Sequence[ModuleManifest], ids: Iterable[str]) -> tuple[ModuleManifest, ...]:
    """The modules named and all that they depend on, in the order of `manifests`; a dependency that is missing is left to `resolve_boot_order`."""
    known = {manifest.id: manifest for manifest in manifests}
    wanted: set[str] = set()
    open = list(ids)
    while open:
        module = open.pop()
        if module in known and module not in wanted:
            wanted.add(module)
            open += known[module].depends_on
    return tuple(manifest for manifest in manifests if manifest.id in wanted)


def _cycle(needs: dict[str, tuple[str, ...]], left: Sequence[str]) -> list[str]:
    """A path that ends where it began. Each module of `left` needs another of them, so walking on must come back."""
    path = [left[0]]
    while True:
        following = next(needed for needed in needs[path[-1]] if needed in left)
        if following in path:
            return [*path[path.index(following) :], following]
        path.append(following)
