"""A project in a temporary folder, written from texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from coregen.project import Project, find_project

WriteProject = Callable[[dict[str, str]], Project]


@pytest.fixture
def write_project(tmp_path: Path) -> WriteProject:
    """Writes files by path and gives the project; its modules stand in `shop` unless a pyproject.toml says otherwise."""

    def write(files: dict[str, str]) -> Project:
        for path, text in {"pyproject.toml": '[tool.coregen]\nmodules = ["shop"]\n', **files}.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        project = find_project(tmp_path).project
        if project is None:
            raise AssertionError(find_project(tmp_path).diagnostics)
        return project

    return write
