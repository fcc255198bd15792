"""Shows where the words on a page come from: marks below the text and a legend, when the writer asks for it.

Nothing of it is in the document, its layout, the undo stack or the clipboard: it is painted on the page before the text
is. Only the paragraphs in sight are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent, QTextBlock
from PySide6.QtWidgets import QLabel, QWidget

from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.appearance.theme import Theme
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.connections import Connections
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.page.layer_ranges import Layer, LayerRange, LinePart
from cowrite.editor.panels.provenance.origin_marks import MARKS, Mark, paint_mark
from cowrite.localization import tr
from cowrite.provenance.authorship_share import Kind, kind_of
from cowrite.settings.preferences import Preferences

_GRID_PX = 8
ALWAYS_NAMED = (Kind.ACCEPTED, Kind.EDITED, Kind.PASTED, Kind.LOADED)


class OriginView(QObject):
    """The marks of whichever page is in front, off at first. Signal: ``switched(bool)``."""

    switched = Signal(bool)

    def __init__(self, view: DocumentView, appearance: Appearance, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._following = Connections()
        self._is_on = False
        self.legend = OriginLegend(appearance)
        self.legend.hide()
        self.follow(view)

    @property
    def is_on(self) -> bool:
        """Whether it is shown."""
        return self._is_on

    def follow(self, view: DocumentView) -> None:
        """Another view is in front: mark that one, and the one before no more."""
        self._following.end()
        self._serve(on=False)
        self._view = view
        self._following.add(view.document.provenance.changed, self._on_changed)
        self._serve(on=self._is_on)

    def switch(self) -> None:
        """Show it, or not."""
        self._is_on = not self._is_on
        self._serve(on=self._is_on)
        self.legend.setVisible(self._is_on)
        self.switched.emit(self._is_on)

    def hide(self) -> None:
        """Show it no more. May be called again."""
        if self._is_on:
            self.switch()

    def _serve(self, *, on: bool) -> None:
        self._view.page.layers.serve(Layer.ORIGIN_MARKS, self._marks_of if on else None)

    def follow_preferences(self, chosen: Preferences) -> None:
        """Hide while the writer wants no help from a model."""
        if not chosen.assistance:
            self.hide()

    def close(self) -> None:
        """Paint nothing more."""
        self._following.end()
        self._serve(on=False)
        self.legend.close_down()

    def _on_changed(self) -> None:
        if self._is_on:
            # An edit in one line may change what the rest of a suggestion counts as.
            self._view.page.seen.repaint()

    def _marks_of(self, block: QTextBlock) -> Iterator[LayerRange]:
        """The marks of a paragraph; kinds that bear none are left out."""
        provenance = self._view.document.provenance
        ranges, sources = provenance.ranges, provenance.sources
        base = block.position()
        for start, run in ranges.between(base, base + block.length() - 1):
            mark = MARKS.get(kind_of(ranges, start, run, sources))
            if mark is not None:
                first = start - base
                paint = partial(_paint, mark, self._view.page.theme)
                yield LayerRange(start=first, end=first + run.length, underlay=paint)


def _paint(mark: Mark, theme: Theme, painter: QPainter, part: LinePart) -> None:
    paint_mark(painter, mark, theme, part.box, part.baseline, part.scale)


class OriginLegend(QWidget):
    """Explains the marks, on one line or as many as it takes."""

    accessible_role = Role.Grouping

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.setAccessibleName(tr("Authorship"))
        self._typed = QLabel(tr("Unmarked: typed by you"), self)
        self._samples = [_Sample(MARKS[kind], appearance.theme, self) for kind in ALWAYS_NAMED]
        appearance.changed.connect(self._follow_appearance)
        self._follow_appearance()

    def close_down(self) -> None:
        """Follow the look no more."""
        self._appearance.changed.disconnect(self._follow_appearance)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102 - Qt's name
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102 - Qt's name
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._arrange()

    def _follow_appearance(self) -> None:
        theme = self._appearance.theme
        self.setStyleSheet(f"QLabel {{ color: {theme.ink}; background: transparent; }}")
        self._typed.setContentsMargins(0, 0, 0, self._grid // 2)
        for sample in self._samples:
            sample.set_appearance(theme, self._appearance.scale)
        self._arrange()

    @property
    def _grid(self) -> int:
        return round(_GRID_PX * self._appearance.scale)

    def _arrange(self) -> None:
        """Put the labels side by side, and on a new line where the window ends."""
        grid = self._grid
        x, y, bottom = 2 * grid, grid, grid
        for label in (self._typed, *self._samples):
            size = label.sizeHint()
            if x > 2 * grid and x + size.width() > self.width() - 2 * grid:
                x, y = 2 * grid, bottom + grid // 2
            label.setGeometry(QRect(QPoint(x, y), size))
            x, bottom = x + size.width() + 3 * grid, y + size.height()
        self.setFixedHeight(bottom + grid // 2)


class _Sample(QLabel):
    """A name of the legend that bears its own mark."""

    def __init__(self, mark: Mark, theme: Theme, parent: QWidget) -> None:
        super().__init__(tr(mark.name), parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._mark, self._theme, self._scale = mark, theme, 1.0

    def set_appearance(self, theme: Theme, scale: float) -> None:
        """Use the theme's colours and this scale."""
        self._theme, self._scale = theme, scale
        self.setContentsMargins(0, 0, 0, round(_GRID_PX * scale) // 2)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics = QFontMetricsF(self.font())
        box = QRectF(self.contentsRect())
        middle = box.center().y()
        baseline = middle + (metrics.ascent() - metrics.descent()) / 2
        words = QRectF(box.left(), baseline - metrics.ascent(), box.width(), metrics.height())
        painter = QPainter(self)
        paint_mark(painter, self._mark, self._theme, words, baseline, self._scale)
        painter.end()
        super().paintEvent(event)
