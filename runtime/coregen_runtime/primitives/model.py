"""The two bases of every model in Core: definitions (what a module declares) and data (what flows through it).

Both are frozen, refuse unknown keys, and speak the specification's camelCase on the wire and snake_case in Python.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

T = TypeVar("T")

Items: TypeAlias = Annotated[Sequence[T], AfterValidator(tuple)]
"""A sequence in a definition: any sequence is accepted, a tuple is kept."""

if TYPE_CHECKING:
    In_contra = TypeVar("In_contra", contravariant=True)
    Out_co = TypeVar("Out_co", covariant=True)

    class Given(Generic[In_contra, Out_co]):
        """For type checkers alone: a field whose constructor takes `In_contra` and whose attribute reads as `Out_co`.

        At run time the name that stands for it is the annotation that does the conversion.
        """

        def __get__(self, instance: object, owner: Any = None) -> Out_co: ...
        def __set__(self, instance: object, value: In_contra) -> None: ...


class DefinitionModel(BaseModel):
    """Base of everything that can stand in a definition document.

    Keys are the specification's camelCase in data and snake_case in Python. Unknown keys are errors.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        arbitrary_types_allowed=True,
    )


class Model(BaseModel):
    """Base of generated inputs, messages, payloads and entities.

    The wire name of a field is the definition's key: where it differs from the Python name, the field carries it as its alias.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        validate_default=False,
        hide_input_in_errors=True,
        protected_namespaces=(),
        defer_build=True,
    )


def sensitive_keys(model: type[BaseModel]) -> frozenset[str]:
    """Names, in Python and on the wire, of the fields that `repr` leaves out: `repr=False` is how a model marks a sensitive field (semantics 7)."""
    names: set[str] = set()
    for name, field in model.model_fields.items():
        if not field.repr:
            names.update((name, field.serialization_alias or name))
    return frozenset(names)


def wire_names(model: type[BaseModel]) -> dict[str, str]:
    """The wire name of each field, by its Python name."""
    return {name: field.serialization_alias or name for name, field in model.model_fields.items()}
