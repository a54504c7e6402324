"""Definitions to files without the pipeline around it: what the tests of resolve, plan and render share."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from coregen.ir import ProjectIR
from coregen.load import load
from coregen.plan import plan
from coregen.project import Project, find_folders, find_project
from coregen.render import render
from coregen.resolve import Resolved, resolve

EVERYTHING = Path(__file__).parent / "everything"
UGLY = Path(__file__).parents[1] / "cases" / "ugly_names"


def resolved(project: Project) -> Resolved:
    """The definitions of a project, resolved; they must load."""
    loaded = load(project, find_folders(project).folders)
    if loaded.diagnostics:
        raise AssertionError(loaded.diagnostics)
    return resolve(loaded.modules)


def project_ir(project: Project) -> ProjectIR:
    done = resolved(project)
    if done.ir is None:
        raise AssertionError(done.diagnostics)
    return done.ir


def texts(project: Project) -> Mapping[str, str]:
    """Every file of a project's modules, by path."""
    return {file.path: file.text for file in render(plan(project_ir(project)))}


def everything(folder: Path) -> Project:
    """A copy of the definitions that hold every key, as a project in `folder`."""
    return _copied(EVERYTHING / "shop", folder)


def ugly_names(folder: Path) -> Project:
    """A copy of the definitions that hold all ugly names, as a project in `folder`."""
    return _copied(UGLY, folder)


def _copied(modules: Path, folder: Path) -> Project:
    shutil.copytree(modules, folder / "shop", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["shop"]\n', encoding="utf-8")
    (folder / "shop" / "__init__.py").write_text("", encoding="utf-8")
    project = find_project(folder).project
    if project is None:
        raise AssertionError(find_project(folder).diagnostics)
    return project


def write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
