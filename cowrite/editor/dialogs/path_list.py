"""A short list of files and folders to add to and take from, as it stands in the settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cowrite.editor.common.accessible_role import Role
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.localization import tr, tr_noop

ROWS = 4
# What is asked where a file, and where a folder, is added to the list of this name in the settings.
TITLES = {
    "excluded": (tr_noop("Exclude this file"), tr_noop("Exclude this folder")),
    "own_texts": (tr_noop("Learn from this text"), tr_noop("Learn from the texts in this folder")),
}
# Both lists stand in one window: no two buttons may have the same key.
BUTTONS = {
    "excluded": (tr_noop("Add fil&e…"), tr_noop("Add fol&der…"), tr_noop("Remo&ve")),
    "own_texts": (tr_noop("Add &file…"), tr_noop("Add f&older…"), tr_noop("Re&move")),
}


class PathList(QWidget):
    """Absolute paths in the order they were added; ``name`` is that of the preference. ``shrinks`` where the list is
    no higher than what is in it.

    Signal: ``changed(tuple[str, ...])`` when the writer did it.
    """

    accessible_role = Role.Grouping
    changed = Signal(object)

    def __init__(
        self,
        name: str,
        paths: Sequence[str],
        dialogs: Dialogs,
        parent: QWidget | None = None,
        *,
        shrinks: bool = False,
    ) -> None:
        super().__init__(parent)
        self._ask_files, self._ask_folder = (tr(title) for title in TITLES[name])
        self._dialogs = dialogs
        self._shrinks = shrinks
        self.list = QListWidget(self)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        file, folder, remove = (tr(title) for title in BUTTONS[name])
        self.add_file = QPushButton(file, self)
        self.add_folder = QPushButton(folder, self)
        self.remove = QPushButton(remove, self)
        self.add_file.clicked.connect(self._on_add_file)
        self.add_folder.clicked.connect(self._on_add_folder)
        self.remove.clicked.connect(self._on_remove)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list, self._on_remove)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        self.list.itemSelectionChanged.connect(self._on_selection)
        buttons = QHBoxLayout()
        for button in (self.add_file, self.add_folder, self.remove):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        column.addLayout(buttons)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_paths(paths)

    @property
    def paths(self) -> tuple[str, ...]:
        """What is in the list."""
        return tuple(self.list.item(row).text() for row in range(self.list.count()))

    def set_paths(self, paths: Sequence[str]) -> None:
        """Show ``paths`` without telling of a change."""
        row = max(0, self.list.currentRow())
        self.list.clear()
        self.list.addItems(list(paths))
        self.list.setCurrentRow(min(row, len(paths) - 1))
        rows = min(len(paths), ROWS) if self._shrinks else ROWS
        self.list.setFixedHeight((rows + 1) * self.list.fontMetrics().lineSpacing())
        self.list.setVisible(rows > 0)
        # What Tab hands on to something hidden, Qt loses: it would go no further.
        self.setFocusProxy(self.list if rows > 0 else self.add_file)
        self.remove.setVisible(rows > 0)
        self._on_selection()

    def setAccessibleName(self, name: str) -> None:  # noqa: D102 - Qt's name
        super().setAccessibleName(name)
        self.list.setAccessibleName(name)

    def _on_add_file(self) -> None:
        self._add(self._dialogs.files_for(self, self._ask_files))

    def _on_add_folder(self) -> None:
        folder = self._dialogs.folder_for(self, self._ask_folder)
        self._add([folder] if folder else [])

    def _add(self, paths: Sequence[Path]) -> None:
        new = [str(path.absolute()) for path in paths]
        self._become(tuple(dict.fromkeys((*self.paths, *new))))

    def _on_remove(self) -> None:
        chosen = {self.list.row(item) for item in self.list.selectedItems()}
        self._become(tuple(path for row, path in enumerate(self.paths) if row not in chosen))

    def _become(self, paths: tuple[str, ...]) -> None:
        if paths != self.paths:
            self.set_paths(paths)
            self.changed.emit(paths)

    def _on_selection(self) -> None:
        self.remove.setEnabled(bool(self.list.selectedItems()))
