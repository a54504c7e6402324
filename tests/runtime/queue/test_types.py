"""Jobs and their options as data."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from coregen_runtime import Job, JobOptions
from coregen_runtime.queue.types import Backoff


def test_options_are_the_specifications_by_default() -> None:
    options = JobOptions()

    assert ("standard", 0, 3, True) == (options.priority, options.delay, options.attempts, options.remove_on_complete)


def test_options_are_read_from_the_specifications_keys() -> None:
    options = JobOptions.model_validate(
        {"priority": "bulk", "jobId": "once", "backoff": {"type": "exponential", "delay": 50}, "removeOnComplete": False}
    )

    assert JobOptions(priority="bulk", job_id="once", backoff=Backoff(type="exponential", delay=50), remove_on_complete=False) == options


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"delay": -1}, {"timeout": 0}, {"priority": "urgent"}, {"retries": 3}])
def test_options_that_mean_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        JobOptions.model_validate(wrong)


def test_a_job_carries_its_payload_as_it_is() -> None:
    payload = object()

    assert payload is Job(id="job_1", name="mails", payload=payload, status="waiting", attempts=0, created_at=1).payload
