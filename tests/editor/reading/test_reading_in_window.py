"""Reading aloud as a person meets it: keys, the line below the page, messages, tabs and settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from open_program import OpenIt, OpenProgram
from PySide6.QtCore import QObject, Qt

from cowrite.app import reading_factory
from cowrite.editor.panels.settings.setting_fields import VoiceBox
from cowrite.editor.panels.settings.settings_dialog import SettingsDialog
from cowrite.editor.reading.speaker import Manner, Speaker
from cowrite.speech.languages import Voice
from cowrite.speech.reading import ReadingState


class SilentSpeaker(Speaker):
    """Remembers what it was to say."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.said: list[str] = []
        self.number = 0

    def say(self, number: int, text: str, manner: Manner) -> None:
        self.number = number
        self.said.append(f"{manner.language} {manner.voice} {manner.speed_percent}: {text}")

    def hush(self) -> None:
        self.said.append("")

    def look_for_voices(self) -> None:
        self.voices_known.emit()

    @property
    def voices(self) -> Sequence[Voice]:
        return Voice("Anna", "de"), Voice("Mary", "en-us")

    def close(self) -> None:
        self.said.append("closed")


@pytest.fixture
def speakers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[SilentSpeaker]]:
    made: list[SilentSpeaker] = []

    def make(parent: QObject) -> SilentSpeaker:
        made.append(SilentSpeaker(parent))
        return made[-1]

    monkeypatch.setattr(reading_factory, "make_speaker", make)
    yield made
    assert all(each.said[-1] == "closed" for each in made)


@pytest.fixture
def program(open_it: OpenIt, speakers: list[SilentSpeaker]) -> Iterator[OpenProgram]:
    opened = open_it()
    opened.type("It was late. She went on.")
    opened.press_keys("Ctrl+Home")
    yield opened
    opened.close()


def test_keys_and_the_line_below_the_page(
    program: OpenProgram, speakers: list[SilentSpeaker]
) -> None:
    line, reader = program.window.status_line, program.program._shared.reading
    assert not program.menu_action("View", "Stop the reading").isVisible()
    program.press_keys("F5")
    assert speakers[0].said == ["en_US  100: It was late."]
    assert line.message == "Reading aloud. F5 pauses, Esc stops."
    line.say("Saved.")
    assert line.message == "Saved."
    line.say("")
    assert line.message == "Reading aloud. F5 pauses, Esc stops."
    program.press_keys("F5")
    assert reader.state is ReadingState.PAUSED
    assert line.message == "Reading is paused. F5 goes on, Esc stops."
    program.press_keys("F5")
    program.press(Qt.Key.Key_Escape)
    assert reader.state is ReadingState.OFF
    assert line.message == ""
    program.press_keys("F5")
    assert program.menu_action("View", "Stop the reading").isVisible()
    program.press_keys("Shift+F5")
    assert reader.state is ReadingState.OFF


def test_what_goes_wrong_stands_above_the_page(
    program: OpenProgram, speakers: list[SilentSpeaker]
) -> None:
    program.press_keys("F5")
    speakers[0].failed.emit(speakers[0].number, "No voice.")
    assert program.window.messages.texts[-1] == "No voice."
    assert program.window.status_line.message == ""
    program.press_keys("F5")
    assert "No voice." not in program.window.messages.texts


def test_another_document_is_read_instead(
    program: OpenProgram, speakers: list[SilentSpeaker]
) -> None:
    program.press_keys("F5")
    program.press_keys("Ctrl+N")
    reader = program.program._shared.reading
    assert reader.state is ReadingState.READING
    program.type("Something else.")
    program.press_keys("Ctrl+Home")
    program.press_keys("F5")
    assert speakers[0].said[-1].endswith("Something else.")
    assert reader.view is program.window.active_view
    reader.stop()


def test_a_voice_in_the_settings(program: OpenProgram, speakers: list[SilentSpeaker]) -> None:
    program.press_keys("F5")
    program.press_keys("Ctrl+,")
    dialog = program.window.findChild(SettingsDialog)
    assert dialog is not None
    box = dialog.fields["reading_voice"]
    assert isinstance(box, VoiceBox)
    box.showPopup()
    box.hidePopup()
    assert [box.itemText(at) for at in range(box.count())] == [
        "As the text’s language needs it",
        "de: Anna",
        "en-us: Mary",
    ]
    box.setCurrentIndex(2)
    assert speakers[0].said[-1] == "en_US Mary 100: It was late."
    dialog.close()
    program.press_keys("Shift+F5")
