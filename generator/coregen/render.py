"""Planned files → text: Jinja2 with `StrictUndefined`, nothing escaped, and the printing helper as the templates' only functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.runtime import Context, Macro

from coregen import printing
from coregen.files import PlannedFile, RenderedFile
from coregen.ir import ModelIR


def render(planned: Sequence[PlannedFile]) -> tuple[RenderedFile, ...]:
    """Each file as text, in the order given. It ends with exactly one newline, and no line with a blank."""
    return tuple(RenderedFile(file.path, file.module, file.ownership, _text(file)) for file in planned)


def _text(file: PlannedFile) -> str:
    text = _environment().get_template(file.template).render(file.values).strip("\n") + "\n"
    return printing.kept(text) if file.path.endswith(".py") else text


class _Context(Context):
    """Calls the printing helper as it is: of what the templates call, macros alone want to know about Jinja."""

    def call(self, function: Callable[..., object], /, *arguments: object, **variables: object) -> object:
        """`variables` are those that a loop or block has set, and of interest to macros alone; the templates pass no keywords."""
        return super().call(function, *arguments, **variables) if isinstance(function, Macro) else function(*arguments)


def _model(model: ModelIR) -> str:
    """A class of fields, which is most of what is generated: printed without Jinja's loops, whose every step costs as much as a field."""
    header = printing.block(f"class {model.name}(", map(printing.flat, model.bases), "):")
    lines = [header, printing.docstring(model.doc, 4), *([""] if model.fields else [])]
    for field in model.fields:
        lines.append(printing.declaration(field.name, field.annotation, field.value, 4))
        if field.doc:
            lines.append(printing.docstring(field.doc, 4))
    return "\n".join(lines)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("coregen_templates", ""),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        auto_reload=False,
    )
    environment.context_class = _Context
    environment.globals.update(
        block=printing.block,
        declaration=printing.declaration,
        docstring=printing.docstring,
        imports=printing.imports,
        model=_model,
        printed=printing.printed,
        statement=printing.statement,
        string=printing.string,
        flat=printing.flat,
    )
    environment.filters.update(
        argument_of=lambda argument, function: printing.call(printing.Name(function), argument),
        called=lambda function: f"{function}()",
        flat=printing.flat,
        parameter=lambda each: f"{each.name}: {printing.flat(each.annotation)}{f' = {printing.flat(each.value)}' if each.value else ''}",
        recipe=lambda maker: f"{maker.stem}_recipe",
        signature=lambda finder: ["self", *(f"{each.name}: {printing.flat(each.annotation)}" for each in finder.parameters)],
        sorted_exports=lambda exported: sorted((each.text for each in exported), key=printing.export_key),
        string_literal=lambda value: printing.string(value).text,
    )
    return environment
