"""Which language a document is in: as the writer chose, or as its words say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.editor.common.connections import Connections
from cowrite.editor.document.document import Document
from cowrite.editor.markup.structure import DocumentStructure
from cowrite.editor.page.listeners import ListenerStage
from cowrite.editor.spelling.service import SpellingService
from cowrite.spelling.checker import Checker
from cowrite.spelling.document_choices import DETECT, NONE, DocumentChoice
from cowrite.spelling.regions import variants

_SAMPLE_CHARACTERS = 50_000
_LOOK_AGAIN_AT = (120, 600, 3_000)
"""The first words may be few: at these sizes, in UTF-16 units, it is looked again.

In between, and not beyond the last, a word that another region writes so says that it is time, too.
"""


class DocumentLanguage(QObject):
    """Signal: ``changed()``. ``name`` is an installed language, or NONE if nothing is to be checked."""

    changed = Signal()

    def __init__(
        self,
        document: Document,
        structure: DocumentStructure,
        service: SpellingService,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._structure = structure
        self._service = service
        self._detected = ""
        self._looked_at = 0
        self._is_looking = self._is_due = False
        self._noted: set[str] = set()
        document.listeners.add(ListenerStage.VIEW, self._on_text_changed)
        document.identity_listeners.add(ListenerStage.VIEW, self._on_identity_changed)
        self._lasting = Connections()
        self._lasting.add(service.ready, self._on_ready)
        self._look()

    def close(self) -> None:
        """Hear of nothing more. May be called again."""
        self._lasting.end()

    @property
    def choice(self) -> DocumentChoice:
        """What the writer chose for the document."""
        return self._service.choices.of(self._document.document_id)

    @property
    def name(self) -> str:
        """The language that is used now."""
        chosen = self.choice.language
        if chosen == NONE or chosen in self._service.available:
            return chosen
        return self._detected or self._service.usual_language

    @property
    def is_detected(self) -> bool:
        """Whether the writer left it to the words."""
        return self.choice.language == DETECT

    @property
    def is_looking(self) -> bool:
        """Whether the words are being asked just now: ``name`` may be another one in a moment."""
        return self._is_looking

    def choose(self, choice: DocumentChoice) -> None:
        """Use this from now on, also when the document is opened again, unless it is private."""
        document = self._document
        self._service.choices.choose(document.document_id, choice, keep=not document.is_private)

    def choose_language(self, language: str) -> None:
        """Use an installed language, DETECT or NONE."""
        self.choose(replace(self.choice, language=language))
        self.changed.emit()
        self._looked_at = 0
        self._look()

    def note_unknown(self, words: Iterable[str], checker: Checker) -> None:
        """``checker`` does not know these words: if another region writes one so, find the language out anew."""
        if not 0 < self._looked_at < len(_LOOK_AGAIN_AT) or not self.is_detected:
            return
        new = {word.lower() for word in words} - self._noted
        self._noted |= new
        if any(checker.knows_form(each) for word in new for each in variants(word)):
            if self._is_looking:
                self._is_due = True
            else:
                self._ask(is_first=False)

    def _on_ready(self) -> None:
        self._look()
        self.changed.emit()

    def _on_identity_changed(self, _before: str) -> None:
        self.changed.emit()

    def _on_text_changed(self, change: TextChange) -> None:
        if change.kind is ChangeKind.LOADED:
            self._looked_at = 0
            self._detected = ""
            self._noted.clear()
        self._look()

    def _look(self) -> None:
        """Find the language out, if there is more to go by than before."""
        service, length = self._service, self._document.length
        due = sum(length >= size for size in _LOOK_AGAIN_AT)
        if not service.is_ready or not service.is_on or not self.is_detected:
            return
        if due <= self._looked_at or self._document.is_loading:
            return
        is_first, self._looked_at = not self._looked_at, due
        self._ask(is_first=is_first)

    def _ask(self, *, is_first: bool) -> None:
        self._is_looking, self._is_due = True, False
        self._service.detect(self._sample(), partial(self._on_detected, is_first))

    def _sample(self) -> str:
        parts: list[str] = []
        size = 0
        block = self._document.content.document.begin()
        while block.isValid() and size < _SAMPLE_CHARACTERS:
            parts.append(self._structure.prose_text(block)[:_SAMPLE_CHARACTERS])
            size += len(parts[-1])
            block = block.next()
        return "\n".join(parts)

    def _on_detected(self, is_first: bool, language: str | None) -> None:
        self._is_looking = False
        if self._document.is_closed:
            return
        before = self.name
        if language:
            self._detected = language
        if is_first or self.name != before:
            self.changed.emit()
        if self._is_due and self.is_detected:
            self._ask(is_first=False)
