"""The figures and plots of one reading, as one tall page. Made anew for another reading, theme or size."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from cowrite.decisions.statistics.report import (
    Table,
    day_table,
    grouped,
    headline,
    hour_table,
    latency_table,
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

SMALLEST_POINTS = 9.0
LIKELY = "In the charts below, dots are the share of suggestions you accepted, lines the 95 % confidence interval."


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
        picture = _keyed(day_plot(statistics, dress), shades(dress.theme))
        table = day_table(statistics)
        newest_first = replace(table, rows=tuple(reversed(table.rows)))
        column.addWidget(self._section("Suggestions by day", picture, newest_first))
        column.addSpacing(24)
        grid = QGridLayout()
        grid.setHorizontalSpacing(40)
        grid.setVerticalSpacing(32)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        places = (
            ("Accepted, by hour of the day", hour_plot(statistics, dress), hour_table(statistics)),
            ("Accepted, by length", length_plot(statistics, dress), length_table(statistics)),
            (
                "Accepted, by version",
                version_plot(statistics, dress),
                version_table(statistics),
            ),
            (
                "Why others were not shown",
                Bars(reason_counts(statistics)),
                silence_table(statistics),
            ),
        )
        for at, (title, picture, table) in enumerate(places):
            grid.addWidget(self._section(title, picture, table), at // 2, at % 2)
        self._likely = quiet_label(LIKELY)
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


def _keyed(plot: QWidget, colours: tuple[str, str, str]) -> QWidget:
    """The plot with what its colours mean above it."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(
        key_label(list(zip(("shown", "accepted", "still in the text"), colours, strict=True)))
    )
    column.addWidget(plot, 1)
    return whole


_Figures = tuple[tuple[str, str], ...]


def _gains(statistics: Statistics) -> _Figures:
    """What suggestions were worth."""
    total = statistics.total
    accepted = f"of suggestions accepted: {grouped(total.taken)} of {grouped(total.shown)}"
    return (
        (grouped(statistics.characters_kept), "characters you did not have to type"),
        _time_figure(statistics),
        (percent(total.taken_rate), accepted),
        (percent(total.kept_rate), _kept_caption(statistics)),
    )


def _looks(statistics: Statistics) -> _Figures:
    """How often they asked for a look, and what a look gave."""
    total = statistics.total
    right = (
        f"were right: accepted, or typed by you: {grouped(total.right)} of {grouped(total.shown)}"
    )
    looks, flashes = (statistics.per_100_words(n) for n in (total.glances, total.flashes))
    return (
        (percent(total.right_rate), right),
        (one_digit(total.characters_per_glance), "characters saved each time you looked at one"),
        _often(looks, total.glances, "there long enough to notice"),
        _often(flashes, total.flashes, "gone too soon to notice"),
    )


def _often(per_100_words: float | None, count: int, what: str) -> tuple[str, str]:
    if per_100_words is None:
        return grouped(count), what
    return one_digit(per_100_words), f"per 100 words were {what}"


def _time_figure(statistics: Statistics) -> tuple[str, str]:
    saved = statistics.saved
    if saved is None:
        return "–", "time saved: nothing was shown while you typed"
    speed = (
        ""
        if statistics.typing_interval_ms
        else "; your speed is not known yet, 5 keys a second assumed"
    )
    return amount(saved), f"{what_became(saved)}{speed}"


def _kept_caption(statistics: Statistics) -> str:
    unknown = statistics.total.unknown
    later = f"; {grouped(unknown)} not checked yet" if unknown else ""
    return f"of those accepted are still in the text{later}"


def _latency_sentence(statistics: Statistics) -> str:
    rows = {row[0]: row[1:] for row in latency_table(statistics).rows}
    if "the whole answer" not in rows:
        return ""
    half, most = (f"{int(ms) / 1000:.1f} s" for ms in rows["the whole answer"])
    return f"The model’s answers: 50 % within {half}, 95 % within {most}."
