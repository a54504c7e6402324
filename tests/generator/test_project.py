"""`[tool.coregen]`, and which folders are modules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from coregen.project import Project, find_folders, find_project


def settings(folder: Path, text: str) -> list[tuple[int, int, str, str, str]]:
    (folder / "pyproject.toml").write_text(text)
    return [(each.line, each.column, each.code, each.message, each.help) for each in find_project(folder).diagnostics]


def test_the_nearest_table_upwards_is_the_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["shop"]\n')
    (tmp_path / "shop/deep").mkdir(parents=True)
    (tmp_path / "shop/pyproject.toml").write_text("[tool.other]\n")

    assert Project(tmp_path, tmp_path, ("shop",)) == find_project(tmp_path / "shop/deep").project


def test_without_a_table_the_fix_is_named(tmp_path: Path) -> None:
    (diagnostic,) = find_project(tmp_path).diagnostics

    assert "PROJECT-NONE" == diagnostic.code
    assert "[tool.coregen]" in diagnostic.help


def test_the_import_name_is_the_path_from_the_source_root(tmp_path: Path) -> None:
    (tmp_path / "src/shop/catalog").mkdir(parents=True)
    (tmp_path / "src/shop/catalog/definition.yaml").write_text("")
    (tmp_path / "src/shop/images").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["src/shop"]\nsource-root = "src"\n')
    project = find_project(tmp_path).project
    assert project is not None
    (folder,) = find_folders(project).folders

    assert ("catalog", "shop.catalog", "definition.yaml") == (folder.name, folder.package, folder.definition.name)


def test_an_unknown_key_is_an_error_at_its_place_with_a_suggestion(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    found = settings(tmp_path, '[project]\nname = "x"\n\n[tool.coregen]\nmodules = ["shop"]\n  source_root = "."\n')

    assert [(6, 3, "PROJECT-KEY", '[tool.coregen] has no key "source_root"', 'did you mean "source-root"?')] == found


def test_a_folder_that_is_missing_is_named_where_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    found = settings(tmp_path, '[tool.coregen]\nmodules = [\n    "shop",\n    "shpo",\n]\n')

    assert [(4, 5, "PROJECT-FOLDER", 'there is no folder "shpo"', 'did you mean "shop"?')] == found


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("[tool.coregen]\n", 1, "PROJECT-VALUE"),
        ('[tool.coregen]\nmodules = "shop"\n', 2, "PROJECT-VALUE"),
        ("[tool.coregen]\nmodules = []\n", 2, "PROJECT-VALUE"),
        ("[tool.coregen]\nmodules = [3]\n", 2, "PROJECT-VALUE"),
        ('[tool.coregen]\nmodules = ["shop"]\nsource-root = 3\n', 3, "PROJECT-VALUE"),
        ('[tool.coregen]\nmodules = ["shop"]\nsource-root = "nowhere"\n', 3, "PROJECT-FOLDER"),
        ('[tool.coregen]\nmodules = ["shop"]\nsource-root = "src"\n', 2, "PROJECT-FOLDER"),
        ('[tool.coregen]\nmodules = [".."]\n', 2, "PROJECT-FOLDER"),
        ('[tool.coregen]\nmodules = ["my-shop"]\n', 2, "PROJECT-FOLDER"),
        ("[tool.coregen\n", 1, "PROJECT-TOML"),
    ],
)
def test_a_wrong_setting_is_an_error_in_its_line(tmp_path: Path, text: str, line: int, code: str) -> None:
    for folder in ("shop", "src", "my-shop"):
        (tmp_path / folder).mkdir()

    assert [(line, code)] == [(found[0], found[2]) for found in settings(tmp_path, text)]


def test_two_definitions_in_one_folder_and_a_folder_python_cannot_import_are_errors(tmp_path: Path) -> None:
    for path in ("shop/a/definition.py", "shop/a/definition.json", "shop/my-module/definition.py", "shop/class/definition.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    (tmp_path / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["shop"]\n')
    project = find_project(tmp_path).project
    assert project is not None
    found = find_folders(project)

    assert () == found.folders
    assert ["MODULE-TWO", "MODULE-FOLDER", "MODULE-FOLDER"] == [each.code for each in found.diagnostics]
    assert "a has definition.py and definition.json" == found.diagnostics[0].message


def test_a_definition_that_would_be_overlooked_is_named(tmp_path: Path) -> None:
    (tmp_path / "shop/catalog").mkdir(parents=True)
    (tmp_path / "shop/catalog/definition.yml").write_text("")
    found = find_folders(Project(tmp_path, tmp_path, ("shop",))).diagnostics

    assert [("shop/catalog/definition.yml", "MODULE-FILE", "rename the file")] == [(each.path, each.code, each.help) for each in found]


def test_finding_a_project_imports_neither_pydantic_nor_what_suggestions_need() -> None:
    program = "import sys, coregen.project; print(sorted(m for m in ('pydantic', 'rapidfuzz', 'ruamel', 'coregen_runtime') if m in sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "[]" == run.stdout.strip()
