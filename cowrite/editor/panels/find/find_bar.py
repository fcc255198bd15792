"""The bar below the page with which is searched and replaced: fields, options, what was found. It decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.appearance.icons import icon
from cowrite.editor.commands.key_rules import native
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.announcing import announce
from cowrite.editor.common.letters import letter_width
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.panels.find.option_buttons import option, style
from cowrite.editor.panels.find.search_field import SearchField, SearchHistory
from cowrite.localization import tr
from cowrite.search.query import Query
from cowrite.search.replacement import Replacement

_GRID_PX = 8
_FIELD_CHARACTERS = 16
_ICONS = {"previous": "arrow-up", "next": "arrow-down", "close": "x"}


class FindBar(QWidget):
    """Signals: ``query_changed()``, ``scope_switched(bool)``, ``next_asked()``, ``previous_asked()``,
    ``replace_asked()``, ``replace_all_asked()``, ``replacement_changed()``, ``close_asked()``.
    """

    accessible_role = Role.ToolBar
    query_changed = Signal()
    replacement_changed = Signal()
    scope_switched = Signal(bool)
    next_asked = Signal()
    previous_asked = Signal()
    replace_asked = Signal()
    replace_all_asked = Signal()
    close_asked = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("findBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Find"))
        self._appearance = appearance
        self.field = SearchField(tr("Find"), SearchHistory(), self)
        self.replacement = SearchField(tr("Replace with"), SearchHistory(), self)
        self.case = option(self, "Aa", tr("Match case"), "Alt+C")
        self.words = option(self, "“ab”", tr("Whole words"), "Alt+W")
        self.regex = option(self, ".*", tr("Regular expression"), "Alt+R")
        self.in_selection = option(self, "¶", tr("In the selected lines only"), "Alt+L")
        self.keep_case = option(self, "Aa→Bb", tr("Keep capitals"), "Alt+K")
        self.count = PlainLabel("", self)
        self.problem = PlainLabel("", self)
        self.problem.setWordWrap(True)
        self.previous = self._button("previous", tr("Previous"), "Shift+Enter", self.previous_asked)
        self.next = self._button("next", tr("Next"), "Enter", self.next_asked)
        self.close_button = self._button("close", tr("Close"), "Esc", self.close_asked)
        self.replace = self._action(tr("Re&place"), self.replace_asked)
        self.replace_all = self._action(tr("Replace &all"), self.replace_all_asked)
        self._lay_out()
        self._connect()
        appearance.changed.connect(self._follow_appearance)
        self._follow_appearance()

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._find_row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._found_row = QHBoxLayout()
        options = QHBoxLayout()
        options.addWidget(self.field, 1)
        for each in (self.case, self.words, self.regex, self.in_selection):
            options.addWidget(each)
        self._found_row.addWidget(self.count, 1)
        for button in (self.previous, self.next, self.close_button):
            self._found_row.addWidget(button)
        self._find_row.addLayout(options, 1)
        self._find_row.addLayout(self._found_row)
        self._replace_part = QWidget(self)
        self._replace_row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._replace_part)
        with_option = QHBoxLayout()
        with_option.addWidget(self.replacement, 1)
        with_option.addWidget(self.keep_case)
        buttons = QHBoxLayout()
        buttons.addWidget(self.replace)
        buttons.addWidget(self.replace_all)
        self._replace_row.addLayout(with_option, 1)
        self._replace_row.addLayout(buttons)
        self._rows = (options, with_option, buttons)
        self._column.addLayout(self._find_row)
        self._column.addWidget(self._replace_part)
        self._column.addWidget(self.problem)
        self._replace_part.hide()
        self.problem.hide()

    def _connect(self) -> None:
        self.field.textChanged.connect(self.query_changed)
        self.field.entered.connect(self._on_entered)
        self.replacement.entered.connect(lambda _back: self.replace_asked.emit())
        self.replacement.textChanged.connect(self.replacement_changed)
        for each in (self.case, self.words, self.regex):
            each.toggled.connect(self.query_changed)
        self.in_selection.toggled.connect(self.scope_switched)
        self.keep_case.toggled.connect(self.replacement_changed)

    # --- what it shows ---

    @property
    def query(self) -> Query:
        """What is searched for."""
        return Query(
            text=self.field.text(),
            case=self.case.isChecked(),
            words=self.words.isChecked(),
            regex=self.regex.isChecked(),
        )

    @property
    def becomes(self) -> Replacement:
        """What comes in the place of a hit."""
        return Replacement(text=self.replacement.text(), keep_case=self.keep_case.isChecked())

    @property
    def remembered(self) -> tuple[list[str], list[str]]:
        """What was searched for and put in its place before, newest first."""
        return self.field.remembered, self.replacement.remembered

    def put(
        self, query: Query, becomes: Replacement, remembered: tuple[list[str], list[str]]
    ) -> None:
        """Show all of this without telling of a change."""
        self.field.remembered, self.replacement.remembered = remembered
        self.blockSignals(True)
        self.field.setText(query.text)
        self.replacement.setText(becomes.text)
        for button, on in (
            (self.case, query.case),
            (self.words, query.words),
            (self.regex, query.regex),
            (self.keep_case, becomes.keep_case),
        ):
            button.setChecked(on)
        self.blockSignals(False)

    @property
    def replaces(self) -> bool:
        """Whether the row for replacing is shown."""
        return not self._replace_part.isHidden()

    def set_replaces(self, shown: bool) -> None:
        """Show the row for replacing, or not."""
        self._replace_part.setVisible(shown)
        self._arrange()
        self.setAccessibleName(tr("Find and replace") if shown else tr("Find"))

    def show_count(self, text: str) -> None:
        """Say how many hits there are, and at which the writer is."""
        if text != self.count.text():
            self.count.setText(text)
            announce(self, text)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong; an empty sentence: nothing is."""
        if sentence != self.problem.text():
            self.problem.setText(sentence)
            announce(self, sentence)
        self.problem.setVisible(bool(sentence))
        self._arrange()

    def set_can_replace(self, can: bool, can_all: bool) -> None:
        """Whether there is something to replace."""
        self.replace.setEnabled(can)
        self.replace_all.setEnabled(can_all)

    def close_down(self) -> None:
        """Follow the look no more."""
        self._appearance.changed.disconnect(self._follow_appearance)

    # --- keys ---

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.close_asked.emit()
            return
        super().keyPressEvent(event)

    def _on_entered(self, back: bool) -> None:
        (self.previous_asked if back else self.next_asked).emit()

    # --- its parts ---

    def _button(self, role: str, name: str, key: str, asked: SignalInstance) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(role)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(name)
        button.setToolTip(tr("{name} ({keys})", name=name, keys=native(QKeySequence(key))))
        button.clicked.connect(lambda: asked.emit())
        return button

    def _action(self, title: str, asked: SignalInstance) -> QPushButton:
        button = QPushButton(title, self)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: asked.emit())
        return button

    # --- looks ---

    def _follow_appearance(self) -> None:
        theme, scale = self._appearance.theme, self._appearance.scale
        grid = round(_GRID_PX * scale)
        self._column.setContentsMargins(2 * grid, grid, 2 * grid, grid)
        self._column.setSpacing(grid)
        self._replace_row.setContentsMargins(0, 0, 0, 0)
        for row in (self._find_row, self._found_row, self._replace_row, *self._rows):
            row.setSpacing(grid // 2)
        for button in (self.previous, self.next, self.close_button):
            size = round(16 * scale)
            button.setIcon(icon(_ICONS[button.objectName()], theme.ink, size=size))
            button.setIconSize(QSize(size, size))
        self.setStyleSheet(style("findBar", theme, scale))
        letters = letter_width(self.field.fontMetrics())
        for field in (self.field, self.replacement):
            field.setMinimumWidth(_FIELD_CHARACTERS * letters)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102 - Qt's name
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Put what was found below the field where both do not fit side by side."""
        letters = letter_width(self.field.fontMetrics())
        for row in (self._find_row, self._replace_row):
            needed = sum(
                item.sizeHint().width() for item in map(row.itemAt, range(row.count())) if item
            )
            fits = needed + 10 * letters <= self.width()
            across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
            row.setDirection(across if fits else down)
        height = self._column.totalHeightForWidth(self.width())
        self.setMinimumHeight(max(height, self._column.totalMinimumSize().height()))
