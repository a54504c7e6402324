"""What the templates read: frozen, sorted, named and ready to print. Made by resolve, planned into files by plan.

Names are Python's, decided; wire names stand in literals. An expression is printing's; everything a template could have to think
about has been thought about here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from coregen.printing import Expr, Name


@dataclass(frozen=True)
class Declaration:
    """`name: annotation = value`, and below it a string that says what it is, unless `doc` is empty."""

    name: str
    annotation: Expr
    value: Expr | None = None
    doc: str = ""


@dataclass(frozen=True)
class ModelIR:
    """A class of fields. `bases` and class keywords as they stand in the header."""

    name: str
    bases: tuple[Expr, ...]
    doc: str
    fields: tuple[Declaration, ...] = ()


@dataclass(frozen=True)
class EnumIR:
    """A `StrEnum`; `input` is the alias that also takes the literals: `union` of the enum and `literal`. `docs` are those of members, by name."""

    name: str
    doc: str
    members: tuple[tuple[str, Expr], ...]
    input: str
    literal: Expr
    union: Expr
    docs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TypedDictIR:
    """A typed dict in its functional form: the call after `Name = `."""

    name: str
    value: Expr


@dataclass(frozen=True)
class FinderIR:
    """A repository's finder for one unique constraint."""

    name: str
    parameters: tuple[Declaration, ...]
    filter: Expr
    doc: str


@dataclass(frozen=True)
class RepositoryIR:
    """What filters take and the repository: everything in `repositories/<file>.py`.

    `included` is what may be brought along, `targets` the classes in that; both are for type checkers.
    """

    imports: tuple[Name, ...]
    targets: tuple[Name, ...]
    conditions: tuple[TypedDictIR, ...]
    filter: TypedDictIR
    included: TypedDictIR | None
    name: str
    finders: tuple[FinderIR, ...]


@dataclass(frozen=True)
class OperationsIR:
    """What can be asked of an entity and what that does: everything in `operations/<file>.py`. `variable` is the local name of the entity."""

    imports: tuple[Name, ...]
    new: ModelIR
    changes: ModelIR
    create_model: ModelIR
    update_model: ModelIR
    updatable: tuple[str, ...]
    messages: tuple[ModelIR, ...]
    variable: str
    created: Expr
    create: str
    update: str
    delete: str
    restore: str
    get: str
    including: str
    list: str
    create_message: str
    update_message: str
    delete_message: str
    restore_message: str
    get_message: str
    including_message: str
    list_message: str

    @property
    def models(self) -> tuple[ModelIR, ...]:
        return (self.new, self.changes, self.create_model, self.update_model, *self.messages)


@dataclass(frozen=True)
class EventsIR:
    """What is heard of an entity: everything in `events/<file>.py`, payloads first."""

    imports: tuple[Name, ...]
    models: tuple[ModelIR, ...]


@dataclass(frozen=True)
class MakerIR:
    """A factory and a strategy of a class, `make_<stem>` and `any_<stem>`, and the recipe behind both.

    `first` are parameters of their own, `values` the typed dict of the others, "" where there are none; `given` is what the recipe gets of them.
    """

    name: str
    stem: str
    recipe: Expr
    first: tuple[Declaration, ...]
    values: str
    given: Expr


@dataclass(frozen=True)
class MakersIR:
    """What makes values of some classes: everything in `testing/entities/<file>.py` or `testing/messages.py`."""

    imports: tuple[Name, ...]
    models: tuple[ModelIR, ...]
    makers: tuple[MakerIR, ...]


@dataclass(frozen=True)
class TestingIR:
    """What a module has once in `testing/`: its exports, and what its own test imports; `manifests` are called in the order of the migrations."""

    exported: tuple[Name, ...]
    imports: tuple[Name, ...]
    manifests: tuple[str, ...]
    messages: MakersIR


@dataclass(frozen=True)
class EntityIR:
    """One entity: its class and its enums, which are `entities/<file>.py`, and the files of what goes with it. `typed` are imports for type checkers."""

    name: str
    qualified: str
    file: str
    doc: str
    id: str
    id_prefix: str
    imports: tuple[Name, ...]
    typed: tuple[Name, ...]
    enums: tuple[EnumIR, ...]
    fields: tuple[Declaration, ...]
    computed: tuple[Declaration, ...]
    repository: RepositoryIR
    operations: OperationsIR
    events: EventsIR
    makers: MakersIR
    schema: CodeIR
    soft_delete: bool
    versioned: bool


@dataclass(frozen=True)
class CodeIR:
    """A function without parameters that returns one expression."""

    name: str
    imports: tuple[Name, ...]
    value: Expr


@dataclass(frozen=True)
class MachineIR:
    """One machine: everything in `machines/<file>.py`."""

    name: str
    id: str
    entity: str
    file: str
    imports: tuple[Name, ...]
    state_enum: str
    state: str
    events: EnumIR
    definition: Expr
    messages: tuple[ModelIR, ...]
    transition: str
    transition_message: str
    options: str
    options_message: str
    repository: str
    versioned: bool


@dataclass(frozen=True)
class MessagesIR:
    """The commands, queries and events that the definition declares: everything in `messages.py`. `results` are entities of other modules."""

    imports: tuple[Name, ...]
    results: tuple[Name, ...]
    enums: tuple[EnumIR, ...]
    models: tuple[ModelIR, ...]


@dataclass(frozen=True)
class JsonClassIR:
    """The class of an object in a JSON Schema: its place in there, a JSON pointer, and its properties."""

    name: str
    doc: str
    arguments: tuple[Expr, ...]
    fields: tuple[Declaration, ...]


@dataclass(frozen=True)
class JsonTypesIR:
    """The types of one JSON Schema: everything in `json_types/<file>.py`. `alias` is what the whole is, where it is no class."""

    file: str
    doc: str
    imports: tuple[Name, ...]
    schema: Expr
    classes: tuple[JsonClassIR, ...]
    alias: Declaration | None

    @property
    def names(self) -> tuple[str, ...]:
        return (*(each.name for each in self.classes), *((self.alias.name,) if self.alias else ()))


@dataclass(frozen=True)
class IdsIR:
    """The id types in `ids.py`: the module's own and foreign ones, each with its prefix. What filters take for them stands in `conditions.py`."""

    names: tuple[str, ...]
    own: tuple[tuple[str, str], ...]
    foreign: tuple[tuple[Name, str], ...]
    imports: tuple[Name, ...]
    conditions: tuple[TypedDictIR, ...]
    conditions_imports: tuple[Name, ...]


@dataclass(frozen=True)
class HandlerIR:
    """A function that the module's author writes. `kind` is command, query, subscription, job or worker; `label` is what it is for."""

    name: str
    kind: str
    label: str
    doc: str
    parameter: str
    type: Expr
    result: Expr


@dataclass(frozen=True)
class WiringIR:
    """`wiring.py`: the `Handlers` protocol and what `wire` hands to the runtime. `foreign` are names of other modules; `wire` itself needs the `deferred` ones."""

    imports: tuple[Name, ...]
    foreign: tuple[Name, ...]
    deferred: tuple[Name, ...]
    handlers: tuple[HandlerIR, ...]
    arguments: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True)
class HandlersIR:
    """`handlers.py` of a module that has none yet."""

    imports: tuple[Name, ...]
    handlers: tuple[HandlerIR, ...]


@dataclass(frozen=True)
class ConfigIR:
    """`config.py`: a class for the configuration and for each mapping in it, the inner ones first, and the function that gives it to a handler."""

    imports: tuple[Name, ...]
    models: tuple[tuple[str, str, tuple[Declaration, ...]], ...]
    name: str
    function: str


@dataclass(frozen=True)
class ExportsIR:
    """`generated/__init__.py`: every public name with the file that holds it, sorted as Ruff sorts."""

    names: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    imports: tuple[Name, ...]
    library: tuple[Name, ...]


@dataclass(frozen=True)
class BootTestIR:
    """`tests/test_<module>.py`: the modules that boot together (import and alias), and an empty list for each entity (query, variable)."""

    imports: tuple[Name, ...]
    modules: tuple[str, ...]
    queries: tuple[str, ...]


@dataclass(frozen=True)
class MigrationIR:
    """The first migration, or the next: the value of `migration`, the name of its file, and the sentence at its head."""

    imports: tuple[Name, ...]
    value: Expr
    file: str
    doc: str


@dataclass(frozen=True)
class ArtefactsIR:
    """The files that are no Python, as text. A file that ends with one newline."""

    openapi: str
    forms: str
    typescript: str
    diagrams: str


@dataclass(frozen=True)
class ModuleIR:
    """One module. `folder` is posix and relative to the project's root, `package` its import name.

    `py` is how its files spell what they import from Python and the runtime: `py["ClassVar"]`, for any such name.
    """

    id: str
    package: str
    folder: str
    doc: str
    entities: tuple[EntityIR, ...]
    machines: tuple[MachineIR, ...]
    ids: IdsIR
    messages: MessagesIR
    json_types: tuple[JsonTypesIR, ...]
    manifest: CodeIR
    rules: CodeIR
    config: ConfigIR | None
    wiring: WiringIR
    handlers: HandlersIR
    exports: ExportsIR
    test: BootTestIR
    testing: TestingIR
    migration: MigrationIR | None
    artefacts: ArtefactsIR
    py: Mapping[str, str]


@dataclass(frozen=True)
class ProjectIR:
    """All modules, by id."""

    modules: tuple[ModuleIR, ...]
