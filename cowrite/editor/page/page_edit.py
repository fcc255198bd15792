"""The page: the writer's text, with a suggestion at the caret but never in the text.

Owns what keys, mouse and input methods mean while a ghost is shown. Does not know why one is shown.
"""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QWidget

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.editor.appearance.fonts import BodyFace, Fonts
from cowrite.editor.appearance.theme import Theme
from cowrite.editor.page.column_edit import moved_mouse_event
from cowrite.editor.page.composing_edit import ComposingEdit
from cowrite.editor.page.ghost import Ghost
from cowrite.editor.page.ghost_accessibility import GhostAccessibility
from cowrite.editor.page.ghost_commands import answer, default_keymap
from cowrite.editor.page.ghost_keys import (
    NEEDS_GHOST,
    FirstAnswer,
    GhostAction,
    GhostKeymap,
    action_of,
    is_idle_here,
    is_new_line,
    moves_caret,
    pressed_key,
    shifts,
    types_text,
    zoom_step,
)
from cowrite.editor.page.layer_ranges import Layer
from cowrite.editor.page.listeners import ListenerStage
from cowrite.editor.page.text_mirror import Difference
from cowrite.editor.page.tracked_edit import ShownDocument
from cowrite.editor.page.wide_mark_layer import WideMarkLayer
from cowrite.localization import tr, tr_noop
from cowrite.suggest.ports import CaretContext, GhostKeys

CONTEXT_BEFORE_CHARACTERS = 6000
CONTEXT_AFTER_CHARACTERS = 600
_WRITING = (ChangeKind.TYPED, ChangeKind.ACCEPTED)
_TAB = QKeySequence("Tab")
PAGE = tr_noop("Page")


class PageEdit(ComposingEdit):
    """The writer's text. Implements :class:`cowrite.suggest.ports.Page`.

    Signals: ``text_changed(TextChange)``, ``caret_moved()``, ``composing_changed(bool)``,
    ``focus_changed(bool)``, ``zoom_changed(int)``, ``ghost_numbered(int, int)``, ``slot_wanted()`` before a suggestion
    or an input method shows something, or a click comes: whoever has filled a paragraph's slot empties it.
    """

    ghost_numbered = Signal(int, int)  # which one of how many suggestions is shown; 0 of 0 is none
    slot_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        fonts: Fonts,
        shown: ShownDocument | None = None,
        *,
        reduced_motion: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, fonts, shown, parent)
        self.reduced_motion = reduced_motion
        self.setAccessibleName(tr(PAGE))
        self._keymap = default_keymap()
        self._rebound: frozenset[QKeySequence] = frozenset()
        self._wants_tab_hint = False
        self._ghost_keys: GhostKeys | None = None
        self._first_answer: FirstAnswer | None = None
        self._vouched: TextChange | None = None
        self._ghost_breaks_by: tuple[int, int] | None = None
        self.layers = self._make_layers()
        self._wide_marks = WideMarkLayer(self.document(), self.layers)
        self._ghost = Ghost(self.document(), self.layers, self._wide_marks, theme, self)
        self._ghost_accessibility = GhostAccessibility(self)
        self.set_face(BodyFace.SERIF)
        self.set_theme(theme)
        self.content.listeners.add(ListenerStage.GHOST, self._on_everybody_told)
        self.content.attach(self)

    @property
    def document_id(self) -> str:
        """Which document the page shows now."""
        return self._shown.document_id

    # -- suggestions

    @property
    def keymap(self) -> GhostKeymap:
        """Which keys do what to a suggestion."""
        return self._keymap

    def set_keymap(self, keymap: GhostKeymap) -> None:
        """Rebind the keys."""
        self._keymap = keymap
        self.set_show_tab_hint(self._wants_tab_hint)

    def set_rebound_keys(self, keys: Collection[QKeySequence]) -> None:
        """Leave ``keys`` to the window, also where the page would undo, copy or zoom with them."""
        self._rebound = frozenset(keys)

    def set_ghost_keys(self, keys: GhostKeys | None) -> None:
        """Who answers the keys of :attr:`keymap`."""
        self._ghost_keys = keys

    def set_first_answer(self, first: FirstAnswer | None) -> None:
        """Who is asked first about keys and clicks."""
        self._first_answer = first

    def set_show_tab_hint(self, shown: bool) -> None:
        """Whether a small key cap "Tab" stands after the ghost, as long as Tab accepts it."""
        self._wants_tab_hint = shown
        accepts = (GhostAction.ACCEPT_WORD, GhostAction.ACCEPT_ALL)
        self._ghost.set_tab_hint(
            shown and any(_TAB in self._keymap.get(action, ()) for action in accepts)
        )

    @property
    def ghost_text(self) -> str:
        """What is shown now; empty when nothing is."""
        return self._ghost.text

    # -- cowrite.suggest.ports.Page

    def caret_context(self) -> CaretContext:
        """The text around the caret: up to 6,000 characters before and 600 after."""
        cursor = self.textCursor()
        number, units = cursor.blockNumber(), cursor.positionInBlock()
        return CaretContext(
            document_id=self.document_id,
            revision=self.revision,
            offset=cursor.position(),
            before=self.content.mirror.before(number, units, CONTEXT_BEFORE_CHARACTERS),
            after=self.content.mirror.after(number, units, CONTEXT_AFTER_CHARACTERS),
            length=self.content.length,
            has_selection=cursor.hasSelection(),
            has_focus=self.hasFocus() and not self.is_held,
            read_only=self.isReadOnly(),
        )

    def insert_accepted(self, text: str) -> None:
        """Insert at the caret as an undo step of its own; reported as ACCEPTED before returning."""
        self.insert_step(text, ChangeKind.ACCEPTED)

    def show_ghost(self, text: str, *, index: int = 0, count: int = 1) -> None:
        """Show ``text`` at the caret, or replace what is shown.

        Nothing is shown while an input method composes: Qt has one place for both.
        """
        if self.is_composing:
            return
        if not text:
            self.hide_ghost()
            return
        self.slot_wanted.emit()
        self._vouched = self.content.telling
        position = self.textCursor().position()
        fade = not self.reduced_motion
        self._ghost.show(text, position, index=index, count=count, fade=fade)
        self._ghost_accessibility.show(text, index=index, count=count)
        self.ghost_numbered.emit(index + 1, count)
        self._place_caret()

    def hide_ghost(self) -> None:
        """Show no suggestion."""
        self._ghost.hide()
        self._ghost_accessibility.hide()
        self.ghost_numbered.emit(0, 0)
        self._place_caret()

    def strike_ghost(self) -> None:
        """Draw a line through what is shown, until something else is."""
        self._ghost.strike()

    def dismiss_ghost(self) -> None:
        """Drop the ghost because the writer is about to go elsewhere, and let it be known."""
        if self.ghost_text:
            self.hide_ghost()
            self.caret_moved.emit()

    # -- the ghost follows the text

    def prepare_to_load(self, characters: int, paragraphs: int) -> QTextBlockFormat:
        """A text of that size comes, and undo is off: set up the document; returns the format of its paragraphs."""
        self.hide_ghost()
        return super().prepare_to_load(characters, paragraphs)

    def take_note(self, difference: Difference, kind: ChangeKind) -> None:
        """The text changed; its paragraphs are not laid out again yet."""
        super().take_note(difference, kind)
        at, inserted = difference.offset, difference.inserted
        if kind is ChangeKind.LOADED and (difference.removed or not at):  # not a further part
            self.layers.reset()
            self._wide_marks.dress_all()
        else:
            self.layers.follow_edit(at, difference.removed, utf16_length(inserted))
            self._wide_marks.follow_edit(at, inserted)
        self._ghost.follow_edit(at, difference.removed, inserted, keep=kind in _WRITING)

    def laid_out(self) -> None:
        """The changed paragraphs are laid out."""
        self._ghost.settle()

    def _on_everybody_told(self, change: TextChange) -> None:
        """Hide a ghost that nobody showed while the change was told."""
        if not self.ghost_text:
            return  # one of thousands that are made at once must cost nothing
        if change.kind is not ChangeKind.ACCEPTED and self._vouched is not change:
            self.hide_ghost()

    def _composing_begins(self) -> None:
        self.slot_wanted.emit()
        self.hide_ghost()

    # -- keys

    def event(self, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._is_answered_first(event) or self._wanted_action(event) is not None:
                event.accept()  # the page comes before a menu with the same key
                return True
            if self._is_rebound(event):
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        first = self._first_answer
        if self._is_answered_first(event) and first is not None:
            event.accept()
            if first.press_key(pressed_key(event)):
                return
        action = self._wanted_action(event)
        if action is not None and self._answer(action):
            event.accept()
            return
        if self._is_rebound(event):
            event.ignore()
            return
        step = zoom_step(event)
        if step is not None:
            self.zoom_by(step)
        elif self.isReadOnly():
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo()
        elif is_new_line(event):
            self.type_text("\n")
        elif (deeper := shifts(event, self.textCursor())) is not None:
            if not self.shift(deeper=deeper) and deeper:
                self.type_text(event.text())
        elif types_text(event):
            self.type_text(event.text())
        elif is_idle_here(event):
            event.ignore()
        else:
            self._press_other_key(event)

    def _press_other_key(self, event: QKeyEvent) -> None:
        """A key that edits or moves as Qt does it, over lines as they are without the ghost."""
        if moves_caret(event):
            self.slot_wanted.emit()
            self.dismiss_ghost()
        if event.matches(QKeySequence.StandardKey.Delete):
            self.take_in_whole_character()
        before = self.textCursor().position(), self.revision
        super().keyPressEvent(event)
        if (self.textCursor().position(), self.revision) != before:
            self.keep_caret_comfortable()

    @property
    def is_held(self) -> bool:
        """Whether ordinary keys are about something else than the text now, such as a proposed change."""
        return self._first_answer is not None and self._first_answer.has_keyboard

    def _is_answered_first(self, event: QKeyEvent) -> bool:
        first = self._first_answer
        return first is not None and first.wants_key(pressed_key(event))

    def _wanted_action(self, event: QKeyEvent) -> GhostAction | None:
        if self._ghost_keys is None or self.isReadOnly():
            return None
        action = action_of(event, self._keymap)
        return None if action in NEEDS_GHOST and not self.ghost_text else action

    def _answer(self, action: GhostAction) -> bool:
        return self._ghost_keys is not None and answer(self._ghost_keys, action)

    def _is_rebound(self, event: QKeyEvent) -> bool:
        return bool(self._rebound) and pressed_key(event) in self._rebound

    # -- input methods

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: D102 - Qt's name
        super().inputMethodEvent(event)
        if self.ghost_text:
            self._ghost.reflow()  # an event with nothing in it makes Qt empty the place of both

    # -- positions on screen

    def position_at(self, point: QPoint | QPointF) -> int:
        """The document position nearest to a point of the viewport, whether or not a ghost is shown."""
        place = QPointF(point) + QPointF(0, self._bar.value())
        layout = self.document().documentLayout()
        hit = layout.hitTest(place, Qt.HitTestAccuracy.FuzzyHit)
        return self.layers.document_position(hit, place.y())

    def cursorForPosition(self, pos: QPoint) -> QTextCursor:  # noqa: D102 - Qt's name
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(self.position_at(pos), self.document().characterCount() - 1))
        return cursor

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's name
        first, is_left = self._first_answer, event.button() == Qt.MouseButton.LeftButton
        if first is not None and is_left and first.click(self.position_at(event.position())):
            event.accept()
            return
        super().mousePressEvent(self._without_ghost(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's name
        super().mouseDoubleClickEvent(self._without_ghost(event))

    def _without_ghost(self, event: QMouseEvent) -> QMouseEvent:
        """The click moved to where its text will be once the ghost is gone."""
        if not self.layers.is_slot_filled or event.button() == Qt.MouseButton.RightButton:
            return event
        cursor = self.cursorForPosition(event.position().toPoint())
        self.slot_wanted.emit()
        self.dismiss_ghost()
        return moved_mouse_event(event, QPointF(self.cursorRect(cursor).center()))

    def _caret_index(self, block: QTextBlock) -> int:
        index = super()._caret_index(block)
        return index + self.layers.slot_before(block, index)

    def caret_rect(self) -> QRect:
        """Where the caret is painted, in viewport pixels: before the ghost, on the typed line."""
        cursor = self.textCursor()
        if self._ghost.opens_line(cursor.position()):
            block, index = cursor.block(), cursor.positionInBlock()
            number = block.layout().lineForTextPosition(index).lineNumber()
            return self._rect_in_line(block, block.layout().lineAt(number - 1), index)
        return super().caret_rect()

    # -- looks

    def set_theme(self, theme: Theme) -> None:
        """Use the theme's colours."""
        super().set_theme(theme)
        self._ghost.set_theme(theme)

    def set_face(self, face: BodyFace | str) -> None:
        """Set the prose in "serif", "sans" or "mono", or in an installed font."""
        super().set_face(face)
        self._wide_marks.set_body(self.font())
        self._reflow_ghost()

    def _lay_out_page(self) -> None:
        super()._lay_out_page()
        # Only where its lines may break elsewhere: the ghost's height moves the top margin, which leads here again.
        breaks_by = (self.viewport().width(), self.zoom)
        if breaks_by != self._ghost_breaks_by:
            self._ghost_breaks_by = breaks_by
            self._reflow_ghost()

    def _reflow_ghost(self) -> None:
        self._ghost.reflow()
        self._place_caret()

    def _paint_over(self, painter: QPainter) -> None:
        painter.save()
        painter.translate(0, -self._bar.value())
        if self.textCursor().hasSelection():
            # What is selected covers what is below the text; new words that are proposed stay to be read.
            top, metrics = float(self._bar.value()), self.body_metrics()
            bottom, scale = top + self.viewport().height(), self.measures.scale
            self.layers.paint_under(painter, top, bottom, metrics, scale, Layer.PROPOSALS)
        self._ghost.paint_beside(painter)
        painter.restore()
