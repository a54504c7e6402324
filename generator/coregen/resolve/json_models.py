"""The types of JSON Schemas as IR: what stands in `json_types/`.

datamodel-code-generator reads the forms (json_forms.py), all of a module at once, and says which fields a class has and what each is;
what it found is printed as everything else that coregen generates (decision 0010). It is imported where a definition has a JSON
Schema, and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from coregen.ir import Declaration, JsonClassIR, JsonTypesIR
from coregen.naming import attribute, distinct
from coregen.printing import Expr, Name, Pair, Subscript, Union, call, imported, literal, string
from coregen.resolve.fields import NONE, runtime, typing
from coregen.resolve.json_forms import ClassForm, Form
from coregen.resolve.json_names import JsonNames

if TYPE_CHECKING:
    from datamodel_code_generator.model.base import DataModel
    from datamodel_code_generator.types import DataType

_SCHEMA = Name("_SCHEMA")
_MAPPING = Subscript(Name("Mapping", "collections.abc"), (Name("str"), typing("Any")))
_WHOLE = "whole"
_SCALARS = {
    "str": runtime("Text"),
    "int": runtime("Integer"),
    "float": runtime("Number"),
    "bool": runtime("Boolean"),
    "None": NONE,
    "Any": runtime("Json"),
}


def json_types_ir(several: Sequence[JsonNames]) -> tuple[JsonTypesIR, ...]:
    """The types of a module's JSON Schemas, a file each, in the order of the files."""
    if not several:
        return ()
    document = _Document(several)
    return tuple(sorted((_file(names, document) for names in several), key=lambda each: each.file))


class _Document:
    """The forms of a module in one document, each class and each whole that is none under a name of its own, and what was read of it."""

    def __init__(self, several: Sequence[JsonNames]) -> None:
        self.classes: dict[str, str] = {}
        self._keys: dict[tuple[int, str], str] = {}
        places = [(names, pointer) for names in several for pointer in names.forms.classes]
        for names, pointer in places:
            key = f"T{len(self._keys)}"
            self._keys[id(names), pointer] = key
            self.classes[key] = names.classes[pointer]
        forms = {self._keys[id(names), pointer]: self._object(names, names.forms.classes[pointer]) for names, pointer in places}
        wholes = {f"W{index}": self._placed(names, names.forms.root) for index, names in enumerate(several)}
        self._wholes = {id(names): f"W{index}" for index, names in enumerate(several)}
        self._models = _models({"$defs": forms | {_WHOLE: {"type": "object", "properties": wholes}}})

    def fields(self, names: JsonNames, pointer: str) -> Iterator[tuple[str, Expr, bool]]:
        """The properties of a class: wire name, annotation, and whether it is always there."""
        for field in self._models[self._keys[id(names), pointer]].fields:
            yield field.original_name or "", self._annotation(field.data_type), field.required

    def whole(self, names: JsonNames) -> Expr:
        """The annotation of a schema that is no class."""
        key = self._wholes[id(names)]
        return next(self._annotation(field.data_type) for field in self._models[_WHOLE].fields if field.original_name == key)

    def _object(self, names: JsonNames, form: ClassForm) -> Form:
        properties = {key: self._placed(names, each) for key, each in form.properties.items()}
        return {"type": "object", "properties": properties, "required": sorted(form.required & set(properties))}

    def _placed(self, names: JsonNames, form: Any) -> Any:
        """A form whose references lead to the classes of this document."""
        if isinstance(form, Mapping):
            if "$ref" in form:
                return {"$ref": f"#/$defs/{self._keys[id(names), form['$ref']]}"}
            return {key: inner if key == "enum" else self._placed(names, inner) for key, inner in form.items()}
        return [self._placed(names, inner) for inner in form] if isinstance(form, list) else form

    def _annotation(self, type: DataType) -> Expr:
        """What datamodel-code-generator says of a value, in the types of the runtime."""
        if type.reference is not None:
            return Name(self.classes[type.reference.path.rpartition("/")[2]])
        if type.literals:
            return Subscript(typing("Literal"), tuple(literal(value) for value in type.literals))
        inner = tuple(map(self._annotation, type.data_types))
        if type.is_tuple:
            return Subscript(Name("tuple"), inner)
        if type.is_list or type.is_dict:
            [item] = inner
            return Subscript(runtime("JsonList" if type.is_list else "JsonMap"), (item,))
        if inner:
            return inner[0] if len(inner) == 1 else Union(inner)
        return _SCALARS[type.type or "Any"]


def _models(document: Mapping[str, Any]) -> Mapping[str, DataModel]:
    """What datamodel-code-generator makes of the definitions of a document, by their names. It reads no file and asks no network."""
    from datamodel_code_generator.enums import DataModelType
    from datamodel_code_generator.format import PythonVersion
    from datamodel_code_generator.model import get_data_model_types
    from datamodel_code_generator.parser import LiteralType
    from datamodel_code_generator.parser.jsonschema import JsonSchemaParser

    version = PythonVersion.PY_311
    types = get_data_model_types(DataModelType.PydanticV2BaseModel, target_python_version=version)
    parser = JsonSchemaParser(
        json.dumps(document),
        data_model_type=types.data_model,
        data_model_root_type=types.root_model,
        data_model_field_type=types.field_model,
        data_type_manager_type=types.data_type_manager,
        dump_resolve_reference_action=types.dump_resolve_reference_action,
        target_python_version=version,
        enum_field_as_literal=LiteralType.All,
        use_standard_collections=True,
        use_union_operator=True,
        use_tuple_for_fixed_items=True,
    )
    parser.parse_raw()
    return {model.reference.path.rpartition("/")[2]: model for model in parser.results}


def _file(names: JsonNames, document: _Document) -> JsonTypesIR:
    classes = tuple(_class(names, pointer, form, document) for pointer, form in names.forms.classes.items())
    alias = None
    if not names.is_class:
        judged = call(runtime("Judged"), _SCHEMA)
        alias = Declaration(names.name, typing("TypeAlias"), Subscript(typing("Annotated"), (document.whole(names), judged)))
    used = [Name("annotations", "__future__"), *imported(_MAPPING)]
    used += [runtime("JsonModel")] if classes else []
    used += imported(*(part for each in classes for field in each.fields for part in (field.annotation, field.value)))
    used += imported(alias.annotation, alias.value) if alias else ()
    return JsonTypesIR(names.file, f"The JSON Schema of {names.owner}, as types", tuple(used), literal(names.schema), classes, alias)


def _class(names: JsonNames, pointer: str, form: ClassForm, document: _Document) -> JsonClassIR:
    attributes = distinct(form.properties, attribute)
    fields = tuple(_field(key, attributes[key], annotation, there) for key, annotation, there in document.fields(names, pointer))
    place = (Pair(Name("at"), string(pointer)),) if pointer else ()
    doc = form.description or f"What stands at {pointer or 'the root'} of {names.owner}"
    return JsonClassIR(names.classes[pointer], doc, (runtime("JsonModel"), Pair(Name("schema"), _SCHEMA), *place), fields)


def _field(key: str, attribute: str, annotation: Expr, there: bool) -> Declaration:
    missing = runtime("MISSING")
    named = {} if attribute == key else {"serialization_alias": string(key)}
    if there:
        return Declaration(attribute, annotation, call(runtime("Field"), **named) if named else None)
    members = annotation.members if isinstance(annotation, Union) else (annotation,)
    value: Expr = call(runtime("Field"), default=missing, **named) if named else missing
    return Declaration(attribute, Union((*members, missing)), value)
