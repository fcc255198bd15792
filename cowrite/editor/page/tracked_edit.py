"""A plain-text edit that tells exactly what changed, once, and keeps sensible undo steps.

Owns the text, its revision, pasting and undo. Does not know that there are suggestions; it only gives an
edit made of an accepted one a step of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QContextMenuEvent, QTextCursor
from PySide6.QtWidgets import QMenu, QWidget

from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import Theme
from cowrite.editor.commands.menu_entries import fill_once
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.page.caret import is_within_character
from cowrite.editor.page.column_edit import ColumnEdit
from cowrite.editor.page.page_commands import CONTEXT_MENU, commands
from cowrite.editor.page.text_mirror import (
    Difference,
    TextMirror,
    for_qt,
    insert_exactly,
    plain_pasted,
    whole_characters,
)
from cowrite.suggest.ports import ChangeKind, TextChange
from cowrite.suggest.seams import swallows_blank


class TrackedEdit(ColumnEdit):
    """Plain text whose every real change is reported by :attr:`text_changed`."""

    text_changed = Signal(TextChange)  # every real change, once, after it happened
    copied = Signal(int, int, str)  # from where to where something was cut or copied, and what
    caret_moved = Signal()  # the caret or selection moved, and not because the text changed

    def __init__(self, theme: Theme, fonts: Fonts, parent: QWidget | None = None) -> None:
        super().__init__(theme, fonts, parent)
        self.setAcceptRichText(False)
        self._revision = 0
        self._kind = ChangeKind.TYPED
        self._changes: list[TextChange] = []
        self._holds = 0
        self._caret_known = (0, 0)
        self._typed_until = -1
        # Where a space came along with an accepted word, and at which revision.
        self._soft_space: tuple[int, int] | None = None
        self._typed_ended_word = False
        self._commands: CommandRegistry | None = None
        document = self.document()
        self._mirror = TextMirror(document)
        document.contentsChange.connect(self._on_contents_change)
        document.contentsChanged.connect(self._on_contents_changed)
        self._place = 0
        self.cursorPositionChanged.connect(self._leave_character)
        self.cursorPositionChanged.connect(self._on_caret)
        self.selectionChanged.connect(self._on_caret)

    # -- text

    def set_text(self, text: str) -> None:
        """Replace everything: no undo step, not modified, the caret at the start."""
        document = self.document()
        text = whole_characters(text)
        removed = document.characterCount() - 1
        with self._held(ChangeKind.LOADED):
            document.setUndoRedoEnabled(False)
            self._geometry.prepare_document()
            cursor = QTextCursor(document)
            cursor.beginEditBlock()
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.removeSelectedText()
            cursor.setBlockFormat(self._geometry.block_format())
            insert_exactly(cursor, text)
            cursor.endEditBlock()
            document.setUndoRedoEnabled(True)
            document.setModified(False)
            self.setTextCursor(QTextCursor(document))
            self._revision += 1
            self._changes = [
                TextChange(kind=ChangeKind.LOADED, offset=0, removed=removed, inserted=text)
            ]

    def text(self) -> str:
        r"""The document, lines separated by ``\n``; exactly what was set and typed."""
        return self._mirror.text()

    def text_between(self, start: int, end: int) -> str:
        """The text from one offset to another, in UTF-16 units."""
        return self._mirror.between(start, end)

    @property
    def revision(self) -> int:
        """Grows with every change of the text."""
        return self._revision

    @property
    def has_more_to_report(self) -> bool:
        """Whether the document has changed further than :attr:`text_changed` has told so far."""
        return bool(self._changes)

    # -- editing

    def undo(self) -> None:
        """Take back the last step. Keys and menus undo through here too."""
        with self._held(ChangeKind.UNDO):
            super().undo()
        self.keep_caret_comfortable()

    def redo(self) -> None:
        """Do the last undone step again."""
        with self._held(ChangeKind.REDO):
            super().redo()
        self.keep_caret_comfortable()

    def type_text(self, text: str) -> None:
        """Write at the caret as if typed; one undo step takes back a word with the space after it."""
        cursor = self.textCursor()
        if self._consumes_soft_space(text):
            return
        if self._gives_way_to(text):
            cursor.setPosition(cursor.position() - 1, QTextCursor.MoveMode.KeepAnchor)
        continues = (
            cursor.position() == self._typed_until
            and not cursor.hasSelection()
            and (text.isspace() or not self._typed_ended_word)
            and text != "\n"
        )
        with self._held(ChangeKind.TYPED):
            self._insert(cursor, text, joins_last_step=continues)
        self._typed_until = cursor.position()
        self._typed_ended_word = text[-1:].isspace()
        self.keep_caret_comfortable()

    @property
    def is_after_soft_space(self) -> bool:
        """Whether the caret still stands right after a space that came along with an accepted word."""
        cursor = self.textCursor()
        is_there = self._soft_space == (cursor.position(), self.revision)
        return is_there and not cursor.hasSelection()

    def _consumes_soft_space(self, text: str) -> bool:
        """Whether ``text`` is the space that is there already; from now on it is an ordinary one."""
        if text != " " or not self.is_after_soft_space:
            return False
        self._soft_space = None
        return True

    def _gives_way_to(self, text: str) -> bool:
        """Whether ``text`` takes the place of the space before the caret."""
        return self.is_after_soft_space and swallows_blank(text)

    def insert_step(self, text: str, kind: ChangeKind) -> None:
        """Insert at the caret as an undo step of its own."""
        with self._held(kind):
            self._insert(self.textCursor(), text)
        if kind is ChangeKind.ACCEPTED and text.endswith(" "):
            self._soft_space = (self.textCursor().position(), self.revision)
        self.keep_caret_comfortable()

    def _insert(self, cursor: QTextCursor, text: str, *, joins_last_step: bool = False) -> None:
        if joins_last_step:
            cursor.joinPreviousEditBlock()
        else:
            cursor.beginEditBlock()
        insert_exactly(cursor, whole_characters(text))
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: D102 - Qt's name
        if source.hasText() and not self.isReadOnly():
            self.insert_step(plain_pasted(source.text()), ChangeKind.PASTED)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: D102 - Qt's name
        return source.hasText()

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: D102 - Qt's name
        data, text, cursor = QMimeData(), self.selected_text(), self.textCursor()
        data.setText(for_qt(text))
        self.copied.emit(cursor.selectionStart(), cursor.selectionEnd(), text)
        return data

    def selected_text(self) -> str:
        r"""The selection, lines separated by ``\n``."""
        cursor = self.textCursor()
        return self._mirror.between(cursor.selectionStart(), cursor.selectionEnd())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102 - Qt's name
        menu = self.make_context_menu()
        menu.exec(event.globalPos())
        menu.deleteLater()

    def make_context_menu(self) -> QMenu:
        """What can be done with the text; Qt's own menu would undo past :meth:`undo`."""
        menu = QMenu(self)
        fill_once(menu, self._commands or CommandRegistry(commands(self)), CONTEXT_MENU)
        return menu

    def set_commands(self, registry: CommandRegistry) -> None:
        """Whose keys the context menu shows."""
        self._commands = registry

    # -- what changed

    @contextmanager
    def _held(self, kind: ChangeKind) -> Iterator[None]:
        """Name the changes made inside, and report them after it: the caret is in place by then."""
        outer, self._kind = self._kind, kind
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
            self._kind = outer
        self._report()

    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        cursor = self.textCursor()
        start = self._caret_known[0]
        difference = self._mirror.absorb(position, added, start, cursor.position())
        if difference is None:
            return
        self._typed_until = -1
        self._take_note(difference, self._change_kind(difference))

    def _take_note(self, difference: Difference, kind: ChangeKind) -> None:
        """Called before the changed paragraphs are laid out again."""
        if kind is not ChangeKind.LOADED:
            self._revision += 1
            self._changes.append(
                TextChange(
                    kind=kind,
                    offset=difference.offset,
                    removed=difference.removed,
                    inserted=difference.inserted,
                )
            )

    def _change_kind(self, difference: Difference) -> ChangeKind:
        if self._kind is ChangeKind.TYPED and not difference.inserted:
            return ChangeKind.DELETED
        return self._kind

    def _on_contents_changed(self) -> None:
        """Called once the paragraphs are laid out again."""
        self._report()

    def _report(self) -> None:
        if self._holds:
            return
        self._note_caret()
        while self._changes:
            self._report_one(self._changes.pop(0))

    def _report_one(self, change: TextChange) -> None:
        self.text_changed.emit(change)

    def _caret_now(self) -> tuple[int, int]:
        cursor = self.textCursor()
        return cursor.selectionStart(), cursor.selectionEnd()

    def _note_caret(self) -> None:
        self._caret_known = self._caret_now()
        self._place_caret()
        if self.hasFocus():
            self._caret.wake()

    def _leave_character(self) -> None:
        """Go on, where Qt's layout let the caret stop between the two halves of a character."""
        cursor = self.textCursor()
        place = cursor.position()
        if is_within_character(self.document(), place):
            place += 1 if place > self._place else -1
            keeping = QTextCursor.MoveMode.KeepAnchor
            cursor.setPosition(
                place, keeping if cursor.hasSelection() else QTextCursor.MoveMode.MoveAnchor
            )
            self.setTextCursor(cursor)
        self._place = place

    def take_in_whole_character(self) -> None:
        """Select the character after the caret, if Qt would delete only its first half."""
        cursor = self.textCursor()
        if cursor.hasSelection():
            return
        cursor.movePosition(
            QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor
        )
        if is_within_character(self.document(), cursor.position()):
            cursor.setPosition(cursor.position() + 1, QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)

    def _on_caret(self) -> None:
        if self._holds or self._changes or self._caret_now() == self._caret_known:
            return
        self._note_caret()
        self._typed_until = -1
        self.caret_moved.emit()
