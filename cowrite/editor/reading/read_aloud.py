"""Reading aloud in the whole program: one voice, so one reading at a time, on whichever page it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from cowrite.base.errors import UserError
from cowrite.base.utf16 import from_units
from cowrite.editor.document.document_view import DocumentView
from cowrite.localization import tr
from cowrite.settings.preferences import Preferences
from cowrite.speech.reading import ReadingState

if TYPE_CHECKING:  # imported when something is read
    from cowrite.editor.reading.page_reading import PageReading
    from cowrite.editor.reading.speaker import Speaker
    from cowrite.speech.languages import Voice

LET_GO_MS = 30_000
"""So long after the last word the service is let go: it then ends, if nobody else needs it."""


class ReadAloud(QObject):
    """``make_speaker`` raises UserError if nothing here can speak; ``language_of_view`` is that of a document.

    Signals: ``changed()`` when a reading begins, pauses, goes on or ends, ``told(view, str sentence)`` for what is
    worth a word, ``failed(view, str sentence)`` for what went wrong.
    """

    changed = Signal()
    told = Signal(object, str)
    failed = Signal(object, str)

    def __init__(
        self,
        make_speaker: Callable[[QObject], Speaker],
        language_of_view: Callable[[DocumentView], str],
        preferences: Callable[[], Preferences],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._make_speaker = make_speaker
        self._language_of_view = language_of_view
        self._preferences = preferences
        self._speaker: Speaker | None = None
        self._on_page: PageReading | None = None
        self._state = ReadingState.OFF
        self._manner: tuple[str, int] | None = None
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(LET_GO_MS)
        self._idle.timeout.connect(self._let_go)

    @property
    def state(self) -> ReadingState:
        """What is being done now."""
        return self._state

    @property
    def view(self) -> DocumentView | None:
        """On which page; None if nothing is read."""
        return self._on_page.view if self._on_page is not None else None

    @property
    def on_page(self) -> PageReading | None:
        """The reading that is under way."""
        return self._on_page

    def toggle(self, view: DocumentView) -> None:
        """Begin on ``view``; or pause there, or go on there."""
        here = self._on_page if self.view is view else None
        if here is None:
            self._start(view)
        elif self._state is ReadingState.READING:
            here.reading.pause()
        else:
            here.go_on()

    def stop(self) -> None:
        """Read no more."""
        if self._on_page is not None:
            self._on_page.stop()

    def close(self) -> None:
        """End everything: the program ends."""
        self.stop()
        self._idle.stop()
        self._let_go()

    def follow_preferences(self, chosen: Preferences) -> None:
        """Go on in another voice or at another speed, if that is what changed."""
        manner = chosen.reading_voice, chosen.reading_speed_percent
        if manner != self._manner and self._on_page is not None:
            self._manner = manner
            self._on_page.reading.say_again()

    # -- which voices there are

    def ask_for_voices(self, answer: Callable[[Sequence[Voice]], None]) -> None:
        """Call ``answer`` with the voices of this computer, once it is known which; never if there are none."""
        try:
            speaker = self._speaker_now()
        except UserError:
            return
        if speaker.voices:
            answer(speaker.voices)
            return
        once = Qt.ConnectionType.SingleShotConnection
        speaker.voices_known.connect(lambda: answer(speaker.voices), once)
        speaker.look_for_voices()
        if self._on_page is None:
            self._idle.start()

    # -- within

    def _speaker_now(self) -> Speaker:
        if self._speaker is None:
            speaker = self._speaker = self._make_speaker(self)
            speaker.word.connect(self._on_word)
            speaker.finished.connect(self._on_finished)
            speaker.silenced.connect(self._on_silenced)
            speaker.failed.connect(self._on_failed)
        return self._speaker

    def _let_go(self) -> None:
        speaker, self._speaker = self._speaker, None
        if speaker is not None:
            speaker.close()
            speaker.deleteLater()

    def _start(self, view: DocumentView) -> None:
        from cowrite.editor.reading import sentences
        from cowrite.editor.reading.page_reading import PageReading

        self.stop()
        try:
            self._speaker_now()
        except UserError as error:
            self.failed.emit(view, str(error))
            return
        self._idle.stop()
        chosen = self._preferences()
        self._manner = chosen.reading_voice, chosen.reading_speed_percent
        on_page = self._on_page = PageReading(view, self)
        on_page.changed.connect(self._on_changed)
        on_page.start()
        if on_page.reading.state is ReadingState.OFF and self._on_page is on_page:
            self._end(on_page)
            self.told.emit(view, tr(sentences.NOTHING_TO_READ))

    def say(self, number: int, text: str) -> None:
        """Have the voice say it: see :class:`cowrite.speech.reading.Speech`."""
        from cowrite.editor.reading.speaker import Manner
        from cowrite.speech.languages import language_of

        if self._speaker is None or self._on_page is None:
            return
        chosen = self._preferences()
        usual = self._language_of_view(self._on_page.view)
        manner = Manner(
            language_of(from_units(text), usual), chosen.reading_voice, chosen.reading_speed_percent
        )
        self._speaker.say(number, text, manner)

    def hush(self) -> None:
        """Have the voice say nothing more."""
        if self._speaker is not None:
            self._speaker.hush()

    def _on_word(self, number: int, start: int, length: int) -> None:
        if self._on_page is not None:
            self._on_page.reading.said_word(number, start, length)

    def _on_finished(self, number: int) -> None:
        if self._on_page is not None:
            self._on_page.reading.finished(number)

    def _on_silenced(self, number: int) -> None:
        from cowrite.editor.reading import sentences

        self._fail(number, tr(sentences.SILENCED))

    def _on_failed(self, number: int, sentence: str) -> None:
        self._fail(number, sentence)

    def _fail(self, number: int, sentence: str) -> None:
        view = self.view
        if self._on_page is not None:
            self._on_page.reading.failed(number)
        if self._on_page is None and view is not None:
            self.failed.emit(view, sentence)

    def _on_changed(self) -> None:
        on_page = self._on_page
        if on_page is None or on_page.reading.state is self._state:
            return
        self._state = on_page.reading.state
        if self._state is ReadingState.OFF:
            from cowrite.editor.reading import sentences

            self._end(on_page)
            if on_page.reading.reached_end:
                self.told.emit(on_page.view, tr(sentences.AT_THE_END))
        self.changed.emit()

    def _end(self, on_page: PageReading) -> None:
        self._on_page = None
        on_page.let_go()
        self._idle.start()
