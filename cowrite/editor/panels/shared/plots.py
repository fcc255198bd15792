"""The plots of the insights, in the theme's colours and typeface. Imports numpy, so only where a window asks for it.

One idea each. They are looked at, not handled: the wheel scrolls the window, and the numbers are in a table. Each
function gives a widget; the library they are made with has no types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QFrame, QSizePolicy

from cowrite.decisions.statistics.counts import LONGEST_LENGTH, Counts
from cowrite.decisions.statistics.rates import Rate
from cowrite.decisions.statistics.report import ORIGINAL_MODEL, percent
from cowrite.decisions.statistics.statistics import Statistics
from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.localization import tr, trn
from cowrite.localization.dates import day_text, weekday_text
from cowrite.localization.numbers import percent_text

# It works around ends of programs that are not ours, and touches every object to do so.
pg.setConfigOptions(antialias=True, exitCleanup=False)

MOST_DAYS = 62
"""More than so many days are drawn by the week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dress:
    """How plots look; ``font`` is that of the axes."""

    theme: Theme
    font: QFont

    @property
    def em(self) -> float:
        """The height of a line in pixels."""
        return QFontMetricsF(self.font).height()


@dataclass(frozen=True, slots=True)
class Shade:
    """The colours of a kind of bars; the edge is what is told from the page."""

    fill: str
    edge: str


def shades(theme: Theme) -> tuple[Shade, Shade, Shade]:
    """The colours of what was shown, taken and kept: each stands out more."""
    shown = Shade(mixed(theme.page, theme.ink, 0.12), mixed(theme.page, theme.ink, 0.8))
    taken = mixed(theme.page, theme.accent, 0.75)
    kept = mixed(theme.accent, theme.ink, 0.4)
    return shown, Shade(taken, taken), Shade(kept, kept)


def day_plot(statistics: Statistics, dress: Dress) -> Any:
    """Suggestions shown, and within these those taken, and within these those still there."""
    columns, step = _columns(statistics)
    plot = bare_plot(dress, lines=14)
    xs = [day.toordinal() for day in columns]
    figures = (
        [each.shown for each in columns.values()],
        [each.taken for each in columns.values()],
        [each.kept for each in columns.values()],
    )
    for heights, shade in zip(figures, shades(dress.theme), strict=True):
        bars = pg.BarGraphItem(
            x=xs, height=heights, width=0.72 * step, brush=shade.fill, pen=pg.mkPen(shade.edge)
        )
        plot.addItem(bars)
    _ticks_of_days(plot, xs)
    _whole_numbers(plot, max(figures[0], default=0), dress)
    plot.setXRange(xs[0] - 0.6 * step, xs[-1] + 0.6 * step, padding=0)
    return plot


def hour_plot(statistics: Statistics, dress: Dress) -> Any:
    """How often what is shown is taken, by the hour."""
    points = [(hour + 0.5, each.taken_rate) for hour, each in statistics.hours.items()]
    plot = bare_plot(dress, lines=12)
    _add_rates(plot, points, dress)
    first = min((hour for hour in statistics.hours), default=0)
    last = max((hour for hour in statistics.hours), default=23) + 1
    every = 1 if last - first <= 6 else 3
    plot.getAxis("bottom").setTicks([[(h, f"{h}:00") for h in range(25) if h % every == 0]])
    plot.setXRange(first - 0.3, last + 0.3, padding=0)
    return plot


def length_plot(statistics: Statistics, dress: Dress) -> Any:
    """How often what is shown is taken, by its length."""
    points = [(words, each.taken_rate) for words, each in statistics.lengths.items()]
    plot = bare_plot(dress, lines=12)
    _add_rates(plot, points, dress, named=True)
    plot.getAxis("bottom").setTicks(
        [[(words, _short_length(words)) for words in range(1, LONGEST_LENGTH + 1)]]
    )
    plot.setXRange(0.4, LONGEST_LENGTH + 0.9, padding=0)
    return plot


def version_plot(statistics: Statistics, dress: Dress) -> Any:
    """How often what is shown is taken, version by version."""
    points = [(at, each.counts.taken_rate) for at, each in enumerate(statistics.versions)]
    plot = bare_plot(dress, lines=12)
    _add_rates(plot, points, dress, named=True)
    names = [
        (
            at,
            tr(
                "{version}\nfrom {day}",
                version=each.adapter or tr(ORIGINAL_MODEL),
                day=_short_day(each.first),
            ),
        )
        for at, each in enumerate(statistics.versions)
    ]
    plot.getAxis("bottom").setTicks([names])
    plot.getAxis("bottom").setHeight(2.8 * dress.em)
    plot.setXRange(-0.6, max(1, len(points) - 1) + 0.8, padding=0)
    return plot


def bare_plot(dress: Dress, *, lines: float) -> Any:
    """A plot with quiet axes and nothing in it, at least ``lines`` lines of text high."""
    theme, font = dress.theme, dress.font
    plot = pg.PlotWidget(background=QColor(theme.page))
    plot.setFrameShape(QFrame.Shape.NoFrame)
    plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.setMinimumHeight(round(lines * dress.em))
    plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setMouseEnabled(x=False, y=False)
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(pg.mkPen(mixed(theme.page, theme.ink, 0.24)))
        axis.setTextPen(pg.mkPen(theme.quiet))
        axis.setStyle(tickFont=font, tickLength=0, tickTextOffset=round(dress.em / 3))
    plot.getAxis("left").setPen(pg.mkPen(None))
    plot.getAxis("bottom").setHeight(1.7 * dress.em)
    return plot


def _add_rates(
    plot: Any, points: Sequence[tuple[float, Rate]], dress: Dress, *, named: bool = False
) -> None:
    """A dot for each rate, and a line over where it may really lie; ``named`` ones have their figure beside them."""
    theme = dress.theme
    known = [(x, rate, rate.share) for x, rate in points if rate.share is not None]
    if not known:
        return  # of what was shown, no length is known
    highest = max((rate.interval[1] for _, rate, _ in known), default=1.0)
    top = next(each for each in (0.25, 0.5, 0.75, 1.0) if highest <= each or each == 1.0)
    levels = [level for level in (0.25, 0.5, 0.75, 1.0) if level <= top]
    grid_lines(plot, [100 * level for level in levels], dress)
    line = pg.mkPen(mixed(theme.page, theme.accent, 0.5), width=dress.em / 6)
    line.setCapStyle(Qt.PenCapStyle.RoundCap)
    ends = np.array([(x, 100 * end) for x, rate, _ in known for end in rate.interval])
    plot.addItem(pg.PlotCurveItem(ends[:, 0], ends[:, 1], connect="pairs", pen=line))
    plot.addItem(
        pg.ScatterPlotItem(
            [x for x, _, _ in known],
            [100 * share for _, _, share in known],
            size=dress.em / 2,
            brush=theme.accent,
            pen=pg.mkPen(theme.page),
        )
    )
    for x, rate, share in known if named else ():
        text = pg.TextItem(f"  {percent(rate)}", color=theme.ink, anchor=(0, 0.5))
        text.setFont(dress.font)
        text.setPos(x, 100 * share)
        plot.addItem(text)
    left_ticks(plot, [(100 * at, percent_text(100 * at)) for at in (0.0, *levels)], dress)
    plot.setYRange(0, 100 * top * 1.04, padding=0)


def _whole_numbers(plot: Any, highest: int, dress: Dress) -> None:
    """Three or four ticks at round whole numbers."""
    step = 1
    while highest / step > 4:
        step = _next_round(step)
    levels = range(0, max(highest, 1) + 1, step)
    grid_lines(plot, levels[1:], dress)
    left_ticks(plot, [(level, f"{level:,}") for level in levels], dress)
    plot.setYRange(0, max(highest, 1) * 1.06, padding=0)


def left_ticks(plot: Any, ticks: Sequence[tuple[float, str]], dress: Dress) -> None:
    """With room for the longest: by itself an axis makes it after the first painting only."""
    metrics = QFontMetricsF(dress.font)
    axis = plot.getAxis("left")
    axis.setWidth(max(metrics.horizontalAdvance(text) for _, text in ticks) + dress.em)
    axis.setTicks([ticks])


def _next_round(step: int) -> int:
    """1, 2, 5, 10, 20, 50 and so on."""
    return step * 5 // 2 if str(step).startswith("2") else step * 2


def grid_lines(plot: Any, levels: Sequence[float], dress: Dress) -> list[Any]:
    """A faint line across at each level; what was added."""
    added = []
    pen = pg.mkPen(mixed(dress.theme.page, dress.theme.ink, 0.1))
    for level in levels:
        line = pg.InfiniteLine(pos=level, angle=0, pen=pen)
        line.setZValue(-10)
        plot.addItem(line)
        added.append(line)
    return added


def _columns(statistics: Statistics) -> tuple[Mapping[date, Counts], int]:
    """What each column counts by its first day, those with nothing too; and how many days one is."""
    first = statistics.since or min(statistics.days, default=statistics.until)
    count = (statistics.until - first).days + 1
    step = 1 if count <= MOST_DAYS else 7
    columns = {first + timedelta(days=at): Counts() for at in range(0, count, step)}
    for day, counts in statistics.days.items():
        columns[first + timedelta(days=(day - first).days // step * step)].add(counts)
    return columns, step


def _ticks_of_days(plot: Any, xs: Sequence[int]) -> None:
    """As many days named as there is room for."""
    every = max(1, -(-len(xs) // 8))
    named = [x for at, x in enumerate(reversed(xs)) if at % every == 0]
    plot.getAxis("bottom").setTicks(
        [[(x, _short_day(date.fromordinal(x), weekday=len(xs) <= 7)) for x in named]]
    )


def _short_length(words: int) -> str:
    if words == 1:
        return trn("{count} word", "{count} words", 1)
    return f"{words}{'+' if words == LONGEST_LENGTH else ''}"


def _short_day(day: date, *, weekday: bool = False) -> str:
    if weekday:
        return tr("{weekday} {day}", weekday=weekday_text(day, short=True), day=day.day)
    return day_text(day, year=False, short=True)
