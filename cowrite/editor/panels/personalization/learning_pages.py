"""The upper half of the Personalize window: what would be learned from, or how learning goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cowrite.base.printable import one_line
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.common.plain_label import PlainLabel, tool_tip
from cowrite.editor.dialogs.path_list import PathList
from cowrite.editor.panels.personalization.learning_run import WHOLE, LearningRun, Points
from cowrite.editor.panels.personalization.learning_strings import (
    BEGINNING,
    GIVES_WAY,
    HELD,
    LOOKING,
    MORE,
    OWN_TEXTS,
    STOPPING,
    begun_small,
    duration,
    names,
)
from cowrite.editor.panels.shared.parts import Figure, key_label, quiet_label
from cowrite.localization import sentences, tr, trp
from cowrite.personalize.learning_messages import LearningPreview

PLOT_EVERY_MS = 500


def push_button(text: str, do: Callable[[], object], *, description: str = "") -> QPushButton:
    """A button that never takes Return from the others."""
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.setAccessibleDescription(description)
    button.clicked.connect(lambda _=False: do())
    return button


def plain_label(text: str = "") -> QLabel:
    """Text that wraps and can be copied."""
    label = PlainLabel(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class _Names(QWidget):
    """Names of documents below a heading; not there if there are none."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.label = plain_label()
        self.label.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(quiet_label(title))
        column.addWidget(self.label)
        column.addStretch(1)
        self.hide()

    def show_names(self, all_names: Sequence[str]) -> None:
        """These names."""
        self.label.setText(names(all_names))
        self.label.setToolTip(tool_tip("\n".join(map(one_line, all_names))))
        self.setVisible(bool(all_names))


class BeforePage(QWidget):
    """What there is to learn from, and the button that begins. ``own_texts`` are chosen by the writer."""

    def __init__(
        self, start: Callable[[], None], check_again: Callable[[], None], own_texts: PathList
    ) -> None:
        super().__init__()
        self.own_texts = own_texts
        self.outcome = plain_label()
        self.outcome.setAccessibleName(tr("How the last run ended"))
        self.outcome.hide()
        self.message = plain_label(tr(LOOKING))
        self.message.setAccessibleName(tr("Message"))
        self.documents = _Names(tr("Learned from"))
        self.excluded = _Names(tr("Excluded by you"))
        self.left_out = _Names(tr("Skipped: missing, not text, or a duplicate"))
        self.figures: list[Figure] = []
        self.start = push_button(tr("&Start"), start)
        self.again = push_button(tr("Check &again"), check_again)
        self._row = QHBoxLayout()
        self._row.setSpacing(32)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.outcome)
        column.addWidget(self.message)
        column.addLayout(self._row)
        lists = QHBoxLayout()
        lists.setSpacing(32)
        lists.addWidget(self.documents, 1)
        lists.addWidget(self.excluded, 1)
        lists.addWidget(self.left_out, 1)
        column.addLayout(lists)
        chosen = QVBoxLayout()
        chosen.setSpacing(4)
        chosen.addWidget(quiet_label(tr(OWN_TEXTS)))
        chosen.addWidget(own_texts)
        column.addLayout(chosen)
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.start)
        buttons.addWidget(self.again)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self.show_message(tr(LOOKING))

    def show_message(self, sentence: str, *, may_check_again: bool = False) -> None:
        """A sentence in place of the figures; nothing can be begun."""
        self._clear()
        self.message.setText(sentence)
        self.message.show()
        self.start.setDefault(False)
        self.start.setEnabled(False)
        self.again.setVisible(may_check_again)

    def show_preview(self, preview: LearningPreview, appearance: Appearance) -> None:
        """What would be learned from, and how long it would take."""
        if preview.too_little:
            too_little = tr("Not enough yet: {sentence}", sentence=begun_small(preview.too_little))
            self.show_message(sentences(too_little, tr(MORE)), may_check_again=True)
            self.excluded.show_names(preview.excluded)
            self.left_out.show_names(preview.left_out)
            return
        self._clear()
        self.message.hide()
        self.again.hide()
        self.setAccessibleDescription(preview.sentence)
        family, points = (
            appearance.fonts.body().family(),
            appearance.fonts.chrome(appearance.scale).pointSizeF(),
        )
        for value, caption in _facts(preview):
            figure = Figure(value, caption, family=family, points=max(points, 9.0) * 0.8)
            self.figures.append(figure)
            self._row.addWidget(figure, 1)
        self.documents.show_names(preview.documents)
        self.excluded.show_names(preview.excluded)
        self.left_out.show_names(preview.left_out)
        self.start.setEnabled(True)
        self.start.setDefault(True)

    def show_outcome(self, sentence: str) -> None:
        """How the last run ended; “” for nothing."""
        self.outcome.setText(sentence)
        self.outcome.setVisible(bool(sentence))

    def _clear(self) -> None:
        for figure in self.figures:
            self._row.removeWidget(figure)
            figure.hide()
            figure.deleteLater()
        self.figures = []
        self.documents.show_names(())
        self.excluded.show_names(())
        self.left_out.show_names(())


class RunningPage(QWidget):
    """How far it is. ``hold(bool)`` pauses, ``stop()`` ends it."""

    def __init__(self, hold: Callable[[bool], None], stop: Callable[[], None]) -> None:
        super().__init__()
        self._hold = hold
        self._run = LearningRun()
        self._plot: Any = None
        self._drawn = QElapsedTimer()
        self.doing = PlainLabel(tr(BEGINNING))
        self.doing.setStyleSheet("font-weight: 600;")
        self.doing.setWordWrap(True)
        self.doing.setAccessibleName(tr("Current step"))
        self.left = PlainLabel()
        self.left.setAccessibleName(tr("Time left"))
        self.bar = QProgressBar()
        self.bar.setRange(0, WHOLE)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Learning progress"))
        self.state = quiet_label(" ")
        self.state.setAccessibleName(tr("State"))
        self.speed = quiet_label(" ")
        self.speed.setWordWrap(False)
        self.pause = push_button(tr("&Pause"), self._on_pause)
        self.stop = push_button(
            tr("S&top"), stop, description=tr("What has been learned so far is kept")
        )
        self.key = QLabel()
        self._place = QFrame()
        self._place.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._plot_column = QVBoxLayout(self._place)
        self._plot_column.setContentsMargins(0, 0, 0, 0)
        self._is_held = False
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for left, right in ((self.doing, self.left), (self.state, self.speed)):
            row = QHBoxLayout()
            row.setSpacing(16)
            row.addWidget(left, 1)
            right.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            row.addWidget(right)
            column.addLayout(row)
            if left is self.doing:
                column.addWidget(self.bar)
        column.addSpacing(8)
        column.addWidget(self.key)
        column.addWidget(self._place, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.pause)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        column.addLayout(buttons)
        # The wider of its two words, so that nothing moves under the pointer.
        self.pause.setText(tr("&Resume"))
        wide = self.pause.sizeHint().width()
        self.pause.setText(tr("&Pause"))
        self.pause.setMinimumWidth(max(wide, self.pause.sizeHint().width()))

    def show_run(self, run: LearningRun) -> None:
        """Another run, from its beginning to where it is now."""
        self._run = run
        self.pause.setEnabled(True)
        self.stop.setEnabled(True)
        self.show_pause(held=False, gives_way=False)
        self._show_words()
        self._draw(at_once=True)

    def show_progress(self) -> None:
        """The run has got further."""
        self._show_words()
        self._draw()

    def _show_words(self) -> None:
        self.doing.setText(self._run.doing)
        self.bar.setValue(self._run.done)
        self.left.setText(self._run.left or " ")
        self.speed.setText(self._run.speed or " ")

    def show_pause(self, *, held: bool, gives_way: bool) -> None:
        """Whether it rests, and for whom."""
        self._is_held = held
        self.pause.setText(tr("&Resume") if held else tr("&Pause"))
        self.state.setText(tr(HELD) if held else tr(GIVES_WAY) if gives_way else " ")
        self.state.setAccessibleDescription(self.state.text().strip())

    def show_stopping(self) -> None:
        """It was asked to end."""
        self.pause.setEnabled(False)
        self.stop.setEnabled(False)
        self.state.setText(tr(STOPPING))
        self.left.setText(" ")

    def use_plot(self, plot: Any, colours: tuple[str, str]) -> None:
        """Draw on ``plot``, a :class:`~cowrite.editor.panels.personalization.loss_plot.LossPlot`, from now on."""
        self.drop_plot()
        self._plot = plot
        self._plot_column.addWidget(plot.widget)
        plot.widget.setAccessibleName(tr("Errors in predicting your pages"))
        trained, unseen = colours
        legend = key_label(
            [(tr("pages it learns from"), trained), (tr("pages it has not seen"), unseen)]
        ).text()
        self.key.setText(
            tr("Errors in predicting your pages (lower is better): {legend}", legend=legend)
        )
        self.key.setTextFormat(Qt.TextFormat.RichText)
        self.key.setWordWrap(True)
        self._draw(at_once=True)

    def drop_plot(self) -> None:
        """Draw no more."""
        plot, self._plot = self._plot, None
        if plot is not None:
            self._plot_column.removeWidget(plot.widget)
            plot.widget.hide()
            plot.widget.deleteLater()

    @property
    def curves(self) -> tuple[Points, Points]:
        """What is drawn: (percent of the way, loss) of the pages learned from, and of the others."""
        return self._run.train, self._run.unseen

    def _draw(self, *, at_once: bool = False) -> None:
        if self._plot is None:
            return
        if at_once or not self._drawn.isValid() or self._drawn.elapsed() > PLOT_EVERY_MS:
            self._drawn.start()
            self._plot.show(*self.curves)
            self._plot.widget.setAccessibleDescription(_in_words(*self.curves))

    def _on_pause(self) -> None:
        self._hold(not self._is_held)


def _facts(preview: LearningPreview) -> list[tuple[str, str]]:
    facts = [
        (f"{preview.own_words:,}", tr("words you wrote")),
        (f"{preview.decisions:,}", tr("decisions about suggestions")),
        (
            f"{len(preview.documents):,}",
            trp("below a number", "document")
            if len(preview.documents) == 1
            else trp("below a number", "documents"),
        ),
    ]
    if preview.minutes is not None:
        time = duration(60 * preview.minutes)
        facts.append((time, tr("on this computer; you can keep writing")))
    return facts


def _in_words(*curves: list[tuple[float, float]]) -> str:
    told = []
    for name, points in zip(
        (tr("pages it learns from"), tr("pages it has not seen")), curves, strict=True
    ):
        if points:
            first, last = points[0][1], points[-1][1]
            told.append(
                tr("{name}: from {first:.2f} to {last:.2f}", name=name, first=first, last=last)
            )
    return tr("; ").join(told)
