"""Does it still sound like you? A line for each chapter, from the writer's own texts (0) to a model's prose (1)."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cowrite.base.printable import one_line
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.editor.assistance.voice_service import VoiceService
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.document.document_view import DocumentView
from cowrite.localization import tr, tr_noop
from cowrite.voice.habits import sentence_of
from cowrite.voice.line import ALARM
from cowrite.voice.reading import ChapterReading, VoiceReading

READING = tr_noop("Your texts are being read…")
MOST_HABITS = 5
_GRID_PX, _BAR_PX, _PLACE_PX = 8, 4, 56
_PLACE = Qt.ItemDataRole.UserRole
_LINE = Qt.ItemDataRole.UserRole + 1


class VoicePanel(QWidget):
    """Follows ``view``, and another one when it is told to."""

    accessible_role = Role.Client

    def __init__(
        self,
        view: DocumentView,
        service: VoiceService,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._view, self._service, self._appearance = view, service, appearance
        self._following = Connections()
        self.said = PlainLabel("", self)
        self.said.setWordWrap(True)
        self.tree = self._make_tree()
        self.again = QPushButton(tr("&Read again"), self)
        self.again.clicked.connect(self.read_again)
        column = self._column = QVBoxLayout(self)
        column.addWidget(self.said)
        column.addWidget(self.tree, 1)
        column.addWidget(self.again)
        self.setFocusProxy(self.tree)
        service.was_read.connect(self._on_read)
        appearance.changed.connect(self._on_appearance)
        self._on_appearance()
        self.follow(view)

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setColumnCount(2)
        tree.setHeaderHidden(True)
        tree.setAccessibleName(tr("Chapters, and how far each is from your own texts"))
        tree.setWordWrap(True)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        tree.itemActivated.connect(self._jump)
        self._bars = _Bars(tree)
        tree.setItemDelegateForColumn(1, self._bars)
        return tree

    def close_for_good(self) -> None:
        """The window goes: follow nothing more."""
        self._following.end()
        self._service.was_read.disconnect(self._on_read)
        self._appearance.changed.disconnect(self._on_appearance)

    # --- what is shown ---

    def follow(self, view: DocumentView) -> None:
        """Show the chapters of this one from now on; it is read if it was not yet."""
        self._following.end()
        self._view = view
        self._following.add(view.document.identity_changed, self.read_again)
        self._service.prepare(view.document)
        self._show()

    def read_again(self) -> None:
        """Read the text as it is now."""
        self._service.read(self._view.document)
        self._show()

    def _on_read(self, document: object) -> None:
        if document is self._view.document:
            self._show()

    def _show(self) -> None:
        document = self._view.document
        reading = self._service.reading(document)
        is_reading = self._service.is_reading(document)
        self.again.setEnabled(not is_reading)
        self.tree.clear()
        if is_reading or reading is None:
            self.said.setText(tr(READING) if is_reading else "")
            return
        self.said.setText(_said(reading))
        for each in reading.chapters:
            item = _item(each)
            self.tree.addTopLevelItem(item)
            for number in range(item.childCount()):
                self.tree.setFirstColumnSpanned(number, self.tree.indexFromItem(item), True)
            item.setExpanded(each.is_alarming)

    def _on_appearance(self) -> None:
        theme, scale = self._appearance.theme, self._appearance.scale
        self._column.setSpacing(round(_GRID_PX * scale))
        self.tree.header().resizeSection(1, round(_PLACE_PX * scale))
        self._bars.set_look(theme, scale)
        self.tree.viewport().update()

    def _jump(self, item: QTreeWidgetItem) -> None:
        chapter = item.parent() or item
        block = self._view.page.document().findBlockByNumber(chapter.data(0, _LINE))
        if block.isValid():
            self._view.place_caret(block.position())
            self._view.page.keep_caret_comfortable()
            self._view.focus()


class _Bars(QStyledItemDelegate):
    """Paints a place as a number above a bar; one that is pointed out in the accent's colour."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree)
        self._theme: Theme | None = None
        self._scale = 1.0

    def set_look(self, theme: Theme, scale: float) -> None:
        """Take the theme's colours, at that scale."""
        self._theme, self._scale = theme, scale

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Room for the bar below the number."""
        return (
            super()
            .sizeHint(option, index)
            .grownBy(QMargins(0, 0, 0, round(3 * _BAR_PX * self._scale)))
        )

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the number, and the bar below it."""
        super().paint(painter, option, index)
        place = index.data(_PLACE)
        if place is None or self._theme is None:
            return
        theme, height = self._theme, _BAR_PX * self._scale
        area = QRectF(option.rect)
        area.adjust(2, area.height() - height - 1, -2, -1)
        painter.save()
        painter.fillRect(area, QColor(mixed(theme.page, theme.ink, 0.12)))
        area.setWidth(max(1.0, area.width() * place))
        painter.fillRect(area, QColor(theme.accent if place > ALARM else theme.quiet))
        painter.restore()


def _said(reading: VoiceReading) -> str:
    if reading.line is None:
        return reading.problem
    return tr(
        "0 is your own texts ({words:,} words), 1 the prose of {model}. "
        "It compares you only with yourself.",
        words=reading.own_words,
        model=reading.model,
    )


def _item(each: ChapterReading) -> QTreeWidgetItem:
    """A chapter, with what moved it below."""
    chapter = each.chapter
    title = one_line(chapter.title) or tr("From paragraph {number}", number=chapter.first + 1)
    item = QTreeWidgetItem([title, "" if each.place is None else f"{each.place:.2f}"])
    item.setData(0, _LINE, chapter.first)
    item.setData(1, _PLACE, each.place)
    item.setToolTip(0, title)
    said = [each.problem] if each.problem else [*map(sentence_of, each.habits[:MOST_HABITS])]
    for sentence in said:
        below = QTreeWidgetItem([sentence])
        below.setToolTip(0, sentence)
        item.addChild(below)
    return item
