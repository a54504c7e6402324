"""What no JSON Schema can say is enforced all the same: through generated messages, a database, and a payload of the definition's own."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from coregen.project import find_project
from coregen_adapters.app import App
from coregen_runtime import ValidationError
from coregen_runtime.cqrs.types import Request
from tests.generator.rendering import texts, write

PACKAGE = "enforced_shop"
CHECKS = """
from coregen_runtime import ValidationError

SEEN = []


def loud(value, context):
    SEEN.append(context)
    return None if value.isupper() else ValidationError.of("", "QUIET", f"must be loud, and {value} is not", value)


def as_named(value, context):
    return None if value == context.entity["name"] else "must be the name"
"""
DEFINITION = {
    "id": "enforced",
    "version": "1.0.0",
    "entities": [
        {
            "name": "Party",
            "idPrefix": "pty",
            "fields": [
                {"key": "name", "type": "string", "required": True, "validators": [{"custom": f"{PACKAGE}.checks:loud"}]},
                {"key": "startsAt", "type": "date", "validators": ["future"]},
                {"key": "bookedAt", "type": "date", "validators": ["past"]},
                {"key": "nickName", "type": "string", "validators": [{"custom": f"{PACKAGE}.checks:as_named"}]},
                {"key": "code", "type": "string", "sensitive": True, "validators": [{"custom": f"{PACKAGE}.checks:loud"}]},
            ],
        }
    ],
    "commands": [
        {
            "type": "enforced.invite",
            "payload": [
                {"key": "whom", "type": "string", "required": True, "validators": [{"custom": f"{PACKAGE}.checks:loud"}]},
                {"key": "at", "type": "date", "validators": ["future"]},
            ],
        }
    ],
}
HANDLERS = """
from coregen_runtime import SystemContext

from .generated import Invite


async def invite(command: Invite, ctx: SystemContext) -> None:
    return None
"""


class Clock:
    def __init__(self) -> None:
        self.time = 1_000_000

    def now(self) -> int:
        return self.time


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("enforced")
    home = f"{PACKAGE}/enforced"
    files = {f"{PACKAGE}/__init__.py": "", f"{PACKAGE}/checks.py": CHECKS, f"{home}/definition.json": json.dumps(DEFINITION)}
    write(folder, {"pyproject.toml": f'[tool.coregen]\nmodules = ["{PACKAGE}"]\n', **files})
    project = find_project(folder).project
    assert project is not None
    write(folder, {**texts(project), f"{home}/handlers.py": HANDLERS})
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(f"{PACKAGE}.enforced")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
            del sys.modules[name]


def failures(error: pytest.ExceptionInfo[ValidationError]) -> list[tuple[str, str]]:
    return [(failure.path, str(failure.code)) for failure in error.value.failures]


async def sent(package: Any, clock: Clock, *changes: dict[str, Any]) -> Any:
    """A party made of the first values and changed by the others, each a second later; the last answer."""
    async with App(modules=[package.module], database="memory://", clock=clock) as app:
        ctx = app.context(organization="org_1", actor="ann")
        party = await ctx.dispatch(Request(type="enforced.createParty", payload=changes[0]))
        for change in changes[1:]:
            clock.time += 1_000
            party = await ctx.dispatch(Request(type="enforced.updateParty", payload={"id": party.id, **change}))
        return party


def test_a_creation_is_asked_of_clock_and_functions_every_failure_told(package: Any) -> None:
    """Semantics 4: `future`, `past` and `custom` are enforced in the repository; semantics 5: all of them at once."""
    given = {"name": "quiet", "startsAt": 999_999, "bookedAt": 1_000_001, "nickName": "other"}
    with pytest.raises(ValidationError) as caught:
        asyncio.run(sent(package, Clock(), given))

    assert [("name", "QUIET"), ("startsAt", "FUTURE"), ("bookedAt", "PAST"), ("nickName", "CUSTOM")] == failures(caught)


def test_an_update_is_asked_of_what_it_changes(package: Any) -> None:
    """Semantics 4: what lay in the future once does not stand in the way of another change."""
    first = {"name": "LOUD", "startsAt": 1_000_500}
    party = asyncio.run(sent(package, Clock(), first, {"nickName": "LOUD"}))
    with pytest.raises(ValidationError) as caught:
        asyncio.run(sent(package, Clock(), first, {"startsAt": 1_000_501}))

    assert ("LOUD", 1_000_500) == (party.nick_name, party.starts_at)
    assert [("startsAt", "FUTURE")] == failures(caught)


def test_a_function_is_told_who_asks_when_and_about_what(package: Any) -> None:
    """Section 2, `ValidationContext`: the entity by wire key, the schema, create or update, actor and organisation."""
    seen = importlib.import_module(f"{PACKAGE}.checks").SEEN
    seen.clear()
    asyncio.run(sent(package, Clock(), {"name": "LOUD"}, {"name": "LOUDER"}))
    created, updated = seen

    assert ("LOUD", "LOUDER") == (created.entity["name"], updated.entity["name"])
    assert ((True, False), (False, True)) == ((created.is_create, created.is_update), (updated.is_create, updated.is_update))
    assert ("ann", "org_1", "enforced.Party", 1_000_000) == (created.actor_id, created.org_id, created.schema.qualified_name, created.now)


def test_a_function_that_repeats_a_sensitive_value_is_not_quoted(package: Any) -> None:
    """Semantics 7: neither the value nor a sentence that tells of it leaves."""
    with pytest.raises(ValidationError) as caught:
        asyncio.run(sent(package, Clock(), {"name": "LOUD", "code": "hush-hush"}))

    assert [("code", "QUIET")] == failures(caught)
    assert "hush" not in f"{caught.value} {caught.value!r} {caught.value.failures}"


def test_the_payload_of_a_command_is_asked_before_its_handler(package: Any) -> None:
    """Semantics 4: a message that no repository sees is asked where messages are validated, typed or not."""

    async def invite(*requests: Any) -> list[list[tuple[str, str]]]:
        found = []
        async with App(modules=[package.module], database="memory://", clock=Clock()) as app:
            for request in requests:
                with pytest.raises(ValidationError) as caught:
                    await app.context(organization="org_1", actor="ann").dispatch(request)
                found.append(failures(caught))
        return found

    wrong = {"whom": "quiet", "at": 1}
    told = asyncio.run(invite(Request(type="enforced.invite", payload=wrong), package.Invite(**wrong)))

    assert [[("whom", "QUIET"), ("at", "FUTURE")]] * 2 == told
