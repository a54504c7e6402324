"""Identity: ULIDs, prefixes, id types, slugs, checksums."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from coregen_runtime.entity.generator import IDGenerator, checksum, id_type, new_id, slug
from coregen_runtime.errors.base import ValidationError
from coregen_runtime.primitives.clock import FrozenClock


def test_ids_rise_within_a_millisecond() -> None:
    """Semantics 1: monotonic within a millisecond."""
    ids = IDGenerator(FrozenClock())

    made = [ids.generate() for _ in range(2_000)]

    assert sorted(set(made)) == made


@given(st.lists(st.integers(-5_000, 5_000), min_size=1, max_size=30))
def test_ids_rise_when_the_clock_goes_back(steps: list[int]) -> None:
    """Semantics 1: the generator clamps to max(now, last)."""
    clock = FrozenClock()
    ids = IDGenerator(clock)
    made = [ids.generate()]
    for step in steps:
        clock.advance(step)
        made.append(ids.generate())

    assert sorted(set(made)) == made


def test_threads_share_a_generator() -> None:
    """Semantics 1: thread-safe."""
    ids = IDGenerator()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: [ids.generate() for _ in range(500)], range(8)))

    assert 4_000 == len({each for several in made for each in several})
    assert all(several == sorted(several) for several in made)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_process_makes_other_ids() -> None:
    ids = IDGenerator(FrozenClock())
    ids.generate()
    read, write = os.pipe()
    if os.fork() == 0:
        os.write(write, ids.generate().encode())
        os._exit(0)
    os.wait()
    theirs = os.read(read, 100).decode()
    os.close(read)
    os.close(write)

    assert theirs != ids.generate()


@pytest.mark.parametrize("namespace", ["ord", "ord_"])
def test_a_prefix_means_the_same_with_and_without_its_underscore(namespace: str) -> None:
    """Semantics 1: `prod_` and `prod` mean the same."""
    made = IDGenerator().generate_for(namespace)

    assert ("ord_", 30) == (made[:4], len(made))


@pytest.mark.parametrize("namespace", ["", "_", "Ord", "1x", "a_b", "a-b"])
def test_a_prefix_of_another_form_is_refused(namespace: str) -> None:
    with pytest.raises(ValidationError):
        IDGenerator().generate_for(namespace)


@pytest.mark.parametrize(
    ("id", "valid"),
    [
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", True),
        ("prod_01ARZ3NDEKTSV4RRFFQ69G5FAV", True),
        ("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", True),
        ("80000000000000000000000000", False),
        ("01ARZ3NDEKTSV4RRFFQ69G5FA", False),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAVX", False),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAI", False),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAL", False),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAO", False),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAU", False),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV\n", False),
        ("Prod_01ARZ3NDEKTSV4RRFFQ69G5FAV", False),
        ("", False),
    ],
)
def test_is_valid_takes_both_forms_and_nothing_else(id: str, valid: bool) -> None:
    """Semantics 1: rejects a ULID above 7ZZZ…, a wrong length, I L O U."""
    assert valid is IDGenerator.is_valid(id)


def test_the_time_of_an_id_can_be_read() -> None:
    assert 1_700_000_000_123 == IDGenerator.extract_timestamp(IDGenerator(FrozenClock(1_700_000_000_123)).generate_for("ord"))


def test_an_id_type_gives_back_the_plain_string() -> None:
    id = new_id("user")

    assert id is id_type("user")(id)
    assert str is type(id_type("user")(id))


@pytest.mark.parametrize("value", ["", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "other_01ARZ3NDEKTSV4RRFFQ69G5FAV", "user_x", 1])
def test_an_id_type_refuses_the_ids_of_others(value: object) -> None:
    with pytest.raises(ValidationError, match="user_01ARZ3NDEKTSV4RRFFQ69G5FAV"):
        id_type("user")(value)


def test_an_id_type_stands_in_a_union() -> None:
    annotation: Any = id_type("user") | None
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)

    assert None is adapter.validate_python(None)


@pytest.mark.parametrize(("text", "expected"), [("Crème Brûlée!", "creme-brulee"), ("  a  b ", "a-b"), ("", ""), ("Straße 7", "strae-7")])
def test_a_slug_is_lower_case_ascii(text: str, expected: str) -> None:
    assert expected == slug(text)


def test_a_checksum_does_not_depend_on_the_order_of_keys() -> None:
    assert checksum({"a": 1, "b": [1, "é"]}) == checksum({"b": [1, "é"], "a": 1})
    assert checksum({"a": 1}) != checksum({"a": 2})
