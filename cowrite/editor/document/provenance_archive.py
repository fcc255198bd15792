"""What all pages share of provenance: the log it is kept in, the thread that reads it back, what was cut and copied."""

from __future__ import annotations

import itertools
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cowrite.base.clock import Clock
from cowrite.base.errors import UserError
from cowrite.decisions.writing.log import DecisionLog
from cowrite.provenance.document import Clipping
from cowrite.provenance.ranges import Ranges
from cowrite.provenance.sources import Source
from cowrite.provenance.store import KnownText, known_text, to_record

logger = logging.getLogger(__name__)

CLIPPINGS = 8
"""A desktop with a second clipboard copies whatever is selected; the one that was meant must not be forgotten."""
WAIT_FOR_LOG_S = 2.0
# Nobody waits for what is still being read when the program ends.
END_PATIENCE_S = 0.2

Answer = Callable[[KnownText | None], None]


class ProvenanceArchive(QObject):
    """Keeps through ``log`` and reads from its file at ``path``. Nothing here waits for the disk on Qt's thread."""

    _read = Signal(int, object)

    def __init__(
        self, log: DecisionLog, path: Path, clock: Clock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.log = log
        self.clock = clock
        self._path = path
        self._clippings: deque[tuple[Clipping, str]] = deque(maxlen=CLIPPINGS)
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Answer] = {}
        self._requests: queue.SimpleQueue[tuple[int, str, str] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._read.connect(self._on_read)

    def keep(
        self, document_id: str, text: str, ranges: Ranges, sources: Mapping[str, Source]
    ) -> None:
        """Keep where the characters of a document are from; with no text, forget it."""
        now_ms = self.clock.unix_ms()
        self.log.keep_provenance(to_record(document_id, text, ranges, sources, now_ms))

    def ask(self, document_id: str, text: str, answer: Answer) -> int:
        """Have ``answer`` told what is known of ``text``, soon; the number is for :meth:`withdraw`."""
        number = next(self._numbers)
        self._waiting[number] = answer
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, name="cowrite-provenance", daemon=True
            )
            self._thread.start()
        self._requests.put((number, document_id, text))
        return number

    def withdraw(self, number: int) -> None:
        """Nobody waits for that answer any more."""
        self._waiting.pop(number, None)

    def cut_or_copied(self, clipping: Clipping, *, only_for: str = "") -> None:
        """Remember where it is from, for when it is pasted again; ``only_for`` the document of that id, if not empty.

        With a piece goes the whole suggestion that it is of, which is to stay in a document of which nothing is kept.
        """
        self._clippings.append((clipping, only_for))

    def clipping_of(self, text: str, document_id: str) -> Clipping:
        """What was cut or copied here and reads like this; an empty one if nothing was."""
        found = (
            clipping
            for clipping, only_for in reversed(self._clippings)
            if clipping.text == text and only_for in ("", document_id)
        )
        return next(found, Clipping())

    def close(self) -> None:
        """Answer nothing more; ends the thread."""
        self._waiting.clear()
        self._requests.put(None)
        if self._thread is not None:
            self._thread.join(END_PATIENCE_S)
            self._thread = None

    def _on_read(self, number: int, known: KnownText | None) -> None:
        answer = self._waiting.pop(number, None)
        if answer is not None:
            answer(known)

    # --- the reading thread ---

    def _run(self) -> None:
        while (request := self._requests.get()) is not None:
            number, document_id, text = request
            if number in self._waiting:
                self._read.emit(number, self._look_up(document_id, text))

    def _look_up(self, document_id: str, text: str) -> KnownText | None:
        # If that fails, what is in the file is what there is to read; the log itself says what is wrong with it.
        with suppress(UserError):
            self.log.flush(WAIT_FOR_LOG_S)
        try:
            return known_text(self._path, document_id, text)
        except UserError as error:
            logger.info("provenance could not be read: %s", error.message)
        except Exception:
            logger.exception("provenance could not be read")
        return None
