"""The README is true: its code runs, in its order, as a newcomer would run it. Links and the command line are for test_docs.py."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

README = Path(__file__).resolve().parent.parent / "README.md"
_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, and the paragraph that introduces it."""

    language: str
    text: str
    introduction: str


def blocks(markdown: str) -> tuple[Block, ...]:
    found = []
    end = 0
    for match in _BLOCK.finditer(markdown):
        found.append(Block(match["language"], match["text"], markdown[end : match.start()].strip().rpartition("\n\n")[2]))
        end = match.end()
    return tuple(found)


def block(language: str, introduction: str) -> str:
    """The text of the one block of a language whose introduction holds these words."""
    [text] = [each.text for each in blocks(README.read_text(encoding="utf-8")) if each.language == language and introduction in each.introduction]
    return text


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment in a folder."""
    program, *arguments = command
    return subprocess.run([Path(sys.executable).with_name(program), *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project that the README describes, synced."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "pyproject.toml").write_text(block("toml", "say there where modules live"), encoding="utf-8")
    catalog = folder / "shop" / "catalog"
    catalog.mkdir(parents=True)
    (folder / "shop" / "__init__.py").touch()
    (catalog / "definition.py").write_text(block("python", "What goes in"), encoding="utf-8")
    done = run(folder, *block("console", "What you run").split()[1:])

    assert 0 == done.returncode, done.stderr
    return folder


def test_sync_adds_the_handler_that_the_readme_shows(shop: Path) -> None:
    handlers = (shop / "shop" / "catalog" / "handlers.py").read_text(encoding="utf-8")

    assert block("python", "What comes out") in handlers


def test_the_program_prints_what_the_readme_says(shop: Path) -> None:
    (shop / "use.py").write_text(block("python", "How you use it"), encoding="utf-8")
    done = run(shop, "python", "-W", "error", "use.py")

    assert ("", block("text", "")) == (done.stderr, done.stdout)


def test_the_program_passes_mypy_strict(shop: Path) -> None:
    (shop / "use.py").write_text(block("python", "How you use it"), encoding="utf-8")
    done = run(shop, "mypy", "--strict", "use.py", "shop")

    assert 0 == done.returncode, done.stdout


def test_a_mistake_is_reported_as_the_readme_says_and_nothing_is_written(shop: Path) -> None:
    definition = shop / "shop" / "catalog" / "definition.py"
    right = definition.read_text(encoding="utf-8")
    before = {path: path.read_bytes() for path in shop.rglob("*") if path.suffix in {".json", ".lock", ".py"} and path != definition}
    definition.write_text(right.replace("product.price.amount", "product.prise.amount"), encoding="utf-8")
    try:
        done = run(shop, "coregen", "sync")
    finally:
        definition.write_text(right, encoding="utf-8")
    command, _, report = block("console", "When you get it wrong").partition("\n")

    assert "$ coregen sync" == command
    assert (2, report) == (done.returncode, done.stderr)
    assert before == {path: path.read_bytes() for path in before}


def test_the_first_module_can_be_made_in_an_empty_folder_as_the_readme_says(tmp_path: Path) -> None:
    done = run(tmp_path, *block("console", "Make the first module").split()[1:])

    assert (0, "") == (done.returncode, done.stderr)
    assert (tmp_path / "shop" / "catalog" / "definition.py").exists()
    assert block("toml", "say there where modules live") == (tmp_path / "pyproject.toml").read_text(encoding="utf-8")


def test_each_make_target_of_the_readme_is_in_the_makefile(project_root: Path) -> None:
    named = set(re.findall(r"`make (\w+)`|\$ make (\w+)", README.read_text(encoding="utf-8")))
    targets = set(re.findall(r"^(\w+):", (project_root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert {"demo", "test", "check", "bench", "nightly"} == {target for pair in named for target in pair if target}
    assert {"demo", "test", "check", "bench", "nightly"} <= targets
