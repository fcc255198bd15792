"""Reading aloud by Qt's own classes: on Windows and macOS, and by Qt's mock engine in tests.

Part of PySide6-Addons, of which the package brings only these files along.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtTextToSpeech import QTextToSpeech, QVoice

from cowrite.editor.reading import sentences
from cowrite.editor.reading.speaker import Manner, Speaker
from cowrite.localization import tr
from cowrite.speech.languages import Voice, voice_for

_State = QTextToSpeech.State


class QtSpeaker(Speaker):
    """``engine`` is one of Qt's; empty for the system's usual one."""

    def __init__(self, parent: QObject | None = None, *, engine: str = "") -> None:
        super().__init__(parent)
        self._speech = QTextToSpeech(engine, self) if engine else QTextToSpeech(self)
        self._wanted: tuple[int, str, Manner] | None = None
        self._number: int | None = None
        self._has_begun = False
        self._speech.stateChanged.connect(self._on_state)
        self._speech.sayingWord.connect(self._on_word)
        self._speech.errorOccurred.connect(self._on_error)

    def say(self, number: int, text: str, manner: Manner) -> None:  # noqa: D102 - see Speaker
        self._number = None
        self._wanted = number, text, manner
        if self._speech.state() in (_State.Speaking, _State.Paused):
            self._speech.stop()  # some say so later that they are ready again: see _on_state
        if self._wanted is not None and self._speech.state() in (_State.Ready, _State.Error):
            self._say_wanted()

    def hush(self) -> None:  # noqa: D102 - see Speaker
        self._number = self._wanted = None
        self._speech.stop()

    def look_for_voices(self) -> None:  # noqa: D102 - see Speaker
        self.voices_known.emit()

    @property
    def voices(self) -> Sequence[Voice]:  # noqa: D102 - see Speaker
        return [Voice(each.name(), each.locale().name()) for each in self._all()]

    def close(self) -> None:  # noqa: D102 - see Speaker
        self.hush()

    def _all(self) -> list[QVoice]:
        speech = self._speech
        return [voice for locale in speech.availableLocales() for voice in speech.allVoices(locale)]

    def _say_wanted(self) -> None:
        if self._wanted is None:
            return
        (number, text, manner), self._wanted = self._wanted, None
        voices = self._all()
        known = [Voice(each.name(), each.locale().name()) for each in voices]
        voice = voice_for(manner.language, known, manner.voice)
        if voice is None:
            sentence = sentences.no_voice(manner.language) if known else tr(sentences.NO_ENGINE)
            self.failed.emit(number, sentence)
            return
        chosen = voices[known.index(voice)]
        if chosen != self._speech.voice():
            self._speech.setVoice(chosen)
        self._speech.setRate(_rate_of(manner.speed_percent))
        self._number, self._has_begun = number, False
        self._speech.say(text)

    def _on_state(self, state: QTextToSpeech.State) -> None:
        if state is _State.Speaking:
            self._has_begun = True
        elif state is _State.Ready:
            number = self._number
            if self._wanted is not None:
                self._say_wanted()
            elif number is not None and self._has_begun:
                self._number = None
                self.finished.emit(number)

    def _on_word(self, _word: str, _utterance: int, start: int, length: int) -> None:
        if self._number is not None:
            self.word.emit(self._number, start, length)

    def _on_error(self, _reason: QTextToSpeech.ErrorReason, said: str) -> None:
        number, self._number = self._number, None
        if number is not None:
            self.failed.emit(number, sentences.service_failed(said))


def _rate_of(speed_percent: int) -> float:
    """Qt's rate, -1 to 1; 0 is the usual speed."""
    share = speed_percent / 100 - 1
    return max(-1.0, min(1.0, 2 * share if share < 0 else share))
