"""A worker that is started, and its inbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from worker_parts import Inbox

from cowrite.engine.jobs.worker import EngineWorker


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def started(tiny_model_dir: Path, inbox: Inbox) -> Iterator[EngineWorker]:
    worker = EngineWorker(
        model_dir=tiny_model_dir, model_id="tiny", device="cpu", quantizations={"cpu": "bf16"}
    )
    worker.start(inbox)
    yield worker
    worker.stop()
