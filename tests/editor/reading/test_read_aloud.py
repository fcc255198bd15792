"""Reading on a page: what is read from where, what is marked, how the page follows, and what ends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from plain_document import plain_document
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QTextCursor
from pytestqt.qtbot import QtBot

from cowrite.base.errors import UserError
from cowrite.base.text_changes import ChangeKind
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import contrast_ratio, load_themes
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.reading import read_aloud
from cowrite.editor.reading.page_reading import passage_ground, word_ground
from cowrite.editor.reading.read_aloud import ReadAloud
from cowrite.editor.reading.speaker import Manner, Speaker
from cowrite.settings.preferences import Preferences
from cowrite.speech.languages import Voice
from cowrite.speech.reading import ReadingState

TEXT = "# The walk\n\nIt was *late*. She went on.\n\n今天天气很好。\n\nThe end."


class ScriptedSpeaker(Speaker):
    """Says nothing, and remembers what it was to say."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.said: list[tuple[str, Manner]] = []
        self.number = 0
        self.is_silent = True
        self.is_closed = False

    def say(self, number: int, text: str, manner: Manner) -> None:
        self.said.append((text, manner))
        self.number, self.is_silent = number, False

    def hush(self) -> None:
        self.is_silent = True

    def look_for_voices(self) -> None:
        self.voices_known.emit()

    @property
    def voices(self) -> Sequence[Voice]:
        return (Voice("Anna", "de"),) if self.said else ()

    def close(self) -> None:
        self.is_closed = True

    def say_word(self, word: str) -> None:
        self.word.emit(self.number, self.said[-1][0].index(word), len(word))


class Aloud:
    """A page that can be read, by a scripted voice."""

    def __init__(self, qtbot: QtBot) -> None:
        self.document = plain_document()
        self.document.load(TEXT)
        self.page = PageEdit(load_themes()["light"], Fonts(), self.document, reduced_motion=True)
        qtbot.addWidget(self.page)
        self.view = DocumentView(self.document, self.page)
        self.chosen = Preferences()
        self.made: list[ScriptedSpeaker] = []
        self.reader = ReadAloud(self._make, lambda _: "en_GB", lambda: self.chosen)
        self.told: list[str] = []
        self.failed: list[str] = []
        self.reader.told.connect(lambda _, sentence: self.told.append(sentence))
        self.reader.failed.connect(lambda _, sentence: self.failed.append(sentence))
        self.page.resize(700, 500)
        with qtbot.waitExposed(self.page):
            self.page.show()

    def _make(self, parent: QObject) -> ScriptedSpeaker:
        self.made.append(ScriptedSpeaker(parent))
        return self.made[-1]

    @property
    def speaker(self) -> ScriptedSpeaker:
        return self.made[-1]

    def select(self, first: int, last: int) -> None:
        cursor = self.page.textCursor()
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        self.page.setTextCursor(cursor)

    def start(self, at: int = 0) -> None:
        self.select(at, at)
        self.reader.toggle(self.view)

    def finish(self) -> None:
        self.speaker.finished.emit(self.speaker.number)

    def heard(self) -> list[str]:
        return [text.strip() for text, _ in self.speaker.said]

    def marked(self) -> str:
        on_page = self.reader.on_page
        assert on_page is not None
        followed = on_page.reading.followed
        assert followed is not None
        start, end = followed.word or (followed.start, followed.end)
        return self.page.text_between(start, end)

    def close(self) -> None:
        self.reader.close()
        self.view.close()
        self.document.close()


@pytest.fixture
def aloud(qtbot: QtBot) -> Iterator[Aloud]:
    made = Aloud(qtbot)
    yield made
    made.close()


def test_all_of_it_is_read_by_the_right_language(aloud: Aloud) -> None:
    aloud.start()
    for _ in range(4):
        aloud.finish()
    assert aloud.heard() == [
        "The walk",
        "It was late.",
        "She went on.",
        "今天天气很好。",
        "The end.",
    ]
    languages = [manner.language for _, manner in aloud.speaker.said]
    assert languages == ["en_GB", "en_GB", "en_GB", "zh", "en_GB"]
    aloud.finish()
    assert aloud.reader.state is ReadingState.OFF
    assert aloud.told == ["Read to the end."]


def test_from_the_caret_and_from_a_selection(aloud: Aloud) -> None:
    aloud.start(TEXT.index("ent on"))
    assert aloud.heard() == ["went on."]
    aloud.reader.stop()
    aloud.select(TEXT.index("was"), TEXT.index(". She"))
    aloud.reader.toggle(aloud.view)
    aloud.finish()
    assert aloud.heard()[1:] == ["was late"]
    assert aloud.reader.state is ReadingState.OFF


def test_words_are_marked_where_they_stand(aloud: Aloud) -> None:
    aloud.start(TEXT.index("It"))
    assert aloud.marked() == "It was *late*."
    aloud.speaker.say_word("late")
    assert aloud.marked() == "late"
    aloud.document.edit(0, 0, "More. ", ChangeKind.TYPED)
    assert aloud.marked() == "late"


def test_what_is_marked_is_seen(aloud: Aloud) -> None:
    def pixels(colour: str) -> int:
        image = aloud.page.viewport().grab().toImage()
        wanted = QColor(colour).rgb()
        places = ((x, y) for x in range(image.width()) for y in range(image.height()))
        return sum(image.pixel(*place) == wanted for place in places)

    grounds = passage_ground(aloud.page.theme), word_ground(aloud.page.theme)
    before = [pixels(ground) for ground in grounds]
    aloud.start()
    aloud.speaker.say_word("walk")
    during = [pixels(ground) for ground in grounds]
    assert all(now > then + 200 for now, then in zip(during, before, strict=True))
    aloud.reader.stop()
    assert [pixels(ground) for ground in grounds] == before


@pytest.mark.parametrize("name", list(load_themes()))
def test_what_is_marked_can_be_read(name: str) -> None:
    theme = load_themes()[name]
    assert contrast_ratio(theme.ink, word_ground(theme)) >= 4.5
    assert contrast_ratio(theme.ink, passage_ground(theme)) >= 4.5
    assert contrast_ratio(theme.accent, theme.page) >= 3.0


def test_pausing_and_going_on(aloud: Aloud) -> None:
    aloud.start(TEXT.index("It"))
    aloud.speaker.say_word("late")
    aloud.reader.toggle(aloud.view)
    assert aloud.reader.state is ReadingState.PAUSED
    assert aloud.speaker.is_silent
    assert aloud.marked() == "late"
    aloud.reader.toggle(aloud.view)
    assert aloud.heard()[-1] == "late."
    assert aloud.reader.state is ReadingState.READING


def test_escape_stops_it_and_writes_nothing(aloud: Aloud, qtbot: QtBot) -> None:
    aloud.start()
    qtbot.keyClick(aloud.page, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    assert aloud.reader.state is ReadingState.READING
    qtbot.keyClick(aloud.page, Qt.Key.Key_Escape)
    assert aloud.reader.state is ReadingState.OFF
    assert aloud.speaker.is_silent
    qtbot.keyClick(aloud.page, Qt.Key.Key_Escape)
    assert aloud.document.text() == TEXT


def test_writing_goes_on_meanwhile(aloud: Aloud, qtbot: QtBot) -> None:
    aloud.start(TEXT.index("It"))
    aloud.page.place_caret(len(TEXT))
    qtbot.keyClicks(aloud.page, " More")
    aloud.finish()
    assert aloud.heard()[-1] == "She went on."
    assert aloud.document.text().endswith("The end. More")


def test_another_text_in_its_place_ends_it(aloud: Aloud) -> None:
    aloud.start()
    aloud.document.load("Another text.")
    assert aloud.reader.state is ReadingState.OFF
    assert aloud.speaker.is_silent


def test_a_view_that_is_closed_is_read_no_more(aloud: Aloud) -> None:
    aloud.start()
    aloud.view.closing.emit()
    assert aloud.reader.state is ReadingState.OFF
    assert aloud.reader.view is None


def test_nothing_to_read(aloud: Aloud) -> None:
    aloud.start(len(TEXT))
    assert aloud.told == ["There is nothing to read from here on."]
    assert aloud.reader.view is None
    aloud.start(0)
    assert aloud.reader.state is ReadingState.READING


def test_what_goes_wrong_is_said(aloud: Aloud) -> None:
    aloud.start()
    aloud.speaker.failed.emit(aloud.speaker.number, "No voice.")
    assert aloud.failed == ["No voice."]
    assert aloud.reader.state is ReadingState.OFF
    aloud.start()
    aloud.speaker.silenced.emit(aloud.speaker.number)
    assert aloud.failed[1:] == ["Another program has stopped the reading."]


def test_a_part_that_is_missing(aloud: Aloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: QObject) -> Speaker:
        raise UserError("It is not there.", "Install it.")

    monkeypatch.setattr(aloud.reader, "_make_speaker", refuse)
    aloud.reader.toggle(aloud.view)
    assert aloud.failed == ["It is not there. Install it."]
    assert aloud.reader.state is ReadingState.OFF
    aloud.reader.ask_for_voices(lambda _: pytest.fail("there are none"))


def test_another_speed_is_heard_at_once(aloud: Aloud) -> None:
    aloud.start(TEXT.index("It"))
    aloud.speaker.say_word("late")
    aloud.reader.follow_preferences(aloud.chosen)
    assert len(aloud.speaker.said) == 1
    aloud.chosen = replace(aloud.chosen, reading_speed_percent=150)
    aloud.reader.follow_preferences(aloud.chosen)
    text, manner = aloud.speaker.said[-1]
    assert (text.strip(), manner.speed_percent) == ("late.", 150)


def test_the_page_follows_unless_one_looks_elsewhere(aloud: Aloud) -> None:
    aloud.document.load("\n".join(f"Line {number}." for number in range(200)))
    bar = aloud.page.verticalScrollBar()
    aloud.start()
    for _ in range(40):
        aloud.finish()
    assert bar.value() > 0
    assert aloud.marked() == "Line 40."
    bar.setValue(0)
    for _ in range(5):
        aloud.finish()
    assert bar.value() == 0
    aloud.reader.toggle(aloud.view)
    aloud.reader.toggle(aloud.view)
    assert bar.value() > 0


def test_a_large_text_is_followed(aloud: Aloud) -> None:
    aloud.document.load("Line.\n" * 21_000)
    aloud.start(6 * 15_000)
    aloud.speaker.say_word("Line")
    aloud.finish()
    assert aloud.marked() == "Line."
    assert aloud.page.verticalScrollBar().value() > 0


def test_the_service_is_let_go_when_it_is_not_needed(aloud: Aloud, qtbot: QtBot) -> None:
    aloud.reader._idle.setInterval(1)
    aloud.start()
    speaker = aloud.speaker
    aloud.reader.stop()
    qtbot.waitUntil(lambda: speaker.is_closed)
    aloud.start()
    assert aloud.speaker is not speaker
    assert read_aloud.LET_GO_MS >= 10_000


def test_voices_for_the_settings(aloud: Aloud) -> None:
    names: list[str] = []
    aloud.reader.ask_for_voices(lambda voices: names.extend(voice.name for voice in voices))
    assert names == []
    aloud.start()
    aloud.reader.ask_for_voices(lambda voices: names.extend(voice.name for voice in voices))
    assert names == ["Anna"]
