"""Changes to disk: everything staged, then put in place, or nothing at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from coregen.files import Change
from coregen.write import STAGED, write


def create(path: str, text: str) -> Change:
    return Change(path, "catalog", "create", None, text)


def update(path: str, before: str, after: str) -> Change:
    return Change(path, "catalog", "update", before, after)


def tree(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_bytes().decode() for path in sorted(root.rglob("*")) if path.is_file()}


def test_files_are_made_changed_and_removed(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old/gone.py").write_text("x\n")
    (tmp_path / "kept.py").write_text("a\n")
    problems = write(
        tmp_path, [create("new/deep/a.py", "é\r\n"), update("kept.py", "a\n", "b\n"), Change("old/gone.py", "catalog", "delete", "x\n", None)]
    )

    assert () == problems
    assert {"new/deep/a.py": "é\r\n", "kept.py": "b\n"} == tree(tmp_path)
    assert not (tmp_path / "old").exists()


def test_a_file_to_keep_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("a")
    os.utime(path, ns=(1, 1))
    write(tmp_path, [Change("a.py", "catalog", "keep", "a", "a")])

    assert 1 == path.stat().st_mtime_ns


def test_the_mode_of_a_file_survives_and_new_ones_follow_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "run.py"
    path.write_text("a")
    path.chmod(0o754)
    mask = os.umask(0o027)
    try:
        write(tmp_path, [update("run.py", "a", "b"), create("new.py", "n")])
    finally:
        os.umask(mask)

    assert 0o754 == path.stat().st_mode & 0o777
    assert 0o640 == (tmp_path / "new.py").stat().st_mode & 0o777


def a_folder(root: Path) -> None:
    (root / "a.py").mkdir()


def a_link(root: Path) -> None:
    (root / "elsewhere.py").write_text("theirs")
    (root / "a.py").symlink_to(root / "elsewhere.py")


def a_read_only_file(root: Path) -> None:
    (root / "a.py").write_text("a")
    (root / "a.py").chmod(0o444)


def a_read_only_root(root: Path) -> None:
    root.chmod(0o555)


def a_file_changed_meanwhile(root: Path) -> None:
    (root / "a.py").write_text("somebody was faster")


@pytest.mark.parametrize(
    ("obstacle", "code"),
    [
        (a_folder, "WRITE-OBSTACLE"),
        (a_link, "WRITE-OBSTACLE"),
        (a_read_only_file, "WRITE-READONLY"),
        (a_read_only_root, "WRITE-READONLY"),
        (a_file_changed_meanwhile, "WRITE-MOVED"),
    ],
)
def test_an_obstacle_is_named_before_anything_is_written(tmp_path: Path, obstacle: object, code: str) -> None:
    assert callable(obstacle)
    obstacle(tmp_path)
    before = tree(tmp_path)
    problems = write(tmp_path, [create("b.py", "b"), update("a.py", "a", "changed"), create("c/d.py", "d")])
    tmp_path.chmod(0o755)

    assert code in {problem.code for problem in problems}
    assert all(problem.help for problem in problems)
    assert before == tree(tmp_path)
    assert not (tmp_path / "c").exists()


def test_a_file_where_a_folder_is_needed_is_named(tmp_path: Path) -> None:
    (tmp_path / "generated").write_text("")
    problems = write(tmp_path, [create("generated/a.py", "a")])

    assert ["WRITE-OBSTACLE"] == [problem.code for problem in problems]


@pytest.mark.parametrize("path", ["../a.py", "/tmp/a.py", "link/a.py"])
def test_no_path_leads_out_of_the_project(tmp_path: Path, path: str) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    problems = write(root, [create(path, "a")])

    assert ["WRITE-OUTSIDE"] == [problem.code for problem in problems]
    assert {} == tree(root)


def test_a_failure_while_staging_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("a")
    opened = os.open

    def full(path: str, *arguments: int) -> int:
        if "/.z.py" in path:
            raise OSError(28, "No space left on device", str(path))
        return opened(path, *arguments)

    monkeypatch.setattr(os, "open", full)
    problems = write(tmp_path, [update("a.py", "a", "b"), create("new/b.py", "b"), create("z.py", "z")])

    assert ["No space left on device; nothing was written"] == [problem.message for problem in problems]
    assert {"a.py": "a"} == tree(tmp_path)
    assert not (tmp_path / "new").exists()


def test_an_interrupt_while_staging_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    (tmp_path / "a.py").write_text("a")
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, [create("b.py", "b"), update("a.py", "a", "b")], durable={"a.py"})

    assert {"a.py": "a"} == tree(tmp_path)


def test_a_process_killed_at_any_moment_leaves_files_old_or_new(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import sys
        from pathlib import Path
        from coregen.files import Change
        from coregen.write import write
        root, size = Path(sys.argv[1]), 200_000
        for turn in range(1, 10_000):
            old, new = str((turn - 1) % 10) * size, str(turn % 10) * size
            assert not write(root, [Change(f"{n}.py", "m", "update", old, new) for n in range(5)])
            print(turn, flush=True)
    """)
    for number in range(5):
        (tmp_path / f"{number}.py").write_text("0" * 200_000)
    process = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    texts = [(tmp_path / f"{number}.py").read_text() for number in range(5)]

    assert all(200_000 == len(text) and 1 == len(set(text)) for text in texts)


def test_what_a_killed_sync_left_behind_is_swept_once_it_is_old(tmp_path: Path) -> None:
    old, young = tmp_path / f".a.py.01{STAGED}", tmp_path / f".a.py.02{STAGED}"
    old.write_text("")
    young.write_text("")
    os.utime(old, (0, 0))
    write(tmp_path, [create("b.py", "b")])

    assert (False, True) == (old.exists(), young.exists())
