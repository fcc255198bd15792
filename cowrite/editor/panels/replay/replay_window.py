"""The replay: a past session plays on a page of its own, key by key, with what was suggested and what became of it.

It stands at once and fills in when the log has been read; nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cowrite.decisions.past_sessions import PastSession, clock
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.common.fit_to_screen import keep_on_screen
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.common.wheel_guard import ChoiceBox
from cowrite.editor.panels.replay.parts import (
    DecisionSlider,
    SessionList,
    at_that_time,
    first_size,
    in_a_row,
    push_button,
)
from cowrite.editor.panels.replay.replay_page import ReplayPage
from cowrite.editor.panels.replay.replay_reader import ReplayReader
from cowrite.localization import sentences, tr, tr_noop
from cowrite.suggest.replay.playback import Decision, Frame, Playback

READING = tr_noop("Loading…")
NOTHING_YET = tr_noop(
    "There is no session to replay yet. Write for a while, then watch here how the text came about: what was "
    "suggested, what you accepted and what you dismissed.\n\nIf Cowrite is set not to store what you write, no "
    "sessions will appear here."
)
NOTHING_OF_IT = tr_noop("This session is no longer stored.")
TEXT_UNKNOWN = tr_noop("The text at this point is no longer stored.")
WIDTH_PX, HEIGHT_PX = 1080, 760
LIST_PX = 270
TICK_MS = 33
MARK_MS = 900
"""What was taken is marked for so long, unless something else happens to it."""
FASTEST_MS = 20_000
"""As fast as possible: a session takes so long, and the time to see each decision."""
SHORTEST_STEP_MS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """``times`` as fast as it happened, 0 for as fast as possible. Playing stands still ``hold_ms`` at a decision."""

    name: str
    times: int
    hold_ms: int


SPEEDS = (
    Speed(name="1 ×", times=1, hold_ms=0),
    Speed(name="4 ×", times=4, hold_ms=400),
    Speed(name="16 ×", times=16, hold_ms=400),
    Speed(name=tr_noop("Fastest"), times=0, hold_ms=120),
)
USUAL_SPEED = 1


@dataclass(frozen=True, slots=True)
class ReplayState:
    """Which session is played, how far it is, and whether it plays."""

    session: str
    place_ms: float
    plays: bool


class ReplayWindow(QDialog):
    """Plays what the log at ``path`` holds. ``face`` and ``column`` are those of the page."""

    def __init__(
        self,
        path: Path,
        appearance: Appearance,
        *,
        face: str = "serif",
        column: int = 66,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Replay"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._appearance = appearance
        self._playback = Playback([])
        self._sessions: Sequence[PastSession] = ()
        self._to_come: ReplayState | None = None
        self._number = -1
        self._place = self._hold_ms = self._mark_ms = 0.0
        self._since = QElapsedTimer()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(lambda: self.advance(self._since.restart()))
        self._reader = ReplayReader(path, self)
        self._reader.listed.connect(self._on_listed)
        self._reader.loaded.connect(self._on_loaded)
        self._reader.failed.connect(self._say)
        self._build(face, column)
        appearance.changed.connect(self._dress)
        self.finished.connect(self._end)
        self._dress()
        keep_on_screen(self)
        self._say(tr(READING))
        self._show_parts(False)
        self._reader.list_sessions()

    # --- building ---

    def _build(self, face: str, column: int) -> None:
        self.sessions = SessionList()
        self.sessions.currentRowChanged.connect(self._choose)
        self.page = ReplayPage(self._appearance.theme, self._appearance.fonts)
        self.page.set_face(face)
        self.page.set_column(column)
        self.said, self.when, self.time, self.message = (PlainLabel() for _ in range(4))
        self.said.setMinimumWidth(1)  # a long suggestion must not make the window wider
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.message)
        self._pages.addWidget(self.page)
        row = in_a_row(self.sessions, self._pages, wide=self._pages)
        row.setSpacing(0)
        self.controls = QWidget()
        below = QVBoxLayout(self.controls)
        below.setContentsMargins(24, 12, 24, 16)
        below.setSpacing(8)
        below.addLayout(in_a_row(self.said, self.when, wide=self.said))
        below.addLayout(self._control_row())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(row, 1)
        whole.addWidget(self.controls)

    def _control_row(self) -> QHBoxLayout:
        self.play = push_button(tr("Play"), tr("Play or pause (Space)"))
        self.play.clicked.connect(self.toggle)
        self.play.setMinimumWidth(self.play.fontMetrics().horizontalAdvance(tr("Pause")) + 48)
        self.back = push_button("‹", tr("Previous decision (P)"))
        self.back.clicked.connect(self.show_decision_before)
        self.on = push_button("›", tr("Next decision (N)"))
        self.on.clicked.connect(self.show_next_decision)
        for key, do in (("P", self.show_decision_before), ("N", self.show_next_decision)):
            QShortcut(QKeySequence(key), self, do)
        self.seek = DecisionSlider()
        self.seek.valueChanged.connect(self.show_at)
        self.speed = ChoiceBox()
        self.speed.setAccessibleName(tr("Speed"))
        self.speed.addItems([tr(each.name) for each in SPEEDS])
        self.speed.setCurrentIndex(USUAL_SPEED)
        buttons = (self.play, self.back, self.on)
        return in_a_row(*buttons, self.seek, self.time, self.speed, wide=self.seek)

    # --- reading ---

    def _on_listed(self, sessions: Sequence[PastSession]) -> None:
        self._sessions = sessions
        self.sessions.fill(sessions)
        self._show_parts(bool(sessions))
        if sessions:
            self._choose_to_come()
        else:
            self._say(tr(NOTHING_YET))

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._sessions):
            self._say(tr(READING))
            self._reader.load(self._sessions[row].id)

    def _on_loaded(self, playback: Playback) -> None:
        if not len(playback):
            self._say(tr(NOTHING_OF_IT))
            return
        self._playback = playback
        self._pages.setCurrentWidget(self.page)
        self.seek.blockSignals(True)
        self.seek.setRange(0, playback.duration_ms)
        self.seek.setSingleStep(SHORTEST_STEP_MS)
        self.seek.setPageStep(max(SHORTEST_STEP_MS, playback.duration_ms // 20))
        self.seek.blockSignals(False)
        self.seek.set_ticks(
            [
                (playback.played_at(n), playback.decision_of(n) is Decision.TAKEN)
                for n in playback.decisions
            ]
        )
        self._enable(True)
        to_come, self._to_come = self._to_come, None
        self.show_at(to_come.place_ms if to_come else 0)
        if to_come and to_come.plays:
            self.toggle()
        if not self.sessions.hasFocus():
            self.page.setFocus()

    def handed_over(self) -> object:
        """What is played, for the window that takes the place of this one."""
        row = self.sessions.currentRow()
        session = self._sessions[row].id if 0 <= row < len(self._sessions) else ""
        return ReplayState(session, self._place, self.is_playing)

    def take_over(self, state: object) -> None:
        """Go on with it, once it is read."""
        self._to_come = state if isinstance(state, ReplayState) else None
        if self._sessions:
            self._choose_to_come()

    def _choose_to_come(self) -> None:
        ids = [each.id for each in self._sessions]
        wanted = self._to_come and self._to_come.session
        self.sessions.setCurrentRow(-1)  # so that it is read again
        self.sessions.setCurrentRow(ids.index(wanted) if wanted in ids else 0)

    def _say(self, sentence: str) -> None:
        """A sentence in place of the page."""
        self.pause()
        self._playback = Playback([])
        self._number = -1
        self.message.setText(sentence)
        self._pages.setCurrentWidget(self.message)
        for label in (self.said, self.when, self.time):
            label.clear()
        self.seek.set_ticks(())
        self._enable(False)

    def _show_parts(self, shown: bool) -> None:
        """What is of no use without sessions."""
        self.sessions.setVisible(shown)
        self.controls.setVisible(shown)

    def _enable(self, enabled: bool) -> None:
        for widget in (self.play, self.seek, self.speed):
            widget.setEnabled(enabled)
        for button in (self.back, self.on):
            button.setEnabled(enabled and bool(self._playback.decisions))

    # --- playing ---

    @property
    def playback(self) -> Playback:
        """What is played; without frames while there is nothing to play."""
        return self._playback

    @property
    def is_playing(self) -> bool:
        """Whether it moves by itself."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Play or pause; at the end, play from the beginning."""
        if self.is_playing or not len(self._playback):
            self.pause()
            return
        if self._place >= self._playback.duration_ms:
            self.show_at(0)
        self._since.start()
        self._timer.start()
        self.play.setText(tr("Pause"))

    def pause(self) -> None:
        """Stand still."""
        self._timer.stop()
        self.play.setText(tr("Play"))

    def advance(self, passed_ms: float) -> None:
        """Play on, as after that much real time; stop at the end, and stand still a moment at each decision."""
        self._mark_ms -= passed_ms
        if self._mark_ms <= 0:
            self.page.clear_marks()
        held = min(self._hold_ms, passed_ms)
        self._hold_ms -= held
        if held == passed_ms:
            return
        speed, playback = SPEEDS[self.speed.currentIndex()], self._playback
        times = speed.times or max(64.0, playback.duration_ms / FASTEST_MS)
        place = min(self._place + (passed_ms - held) * times, playback.duration_ms)
        decision = playback.decision_after(self._number)
        if decision is not None and playback.played_at(decision) <= place:
            self._show(decision, playback.played_at(decision))
            self._hold_ms = speed.hold_ms
            return
        self._show(max(self._number, playback.number_at(place)), place)
        if place >= playback.duration_ms:
            self.pause()

    def show_at(self, place_ms: float) -> None:
        """Show the session as it was at that place of the playback."""
        if not len(self._playback):
            return
        place = max(0.0, min(float(self._playback.duration_ms), place_ms))
        self._since.restart()
        self._hold_ms = self._mark_ms = 0.0
        self._number = -1
        self._show(self._playback.number_at(place), place)

    def show_next_decision(self) -> None:
        """Go to the next decision, and stand still there."""
        self._show_decision(self._playback.decision_after(self._number))

    def show_decision_before(self) -> None:
        """Go to the decision before, and stand still there."""
        self._show_decision(self._playback.decision_before(self._number))

    def _show_decision(self, number: int | None) -> None:
        self.pause()
        if number is not None:
            self._number = -1
            self._show(number, self._playback.played_at(number))

    def _show(self, number: int, place_ms: float) -> None:
        self._place = place_ms
        self.seek.blockSignals(True)
        self.seek.setValue(round(place_ms))
        self.seek.blockSignals(False)
        self.time.setText(f"{clock(place_ms)} / {clock(self._playback.duration_ms)}")
        if number != self._number:
            self._number = number
            self._show_frame(self._playback.frame(number))

    def _show_frame(self, frame: Frame) -> None:
        # What was taken a moment ago stays marked while the writer writes on.
        keep_mark = self._mark_ms > 0 and frame.decision is None
        self.page.show_frame(frame, keep_mark=keep_mark)
        if frame.decision is not None:
            self._mark_ms = MARK_MS
        self._colour_said(frame)
        unknown = "" if frame.is_known else tr(TEXT_UNKNOWN)
        self.said.setText(sentences(unknown, frame.said))
        self.when.setText(at_that_time(frame.at_ms))

    # --- showing ---

    def _colour_said(self, frame: Frame) -> None:
        theme = self._appearance.theme
        colour = theme.accent if frame.decision is Decision.TAKEN else theme.ink
        weight = 600 if frame.decision is not None else 400
        self.said.setStyleSheet(f"color: {colour}; font-weight: {weight};")

    def _dress(self) -> None:
        theme, scale = self._appearance.theme, self._appearance.scale
        self.page.set_theme(theme)
        self.page.set_zoom(self._appearance.zoom_percent)
        self.seek.set_colours(theme.accent, theme.quiet)
        self.message.setStyleSheet(
            f"background: {theme.page}; color: {theme.quiet}; padding: 48px;"
        )
        self.sessions.setStyleSheet(
            f"QListView {{ background: {theme.desk}; border: none; border-radius: 0; padding: 0; }}"
        )
        self.sessions.set_quiet_colour(theme.quiet)
        self.sessions.setFixedWidth(round(LIST_PX * max(1.0, scale)))
        if not self.isVisible():
            self.resize(first_size(self, QSize(WIDTH_PX, HEIGHT_PX) * max(1.0, scale)))
        self.when.setStyleSheet(f"color: {theme.quiet};")
        if self._number >= 0:
            self._colour_said(self._playback.frame(self._number))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.toggle()
            return
        super().keyPressEvent(event)

    # --- the end ---

    def _end(self) -> None:
        self.pause()
        self._appearance.changed.disconnect(self._dress)
        self._reader.close()
