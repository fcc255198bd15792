"""The settings, built from the explanations that the preferences carry. What is changed is used at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QScrollArea,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from cowrite.editor.path_list import PathList
from cowrite.editor.questions import Questions
from cowrite.settings.preferences import Choice, Preferences, choice_of

SECTIONS: Mapping[str, Sequence[str]] = {
    "Page": ("theme", "font", "font_size_pt", "column_characters", "reduced_motion"),
    "Suggestions": (
        "suggestions",
        "eagerness",
        "own_gate",
        "length",
        "max_words",
        "tab_accepts",
        "key_hints",
    ),
    "Model and privacy": (
        "model",
        "device",
        "quantization",
        "save_power",
        "keep_log",
        "keep_log_days",
        "learn_at_night",
        "own_texts",
        "excluded",
    ),
}
SLIDER_STEPS = 20
WIDTH_PX, HEIGHT_PX = 600, 700
LABEL_CHARACTERS = 36

OnChange = Callable[[str, object], None]


class SettingsDialog(QDialog):
    """Shows ``preferences``; calls ``on_change(name, value)`` for each change. ``models`` are those to choose from."""

    def __init__(
        self,
        preferences: Preferences,
        models: Sequence[str],
        on_change: OnChange,
        parent: QWidget | None = None,
        *,
        questions: Questions,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self._preferences = preferences
        self._models = models
        self._on_change = on_change
        self._questions = questions
        self.fields: dict[str, QWidget] = {}
        inner = QWidget()
        form = QFormLayout(inner)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setContentsMargins(24, 16, 24, 16)
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(8)
        for title, names in SECTIONS.items():
            self._add_section(form, title, names)
        area = QScrollArea(self)
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.addWidget(area)
        row = QVBoxLayout()
        row.setContentsMargins(24, 0, 24, 0)
        row.addWidget(buttons)
        column.addLayout(row)
        width = max(WIDTH_PX, inner.sizeHint().width() + 40)
        self.resize(width, min(HEIGHT_PX, inner.sizeHint().height() + 80))

    def _add_section(self, form: QFormLayout, title: str, names: Sequence[str]) -> None:
        heading = QLabel(title)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        if form.rowCount():
            heading.setContentsMargins(0, 16, 0, 0)
        form.addRow(heading)
        for name in names:
            choice = choice_of(name)
            value = getattr(self._preferences, name)
            field = self._field(name, choice, value)
            field.setAccessibleName(choice.help)
            self.fields[name] = field
            if isinstance(field, QCheckBox):
                form.addRow(field)
                continue
            label = QLabel(choice.help)
            label.setWordWrap(True)
            label.setMinimumWidth(label.fontMetrics().averageCharWidth() * LABEL_CHARACTERS)
            label.setBuddy(field)
            if isinstance(field, PathList):
                form.addRow(label)
                form.addRow(field)
            else:
                form.addRow(label, field)

    def follow(self, preferences: Preferences) -> None:
        """Show what was changed elsewhere, without telling of it."""
        before, self._preferences = self._preferences, preferences
        for name, field in self.fields.items():
            value = getattr(preferences, name)
            if value == getattr(before, name):
                continue
            with QSignalBlocker(field):
                self._show(name, field, value)

    @staticmethod
    def _show(name: str, field: QWidget, value: Any) -> None:
        match field:
            case QCheckBox():
                field.setChecked(value)
            case QSpinBox():
                field.setValue(value)
            case QSlider():
                field.setValue(_step_of(choice_of(name), value))
            case QComboBox():
                field.setCurrentText(value)
            case PathList():
                if value != field.paths:
                    field.set_paths(value)

    def _field(self, name: str, choice: Choice, value: object) -> QWidget:
        match value:
            case bool():
                return self._check_box(name, choice, value)
            case int():
                return self._spin_box(name, choice, value)
            case float():
                return self._slider(name, choice, value)
            case tuple():
                return self._path_list(name, value)
            case _:
                return self._combo_box(name, choice, str(value))

    def _check_box(self, name: str, choice: Choice, value: bool) -> QCheckBox:
        box = QCheckBox(choice.help)
        box.setChecked(value)
        box.toggled.connect(lambda checked: self._on_change(name, checked))
        return box

    def _spin_box(self, name: str, choice: Choice, value: int) -> QSpinBox:
        box = QSpinBox()
        box.setRange(int(choice.minimum or 0), int(choice.maximum or 1_000_000))
        box.setValue(value)
        box.setKeyboardTracking(False)  # “12” is not first one and then twelve
        box.valueChanged.connect(lambda number: self._on_change(name, number))
        return box

    def _slider(self, name: str, choice: Choice, value: float) -> QSlider:
        low, high = choice.minimum or 0.0, choice.maximum or 1.0
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, SLIDER_STEPS)
        slider.setValue(_step_of(choice, value))
        slider.setMinimumWidth(160)
        slider.setMinimumHeight(24)
        slider.valueChanged.connect(
            lambda step: self._on_change(name, low + (high - low) * step / SLIDER_STEPS)
        )
        return slider

    def _combo_box(self, name: str, choice: Choice, value: str) -> QComboBox:
        box = QComboBox()
        box.addItems(list(choice.choices or self._models))
        box.setCurrentText(value)
        box.currentTextChanged.connect(lambda text: self._on_change(name, text))
        return box

    def _path_list(self, name: str, value: tuple[str, ...]) -> PathList:
        paths = PathList(name, value, self._questions)
        paths.changed.connect(lambda chosen: self._on_change(name, chosen))
        return paths


def _step_of(choice: Choice, value: float) -> int:
    low, high = choice.minimum or 0.0, choice.maximum or 1.0
    return round((value - low) / (high - low) * SLIDER_STEPS)
