"""One setting in the dialog: what it is about, its field, and a button that resets it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from cowrite.editor.common.letters import letter_width
from cowrite.editor.dialogs.path_list import PathList
from cowrite.editor.panels.settings.address_field import AddressField
from cowrite.editor.panels.settings.setting_fields import StopSlider, words_in
from cowrite.editor.panels.settings.setting_strings import ENDS
from cowrite.localization import tr, tr_noop

LABEL_CHARACTERS = 16
"""A label has room for at least so many in a line."""
FIELD_CHARACTERS = 42
"""All fields that stand beside their label are as wide as so many."""
RESET = tr_noop("Reset")


class SettingRow(QWidget):
    """``text`` says what the setting is about. Calls ``reset()`` when its button is pressed."""

    def __init__(
        self, name: str, text: str, section: str, field: QWidget, reset: Callable[[], None]
    ) -> None:
        super().__init__()
        self.name = name
        self.field = field
        self._section = section
        self.label = _Label(text, field)
        self.set_text(text)
        self.reset = _reset_button(text)
        self.reset.clicked.connect(lambda: self._on_reset(reset))
        self._lay_out(ENDS.get(name))

    def set_text(self, text: str) -> None:
        """Say that the setting is about something else."""
        words = *words_in(self.field), *map(tr, ENDS.get(self.name, ()))
        self._found_by = "\n".join((text, self._section, *words))
        self.field.setAccessibleName(text)
        self.label.setText(text)

    def matches(self, looked_for: str) -> bool:
        """Whether all words of ``looked_for`` are in what can be read here."""
        return all(word in self._found_by.casefold() for word in looked_for.casefold().split())

    def show_whether_usual(self, is_usual: bool) -> None:
        """Offer to reset it, or not."""
        self.reset.setVisible(not is_usual)

    def _lay_out(self, ends: tuple[str, str] | None) -> None:
        if isinstance(self.field, PathList):
            whole = QVBoxLayout(self)
            whole.setContentsMargins(0, 0, 0, 8)
            row = QHBoxLayout()
            whole.addLayout(row)
            whole.addWidget(self.field)
        else:
            row = QHBoxLayout(self)
            row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        if isinstance(self.field, QCheckBox):
            row.addWidget(self.field)
        row.addWidget(self.label, 1)
        if not isinstance(self.field, (QCheckBox, PathList)):
            row.addSpacing(16)
            row.addWidget(_with_ends(self.field, ends))
        row.addWidget(self.reset)

    def _on_reset(self, reset: Callable[[], None]) -> None:
        self.field.setFocus()  # the button goes; the keyboard must not go with it
        reset()


class _Label(QLabel):
    """What a setting is about; a click on it is one on its box."""

    def __init__(self, text: str, field: QWidget) -> None:
        super().__init__(text)
        self._field = field
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setBuddy(field)
        self._measure()

    def _measure(self) -> None:
        self.setMinimumWidth(letter_width(self.fontMetrics()) * LABEL_CHARACTERS)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self._field.setFocus(Qt.FocusReason.MouseFocusReason)
            if isinstance(self._field, QCheckBox):
                self._field.click()


class _Ends(QWidget):
    """A field with a word at each end, or the names of its stops below it, as wide as the other fields."""

    def __init__(self, field: QWidget, ends: tuple[str, str] | None) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(8)
        column.addLayout(row)
        if ends is not None:
            row.addWidget(QLabel(tr(ends[0])))
        row.addWidget(field, 1)
        if ends is not None:
            row.addWidget(QLabel(tr(ends[1])))
        if isinstance(field, StopSlider):
            column.addLayout(_names_of_stops(field))
        if isinstance(field, AddressField):
            column.addWidget(field.problem)
        self._measure()

    def _measure(self) -> None:
        self.setFixedWidth(letter_width(self.fontMetrics()) * FIELD_CHARACTERS)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()


def _names_of_stops(field: StopSlider) -> QHBoxLayout:
    """Each name below its stop: those at the ends have room on one side only."""
    row = QHBoxLayout()
    row.setSpacing(0)
    last = len(field.words) - 1
    for at, words in enumerate(field.words):
        label = QLabel(words.label)
        sides = {0: Qt.AlignmentFlag.AlignLeft, last: Qt.AlignmentFlag.AlignRight}
        label.setAlignment(sides.get(at, Qt.AlignmentFlag.AlignHCenter))
        row.addWidget(label, 1 if at in sides else 2)
    return row


def _with_ends(field: QWidget, ends: tuple[str, str] | None) -> QWidget:
    if isinstance(field, QSlider):
        field.setMinimumWidth(1)
    return _Ends(field, ends)


def _reset_button(text: str) -> QPushButton:
    button = QPushButton(tr(RESET))
    button.setAutoDefault(False)
    button.setAccessibleName(tr("{name}: {value}", name=tr(RESET), value=text))
    button.setToolTip(tr("Back to how it was when Cowrite was installed"))
    keeps = button.sizePolicy()
    keeps.setRetainSizeWhenHidden(True)  # nothing moves when it comes or goes
    button.setSizePolicy(keeps)
    return button
