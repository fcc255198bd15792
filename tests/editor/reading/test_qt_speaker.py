"""Reading by Qt's classes, with Qt's own mock engine: it tells words, and has English voices but no Chinese one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from cowrite.editor.reading.speaker import Manner

pytest.importorskip("PySide6.QtTextToSpeech", reason="PySide6-Addons is not installed")

ENGLISH = Manner("en_US")


@pytest.fixture
def speaker(qtbot: QtBot) -> Iterator[Heard]:
    heard = Heard()
    yield heard
    heard.speaker.close()


class Heard:
    """A speaker, and all it told."""

    def __init__(self) -> None:
        from cowrite.editor.reading.qt_speaker import QtSpeaker

        self.speaker = QtSpeaker(engine="mock")
        self.words: list[tuple[int, int, int]] = []
        self.finished: list[int] = []
        self.failed: list[tuple[int, str]] = []
        self.speaker.word.connect(lambda *word: self.words.append(word))
        self.speaker.finished.connect(self.finished.append)
        self.speaker.failed.connect(lambda *what: self.failed.append(what))


def test_it_says_words_and_the_end(speaker: Heard, qtbot: QtBot) -> None:
    speaker.speaker.say(3, "One two, three.", Manner("en_US", speed_percent=200))
    qtbot.waitUntil(lambda: bool(speaker.finished))
    assert speaker.words == [(3, 0, 3), (3, 4, 3), (3, 9, 5)]
    assert speaker.finished == [3]


def test_another_text_takes_the_place_of_the_first(speaker: Heard, qtbot: QtBot) -> None:
    speaker.speaker.say(1, "One two three four.", ENGLISH)
    qtbot.waitUntil(lambda: bool(speaker.words))
    speaker.speaker.say(2, "Five.", ENGLISH)
    qtbot.waitUntil(lambda: bool(speaker.finished))
    assert speaker.finished == [2]
    assert speaker.words[-1] == (2, 0, 4)


def test_silence_is_not_the_end(speaker: Heard, qtbot: QtBot) -> None:
    speaker.speaker.say(1, "One two three four.", ENGLISH)
    qtbot.waitUntil(lambda: bool(speaker.words))
    speaker.speaker.hush()
    told = list(speaker.words)
    qtbot.wait(300)
    assert speaker.words == told
    assert speaker.finished == []
    speaker.speaker.hush()


def test_a_language_without_a_voice(speaker: Heard) -> None:
    speaker.speaker.say(1, "今天天气很好。", Manner("zh"))
    assert speaker.failed == [
        (1, "No voice on this computer reads Chinese. Install one, and try again.")
    ]


def test_the_voices_that_there_are(speaker: Heard, qtbot: QtBot) -> None:
    with qtbot.waitSignal(speaker.speaker.voices_known):
        speaker.speaker.look_for_voices()
    assert {voice.language for voice in speaker.speaker.voices} >= {"en_US", "en_GB", "fi_FI"}


def test_a_voice_that_is_wanted(speaker: Heard, qtbot: QtBot) -> None:
    speaker.speaker.say(1, "One.", Manner("en_US", voice="Anne"))
    qtbot.waitUntil(lambda: bool(speaker.finished))
    assert speaker.speaker._speech.voice().name() == "Anne"
