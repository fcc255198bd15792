"""The tree of headings and scenes: rows, their words, which one is current, and where one is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QDropEvent, QKeyEvent, QTextDocument
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from cowrite.editor.appearance.theme import Theme
from cowrite.editor.markup.structure import DocumentStructure
from cowrite.localization import tr

_LONGEST_TITLE = 120
_ROW_PX, _INDENT_PX = 24, 14
_TITLE, _WORDS = 0, 1
_ENTRY = Qt.ItemDataRole.UserRole
_Drop = QAbstractItemView.DropIndicatorPosition


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: a heading with its ``index`` among the headings, or a scene, which has none."""

    block_number: int
    level: int
    title: str
    index: int | None


def entries_of(structure: DocumentStructure, text: QTextDocument) -> list[Entry]:
    """Headings and scenes in their order; a scene is named by its first words."""
    headings = [
        Entry(each.block_number, each.level, each.title[:_LONGEST_TITLE] or tr("(no title)"), index)
        for index, each in enumerate(structure.headings)
    ]
    begins = {each.block_number for each in structure.headings}
    scenes = [
        Entry(number, 0, _first_words(text, number), None)
        for number in structure.breaks
        if _next_with_text(text, number) not in begins  # the heading says it
    ]
    return sorted([*headings, *scenes], key=lambda each: each.block_number)


def _next_with_text(text: QTextDocument, number: int) -> int:
    block = text.findBlockByNumber(number).next()
    while block.isValid() and not block.text().strip():
        block = block.next()
    return block.blockNumber()


def _first_words(text: QTextDocument, number: int) -> str:
    block = text.findBlockByNumber(_next_with_text(text, number))
    words = block.text().split() if block.isValid() else []
    return f"* {' '.join(words[:6])}…" if words else "*"


class OutlineTree(QTreeWidget):
    """Signals: ``chosen(Entry)`` by a click or Enter, ``dropped(int index, int place)``: a heading before another."""

    chosen = Signal(object)
    dropped = Signal(int, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._items: list[QTreeWidgetItem] = []
        self._quiet = QColor()
        self._row_px = _ROW_PX
        self.setAccessibleName(tr("Outline"))
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(_TITLE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_WORDS, QHeaderView.ResizeMode.ResizeToContents)
        self.itemClicked.connect(lambda item, _column: self.chosen.emit(item.data(_TITLE, _ENTRY)))

    def set_look(self, theme: Theme, scale: float) -> None:
        """Quiet numbers, and rows as high as the letters need."""
        self._quiet = QColor(theme.quiet)
        self._row_px = round(_ROW_PX * scale)
        self.setIndentation(round(_INDENT_PX * scale))
        for item in self._items:
            self._dress(item)

    def _dress(self, item: QTreeWidgetItem) -> None:
        item.setForeground(_WORDS, self._quiet)
        item.setSizeHint(_TITLE, QSize(0, self._row_px))
        entry: Entry = item.data(_TITLE, _ENTRY)
        if entry.index is None:
            item.setForeground(_TITLE, self._quiet)

    # --- rows ---

    @property
    def current(self) -> Entry | None:
        """The row that is chosen."""
        item = self.currentItem()
        return item.data(_TITLE, _ENTRY) if item is not None else None

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Have these rows; what was folded stays folded where the titles are the same."""
        if list(entries) == self._entries:
            return
        same_shape = [(e.level, e.index) for e in entries] == [
            (e.level, e.index) for e in self._entries
        ]
        self._entries = list(entries)
        if same_shape:  # a title, or only the places below it
            for item, entry in zip(self._items, entries, strict=True):
                item.setText(_TITLE, entry.title)
                item.setToolTip(_TITLE, entry.title)
                item.setData(_TITLE, _ENTRY, entry)
            return
        self.clear()
        self._items = []
        above: list[QTreeWidgetItem] = []
        for entry in entries:
            while above and entry.index is not None and _level(above[-1]) >= entry.level:
                above.pop()
            item = QTreeWidgetItem(above[-1] if above else self.invisibleRootItem())
            item.setText(_TITLE, entry.title)
            item.setToolTip(_TITLE, entry.title)
            item.setData(_TITLE, _ENTRY, entry)
            item.setTextAlignment(
                _WORDS, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
            if entry.index is None:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDragEnabled)
            else:
                above.append(item)
            self._items.append(item)
            self._dress(item)
        self.expandAll()

    def show_words(self, words: Sequence[int]) -> None:
        """For each heading the words up to the next one; a row shows those of all below it as well."""
        for item in self._items:
            entry: Entry = item.data(_TITLE, _ENTRY)
            if entry.index is not None and entry.index < len(words):
                item.setText(_WORDS, f"{_with_all_below(item, words):,}")

    def show_current(self, block_number: int) -> None:
        """Choose the row in which the paragraph stands, without jumping."""
        before = [
            item for item, entry in zip(self._items, self._entries, strict=True)
            if entry.block_number <= block_number
        ]  # fmt: skip
        if not before:
            self.setCurrentIndex(QModelIndex())
        elif before[-1] is not self.currentItem():
            self.setCurrentItem(before[-1])
            self.scrollToItem(before[-1])

    # --- keys and mouse ---

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        if event.modifiers() == Qt.KeyboardModifier.AltModifier:
            event.ignore()  # the panel moves chapters with these
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            self.chosen.emit(self.current)
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: D102 - Qt's name
        entry = self.current
        place = self._place_at(event)
        event.setDropAction(Qt.DropAction.IgnoreAction)  # the text moves, and the rows follow it
        event.accept()
        if entry is not None and entry.index is not None:
            index = entry.index
            # Its rows are made anew, which Qt must not see while it still drags one of them.
            QTimer.singleShot(0, self, lambda: self.dropped.emit(index, place))

    def _place_at(self, event: QDropEvent) -> int:
        """Before which heading the row was dropped; the number of headings is the end of the text."""
        item = self.itemAt(event.position().toPoint())
        if item is None:
            return sum(entry.index is not None for entry in self._entries)
        at = self._items.index(item)
        if self.dropIndicatorPosition() is not _Drop.AboveItem:
            at += 1 + _rows_below(item)
        rest = (entry.index for entry in self._entries[at:] if entry.index is not None)
        return next(rest, sum(entry.index is not None for entry in self._entries))


def _level(item: QTreeWidgetItem) -> int:
    entry: Entry = item.data(_TITLE, _ENTRY)
    return entry.level


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for n in range(item.childCount()) if (child := item.child(n)) is not None]


def _rows_below(item: QTreeWidgetItem) -> int:
    children = _children(item)
    return len(children) + sum(_rows_below(child) for child in children)


def _with_all_below(item: QTreeWidgetItem, words: Sequence[int]) -> int:
    entry: Entry = item.data(_TITLE, _ENTRY)
    own = words[entry.index] if entry.index is not None and entry.index < len(words) else 0
    return own + sum(_with_all_below(child, words) for child in _children(item))
