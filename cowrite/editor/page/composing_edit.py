"""Input methods on the page: composing a character from several keys, with dead keys or for Chinese and Japanese."""

from __future__ import annotations

from contextlib import nullcontext

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QTextBlock
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
        super().__init__(theme, fonts, shown, parent)

    @property
    def is_composing(self) -> bool:
        """Whether something is being composed just now."""
        return self._composing_caret is not None

    def end_composing(self) -> None:
        """Write what is being composed as it stands, for the writer is about to go elsewhere."""
        QGuiApplication.inputMethod().commit()
        if self.is_composing:  # the system's input method has not answered yet, or there is none
            layout = self.textCursor().block().layout()
            event = QInputMethodEvent()
            event.setCommitString(layout.preeditAreaText())
            QApplication.sendEvent(self, event)
            QGuiApplication.inputMethod().reset()

    def _composing_begins(self) -> None:
        """Called before the first of it is shown."""

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: D102 - Qt's name
        composes = bool(event.preeditString())
        if composes and self._composing_caret is None:
            self._composing_begins()
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

    def _types_itself(self, event: QInputMethodEvent) -> bool:
        """Whether the page writes what is committed: it has characters that Qt would change, or is a key."""
        text = event.commitString()
        is_key = len(text) == 1 and self._typing_aid is not None and not event.replacementLength()
        return is_key or has_special_characters(text)

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
