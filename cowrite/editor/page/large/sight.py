"""Keeps the layout of a large document told of what is in sight, and what is in sight where it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QTextEdit

from cowrite.editor.page.geometry import PageGeometry
from cowrite.editor.page.large.large_layout import LargeLayout


class Sight(QObject):
    """What of its document ``page`` shows. Does nothing until the document is said to be large."""

    def __init__(
        self, page: QTextEdit, geometry: PageGeometry, on_size_changed: Callable[[], None]
    ) -> None:
        super().__init__(page)
        self._page = page
        self._geometry = geometry
        self._on_size_changed = on_size_changed
        self._bar = page.verticalScrollBar()
        self._layout: LargeLayout | None = None
        page.document().documentLayout().documentSizeChanged.connect(on_size_changed)
        self._bar.valueChanged.connect(self.see)

    def lay_out_only_this(self) -> None:
        """A large text comes. Whatever is shown after it is laid out in this way too, which looks the same."""
        if self._layout is None:
            self._layout = LargeLayout(self._page.document())
            self._geometry.use_layout(self._layout)
            self._layout.documentSizeChanged.connect(self._on_size_changed)
            self._layout.moved_above.connect(self._on_moved_above)

    def see(self) -> None:
        """Have laid out what is in sight now. Call before painting."""
        if self._layout is not None:
            self._layout.see(self._bar.value(), self._page.viewport().height())

    def lay_out(self, top: float, height: float) -> None:
        """Have laid out what is seen elsewhere, ``height`` pixels from ``top`` on, with a page on either side."""
        if self._layout is not None:
            self._layout.lay_out(top - height, 3 * height)

    def _on_moved_above(self, pixels: int) -> None:
        self._bar.setValue(self._bar.value() + pixels)
        # Qt has moved what is painted, but the text is where it was in sight.
        self._page.viewport().update()
