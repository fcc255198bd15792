"""The figures and plots of one reading, as one tall page. Made anew for another reading, theme or size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from cowrite.decisions.statistics.report import (
    Table,
    day_table,
    grouped,
    headline,
    hour_table,
    length_table,
    occasion_table,
    one_digit,
    passage_table,
    percent,
    period,
    reason_counts,
    silence_table,
    version_table,
)
from cowrite.decisions.statistics.statistics import Statistics
from cowrite.decisions.statistics.time_words import amount, what_became
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.panels.shared.parts import (
    Bars,
    Figure,
    Section,
    key_label,
    quiet_label,
    table_style,
    table_widget,
)
from cowrite.localization import tr, tr_noop

SMALLEST_POINTS = 9.0
LIKELY = tr_noop(
    "In the charts below, dots are the share of suggestions you accepted, lines the 95 % confidence interval."
)


class Content(QWidget):
    """What is known of ``statistics``; the plots are left out until what draws them is there."""

    def __init__(self, statistics: Statistics, appearance: Appearance, *, with_plots: bool) -> None:
        super().__init__()
        self._statistics = statistics
        self._appearance = appearance
        self.sections: list[Section] = []
        self._likely: QLabel | None = None
        self.setAccessibleName(headline(statistics))
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setStyleSheet(table_style(appearance.theme))
        self._font = appearance.fonts.chrome(appearance.scale)
        self._font.setPointSizeF(max(self._font.pointSizeF(), SMALLEST_POINTS * appearance.scale))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.addWidget(quiet_label(period(statistics)))
        column.setSpacing(8)
        column.addLayout(self._figures())
        column.addSpacing(24)
        self._add_table(column, occasion_table(self._statistics))
        self._add_table(column, passage_table(self._statistics))
        if with_plots:
            self._add_plots(column)
        column.addStretch()

    def show_numbers(self, shown: bool) -> None:
        """Tables in place of the pictures, or the other way round."""
        for section in self.sections:
            section.show_numbers(shown)
        if self._likely is not None:
            self._likely.setVisible(not shown)

    def _figures(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(24)
        family = self._appearance.fonts.body().family()
        for row, figures in enumerate((_gains(self._statistics), _looks(self._statistics))):
            for column, (value, caption) in enumerate(figures):
                figure = Figure(value, caption, family=family, points=self._font.pointSizeF())
                grid.addWidget(figure, row, column)
                grid.setColumnStretch(column, 1)
        return grid

    def _add_table(self, column: QVBoxLayout, table: Table) -> None:
        """Other help than what came by itself, where there was some; the figures above and below leave it out."""
        if not table.rows:
            return
        heading = PlainLabel(table.title)
        heading.setStyleSheet("font-weight: 600;")
        column.addWidget(heading)
        widget = table_widget(table)
        widget.setFixedHeight(widget.minimumHeight())
        column.addWidget(widget)
        column.addSpacing(24)

    def _add_plots(self, column: QVBoxLayout) -> None:
        from cowrite.editor.panels.shared.plots import (
            Dress,
            day_plot,
            hour_plot,
            length_plot,
            shades,
            version_plot,
        )

        statistics = self._statistics
        dress = Dress(theme=self._appearance.theme, font=QFont(self._font))
        edges = [each.edge for each in shades(dress.theme)]
        picture = _keyed(day_plot(statistics, dress), edges)
        table = day_table(statistics)
        newest_first = replace(table, rows=tuple(reversed(table.rows)))
        column.addWidget(self._section(tr("Suggestions by day"), picture, newest_first))
        column.addSpacing(24)
        grid = QGridLayout()
        grid.setHorizontalSpacing(40)
        grid.setVerticalSpacing(32)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        places = (
            (
                tr("Accepted, by hour of the day"),
                hour_plot(statistics, dress),
                hour_table(statistics),
            ),
            (tr("Accepted, by length"), length_plot(statistics, dress), length_table(statistics)),
            (
                tr("Accepted, by version"),
                version_plot(statistics, dress),
                version_table(statistics),
            ),
            (
                tr("Why others were not shown"),
                Bars(reason_counts(statistics)),
                silence_table(statistics),
            ),
        )
        for at, (title, picture, table) in enumerate(places):
            grid.addWidget(self._section(title, picture, table), at // 2, at % 2)
        self._likely = quiet_label(tr(LIKELY))
        column.addWidget(self._likely)
        column.addSpacing(8)
        column.addLayout(grid)
        latency = _latency_sentence(statistics)
        if latency:
            column.addSpacing(16)
            column.addWidget(quiet_label(latency))

    def _section(self, title: str, picture: QWidget, table: Table) -> Section:
        section = Section(title, picture, table)
        self.sections.append(section)
        return section


def _keyed(plot: QWidget, colours: Sequence[str]) -> QWidget:
    """The plot with what its colours mean above it."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(
        key_label(
            list(zip((tr("shown"), tr("accepted"), tr("still in the text")), colours, strict=True)),
            hollow=1,
        )
    )
    column.addWidget(plot, 1)
    return whole


_Figures = tuple[tuple[str, str], ...]


def _gains(statistics: Statistics) -> _Figures:
    """What suggestions were worth."""
    total = statistics.total
    accepted = tr(
        "of suggestions accepted: {accepted:,} of {shown:,}",
        accepted=total.taken,
        shown=total.shown,
    )
    return (
        (grouped(statistics.characters_kept), tr("characters you did not have to type")),
        _time_figure(statistics),
        (percent(total.taken_rate), accepted),
        (percent(total.kept_rate), _kept_caption(statistics)),
    )


def _looks(statistics: Statistics) -> _Figures:
    """How often they asked for a look, and what a look gave."""
    total = statistics.total
    right = tr(
        "were right: accepted, or typed by you: {right:,} of {shown:,}",
        right=total.right,
        shown=total.shown,
    )
    looks, flashes = (statistics.per_100_words(n) for n in (total.glances, total.flashes))
    return (
        (percent(total.right_rate), right),
        (
            one_digit(total.characters_per_glance),
            tr("characters saved each time you looked at one"),
        ),
        (grouped(total.glances), tr("there long enough to notice"))
        if looks is None
        else (one_digit(looks), tr("per 100 words were there long enough to notice")),
        (grouped(total.flashes), tr("gone too soon to notice"))
        if flashes is None
        else (one_digit(flashes), tr("per 100 words were gone too soon to notice")),
    )


def _time_figure(statistics: Statistics) -> tuple[str, str]:
    saved = statistics.saved
    if saved is None:
        return "–", tr("time saved: nothing was shown while you typed")
    became = what_became(saved)
    if statistics.typing_interval_ms:
        return amount(saved), became
    return amount(saved), tr(
        "{time_saved}; your speed is not known yet, 5 keys a second assumed", time_saved=became
    )


def _kept_caption(statistics: Statistics) -> str:
    unknown = statistics.total.unknown
    if not unknown:
        return tr("of those accepted are still in the text")
    return tr("of those accepted are still in the text; {count:,} not checked yet", count=unknown)


def _latency_sentence(statistics: Statistics) -> str:
    half, most = statistics.latency.total_p50, statistics.latency.total_p95
    if half is None or most is None:
        return ""
    return tr(
        "The model’s answers: 50 % within {half:.1f} s, 95 % within {most:.1f} s.",
        half=round(half) / 1000,
        most=round(most) / 1000,
    )
