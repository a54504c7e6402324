"""Processes that are killed while they open and migrate a database leave nothing half done: the next one makes what a single one makes, on both databases."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.runtime.adapters.migrating_child import MODULES, ROWS, migrated
from tests.runtime.adapters.postgres import administrator, left_alone, make_database

TABLES = [f"{module}_{table}" for module in MODULES for table in ("note", "author")]
COLUMNS = "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = current_schema()"
OTHERS = """
SELECT tablename, indexdef, '', '' FROM pg_indexes WHERE schemaname = current_schema()
UNION ALL SELECT tablename, policyname, qual, roles::text FROM pg_policies
UNION ALL SELECT relname, relrowsecurity::text, relforcerowsecurity::text, array_to_string(array(SELECT a::text FROM unnest(relacl) AS a ORDER BY 1), ' ')
FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'S')
"""


async def state(url: str) -> tuple[list[tuple[str, ...]], list[tuple[int, str]]]:
    """What there is: tables, columns, indexes, rights; and how many rows each module's tables hold, and the last of them."""
    counts = [f"SELECT count(*), max({column}) FROM {name}" for name in TABLES for column in (("text" if name.endswith("note") else "name"),)]
    counts.append("SELECT count(*), max(name) FROM coregen_migrations")
    if url.startswith("sqlite:"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as held:
            [[sound]] = held.execute("PRAGMA integrity_check")
            assert "ok" == sound
            schema = held.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master").fetchall()
            return sorted(schema), [row for sql in counts for row in held.execute(sql)]
    connection = await asyncpg.connect(administrator(urlsplit(url).path.strip("/")))
    try:
        found = [*await connection.fetch(COLUMNS), *await connection.fetch(OTHERS)]
        rows = [tuple(row) for sql in counts for row in await connection.fetch(sql)]
    finally:
        await connection.close()
    return sorted(tuple(map(str, row)) for row in found), rows


class Child:
    """A process that has begun to open and migrate the database."""

    def __init__(self, url: str, root: Path) -> None:
        command = [sys.executable, "-m", "tests.runtime.adapters.migrating_child", url]
        self._process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    async def begun(self) -> None:
        assert self._process.stdout is not None
        assert "begun\n" == await asyncio.to_thread(self._process.stdout.readline)

    async def killed(self) -> tuple[bool, str]:
        """Whether it had done, and what it complained of."""
        self._process.send_signal(signal.SIGKILL)
        out, complaint = await asyncio.to_thread(self._process.communicate)
        return "done\n" == out, complaint


async def _new(kind: str, folder: Path, name: str) -> str:
    return await make_database() if kind == "postgresql" else f"sqlite:///{folder / name}.db"


async def survives(kind: str, folder: Path, root: Path, rounds: int) -> None:
    """Kill two processes that boot at once, again and again; what the next one makes of it is what one that nobody disturbs makes."""
    fresh = await _new(kind, folder, "fresh")
    begun = time.monotonic()
    await migrated(fresh)
    takes = time.monotonic() - begun
    wanted, midway = await state(fresh), 0
    for number in range(rounds):
        url = await _new(kind, folder, f"killed_{number}")
        for _ in range(random.randint(1, 2)):
            children = [Child(url, root), Child(url, root)]
            for child in children:
                await child.begun()
            outcomes = []
            for child in children:
                await asyncio.sleep(random.uniform(0, takes))
                outcomes.append(await child.killed())
            midway += sum(not done for done, _ in outcomes)

            assert [""] * 2 == [complaint for _, complaint in outcomes]
        await migrated(url)

        assert wanted == await state(url)
        if kind == "postgresql":
            await left_alone(url)
    assert 2 * len(MODULES) * ROWS == sum(count for count, _ in wanted[1][:-1])
    assert rounds < 5 or midway > 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_processes_that_are_killed_while_they_migrate_leave_nothing_half_done(kind: str, tmp_path: Path, project_root: Path) -> None:
    """Tables, columns, indexes, rights, rows and the list of what ran: each migration is there whole or not at all."""
    await survives(kind, tmp_path, project_root, 1)


@pytest.mark.nightly
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_twenty_five_times_processes_that_are_killed_while_they_migrate_leave_nothing_half_done(
    kind: str, tmp_path: Path, project_root: Path
) -> None:
    """As above, at full size."""
    await survives(kind, tmp_path, project_root, 25)
