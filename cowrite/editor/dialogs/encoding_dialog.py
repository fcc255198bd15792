"""Which encoding a file is in: its lines as the likeliest ones read them, and a list of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cowrite.documents.encoding_detection.previews import Preview, likely_previews, preview
from cowrite.documents.encodings import NAMES, shown_name
from cowrite.editor.common.fit_to_screen import ContentArea, keep_on_screen
from cowrite.editor.common.qt_text import for_qt, without_structure
from cowrite.editor.common.wheel_guard import ChoiceBox
from cowrite.localization import tr, tr_noop

WIDTH_CHARACTERS = 76
CANNOT_BE_READ = tr_noop("This encoding cannot read the file.")
_INDENT_PX = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodingQuestion:
    """What is asked: how ``data``, the content of the file ``name``, is to be read; ``current`` is how it is read now.

    ``purpose`` says in one sentence why the question comes now; ``accept`` is what the button says.
    """

    name: str
    data: bytes
    current: str
    purpose: str = tr_noop("Choose the one in which every word is right.")
    accept: str = tr_noop("&Use this encoding")


class EncodingDialog(QDialog):
    """Shows a few readings of a file beside each other; one of them, or any other encoding, can be chosen."""

    def __init__(self, question: EncodingQuestion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Encoding"))
        self._data = question.data
        self._group = QButtonGroup(self)
        self._radios: dict[str, QRadioButton] = {}
        self.other = QRadioButton(tr("&Another encoding:"))
        self.others = ChoiceBox()
        self.other_preview = _PreviewLabel()
        self._build(question)
        keep_on_screen(self)

    @property
    def readings(self) -> dict[str, QRadioButton]:
        """The likely encodings, likeliest first, each with its button."""
        return dict(self._radios)

    @property
    def chosen(self) -> str:
        """The encoding that is chosen now."""
        if self.other.isChecked():
            return str(self.others.currentData())
        return next(name for name, radio in self._radios.items() if radio.isChecked())

    # --- building ---

    def _build(self, question: EncodingQuestion) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 20, 0, 16)
        column.setSpacing(16)
        area = ContentArea(self._content(question), self, characters=WIDTH_CHARACTERS)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(area, 1)
        column.addWidget(self._buttons(tr(question.accept)))
        first = next(iter(self._radios.values()), self.other)
        first.setChecked(True)
        first.setFocus()

    def _content(self, question: EncodingQuestion) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 0, 24, 0)
        column.setSpacing(4)
        title = QLabel(for_qt(tr("How should “{name}” be read?", name=question.name)))
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        column.addWidget(title)
        purpose = QLabel(tr(question.purpose))
        purpose.setWordWrap(True)
        column.addWidget(purpose)
        column.addSpacing(12)
        for each in likely_previews(question.data, question.current):
            self._add_reading(column, each)
        self._add_other(column, question)
        return content

    def _add_reading(self, column: QVBoxLayout, reading: Preview) -> None:
        radio = QRadioButton(shown_name(reading.encoding))
        radio.setAccessibleDescription(for_qt(" ".join(reading.lines)))
        self._radios[reading.encoding] = radio
        self._group.addButton(radio)
        column.addWidget(radio)
        lines = _PreviewLabel()
        lines.show_lines(reading.lines)
        lines.clicked = radio.click
        column.addWidget(lines)
        column.addSpacing(8)

    def _add_other(self, column: QVBoxLayout, question: EncodingQuestion) -> None:
        for encoding in NAMES:
            self.others.addItem(shown_name(encoding), encoding)
        self.others.setCurrentIndex(max(0, self.others.findData(question.current)))
        self.others.setAccessibleName(tr("All encodings"))
        self._group.addButton(self.other)
        column.addWidget(self.other)
        row = QWidget()
        inside = QVBoxLayout(row)
        inside.setContentsMargins(_INDENT_PX, 0, 0, 0)
        inside.addWidget(self.others, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(row)
        column.addWidget(self.other_preview)
        self.others.activated.connect(lambda _: self.other.setChecked(True))
        self.others.currentIndexChanged.connect(lambda _: self._show_other())
        self.other.toggled.connect(lambda _: self._show_other())
        self.other_preview.show_lines(())

    def _buttons(self, accept: str) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        buttons.setContentsMargins(24, 0, 24, 0)
        self._accept = buttons.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(tr("&Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._accept.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def _show_other(self) -> None:
        if not self.other.isChecked():
            self.other_preview.show_lines(())
            return
        reading = preview(self._data, str(self.others.currentData()))
        self.other_preview.show_lines(reading.lines or (tr(CANNOT_BE_READ),))
        self.other.setAccessibleDescription(for_qt(" ".join(reading.lines) or tr(CANNOT_BE_READ)))


def ask_encoding(parent: QWidget, question: EncodingQuestion) -> str | None:
    """Ask and wait. None if the person thought better of it."""
    dialog = EncodingDialog(question, parent)
    try:
        return dialog.chosen if dialog.exec() == QDialog.DialogCode.Accepted else None
    finally:
        dialog.deleteLater()


class _PreviewLabel(QLabel):
    """A few lines of text, each cut at the right edge; a click chooses what they belong to."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[str, ...] = ()
        self.clicked: Callable[[], None] = lambda: None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setIndent(0)
        self.setContentsMargins(_INDENT_PX, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_lines(self, lines: tuple[str, ...]) -> None:
        """Show ``lines``; none takes no room."""
        self._lines = tuple(map(without_structure, lines))
        self.setVisible(bool(lines))
        self._elide()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._elide()

    def mousePressEvent(self, event: object) -> None:
        super().mousePressEvent(event)  # type: ignore[arg-type]
        self.clicked()

    def _elide(self) -> None:
        metrics, room = QFontMetrics(self.font()), self.contentsRect().width()
        elided = (
            metrics.elidedText(for_qt(line), Qt.TextElideMode.ElideRight, room)
            for line in self._lines
        )
        shown = "\n".join(elided)
        if shown != self.text():
            self.setText(for_qt(shown))
