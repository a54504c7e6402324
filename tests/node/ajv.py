"""ajv in one Node process that is fed in batches; `ajv.mjs` does the judging. The installing is judge.py's."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from tests.node.judge import HERE, require_node


class Ajv:
    """The process: it is told the schemas once, and then judges values by their names."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def learn(self, schemas: Mapping[str, Any]) -> None:
        self._send({"schemas": schemas})

    def judge(self, values: Sequence[tuple[str, Any]]) -> list[bool]:
        """Whether each value fits the schema of that name."""
        self._send({"values": values})
        answer = self._process.stdout.readline() if self._process.stdout else ""
        if not answer:
            raise AssertionError(self._process.stderr.read() if self._process.stderr else "ajv ended")
        found: list[bool] = json.loads(answer)
        return found

    def _send(self, message: Mapping[str, Any]) -> None:
        if self._process.stdin is None:
            raise AssertionError("ajv has no input")
        try:
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise AssertionError(self._process.stderr.read() if self._process.stderr else "ajv ended") from None


@contextmanager
def ajv() -> Iterator[Ajv]:
    """A running ajv; skips the test where Node is missing, unless services are required."""
    require_node()
    command, pipe = ["node", "ajv.mjs"], subprocess.PIPE
    with subprocess.Popen(command, cwd=HERE, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8") as process:
        yield Ajv(process)
        if process.stdin is not None:
            process.stdin.close()
