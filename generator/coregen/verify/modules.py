"""Modules among each other: what they depend on, and what they subscribe to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from coregen.diagnostics import did_you_mean, one_of
from coregen.verify.declared import Declared, Findings


def check_dependencies(all_findings: Sequence[Findings], declared: Declared) -> None:
    """`dependsOn` names modules of the project and has no circle (contract, "Definition document")."""
    graph = {definition.id: tuple(definition.depends_on) for definition in declared.definitions}
    reported: set[frozenset[str]] = set()
    for findings in all_findings:
        definition = findings.module.definition
        for index, name in enumerate(definition.depends_on):
            loc = ("dependsOn", index)
            if name in definition.depends_on[:index]:
                findings.add(loc, "DEPENDS-TWICE", f'{findings.written("dependsOn")} names "{name}" twice', "remove one of them")
            elif name not in graph:
                if declared.complete:
                    others = [other for other in graph if other != definition.id]
                    findings.add(loc, "DEPENDS-UNKNOWN", f'this project has no module "{name}"', did_you_mean(name, others, one_of(others)))
            else:
                path = shortest_path(graph, name, definition.id)
                if path is not None and frozenset(path) not in reported:
                    reported.add(frozenset(path))
                    circle = " → ".join((definition.id, *path))
                    findings.add(
                        loc,
                        "DEPENDS-CYCLE",
                        f"{findings.written('dependsOn')} runs in a circle: {circle}",
                        "refer to entities and subscribe to events without it",
                    )


def shortest_path(graph: Mapping[str, Iterable[str]], start: str, goal: str) -> tuple[str, ...] | None:
    """The shortest way from `start` to `goal`, both included; None where there is none."""
    paths: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for path in paths:
        if path[-1] == goal:
            return path
        for following in graph.get(path[-1], ()):
            if following not in seen:
                seen.add(following)
                paths.append((*path, following))
    return None


def check_subscriptions(findings: Findings, declared: Declared) -> None:
    """A subscription, or a real-time forward, that nothing in the project can ever reach is a warning."""
    definition = findings.module.definition
    listening = [(("subscriptions", index, "event"), each.event) for index, each in enumerate(definition.subscriptions)]
    listening += [(("channels", index, "pattern"), each.pattern) for index, each in enumerate(definition.channels)]
    for loc, pattern in listening:
        if not declared.complete:
            return
        module, slash, type = pattern.rpartition("/")
        if slash and module not in declared.by_id:
            others = sorted(declared.by_id)
            findings.add(loc, "EVENT-MODULE", f'this project has no module "{module}" ("{pattern}")', did_you_mean(module, others, one_of(others)))
            continue
        known = declared.events[module] if slash else set().union(*declared.events.values())
        if not any(matches(type, event) for event in known):
            who = f"{module} emits no" if slash else "no module emits an"
            findings.warn(loc, "EVENT-UNKNOWN", f'{who} event "{type}"', did_you_mean(type, sorted(known), "emit or declare it, or mend the name"))


def matches(pattern: str, event: str) -> bool:
    """Whether a pattern means an event type: `order.*` is one or more further segments, `*.created` one or more leading ones (semantics 33)."""
    if pattern in ("*", event):
        return True
    if pattern.endswith(".*"):
        return event.startswith(pattern[:-1]) and len(event) > len(pattern) - 1
    if pattern.startswith("*."):
        return event.endswith(pattern[1:]) and len(event) > len(pattern) - 1
    return False
