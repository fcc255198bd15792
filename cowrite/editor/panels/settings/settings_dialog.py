"""The settings, built from the explanations that the preferences carry. What is changed is used at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cowrite.editor.appearance.icons import icon
from cowrite.editor.common.fit_to_screen import ContentArea, keep_on_screen
from cowrite.editor.common.letters import letter_width
from cowrite.editor.dialogs.dialogs import Dialogs, Reset
from cowrite.editor.panels.settings.setting_fields import (
    AskForVoices,
    make_field,
    no_voices,
    show_value,
)
from cowrite.editor.panels.settings.setting_row import SettingRow
from cowrite.editor.panels.settings.setting_strings import (
    HELP_WITHOUT_ASSISTANCE,
    KEPT_BY_RESET,
    OF_ASSISTANCE,
    SECTIONS,
    WITHOUT_ASSISTANCE,
    section_name,
)
from cowrite.localization import tr, tr_noop
from cowrite.settings.preferences import Preferences, info_of

NOTHING_FOUND = tr_noop("No settings match")
WIDTH_CHARACTERS, HEIGHT_LINES = 108, 50
USUAL = Preferences()

OnChange = Callable[[str, object], None]


class SettingsDialog(QDialog):
    """Shows ``preferences``; calls ``on_change(name, value)`` for each change.

    ``models`` says what each model that may be chosen is called.
    """

    def __init__(
        self,
        preferences: Preferences,
        models: Mapping[str, str],
        on_change: OnChange,
        parent: QWidget | None = None,
        *,
        dialogs: Dialogs,
        ask_for_voices: AskForVoices = no_voices,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        self._preferences = preferences
        self._models = models
        self._on_change = on_change
        self._dialogs = dialogs
        self._ask_for_voices = ask_for_voices
        self.rows: dict[str, SettingRow] = {}
        self._headings: dict[str, QLabel] = {}
        self.search = QLineEdit(self)
        self.nothing_found = QLabel(tr(NOTHING_FOUND))
        self._build()
        self._filter("")
        keep_on_screen(self)

    @property
    def fields(self) -> dict[str, QWidget]:
        """The field of each setting, by the name of its preference."""
        return {name: row.field for name, row in self.rows.items()}

    def look_for(self, words: str) -> None:
        """Show only the settings in which ``words`` can be read."""
        self.search.setText(words)

    # --- building ---

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 16)
        column.setSpacing(8)
        column.addLayout(self._search_row())
        # As wide as it needs, also after the text has become larger.
        self.area = ContentArea(self._settings(), self, characters=1, long=True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self.area, 1)
        column.addLayout(self._button_row())
        self.ensurePolished()
        metrics = self.search.fontMetrics()
        self.resize(letter_width(metrics) * WIDTH_CHARACTERS, metrics.lineSpacing() * HEIGHT_LINES)
        self.search.setFocus()

    def _search_row(self) -> QHBoxLayout:
        self.search.setPlaceholderText(tr("Search settings"))
        self.search.textChanged.connect(self._filter)
        self._clear = self.search.addAction(
            icon("x", "#808080"), QLineEdit.ActionPosition.TrailingPosition
        )
        self._clear.setText(tr("Clear"))
        self._clear.setToolTip(tr("Clear (Esc)"))
        self._clear.triggered.connect(self.search.clear)
        self._clear.setVisible(False)
        self._colour_clear(self._clear)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.search.setFocus)
        find.activated.connect(self.search.selectAll)
        label = QLabel(tr("&Search"))
        label.setBuddy(self.search)
        row = QHBoxLayout()
        row.setContentsMargins(24, 0, 24, 0)
        row.setSpacing(16)
        row.addWidget(label)
        row.addWidget(self.search, 1)
        return row

    def _settings(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 8, 24, 16)
        column.setSpacing(8)
        for title, names in SECTIONS.items():
            self._headings[title] = _heading(section_name(title), first=not self._headings)
            column.addWidget(self._headings[title])
            for name in names:
                self.rows[name] = self._row(title, name)
                column.addWidget(self.rows[name])
        self.nothing_found.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing_found.setContentsMargins(0, 32, 0, 0)
        self.nothing_found.hide()
        column.addWidget(self.nothing_found)
        column.addStretch(1)
        return inner

    def _row(self, title: str, name: str) -> SettingRow:
        value = getattr(self._preferences, name)
        tell = partial(self._on_changed, name)
        field = make_field(name, value, self._models, self._dialogs, tell, self._ask_for_voices)
        about = tr(info_of(name).help)
        row = SettingRow(name, about, section_name(title), field, partial(self._reset, name))
        row.show_whether_usual(not self._can_reset(name))
        return row

    def _button_row(self) -> QHBoxLayout:
        self.reset_all = QPushButton(
            tr("&Reset all…"), self
        )  # the keyboard comes to it after the fields
        self.reset_all.setAutoDefault(False)
        self.reset_all.clicked.connect(self._on_reset_all)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        button = close.button(QDialogButtonBox.StandardButton.Close)
        button.setText(tr("&Close"))
        button.setAutoDefault(False)  # Return in a field is no wish to leave
        close.rejected.connect(self.close)
        row = QHBoxLayout()
        row.setContentsMargins(24, 0, 24, 0)
        row.addWidget(self.reset_all)
        row.addWidget(close, 1)
        return row

    # --- values ---

    def follow(self, preferences: Preferences) -> None:
        """Show what was changed elsewhere, without telling of it."""
        before, self._preferences = self._preferences, preferences
        for name, row in self.rows.items():
            value = getattr(preferences, name)
            if value != getattr(before, name):
                show_value(name, row.field, value)
            row.show_whether_usual(not self._can_reset(name))
        if preferences.assistance != before.assistance:
            self._filter(self.search.text())

    def _on_changed(self, name: str, value: object) -> None:
        self._preferences = replace(self._preferences, **{name: value})  # type: ignore[arg-type]
        self.rows[name].show_whether_usual(not self._can_reset(name))
        if name == "assistance":
            self._filter(self.search.text())
        self._on_change(name, value)

    def _can_reset(self, name: str) -> bool:
        usual = getattr(USUAL, name)
        # A model that is not there cannot be gone back to.
        is_there = name != "model" or usual in self._models
        return is_there and bool(getattr(self._preferences, name) != usual)

    def _reset(self, name: str) -> None:
        if self._can_reset(name):
            usual = getattr(USUAL, name)
            show_value(name, self.rows[name].field, usual)
            self._on_changed(name, usual)

    def _on_reset_all(self) -> None:
        if self._dialogs.about_resetting(self) is Reset.RESET:
            for name in self.rows:
                if name not in KEPT_BY_RESET:
                    self._reset(name)

    # --- looking for something ---

    def _filter(self, looked_for: str) -> None:
        self._clear.setVisible(bool(looked_for))
        for name, text in HELP_WITHOUT_ASSISTANCE.items():
            about = info_of(name).help if self._preferences.assistance else text
            self.rows[name].set_text(tr(about))
        found = {name for name, row in self.rows.items() if row.matches(looked_for)}
        if not self._preferences.assistance:
            found -= OF_ASSISTANCE
        for name, row in self.rows.items():
            row.setVisible(name in found)
        for title, names in SECTIONS.items():
            called = title if self._preferences.assistance else WITHOUT_ASSISTANCE.get(title, title)
            self._headings[title].setText(section_name(called))
            self._headings[title].setVisible(not found.isdisjoint(names))
        self.nothing_found.setVisible(not found)
        self.area.verticalScrollBar().setValue(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            self.search.setFocus()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102 - Qt's name
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_clear"):
            self._colour_clear(self._clear)

    def _colour_clear(self, action: QAction) -> None:
        colour = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        action.setIcon(icon("x", colour))


def _heading(title: str, *, first: bool) -> QLabel:
    heading = QLabel(title)
    font = heading.font()
    font.setBold(True)
    heading.setFont(font)
    heading.setContentsMargins(0, 0 if first else 16, 0, 0)
    return heading
