"""`coregen.lock` as a file that people merge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coregen.diagnostics import Diagnostic
from coregen.lock import LOCK_NAME, Lock, ModuleLock, dump_lock, fingerprint, parse_lock, read_lock

LOCK = Lock(
    {
        "shop/ordering": ModuleLock(
            {"shop/ordering/definition.py": "a1"}, {"shop/ordering/generated/ids.py": "b2"}, {"shop/ordering/module.py": "c3"}, {"ship": "d4"}
        ),
        "shop/catalog": ModuleLock({"shop/catalog/definition.yaml": "e5"}, {"shop/catalog/generated/b.py": "1", "shop/catalog/generated/a.py": "2"}),
    },
)


def test_a_lock_is_read_back_as_it_was_written() -> None:
    assert LOCK == parse_lock(dump_lock(LOCK))


def test_each_entry_has_a_line_of_its_own_in_order() -> None:
    lines = [line.strip().rstrip(",") for line in dump_lock(LOCK).splitlines()]

    assert lines.index('"shop/catalog/generated/a.py": "2"') + 1 == lines.index('"shop/catalog/generated/b.py": "1"')
    assert lines.index('"shop/catalog": {') < lines.index('"shop/ordering": {')


def test_the_order_in_which_entries_were_found_does_not_show() -> None:
    turned = Lock(dict(reversed(list(LOCK.modules.items()))))

    assert dump_lock(LOCK) == dump_lock(turned)


def test_a_project_without_a_lock_has_an_empty_one(tmp_path: Path) -> None:
    assert Lock() == read_lock(tmp_path)


def test_the_marks_of_a_merge_conflict_are_named_with_the_way_out() -> None:
    text = dump_lock(LOCK).replace('"ship": "d4"', '"ship": "d4"\n<<<<<<< HEAD\n=======\n>>>>>>> theirs')
    found = parse_lock(text)

    assert isinstance(found, Diagnostic)
    assert ("LOCK-CONFLICT", text[: text.index("<<<<")].count("\n") + 1) == (found.code, found.line)
    assert "git checkout --ours coregen.lock" in found.help


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": 99}',
        '{"format": 1, "modules": {"a": {}}}',
        json.dumps({"format": 1, "modules": {"a": {"inputs": {"b": 3}, "outputs": {}, "once": {}, "symbols": {}}}}),
    ],
    ids=["empty", "cut", "a list", "another format", "a module without parts", "a number for a hash"],
)
def test_a_lock_that_coregen_did_not_write_is_refused_with_the_fix(text: str, tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).write_text(text)
    found = read_lock(tmp_path)

    assert isinstance(found, Diagnostic)
    assert ("LOCK-BROKEN", True) == (found.code, "delete it" in found.help)


def test_the_fingerprint_of_one_generator_is_always_the_same() -> None:
    assert fingerprint() == fingerprint()
    assert 64 == len(fingerprint())
