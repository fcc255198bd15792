"""Reads documents against their writer's own texts, on a thread; what a rewrite does to a voice is known at once then.

Own texts are those that were chosen to learn from, and what was typed in the document itself.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cowrite.base.errors import UserError
from cowrite.documents.files import read_document
from cowrite.editor.common.background import Background, Task
from cowrite.editor.document.document import Document
from cowrite.editor.markup.structure import structure_of
from cowrite.markdown.kinds import is_markdown
from cowrite.provenance.own_lines import typed_lines
from cowrite.provenance.ranges import Ranges
from cowrite.settings.resources import resource_path

if TYPE_CHECKING:
    from cowrite.voice.model_prose import ModelProse
    from cowrite.voice.reading import VoiceReading
    from cowrite.voice.traits import Counted

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Snapshot:
    """A document as it is now. ``own_texts`` are the files and folders that were chosen."""

    text: str
    ranges: Ranges
    path: Path | None
    markdown: bool
    own_texts: tuple[str, ...]


class VoiceService(QObject):
    """``own_texts`` asks which files and folders were chosen. Signal: ``was_read(document)``.

    Nothing of it is kept on the disk.
    """

    was_read = Signal(object)

    def __init__(self, own_texts: Callable[[], tuple[str, ...]], parent: QObject) -> None:
        super().__init__(parent)
        self._own_texts = own_texts
        self._background = Background("voice", self)
        self._readings: dict[Document, VoiceReading] = {}
        self._running: dict[Document, Task] = {}
        self._files: dict[tuple[str, int, int], list[Counted]] = {}
        self._prose: ModelProse | None = None

    def close(self) -> None:
        """The program ends: read nothing more."""
        self._background.close()

    def reading(self, document: Document) -> VoiceReading | None:
        """What was found when the document was read last; None if it was not yet."""
        return self._readings.get(document)

    def is_reading(self, document: Document) -> bool:
        """Whether that is being found out."""
        return document in self._running

    def prepare(self, document: Document) -> None:
        """Read the document, unless it was read or is being read."""
        if document not in self._readings and document not in self._running:
            self.read(document)

    def read(self, document: Document) -> None:
        """Read the document as it is now; ``was_read`` tells when that is done."""
        if document.is_closed:
            return
        if (before := self._running.pop(document, None)) is not None:
            before.cancel()
        snapshot = _Snapshot(
            text=document.content.text(),
            ranges=document.provenance.ranges,
            path=document.path,
            markdown=structure_of(document).is_markdown,
            own_texts=self._own_texts(),
        )
        self._running[document] = self._background.run(
            lambda: self._read(snapshot),
            lambda reading: self._on_read(document, reading),
            lambda error: self._on_failed(document, error),
        )

    def moves(self, document: Document, before: str, after: str) -> str | None:
        """What a rewrite of a passage does to its voice, in a sentence.

        None where it is nothing worth saying, there is not enough text, or the document is still being read.
        """
        reading = self._readings.get(document)
        if reading is None:
            self.prepare(document)
        if reading is None or reading.line is None:
            return None
        return reading.line.moves(before, after)

    def _on_read(self, document: Document, reading: VoiceReading) -> None:
        self._running.pop(document, None)
        self._readings = {each: its for each, its in self._readings.items() if not each.is_closed}
        if not document.is_closed:
            self._readings[document] = reading
            self.was_read.emit(document)

    def _on_failed(self, document: Document, error: UserError) -> None:
        from cowrite.voice.reading import VoiceReading

        self._on_read(document, VoiceReading(model="", own_words=0, problem=str(error)))

    # --- on the thread ---

    def _read(self, snapshot: _Snapshot) -> VoiceReading:
        # Not before it is wanted: a start needs none of it.
        from cowrite.voice.model_prose import STARTER, read_prose
        from cowrite.voice.reading import read_voice

        if self._prose is None:
            self._prose = read_prose(resource_path(STARTER))
        typed = typed_lines(snapshot.text, snapshot.ranges)
        return read_voice(
            snapshot.text,
            self._own_samples(snapshot),
            self._prose,
            markdown=snapshot.markdown,
            own_lines=typed.__contains__,
        )

    def _own_samples(self, snapshot: _Snapshot) -> list[Counted]:
        """Of the chosen files but the document's own; what cannot be read of them is passed over."""
        from cowrite.personalize.data.own_texts import find_own_texts
        from cowrite.voice.line import ENOUGH_OWN_WORDS
        from cowrite.voice.reading import own_samples

        this = os.path.realpath(snapshot.path) if snapshot.path is not None else ""
        known = self._files
        found: list[Counted] = []
        self._files = {}
        for path in find_own_texts(snapshot.own_texts).files:
            if os.path.realpath(path) == this:
                continue
            try:
                status = path.stat()
                key = (str(path), status.st_mtime_ns, status.st_size)
                if key not in known:
                    text = read_document(path).text
                    known[key] = own_samples(text, markdown=is_markdown(path))
            except (OSError, UserError) as error:
                logger.info("an own text that cannot be read: %s", type(error).__name__)
                continue
            self._files[key] = known[key]
            found += known[key]
            if sum(each.words for each in found) > ENOUGH_OWN_WORDS:
                break
        return found
