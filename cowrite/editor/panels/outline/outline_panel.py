"""The outline: the headings of the text in front as a tree, with words; they jump, and move with all their text."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.commands.key_rules import native
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.markup.structure import structure_of
from cowrite.editor.page.listeners import ListenerStage
from cowrite.editor.panels.outline.chapter_words import ChapterWords
from cowrite.editor.panels.outline.chapters import levels_of, move, shift_levels
from cowrite.editor.panels.outline.outline_tree import Entry, OutlineTree, entries_of
from cowrite.localization import tr, tr_noop
from cowrite.markdown.sections import place_above, place_below

NOTHING_YET = tr_noop("No headings yet. A line that begins with # and a space is one.")
NOTHING_IN_PLAIN = tr_noop("No headings. In a plain text, a line such as “Chapter 3” is one.")
_GRID_PX = 8


class OutlinePanel(QWidget):
    """Follows ``view``, and another one when it is told to."""

    accessible_role = Role.Client

    def __init__(
        self, view: DocumentView, appearance: Appearance, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._appearance = appearance
        self._followed = Connections()
        self._words: ChapterWords | None = None
        self._soon = QTimer(self)  # several signals of one change are one
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._show)
        self.tree = OutlineTree(self)
        self.said = PlainLabel("", self)
        self.said.setWordWrap(True)
        self.up = self._button(tr("Move &up"), tr("Move up"), "Alt+Up", lambda: self.move_by(-1))
        self.down = self._button(
            tr("Move &down"), tr("Move down"), "Alt+Down", lambda: self.move_by(1)
        )
        self._lay_out()
        self.setFocusProxy(self.tree)
        self.tree.chosen.connect(self._jump)
        self.tree.dropped.connect(self._move_to)
        self.tree.currentItemChanged.connect(lambda *_: self._enable())
        appearance.changed.connect(self._on_appearance)
        self._on_appearance()
        self.follow(view)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.up)
        buttons.addWidget(self.down)
        column = self._column = QVBoxLayout(self)
        column.addWidget(self.said)
        column.addWidget(self.tree, 1)
        column.addLayout(buttons)

    def _button(self, title: str, name: str, key: str, run: object) -> QPushButton:
        button = QPushButton(title, self)
        button.setToolTip(tr("{name} ({keys})", name=name, keys=native(QKeySequence(key))))
        button.clicked.connect(run)
        return button

    def close_for_good(self) -> None:
        """The window goes: follow nothing more."""
        self._appearance.changed.disconnect(self._on_appearance)
        self._leave()

    # --- which text ---

    def follow(self, view: DocumentView) -> None:
        """Show the headings of this one from now on."""
        self._leave()
        self._view = view
        document, structure = view.document, structure_of(view.document)
        self._words = ChapterWords(document, structure, self)
        self._words.counted.connect(self.tree.show_words)
        self._followed.add(structure.headings_changed, self._soon.start)
        self._followed.add(structure.markdown_changed, self._soon.start)
        self._followed.add(view.page.cursorPositionChanged, self._follow_caret)
        self._followed.add(view.closing, self._leave)
        document.listeners.add(ListenerStage.VIEW, self._on_text_changed)
        self._show()
        self._words.changed(0)

    def _leave(self) -> None:
        self._followed.end()
        self._view.document.listeners.remove(self._on_text_changed)
        self._soon.stop()
        if self._words is not None:
            self._words.stop()
            self._words.deleteLater()
            self._words = None

    def _on_text_changed(self, _change: object) -> None:
        if self._words is not None:
            self._words.changed()

    # --- what is shown ---

    def _show(self) -> None:
        structure = structure_of(self._view.document)
        self.tree.show_entries(entries_of(structure, self._view.page.document()))
        if self._words is not None:
            self._words.changed()
        is_empty = not structure.headings and not structure.breaks
        self.said.setVisible(is_empty)
        self.said.setText(tr(NOTHING_YET if structure.is_markdown else NOTHING_IN_PLAIN))
        self._follow_caret()
        self._enable()

    def _follow_caret(self) -> None:
        if not self.tree.hasFocus():
            self.tree.show_current(self._view.page.textCursor().blockNumber())

    def _enable(self) -> None:
        entry = self.tree.current
        levels = levels_of(structure_of(self._view.document).headings)
        movable = entry is not None and entry.index is not None and not self._view.page.isReadOnly()
        index = entry.index if entry is not None and entry.index is not None else 0
        self.up.setEnabled(movable and place_above(levels, index) is not None)
        self.down.setEnabled(movable and place_below(levels, index) is not None)

    def _on_appearance(self) -> None:
        scale = self._appearance.scale
        self.tree.set_look(self._appearance.theme, scale)
        self._column.setSpacing(round(_GRID_PX * scale))

    # --- what is done ---

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        if event.modifiers() == Qt.KeyboardModifier.AltModifier:
            match event.key():
                case Qt.Key.Key_Up:
                    self.move_by(-1)
                    return
                case Qt.Key.Key_Down:
                    self.move_by(1)
                    return
                case Qt.Key.Key_Left:
                    self._shift(-1)
                    return
                case Qt.Key.Key_Right:
                    self._shift(1)
                    return
        super().keyPressEvent(event)

    def move_by(self, step: int) -> None:
        """Move the chosen chapter up (-1) or down (1) by one."""
        entry = self.tree.current
        if entry is None or entry.index is None:
            return
        levels = levels_of(structure_of(self._view.document).headings)
        place = (place_above if step < 0 else place_below)(levels, entry.index)
        if place is not None:
            self._move_to(entry.index, place)

    def _move_to(self, index: int, place: int) -> None:
        view = self._view
        if view.page.isReadOnly():
            return
        offset = move(view.document, structure_of(view.document), index, place)
        if offset is not None:
            view.place_caret(offset)
            self._show()
            self.tree.show_current(view.page.textCursor().blockNumber())

    def _shift(self, by: int) -> None:
        entry, view = self.tree.current, self._view
        if entry is None or entry.index is None or view.page.isReadOnly():
            return
        shift_levels(view.document, structure_of(view.document), entry.index, by)
        self._show()
        self.tree.show_current(entry.block_number)

    def _jump(self, entry: Entry) -> None:
        block = self._view.page.document().findBlockByNumber(entry.block_number)
        if block.isValid():
            self._view.place_caret(block.position() + block.length() - 1)
            self._view.page.keep_caret_comfortable()
            self._view.focus()
