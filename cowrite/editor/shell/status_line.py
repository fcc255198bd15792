"""The line below the page: what the model is doing on the left, words and origin on the right.

It is quiet while the writer types. It shows what it is told and decides nothing but what is left out where
there is no room: first the keys, then the origin, then the words; never that a window is private, nor where text goes.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QEnterEvent, QHideEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QWidget,
)

from cowrite.base.printable import one_line
from cowrite.base.text_counts import TextCounts
from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.editor.assistance.model_status import state_word
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.announcing import announce
from cowrite.editor.common.letters import letter_width
from cowrite.editor.common.plain_label import tool_tip
from cowrite.editor.shell.counts_popover import CountsPopover
from cowrite.editor.shell.status_fields import ElidedLabel, StateButton, StateDot, SteadyLabel
from cowrite.engine.messages import EngineState, EngineStatus
from cowrite.localization import tr, tr_noop, trn

FADED_OPACITY = 0.25
FADE_MS = 200
PAUSE_MS = 1500
"""How long after the last key the line comes back."""

PRIVATE = tr_noop(
    "Suggestions work as usual, but nothing you write here is logged, learned from or stored "
    "for crash recovery. Save what you want to keep."
)
PRIVATE_WITHOUT_AI = tr_noop(
    "Nothing you write here is logged or stored for crash recovery. Save what you want to keep."
)
_ASKS_FOR_A_CLICK = frozenset({EngineState.PROBLEM, EngineState.MISSING})
_GRID_PX = 8
_MANY_WORDS = 99_999
_MESSAGE_CHARACTERS = 24
"""A message has room for so many, or all of its own, before anything beside it has any."""


class StatusLine(QWidget):
    """Fades while the writer types and comes back on a pause or when the pointer moves.

    Call :meth:`fade` on every change of the text and :meth:`wake` when the pointer moves.
    """

    accessible_role = Role.StatusBar
    problem_clicked = Signal()  # the writer wants to know what to do about the model
    snooze_clicked = Signal()  # the writer wants suggestions again

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._status = EngineStatus(state=EngineState.OFF)
        self._click_wakes = False
        self._dot = StateDot(self)
        self._state = StateButton(self, longest=_longest_word())
        self._progress = QProgressBar(self)
        self._message = ElidedLabel(self)
        self._hint = QWidget(self)
        self._origin = SteadyLabel(self)
        self._words = SteadyLabel(self, longest=trn("1 word", "{count:,} words", _MANY_WORDS))
        self._words.clicked.connect(self.show_counts)
        self._counts = TextCounts()
        self._selected: TextCounts | None = None
        self._scale = 1.0
        self._private = QLabel(self)
        self._server = QLabel(self)
        self._lay_out()
        self._effect = QGraphicsOpacityEffect(self)
        self._effect.setOpacity(1.0)
        self._effect.setEnabled(False)  # a full line is painted directly
        self.setGraphicsEffect(self._effect)
        self._fade = QVariantAnimation(self)
        self._fade.setDuration(FADE_MS)
        self._fade.valueChanged.connect(self._on_faded)
        self._target = 1.0
        self._standing = ""
        self._pause = _single_shot(self, self.wake)
        self._message_end = _single_shot(self, lambda: self.say(""))
        self.reduced_motion = False
        self.set_theme(theme)
        self.set_scale(1.0)
        self.set_counts(TextCounts())
        self.set_model_status(self._status)

    def _lay_out(self) -> None:
        self.setAccessibleName(tr("Status"))
        self._state.clicked.connect(self._on_click)
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        self._progress.setAccessibleName(tr("Model installation"))
        self._message.setAccessibleName(tr("Message"))
        self._origin.setAccessibleName(tr("Authorship"))
        hint_row = QHBoxLayout(self._hint)
        hint_row.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.addWidget(self._dot)
        row.addWidget(self._state)
        row.addWidget(self._progress)
        row.addSpacing(_GRID_PX)
        row.addWidget(self._message, 1)
        row.addWidget(self._hint)
        row.addWidget(self._origin)
        row.addWidget(self._words)
        for pill, name in ((self._server, "server"), (self._private, "private")):
            pill.setObjectName(name)
            pill.setTextFormat(Qt.TextFormat.PlainText)
            pill.hide()
            row.addWidget(pill)

    def set_assistance(self, wanted: bool) -> None:
        """Whether there is anything to say of a model at all."""
        self._dot.setVisible(wanted)
        self._state.setVisible(wanted)
        about_private = tr(PRIVATE if wanted else PRIVATE_WITHOUT_AI)
        self._private.setToolTip(about_private)
        self._private.setAccessibleDescription(about_private)
        if not wanted:
            self._progress.hide()
        self._share_room()

    def set_hint(self, hint: QWidget) -> None:
        """Give the key hint its place, left of the origin."""
        row = self._hint.layout()
        if row is not None:
            row.addWidget(hint)
        self._share_room()

    def set_private(self) -> None:
        """Say for good that nothing of this window is kept."""
        self._private.setText(tr("Private"))
        self._private.setAccessibleName(tr("Private window"))
        self._private.show()
        self._share_room()

    def set_server(self, name: str, about: str = "") -> None:
        """Say as long as it holds to which machine text goes, and ``about`` what; an empty name says nothing."""
        if name == self.server and about == self._server.accessibleDescription():
            return
        shown = tr("To {server}", server=name) if name else ""
        self._server.setText(one_line(shown))
        self._server.setProperty("server", name)
        self._server.setAccessibleName(
            tr("Text goes to the server {server}", server=name) if name else ""
        )
        self._server.setAccessibleDescription(about)
        self._server.setToolTip(tool_tip(about))
        self._server.setVisible(bool(name))
        if name:
            announce(self, self._server.accessibleName())
            self.wake()
        self._share_room()

    @property
    def server(self) -> str:
        """The machine to which text goes, as it is shown; empty for none."""
        return str(self._server.property("server") or "")

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
            f"#private, #server {{ color: {theme.page}; background: {theme.accent}; "
            "border-radius: 4px; padding: 1px 8px; }"
            f"QProgressBar {{ background: {line}; border: none; border-radius: 2px; }}"
            f"QProgressBar::chunk {{ background: {theme.accent}; border-radius: 2px; }}"
        )
        self._dot.show_state(self._status.state, theme)

    def set_scale(self, scale: float) -> None:
        """Scale its sizes; 1.0 is 100 %."""
        self._scale = scale
        grid = round(_GRID_PX * scale)
        row = self.layout()
        if isinstance(row, QHBoxLayout):
            row.setContentsMargins(2 * grid, grid // 2, 2 * grid, grid // 2)
            row.setSpacing(grid)
        self._dot.set_scale(scale)
        self._progress.setFixedSize(12 * grid, max(3, grid // 2))
        self._share_room()

    # -- room

    def _share_room(self) -> None:
        """Show of the fields on the right what there is room for, what matters most first."""
        row = self.layout()
        if row is None or not isinstance(row, QHBoxLayout):
            return
        margins, gap = row.contentsMargins(), row.spacing()
        left = self.width() - margins.left() - margins.right() - _GRID_PX - gap
        for kept in (self._dot, self._state, self._progress, self._server, self._private):
            if not kept.isHidden():
                left -= kept.sizeHint().expandedTo(kept.minimumSize()).width() + gap
        metrics, message = self._message.fontMetrics(), self._message.text()
        whole = metrics.horizontalAdvance(message)
        least = min(whole, _MESSAGE_CHARACTERS * letter_width(metrics))
        left -= least
        for field in (self._words, self._origin, self._hint):
            left -= field.sizeHint().width() + gap
            if field is self._hint:
                # The keys stand there again and again, a message once: it is read whole before they are.
                left -= whole - least
            has_any = field is self._hint or bool(field.text())  # type: ignore[attr-defined]
            field.setVisible(left >= 0 and has_any)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102 - Qt's name
        super().resizeEvent(event)
        self._share_room()

    def event(self, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        answer = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._share_room()
        return answer

    # -- what it shows

    def set_model_status(
        self,
        status: EngineStatus,
        *,
        word: str = "",
        click_wakes: bool = False,
        click_explains: bool = False,
    ) -> None:
        """Show the engine's state as one dot and one word, and how far an installation is; see `ShownStatus`."""
        was_off = self._status.state is EngineState.OFF
        self._status, self._click_wakes = status, click_wakes
        word = word or state_word(status.state)
        percent = status.progress is not None and status.state is EngineState.INSTALLING
        if percent and status.progress is not None:
            word = tr("{word} {percent} %", word=word, percent=round(100 * status.progress))
            self._progress.setValue(round(1000 * status.progress))
        self._progress.setVisible(percent)
        self._share_room()
        self._dot.show_state(status.state, self._theme)
        self._dot.setAccessibleName(word)
        waits = click_wakes or status.state in _ASKS_FOR_A_CLICK
        clickable = waits or click_explains
        switched = word != self._state.text()
        self._state.setText(word)
        self._state.setEnabled(clickable)
        font = self._state.font()
        font.setUnderline(clickable)
        self._state.setFont(font)
        self._state.setCursor(
            Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor
        )
        about = "\n".join(filter(None, [status.message, _adapter_line(status)]))
        self._state.setToolTip(tool_tip(about))
        self._state.setAccessibleName(tr("Model: {word}", word=word))
        self._state.setAccessibleDescription(status.message)
        if waits or (switched and (was_off or status.state is EngineState.OFF)):
            self.wake()  # who presses a switch wants to see what it did

    def _on_click(self) -> None:
        if self._click_wakes:
            self.snooze_clicked.emit()
        else:
            self.problem_clicked.emit()

    def say(self, text: str, ms: int = 4000, *, wakes: bool = True) -> None:
        """Show a plain message for ``ms`` milliseconds; 0 keeps it until the next one.

        One that does not wake the line stays as faint as the line is while the writer types.
        """
        shown = one_line(text) or self._standing
        self._message.setText(shown)
        self._message.setAccessibleName(shown or tr("Message"))
        announce(self, one_line(text))
        self._share_room()
        self._message_end.stop()
        if text and wakes:
            self.wake()
        if text and ms > 0:
            self._message_end.start(ms)

    def stand(self, text: str) -> None:
        """Show ``text`` whenever there is no other message; empty for nothing."""
        before, self._standing = self._standing, one_line(text)
        if self._standing or self.message == before:
            self.say("")
            self.wake()

    @property
    def message(self) -> str:
        """The message shown now."""
        return self._message.text()

    def set_counts(self, counts: TextCounts, selected: TextCounts | None = None) -> None:
        """Show how many words there are, and how many of them are selected if any are."""
        self._counts, self._selected = counts, selected
        text = trn("1 word", "{count:,} words", counts.words)
        if selected is not None:
            text = trn(
                "{selected:,} of 1 word",
                "{selected:,} of {count:,} words",
                counts.words,
                selected=selected.words,
            )
        self._words.setText(text)
        self._words.setAccessibleName(text)
        self._share_room()

    def show_counts(self) -> None:
        """Show the other figures above the number of words."""
        CountsPopover(self._counts, self._selected, self._scale, self).show_above(self._words)

    def set_origin(self, text: str) -> None:
        """Show where the words came from, such as “you 91 %, suggestions 9 %”; empty shows nothing."""
        self._origin.setText(text)
        self._origin.setAccessibleDescription(text)
        self._share_room()

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


def _longest_word() -> str:
    """Of all that the engine's state may be called; while a model is installed there is more to say."""
    states = (state for state in EngineState if state is not EngineState.INSTALLING)
    return max((state_word(state) for state in states), key=len)


def _adapter_line(status: EngineStatus) -> str:
    """Which of what was learned is in use, if any is."""
    return tr("Your version: {version}", version=status.adapter) if status.adapter else ""
