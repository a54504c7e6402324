"""An entity as IR: what stands in `entities/`, `repositories/`, `operations/`, `events/` and `ids.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from coregen.ir import Declaration, EntityIR, EventsIR, FinderIR, IdsIR, ModelIR, OperationsIR, RepositoryIR, TypedDictIR
from coregen.naming import sentence_case, with_article
from coregen.printing import Call, Expr, Items, Name, Pair, Subscript, Union, export_key, imported, string
from coregen.resolve.brought import COMMANDS, Verb, references
from coregen.resolve.complete import Complete
from coregen.resolve.definitions import code
from coregen.resolve.fields import (
    NONE,
    Types,
    computed_field,
    conditions,
    counted,
    enum_ir,
    expected_version,
    filter_value,
    key_declaration,
    model_field,
    runtime,
    system_field,
    typed_dict,
    typing,
    update_field,
)
from coregen.resolve.messages import Entities, relative
from coregen.resolve.name_values import EntityNames, MessageNames, ModuleNames
from coregen.resolve.sentences import entity_sentence, state_sentences
from coregen.resolve.testing import makers_of_entity
from coregen_runtime.entity import fields as table
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.repository.base import BaseRepository
from coregen_runtime.repository.include import is_reference
from coregen_runtime.repository.table import is_unique, stored_fields

_SYSTEM_FILTERS = {"createdAt": "DateFilter", "updatedAt": "DateFilter", "deletedAt": "DateFilter", "version": "NumberFilter", "meta": "JsonFilter"}


def entity_ir(module: Complete, entities: Entities, schema: EntitySchema) -> EntityIR:
    """Everything about one entity of a complete module."""
    all_names = entities.names[module.id]
    own = all_names.entities[schema.name]
    types = Types(own.enums, own.json, all_names, "..ids")
    abroad = replace(types, enums_module=f"..entities.{own.file}")
    stored = stored_fields(schema)
    fields = (
        Declaration("id", types.id(schema.qualified_name)),
        *(model_field(field, own.attributes[field.key], types) for field in stored),
        *_switched(schema),
    )
    computed = tuple(computed_field(field, own.attributes[field.key], types) for field in schema.fields if field.computed is not None)
    states = {machine.field: state_sentences(machine) for machine in module.definition.fsms if machine.entity_type == schema.name}
    enums = tuple(
        enum_ir(field, own.enums[field.key], schema.name, states.get(field.key, {})) for field in schema.fields if field.type is FieldType.ENUM
    )
    used = [typing("TYPE_CHECKING"), typing("ClassVar"), typing("Self"), typing("Unpack"), runtime("Entity"), *_imported(fields, computed)]
    if enums:
        used += [Name("StrEnum", "enum"), typing("Literal"), typing("TypeAlias")]
    return EntityIR(
        name=own.name,
        qualified=schema.qualified_name,
        file=own.file,
        doc=schema.description or f"{schema.name} of {module.id}",
        id=own.id,
        id_prefix=schema.id_prefix or "",
        imports=tuple(used),
        typed=(Name(own.fields, f"..operations.{own.file}"), Name(own.changes, f"..operations.{own.file}")),
        enums=enums,
        fields=fields,
        computed=computed,
        repository=_repository(module, entities, schema, own, abroad),
        operations=_operations(module, schema, own, abroad),
        events=_events(module, schema, own, abroad),
        makers=makers_of_entity(module, entities, schema, _schema_function(own)),
        schema=code(_schema_function(own), "EntitySchema", schema),
        soft_delete=schema.soft_delete,
        versioned=schema.versioned,
    )


def _schema_function(own: EntityNames) -> str:
    return f"{own.file.rstrip('_')}_schema"


def ids_ir(module: Complete, all_names: ModuleNames, modules: Mapping[str, Complete]) -> IdsIR:
    """The ids that the module's own classes use."""
    own = [(all_names.ids[schema.qualified_name], schema.id_prefix or "") for schema in module.definition.entities]
    foreign = []
    listed = {field.ref_entity for schema in module.definition.entities for field in schema.fields if field.type is FieldType.REFS}
    used = references(module) | {schema.qualified_name for schema in module.definition.entities}
    for qualified in sorted(used):
        home, _, entity = qualified.rpartition(".")
        if home != module.id:
            schema = next(each for each in modules[home].definition.entities if each.name == entity)
            theirs = Name(all_names.ids[qualified], f"{modules[home].loaded.folder.package}.generated.ids", f"{modules[home].classes[entity]}Id")
            foreign.append((theirs, schema.id_prefix or ""))
    kinds = []
    for qualified in used:
        name = all_names.ids[qualified]
        kinds.append(conditions(all_names.conditions[qualified][0], Name(name, ".ids"), table.row(FieldType.REF).filter_ops))
        if qualified in listed:
            kinds.append(conditions(all_names.conditions[qualified][1], Name(name, ".ids"), table.row(FieldType.REFS).filter_ops, many=True))
    kinds.sort(key=lambda each: each.name)
    exported = sorted([name for name, _ in own] + [name.text for name, _ in foreign], key=export_key)
    needed = [typing("TYPE_CHECKING"), runtime("id_type"), *([typing("NewType"), runtime("ID")] if own else [])]
    told = (typing("TypedDict"), *imported(*(each.value for each in kinds)))
    return IdsIR(tuple(exported), tuple(sorted(own)), tuple(sorted(foreign, key=lambda each: each[0].text)), tuple(needed), tuple(kinds), told)


def _switched(schema: EntitySchema) -> Iterable[Declaration]:
    """The columns that the entity's switches control (semantics 9)."""
    for system in table.system_fields(schema):
        if system.switch is not None:
            base = runtime("Integer" if system.type == "int" else system.type)
            annotation: Expr = Union((base, NONE)) if system.nullable else base
            yield system_field(system.attribute, system.key, annotation, NONE if system.nullable else Name("0"))


def _keys(own: EntityNames, types: Types, stored: Iterable[FieldSchema], id: Name) -> tuple[Declaration, ...]:
    def optional(annotation: Expr) -> Expr:
        return Subscript(typing("NotRequired"), (annotation,))

    return (
        Declaration("id", optional(id)),
        Declaration("organization_id", optional(runtime("ID"))),
        *(key_declaration(field, own.attributes[field.key], types, partial=False) for field in stored),
        Declaration("meta", optional(runtime("Meta"))),
    )


def _repository(module: Complete, entities: Entities, schema: EntitySchema, own: EntityNames, types: Types) -> RepositoryIR:
    stored = stored_fields(schema)
    kinds = tuple(
        conditions(own.enums[field.key].conditions, Name(own.enums[field.key].input, types.enums_module), table.row(field).filter_ops)
        for field in stored
        if field.type is FieldType.ENUM
    )
    filter = _filter(schema, own, types, stored)
    included = _included(module, entities, own, types, stored)
    targets = tuple(_target(module, entities, own, field) for field in stored if is_reference(field))
    itself = Name(own.name, f"..entities.{own.file}")
    finders = tuple(_finders(schema, own, types))
    used = [typing("ClassVar"), runtime("BaseRepository"), Name(own.id, "..ids"), itself]
    used += _imported(*(finder.parameters for finder in finders))
    used += imported(filter.value, *(each.value for each in kinds))
    if included is not None:
        used += [typing("TYPE_CHECKING"), typing("Any"), *(name for name in imported(included.value) if name not in targets)]
    return RepositoryIR(tuple(used), tuple(each for each in targets if each != itself), kinds, filter, included, own.repository, finders)


def _filter(schema: EntitySchema, own: EntityNames, types: Types, stored: Iterable[FieldSchema]) -> TypedDictIR:
    keys: dict[str, Expr] = {"id": Union((types.id(schema.qualified_name), types.conditions(schema.qualified_name)))}
    keys |= {field.key: filter_value(field, types) for field in stored}
    for system in table.system_fields(schema):
        if system.key in _SYSTEM_FILTERS:
            conditions = runtime(_SYSTEM_FILTERS[system.key])
            plain = {"Timestamp": runtime("Timestamp"), "int": Name("int")}.get(system.type)
            keys[system.key] = Union((plain, *((NONE,) if system.nullable else ()), conditions)) if plain else conditions
    keys |= {"and": string(f"list[{own.filter}]"), "or": string(f"list[{own.filter}]"), "not": string(own.filter)}
    return typed_dict(own.filter, keys)


def _included(module: Complete, entities: Entities, own: EntityNames, types: Types, stored: Iterable[FieldSchema]) -> TypedDictIR | None:
    """What may be brought along: by the wire key of each reference, what is referred to by id (semantics 25)."""
    keys = {
        field.key: Subscript(Name("Mapping", "collections.abc"), (types.id(field.ref_entity or ""), _target(module, entities, own, field)))
        for field in stored
        if is_reference(field)
    }
    return typed_dict(own.included, keys) if keys else None


def _target(module: Complete, entities: Entities, own: EntityNames, field: FieldSchema) -> Name:
    """The class of the entity that a field refers to, as the repository's file imports it."""
    home, _, entity = (field.ref_entity or "").rpartition(".")
    theirs = entities.names[home].entities[entity]
    if home == module.id:
        return Name(theirs.name, f"..entities.{theirs.file}")
    here = f"{entities.packages[module.id]}.generated.repositories.{own.file}"
    return Name(theirs.name, relative(f"{entities.packages[home]}.generated.entities.{theirs.file}", here))


def _finders(schema: EntitySchema, own: EntityNames, types: Types) -> Iterable[FinderIR]:
    by_key = {field.key: field for field in stored_fields(schema)}
    taken = set(dir(BaseRepository))
    groups = [(field.key,) for field in by_key.values() if is_unique(field)] + [tuple(keys) for keys in schema.unique_constraints]
    for keys in dict.fromkeys(groups):
        if not all(key in by_key and by_key[key].type not in (FieldType.REFS, FieldType.JSON) for key in keys):
            continue
        parameters = tuple(Declaration(own.attributes[key], types.row(by_key[key], given=True)) for key in keys)
        entries = Items(tuple(Pair(string(key), Name(own.attributes[key])) for key in keys), "{}")
        base = f"find_by_{'_and_'.join(own.attributes[key].rstrip('_') for key in keys)}"
        name = base
        while name in taken:
            name += "_"
        taken.add(name)
        yield FinderIR(name, parameters, entries, f"The {schema.name} with this {' and '.join(keys)}, if there is one")


def _messages(schema: EntitySchema, own: EntityNames, id: Name) -> tuple[ModelIR, ...]:
    identified = Declaration("id", id)
    including = Subscript(Name("tuple"), (_keys_of(schema), Name("...")))
    expected = (expected_version(),) if schema.versioned else ()
    paging = (
        Declaration("filter", Subscript(typing("Annotated"), (Union((Name(own.filter), NONE)), runtime("FilterData"))), NONE),
        Declaration("page", counted(), Name("1")),
        Declaration("limit", counted(500), Name("50")),
        Declaration("sort", Subscript(Name("tuple"), (runtime("SortSpec"), Name("..."))), Name("()")),
        *((system_field("with_deleted", "withDeleted", runtime("Boolean"), Name("False")),) if schema.soft_delete else ()),
        Declaration("total", runtime("Boolean"), Name("True")),
        Declaration("after", Union((runtime("Text"), NONE)), NONE),
        *((Declaration("include", including, Name("()")),) if own.included else ()),
    )
    beside = Subscript(runtime("IncludedResult"), (Name(own.name), Name(own.included)))
    whole_page = Subscript(runtime("PaginatedResult"), (Name(own.name), *((Name(own.included),) if own.included else ())))
    fields: dict[str, tuple[Name, Expr, tuple[Declaration, ...]]] = {
        "create": (Name(own.create), Name(own.name), ()),
        "update": (Name(own.update), Name(own.name), (identified, *expected)),
        "delete": (runtime("Model"), NONE, (identified, *expected)),
        "restore": (runtime("Model"), Name(own.name), (identified, *expected)),
        "get": (runtime("Model"), Name(own.name), (identified,)),
        "including": (runtime("Model"), beside, (identified, Declaration("include", including))),
        "list": (runtime("Model"), whole_page, paging),
    }

    def message(verb: Verb, names: MessageNames) -> ModelIR:
        base, result, own_fields = fields[verb]
        kind = _giving("CommandMessage" if verb in COMMANDS else "QueryMessage", result)
        return ModelIR(names.name, (base, kind, Pair(Name("type"), string(names.type))), entity_sentence(verb, schema.name), own_fields)

    return tuple(message(verb, names) for verb, names in own.messages.items())


def _keys_of(schema: EntitySchema) -> Expr:
    """The references that can be included, as literals."""
    keys = (field.key for field in stored_fields(schema) if is_reference(field))
    return Subscript(typing("Literal"), tuple(string(key) for key in keys))


def _giving(base: str, result: Expr) -> Expr:
    return Subscript(runtime(base), (result,))


def _events(module: Complete, schema: EntitySchema, own: EntityNames, types: Types) -> EventsIR:
    some = with_article(schema.name)
    fields = tuple(model_field(field, own.attributes[field.key], types, checked=False) for field in stored_fields(schema) if not field.sensitive)
    snapshot = ModelIR(own.snapshot, (runtime("Model"),), f"What events say of {some}: its stored fields, without sensitive ones", fields)
    changed = Declaration("changed", Subscript(Name("tuple"), (runtime("Text"), Name("..."))))
    updated = ModelIR(
        own.updated_payload,
        (runtime("Model"),),
        f"The wire names of what changed about {some}, and how it stands now",
        (changed, Declaration("snapshot", Name(own.snapshot))),
    )
    sentences = {"created": "was made", "updated": "was changed", "deleted": "was deleted", "restored": "is back"}
    found = [snapshot, updated]
    for verb, (name, type) in own.events.items():
        payload = own.updated_payload if verb == "updated" else own.snapshot
        keywords = {"type": type, "source": module.id, "aggregate": schema.name}
        bases = (_giving("DomainEvent", Name(payload)), *(Pair(Name(key), string(value)) for key, value in keywords.items()))
        found.append(ModelIR(name, bases, f"{sentence_case(some)} {sentences[verb]}", (Declaration("payload", Name(payload)),)))
    return EventsIR((runtime("DomainEvent"), runtime("Model"), runtime("Text"), *_imported(fields)), tuple(found))


def _operations(module: Complete, schema: EntitySchema, own: EntityNames, types: Types) -> OperationsIR:
    stored = stored_fields(schema)
    given = [field for field in stored if (schema.name, field.key) not in module.owned]
    id = types.id(schema.qualified_name)
    new = ModelIR(own.fields, (typing("TypedDict"),), f"What `{schema.name}.new` takes", _keys(own, types, stored, id))
    changes = ModelIR(
        own.changes,
        (typing("TypedDict"), Pair(Name("total"), Name("False"))),
        f"What `{schema.name}.replace` takes",
        (
            *(key_declaration(field, own.attributes[field.key], types, partial=True) for field in stored),
            Declaration("meta", runtime("Meta")),
        ),
    )
    create = ModelIR(
        own.create,
        (runtime("Model"),),
        f"What a new {schema.name} is made from",
        tuple(model_field(field, own.attributes[field.key], types, given=True) for field in given),
    )
    update = ModelIR(
        own.update,
        (runtime("Model"),),
        f"What changes about {with_article(schema.name)}; what is left out stays",
        tuple(update_field(field, own.attributes[field.key], types) for field in given),
    )
    made = Call(
        Name(f"{own.name}.new"),
        tuple(Pair(Name(own.attributes[field.key]), Name(f"command.{own.attributes[field.key]}")) for field in given),
    )
    messages = _messages(schema, own, id)
    used = [runtime(name) for name in ("CommandMessage", "Model", "PaginatedResult", "QueryMessage", "QueryOptions", "SystemContext")]
    used += [typing("TypedDict"), Name(own.name, f"..entities.{own.file}")]
    used += [Name(name, f"..repositories.{own.file}") for name in (own.repository, own.filter, *([own.included] if own.included else []))]
    used += _imported(*(model.fields for model in (new, changes, create, update, *messages)))
    if given:
        used.append(runtime("MISSING"))
    if own.included:
        used.append(runtime("IncludedResult"))
    restore, including = own.messages.get("restore"), own.messages.get("including")
    return OperationsIR(
        imports=tuple(used),
        new=new,
        changes=changes,
        create_model=create,
        update_model=update,
        updatable=tuple(own.attributes[field.key] for field in given),
        messages=messages,
        variable=own.variable,
        created=made,
        create=own.messages["create"].function,
        update=own.messages["update"].function,
        delete=own.messages["delete"].function,
        restore=restore.function if restore else "",
        get=own.messages["get"].function,
        including=including.function if including else "",
        list=own.messages["list"].function,
        create_message=own.messages["create"].name,
        update_message=own.messages["update"].name,
        delete_message=own.messages["delete"].name,
        restore_message=restore.name if restore else "",
        get_message=own.messages["get"].name,
        including_message=including.name if including else "",
        list_message=own.messages["list"].name,
    )


def _imported(*groups: Iterable[Declaration]) -> tuple[Name, ...]:
    """What the annotations and values of declarations import."""
    return imported(*(part for group in groups for each in group for part in (each.annotation, each.value)))
