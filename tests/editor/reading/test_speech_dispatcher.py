"""The client of speech-dispatcher, with a service of our own that speaks its protocol."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from cowrite.editor.reading import speech_dispatcher
from cowrite.editor.reading.speaker import Manner
from cowrite.editor.reading.speech_dispatcher import SpeechDispatcher

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"),
    reason="speech-dispatcher is a service of Linux and the BSDs",
)

ENGLISH = Manner("en_US")
VOICES = (
    "249-English (America)\ten-us\tnone\r\n249-Mandarin\tcmn\tnone\r\n249 OK VOICE LIST SENT\r\n"
)


class Service:
    """Answers as speech-dispatcher does, and says what a test tells it to."""

    def __init__(self, path: Path) -> None:
        self.server = QLocalServer()
        assert self.server.listen(str(path))
        self.server.newConnection.connect(self._on_connection)
        self.client: QLocalSocket | None = None
        self.commands: list[str] = []
        self.texts: list[str] = []
        self.voices = VOICES
        self.refuses_to_speak = False
        self._is_text = False
        self._rest = b""

    def _on_connection(self) -> None:
        self.client = self.server.nextPendingConnection()
        self.client.readyRead.connect(self._on_data)

    def _on_data(self) -> None:
        assert self.client is not None
        *lines, self._rest = (self._rest + bytes(self.client.readAll().data())).split(b"\r\n")
        for line in lines:
            if not self._is_text:
                self._on_command(line.decode())
            elif line == b".":
                self._is_text = False
                self.answer(f"225-{len(self.texts)}\r\n225 OK MESSAGE QUEUED")
            else:
                self.texts.append(line.decode())

    def _on_command(self, command: str) -> None:
        self.commands.append(command)
        if command == "SPEAK" and not self.refuses_to_speak:
            self._is_text = True
            self.answer("230 OK RECEIVING DATA")
        elif command == "SPEAK":
            self.answer("400 ERR NO")
        elif command == "LIST SYNTHESIS_VOICES":
            self.answer(self.voices.rstrip())
        else:
            self.answer("200 OK")

    def answer(self, lines: str) -> None:
        assert self.client is not None
        self.client.write(lines.encode() + b"\r\n")

    def tell(self, number: int, code: int, mark: str = "") -> None:
        named = f"{code}-{mark}\r\n" if mark else ""
        self.answer(f"{code}-{number}\r\n{code}-1\r\n{named}{code} EVENT")

    def close(self) -> None:
        if self.client is not None:
            self.client.abort()
            self.client.deleteLater()
        self.server.close()
        self.server.deleteLater()


class Talk:
    """The speaker beside its service, and all that it told."""

    def __init__(self, qtbot: QtBot, path: Path) -> None:
        self.qtbot = qtbot
        self.service = Service(path)
        self.speaker = SpeechDispatcher(path=path)
        self.words: list[tuple[int, int, int]] = []
        self.finished: list[int] = []
        self.silenced: list[int] = []
        self.failed: list[tuple[int, str]] = []
        self.speaker.word.connect(lambda *word: self.words.append(word))
        self.speaker.finished.connect(self.finished.append)
        self.speaker.silenced.connect(self.silenced.append)
        self.speaker.failed.connect(lambda *what: self.failed.append(what))

    def until(self, what: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(what()), timeout=20_000)

    def say(self, number: int, text: str, manner: Manner = ENGLISH) -> None:
        before = len(self.service.texts)
        self.speaker.say(number, text, manner)
        self.until(lambda: len(self.service.texts) > before)

    def close(self) -> None:
        self.speaker.close()
        self.speaker.deleteLater()
        self.service.close()


@pytest.fixture
def talk(qtbot: QtBot, tmp_path: Path) -> Iterator[Talk]:
    made = Talk(qtbot, tmp_path / "speechd.sock")
    yield made
    made.close()


def test_words_and_the_end_are_told(talk: Talk) -> None:
    talk.say(5, "One two.")
    talk.service.tell(1, 701)
    talk.service.tell(1, 700, "4")
    talk.service.tell(1, 702)
    talk.until(lambda: talk.finished)
    assert talk.words == [(5, 4, 3)]
    assert talk.finished == [5]
    assert talk.service.commands[-4:] == [
        "SET SELF PRIORITY text",
        "SET SELF LANGUAGE en-US",
        "SET SELF RATE 0",
        "SPEAK",
    ]


def test_the_next_text_needs_no_new_connection(talk: Talk) -> None:
    talk.say(1, "One.")
    talk.service.tell(1, 702)
    talk.until(lambda: talk.finished)
    talk.say(2, "Two.")
    talk.service.tell(2, 702)
    talk.until(lambda: len(talk.finished) == 2)
    assert sum(each.startswith("SET SELF CLIENT_NAME") for each in talk.service.commands) == 1


def test_what_is_told_of_a_text_that_gave_way_is_not_heard(talk: Talk) -> None:
    talk.say(1, "One two.")
    talk.say(2, "Three four.")
    talk.service.tell(1, 703)
    talk.service.tell(1, 700, "0")
    talk.service.tell(2, 700, "6")
    talk.until(lambda: talk.words)
    assert talk.words == [(2, 6, 4)]
    assert talk.silenced == []


def test_silence(talk: Talk) -> None:
    talk.say(1, "One two.")
    talk.speaker.hush()
    talk.until(lambda: "CANCEL SELF" in talk.service.commands)
    talk.service.tell(1, 703)
    talk.say(2, "Three.")
    talk.service.tell(2, 702)
    talk.until(lambda: talk.finished)
    assert (talk.finished, talk.silenced) == ([2], [])


def test_silence_before_it_was_connected(talk: Talk) -> None:
    talk.speaker.say(1, "One.", ENGLISH)
    talk.speaker.hush()
    talk.say(2, "Two.")
    assert all("One" not in text for text in talk.service.texts)


def test_two_texts_before_it_was_connected(talk: Talk) -> None:
    talk.speaker.say(1, "One.", ENGLISH)
    talk.say(2, "Two.")
    talk.service.tell(1, 702)
    talk.until(lambda: talk.finished)
    assert talk.finished == [2]


def test_somebody_else_silences_it(talk: Talk) -> None:
    talk.say(1, "One two.")
    talk.service.tell(1, 703)
    talk.until(lambda: talk.silenced)
    assert talk.silenced == [1]


def test_chinese_is_read_by_a_chinese_voice(talk: Talk) -> None:
    talk.say(1, "今天天气很好。", Manner("zh"))
    assert "LIST SYNTHESIS_VOICES" in talk.service.commands
    assert "SET SELF LANGUAGE cmn" in talk.service.commands
    assert not any("SYNTHESIS_VOICE " in each for each in talk.service.commands)


def test_no_chinese_voice(talk: Talk) -> None:
    talk.service.voices = VOICES.replace("cmn", "de")
    talk.speaker.say(1, "今天天气很好。", Manner("zh"))
    talk.until(lambda: talk.failed)
    assert talk.failed == [
        (1, "No voice on this computer reads Chinese. Install one, and try again.")
    ]
    assert talk.service.texts == []


def test_a_voice_that_is_wanted_and_back(talk: Talk) -> None:
    talk.say(1, "One.", Manner("en_US", voice="English (America)"))
    assert "SET SELF SYNTHESIS_VOICE English (America)" in talk.service.commands
    talk.service.commands.clear()
    talk.say(2, "今天。", Manner("zh"))
    assert "SET SELF SYNTHESIS_VOICE Mandarin" in talk.service.commands


def test_the_voices_are_asked_for_once(talk: Talk) -> None:
    with talk.qtbot.waitSignal(talk.speaker.voices_known):
        talk.speaker.look_for_voices()
    with talk.qtbot.waitSignal(talk.speaker.voices_known):
        talk.speaker.look_for_voices()
    assert [voice.language for voice in talk.speaker.voices] == ["en-us", "cmn"]
    assert talk.service.commands.count("LIST SYNTHESIS_VOICES") == 1


def test_a_service_that_will_not_speak(talk: Talk) -> None:
    talk.service.refuses_to_speak = True
    talk.speaker.say(1, "One.", ENGLISH)
    talk.until(lambda: talk.failed)
    assert talk.failed[0][1].startswith("The speech service of this computer could not read")


def test_a_service_that_goes_away(talk: Talk) -> None:
    talk.say(1, "One two.")
    assert talk.service.client is not None
    talk.service.client.abort()
    talk.until(lambda: talk.failed)
    assert talk.failed[0][1].startswith("The speech service of this computer does not answer.")
    talk.say(2, "Three.")
    assert "Three" in talk.service.texts[-1]


@pytest.mark.expects_warnings
def test_a_service_that_talks_nonsense(talk: Talk) -> None:
    talk.say(1, "One two.")
    talk.service.answer("what?")
    talk.until(lambda: talk.failed)
    assert talk.failed[0][0] == 1


def test_a_computer_without_the_service(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        speech_dispatcher, "start_command", lambda _: [str(tmp_path / "not-installed")]
    )
    speaker = SpeechDispatcher(path=tmp_path / "nobody.sock")
    with qtbot.waitSignal(speaker.failed) as failed:
        speaker.say(1, "One.", ENGLISH)
    assert failed.args is not None
    assert failed.args[1].startswith("Nothing on this computer can read aloud.")
    speaker.close()


def test_a_service_that_cannot_start(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech_dispatcher, "TRIES", 2)
    monkeypatch.setattr(speech_dispatcher, "TRY_AGAIN_MS", 5)
    monkeypatch.setattr(speech_dispatcher, "start_command", lambda _: ["false"])
    speaker = SpeechDispatcher(path=tmp_path / "nobody.sock")
    with qtbot.waitSignal(speaker.failed) as failed:
        speaker.say(1, "One.", ENGLISH)
    assert failed.args is not None
    assert failed.args[1].startswith("The speech service of this computer does not answer.")
    speaker.close()
