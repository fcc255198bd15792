"""A page, and the other half of it while it is split.

The page is the half in which the writer is. To go to the other one, the two change places: each takes the other's
caret, selection, scroll and room, so that nothing moves in sight (docs/adr/0047).
"""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QWidget

from cowrite.documents.session import SplitPlace
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.page.caret import nearest_place
from cowrite.editor.page.column_edit import moved_mouse_event
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.page.split.anchor import Anchor
from cowrite.editor.page.split.divider import THICKNESS_PX, Divider
from cowrite.editor.page.split.other_half import OtherHalf

SMALLEST_SHARE = 0.15
_EVEN = 0.5


class Split(Enum):
    """How a page is divided."""

    ABOVE_AND_BELOW = "above_and_below"
    SIDE_BY_SIDE = "side_by_side"


class SplitPage(QWidget):
    """``page`` with all the room, or with half of it. Signal: ``changed()`` split, made whole or the halves swapped."""

    accessible_role = Role.Client
    changed = Signal()

    def __init__(self, page: PageEdit) -> None:
        super().__init__()
        self.page = page
        page.setParent(self)
        self.other: OtherHalf | None = None
        self._split: Split | None = None
        self._page_is_first = True
        self._share = _EVEN
        self._divider = Divider(page, self)
        self._divider.dragged.connect(self._on_dragged)
        self._divider.reset_asked.connect(self._on_reset)
        self._divider.hide()
        self.setFocusProxy(page)

    @property
    def split(self) -> Split | None:
        """How it is divided; None if it is not."""
        return self._split

    @property
    def page_is_first(self) -> bool:
        """Whether the half in which the writer is is the upper one, or the left one; also if there is no other."""
        return self._page_is_first

    # -- divided and made whole

    def switch(self, split: Split) -> None:
        """Divide it in this way; make it whole if it is divided so."""
        if self._split is split:
            self.make_whole()
        else:
            self.divide(split)

    def divide(self, split: Split) -> None:
        """Show the text in two halves. What was in sight stays in sight; the writer stays where the caret is."""
        if self._split is split:
            return
        held = self._hold()
        caret = self._caret_in_pane()
        other = self.other or OtherHalf(self.page, self)
        was_whole, self.other, self._split = self.other is None, other, split
        if was_whole:
            other.entered.connect(self._on_entered)
            other.menu_asked.connect(self._on_menu_asked)
            above_and_below = split is Split.ABOVE_AND_BELOW
            border = self._rooms()[0].bottom()
            self._page_is_first = not (above_and_below and caret.y() > border)
        self._arrange()
        self._show_where(held)
        if was_whole:
            self._show_other_where(held)
            other.begin_in_sight()
        other.show()
        self._divider.show()
        self._keep_caret_seen()
        self.changed.emit()

    def make_whole(self) -> None:
        """Show one place of the text again: that of the half in which the writer is."""
        if self.other is None:
            return
        held, was_seen = self._hold(), self._caret_is_seen()
        other, self.other, self._split = self.other, None, None
        other.end()
        self._divider.hide()
        self._page_is_first = True
        self._arrange()
        self._show_where(held)
        if was_seen:
            self._keep_caret_seen()
        self.changed.emit()

    def swap(self) -> None:
        """Let the writer be in the other half. Does nothing while there is none."""
        other, page = self.other, self.page
        if other is None:
            return
        page.end_composing()
        bar, mine, theirs = page.verticalScrollBar(), page.textCursor(), self._place_of(other)
        if mine.position() != theirs.position():
            page.dismiss_ghost()
        here, there = Anchor(page.document()), Anchor(page.document())
        here.hold(bar.value())
        there.hold(other.scrolled_to)
        self.setUpdatesEnabled(False)
        self._page_is_first = not self._page_is_first
        self._arrange()
        bar.setValue(round(there.y))
        page.setTextCursor(theirs)
        bar.setValue(round(there.y))  # Qt has scrolled to the caret, which need not be in sight
        other.put_place(mine)
        other.show_place(here.y)
        self.setUpdatesEnabled(True)
        self.changed.emit()

    @staticmethod
    def _place_of(other: OtherHalf) -> QTextCursor:
        """The caret of a half, where one may stand: the text may have changed since it was put there."""
        document = other.place.document()
        place = QTextCursor(document)
        place.setPosition(nearest_place(document, other.place.anchor()))
        place.setPosition(
            nearest_place(document, other.place.position()), QTextCursor.MoveMode.KeepAnchor
        )
        return place

    # -- what stays where it is

    def _hold(self) -> tuple[Anchor, int]:
        """The text at the upper edge of the page, and where that edge is, in pixels of this widget."""
        anchor = Anchor(self.page.document())
        anchor.hold(self.page.verticalScrollBar().value())
        return anchor, self._text_top(self.page, self.page.viewportMargins().top())

    def _show_where(self, held: tuple[Anchor, int]) -> None:
        anchor, top = held
        moved = self._text_top(self.page, self.page.viewportMargins().top()) - top
        self.page.verticalScrollBar().setValue(round(anchor.y) + self._down(moved))

    def _show_other_where(self, held: tuple[Anchor, int]) -> None:
        anchor, top = held
        if self.other is not None:
            moved = self._text_top(self.other, self.other.top_margin) - top
            self.other.show_place(anchor.y + self._down(moved))

    def _down(self, moved: int) -> int:
        return 0 if self._split is Split.SIDE_BY_SIDE else moved

    @staticmethod
    def _text_top(half: QWidget, margin: int) -> int:
        return half.y() + margin

    def _caret_in_pane(self) -> QPoint:
        page = self.page
        return page.viewport().mapTo(self, page.caret_rect().center())

    def _caret_is_seen(self) -> bool:
        rect = self.page.caret_rect()
        return rect.top() >= 0 and rect.bottom() < self.page.viewport().height()

    def _keep_caret_seen(self) -> None:
        if not self._caret_is_seen():
            self.page.keep_caret_comfortable()

    # -- room

    def fit(self, size: QSize) -> None:
        """Be that large before it is shown, so that a long text is laid out once."""
        self.resize(size)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102 - Qt's name
        super().resizeEvent(event)
        self._arrange()

    def _rooms(self) -> tuple[QRect, QRect]:
        """Of the first and the second half. Side by side both are as wide, for they share one layout."""
        whole = self.rect()
        if self._split is Split.SIDE_BY_SIDE:
            width = (whole.width() - THICKNESS_PX) // 2
            first = QRect(0, 0, width, whole.height())
            return first, QRect(whole.width() - width, 0, width, whole.height())
        height = round((whole.height() - THICKNESS_PX) * self._share)
        below = height + THICKNESS_PX
        first = QRect(0, 0, whole.width(), height)
        return first, QRect(0, below, whole.width(), whole.height() - below)

    def _arrange(self) -> None:
        if self.other is None:
            self.page.setGeometry(self.rect())
            return
        first, second = self._rooms()
        page, other = (first, second) if self._page_is_first else (second, first)
        self.page.setGeometry(page)
        self.other.setGeometry(other)
        upright = self._split is Split.SIDE_BY_SIDE
        between = QRect(first.topLeft(), second.bottomRight())
        if upright:
            between.setLeft(first.right() + 1)
            between.setRight(second.left() - 1)
        else:
            between.setTop(first.bottom() + 1)
            between.setBottom(second.top() - 1)
        self._divider.set_upright(upright)
        self._divider.setGeometry(between)

    def _on_dragged(self, y: int) -> None:
        room = max(1, self.height() - THICKNESS_PX)
        self._set_share((y - THICKNESS_PX // 2) / room)

    def _on_reset(self) -> None:
        self._set_share(_EVEN)

    def _set_share(self, share: float) -> None:
        """Give the first half so much of the page; the text in the second one keeps its place below the divider."""
        self._share = max(SMALLEST_SHARE, min(1 - SMALLEST_SHARE, share))
        self._arrange()

    def restyle(self) -> None:
        """The page looks different now."""
        self._divider.update()
        if self.other is not None:
            self.other.restyle()

    # -- to come back to it

    def name_anew(self) -> None:
        """Be called in the language of the interface."""
        self._divider.name_anew()
        if self.other is not None:
            self.other.name_anew()

    def other_place(self) -> SplitPlace | None:
        """Where the other half is; None if there is none."""
        if self.other is None or self._split is None:
            return None
        return SplitPlace(
            split=self._split.value,
            caret=self.other.place.position(),
            scroll=self.other.scrolled_to,
            is_first=not self._page_is_first,
            share=self._share,
        )

    def restore(self, place: SplitPlace) -> None:
        """Be divided as it was. The page is shown already, and scrolled afterwards."""
        self._share = max(SMALLEST_SHARE, min(1 - SMALLEST_SHARE, place.share))
        self.divide(Split(place.split))
        self._page_is_first = not place.is_first
        self._arrange()
        if self.other is not None:
            self.other.place.setPosition(nearest_place(self.page.document(), place.caret))
            self.other.show_place(place.scroll)

    # -- mouse

    def _on_entered(self, event: QMouseEvent) -> None:
        """A click in the other half: go there, and click there."""
        page, other = self.page, self.other
        if other is None:
            return
        clicked = other.position_at(event.position())
        had_ghost = bool(page.ghost_text)
        self.swap()
        page.setFocus(Qt.FocusReason.MouseFocusReason)
        here = page.viewport().mapFromGlobal(event.globalPosition())
        if had_ghost:  # without it the text stands elsewhere
            cursor = QTextCursor(page.document())
            cursor.setPosition(clicked)
            here = page.cursorRect(cursor).center().toPointF()
        QApplication.sendEvent(page.viewport(), moved_mouse_event(event, here))

    def _on_menu_asked(self, event: QContextMenuEvent) -> None:
        self.swap()
        self.page.setFocus(Qt.FocusReason.MouseFocusReason)
        self.page.contextMenuEvent(event)
