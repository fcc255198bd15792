"""The port through which the program reaches an engine: a worker with a model, several engines as one, or a script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from cowrite.engine.influence import Influence
from cowrite.engine.messages import Job, JobId, Listener

# Says which adapter to use: a folder that was looked at, or None. Raises UserError if it must not be used.
AdapterSource = Callable[[], Path | None]


class Engine(Protocol):
    """What the rest of the program may ask of an engine, from any thread.

    All methods but ``stop`` return at once. Messages reach the listener on the engine's own thread; those of a job name
    it. Jobs are done lane by lane, see :class:`Lane`; one that is cancelled or replaced answers nothing.
    """

    def start(self, listener: Listener) -> None:
        """Begin loading the model."""
        ...

    def submit(self, job: Job) -> None:
        """Do ``job`` when its turn comes."""
        ...

    def prefetch(self, jobs: Sequence[Job]) -> None:
        """Work out the answers to what may be asked next, in this order, while no inline job is to be done.

        They take the place of those that were to be worked out before; one that was begun and is still wanted goes
        first. No listener is told. If just that is asked then, the answer is there at once; any other inline job ends
        what is not ready yet.
        """
        ...

    def cancel(self, job_id: JobId) -> None:
        """Drop a job, waiting or begun."""
        ...

    def learn(self, document_id: str, text: str) -> None:
        """Know ``text`` as the whole of this document of the writer's; “” forgets it."""
        ...

    def use_adapter(self, source: AdapterSource) -> None:
        """Answer with another adapter, or with none, from the next job on; the model is not loaded again.

        A passage or background job that was begun ends with what it began with, and the change waits for it.
        ``source`` is asked on the engine's own thread. If it refuses, or the engine does, the model answers as it is,
        and a status with ``announcement`` says why.
        """
        ...

    def set_influence(self, influence: Influence) -> None:
        """Let the writer's own words and the adapter bend the answers so far from the next job on."""
        ...

    def stop(self) -> None:
        """End, and free the model. Waits for the thread."""
        ...
