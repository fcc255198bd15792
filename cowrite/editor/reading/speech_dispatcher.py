"""Reading aloud on Linux and the BSDs: a client of speech-dispatcher, which the desktop's screen reader uses as well.

Qt has one too, which holds the window for seconds while it lists voices, files Mandarin under no language, never says
that a text ended after a pause, silences the screen reader with itself and tells no words (docs/adr/0065).
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QLocalSocket

from cowrite.editor.common.child_process import ChildProcess
from cowrite.editor.reading import sentences
from cowrite.editor.reading.speaker import Manner, Speaker
from cowrite.localization import tr
from cowrite.speech.languages import Voice, needs_voices, voice_for
from cowrite.speech.ssip import (
    CANCEL,
    LIST_VOICES,
    QUEUED,
    READY_FOR_TEXT,
    Answer,
    AnswerReader,
    Event,
    MarkedText,
    ProtocolError,
    hello,
    marked_text,
    socket_path,
    start_command,
    voice_commands,
    voices_in,
)

logger = logging.getLogger(__name__)

TRIES = 20
TRY_AGAIN_MS = 150
PATIENCE_MS = 10_000
"""So long the service has time for an answer: the first list of voices takes a second or two."""

Heard = Callable[[Answer], None]


@dataclass(frozen=True, slots=True)
class _Wanted:
    number: int
    text: str
    manner: Manner


class SpeechDispatcher(Speaker):
    """Connects when something is to be said, and starts the service if it does not run."""

    def __init__(self, parent: QObject | None = None, *, path: Path | None = None) -> None:
        super().__init__(parent)
        self._path = path or socket_path()
        self._socket: QLocalSocket | None = None
        self._reader = AnswerReader()
        self._waiting: deque[tuple[bytes, Heard]] = deque()
        self._asked: Heard | None = None
        self._is_ready = False
        self._tries = 0
        self._voices: tuple[Voice, ...] = ()
        self._has_asked = False
        self._wants_voices = False
        self._has_named = False
        """Whether a voice was named in this connection: a language alone then changes nothing any more."""
        self._wanted: _Wanted | None = None
        self._speaking: tuple[int, str, MarkedText] | None = (
            None  # number, the service's own, what it says
        )
        self._early: list[Event] = []
        self._starter = ChildProcess(self)
        self._starter.ended.connect(self._on_started)
        self._again = _timer(self, TRY_AGAIN_MS, self._connect)
        self._patience = _timer(self, PATIENCE_MS, lambda: self._fail(tr(sentences.NO_ANSWER)))

    # -- what is asked of it

    def say(self, number: int, text: str, manner: Manner) -> None:  # noqa: D102 - see Speaker
        self._wanted = _Wanted(number, text, manner)
        self._speaking = None
        if self._is_ready:
            self._say_wanted()
        else:
            self._begin()

    def hush(self) -> None:  # noqa: D102 - see Speaker
        was_at_it = self._speaking is not None or self._wanted is not None
        self._wanted = self._speaking = None
        if self._is_ready and was_at_it:
            self._send(CANCEL)

    def look_for_voices(self) -> None:  # noqa: D102 - see Speaker
        if self._voices:
            self.voices_known.emit()
        elif self._is_ready:
            self._send(LIST_VOICES, self._on_voices)
        else:
            self._wants_voices = True
            self._begin()

    @property
    def voices(self) -> Sequence[Voice]:  # noqa: D102 - see Speaker
        return self._voices

    def close(self) -> None:  # noqa: D102 - see Speaker
        self._wanted = self._speaking = None
        self._starter.close()
        self._drop()

    # -- the connection

    def _begin(self) -> None:
        if self._socket is None and not self._starter.is_running and not self._again.isActive():
            self._tries = 0
            self._connect()

    def _connect(self) -> None:
        socket = QLocalSocket(self)
        self._socket, self._reader = socket, AnswerReader()
        self._waiting.clear()
        self._asked = None
        socket.connected.connect(self._on_connected)
        socket.errorOccurred.connect(self._on_error)
        socket.readyRead.connect(self._on_data)
        socket.connectToServer(str(self._path))

    def _on_connected(self) -> None:
        *settings, last = hello(os.environ.get("USER", ""))
        for command in settings:
            self._send(command)
        self._send(last, lambda _: self._on_ready())

    def _on_error(self, _error: QLocalSocket.LocalSocketError) -> None:
        was_ready = self._is_ready
        self._drop()
        if was_ready:  # it ended, which it also does when its settings are changed
            self._fail(tr(sentences.NO_ANSWER))
        elif self._tries == 0:
            self._tries = 1
            self._starter.start(start_command(self._path))
        elif self._tries < TRIES:
            self._tries += 1
            self._again.start()
        else:
            self._fail(tr(sentences.NO_ANSWER))

    def _on_started(self, status: int | None, said: str) -> None:
        if status is None:
            self._fail(tr(sentences.NO_SERVICE))
            return
        # Not 0 is also what it says if somebody else has just started it.
        if status:
            logger.info("speech-dispatcher ended with %s: %s", status, said.strip()[-200:])
        self._connect()

    def _drop(self) -> None:
        socket, self._socket = self._socket, None
        self._is_ready = self._has_named = False
        self._again.stop()
        self._patience.stop()
        self._waiting.clear()
        self._asked = None
        if socket is not None:
            socket.blockSignals(True)
            socket.abort()
            socket.deleteLater()

    def _fail(self, sentence: str) -> None:
        number = None
        if self._wanted is not None:
            number = self._wanted.number
        elif self._speaking is not None:
            number = self._speaking[0]
        self._wanted = self._speaking = None
        self._drop()
        if number is not None:
            self.failed.emit(number, sentence)

    # -- commands, one after another: the service reads no further while it answers

    def _send(self, command: str, heard: Heard = lambda _: None) -> None:
        self._post(command.encode() + b"\r\n", heard)

    def _post(self, data: bytes, heard: Heard, *, next_of_all: bool = False) -> None:
        if next_of_all:
            self._waiting.appendleft((data, heard))
        else:
            self._waiting.append((data, heard))
        self._ask_next()

    def _ask_next(self) -> None:
        if self._asked is not None or not self._waiting or self._socket is None:
            return
        data, self._asked = self._waiting.popleft()
        self._patience.start()
        self._socket.write(data)

    def _on_data(self) -> None:
        socket = self._socket
        if socket is None:
            return
        try:
            for told in self._reader.feed(bytes(socket.readAll().data())):
                if isinstance(told, Event):
                    self._on_event(told)
                else:
                    self._on_answer(told)
                if self._socket is not socket:
                    return
        except ProtocolError as error:
            logger.warning("The speech service said what it should not: %s", error)
            self._fail(tr(sentences.NO_ANSWER))

    def _on_answer(self, answer: Answer) -> None:
        heard, self._asked = self._asked, None
        self._patience.stop()
        if heard is not None:
            heard(answer)
        self._ask_next()

    def _on_ready(self) -> None:
        self._is_ready = True
        wants, self._wants_voices = self._wants_voices, False
        self._say_wanted()
        if wants:
            self.look_for_voices()

    def _on_voices(self, answer: Answer) -> None:
        self._voices = voices_in(answer.lines)
        self._has_asked = True
        self.voices_known.emit()

    # -- speaking

    def _say_wanted(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return
        if not self._has_asked and needs_voices(wanted.manner.language, wanted.manner.voice):
            # A second or two, so only where one must be named or may be missing.
            self._send(LIST_VOICES, lambda answer: self._on_voices_for(answer, wanted))
        else:
            self._begin_to_say(wanted)

    def _on_voices_for(self, answer: Answer, wanted: _Wanted) -> None:
        self._on_voices(answer)
        if self._wanted is wanted:
            self._begin_to_say(wanted)

    def _begin_to_say(self, wanted: _Wanted) -> None:
        manner = wanted.manner
        voice = voice_for(manner.language, self._voices, manner.voice)
        if voice is None and self._voices:
            self._wanted = None
            self._send(CANCEL)
            self.failed.emit(wanted.number, sentences.no_voice(manner.language))
            return
        is_named = bool(manner.voice) or self._has_named
        self._has_named = is_named
        for command in voice_commands(
            voice, manner.language, manner.speed_percent, by_name=is_named
        ):
            self._send(command)
        self._send("SPEAK", lambda answer: self._on_ready_for_text(answer, wanted))

    def _on_ready_for_text(self, answer: Answer, wanted: _Wanted) -> None:
        if answer.code != READY_FOR_TEXT:
            self._refused(wanted)
            return
        # It waits for a text now, even if nobody wants it any more: then there is none.
        still = self._wanted is wanted
        said = marked_text(wanted.text if still else "")
        self._post(
            said.data, lambda answer: self._on_queued(answer, wanted, said), next_of_all=True
        )

    def _on_queued(self, answer: Answer, wanted: _Wanted, said: MarkedText) -> None:
        early, self._early = self._early, []
        if self._wanted is not wanted:
            return
        if answer.code != QUEUED or not answer.lines:
            self._refused(wanted)
            return
        self._wanted = None
        self._speaking = wanted.number, answer.lines[0], said
        for event in early:
            self._on_event(event)

    def _refused(self, wanted: _Wanted) -> None:
        if self._wanted is wanted:
            self._wanted = None
            self.failed.emit(wanted.number, sentences.service_failed(""))

    def _on_event(self, event: Event) -> None:
        if self._speaking is None or event.message != self._speaking[1]:
            if self._wanted is not None:  # of a text whose number is not known yet
                self._early.append(event)
            return
        number, _, said = self._speaking
        if (place := said.words.get(event.mark or "")) is not None:
            start, end = place
            self.word.emit(number, start, end - start)
        elif event.has_ended:
            self._speaking = None
            self.finished.emit(number)
        elif event.was_cancelled:
            self._speaking = None
            self.silenced.emit(number)


def _timer(parent: QObject, ms: int, do: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(ms)
    timer.timeout.connect(do)
    return timer
