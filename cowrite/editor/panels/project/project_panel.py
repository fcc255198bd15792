"""The project: the texts of a folder as a tree beside the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QMenu,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cowrite.base.printable import label, one_line
from cowrite.base.system_reasons import reason_of
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.announcing import tell_focus
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.panels.project.folder_listing import FolderEntry, found_by_name, listed
from cowrite.editor.panels.project.project_files import ProjectFiles, ProjectServices
from cowrite.localization import tr, tr_noop

NO_FOLDER = tr_noop("No folder is open. Open one to see its texts here.")
NOTHING_FOUND = tr_noop("No text here has that name.")
AFTER_KEY_MS = 200
AFTER_CHANGE_MS = 300
_GRID_PX = 8
_ENTRY = Qt.ItemDataRole.UserRole
_READ = Qt.ItemDataRole.UserRole + 1


class ProjectPanel(QWidget):
    """Reads a folder when it is unfolded, on another thread, and again when something in it changes."""

    accessible_role = Role.Client

    def __init__(self, services: ProjectServices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._folder: Path | None = None
        self._wanted: Path | None = None
        self.files = ProjectFiles(services, self)
        self.files.made.connect(self._on_made)
        self.field = QLineEdit(self)
        self.tree = QTreeWidget(self)
        self.said = PlainLabel(tr(NO_FOLDER), self)
        self.choose = QPushButton(tr("&Open folder…"), self)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._on_folder_changed)
        self._changed: set[str] = set()
        self._soon = self._timer(AFTER_CHANGE_MS, self._read_changed)
        self._filtering = self._timer(AFTER_KEY_MS, self._filter)
        self._lay_out()
        services.appearance.changed.connect(self._on_appearance)
        self._on_appearance()
        self.show_folder()

    def _timer(self, interval_ms: int, due: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(due)
        return timer

    def _lay_out(self) -> None:
        self.field.setPlaceholderText(tr("Find a text by its name"))
        self.field.setAccessibleName(tr("Name of a text"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(lambda _: self._filtering.start())
        self.field.returnPressed.connect(self._open_first)
        self.said.setWordWrap(True)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.choose.clicked.connect(self._on_choose)
        tree = self.tree
        tree.setHeaderHidden(True)
        tree.setAccessibleName(tr("Texts of the folder"))
        tree.setFrameShape(QTreeWidget.Shape.NoFrame)
        tree.setUniformRowHeights(True)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._show_menu)
        tree.itemExpanded.connect(self._on_expanded)
        tree.itemActivated.connect(lambda item, _column: self._open(item))
        column = self._column = QVBoxLayout(self)
        for part in (self.choose, self.field, self.said):
            column.addWidget(part)
        column.addWidget(tree, 1)

    def close_for_good(self) -> None:
        """The window goes: follow nothing more."""
        self._services.appearance.changed.disconnect(self._on_appearance)
        self._soon.stop()
        self._filtering.stop()

    # --- the folder ---

    def _on_choose(self) -> None:
        """Ask for a folder, or offer those opened lately as well."""
        others = [each for each in self._services.recent() if each != self._folder]
        if self._folder is None and not others:
            self._services.choose_folder()
            return
        menu = self._menu()
        menu.addAction(tr("&Open folder…"), self._services.choose_folder)
        menu.addSeparator()
        for each in others:
            action = menu.addAction(label(f"{each.name} – {each.parent}"))
            action.triggered.connect(lambda _=False, each=each: self._services.open_folder(each))
        if self._folder is not None:
            menu.addSeparator()
            menu.addAction(tr("&Close folder"), lambda: self._services.open_folder(None))
        menu.popup(self.choose.mapToGlobal(QPoint(0, self.choose.height())))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.destroyed.connect(tell_focus)
        return menu

    def follow_folder(self) -> None:
        """Show another folder, if another one was opened."""
        if self._services.folder() != self._folder:
            self.field.clear()
            self.show_folder()

    def show_folder(self) -> None:
        """Show the folder that is chosen now."""
        self._folder = self._services.folder()
        self.tree.clear()
        watched = self._watcher.directories()
        if watched:
            self._watcher.removePaths(watched)
        has_folder = self._folder is not None
        self.field.setVisible(has_folder)
        self.tree.setVisible(has_folder)
        self.setFocusProxy(self.tree if has_folder else self.choose)
        self.said.setVisible(not has_folder)
        self.said.setText(tr(NO_FOLDER))
        self.choose.setText(label(self._folder.name) if self._folder else tr("&Open folder…"))
        self.choose.setToolTip(one_line(str(self._folder)) if self._folder else "")
        if self._folder is not None:
            self._read(self.tree.invisibleRootItem(), self._folder)

    def _read(self, item: QTreeWidgetItem, folder: Path) -> None:
        read = self._services.disk.run(lambda: listed(folder))

        def done() -> None:
            if self._folder is None or folder not in (self._folder, *self._shown_folders()):
                return
            if read.error is not None:
                reason = (
                    reason_of(read.error)
                    if isinstance(read.error, OSError)
                    else tr("it cannot be read")
                )
                self._services.say(
                    tr(
                        "The folder {folder} cannot be shown ({reason}).",
                        folder=folder,
                        reason=reason,
                    )
                )
                return
            here = item if folder == self._folder else self._item_of(folder)
            if here is not None:
                self._fill(here, read.result)
                self._watcher.addPath(str(folder))

        read.then(done)

    def _fill(self, item: QTreeWidgetItem, entries: list[FolderEntry]) -> None:
        before = {each.path: child for child in _children(item) if (each := entry_of(child))}
        wanted = {each.path for each in entries}
        for path, child in before.items():
            if path not in wanted:
                item.removeChild(child)
        for number, entry in enumerate(entries):
            if entry.path not in before:
                item.insertChild(number, self._new_item(entry))
        item.setData(0, _READ, True)
        self._choose_wanted()

    def _on_made(self, path: Path) -> None:
        """Have the row of what was made chosen as soon as there is one."""
        self._wanted = path
        self._on_folder_changed(str(path.parent))

    def _choose_wanted(self) -> None:
        item = self._item_of(self._wanted) if self._wanted is not None else None
        if item is not None:
            self._wanted = None
            self.tree.setCurrentItem(item)

    def _new_item(self, entry: FolderEntry) -> QTreeWidgetItem:
        item = QTreeWidgetItem()
        item.setText(0, one_line(entry.path.name))
        item.setToolTip(0, one_line(str(entry.path)))
        item.setData(0, _ENTRY, entry)
        if entry.is_folder:
            item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        return item

    def _on_expanded(self, item: QTreeWidgetItem) -> None:
        entry = entry_of(item)
        if entry is not None and entry.is_folder:
            self._read(item, entry.path)

    def _on_folder_changed(self, folder: str) -> None:
        self._changed.add(folder)
        self._soon.start()

    def _read_changed(self) -> None:
        changed, self._changed = self._changed, set()
        if self.field.text().strip():
            self._filter()
            return
        for name in changed:
            folder = Path(name)
            if folder == self._folder:
                self._read(self.tree.invisibleRootItem(), folder)
            elif (item := self._item_of(folder)) is not None:
                self._read(item, folder)

    def _shown_folders(self) -> list[Path]:
        entries = (entry_of(item) for item in self._all_items())
        return [entry.path for entry in entries if entry is not None and entry.is_folder]

    def _item_of(self, path: Path) -> QTreeWidgetItem | None:
        items = self._all_items()
        return next((item for item in items if (e := entry_of(item)) and e.path == path), None)

    def _all_items(self) -> list[QTreeWidgetItem]:
        found, waiting = [], [self.tree.invisibleRootItem()]
        while waiting:
            children = _children(waiting.pop())
            found += children
            waiting += children
        return found

    # --- finding by name ---

    def _filter(self) -> None:
        typed, folder = self.field.text().strip(), self._folder
        if folder is None:
            return
        if not typed:
            self.said.hide()
            self.tree.clear()
            self._read(self.tree.invisibleRootItem(), folder)
            return
        found = self._services.disk.run(lambda: found_by_name(folder, typed))

        def done() -> None:
            if typed != self.field.text().strip() or found.error is not None:
                return
            self.tree.clear()
            for entry in found.result:
                item = self._new_item(entry)
                beside = entry.path.parent.relative_to(folder)
                if beside != Path():
                    item.setText(0, f"{one_line(entry.path.name)}  –  {one_line(str(beside))}")
                self.tree.addTopLevelItem(item)
            self.said.setText(tr(NOTHING_FOUND))
            self.said.setVisible(not found.result)
            if (first := self.tree.topLevelItem(0)) is not None:
                self.tree.setCurrentItem(first)

        found.then(done)

    def _open_first(self) -> None:
        item = self.tree.currentItem() or self.tree.topLevelItem(0)
        if item is not None:
            self._open(item)

    # --- what is done with a text ---

    def _open(self, item: QTreeWidgetItem) -> None:
        entry = entry_of(item)
        if entry is not None and not entry.is_folder:
            self._services.open_file(entry.path)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        item = self.tree.currentItem()
        entry = entry_of(item) if item is not None else None
        if entry is not None and event.key() == Qt.Key.Key_F2:
            self.files.rename(entry)
        elif entry is not None and event.key() == Qt.Key.Key_Delete:
            self.files.put_into_bin(entry)
        else:
            super().keyPressEvent(event)

    def _show_menu(self, place: QPoint) -> None:
        item = self.tree.itemAt(place)
        entry = entry_of(item) if item is not None else None
        menu = self._menu()
        folder = self._folder_of(entry)
        if entry is not None and not entry.is_folder:
            menu.addAction(tr("&Open"), lambda: self._services.open_file(entry.path))
            menu.addSeparator()
        if folder is not None:
            menu.addAction(tr("&New text…"), lambda: self.files.new_text(folder))
            menu.addAction(tr("New &folder…"), lambda: self.files.new_folder(folder))
        if entry is not None:
            menu.addSeparator()
            rename = menu.addAction(tr("&Rename…"), lambda: self.files.rename(entry))
            rename.setShortcut(Qt.Key.Key_F2)
            menu.addAction(tr("&Move to another folder…"), lambda: self.files.move_elsewhere(entry))
            put = menu.addAction(tr("Move to the &bin…"), lambda: self.files.put_into_bin(entry))
            put.setShortcut(Qt.Key.Key_Delete)
        menu.popup(self.tree.viewport().mapToGlobal(place))

    def _folder_of(self, entry: FolderEntry | None) -> Path | None:
        if entry is None:
            return self._folder
        return entry.path if entry.is_folder else entry.path.parent

    def _on_appearance(self) -> None:
        grid = round(_GRID_PX * self._services.appearance.scale)
        self._column.setSpacing(grid)
        self.tree.setStyleSheet(f"QTreeWidget::item {{ padding: {grid // 2}px 0; }}")


def entry_of(item: QTreeWidgetItem) -> FolderEntry | None:
    """What a row stands for."""
    entry: FolderEntry | None = item.data(0, _ENTRY)
    return entry


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for n in range(item.childCount()) if (child := item.child(n)) is not None]
