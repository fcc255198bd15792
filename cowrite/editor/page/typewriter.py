"""Typewriter scrolling: the line being written stays in the middle, and the paper moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation

from cowrite.editor.page.geometry import PageGeometry

if TYPE_CHECKING:  # a page has its typewriter
    from cowrite.editor.page.column_edit import ColumnEdit

SCROLL_MS = 120
_SMOOTH_LINES = 4


class TypewriterScroll(QObject):
    """Follows the caret of ``page`` while it is on. The wheel and the scroll bar stay free: the next key comes back."""

    def __init__(self, page: ColumnEdit, geometry: PageGeometry) -> None:
        super().__init__(page)
        self._page = page
        self._geometry = geometry
        self._bar = page.verticalScrollBar()
        self.is_on = False
        self._is_moving = False
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(SCROLL_MS)
        self._animation.setEasingCurve(QEasingCurve.Type.OutQuad)
        self._animation.valueChanged.connect(self._move_to)
        self._bar.rangeChanged.connect(self._on_range)
        self._bar.valueChanged.connect(self._on_moved)

    def set_on(self, on: bool) -> None:
        """Keep the line being written in the middle from now on, or no more."""
        if on == self.is_on:
            return
        self.is_on = on
        self._animation.stop()
        if on:
            self._on_range(self._bar.minimum(), self._bar.maximum())
            self.follow()
        else:
            size = self._page.document().size().height()
            self._bar.setMaximum(max(0, round(size) - self._page.viewport().height()))
            self._page.keep_caret_comfortable()

    def follow(self) -> None:
        """Bring the line with the caret to the middle."""
        self._on_range(self._bar.minimum(), self._bar.maximum())
        rect = self._page.caret_rect()
        target = self._bar.value() + rect.center().y() - self._middle()
        target = max(self._bar.minimum(), min(self._bar.maximum(), target))
        if self._animation.state() is QVariantAnimation.State.Running:
            if target == self._animation.endValue():
                return
            self._animation.stop()
        way = abs(target - self._bar.value())
        if self._page.reduced_motion or way > _SMOOTH_LINES * self._geometry.line_pitch:
            self._move_to(target)
        elif way:
            self._animation.setStartValue(self._bar.value())
            self._animation.setEndValue(target)
            self._animation.start()

    def _middle(self) -> int:
        """The middle of the page, in pixels of its viewport."""
        return self._page.height() // 2 - self._page.viewportMargins().top()

    def _move_to(self, value: int) -> None:
        self._is_moving = True
        self._bar.setValue(value)
        self._is_moving = False

    def _on_moved(self) -> None:
        if not self._is_moving:
            self._animation.stop()  # by the wheel: the writer looks at something else

    def _on_range(self, _low: int, high: int) -> None:
        """Leave room below the text, so that its last line can stand in the middle."""
        if not self.is_on:
            return
        last_line = self._page.document().size().height() - self._geometry.tail
        needed = round(last_line - self._geometry.line_pitch / 2) - self._middle()
        if needed > high:
            value = self._animation.endValue() if self._is_running else self._bar.value()
            self._bar.setMaximum(needed)
            if self._is_running:
                self._animation.setEndValue(min(value, needed))

    @property
    def _is_running(self) -> bool:
        return self._animation.state() is QVariantAnimation.State.Running
