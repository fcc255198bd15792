"""The engine of a computer without a model: everything it is given fails in a sentence.

So that a server of the writer's can answer alone, and what only a model here can do is refused instead of waiting.
"""

from __future__ import annotations

from collections.abc import Sequence

from cowrite.engine.influence import Influence
from cowrite.engine.messages import (
    EngineState,
    EngineStatus,
    Job,
    JobFailure,
    JobId,
    Listener,
)
from cowrite.engine.port import AdapterSource
from cowrite.localization import tr


class AbsentEngine:
    """An :class:`~cowrite.engine.port.Engine` that has no model."""

    def __init__(self) -> None:
        self._listener: Listener = lambda _: None

    def start(self, listener: Listener) -> None:
        """Say that there is none."""
        self._listener = listener
        message = tr("No model is installed, so there are no suggestions.")
        listener(EngineStatus(state=EngineState.MISSING, message=message))

    def submit(self, job: Job) -> None:
        """Say that it cannot be done here."""
        message = tr("This needs a model on this computer, and none is installed.")
        self._listener(JobFailure(job_id=job.id, message=message))

    def prefetch(self, jobs: Sequence[Job]) -> None:
        """Nothing can be worked out."""

    def cancel(self, job_id: JobId) -> None:
        """Every job has ended."""

    def learn(self, document_id: str, text: str) -> None:
        """Nothing is learned."""

    def use_adapter(self, source: AdapterSource) -> None:
        """There is no model that it belongs to."""

    def set_influence(self, influence: Influence) -> None:
        """There is nothing to bend."""

    def stop(self) -> None:
        """There is no thread."""
