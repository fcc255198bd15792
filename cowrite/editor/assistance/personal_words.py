"""Lets the engine know the writer's own words: the text as it is after each pause, and the files written lately."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from cowrite.base.errors import UserError
from cowrite.base.text_changes import TextChange
from cowrite.documents.files import read_document
from cowrite.documents.text_codec import Certainty
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.common.background import Background, Task
from cowrite.editor.common.qt_timer import QtTimer
from cowrite.editor.document.document import Document
from cowrite.editor.page.listeners import ListenerStage

logger = logging.getLogger(__name__)

PAUSE_MS = 2_000
MOST_FILES = 8
MOST_FILE_BYTES = 2_000_000
# A file on a disk far away may take seconds, and nothing is lost with it.


class PersonalWords:
    """Follows one document. Nothing of one that is kept out of suggestions is learned."""

    def __init__(self, document: Document, bridge: EngineBridge) -> None:
        self._document = document
        self._bridge = bridge
        self._excluded = False
        self._is_known = False
        self._former: list[str] = []  # what it was known as before
        self._timer = QtTimer(document)
        document.listeners.add(ListenerStage.PERSONAL_WORDS, self._on_text_changed)
        document.identity_listeners.add(ListenerStage.PERSONAL_WORDS, self._on_identity_changed)

    def exclude(self, excluded: bool) -> None:
        """Forget the document, or learn it again."""
        if excluded != self._excluded:
            self._excluded = excluded
            self._learn()

    def close(self) -> None:
        """Learn nothing more; what is known stays known until the program ends."""
        self._document.listeners.remove(self._on_text_changed)
        self._document.identity_listeners.remove(self._on_identity_changed)
        self._timer.stop()

    def _on_text_changed(self, _change: TextChange) -> None:
        self._timer.start(PAUSE_MS, self._learn)

    def _on_identity_changed(self, before: str) -> None:
        if self._is_known and before != self._document.document_id:
            self._former.append(before)
            self._is_known = False

    def _learn(self) -> None:
        for former in self._former:
            self._bridge.learn(former, "")  # it has another name now
        self._former.clear()
        self._is_known = True
        # Emptied even if it was not learned here: it may be known as a file of other days.
        text = "" if self._excluded else self._document.text()
        self._bridge.learn(self._document.document_id, text)


class RecentFiles(QObject):
    """Reads files beside the window's thread and lets the engine know them: the words of other days."""

    def __init__(
        self,
        bridge: EngineBridge,
        document_of: Callable[[Path], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._document_of = document_of
        self._background = Background("recent", self)

    def read(self, files: Sequence[Path]) -> None:
        """Begin; returns at once. A file that cannot be read is left out: nobody asked to see it."""
        wanted = [(path, self._document_of(path)) for path in list(files)[:MOST_FILES]]
        self._background.run_task(lambda task: self._read_all(task, wanted), lambda _: None)

    def close(self) -> None:
        """Read nothing more."""
        self._background.close()

    def _read_all(self, task: Task, files: Sequence[tuple[Path, str]]) -> None:
        for path, document_id in files:
            if task.is_cancelled:
                return
            try:
                if path.stat().st_size > MOST_FILE_BYTES:
                    continue
                loaded = read_document(path)
                is_sure = loaded.format.certainty is not Certainty.UNSURE
                text = loaded.text if is_sure and not loaded.read_only_reason else ""
            except (OSError, UserError):
                logger.info("a file written lately could not be read")
                continue
            task.deliver(partial(self._bridge.learn, document_id, text))
