"""A module made of a definition and imported in this process, for tests that go through its doors. Its names are known at run time only, hence `Any`."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coregen.project import find_project
from tests.generator.rendering import texts, write


@dataclass(frozen=True)
class Made:
    """The package, and every file that was rendered, by path within the module."""

    package: Any
    files: Mapping[str, str]


@contextmanager
def made(folder: Path, home: str, definition: Mapping[str, Any], functions: str = "") -> Iterator[Made]:
    """The module of `definition`, rendered into `folder` under the package `home`; `functions` is its file `checks.py`."""
    place = f"{home}/{definition['id']}"
    files = {f"{home}/__init__.py": "", f"{home}/checks.py": functions, f"{place}/definition.json": json.dumps(definition)}
    write(folder, {"pyproject.toml": f'[tool.coregen]\nmodules = ["{home}"]\n', **files})
    project = find_project(folder).project
    assert project is not None
    rendered = texts(project)
    write(folder, rendered)
    sys.path.insert(0, str(folder))
    try:
        yield Made(importlib.import_module(place.replace("/", ".")), {path.removeprefix(f"{place}/"): text for path, text in rendered.items()})
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == home]:
            del sys.modules[name]
