"""Small work on threads of its own whose answers come back to the window's thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from cowrite.base.errors import UserError
from cowrite.settings.logs import SORRY

logger = logging.getLogger(__name__)

CLOSE_PATIENCE_S = 2.0

Answer = TypeVar("Answer")


class Background(QObject):
    """Nobody waits for it; after :meth:`close` nothing is answered any more."""

    _answered = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._threads: list[threading.Thread] = []
        self._is_closed = False
        self._answered.connect(self._on_answered)

    def run(
        self,
        work: Callable[[], Answer],
        then: Callable[[Answer], None],
        failed: Callable[[UserError], None] = lambda _error: None,
    ) -> None:
        """Do ``work`` on a thread, then call ``then`` or ``failed`` on this one."""
        if self._is_closed:
            return

        def do() -> None:
            try:
                answer = work()
            except UserError as error:
                problem = error  # Python forgets an error's name when its handler ends
                self._answer(lambda: failed(problem))
            except Exception:
                logger.exception("work beside the window failed: %s", self._name)
                self._answer(lambda: failed(UserError(SORRY)))
            else:
                self._answer(lambda: then(answer))

        self._threads = [each for each in self._threads if each.is_alive()]
        # A daemon, so that a system that does not answer cannot keep the program from ending.
        thread = threading.Thread(target=do, name=f"cowrite-{self._name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        """Answer nothing more, and wait a moment for what is under way."""
        self._is_closed = True
        for thread in self._threads:
            thread.join(CLOSE_PATIENCE_S)
        self._threads = []

    def _answer(self, tell: Callable[[], None]) -> None:
        if not self._is_closed:
            self._answered.emit(tell)

    def _on_answered(self, tell: Callable[[], None]) -> None:
        if not self._is_closed:
            tell()
