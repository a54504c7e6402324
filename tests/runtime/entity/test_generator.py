"""Identity: ULIDs, prefixes, id types, slugs, checksums."""

from __future__ import annotations

import itertools
import os
import re
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from ulid import ULID

from coregen_runtime.entity import generator
from coregen_runtime.entity.generator import IDGenerator, checksum, id_prefix, id_type, new_id, slug
from coregen_runtime.errors.base import CoreError, ValidationError
from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.primitives.equality import equal

LIMIT = 2**48 - 1


def test_ids_rise_within_a_millisecond() -> None:
    """Semantics 1: monotonic within a millisecond."""
    ids = IDGenerator(FrozenClock())

    made = [ids.generate() for _ in range(2_000)]

    assert sorted(set(made)) == made


@given(st.lists(st.integers(-(10**13), 10**13) | st.integers(-3, 3), min_size=1, max_size=30))
def test_ids_rise_when_the_clock_jumps_back_and_forth(steps: list[int]) -> None:
    """Semantics 1: the generator clamps to max(now, last)."""
    clock = FrozenClock()
    ids = IDGenerator(clock)
    made, latest = [ids.generate()], clock.now()
    for step in steps:
        clock.set(min(clock.now() + step, LIMIT))
        made.append(ids.generate())
        latest = max(latest, clock.now())

        assert latest == IDGenerator.extract_timestamp(made[-1])

    assert sorted(set(made)) == made


class FullClock(FrozenClock):
    """A clock whose reader finds the random part of the millisecond that comes next nearly used up."""

    def exhaust(self, ids: IDGenerator, left: int) -> None:
        ids.generate()
        ids._high, ids._low = generator._HIGH, generator._LOW - left  # 2^79 ids are more than a test can make


@given(st.integers(0, 5), st.integers(1, 12))
def test_ids_rise_when_the_random_part_of_a_millisecond_runs_out(left: int, count: int) -> None:
    """Semantics 1: what does not fit into a millisecond goes on in the next, although the clock has not come to it."""
    clock = FullClock()
    ids = IDGenerator(clock)
    clock.exhaust(ids, left)
    made = [ids.generate() for _ in range(left + count)]

    assert sorted(set(made)) == made
    assert clock.now() + 1 == IDGenerator.extract_timestamp(made[-1])


def test_ids_rise_past_the_part_that_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics 1: where the low twenty bits run over, the ones above them go up by one."""
    monkeypatch.setattr("os.urandom", lambda size: b"\x00" * (size - 3) + b"\x1f\xff\xfc")
    ids = IDGenerator(FrozenClock())

    assert ["000000000000ZZZY", "000000000000ZZZZ", "0000000000010000", "0000000000010001"] == [ids.generate()[10:] for _ in range(4)]


@given(st.integers(0, LIMIT))
def test_an_id_is_what_python_ulid_reads(now: int) -> None:
    """Semantics 1: a ULID in its canonical spelling."""
    made = IDGenerator(FrozenClock(now)).generate()
    read = ULID.from_str(made)

    assert (made, now) == (str(read), read.milliseconds)


@pytest.mark.parametrize("now", [-1, LIMIT + 1, 10**1000, 1.5, True])
def test_a_clock_that_a_ulid_cannot_hold_is_an_error(now: Any) -> None:
    """Semantics 1 and 2: milliseconds are integers, 48 bits of them in an id."""
    with pytest.raises(CoreError, match="INVALID_STATE: the clock is off"):
        IDGenerator(FrozenClock(now)).generate()


def test_the_last_millisecond_can_be_used_and_used_up() -> None:
    """Semantics 1: at the limit there is no id that would go backwards, but an error."""
    clock = FullClock(LIMIT)
    ids = IDGenerator(clock)
    clock.exhaust(ids, left=1)

    assert LIMIT == IDGenerator.extract_timestamp(ids.generate())
    for _ in range(2):
        with pytest.raises(CoreError, match="used up"):
            ids.generate()


def test_an_error_of_the_clock_does_not_stay() -> None:
    clock = FrozenClock(-1)
    ids = IDGenerator(clock)
    with pytest.raises(CoreError):
        ids.generate()
    clock.set(5)
    first = ids.generate()
    clock.set(LIMIT + 1)
    with pytest.raises(CoreError):
        ids.generate()
    clock.set(-1)

    assert first < ids.generate()


def test_threads_share_a_generator() -> None:
    """Semantics 1: thread-safe; nobody gets an id twice, and to each thread they rise, while the clock jumps."""
    jumps = itertools.cycle([3, -2, 0, 1, -50, 47])

    class JumpingClock(FrozenClock):
        def now(self) -> int:
            return super().now() + next(jumps)

    ids = IDGenerator(JumpingClock())
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: [ids.generate() for _ in range(500)], range(8)))

    assert 4_000 == len({each for several in made for each in several})
    assert all(several == sorted(several) for several in made)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_process_makes_other_ids() -> None:
    """Semantics 1: parent, child and grandchild share no id, and to each of them they rise."""
    ids = IDGenerator(FrozenClock())
    before = ids.generate()

    def branch(depth: int) -> list[str]:
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            theirs = [ids.generate() for _ in range(3)]
            deeper = branch(depth - 1) if depth else []
            os.write(write, " ".join([*theirs, *deeper]).encode())
            os._exit(0)
        os.waitpid(child, 0)
        made = os.read(read, 10_000).decode().split()
        os.close(read)
        os.close(write)
        return made

    made = branch(1)
    child, grandchild = made[:3], made[3:]
    parent = [ids.generate() for _ in range(3)]

    assert 10 == len({before, *parent, *child, *grandchild})
    assert all(sorted([before, *own]) == [before, *own] for own in (parent, child, grandchild))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_fork_while_another_thread_makes_an_id_leaves_the_child_able_to() -> None:
    """Semantics 1: the lock that the parent's thread held is not waited for."""
    inside, go_on = threading.Event(), threading.Event()

    class SlowClock(FrozenClock):
        def now(self) -> int:
            if threading.current_thread() is not threading.main_thread():
                inside.set()
                go_on.wait(10)
            return super().now()

    ids = IDGenerator(SlowClock())
    thread = threading.Thread(target=ids.generate)
    thread.start()
    inside.wait(10)
    child = os.fork()
    if child == 0:
        signal.alarm(5)
        os._exit(0 if IDGenerator.is_valid(ids.generate()) else 1)
    _, status = os.waitpid(child, 0)
    go_on.set()
    thread.join()

    assert 0 == status


def test_an_enormous_text_is_no_id() -> None:
    for text in ("a" * 10_000_000, "a" * 10_000_000 + "_", "_" * 10_000_000, "0" * 10_000_000):
        assert not IDGenerator.is_valid(text)
        with pytest.raises(ValidationError) as caught:
            IDGenerator.extract_timestamp(text)

        assert 100 > len(str(caught.value))


@pytest.mark.parametrize(
    ("id", "prefix"), [("ord_01ARZ3NDEKTSV4RRFFQ69G5FAV", "ord"), ("01ARZ3NDEKTSV4RRFFQ69G5FAV", None), ("ord_x", None), ("", None)]
)
def test_the_prefix_of_an_id_can_be_read(id: str, prefix: str | None) -> None:
    assert prefix == id_prefix(id)


@pytest.mark.parametrize("namespace", ["ord", "ord_"])
def test_a_prefix_means_the_same_with_and_without_its_underscore(namespace: str) -> None:
    """Semantics 1: `prod_` and `prod` mean the same."""
    made = IDGenerator().generate_for(namespace)

    assert ("ord_", 30) == (made[:4], len(made))


@pytest.mark.parametrize("namespace", ["", "_", "Ord", "1x", "a_b", "a-b", "ord\n", "ord__", "ö", None, 7, b"ord"])
def test_a_prefix_of_another_form_is_refused(namespace: Any) -> None:
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Crème Brûlée!", "creme-brulee"),
        ("  a  b ", "a-b"),
        ("", ""),
        ("Straße 7", "strasse-7"),
        ("Łódź Ærø", "lodz-aero"),
        ("日本", ""),
        ("ﬁ ½", "fi-12"),
        ("\ud800x", "x"),
    ],
)
def test_a_slug_is_lower_case_ascii(text: str, expected: str) -> None:
    assert expected == slug(text)


@given(st.text())
def test_a_slug_is_its_own(text: str) -> None:
    """Semantics 2: whatever the text, words of ASCII joined by single hyphens."""
    made = slug(text)

    assert made == slug(made)
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", made)


def test_a_checksum_does_not_depend_on_the_order_of_keys() -> None:
    """Semantics 2: nor on the kind of sequence."""
    assert checksum({"a": 1, "b": [1, "é"]}) == checksum({"b": (1, "é"), "a": 1})
    assert checksum({"a": 1}) != checksum({"a": 2})


NUMBERS = st.integers(-LIMIT, LIMIT) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, JSON)
def test_checksums_are_equal_exactly_when_values_are(one: object, other: object) -> None:
    """Semantics 2 and 10: `1.0` is `1`, `True` is not."""
    assert equal(one, other) == (checksum(one) == checksum(other))


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), (0, -0.0), (10**15, 1e15), ([{"a": 2}], [{"a": 2.0}])])
def test_one_number_has_one_checksum(one: object, other: object) -> None:
    assert checksum(one) == checksum(other)


def nested(levels: int, inner: object = None) -> object:
    value = inner
    for level in range(levels):
        value = [value] if level % 2 else {"in": value}
    return value


def cyclic() -> list[object]:
    value: list[object] = []
    value.append(value)
    return value


NO_JSON: dict[str, tuple[object, str]] = {
    "no number": ([1, float("nan")], "1: must be a finite number"),
    "infinity": ({"a": float("inf")}, "a: must be a finite number"),
    "an enormous integer": (10**5000, "must be a finite number, an integer within"),
    "a key that is no text": ({"a": {1: 2}}, "a: must have texts as keys, and has a int"),
    "half a surrogate pair": ("\ud800", "must be text of Unicode"),
    "half of one in a key": ({"\ud800": 1}, "must be text of Unicode"),
    "bytes": ({"a": [b"x"]}, "a.0: must be a JSON value, and is a bytes"),
    "a set": ({1}, "must be a JSON value, and is a set"),
    "100,000 levels": (nested(100_000), "0.in.0.in.0.in.0.in.0.in.…: must not be deeper than 200 levels"),
    "data that holds itself": (cyclic(), "0.0.0.0.0.0.0.0.0.0.…: must not be deeper than 200 levels"),
}


@pytest.mark.parametrize(("value", "why"), NO_JSON.values(), ids=NO_JSON)
def test_what_is_no_json_has_no_checksum(value: object, why: str) -> None:
    """Semantics 2: the error names the place."""
    with pytest.raises(ValidationError, match=f"VALIDATION_FAILED: {re.escape(why)}"):
        checksum(value)


def test_a_checksum_of_many_levels_is_one() -> None:
    assert 64 == len(checksum(nested(199)))
