"""Id prefixes: which entity an id belongs to, told from the id alone (specification, sections 1 and 8).

What a prefix looks like is entity/generator.py's; that none stands twice in a module, registry.py's check.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coregen_runtime.entity.generator import id_prefix
from coregen_runtime.module.types import ModuleManifest


def declared_prefixes(manifest: ModuleManifest) -> dict[str, str]:
    """The prefix of each entity that has one, by the entity's name: `idPrefixes`, and what the entities themselves say."""
    return {**{schema.name: schema.id_prefix for schema in manifest.entities if schema.id_prefix}, **manifest.id_prefixes}


@dataclass(frozen=True, slots=True)
class IdPrefixes:
    """The prefixes of an application's modules. `entities` are qualified names by bare prefix, in the order of the modules.

    `App.id_prefixes` and `BootRegistry.id_prefixes` hold one.
    """

    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, manifests: Iterable[ModuleManifest]) -> IdPrefixes:
        """What these modules declare."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for manifest in manifests:
            for entity, prefix in declared_prefixes(manifest).items():
                found[prefix].append(f"{manifest.id}.{entity}")
        return cls({prefix: tuple(names) for prefix, names in found.items()})

    def identify(self, id: str) -> tuple[str, ...]:
        """The entities that an id can belong to: `ord_01…` → `("ordering.Order",)`.

        Several where modules share a prefix (a warning at boot, semantics 37); none for an id without a prefix, with one that nobody declares, and
        for what is no id. Never raises, so that a log can be read with it.
        """
        return self.entities.get(id_prefix(id) or "", ())
