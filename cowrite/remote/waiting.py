"""A server asked by somebody who waits for the answer: a command, or a thread of its own."""

from __future__ import annotations

import itertools
import queue
import time
from collections.abc import Callable
from typing import Self

from cowrite.base.errors import UserError
from cowrite.engine.messages import (
    AnyResult,
    EngineMessage,
    EngineState,
    EngineStatus,
    Job,
    JobFailure,
    JobUpdate,
    Lane,
    Task,
)
from cowrite.localization import tr
from cowrite.remote.choice import ServerChoice
from cowrite.remote.engine import RemoteEngine

LONGEST_S = 120.0
"""Without any sign from the server."""
_LOOK_EVERY_S = 0.2


class AskedServer:
    """A context in which the server is there. ``look`` is called now and then, and ends the waiting by what it raises.

    All methods raise UserError.
    """

    def __init__(
        self,
        choice: ServerChoice,
        key_of: Callable[[str], str],
        look: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = RemoteEngine(choice, key_of=key_of, ghost_patience_s=LONGEST_S)
        self._look = look
        self._heard: queue.Queue[EngineMessage] = queue.Queue()
        self._ids = itertools.count(1)
        self._ready = EngineStatus(state=EngineState.LOADING)

    @property
    def model(self) -> str:
        """What the server calls the model that answers."""
        return self._ready.model

    def __enter__(self) -> Self:
        """Wait for the server."""
        self._engine.start(self._heard.put)
        try:
            while self._ready.state is not EngineState.READY:
                message = self._next()
                if isinstance(message, EngineStatus):
                    self._ready = message
                    if message.state is EngineState.PROBLEM:
                        raise UserError(message.message)
        except BaseException:
            self._engine.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Leave it."""
        self._engine.stop()

    def ask(self, task: Task, lane: Lane = Lane.PASSAGE) -> AnyResult:
        """What it answers."""
        if lane is Lane.INLINE and lane not in self._engine.lanes:
            raise UserError(self._ready.announcement)
        number = next(self._ids)
        self._engine.submit(Job(id=number, task=task, lane=lane, may_leave=True))
        try:
            while True:
                message = self._next()
                if isinstance(message, EngineStatus | JobUpdate) or message.job_id != number:
                    continue
                if isinstance(message, JobFailure):
                    raise UserError(message.message)
                return message
        except BaseException:
            self._engine.cancel(number)
            raise

    def _next(self) -> EngineMessage:
        ends_at = time.monotonic() + LONGEST_S
        while True:
            self._look()
            try:
                return self._heard.get(timeout=_LOOK_EVERY_S)
            except queue.Empty:
                if time.monotonic() > ends_at:
                    raise UserError(tr("The server does not answer in time.")) from None
