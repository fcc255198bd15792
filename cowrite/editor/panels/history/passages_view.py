"""Shows what differs between a version and the text of now, passage by passage, to be read and chosen from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QWidget

from cowrite.documents.versions.passages import Passage, Side
from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.editor.common.focus_ring import FocusRing
from cowrite.editor.common.qt_text import for_qt
from cowrite.localization import tr

MOST_SHOWN = 200
LONGEST_STRETCH = 1_500
"""Of a longer stretch the beginning and the end are shown."""


class PassagesView(QTextEdit):
    """Reading only. Signal: ``chosen(int)`` when the caret is in another passage; -1 for none."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._passages: Sequence[Passage] = ()
        self._ends: list[int] = []
        self.current = -1
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.setAccessibleName(tr("What was different"))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.cursorPositionChanged.connect(self._on_caret)
        FocusRing(self)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.show_passages(self._passages)

    def show_passages(self, passages: Sequence[Passage]) -> None:
        """Show these, the first of them chosen."""
        self._passages = passages
        with QSignalBlocker(
            self
        ):  # nothing is chosen in between, for the button of the chosen one would go grey
            self._write(passages)
        self._on_caret()

    def _write(self, passages: Sequence[Passage]) -> None:
        self._ends = []
        self.clear()
        cursor = QTextCursor(self.document())
        space = QTextBlockFormat()
        space.setBottomMargin(self.fontMetrics().height())
        space.setLineHeight(130, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.beginEditBlock()
        for number, passage in enumerate(passages[:MOST_SHOWN]):
            if number:
                cursor.insertBlock(space)
            else:
                cursor.setBlockFormat(space)
            before = Side.BOTH
            for stretch in passage.stretches:
                if before is Side.THEN and stretch.side is Side.NOW:
                    cursor.insertText(" ", self._format_of(Side.BOTH))
                cursor.insertText(_shortened(stretch.text), self._format_of(stretch.side))
                before = stretch.side
            self._ends.append(cursor.position())
        cursor.endEditBlock()
        self.setTextCursor(QTextCursor(self.document()))

    @property
    def shown(self) -> int:
        """How many passages are shown."""
        return len(self._ends)

    def choose(self, number: int) -> None:
        """Put the caret at the end of a passage, with all of it in sight if there is room."""
        for place in (self._begin(number), self._ends[number]):
            cursor = QTextCursor(self.document())
            cursor.setPosition(place)
            self.setTextCursor(cursor)

    def _begin(self, number: int) -> int:
        return self._ends[number - 1] + 1 if number else 0

    def _format_of(self, side: Side) -> QTextCharFormat:
        """Told apart by more than colour: what stood only then is struck out, what is new since then underlined."""
        form, theme = QTextCharFormat(), self._theme
        match side:
            case Side.THEN:
                form.setForeground(QColor(theme.quiet))
                form.setFontStrikeOut(True)
            case Side.NOW:
                form.setForeground(QColor(theme.accent))
                form.setFontUnderline(True)
                form.setBackground(QColor(mixed(theme.page, theme.accent, 0.14)))
            case Side.BOTH:
                form.setForeground(QColor(theme.ink))
        return form

    def _on_caret(self) -> None:
        place = self.textCursor().position()
        found = next((at for at, end in enumerate(self._ends) if place <= end), -1)
        self._mark(found)
        if found != self.current:
            self.current = found
            self.chosen.emit(found)

    def _mark(self, number: int) -> None:
        """Show which passage is chosen, where there are several."""
        if number < 0 or len(self._ends) < 2:
            self.setExtraSelections([])
            return
        mark = QTextEdit.ExtraSelection()
        mark.cursor = QTextCursor(self.document())
        mark.cursor.setPosition(self._begin(number))
        mark.cursor.setPosition(self._ends[number], QTextCursor.MoveMode.KeepAnchor)
        mark.format.setBackground(QColor(self._theme.selection))
        mark.format.setProperty(QTextCharFormat.Property.FullWidthSelection, False)
        self.setExtraSelections([mark])


def _shortened(text: str) -> str:
    text = text.replace("\n", "\u2028")  # a passage is one paragraph here
    if len(text) > LONGEST_STRETCH:
        half = LONGEST_STRETCH // 2
        text = f"{text[:half]} … {text[-half:]}"
    return for_qt(text)
