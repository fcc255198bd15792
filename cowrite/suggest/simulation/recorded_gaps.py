"""Gaps between the keys of real writers, as they were recorded, and their replay at the places of another text.

The gaps are replayed in runs, word after word of one session, not drawn one by one: fast and slow stretches, and what a
hesitation is followed by, stay together. A word of the text takes the next recorded word that began at such a place
(:class:`~cowrite.suggest.filter.key_places.KeyPlace`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cowrite.suggest.filter.key_places import KeyPlace, place_of_key

CHARACTERS_PER_WORD = 5
"""Words per minute count a word as five characters, the space included."""

_FALLBACKS = {
    KeyPlace.PARAGRAPH: (KeyPlace.PARAGRAPH, KeyPlace.SENTENCE, KeyPlace.CLAUSE, KeyPlace.OTHER),
    KeyPlace.SENTENCE: (KeyPlace.SENTENCE, KeyPlace.CLAUSE, KeyPlace.OTHER),
    KeyPlace.CLAUSE: (KeyPlace.CLAUSE, KeyPlace.OTHER),
    KeyPlace.OTHER: (KeyPlace.OTHER,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WordGaps:
    """The gaps of one recorded word in milliseconds: before its first key, within it, and before marks and spaces."""

    place: KeyPlace
    first: float
    within: tuple[float, ...] = ()
    marks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSession:
    """One session of one writer, in order."""

    writer: str
    words: tuple[WordGaps, ...]


def mean_gap_ms(sessions: Sequence[RecordedSession]) -> float:
    """The mean of all gaps, pauses included. Raises ValueError where there are none."""
    gaps = [
        gap
        for session in sessions
        for word in session.words
        for gap in (word.first, *word.within, *word.marks)
    ]
    if not gaps:
        raise ValueError("there are no gaps")
    return sum(gaps) / len(gaps)


def scale_to_wpm(sessions: Sequence[RecordedSession], wpm: float) -> float:
    """The factor by which all gaps are multiplied so that their mean is that of ``wpm`` words per minute."""
    return 60_000 / (wpm * CHARACTERS_PER_WORD) / mean_gap_ms(sessions)


def sessions_from(seed: int, sessions: Sequence[RecordedSession]) -> tuple[RecordedSession, ...]:
    """The sessions in the order in which typist number ``seed`` replays them: a writer's own, from another one on.

    Seeds that follow each other are different writers.
    """
    by_writer: dict[str, list[RecordedSession]] = {}
    for session in sessions:
        by_writer.setdefault(session.writer, []).append(session)
    writers = list(by_writer.values())
    own = writers[seed % len(writers)]
    first = seed // len(writers) % len(own)
    return tuple(own[first:] + own[:first])


class GapReplay:
    """Says how long the typist waits before each key; the text is told from its beginning to its end."""

    def __init__(self, sessions: Sequence[RecordedSession], scale: float) -> None:
        self._words = [word for session in sessions for word in session.words]
        if not any(word.place is KeyPlace.OTHER for word in self._words):
            raise ValueError("there are no words to replay")
        self._scale = scale
        self._at = -1
        self._word = self._words[0]
        self._within = 0
        self._marks = 0

    def gap_ms(self, before: str, character: str) -> float:
        """Milliseconds from the last key to that of ``character``, which comes after ``before``."""
        place = place_of_key(before, character)
        if place.begins_word:
            self._go_to(place)
            return self._word.first * self._scale
        if place is KeyPlace.WITHIN:
            gap = self._nearest("within", self._within)
            self._within += 1
        else:
            gap = self._nearest("marks", self._marks)
            self._marks += 1
        return gap * self._scale

    def _go_to(self, place: KeyPlace) -> None:
        """The next recorded word that began at such a place, or at the place most like it that this writer has."""
        for wanted in _FALLBACKS[place]:
            for step in range(1, len(self._words) + 1):
                at = (self._at + step) % len(self._words)
                if self._words[at].place is wanted:
                    self._at, self._word = at, self._words[at]
                    self._within = self._marks = 0
                    return

    def _nearest(self, kind: str, number: int) -> float:
        """Gap ``number`` of that kind in this word and, where it has too few, in those that were typed after it."""
        at, left = max(self._at, 0), number
        for step in range(len(self._words)):
            gaps: tuple[float, ...] = getattr(self._words[(at + step) % len(self._words)], kind)
            if left < len(gaps):
                return gaps[left]
            left -= len(gaps)
        return self._word.first
