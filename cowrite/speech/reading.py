"""One reading from its beginning to its end: what is said now, what comes next, and what edits make of it.

Knows neither the page nor the voice: it is told what happens and tells both what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cowrite.speech.passages import Passage


class ReadingState(Enum):
    """What a reading is doing."""

    OFF = "off"
    READING = "reading"
    PAUSED = "paused"


class Speech(Protocol):
    """A voice. What it has to tell about a text comes with the number under which it was asked to say it."""

    def say(self, number: int, text: str) -> None:
        """Say ``text``, in UTF-16 units, and nothing else any more."""
        ...

    def hush(self) -> None:
        """Say nothing more."""
        ...


@dataclass(frozen=True, slots=True)
class Followed:
    """What is read now, in places of the document: the passage, and the word of it if the voice tells words."""

    start: int
    end: int
    word: tuple[int, int] | None = None


class Reading:
    """``next_passage(at, until, from_word)`` reads the text as it is; ``changed()`` hears of all that happens here."""

    def __init__(
        self,
        next_passage: Callable[[int, int | None, bool], Passage | None],
        speech: Speech,
        changed: Callable[[], None],
    ) -> None:
        self._next_passage = next_passage
        self._speech = speech
        self._changed = changed
        self._number = 0
        self._until: int | None = None
        self._places: list[int] = []
        self._next = 0
        self._resume = 0
        self.state = ReadingState.OFF
        self.followed: Followed | None = None
        """What is read now; None while nothing is."""
        self.reached_end = False
        """Whether it ended because there was nothing more to read."""

    def start(self, at: int, until: int | None = None) -> None:
        """Read from ``at`` on, up to ``until`` if that is given."""
        self._until = until
        self.reached_end = False
        self.state = ReadingState.READING
        self._say_from(at, from_word=until is None)

    def pause(self) -> None:
        """Fall silent, and remember where."""
        if self.state is not ReadingState.READING:
            return
        self.state = ReadingState.PAUSED
        self._quiet()
        self._changed()

    def go_on(self) -> None:
        """Read on where it was paused, from the beginning of the word."""
        if self.state is not ReadingState.PAUSED:
            return
        self.state = ReadingState.READING
        self._say_from(self._resume)

    def say_again(self) -> None:
        """Begin with the present word again, because the voice is another one."""
        if self.state is ReadingState.READING:
            self._say_from(self._resume)

    def stop(self) -> None:
        """Read no more."""
        if self.state is ReadingState.OFF:
            return
        self.state = ReadingState.OFF
        self.followed = None
        self._quiet()
        self._changed()

    # -- what the voice tells

    def said_word(self, number: int, start: int, length: int) -> None:
        """It begins a word, at a unit of what it was asked to say."""
        if not self._is_current(number) or self.followed is None:
            return
        end = min(start + length, len(self._places))
        if not 0 <= start < end:
            return
        word = self._places[start], self._places[end - 1] + 1
        self._resume = word[0]
        self.followed = Followed(self.followed.start, self.followed.end, word)
        self._changed()

    def finished(self, number: int) -> None:
        """It has said all of it."""
        if self._is_current(number):
            self._say_from(self._next)

    def failed(self, number: int) -> None:
        """It cannot say it, or was silenced by somebody else."""
        if self._is_current(number):
            self.stop()

    # -- what happens to the text

    def edited(self, offset: int, removed: int, inserted: int) -> None:
        """At ``offset`` of the document ``removed`` units went and ``inserted`` came."""
        if self.state is ReadingState.OFF:
            return

        def after(place: int) -> int:
            if place >= offset + removed:
                return place + inserted - removed
            return min(place, offset)

        def border(place: int) -> int:
            # What is written right there comes after it.
            return place if place <= offset else after(place)

        self._resume, self._next = after(self._resume), border(self._next)
        self._until = None if self._until is None else border(self._until)
        if self.followed is None:
            return
        start, end, word = self.followed.start, self.followed.end, self.followed.word
        if offset < end and offset + removed > start:
            # Units and places fit together no more: it is heard to its end without its words being followed.
            self._places = []
            self.followed = Followed(border(start), max(border(start), border(end)))
        else:
            self._places = [after(place) for place in self._places]
            moved = None if word is None else (after(word[0]), after(word[1] - 1) + 1)
            self.followed = Followed(after(start), after(end - 1) + 1, moved)
        self._changed()

    # -- within

    def _is_current(self, number: int) -> bool:
        return number == self._number and self.state is ReadingState.READING

    def _quiet(self) -> None:
        self._number += 1
        self._places = []
        self._speech.hush()

    def _say_from(self, at: int, *, from_word: bool = False) -> None:
        passage = self._next_passage(at, self._until, from_word)
        if passage is None:
            self.reached_end = True
            self.stop()
            return
        self._number += 1
        self._places = list(passage.spoken.places)
        self._next = passage.next_place
        self._resume = passage.start
        self.followed = Followed(passage.start, passage.end)
        self._changed()
        self._speech.say(self._number, passage.spoken.text)
