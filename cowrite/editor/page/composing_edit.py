"""Input methods on the page: composing a character from several keys, with dead keys or for Chinese and Japanese."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QInputMethodEvent, QMouseEvent, QTextBlock
from PySide6.QtWidgets import QApplication, QWidget

from cowrite.base.text_changes import ChangeKind
from cowrite.base.utf16 import utf16_length
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import Theme
from cowrite.editor.page.text_mirror import has_special_characters
from cowrite.editor.page.tracked_edit import ShownDocument, TrackedEdit


class ComposingEdit(TrackedEdit):
    """What is being composed is shown by Qt and is no part of the text; what is committed is typed text."""

    composing_changed = Signal(bool)  # an input method began or ended composing

    def __init__(
        self,
        theme: Theme,
        fonts: Fonts,
        shown: ShownDocument | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._composing_caret: int | None = None
        self._caret_told = QRect()
        self._emptied_at = -1  # the revision in which a selection made way for what is composed
        super().__init__(theme, fonts, shown, parent)

    @property
    def is_composing(self) -> bool:
        """Whether something is being composed just now."""
        return self._composing_caret is not None

    def end_composing(self) -> None:
        """Write what is being composed as it stands, for the writer is about to go elsewhere."""
        if not self.is_composing:
            return
        shown, revision = self.composed_text, self.revision
        if self.hasFocus():  # else it would write into what has it now
            QGuiApplication.inputMethod().commit()
        # Some input methods forget what they were composing, others answer later or not at all.
        if self.is_composing or self.revision == revision:
            event = QInputMethodEvent()
            event.setCommitString(shown)
            QApplication.sendEvent(self, event)
            QGuiApplication.inputMethod().reset()

    @property
    def composed_text(self) -> str:
        """What is being composed, as it stands on the page; empty while nothing is."""
        return self.textCursor().block().layout().preeditAreaText() if self.is_composing else ""

    def event(self, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if event.type() == QEvent.Type.FocusAboutToChange:
            self.end_composing()
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: D102 - Qt's name
        self.end_composing()  # a page whose tab is left is not told before
        super().focusOutEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's name
        self.end_composing()
        super().mousePressEvent(event)

    def _composing_begins(self) -> None:
        """Called before the first of it is shown."""

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: D102 - Qt's name
        composes = bool(event.preeditString())
        if composes and self._composing_caret is None:
            self._composing_begins()
            self._remove_selection()
            self._composing_caret = 0
            self.composing_changed.emit(True)
        if composes:
            self._composing_caret = _caret_in(event)
        # What is committed is told of after the end of composing: then it may be followed by a suggestion.
        commits = bool(event.commitString() or event.replacementLength())
        if not event.replacementLength():
            self._make_way(event)
        exactly = event.commitString() if self._types_itself(event) else ""
        if exactly:
            event.setCommitString("", event.replacementStart(), event.replacementLength())
        with self.content.changes_are(ChangeKind.TYPED) if commits else nullcontext():
            super().inputMethodEvent(event)
            if exactly:
                self.type_text(exactly)
            if not composes and self._composing_caret is not None:
                self._composing_caret = None
                self.composing_changed.emit(False)
        self._place_caret()

    def inputMethodQuery(self, query: Qt.InputMethodQuery, argument: Any = None) -> Any:  # noqa: D102 - Qt's name
        match query:
            case Qt.InputMethodQuery.ImCursorRectangle:
                # Qt's answer leaves out the margins beside and above the column: candidates would stand elsewhere.
                return QRectF(self.caret_rect().translated(self.viewport().pos()))
            case Qt.InputMethodQuery.ImAnchorRectangle:
                anchor: QRectF = super().inputMethodQuery(query)
                return anchor.translated(self.viewport().pos())
        if argument is None:
            return super().inputMethodQuery(query)
        return super().inputMethodQuery(query, argument)

    def _place_caret(self) -> None:
        super()._place_caret()
        place = self._caret.rect.translated(self.viewport().pos())
        if place != self._caret_told:
            # Qt tells of a caret that is moved, but not of a page that is scrolled, zoomed or laid out anew under it.
            self._caret_told = place
            self.updateMicroFocus()

    def _types_itself(self, event: QInputMethodEvent) -> bool:
        """Whether the page writes what is committed: it has characters that Qt would change, or is a key."""
        text = event.commitString()
        if event.replacementLength() or not text:
            return has_special_characters(text)
        is_key = len(text) == 1 and self._typing_aid is not None
        return is_key or self._emptied_at == self.revision or has_special_characters(text)

    def _remove_selection(self) -> None:
        """What is selected makes way for what is composed. Undo takes back both together."""
        cursor = self.textCursor()
        if cursor.hasSelection():
            self._replace(cursor, "", ChangeKind.TYPED)
            self._emptied_at = self.revision
            self._typed_until, self._typed_ended_word = self.textCursor().position(), False

    def _make_way(self, event: QInputMethodEvent) -> None:
        """The space after an accepted word meets what is committed as it meets what is typed."""
        text = event.commitString()
        if self._consumes_soft_space(text):
            event.setCommitString("")
        elif self._gives_way_to(text):
            event.setCommitString(text, -1, 1)

    def _caret_index(self, block: QTextBlock) -> int:
        index = super()._caret_index(block)
        return index + (self._composing_caret or 0)


def _caret_in(event: QInputMethodEvent) -> int:
    """Where the input method wants the caret within what it is composing, in UTF-16 units."""
    for attribute in event.attributes():
        if attribute.type == QInputMethodEvent.AttributeType.Cursor:
            return int(attribute.start)
    return utf16_length(event.preeditString())
