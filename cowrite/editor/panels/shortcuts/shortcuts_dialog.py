"""The editor of shortcuts: every command with its keys; what is changed is used at once in all windows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cowrite.editor.commands.command import Command
from cowrite.editor.commands.key_rules import native
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.common.fit_to_screen import keep_on_screen
from cowrite.editor.common.letters import letter_width
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.panels.shortcuts.command_keys import NO_KEY, CommandKeys
from cowrite.editor.panels.shortcuts.key_changes import ChosenKeys, KeyChanges
from cowrite.localization import listed, tr, tr_noop

WIDTH_CHARACTERS, HEIGHT_LINES = 96, 34
NOTHING_FOUND = tr_noop("No commands match")
COLUMNS = (tr_noop("Command"), tr_noop("Group"), tr_noop("Keys"))
_ID = Qt.ItemDataRole.UserRole


class ShortcutsDialog(QDialog):
    """Shows the keys of ``registry``; ``chosen()`` is the setting “keys”, ``choose(keys)`` changes it."""

    def __init__(
        self,
        registry: CommandRegistry,
        chosen: Callable[[], ChosenKeys],
        choose: Callable[[ChosenKeys], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._registry = registry
        self._chosen, self._choose = chosen, choose
        self._changes = KeyChanges(registry)
        self._before_reset: ChosenKeys | None = None
        self.setObjectName("shortcuts")
        self.setWindowTitle(tr("Change shortcuts"))
        self.search = QLineEdit(self)
        self.problems = PlainLabel("", self)
        self.repair = QPushButton(tr("&Remove these from the settings"), self)
        self.table = QTreeWidget(self)
        self.nothing_found = QLabel(tr(NOTHING_FOUND), self)
        self.keys = CommandKeys(registry, self._changes, chosen, self._change, self)
        self.reset_all = QPushButton(tr("Reset &all"), self)
        self.said = PlainLabel("", self)
        self.undo = QPushButton(tr("&Undo"), self)
        self._lay_out()
        self._fill()
        self._filter("")
        self.follow()
        keep_on_screen(self)

    # --- building ---

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        column.addLayout(self._search_row())
        self.problems.setWordWrap(True)
        self.problems.setAccessibleName(tr("Problems in the settings"))
        self.repair.setAutoDefault(False)
        self.repair.clicked.connect(self._on_repair)
        column.addWidget(self.problems)
        column.addWidget(self.repair, 0, Qt.AlignmentFlag.AlignLeft)
        self._lay_out_table()
        column.addWidget(self.table, 1)
        self.nothing_found.hide()
        self.nothing_found.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.nothing_found, 1)
        column.addWidget(self.keys)
        column.addLayout(self._button_row())
        self.ensurePolished()
        metrics = self.search.fontMetrics()
        self.resize(letter_width(metrics) * WIDTH_CHARACTERS, metrics.lineSpacing() * HEIGHT_LINES)
        self.search.setFocus()

    def _search_row(self) -> QHBoxLayout:
        self.search.setPlaceholderText(tr("Search for a command or a key, such as Ctrl+S"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        label = QLabel(tr("&Search"), self)
        label.setBuddy(self.search)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.search.setFocus)
        find.activated.connect(self.search.selectAll)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(label)
        row.addWidget(self.search, 1)
        return row

    def _lay_out_table(self) -> None:
        table = self.table
        table.setAccessibleName(tr("Commands and their keys"))
        table.setHeaderLabels([tr(each) for each in COLUMNS])
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setAllColumnsShowFocus(True)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = table.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.currentItemChanged.connect(self._on_current)
        table.itemActivated.connect(lambda *_: self.keys.recorder.listen())

    def _button_row(self) -> QHBoxLayout:
        self.reset_all.setAutoDefault(False)
        self.reset_all.setToolTip(
            tr("Give every command the keys it had when Cowrite was installed")
        )
        self.reset_all.clicked.connect(self._on_reset_all)
        self.undo.setAutoDefault(False)
        self.undo.clicked.connect(self._on_undo)
        self.said.setAccessibleName(tr("Message"))
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        button = close.button(QDialogButtonBox.StandardButton.Close)
        button.setText(tr("&Close"))
        button.setAutoDefault(False)
        close.rejected.connect(self.close)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.reset_all)
        row.addWidget(self.said)
        row.addWidget(self.undo)
        row.addWidget(close, 1)
        return row

    def _fill(self) -> None:
        for command in sorted_by_group(self._registry.commands):
            item = QTreeWidgetItem([tr(command.help) or command.name, tr(command.group), ""])
            item.setData(0, _ID, command.id)
            self.table.addTopLevelItem(item)
        self._choose_item(self._items()[0])

    # --- what is shown ---

    def follow(self, _: object = None) -> None:
        """Show the keys as they are bound now."""
        for item in self._items():
            command_id = str(item.data(0, _ID))
            keys = listed(native(key) for key in self._registry.keys_of(command_id))
            changed = self._changes.is_changed(command_id)
            item.setText(2, keys)
            font = item.font(2)
            font.setBold(changed)
            item.setFont(2, font)
            item.setToolTip(2, tr("Changed by you") if changed else "")
            spoken = keys or tr(NO_KEY)
            if changed:
                spoken = tr("{keys}, changed", keys=spoken)
            item.setData(2, Qt.ItemDataRole.AccessibleTextRole, spoken)
        if any(item.isHidden() is self._is_available(item) for item in self._items()):
            self._filter(self.search.text())
        problems = self._registry.problems
        self.problems.setText("\n".join(problems))
        self.problems.setVisible(bool(problems))
        self.repair.setVisible(bool(problems))
        self.reset_all.setEnabled(bool(self._chosen()))
        self._show_undo()
        self.keys.follow()

    def select(self, command_id: str) -> None:
        """Choose the command in the table. Raises StopIteration if there is none."""
        self.table.setCurrentItem(
            next(item for item in self._items() if item.data(0, _ID) == command_id)
        )

    def _is_available(self, item: QTreeWidgetItem) -> bool:
        return self._registry.command(str(item.data(0, _ID))).available()

    def _choose_item(self, item: QTreeWidgetItem | None) -> None:
        self.table.setCurrentItem(item)  # type: ignore[arg-type]  # Qt takes a null pointer
        if item is not None:
            self.table.scrollToItem(item)

    def _items(self) -> Sequence[QTreeWidgetItem]:
        count = self.table.topLevelItemCount()
        found = (self.table.topLevelItem(at) for at in range(count))
        return [item for item in found if item is not None]

    def _on_current(self, item: QTreeWidgetItem | None, _before: object) -> None:
        self.keys.show_command(str(item.data(0, _ID)) if item is not None else "")

    def _filter(self, typed: str) -> None:
        wanted = typed.casefold().split()
        shown = []
        for item in self._items():
            found_by = " ".join((*(item.text(at) for at in range(3)), str(item.data(0, _ID))))
            is_found = all(part in found_by.casefold() for part in wanted)
            hidden = not (is_found and self._is_available(item))
            item.setHidden(hidden)
            shown += [] if hidden else [item]
        self.table.setVisible(bool(shown))
        self.nothing_found.setVisible(not shown)
        now = self.table.currentItem()
        self._choose_item(now if now in shown else next(iter(shown), None))

    # --- changes ---

    def _change(self, chosen: ChosenKeys) -> None:
        self._before_reset = None
        self._choose(chosen)
        self.follow()

    def _on_repair(self) -> None:
        self._change(self._changes.repaired(self._chosen()))

    def _on_reset_all(self) -> None:
        self._before_reset = self._chosen()
        self._choose({})
        self.follow()
        self.undo.setFocus()

    def _on_undo(self) -> None:
        if self._before_reset is not None:
            self._change(self._before_reset)
            self.reset_all.setFocus()

    def _show_undo(self) -> None:
        was_reset = self._before_reset is not None and not self._chosen()
        self.said.setText(tr("All commands have their default keys.") if was_reset else "")
        self.undo.setVisible(was_reset)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            self.search.setFocus()
            return
        super().keyPressEvent(event)


def sorted_by_group(commands: Sequence[Command]) -> list[Command]:
    """In the order of their groups' first commands."""
    groups = list(dict.fromkeys(command.group for command in commands))
    return sorted(commands, key=lambda command: groups.index(command.group))
