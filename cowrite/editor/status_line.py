"""The line below the page: what the model is doing on the left, words and origin on the right.

It is quiet while the writer types. It shows what it is told and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QEnterEvent, QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QWidget,
)

from cowrite.editor.theme import Theme, mixed
from cowrite.engine.messages import EngineState, EngineStatus

FADED_OPACITY = 0.25
FADE_MS = 200
PAUSE_MS = 1500
"""How long after the last key the line comes back."""

PRIVATE = (
    "Suggestions work as usual, but nothing you write here is logged, learned from or stored for crash recovery. "
    "Save what you want to keep."
)
_ASKS_FOR_A_CLICK = frozenset({EngineState.PROBLEM, EngineState.MISSING})
_HOLLOW = frozenset({EngineState.OFF, EngineState.MISSING, EngineState.LOADING})
_QUIET = frozenset({EngineState.OFF, EngineState.MISSING, EngineState.RESTING})
_GRID_PX = 8


class StateDot(QWidget):
    """One dot: full or hollow, in one of three colours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = QColor()
        self._hollow = False
        self.set_scale(1.0)

    def set_scale(self, scale: float) -> None:
        """Scale its size; 1.0 is 100 %."""
        self.setFixedSize(QSize(1, 1) * round(10 * scale))

    def show_state(self, state: EngineState, theme: Theme) -> None:
        """Take the colour and form of a state."""
        self._hollow = state in _HOLLOW
        self._colour = QColor(theme.accent)
        if state in _QUIET:
            self._colour = QColor(theme.quiet)
        elif state is EngineState.PROBLEM:
            self._colour = QColor(theme.ink)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: D102 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.width() / 7
        circle = QRectF(self.rect()).adjusted(line, line, -line, -line)
        painter.setPen(QPen(self._colour, line))
        painter.setBrush(Qt.BrushStyle.NoBrush if self._hollow else self._colour)
        painter.drawEllipse(circle)
        painter.end()


class StatusLine(QWidget):
    """Fades while the writer types and comes back on a pause or when the pointer moves.

    Call :meth:`fade` on every change of the text and :meth:`wake` when the pointer moves.
    """

    problem_clicked = Signal()  # the writer wants to know what to do about the model
    snooze_clicked = Signal()  # the writer wants suggestions again

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._status = EngineStatus(state=EngineState.OFF)
        self._click_wakes = False
        self._dot = StateDot(self)
        self._state = QPushButton(self)
        self._progress = QProgressBar(self)
        self._message = QLabel(self)
        self._hint: QWidget | None = None
        self._origin = QLabel(self)
        self._words = QLabel(self)
        self._private = QLabel(self)
        self._lay_out()
        self._effect = QGraphicsOpacityEffect(self)
        self._effect.setOpacity(1.0)
        self._effect.setEnabled(False)  # a full line is painted directly
        self.setGraphicsEffect(self._effect)
        self._fade = QVariantAnimation(self)
        self._fade.setDuration(FADE_MS)
        self._fade.valueChanged.connect(self._on_faded)
        self._target = 1.0
        self._pause = _single_shot(self, self.wake)
        self._message_end = _single_shot(self, self._message.clear)
        self.reduced_motion = False
        self.set_theme(theme)
        self.set_scale(1.0)
        self.set_word_count(0)
        self.set_model_status(self._status)

    def _lay_out(self) -> None:
        self.setAccessibleName("Status")
        self._state.setFlat(True)
        self._state.clicked.connect(self._on_click)
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        self._progress.setAccessibleName("Model installation")
        self._message.setAccessibleName("Message")
        self._origin.setAccessibleName("Authorship")
        for label in (self._message, self._origin, self._words):
            label.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.addWidget(self._dot)
        row.addWidget(self._state)
        row.addWidget(self._progress)
        row.addSpacing(_GRID_PX)
        row.addWidget(self._message, 1)
        row.addWidget(self._origin)
        row.addWidget(self._words)
        self._private.setObjectName("private")
        self._private.hide()
        row.addWidget(self._private)

    def set_hint(self, hint: QWidget) -> None:
        """Give the key hint its place, left of the origin."""
        self._hint = hint
        row = self.layout()
        if isinstance(row, QHBoxLayout):
            row.insertWidget(row.indexOf(self._origin), hint)

    def set_private(self) -> None:
        """Say for good that nothing of this window is kept."""
        self._private.setText("Private")
        self._private.setToolTip(PRIVATE)
        self._private.setAccessibleName("Private window")
        self._private.setAccessibleDescription(PRIVATE)
        self._private.show()

    # -- looks

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        line = mixed(theme.desk, theme.ink, 0.14)
        self.setStyleSheet(
            f"QLabel, QPushButton {{ color: {theme.quiet}; background: transparent; }}"
            "QPushButton { border: none; padding: 0; text-align: left; }"
            f"QPushButton:enabled {{ color: {theme.ink}; }}"
            f"QPushButton:focus {{ color: {theme.accent}; }}"
            f"#private {{ color: {theme.page}; background: {theme.accent}; border-radius: 4px; padding: 1px 8px; }}"
            f"QProgressBar {{ background: {line}; border: none; border-radius: 2px; }}"
            f"QProgressBar::chunk {{ background: {theme.accent}; border-radius: 2px; }}"
        )
        self._dot.show_state(self._status.state, theme)

    def set_scale(self, scale: float) -> None:
        """Scale its sizes; 1.0 is 100 %."""
        grid = round(_GRID_PX * scale)
        row = self.layout()
        if isinstance(row, QHBoxLayout):
            row.setContentsMargins(2 * grid, grid // 2, 2 * grid, grid // 2)
            row.setSpacing(grid)
        self._dot.set_scale(scale)
        self._progress.setFixedSize(12 * grid, max(3, grid // 2))

    # -- what it shows

    def set_model_status(
        self, status: EngineStatus, *, word: str = "", click_wakes: bool = False
    ) -> None:
        """Show the engine's state as one dot and one word, and how far an installation is.

        ``word`` stands for the name of the state; with ``click_wakes`` a click on it ends a snooze.
        """
        was_off = self._status.state is EngineState.OFF
        self._status, self._click_wakes = status, click_wakes
        word = word or status.state.value
        percent = status.progress is not None and status.state is EngineState.INSTALLING
        if percent and status.progress is not None:
            word = f"{word} {round(100 * status.progress)} %"
            self._progress.setValue(round(1000 * status.progress))
        self._progress.setVisible(percent)
        self._dot.show_state(status.state, self._theme)
        clickable = click_wakes or status.state in _ASKS_FOR_A_CLICK
        switched = word != self._state.text()
        self._state.setText(word)
        self._state.setEnabled(clickable)
        font = self._state.font()
        font.setUnderline(clickable)
        self._state.setFont(font)
        self._state.setCursor(
            Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor
        )
        self._state.setToolTip("\n".join(filter(None, [status.message, _adapter_line(status)])))
        self._state.setAccessibleName(f"Model: {word}")
        self._state.setAccessibleDescription(status.message)
        if clickable or (switched and (was_off or status.state is EngineState.OFF)):
            self.wake()  # who presses a switch wants to see what it did

    def _on_click(self) -> None:
        if self._click_wakes:
            self.snooze_clicked.emit()
        else:
            self.problem_clicked.emit()

    def say(self, text: str, ms: int = 4000) -> None:
        """Show a plain message for ``ms`` milliseconds; 0 keeps it until the next one."""
        self._message.setText(text)
        self._message.setAccessibleDescription(text)
        self._message_end.stop()
        if text:
            self.wake()
        if text and ms > 0:
            self._message_end.start(ms)

    @property
    def message(self) -> str:
        """The message shown now."""
        return self._message.text()

    def set_word_count(self, words: int) -> None:
        """Show the number of words."""
        text = "1 word" if words == 1 else f"{words:,} words"
        self._words.setText(text)
        self._words.setAccessibleName(text)

    def set_origin(self, text: str) -> None:
        """Show where the words came from, such as "12 % suggested"; empty shows nothing."""
        self._origin.setText(text)
        self._origin.setVisible(bool(text))

    # -- fading

    @property
    def faded(self) -> bool:
        """Whether it is faded, or on its way there."""
        return self._target < 1.0

    def fade(self) -> None:
        """Fade, because the writer is typing; it comes back by itself after a pause.

        A message, or a problem that waits for a click, stays.
        """
        self._pause.start(PAUSE_MS)
        if not self.message and self._status.state not in _ASKS_FOR_A_CLICK:
            self._go_to(FADED_OPACITY)

    def wake(self) -> None:
        """Come back at once."""
        self._pause.stop()
        self._go_to(1.0)

    def _go_to(self, opacity: float) -> None:
        if opacity == self._target:
            return
        self._target = opacity
        self._fade.stop()
        if self.reduced_motion:
            self._on_faded(opacity)
            return
        self._fade.setStartValue(self._effect.opacity())
        self._fade.setEndValue(opacity)
        self._fade.start()

    def _on_faded(self, opacity: float) -> None:
        self._effect.setOpacity(opacity)
        self._effect.setEnabled(opacity < 1.0)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: D102 - Qt's name
        self.wake()
        super().enterEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: D102 - Qt's name
        self._pause.stop()
        super().hideEvent(event)


def _single_shot(parent: StatusLine, slot: Callable[[], object]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.timeout.connect(slot)
    return timer


def _adapter_line(status: EngineStatus) -> str:
    """Which of what was learned is in use, if any is."""
    return f"Your version: {status.adapter}" if status.adapter else ""
