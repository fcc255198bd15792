"""Tasks on passages that do what a test says."""

from __future__ import annotations

import pytest
from proposing import Tasks
from scripted_tasks import scripted

from cowrite.tasks.passage import registry
from cowrite.tasks.passage.work import PassageTask


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> Tasks:
    """Says which tasks there are: those of :func:`scripted`."""
    there: dict[str, PassageTask] = {}
    monkeypatch.setattr(registry, "PASSAGE_TASKS", there)

    def add(name: str = "repair", **options: object) -> PassageTask:
        there[name] = scripted(name, **options)  # type: ignore[arg-type]
        return there[name]

    return add
