"""A machine's binding, messages and handlers as IR: what stands in `machines/`."""

from __future__ import annotations

from coregen.ir import Declaration, MachineIR, ModelIR
from coregen.naming import distinct, member
from coregen.printing import Name, Pair, Subscript, call, imported, string
from coregen.resolve.complete import Complete
from coregen.resolve.definitions import expression
from coregen.resolve.fields import expected_version, named_enum, runtime, typing
from coregen.resolve.name_values import ModuleNames
from coregen.resolve.sentences import entity_sentence, event_sentences
from coregen_runtime.state.needs import needs_of
from coregen_runtime.state.types import StateMachine


def machine_ir(module: Complete, all_names: ModuleNames, machine: StateMachine) -> MachineIR:
    """Everything about one machine of a complete module."""
    own = all_names.machines[machine.id]
    entity = all_names.entities[machine.entity_type]
    schema = next(each for each in module.definition.entities if each.name == machine.entity_type)
    events = dict.fromkeys(event for state in machine.states.values() for event in state.on)
    definition = expression(machine)
    state_enum = entity.enums[machine.field].enum
    home = f"..entities.{entity.file}"
    identified = Declaration("id", Name(entity.id, "..ids"))
    payload = Subscript(Name("dict"), (Name("str"), runtime("Json")))
    needs = needs_of(machine, module.definition.rules, module.definition.id)
    judged = {"validate_default": Name("True")} if needs else {}
    fields = (
        identified,
        Declaration("event", Name(own.event_input)),
        Declaration("payload", payload, call(runtime("Field"), default_factory=Name("dict"), **judged)),
        *((expected_version(),) if schema.versioned else ()),
    )
    options = Subscript(runtime("TransitionOptions"), (Name(own.state), Name(own.event)))
    messages = (
        ModelIR(
            own.transition.name,
            (
                runtime("TransitionMessage" if needs else "Model"),
                Subscript(runtime("CommandMessage"), (Name(entity.name),)),
                Pair(Name("type"), string(own.transition.type)),
                *((Pair(Name("needs"), expression(needs)),) if needs else ()),
            ),
            entity_sentence("transition", schema.name),
            fields,
        ),
        ModelIR(
            own.options.name,
            (runtime("Model"), Subscript(runtime("QueryMessage"), (options,)), Pair(Name("type"), string(own.options.type))),
            entity_sentence("options", schema.name),
            (identified,),
        ),
    )
    used = [
        Name("annotations", "__future__"),
        Name("StrEnum", "enum"),
        *(typing(name) for name in ("TYPE_CHECKING", "ClassVar", "Literal" if events else "Never", "TypeAlias")),
        *(
            runtime(name)
            for name in ("BoundMachine", "CommandMessage", "Model", "QueryMessage", "StateMachine", "SystemContext", "TransitionOptions")
        ),
        *(runtime(name) for name in ("perform_transition", "transition_options")),
        *((runtime("TransitionMessage"),) if needs else ()),
        *(Name(name, home) for name in (entity.name, state_enum)),
        Name(entity.repository, f"..repositories.{entity.file}"),
        *imported(definition),
        *imported(*(part for field in fields for part in (field.annotation, field.value))),
    ]
    return MachineIR(
        name=own.machine,
        id=machine.id,
        entity=entity.name,
        file=own.file,
        imports=tuple(used),
        state_enum=state_enum,
        state=own.state,
        events=named_enum(own.event, own.event_input, distinct(events, member), f"The events of {machine.id}", event_sentences(machine)),
        definition=definition,
        messages=messages,
        transition=own.transition.function,
        transition_message=own.transition.name,
        options=own.options.function,
        options_message=own.options.name,
        repository=entity.repository,
        versioned=schema.versioned,
    )
