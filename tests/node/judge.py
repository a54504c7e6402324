"""What Node's libraries say of generated artefacts: installs them once into an ignored folder, then asks them all in one process.

`judge.mjs` does the judging; this file owns the installing and what happens where there is no Node.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CACHE = HERE / "node_modules"


def judge(forms: Mapping[str, Any], diagrams: Mapping[str, str], types: Mapping[str, str]) -> dict[str, Any]:
    """The verdicts under the names that were given."""
    require_node()
    request = json.dumps({"forms": forms, "diagrams": diagrams, "types": types})
    done = subprocess.run(["node", "judge.mjs"], cwd=HERE, input=request, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise AssertionError(done.stderr)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def require_node() -> None:
    """Skips the test where Node or its registry is missing, unless services are required."""
    if problem := _install():
        if os.environ.get("COREGEN_REQUIRE_SERVICES") == "1":
            pytest.fail(f"no Node libraries: {problem}")
        pytest.skip(f"no Node libraries: {problem}")


def _install() -> str:
    """Empty once what package.json names is there; otherwise why it is not."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "there is no node or no npm"
    wanted = (HERE / "package.json").read_text(encoding="utf-8")
    stamp, lock = CACHE / ".coregen-installed", HERE / ".coregen"
    lock.mkdir(exist_ok=True)
    with (lock / "install.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
            return ""
        command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            return done.stderr.strip()[-300:]
        stamp.write_text(wanted, encoding="utf-8")
    return ""
