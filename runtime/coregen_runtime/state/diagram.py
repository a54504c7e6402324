"""A machine as a picture: Mermaid's stateDiagram-v2 (specification, section 4, `meta.diagram`).

Any string is a legal name of a state or an event, so states stand under aliases (`s0`) and texts are escaped.
"""

from __future__ import annotations

from coregen_runtime.state.types import StateMachine


def _text(value: str) -> str:
    kept = "".join(char if char.isalnum() or char in " _-.,/()" else f"#{ord(char)};" for char in " ".join(value.split()))
    return kept or "#160;"


def mermaid(machine: StateMachine) -> str:
    """The diagram's text: every state with its label, every transition with its event, guarded ones marked, timeouts in ms."""
    aliases = {name: f"s{index}" for index, name in enumerate(machine.states)}
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{_text(node.label or name)}" as {aliases[name]}' for name, node in machine.states.items()]
    if machine.initial in aliases:
        lines.append(f"    [*] --> {aliases[machine.initial]}")
    for name, node in machine.states.items():
        for event, several in node.on.items():
            for one in several:
                guarded = " (guarded)" if one.guard is not None else ""
                lines += [f"    {aliases[name]} --> {aliases[one.target]} : {_text(event)}{guarded}"] if one.target in aliases else []
        lines += [f"    {aliases[name]} --> {aliases[one.target]} : after {one.delay} ms" for one in node.after if one.target in aliases]
        lines += [f"    {aliases[name]} --> [*]"] if node.terminal else []
    return "\n".join(lines) + "\n"
