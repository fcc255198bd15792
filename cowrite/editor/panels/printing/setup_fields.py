"""The fields beside the preview: paper, type, and what stands on a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from cowrite.editor.common.wheel_guard import ChoiceBox, NumberBox
from cowrite.localization import tr, tr_noop
from cowrite.settings.preferences import Preferences, info_of

CHOICES: Mapping[str, Mapping[str, str]] = {
    "print_paper": {"A4": "A4", "A5": "A5", "Letter": tr_noop("Letter"), "Legal": tr_noop("Legal")},
    "print_font": {
        "serif": tr_noop("Serif"),
        "sans": tr_noop("Sans serif"),
        "mono": tr_noop("Monospaced"),
    },
}
NUMBERS = {
    "print_margin_mm": tr_noop(" mm"),
    "print_size_pt": tr_noop(" pt"),
    "print_line_percent": tr_noop(" %"),
}
LABELS = {
    "print_paper": tr_noop("&Paper"),
    "print_margin_mm": tr_noop("&Margins"),
    "print_font": tr_noop("&Typeface"),
    "print_size_pt": tr_noop("Text si&ze"),
    "print_line_percent": tr_noop("&Line height"),
    "print_indent": tr_noop("&Indent paragraphs"),
    "print_title": tr_noop("Title on the &first page"),
    "print_page_numbers": tr_noop("Page &numbers"),
    "print_new_page": tr_noop("&Chapters on new pages"),
}


class SetupFields(QWidget):
    """Shows what ``preferences`` say of printing; calls ``change(name, value)`` for each change."""

    def __init__(
        self, preferences: Preferences, change: Callable[[str, object], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._change = change
        self.fields: dict[str, ChoiceBox | NumberBox | QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        column.addLayout(grid)
        for name, text in LABELS.items():
            field = self._make(name)
            self.fields[name] = field
            field.setAccessibleName(tr(info_of(name).help))
            if isinstance(field, QCheckBox):
                field.setText(tr(text))
                column.addWidget(field)
                continue
            label = QLabel(tr(text), self)
            label.setBuddy(field)
            grid.addWidget(label, grid.rowCount(), 0)
            grid.addWidget(field, grid.rowCount() - 1, 1)
        column.addStretch(1)
        self.follow(preferences)

    def follow(self, preferences: Preferences) -> None:
        """Show these, without telling of it."""
        for name, field in self.fields.items():
            value = getattr(preferences, name)
            with QSignalBlocker(field):
                match field:
                    case QCheckBox():
                        field.setChecked(value)
                    case NumberBox():
                        field.setValue(value)
                    case ChoiceBox():
                        field.setCurrentIndex(field.findData(value))

    def _make(self, name: str) -> ChoiceBox | NumberBox | QCheckBox:
        tell = partial(self._change, name)
        if name in CHOICES:
            box = ChoiceBox(self)
            for value, text in CHOICES[name].items():
                box.addItem(tr(text), value)
            box.currentIndexChanged.connect(lambda _: tell(box.currentData()))
            return box
        if name in NUMBERS:
            number, info = NumberBox(self), info_of(name)
            number.setRange(int(info.minimum or 0), int(info.maximum or 100))
            number.setSuffix(tr(NUMBERS[name]))
            number.setKeyboardTracking(False)
            number.setSingleStep(10 if name == "print_line_percent" else 1)
            number.valueChanged.connect(tell)
            return number
        check = QCheckBox(self)
        check.toggled.connect(tell)
        return check
