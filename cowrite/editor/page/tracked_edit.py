"""A plain-text edit of a :class:`TrackedText`: what is typed, pasted, cut and undone, and where the caret is.

Does not know that there are suggestions; it only gives an edit made of an accepted one a step of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QMimeData, QPoint, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QGuiApplication,
    QTextBlockFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QMenu, QWidget

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import Theme
from cowrite.editor.commands.menu_entries import fill_once
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.common.announcing import tell_focus
from cowrite.editor.common.qt_text import for_qt
from cowrite.editor.page.caret import is_within_character
from cowrite.editor.page.column_edit import ColumnEdit
from cowrite.editor.page.incoming import RichText, files_in, has_text, text_in
from cowrite.editor.page.large.large_layout import is_large
from cowrite.editor.page.listeners import ListenerStage
from cowrite.editor.page.page_commands import CONTEXT_MENU, commands
from cowrite.editor.page.text_mirror import Difference, whole_characters
from cowrite.editor.page.tracked_text import TrackedText
from cowrite.suggest.seams import swallows_space


class ShownDocument(Protocol):
    """What a page asks of the document that it shows."""

    @property
    def document_id(self) -> str:
        """Which document it is now."""
        ...

    @property
    def content(self) -> TrackedText:
        """Its text."""
        ...


class TypingAid(Protocol):
    """What may write something else than the key says, such as a typographic sign. Places are UTF-16 units."""

    def typed(self, start: int, end: int, text: str) -> Sequence[tuple[int, int, str]]:
        """The edits, in order, that typing ``text`` in place of what is selected makes; the last one writes it."""
        ...

    def taken_back(self) -> Sequence[tuple[int, int, str]]:
        """The edits that bring back what was really typed, if that is what Undo means now; else none."""
        ...

    def shifted(self, start: int, end: int, *, deeper: bool) -> Sequence[tuple[int, int, str]]:
        """The edits, in order, that put what is in levels there, such as a list, one deeper or higher; else none."""
        ...


@dataclass
class LooseText:
    """A :class:`ShownDocument` that is none of the writer's: a text that is only looked at."""

    document_id: str = ""
    content: TrackedText = field(default_factory=TrackedText)


class TrackedEdit(ColumnEdit):
    """Plain text whose every real change is reported by :attr:`text_changed`."""

    text_changed = Signal(TextChange)  # every real change, once, after it happened
    copied = Signal(int, int, str)  # from where to where something was cut or copied, and what
    caret_moved = Signal()  # the caret or selection moved, and not because the text changed

    def __init__(
        self,
        theme: Theme,
        fonts: Fonts,
        shown: ShownDocument | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._shown = shown or LooseText()
        self.content = self._shown.content
        super().__init__(theme, fonts, self.content.document, parent)
        if shown is None:
            self.content.setParent(self)
        self.setAcceptRichText(False)
        self._caret_known = (0, 0)
        self._typed_until = -1
        # Where a space came along with an accepted word, and at which revision.
        self._soft_space: tuple[int, int] | None = None
        self._typed_ended_word = False
        self._typing_aid: TypingAid | None = None
        self.rich_text: RichText | None = None
        # How many undo steps there were where signs were taken back: undoing does not stop there.
        self._passed_over: set[int] = set()
        self._commands: CommandRegistry | None = None
        self._place = 0
        self.context_additions: list[Callable[[QMenu, int], None]] = []
        self.content.listeners.add(ListenerStage.VIEW, self.text_changed.emit)
        self.cursorPositionChanged.connect(self._leave_character)
        self.cursorPositionChanged.connect(self._on_caret)
        self.selectionChanged.connect(self._on_caret)

    # -- text

    def text(self) -> str:
        r"""The document, lines separated by ``\n``; exactly what was set and typed."""
        return self.content.text()

    def text_between(self, start: int, end: int) -> str:
        """The text from one offset to another, in UTF-16 units."""
        return self.content.text_between(start, end)

    @property
    def revision(self) -> int:
        """Grows with every change of the text."""
        return self.content.revision

    # -- editing

    def set_typing_aid(self, aid: TypingAid) -> None:
        """Who may write something else than a key says."""
        self._typing_aid = aid

    def undo(self) -> None:
        """Take back the last step, or only what the typing aid made of it. Keys and menus undo through here too."""
        if not self._take_back_signs():
            with self.content.changes_are(ChangeKind.UNDO):
                super().undo()
                if self.content.undo_steps in self._passed_over:
                    super().undo()
            steps = self.content.undo_steps
            self._passed_over = {each for each in self._passed_over if each <= steps}
        self.keep_caret_comfortable()

    def _take_back_signs(self) -> bool:
        edits = self._typing_aid.taken_back() if self._typing_aid is not None else ()
        if not edits or self.isReadOnly():
            return False
        steps, place = self.content.undo_steps, self.textCursor().position()
        self.content.edit_all(edits, ChangeKind.TYPED)
        self._passed_over.add(steps)
        grown = sum(utf16_length(text) - (end - start) for start, end, text in edits)
        cursor = self.textCursor()
        cursor.setPosition(place + grown)
        self.setTextCursor(cursor)
        return True

    def redo(self) -> None:
        """Do the last undone step again."""
        with self.content.changes_are(ChangeKind.REDO):
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
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        edits = self._typing_aid.typed(start, end, text) if self._typing_aid is not None else ()
        self._type(cursor, edits or [(start, end, text)], joins_last_step=continues)
        self._typed_until = cursor.position()
        self._typed_ended_word = text[-1:].isspace()
        self.keep_caret_comfortable()

    def _type(
        self, cursor: QTextCursor, edits: Sequence[tuple[int, int, str]], *, joins_last_step: bool
    ) -> None:
        """Make what a key makes as one step, the last edit of the text first, and put the caret after that one."""
        start = edits[-1][0]
        with self.content.changes_are(ChangeKind.TYPED):
            for number, (first, last, text) in enumerate(reversed(edits)):
                exact = whole_characters(text)
                joins = joins_last_step or number > 0
                self.content.edit(first, last, exact, ChangeKind.TYPED, joins_last_step=joins)
                start += utf16_length(exact) - (last - first if number else 0)
            cursor.setPosition(start)
            self.setTextCursor(cursor)

    def shift(self, *, deeper: bool) -> bool:
        """Put what is in levels at the caret, or selected, one deeper or higher, as one step; whether anything was."""
        cursor, aid = self.textCursor(), self._typing_aid
        if aid is None:
            return False
        edits = aid.shifted(cursor.selectionStart(), cursor.selectionEnd(), deeper=deeper)
        if edits:
            self.content.edit_all(edits, ChangeKind.TYPED)
            self.keep_caret_comfortable()
        return bool(edits)

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
        return self.is_after_soft_space and swallows_space(text)

    def insert_step(self, text: str, kind: ChangeKind) -> None:
        """Insert at the caret as an undo step of its own."""
        self._replace(self.textCursor(), text, kind)
        if kind is ChangeKind.ACCEPTED and text.endswith(" "):
            self._soft_space = (self.textCursor().position(), self.revision)
        self.keep_caret_comfortable()

    def _replace(
        self, cursor: QTextCursor, text: str, kind: ChangeKind, *, joins_last_step: bool = False
    ) -> None:
        """Put ``text`` in the place of what ``cursor`` has selected, and the caret after it."""
        start, text = cursor.selectionStart(), whole_characters(text)
        with self.content.changes_are(kind):
            self.content.edit(
                start, cursor.selectionEnd(), text, kind, joins_last_step=joins_last_step
            )
            cursor.setPosition(start + utf16_length(text))
            self.setTextCursor(cursor)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: D102 - Qt's name
        if has_text(source) and not self.isReadOnly():
            place = self.textCursor().selectionStart()
            self.insert_step(text_in(source, self.rich_text, place), ChangeKind.PASTED)

    def paste_plain(self) -> None:
        """Paste the characters alone, without the look that they came with."""
        source = QGuiApplication.clipboard().mimeData()
        if has_text(source) and not self.isReadOnly():
            self.insert_step(text_in(source, None, 0), ChangeKind.PASTED)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: D102 - Qt's name
        return has_text(source)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: D102 - Qt's name
        if files_in(event.mimeData()):
            event.ignore()  # the window opens them
        else:
            super().dragEnterEvent(event)

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: D102 - Qt's name
        data, text, cursor = QMimeData(), self.selected_text(), self.textCursor()
        data.setText(for_qt(text))
        self.copied.emit(cursor.selectionStart(), cursor.selectionEnd(), text)
        return data

    def selected_text(self) -> str:
        r"""The selection, lines separated by ``\n``."""
        cursor = self.textCursor()
        return self.content.text_between(cursor.selectionStart(), cursor.selectionEnd())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102 - Qt's name
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.show_context_menu()
            return
        point = self.viewport().mapFromGlobal(event.globalPos())
        self._show_menu(self.cursorForPosition(point).position(), event.globalPos())

    def show_context_menu(self) -> None:
        """The context menu of the place where the caret is, below it."""
        below = self.caret_rect().bottomLeft()
        self._show_menu(self.caret(), self.viewport().mapToGlobal(below))

    def _show_menu(self, position: int, where: QPoint) -> None:
        menu = self.make_context_menu(position)
        menu.exec(where)
        tell_focus()
        menu.deleteLater()

    def make_context_menu(self, position: int | None = None) -> QMenu:
        """What can be done with the text, and what rooms have for ``position``, above it.

        Qt's own menu would undo past :meth:`undo`.
        """
        menu = QMenu(self)
        for add in self.context_additions:
            add(menu, self.caret() if position is None else position)
        fill_once(menu, self._commands or CommandRegistry(commands(lambda: self)), CONTEXT_MENU)
        return menu

    def set_commands(self, registry: CommandRegistry) -> None:
        """Whose keys the context menu shows."""
        self._commands = registry

    # -- cowrite.editor.page.tracked_text.TextView

    def caret_before(self) -> int:
        """Where the selection began before the change that is being made."""
        return self._caret_known[0]

    def caret(self) -> int:
        """Where the caret stands now, in UTF-16 units."""
        return self.textCursor().position()

    def place_caret(self, offset: int) -> None:
        """Put the caret at ``offset`` and show it."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(offset)
        self.setTextCursor(cursor)
        self.keep_caret_comfortable()

    def prepare_to_load(self, characters: int, paragraphs: int) -> QTextBlockFormat:
        """A text of that size comes, and undo is off: set up the document; returns the format of its paragraphs."""
        if is_large(characters, paragraphs):
            self._sight.lay_out_only_this()
        self._geometry.prepare_document()
        return self._geometry.block_format()

    def text_loaded(self) -> None:
        """Another text is there, and nobody has been told yet."""
        self._passed_over.clear()
        self.setTextCursor(QTextCursor(self.document()))

    def take_note(self, difference: Difference, kind: ChangeKind) -> None:  # noqa: ARG002
        """The text changed; its paragraphs are not laid out again yet."""
        self._typed_until = -1

    def laid_out(self) -> None:
        """The changed paragraphs are laid out."""

    def before_report(self) -> None:
        """The listeners are about to be told; the caret is in place."""
        self._note_caret()

    # -- the caret

    def _caret_now(self) -> tuple[int, int]:
        cursor = self.textCursor()
        return cursor.selectionStart(), cursor.selectionEnd()

    def _note_caret(self) -> None:
        self._caret_known = self._caret_now()
        self._place_caret()
        if self.hasFocus():
            self._caret.wake(blinks=not self.reduced_motion)

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
        if not self.content.is_quiet or self._caret_now() == self._caret_known:
            return
        self._note_caret()
        self._typed_until = -1
        self.caret_moved.emit()
