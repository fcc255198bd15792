"""Brings the engine's messages from its thread to the window's, updates at most once per frame."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from cowrite.engine.influence import Influence
from cowrite.engine.messages import (
    EngineMessage,
    EngineState,
    EngineStatus,
    Job,
    JobFailure,
    JobId,
    JobListener,
    JobMessage,
    JobUpdate,
    Lane,
)
from cowrite.engine.port import AdapterSource, Engine
from cowrite.localization import tr, tr_noop

logger = logging.getLogger(__name__)

FRAME_MS = 16
# What the engine does on its thread writes nothing, so the end of the program waits for it only to be tidy.
END_PATIENCE_S = 0.5
NO_ENGINE = tr_noop("There is no model to do this with. Your text is as it was.")


@dataclass(slots=True)
class _Asked:
    """A job that is not answered yet, and when its listener last heard how far it is."""

    lane: Lane
    listener: JobListener
    updated_ms: float = 0.0


class EngineBridge(QObject):
    """One engine for all windows, and a listener for each job.

    Signal: ``status_changed(EngineStatus)``, on the window's thread, as all that listeners hear.
    """

    status_changed = Signal(object)
    _arrived = Signal()
    _ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine: Engine | None = None
        self._next: Engine | None = None
        self._ending: threading.Thread | None = None
        self._is_closed = False
        self._generation = 0
        self._status = EngineStatus(state=EngineState.OFF)
        self._texts: dict[str, str] = {}
        self._influence = Influence.AS_TESTED
        self._ids = itertools.count(1)
        self._asked: dict[JobId, _Asked] = {}
        self._lock = threading.Lock()
        self._inbox: list[tuple[int, EngineMessage]] = []
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._deliver)
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    @property
    def status(self) -> EngineStatus:
        """What is known of the engine now."""
        return self._status

    @property
    def known_texts(self) -> Mapping[str, str]:
        """The writer's texts as they were learned last, by their documents."""
        return self._texts

    def next_job_id(self) -> JobId:
        """A number no other job has."""
        return next(self._ids)

    def use(self, engine: Engine) -> None:
        """Start ``engine`` once the one before has ended; returns at once."""
        self._next = engine
        self._end_engine()
        if self._ending is None:
            self._on_ended()

    def drop(self) -> None:
        """Use no engine; the one there ends by itself."""
        self._next = None
        self._end_engine()

    def show(self, status: EngineStatus) -> None:
        """Say how things stand while there is no engine to say it."""
        if status != self._status:
            self._status = status
            self.status_changed.emit(status)

    def submit(self, job: Job, listener: JobListener) -> None:
        """Ask; ``listener`` gets the answers, of an inline job unless a newer one comes first.

        What is no inline job always ends in a result or a failure, unless it is cancelled.
        """
        if job.lane is Lane.INLINE:
            self._asked = {i: each for i, each in self._asked.items() if each.lane is not job.lane}
        if self._engine is not None:
            self._asked[job.id] = _Asked(job.lane, listener)
            self._engine.submit(job)
        elif job.lane is not Lane.INLINE:
            listener(JobFailure(job_id=job.id, message=tr(NO_ENGINE)))

    def prefetch(self, jobs: Sequence[Job]) -> None:
        """Let the engine answer in advance what may be asked next, and nothing else any more."""
        if self._engine is not None:
            self._engine.prefetch(jobs)

    def learn(self, document_id: str, text: str) -> None:
        """Let the engine, and any that follows it, know a document of the writer's; “” forgets it."""
        if text:
            self._texts[document_id] = text
        else:
            self._texts.pop(document_id, None)
        if self._engine is not None:
            self._engine.learn(document_id, text)

    def use_adapter(self, source: AdapterSource) -> None:
        """Let the engine answer with another adapter, if there is an engine."""
        if self._engine is not None:
            self._engine.use_adapter(source)

    def set_influence(self, influence: Influence) -> None:
        """Let what is known of the writer bend the answers so far, of this engine and of any that follows it."""
        if influence is self._influence:
            return
        self._influence = influence
        if self._engine is not None:
            self._engine.set_influence(influence)

    def cancel(self, job_id: JobId) -> None:
        """Drop a job, unless it was answered or a newer one has taken its place."""
        if self._asked.pop(job_id, None) is not None and self._engine is not None:
            self._engine.cancel(job_id)

    def close(self) -> None:
        """End the engine and wait a moment for its thread. Nothing of it is heard any more.

        An engine that is loading ends with the process: to import torch takes seconds and cannot be interrupted.
        """
        self._is_closed = True
        self.drop()
        self._frame.stop()
        if self._ending is not None:
            self._ending.join(END_PATIENCE_S)
            if self._ending.is_alive():
                logger.info("the engine's thread ends with the program")
            self._ending = None

    # --- one engine after the other: two models at once might not fit into memory ---

    def _end_engine(self) -> None:
        """An engine that is loading cannot be interrupted, so a thread waits for it instead of the window."""
        engine, self._engine = self._engine, None
        self._generation += 1
        with self._lock:
            self._inbox.clear()
        asked, self._asked = self._asked, {}
        for job_id, each in asked.items():
            if each.lane is not Lane.INLINE and not self._is_closed:
                each.listener(JobFailure(job_id=job_id, message=tr(NO_ENGINE)))
        if engine is None:
            return

        def end() -> None:
            engine.stop()
            if not self._is_closed:  # else this object may be gone by now
                self._ended.emit()

        self._ending = threading.Thread(target=end, name="cowrite-engine-end", daemon=True)
        self._ending.start()

    def _on_ended(self) -> None:
        self._ending = None  # its thread has done all it had to
        engine, self._next = self._next, None
        if engine is None:
            return
        self._engine = engine
        generation = self._generation
        engine.start(lambda message: self._on_engine_thread(generation, message))
        engine.set_influence(self._influence)
        for document_id, text in self._texts.items():
            engine.learn(document_id, text)

    # --- messages ---

    def _on_engine_thread(self, generation: int, message: EngineMessage) -> None:
        if generation != self._generation:
            return  # nobody hears of that engine any more
        with self._lock:
            at = _replaced_by(message, [earlier for _, earlier in self._inbox])
            if at is not None:
                self._inbox[at] = (generation, message)
                return
            self._inbox.append((generation, message))
        self._arrived.emit()

    def _on_arrived(self) -> None:
        with self._lock:
            messages = [message for _, message in self._inbox]
        if not messages:
            return  # an earlier arrival took it along
        wait_ms = min(map(self._next_frame_ms, messages)) - time.monotonic() * 1000
        if wait_ms > 0:
            # It stays in the inbox: a newer one replaces it, a result takes it along.
            self._frame.start(round(wait_ms) + 1)
            return
        self._deliver()

    def _next_frame_ms(self, message: EngineMessage) -> float:
        """When ``message`` may be delivered: an update a frame after the last one of its job, all else at once."""
        if not isinstance(message, JobUpdate) or message.job_id not in self._asked:
            return 0.0
        return self._asked[message.job_id].updated_ms + FRAME_MS

    def _deliver(self) -> None:
        self._frame.stop()
        with self._lock:
            messages, self._inbox = self._inbox, []
        for generation, message in messages:
            if generation != self._generation:
                continue
            if isinstance(message, EngineStatus):
                self.show(message)
                continue
            self._answer(message)

    def _answer(self, message: JobMessage) -> None:
        asked = self._asked.get(message.job_id)
        if asked is None:
            return  # replaced or cancelled
        if isinstance(message, JobUpdate):
            asked.updated_ms = time.monotonic() * 1000
        else:
            del self._asked[message.job_id]
        asked.listener(message)


def _replaced_by(new: EngineMessage, messages: list[EngineMessage]) -> int | None:
    """Which of ``messages`` is a shorter form of ``new``: what an update shows is in the next one of its job."""
    if isinstance(new, JobUpdate):
        for at in range(len(messages) - 1, -1, -1):
            earlier = messages[at]
            if isinstance(earlier, JobUpdate) and earlier.job_id == new.job_id:
                return at
    return None
