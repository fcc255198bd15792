"""Brings the engine's messages from its thread to the window's, updates at most once per frame."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from cowrite.engine.messages import (
    AdapterSource,
    CompletionFailure,
    CompletionRequest,
    CompletionResult,
    CompletionUpdate,
    Engine,
    EngineMessage,
    EngineState,
    EngineStatus,
)

logger = logging.getLogger(__name__)

FRAME_MS = 16
# What the engine does on its thread writes nothing, so the end of the program waits for it only to be tidy.
END_PATIENCE_S = 0.5

Answer = CompletionUpdate | CompletionResult | CompletionFailure
AnswerListener = Callable[[Answer], None]


class EngineBridge(QObject):
    """One engine for all windows. ``status_changed(EngineStatus)`` is emitted on the window's thread."""

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
        self._ids = itertools.count(1)
        self._asked: tuple[int, AnswerListener] | None = None
        self._lock = threading.Lock()
        self._inbox: list[tuple[int, EngineMessage]] = []
        self._last_update_ms = 0.0
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

    def next_request_id(self) -> int:
        """A number no other request has."""
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

    def submit(self, request: CompletionRequest, listener: AnswerListener) -> None:
        """Ask; ``listener`` gets the answers, unless a newer request comes first."""
        if self._engine is not None:
            self._asked = request.request_id, listener
            self._engine.submit(request)

    def prefetch(self, request: CompletionRequest) -> None:
        """Let the engine answer in advance what may be asked next."""
        if self._engine is not None:
            self._engine.prefetch(request)

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

    def cancel(self, request_id: int) -> None:
        """Drop a request, unless it was answered or a newer one has taken its place."""
        if self._asked is not None and self._asked[0] == request_id:
            self._asked = None
            if self._engine is not None:
                self._engine.cancel()

    def close(self) -> None:
        """End the engine and wait a moment for its thread. Nothing of it is heard any more.

        An engine that is loading ends with the process: to import torch takes seconds and cannot be interrupted.
        """
        self.drop()
        self._is_closed = True
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
        self._asked = None
        with self._lock:
            self._inbox.clear()
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
        for document_id, text in self._texts.items():
            engine.learn(document_id, text)

    # --- messages ---

    def _on_engine_thread(self, generation: int, message: EngineMessage) -> None:
        if generation != self._generation:
            return  # nobody hears of that engine any more
        with self._lock:
            if self._inbox and _replaces(message, self._inbox[-1][1]):
                self._inbox[-1] = (generation, message)
                return
            self._inbox.append((generation, message))
        self._arrived.emit()

    def _on_arrived(self) -> None:
        with self._lock:
            if not self._inbox:
                return  # an earlier arrival took it along
            only_updates = all(isinstance(message, CompletionUpdate) for _, message in self._inbox)
        wait_ms = self._last_update_ms + FRAME_MS - time.monotonic() * 1000
        if only_updates and wait_ms > 0:
            # It stays in the inbox: a newer one replaces it, a result takes it along.
            self._frame.start(round(wait_ms) + 1)
            return
        self._deliver()

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
            if self._asked is not None and self._asked[0] == message.request_id:
                self._answer(self._asked[1], message)

    def _answer(self, listener: AnswerListener, message: Answer) -> None:
        if isinstance(message, CompletionUpdate):
            self._last_update_ms = time.monotonic() * 1000
        else:
            self._asked = None
        listener(message)


def _replaces(new: EngineMessage, old: EngineMessage) -> bool:
    """Whether ``old`` is a shorter form of ``new``: what an update shows is in the next one."""
    return (
        isinstance(new, CompletionUpdate)
        and isinstance(old, CompletionUpdate)
        and new.request_id == old.request_id
    )
