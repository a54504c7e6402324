"""What makes values for tests as IR: the factories and strategies of entities, inputs, messages and payloads, and what the generated test imports.

A factory takes what the definition lets anyone give, typed; how values are made is the runtime's (`coregen_runtime.testing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from coregen.ir import Declaration, MakerIR, MakersIR, ModelIR, TestingIR
from coregen.naming import distinct, function
from coregen.printing import Items, Name, Pair, Union, call, imported, string
from coregen.resolve.complete import Complete
from coregen.resolve.fields import NONE, RUNTIME, Types, key_declaration, runtime, typing
from coregen.resolve.json_names import JsonNames
from coregen.resolve.messages import Entities, relative
from coregen.resolve.name_values import EnumNames
from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.module.definition import Shape
from coregen_runtime.repository.table import stored_fields

_PARTIAL = (typing("TypedDict"), Pair(Name("total"), Name("False")))


def makers_of_entity(module: Complete, entities: Entities, schema: EntitySchema, schema_function: str) -> MakersIR:
    """Of an entity and of the messages that make and change one."""
    names = entities.names[module.id]
    own = names.entities[schema.name]
    types = Types(own.enums, own.json, names, "...ids", f"...entities.{own.file}")
    given = [field for field in stored_fields(schema) if (schema.name, field.key) not in module.owned]
    identity = types.id(schema.qualified_name)
    changes = Name(own.changes, f"...operations.{own.file}")
    models = (
        ModelIR(own.values, _PARTIAL, f"What an input of {schema.name} can be given", _keys(given, own.attributes, types)),
        ModelIR(
            own.overrides,
            (changes, Pair(Name("total"), Name("False"))),
            f"What {schema.name} itself can be given",
            (Declaration("id", identity), Declaration("organization_id", runtime("ID"))),
        ),
    )
    operations = f"...operations.{own.file}"
    expected = (Declaration("expected_version", Union((Name("int"), NONE)), NONE),) if schema.versioned else ()
    home = Name(own.name, f"...entities.{own.file}")
    makers = (
        _maker(names.stems, home, (), own.overrides, Name(schema_function, f"...schemas.{own.file}")),
        _maker(names.stems, Name(own.messages["create"].name, operations), (), own.values),
        _maker(names.stems, Name(own.messages["update"].name, operations), (Declaration("id", identity), *expected), own.values),
    )
    return _makers(models, makers)


def makers_of_messages(module: Complete, entities: Entities) -> MakersIR:
    """Of the messages that the definition declares, their results, and the payloads of its events."""
    names = entities.names[module.id]
    models: list[ModelIR] = []
    makers: list[MakerIR] = []
    for name, shape, attributes, enums, json in _declared(module, entities):
        values = names.values[name]
        if isinstance(shape, str):
            home, _, entity = shape.rpartition(".")
            theirs = entities.names[home].entities[entity]
            local = f"testing.entities.{theirs.file}"
            place = (
                f".entities.{theirs.file}"
                if home == module.id
                else relative(f"{entities.packages[home]}.generated.{local}", f"{entities.packages[module.id]}.generated.testing.messages")
            )
            models.append(ModelIR(values, (Name(theirs.values, place), Pair(Name("total"), Name("False"))), f"What {name} can be given"))
        elif shape and not isinstance(shape, Mapping):
            types = Types(enums, json, names, "..ids", "..messages")
            models.append(ModelIR(values, _PARTIAL, f"What {name} can be given", _keys(shape, attributes, types)))
        makers.append(_maker(names.stems, Name(name, "..messages"), (), values if shape and not isinstance(shape, Mapping) else ""))
    return _makers(tuple(models), tuple(makers))


def testing_ir(module: Complete, entities: Entities, modules: Mapping[str, Complete], messages: MakersIR) -> TestingIR:
    """What stands in `testing/` once; `messages` are in it already spelt."""
    names = entities.names[module.id]
    exported: list[Name] = []
    imports = [Name("SqliteAdapter", "coregen_adapters.sqlite")] if names.entities else []
    imports += [Name(name, f"{RUNTIME}.testing") for name in ("goes_through_json", *(("goes_through_rows",) if names.entities else ()))]
    for entity in names.entities.values():
        for name in (entity.name, entity.messages["create"].name, entity.messages["update"].name):
            exported += _functions(names.stems[name], f".entities.{entity.file}")
            imports.append(Name(f"{names.stems[name]}_recipe", f".entities.{entity.file}"))
    for maker in messages.makers:
        exported += _functions(maker.stem, ".messages")
        imports.append(Name(f"{maker.stem}_recipe", ".messages"))
    manifests: tuple[str, ...] = ()
    if names.entities:
        needed = _needed(module, modules)
        aliases = distinct(needed, lambda id: "manifest" if id == module.id else f"{function(id)}_manifest")
        here = f"{entities.packages[module.id]}.generated.testing.test_generated"
        imports += [Name(aliases[id], relative(f"{entities.packages[id]}.generated.manifest", here), "manifest") for id in needed]
        manifests = tuple(aliases[id] for id in needed)
    return TestingIR(tuple(exported), tuple(imports), manifests, messages)


def _needed(module: Complete, modules: Mapping[str, Complete]) -> list[str]:
    """The module and all it depends on, in an order in which their migrations can run."""
    found: list[str] = []

    def need(id: str) -> None:
        for other in modules[id].definition.depends_on:
            need(other)
        if id not in found:
            found.append(id)

    need(module.id)
    return found


def _declared(
    module: Complete, entities: Entities
) -> Iterator[tuple[str, Shape, Mapping[str, str], Mapping[str, EnumNames], Mapping[str, JsonNames]]]:
    """Each class of messages.py that holds values: its name, its fields or the entity that it is made like, their attributes, enums and typed JSON."""
    names, definition = entities.names[module.id], module.definition
    asked = [(names.commands.get(each.type), each.payload, each.result) for each in definition.commands]
    asked += [(names.queries.get(each.type), each.params, each.result) for each in definition.queries]
    for own, payload, result in asked:
        if own is not None:
            yield own.name, payload, own.attributes, own.enums, own.json
            if own.other and result is not None and not isinstance(result, Mapping):
                yield own.other, result, own.other_attributes, own.other_enums, own.other_json
    for event in definition.events:
        told = names.events.get(event.type)
        if told is not None and told.other and not isinstance(event.payload, Mapping):
            yield told.other, event.payload, told.other_attributes, told.other_enums, told.other_json
    for worker in definition.queue_workers:
        if worker.payload is not None:
            job = names.payloads[worker.queue]
            yield job.name, worker.payload, job.attributes, job.enums, job.json


def _keys(fields: Sequence[FieldSchema], attributes: Mapping[str, str], types: Types) -> tuple[Declaration, ...]:
    return tuple(key_declaration(field, attributes[field.key], types, partial=True) for field in fields)


def _maker(stems: Mapping[str, str], name: Name, first: tuple[Declaration, ...], values: str, *schema: Name) -> MakerIR:
    rest = (Name("**values"),) if values else ()
    given = Items((*(Pair(string(each.name), Name(each.name)) for each in first), *rest), "{}") if first or not values else Name("values")
    return MakerIR(name.text, stems[name.text], call(Name("Recipe", f"{RUNTIME}.testing"), name, *schema), first, values, given)


def _makers(models: tuple[ModelIR, ...], makers: tuple[MakerIR, ...]) -> MakersIR:
    used = [Name("Strategy", f"{RUNTIME}.testing"), *([typing("Unpack")] if any(each.values for each in makers) else [])]
    used += imported(*(each.recipe for each in makers), *(base for model in models for base in model.bases))
    declared = (*(field for model in models for field in model.fields), *(field for maker in makers for field in maker.first))
    used += imported(*(part for each in declared for part in (each.annotation, each.value)))
    return MakersIR(tuple(used), models, makers)


def _functions(stem: str, home: str) -> tuple[Name, Name]:
    return Name(f"any_{stem}", home), Name(f"make_{stem}", home)
