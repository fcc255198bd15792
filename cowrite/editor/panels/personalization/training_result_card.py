"""The training result card: what the last training brought, above the page. It never takes the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.appearance.theme import mixed
from cowrite.editor.common.plain_label import PlainLabel, tool_tip
from cowrite.editor.panels.personalization.learning_strings import outcome as outcome_sentence
from cowrite.localization import sentences, tr, tr_noop, trn
from cowrite.localization.dates import moment_text, time_text
from cowrite.localization.numbers import percent_text
from cowrite.personalize.adapters.outcome import ExamplePrediction, Outcome, influence_sentence
from cowrite.personalize.learning_messages import Ending, LearningResult
from cowrite.settings.preferences import info_of

WIDEST_PX = 960
# More would leave no room for the page.
MOST_OF_WINDOW = 0.42
# Where it is narrower, one list stands below the other.
WIDE_PX = 680
MOST_RIGHT, MOST_WRONG = 5, 2
REPORT_PAGE = "report.html"
_NUMBERS = (
    "",  # there is no list of nothing
    tr_noop("One"),
    tr_noop("Two"),
    tr_noop("Three"),
    tr_noop("Four"),
    tr_noop("Five"),
)
_INFLUENCES = {
    "off": tr_noop("off"),
    "gentle": tr_noop("gentle"),
    "as tested": tr_noop("as tested"),
    "strong": tr_noop("strong"),
}


class TrainingResultCard(QFrame):
    """About one outcome, and which ``influence`` the writer chose.

    Signals: ``undo_asked()``, ``report_asked()``, ``influence_asked()`` for the one that was best, ``closed()``;
    ``left()`` when it is gone.
    """

    undo_asked = Signal()
    report_asked = Signal()
    influence_asked = Signal()
    closed = Signal()
    left = Signal()

    def __init__(
        self, outcome: Outcome, appearance: Appearance, now: datetime, influence: str = ""
    ) -> None:
        super().__init__()
        self._has_left = False
        self.setObjectName("trainingResultCard")
        self._appearance = appearance
        self.outcome = outcome
        self.headline = _wrapping(headline(outcome))
        better = better_influence(outcome, influence)
        chosen = influence_name(influence)
        advice = influence_sentence(influence_name(better), chosen) if better else ""
        self.details = _wrapping(sentences(in_use_since(outcome, now), advice))
        self.details.setObjectName("quiet")
        self.setAccessibleName(tr("What was learned"))
        self.setAccessibleDescription(sentences(self.headline.text(), self.details.text()))
        self.examples = _Examples(outcome)
        self.toggle = _button(tr("Show &places"), self._toggle)
        self.use_best = _button(tr("Use “{name}”", name=influence_name(better)), self._use_best)
        self.undo = _button(tr("&Undo"), self.undo_asked.emit)
        self.report = _button(tr("&Report"), self.report_asked.emit)
        self.close_button = _button(tr("&Close"), self.closed.emit)
        column = QVBoxLayout()
        column.setContentsMargins(24, 12, 16, 12)
        column.setSpacing(8)
        for widget in (self.headline, self.details, self.examples):
            column.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.use_best, self.undo, self.report, self.toggle):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        column.addLayout(row)
        inner = QWidget(self)
        inner.setLayout(column)
        inner.setMaximumWidth(WIDEST_PX)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(inner, 1000)
        outer.addStretch(1)
        # Only now: a widget that is shown before it has a place is a window, and takes the keyboard.
        self.details.setVisible(bool(self.details.text()))
        self.toggle.setVisible(self.examples.has_any)
        self.undo.setVisible(outcome.status == Ending.PROMOTED)
        self.report.setVisible(bool(outcome.report))
        self.use_best.setVisible(bool(better))
        self._show_examples(False)
        self.dress()
        appearance.changed.connect(self.dress)

    def fit(self, size: QSize) -> None:
        """Show the examples at once if a window of this size has room for them."""
        self._show_examples(self.examples.has_any)
        self._show_examples(
            self.examples.has_any and self.sizeHint().height() <= MOST_OF_WINDOW * size.height()
        )

    def say(self, sentence: str) -> None:
        """Something was done: this instead of what it said."""
        self.headline.setText(sentence)
        self.setAccessibleDescription(sentence)
        for widget in (self.details, self.examples, self.toggle, self.undo, self.use_best):
            widget.hide()

    def dress(self) -> None:
        """Take the theme's colours and the size of the text."""
        theme, scale = self._appearance.theme, self._appearance.scale
        points = max(self._appearance.fonts.chrome(scale).pointSizeF(), 9.0 * scale)
        family = self._appearance.fonts.body().family()
        ground = mixed(theme.desk, theme.accent, 0.08)
        self.setStyleSheet(
            f"#trainingResultCard {{ background: {ground}; border: none;"
            f" border-bottom: 1px solid {mixed(ground, theme.ink, 0.12)}; }}"
            f"#trainingResultCard QLabel {{ background: transparent; color: {theme.ink}; }}"
            f"#trainingResultCard QLabel#quiet {{ color: {theme.quiet}; }}"
        )
        self.headline.setStyleSheet(f"font-family: '{family}'; font-size: {points * 1.3:.1f}pt;")
        self.examples.dress(theme.accent, theme.quiet, family, points)

    def leave(self) -> None:
        """Go away. May be called again."""
        if self._has_left:
            return
        self._has_left = True
        self._appearance.changed.disconnect(self.dress)
        self.hide()
        self.deleteLater()
        self.left.emit()

    def _use_best(self) -> None:
        self.use_best.hide()
        self.details.setText(
            tr(
                "The slider for how much of you is in suggestions is at “{name}” from now on.",
                name=influence_name(self.outcome.best_influence),
            )
        )
        self.influence_asked.emit()

    def _toggle(self) -> None:
        self._show_examples(self.examples.isHidden())

    def _show_examples(self, shown: bool) -> None:
        self.examples.setVisible(shown)
        self.toggle.setText(tr("Hide &places") if shown else tr("Show &places"))


class _Examples(QWidget):
    """Two lists beside each other, or one below the other where it is narrow."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self._lists = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lists.setContentsMargins(0, 0, 0, 0)
        self._lists.setSpacing(24)
        self.lines: list[ExampleLine] = []
        right, wrong = outcome.right[:MOST_RIGHT], outcome.wrong[:MOST_WRONG]
        self.has_any = bool(right or wrong)
        is_used = outcome.status == Ending.PROMOTED
        self._add(_predicted(len(right), is_used=is_used), right)
        self._add(_not_predicted(len(wrong), is_used=is_used), wrong)

    def dress(self, accent: str, quiet: str, family: str, points: float) -> None:
        """In these colours and this typeface."""
        for line in self.lines:
            line.dress(accent, quiet, family, points)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= WIDE_PX
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._lists.direction() is not way:
            self._lists.setDirection(way)

    def _add(self, title: str, examples: Sequence[ExamplePrediction]) -> None:
        if not examples:
            return
        column = QVBoxLayout()
        column.setSpacing(2)
        heading = PlainLabel(title)
        heading.setObjectName("quiet")
        column.addWidget(heading)
        for example in examples:
            line = ExampleLine(example)
            self.lines.append(line)
            column.addWidget(line)
        column.addStretch(1)
        self._lists.addLayout(column, 1)


def _predicted(count: int, *, is_used: bool) -> str:
    number = tr(_NUMBERS[count])
    if is_used:
        return trn(
            "{number} place where it now predicts you correctly",
            "{number} places where it now predicts you correctly",
            count,
            number=number,
        )
    return trn(
        "{number} place where it would predict you correctly",
        "{number} places where it would predict you correctly",
        count,
        number=number,
    )


def _not_predicted(count: int, *, is_used: bool) -> str:
    number = tr(_NUMBERS[count])
    if is_used:
        return tr("{number} where it does not", number=number)
    return tr("{number} where it would no longer", number=number)


class ExampleLine(QLabel):
    """One example in one line: what stands before, as much as there is room for, the word, and what it was not."""

    def __init__(self, example: ExamplePrediction) -> None:
        super().__init__()
        self._before = " ".join(example.before.split())
        self._word = " ".join(example.word.split())
        self._instead = " ".join(example.instead.split())
        self._style = ("", "")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        predicted = f"{self._before} {self._word}"
        if self._instead:
            predicted = tr("{predicted}, not “{word}”", predicted=predicted, word=self._instead)
        self.setAccessibleName(predicted)
        self.setToolTip(tool_tip(f"… {self._before} {self._word}"))

    def dress(self, accent: str, quiet: str, family: str, points: float) -> None:
        """In these colours and this typeface."""
        self._style = (accent, quiet)
        self.setStyleSheet(f"font-family: '{family}'; font-size: {points * 1.05:.1f}pt;")
        self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102 - Qt's name
        super().resizeEvent(event)
        self._write()

    def _write(self) -> None:
        accent, quiet = self._style
        metrics = QFontMetricsF(self.font())
        rest = "   " + tr("not “{word}”", word=self._instead) if self._instead else ""
        # Bold is a little wider than what is measured.
        taken = metrics.horizontalAdvance(f" {self._word}{rest}") * 1.1
        room = max(0.0, self.width() - taken)
        before = _end_of(self._before, lambda text: metrics.horizontalAdvance(text) <= room)
        self.setText(
            f"{escape(before)} <b style='color:{accent}'>{escape(self._word)}</b>"
            f"<span style='color:{quiet}'>{escape(rest).replace('  ', '&nbsp; ')}</span>"
        )


def headline(outcome: Outcome) -> str:
    """What the training brought, in a sentence."""
    if outcome.status != Ending.PROMOTED:
        known = outcome.status in set(Ending)
        status = Ending(outcome.status) if known else Ending.FAILED
        return outcome_sentence(
            LearningResult(status=status, reason=outcome.reason, advice=outcome.advice)
        )
    if outcome.gain_pct is None:
        return tr("Your version predicts you better.")
    own, other = _percent(outcome.gain_pct), outcome.stranger_gain_pct
    if other is None:
        return tr("Your version is {own} better at predicting you.", own=own)
    if round(other) < 0:
        return tr(
            "Your version is {own} better at predicting you; one trained on someone else would be {other} worse.",
            own=own,
            other=_percent(-other),
        )
    return tr(
        "Your version is {own} better at predicting you; one trained on someone else would be {other} better.",
        own=own,
        other=_percent(other),
    )


def in_use_since(outcome: Outcome, now: datetime) -> str:
    """Since when it is in use; empty if it is not."""
    if outcome.status != Ending.PROMOTED:
        return ""
    try:
        moment = datetime.fromtimestamp(outcome.at_ms / 1000)
    except (OverflowError, OSError, ValueError):
        return tr("In use now.")
    is_today = moment.date() == now.date()
    since = time_text(moment) if is_today else moment_text(moment, year=False)
    return tr("In use since {moment}.", moment=since)


def better_influence(outcome: Outcome, chosen: str) -> str:
    """The position of the slider for influence that was best, if it is another than the ``chosen`` one; else “”."""
    best = outcome.best_influence
    return best if best in info_of("influence").choices and best != chosen else ""


def influence_name(position: str) -> str:
    """What a position of the slider for influence is called in the middle of a sentence."""
    return tr(_INFLUENCES.get(position, position))


def report_page(outcome: Outcome) -> Path:
    """What the report's button opens: its page, or the folder if there is none."""
    folder = Path(outcome.report)
    page = folder / REPORT_PAGE
    return page if page.is_file() else folder


def _end_of(text: str, fits: Callable[[str], bool]) -> str:
    """As many of the last words as there is room for."""
    words = text.split()
    for dropped in range(len(words)):
        rest = "… " + " ".join(words[dropped:])
        if fits(rest):
            return rest
    return "…"


def _percent(share: float) -> str:
    return percent_text(share) if abs(share) >= 0.95 else percent_text(share, digits=1)


def _wrapping(text: str) -> QLabel:
    label = PlainLabel(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a click leaves the keyboard to the page
    return label


def _button(text: str, do: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(lambda _=False: do())
    return button
