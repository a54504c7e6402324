"""The documentation is complete and leads somewhere: commands, options, configuration keys, links, decisions."""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path

import click
import pytest

from coregen.cli import commands
from coregen_runtime.entity.checks import CHECKS
from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.primitives.model import wire_names

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "runtime" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\((?P<target>[^)#]*)(?:#(?P<anchor>[^)]+))?\)")
_SECTION = re.compile(r"^## `coregen (?P<command>[\w-]+)[^\n]*\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The names that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def sections() -> dict[str, str]:
    """The text about each command in the reference."""
    page = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    return {match["command"]: match["text"] for match in _SECTION.finditer(page)}


@pytest.mark.parametrize("name", ["values.md", "errors.md", "machines.md", "rules.md"])
def test_the_examples_of_a_page_run(name: str) -> None:
    tried = doctest.testfile(str(ROOT / "docs" / "reference" / name), module_relative=False, encoding="utf-8")

    assert 0 == tried.failed < tried.attempted


def test_every_extra_of_the_runtime_stands_in_its_readme_and_no_other() -> None:
    project = tomllib.loads((ROOT / "runtime" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = re.findall(r"^\| `coregen-runtime\[(\w+)\]`", (ROOT / "runtime" / "README.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(project["optional-dependencies"]) == named


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    assert set(commands.commands) == set(sections())


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_every_option_is_documented_and_every_documented_option_exists(name: str) -> None:
    exist = {
        option
        for parameter in commands.commands[name].params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if option.startswith("--")
    }
    documented = set(re.findall(r"^\| `(--[\w-]+)", sections()[name], re.MULTILINE))

    assert exist == documented


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_every_choice_of_an_option_is_documented(name: str) -> None:
    choices = {
        f"{parameter.opts[0]} {'|'.join(parameter.type.choices)}"
        for parameter in commands.commands[name].params
        if isinstance(parameter.type, click.Choice)
    }
    documented = sections()[name].replace("\\|", "|")

    assert [] == [choice for choice in sorted(choices) if choice not in documented]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for match in _LINK.finditer(page.read_text(encoding="utf-8")):
        target = page.parent / match["target"] if match["target"] else page
        if not target.exists() or (match["anchor"] and match["anchor"] not in anchors(target)):
            broken.append(match.group())

    assert [] == broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_page_can_be_reached_from_the_readme(page: Path) -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        current = waiting.pop().resolve()
        if current not in seen and current.suffix == ".md" and current.exists():
            seen.add(current)
            waiting += [current.parent / match["target"] for match in _LINK.finditer(current.read_text(encoding="utf-8")) if match["target"]]

    assert page.resolve() in seen


@pytest.mark.parametrize(("heading", "model"), [("Fields", FieldSchema), ("Entities", EntitySchema)])
def test_the_reference_explains_every_key_of_a_definition_and_no_other(heading: str, model: type[FieldSchema | EntitySchema]) -> None:
    assert list(wire_names(model).values()) == first_column("fields.md", f"## {heading}")


def test_the_reference_explains_every_validator() -> None:
    named = [re.sub(r'^{"(\w+)": .*}$', r"\1", each) for each in first_column("fields.md", "### Validators")]

    assert list(CHECKS) == named


def first_column(page: str, heading: str) -> list[str]:
    """What stands first in each row of the first table below a heading."""
    below = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8").partition(f"\n{heading}\n")[2]
    return re.findall(r"^\| `([^`]+)` \|", below.strip().partition("\n\n")[0], re.MULTILINE)


def test_the_index_of_decisions_lists_every_page() -> None:
    folder = ROOT / "docs" / "decisions"

    assert {path.name for path in folder.glob("[0-9]*.md")} == {
        match["target"] for match in _LINK.finditer((folder / "README.md").read_text(encoding="utf-8"))
    }
