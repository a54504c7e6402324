"""The hook that users put in their `.pre-commit-config.yaml` (contract, "Installing and running")."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

DEFINITION = "id: catalog\nversion: 1.0.0\nentities:\n  - { name: Product, fields: [{ key: name, type: string }] }\n"


def read_hooks(project_root: Path) -> list[dict[str, object]]:
    hooks: list[dict[str, object]] = YAML(typ="safe").load(project_root / ".pre-commit-hooks.yaml")
    return hooks


@pytest.fixture
def repository(tmp_path: Path, project_root: Path) -> Path:
    """A scratch repository with one module in step and the hooks of this repository, run from this environment."""
    hooks = read_hooks(project_root)
    [check] = [hook for hook in hooks if hook["id"] == "coregen-sync-check"]
    (tmp_path / ".pre-commit-config.yaml").write_text(json.dumps({"repos": [{"repo": "local", "hooks": [check]}]}))
    (tmp_path / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["shop"]\n')
    (tmp_path / "shop/catalog").mkdir(parents=True)
    (tmp_path / "shop/catalog/definition.yaml").write_text(DEFINITION)
    run(tmp_path, "git", "init", "-q")
    assert 0 == run(tmp_path, "coregen", "sync").returncode
    run(tmp_path, "git", "add", "-A")
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    bin = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin}{os.pathsep}{os.environ['PATH']}", "PRE_COMMIT_HOME": str(folder / ".git/pre-commit-home")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def hook(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, "-m", "pre_commit", "run", "--all-files")


def test_every_hook_runs_in_the_users_own_environment(project_root: Path) -> None:
    hooks = read_hooks(project_root)

    assert {("system", False)} == {(hook["language"], hook["pass_filenames"]) for hook in hooks}


def test_it_passes_in_step_fails_on_a_stale_module_and_passes_after_a_sync(repository: Path) -> None:
    in_step = hook(repository)
    assert 0 == in_step.returncode, in_step.stdout

    (repository / "shop/catalog/definition.yaml").write_text(DEFINITION.replace("key: name", "key: title, renamedFrom: name"))
    run(repository, "git", "add", "-A")
    stale = hook(repository)
    assert 1 == stale.returncode
    assert "catalog is stale: " in stale.stdout

    synced = run(repository, "coregen", "sync")
    assert 0 == synced.returncode, synced.stderr
    run(repository, "git", "add", "-A")

    assert 0 == hook(repository).returncode
