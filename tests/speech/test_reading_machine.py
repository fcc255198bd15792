"""One reading: what is said, in which order, and what pauses, edits and silence make of it."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cowrite.speech.passages import Passage
from cowrite.speech.reading import Reading, ReadingState
from cowrite.speech.spoken import Spoken


class Text:
    """A text in passages of one word and the blank after it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def passage(self, at: int, until: int | None, _from_word: bool) -> Passage | None:
        end = len(self.text) if until is None else min(until, len(self.text))
        while at < end and not self.text[at].isalnum():
            at += 1
        stop = at
        while stop < end and self.text[stop] != ".":
            stop += 1
        stop = min(stop + 1, end)
        if at >= end:
            return None
        return Passage(Spoken(self.text[at:stop], tuple(range(at, stop))), stop)


class Voice:
    """Remembers what it is asked to say."""

    def __init__(self) -> None:
        self.saying: tuple[int, str] | None = None
        self.said: list[str] = []

    def say(self, number: int, text: str) -> None:
        self.saying = number, text
        self.said.append(text)

    def hush(self) -> None:
        self.saying = None


class Read:
    """A reading of a text, and all it needs."""

    def __init__(self, text: str) -> None:
        self.text = Text(text)
        self.voice = Voice()
        self.changes = 0
        self.reading = Reading(self.text.passage, self.voice, self._on_changed)

    def _on_changed(self) -> None:
        self.changes += 1

    def finish(self) -> None:
        assert self.voice.saying is not None
        self.reading.finished(self.voice.saying[0])

    def edit(self, offset: int, removed: int, inserted: str) -> None:
        text = self.text.text
        self.text.text = text[:offset] + inserted + text[offset + removed :]
        self.reading.edited(offset, removed, len(inserted))

    def word(self) -> str:
        followed = self.reading.followed
        assert followed is not None
        assert followed.word is not None
        return self.text.text[slice(*followed.word)]

    def passage(self) -> str:
        followed = self.reading.followed
        assert followed is not None
        return self.text.text[followed.start : followed.end]

    def say_word(self, word: str) -> None:
        assert self.voice.saying is not None
        number, text = self.voice.saying
        self.reading.said_word(number, text.index(word), len(word))


def test_from_the_beginning_to_the_end() -> None:
    read = Read("One two. Three.")
    read.reading.start(0)
    read.say_word("two")
    assert read.word() == "two"
    read.finish()
    assert read.passage() == "Three."
    read.finish()
    assert read.voice.said == ["One two.", "Three."]
    assert read.reading.state is ReadingState.OFF
    assert read.reading.reached_end
    assert read.reading.followed is None


def test_pausing_goes_on_with_the_word() -> None:
    read = Read("One two three. Four.")
    read.reading.start(0)
    read.say_word("two")
    read.reading.pause()
    assert read.voice.saying is None
    read.reading.go_on()
    assert read.voice.saying is not None
    assert read.voice.saying[1] == "two three."


def test_without_words_pausing_goes_on_with_the_sentence() -> None:
    read = Read("One two three. Four.")
    read.reading.start(0)
    read.reading.pause()
    read.reading.go_on()
    assert read.voice.said == ["One two three.", "One two three."]


def test_what_comes_too_late_is_not_heard() -> None:
    read = Read("One. Two.")
    read.reading.start(0)
    number = read.voice.saying
    assert number is not None
    read.reading.pause()
    read.reading.finished(number[0])
    read.reading.said_word(number[0], 0, 3)
    assert read.reading.state is ReadingState.PAUSED
    read.reading.stop()
    read.reading.failed(number[0])
    read.reading.go_on()
    assert read.reading.state is ReadingState.OFF


def test_a_voice_that_fails_ends_it() -> None:
    read = Read("One. Two.")
    read.reading.start(0)
    assert read.voice.saying is not None
    read.reading.failed(read.voice.saying[0])
    assert read.reading.state is ReadingState.OFF
    assert not read.reading.reached_end


def test_words_follow_what_is_written_above() -> None:
    read = Read("One two. Three.")
    read.reading.start(0)
    read.say_word("two")
    read.edit(0, 0, "Before this. ")
    assert read.word() == "two"
    assert read.passage() == "One two."
    read.say_word("One")
    assert read.word() == "One"
    read.finish()
    assert read.passage() == "Three."


def test_what_is_written_behind_it_is_read() -> None:
    read = Read("One two.")
    read.reading.start(0)
    read.edit(8, 0, " Three.")
    read.finish()
    assert read.voice.said == ["One two.", "Three."]


def test_an_edit_within_it_gives_up_its_words() -> None:
    read = Read("One two three. Four.")
    read.reading.start(0)
    read.say_word("two")
    read.edit(5, 1, "WW")
    read.say_word("three")
    assert read.reading.followed is not None
    assert read.reading.followed.word is None
    read.finish()
    assert read.passage() == "Four."


def test_when_all_of_it_is_deleted_it_ends() -> None:
    read = Read("One two three. Four.")
    read.reading.start(0)
    read.edit(0, 20, "")
    read.finish()
    assert read.reading.state is ReadingState.OFF


def test_a_selection_grows_and_shrinks_with_the_text() -> None:
    read = Read("One. Two. Three.")
    read.reading.start(0, 9)
    read.edit(5, 0, "A half. ")
    read.finish()
    read.finish()
    read.finish()
    assert read.voice.said == ["One.", "A half.", "Two."]
    assert read.reading.reached_end


def test_another_speed_begins_the_word_anew() -> None:
    read = Read("One two three.")
    read.reading.start(0)
    read.say_word("two")
    read.reading.say_again()
    assert read.voice.said[-1] == "two three."


class ReadingMachine(RuleBasedStateMachine):
    """Whatever happens in whatever order, what is marked lies in the text and silence is silence."""

    def __init__(self) -> None:
        super().__init__()
        self.read = Read("One two three. Four five. Six seven eight. Nine.")
        self.old: list[int] = []

    def _note(self) -> None:
        if self.read.voice.saying is not None:
            self.old.append(self.read.voice.saying[0])

    @rule(data=st.data())
    def start(self, data: st.DataObject) -> None:
        length = len(self.read.text.text)
        at = data.draw(st.integers(0, length))
        until = data.draw(st.none() | st.integers(at, length))
        self._note()
        self.read.reading.start(at, until)

    @rule()
    def pause(self) -> None:
        self._note()
        self.read.reading.pause()

    @rule()
    def go_on(self) -> None:
        self.read.reading.go_on()

    @rule()
    def stop(self) -> None:
        self._note()
        self.read.reading.stop()

    @rule()
    def another_voice(self) -> None:
        self._note()
        self.read.reading.say_again()

    @precondition(lambda self: self.read.voice.saying is not None)
    @rule()
    def finish(self) -> None:
        self._note()
        self.read.finish()

    @precondition(lambda self: self.read.voice.saying is not None)
    @rule(data=st.data())
    def say_word(self, data: st.DataObject) -> None:
        saying = self.read.voice.saying
        assert saying is not None
        start = data.draw(st.integers(0, len(saying[1]) + 2))
        length = data.draw(st.integers(0, len(saying[1]) + 2))
        self.read.reading.said_word(saying[0], start, length)

    @precondition(lambda self: self.old)
    @rule(data=st.data())
    def hear_of_the_past(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self.old))
        saying = self.read.voice.saying
        if saying is not None and saying[0] == number:
            return
        before = self.read.reading.state, self.read.reading.followed
        self.read.reading.said_word(number, 0, 1)
        self.read.reading.finished(number)
        self.read.reading.failed(number)
        assert (self.read.reading.state, self.read.reading.followed) == before

    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        length = len(self.read.text.text)
        offset = data.draw(st.integers(0, length))
        removed = data.draw(st.integers(0, min(12, length - offset)))
        self.read.edit(offset, removed, data.draw(st.sampled_from(["", "x", "Ten. Eleven ", "."])))

    @invariant()
    def what_is_marked_lies_in_the_text(self) -> None:
        followed, length = self.read.reading.followed, len(self.read.text.text)
        if followed is not None:
            assert 0 <= followed.start <= followed.end <= length
            if followed.word is not None:
                assert followed.start <= followed.word[0] < followed.word[1] <= followed.end

    @invariant()
    def who_reads_is_heard(self) -> None:
        is_reading = self.read.reading.state is ReadingState.READING
        assert is_reading == (self.read.voice.saying is not None)
        if self.read.reading.state is ReadingState.OFF:
            assert self.read.reading.followed is None


ReadingMachine.TestCase.settings = settings(stateful_step_count=30)
TestReadingMachine = ReadingMachine.TestCase
