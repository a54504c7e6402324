"""`coregen sync` as it is typed: statuses, streams, and what it does not import."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from .conftest import CATALOG, Workplace

HEAVY = ("pydantic", "jinja2", "libcst", "black", "coregen_runtime", "sqlalchemy", "ruamel", "rapidfuzz")


def test_a_sync_reports_and_ends_with_0(workplace: Workplace) -> None:
    done = workplace.coregen("sync")

    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith("catalog  1 entity  1 command of yours\n  + ")
    assert "handlers.py: + reprice" in done.stdout
    assert (workplace.root / "shop/catalog/generated").is_dir()


def test_a_second_sync_changes_nothing(workplace: Workplace) -> None:
    workplace.coregen("sync")
    before = workplace.tree()
    done = workplace.coregen("sync")

    assert (0, "nothing to do") == (done.returncode, done.stdout.splitlines()[0])
    assert before == workplace.tree()


def test_what_is_in_step_is_known_without_importing_the_generator(workplace: Workplace) -> None:
    workplace.coregen("sync")
    program = (
        "import sys\n"
        "from coregen.cli import main\n"
        "try:\n    main(['sync', '--check'])\n"
        "except SystemExit as end:\n"
        f"    print(end.code, sorted(name for name in {HEAVY!r} if name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=workplace.root, capture_output=True, text=True, check=True)

    assert "0 []" == done.stdout.splitlines()[-1]


def test_check_ends_with_1_and_names_what_is_stale(workplace: Workplace) -> None:
    workplace.coregen("sync")
    workplace.write("shop/catalog/definition.yaml", CATALOG.replace("key: price", "key: cost"))
    before = workplace.tree()
    done = workplace.coregen("sync", "--check")

    assert 1 == done.returncode
    assert done.stdout.startswith("catalog is stale: generated/")
    assert "(definition changed)" in done.stdout
    assert before == workplace.tree()


def test_a_comment_in_a_definition_is_no_drift(workplace: Workplace) -> None:
    workplace.coregen("sync")
    workplace.write("shop/catalog/definition.yaml", f"{CATALOG}# a comment\n")

    assert 0 == workplace.coregen("sync", "--check").returncode


def test_diff_shows_what_would_change_and_writes_nothing(workplace: Workplace) -> None:
    workplace.coregen("sync")
    workplace.write("shop/catalog/definition.yaml", CATALOG.replace("key: price", "key: cost"))
    before = workplace.tree()
    done = workplace.coregen("sync", "--diff")

    assert 0 == done.returncode
    assert "--- a/shop/catalog/generated/" in done.stdout
    assert before == workplace.tree()


def test_a_diff_is_what_git_applies(workplace: Workplace) -> None:
    subprocess.run(["git", "init", "-q"], cwd=workplace.root, check=True)
    workplace.coregen("sync")
    workplace.write("shop/catalog/definition.yaml", CATALOG.replace("key: price", "key: cost"))
    patch = workplace.coregen("sync", "--diff").stdout
    subprocess.run(["git", "apply", "-"], cwd=workplace.root, input=patch, text=True, check=True)

    assert 0 == workplace.coregen("sync", "--check").returncode


def test_a_wrong_definition_ends_with_2_and_leaves_every_file(workplace: Workplace) -> None:
    workplace.write(
        "shop/ordering/definition.yaml", "id: ordering\nversion: 1.0.0\nentities:\n  - { name: Order, fields: [{ key: total, type: mony }] }\n"
    )
    before = workplace.tree()
    done = workplace.coregen("sync")

    assert (2, "") == (done.returncode, done.stdout)
    assert "shop/ordering/definition.yaml:4:" in done.stderr
    assert "\n  help: " in done.stderr
    assert done.stderr.endswith("1 error, nothing was written\n")
    assert before == workplace.tree()


@pytest.mark.parametrize("arguments", [("sync", "nowhere"), ("sync", "--jobs", "0"), ("sync", "--format", "xml"), ("sync", "--chek"), ("snyc",)])
def test_a_wrong_call_ends_with_2(workplace: Workplace, arguments: tuple[str, ...]) -> None:
    done = workplace.coregen(*arguments)

    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr


def test_outside_a_project_it_says_what_is_missing(workplace: Workplace) -> None:
    (workplace.root / "pyproject.toml").unlink()
    done = workplace.coregen("sync")

    assert 2 == done.returncode
    assert "[tool.coregen]" in done.stderr


def test_it_works_from_a_folder_of_the_project(workplace: Workplace) -> None:
    assert 0 == workplace.coregen("sync", folder="shop/catalog").returncode


def test_json_is_one_document_on_standard_output(workplace: Workplace) -> None:
    workplace.write("shop/ordering/definition.yaml", "id: ordering\n")
    done = workplace.coregen("sync", "--format", "json")
    document = json.loads(done.stdout)

    assert (2, "") == (done.returncode, done.stderr)
    assert ("shop/ordering/definition.yaml", "error") == (document["diagnostics"][0]["path"], document["diagnostics"][0]["severity"])


def test_processes_render_the_same_bytes(workplace: Workplace) -> None:
    workplace.coregen("sync")
    before = workplace.tree()
    for path in before:
        if "/generated/" in path:
            (workplace.root / path).unlink()
    done = workplace.coregen("sync", "--jobs", "2")

    assert (0, before) == (done.returncode, workplace.tree())


def test_the_hash_seed_shows_nowhere(workplace: Workplace) -> None:
    """Contract, "Generated package": output depends on the definitions alone, not on hash order."""
    seen: set[tuple[tuple[str, bytes], ...]] = set()
    for seed in range(20):
        for path in workplace.tree():
            if not path.endswith(("definition.yaml", "pyproject.toml")):
                (workplace.root / path).unlink()
        done = replace(workplace, environment={"PYTHONHASHSEED": str(seed)}).coregen("sync")
        assert 0 == done.returncode, done.stderr
        seen.add(tuple(workplace.tree().items()))

    assert 1 == len(seen)


def test_output_has_no_colours_unless_on_a_terminal_that_wants_them(workplace: Workplace) -> None:
    (workplace.root / "shop/catalog/definition.yaml").write_text("id: catalog\n")

    assert "\x1b[" not in workplace.coregen("sync").stderr
    assert "\x1b[1;31merror" in on_a_terminal(workplace, {})
    assert "\x1b[1;31merror" not in on_a_terminal(workplace, {"NO_COLOR": "1"})


def on_a_terminal(workplace: Workplace, environment: dict[str, str]) -> str:
    ours, theirs = pty.openpty()
    program = "from coregen.cli import main; main(['sync'])"
    variables = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    process = subprocess.Popen([sys.executable, "-c", program], cwd=workplace.root, stdout=theirs, stderr=theirs, env={**variables, **environment})
    os.close(theirs)
    printed = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        if not piece:
            break
        printed += piece
    process.wait()
    os.close(ours)
    return printed.decode()


def test_an_interrupt_ends_with_130_and_half_writes_nothing(workplace: Workplace) -> None:
    workplace.write("shop/ordering/definition.py", "import time\n\nprint('reading', flush=True)\ntime.sleep(30)\n")
    before = workplace.tree()
    process = subprocess.Popen(
        [sys.executable, "-c", "from coregen.cli import main; main(['sync'])"],
        cwd=workplace.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, printed = process.communicate()

    assert (130, True) == (process.returncode, printed.strip().startswith("interrupted"))
    assert before == workplace.tree()


def test_help_teaches_by_example(workplace: Workplace) -> None:
    for command in (("--help",), ("sync", "--help"), ("new-module", "--help")):
        done = workplace.coregen(*command)

        assert 0 == done.returncode
        assert "  coregen " in done.stdout


def test_the_version_is_that_of_the_distribution(workplace: Workplace) -> None:
    from importlib.metadata import version

    assert f"coregen {version('coregen')}\n" == workplace.coregen("--version").stdout


def test_a_first_migration_under_another_name_stays_the_only_one(workplace: Workplace) -> None:
    """Architecture, "Ownership": migrations are yours once made."""
    workplace.coregen("sync")
    folder = workplace.root / "shop/catalog/migrations"
    (folder / "0001_initial.py").rename(folder / "0001_products.py")
    before = workplace.tree()
    done = workplace.coregen("sync")

    assert (0, before) == (done.returncode, workplace.tree())


def test_a_failure_of_coregen_itself_is_no_drift(workplace: Workplace) -> None:
    """Contract, "Command line": 1 means drift, 2 that the definitions or the call are wrong."""
    broken = workplace.root / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import coregen.pipeline\n\n\ndef fail(*given, **named):\n    raise RuntimeError('out of order')\n\n\ncoregen.pipeline.sync = fail\n"
    )
    done = replace(workplace, environment={"PYTHONPATH": str(broken)}).coregen("sync", "--check")

    assert 70 == done.returncode
    assert "RuntimeError: out of order" in done.stderr
    assert "every file is as it was" in done.stderr


def test_migrations_are_begun_anew_only_when_asked(workplace: Workplace) -> None:
    """Architecture, "Ownership": an old migration is never rewritten, unless its owner asks for it."""
    workplace.coregen("sync")
    folder = workplace.root / "shop/catalog/migrations"
    (folder / "0001_initial.py").rename(folder / "0001_products.py")
    workplace.write("shop/catalog/definition.yaml", CATALOG.replace("key: price, type: money", "key: colour, type: string"))
    left = workplace.coregen("sync")

    assert 2 == left.returncode
    assert "the next migration would lose the values of catalog_product.price" in left.stderr
    assert 'name="price_amount"' in (folder / "0001_products.py").read_text()
    anew = workplace.coregen("sync", "--restart-migrations")
    assert (0, "") == (anew.returncode, anew.stderr)
    assert ["0001_initial.py", "__init__.py"] == sorted(path.name for path in folder.glob("*.py"))
    assert 'name="colour"' in (folder / "0001_initial.py").read_text()
    assert "nothing to do" in workplace.coregen("sync", "--restart-migrations").stdout
