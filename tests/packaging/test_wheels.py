"""Both distributions build, and the runtime's wheel alone is enough to run generated modules: no generator, no templates, no tools."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ALLOWED = {"coregen-runtime", "pydantic", "pydantic_core", "annotated-types", "typing-inspection", "typing_extensions", "python-ulid"}
"""What an empty environment may hold after the runtime is installed: Core's own third-party packages and what they need."""


def run(*arguments: str | Path, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV", "COVERAGE"))}
    done = subprocess.run([str(argument) for argument in arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    assert 0 == done.returncode, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheels(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheels of both distributions, built in isolation from a copy of the sources."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheels")
    for name in ("pyproject.toml", "README.md", "LICENSE", "generator", "templates", "runtime"):
        path = project_root / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, source / name)
    for distribution in (source, source / "runtime"):
        run(sys.executable, "-m", "build", "--wheel", "--outdir", built, distribution, cwd=source)
    return built


@pytest.fixture(scope="module")
def production(project_root: Path, wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a production image has it: an environment with the runtime's wheel, and the samples beside it."""
    folder = tmp_path_factory.mktemp("production")
    run(sys.executable, "-m", "venv", folder / ".venv", cwd=folder)
    [wheel] = wheels.glob("coregen_runtime-*.whl")
    run(python(folder), "-m", "pip", "install", "--quiet", "--constraint", project_root / "constraints.txt", wheel, cwd=folder)
    shutil.copytree(project_root / "sample_modules", folder / "sample_modules", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def python(folder: Path) -> Path:
    return folder / ".venv" / "bin" / "python"


def test_the_generators_wheel_holds_generator_and_templates_and_the_runtimes_wheel_neither(wheels: Path) -> None:
    tops = {path.name.split("-")[0]: {name.split("/")[0] for name in zipfile.ZipFile(path).namelist()} for path in wheels.glob("*.whl")}

    assert {"coregen", "coregen_templates", "coregen-0.1.0.dist-info"} == tops["coregen"]
    assert {"coregen_runtime", "coregen_adapters", "coregen_runtime-0.1.0.dist-info"} == tops["coregen_runtime"]


def test_every_template_is_in_the_wheel(project_root: Path, wheels: Path) -> None:
    [wheel] = wheels.glob("coregen-*.whl")
    templates = project_root / "templates"
    wanted = {path.relative_to(templates).as_posix() for path in templates.rglob("*.jinja")}

    assert wanted and wanted <= set(zipfile.ZipFile(wheel).namelist())


def test_the_wheels_say_that_they_are_typed(wheels: Path) -> None:
    marked = {name for path in wheels.glob("*.whl") for name in zipfile.ZipFile(path).namelist() if name.endswith("py.typed")}

    assert {"coregen/py.typed", "coregen_runtime/py.typed", "coregen_adapters/py.typed"} == marked


def test_nothing_but_cores_own_packages_is_installed_with_the_runtime(production: Path) -> None:
    listed = run(python(production), "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check", cwd=production)
    installed = {line.split("==")[0] for line in listed.splitlines()} - {"pip", "setuptools"}

    assert ALLOWED == installed


def test_an_extra_that_is_missing_is_named_where_it_is_asked_for(production: Path) -> None:
    said = subprocess.run(
        [python(production), "-c", "import coregen_adapters.babel"], cwd=production, capture_output=True, text=True, check=False
    ).stderr

    assert 'pip install "coregen-runtime[babel]"' in said.splitlines()[-1]


def test_the_extras_install_beside_the_wheel_and_work(project_root: Path, wheels: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / ".venv", cwd=tmp_path)
    [wheel] = wheels.glob("coregen_runtime-*.whl")
    constraints = project_root / "constraints.txt"
    run(python(tmp_path), "-m", "pip", "install", "--quiet", "--constraint", constraints, f"{wheel}[babel,email,phone,testing]", cwd=tmp_path)
    asked = "from coregen_adapters.babel import format_money; from coregen_runtime import Money; print(format_money(Money(-5, 'EUR'), 'en'))"

    assert "-€0.05" == run(python(tmp_path), "-W", "error", "-c", asked, cwd=tmp_path).strip()
    assert "" == run(python(tmp_path), "-m", "pip", "check", "--quiet", cwd=tmp_path).strip()


def test_the_samples_boot_there_and_an_order_goes_through_its_life(production: Path) -> None:
    told = run(python(production), "-W", "error", "-m", "sample_modules.tour", cwd=production).splitlines()

    assert "welcome created refused repriced ordered placed could refused paid shipped refused refused".split() == [line.split()[0] for line in told]
    assert "7 are available" in told[5]
