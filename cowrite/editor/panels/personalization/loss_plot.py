"""How learning goes, as two lines: pages that it learns from, and pages that it has not seen.

Imports numpy, so only where a window asks for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt

from cowrite.editor.appearance.theme import mixed
from cowrite.editor.panels.shared.plots import Dress, bare_plot, grid_lines, left_ticks
from cowrite.localization.numbers import percent_text

Points = Sequence[tuple[float, float]]

_QUARTERS = (0, 25, 50, 75, 100)
_STEPS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
MOST_LEVELS = 4


def line_colours(dress: Dress) -> tuple[str, str]:
    """Of the pages that it learns from, and of those that it has not seen."""
    return mixed(dress.theme.page, dress.theme.ink, 0.4), dress.theme.accent


class LossPlot:
    """``widget`` shows it. The way is in percent, losses in nats per token; the scale grows and never shrinks."""

    def __init__(self, dress: Dress) -> None:
        self._dress = dress
        self._levels: list[float] = []
        self._lines: list[Any] = []
        self.widget = bare_plot(dress, lines=8)
        trained, unseen = line_colours(dress)
        self._train = pg.PlotCurveItem(pen=pg.mkPen(trained, width=dress.em / 10))
        line = pg.mkPen(unseen, width=dress.em / 6)
        line.setCapStyle(Qt.PenCapStyle.RoundCap)
        self._unseen = pg.PlotCurveItem(pen=line)
        self._dots = pg.ScatterPlotItem(
            size=dress.em / 2.2, brush=unseen, pen=pg.mkPen(dress.theme.page)
        )
        for item in (self._train, self._unseen, self._dots):
            self.widget.addItem(item)
        self.widget.getAxis("bottom").setTicks([[(at, percent_text(at)) for at in _QUARTERS]])
        self.widget.setXRange(-1, 104, padding=0)
        self._has_any = False
        self._scale([])

    def show(self, train: Points, unseen: Points) -> None:
        """Draw these (percent of the way, loss)."""
        self._train.setData([x for x, _ in train], [y for _, y in train])
        self._unseen.setData([x for x, _ in unseen], [y for _, y in unseen])
        self._dots.setData([x for x, _ in unseen], [y for _, y in unseen])
        self._scale([y for _, y in (*train, *unseen)])

    def _scale(self, losses: Sequence[float]) -> None:
        # What stood there before the first loss was known is no measure.
        levels = levels_for([*losses, *self._levels] if self._has_any else losses)
        self._has_any = bool(losses)
        if levels == self._levels:
            return
        self._levels = levels
        for line in self._lines:
            self.widget.removeItem(line)
        self._lines = grid_lines(self.widget, levels, self._dress)
        left_ticks(self.widget, [(level, f"{level:.2f}") for level in levels], self._dress)
        room = 0.04 * (levels[-1] - levels[0])
        self.widget.setYRange(levels[0] - room, levels[-1] + room, padding=0)


def levels_for(losses: Sequence[float]) -> list[float]:
    """Round levels, at most five of them, that have all ``losses`` between them."""
    low, high = min(losses, default=2.0), max(losses, default=4.0)
    high = max(high, low + 0.02)
    for step in _STEPS:
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first <= MOST_LEVELS:
            break
    return [round(at * step, 4) for at in range(first, max(last, first + 1) + 1)]
