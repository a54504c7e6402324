"""What all tests share: the profiles of property tests and the long ones, and what happens where a program is not installed.

`COREGEN_TEST_PROFILE=nightly` runs the tests marked `nightly` too, and property tests at full size. The seed of the four doors' documents
(tests/doors) is drawn here, once for all workers, and printed with the summary.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from random import SystemRandom

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
PROFILE = os.environ.get("COREGEN_TEST_PROFILE", "default")

settings.register_profile("default", max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(PROFILE)


def pytest_configure() -> None:
    os.environ.setdefault("COREGEN_DOORS_SEED", str(SystemRandom().randrange(2**31) if PROFILE == "nightly" else 20_260_726))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"documents of the four doors: COREGEN_DOORS_SEED={os.environ['COREGEN_DOORS_SEED']} draws them again")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if PROFILE == "nightly":
        return
    for item in items:
        if item.get_closest_marker("nightly"):
            item.add_marker(pytest.mark.skip(reason="a long profile: `make nightly` runs it"))


def pytest_sessionfinish() -> None:
    """Take away what was made on the database server, if anything was."""
    if postgres := sys.modules.get("tests.runtime.adapters.postgres"):
        postgres.forget()


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The root of the repository."""
    return ROOT
