"""How many words were written on which day, and how many a document is to have: numbers only, no word of any text."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

FORMAT = 1
MOST_DAYS = 1_100
MOST_DOCUMENTS = 1_000
MOST_WORDS = 100_000_000


@dataclass(slots=True)
class WritingDays:
    """``words`` by day, net: what was deleted again does not count, but no day is below 0. ``goals`` by document."""

    words: dict[date, int] = field(default_factory=dict)
    goals: dict[str, int] = field(default_factory=dict)

    def add(self, day: date, words: int) -> None:
        """Note that the texts have ``words`` more, or fewer."""
        now = max(0, min(MOST_WORDS, self.words.get(day, 0) + words))
        if now or day in self.words:
            self.words[day] = now
        while len(self.words) > MOST_DAYS:
            del self.words[min(self.words)]

    def on(self, day: date) -> int:
        """The words of a day."""
        return self.words.get(day, 0)

    def in_a_row(self, today: date) -> int:
        """On how many days one after another something was written, up to today, or to yesterday if not yet today."""
        day = today if self.on(today) else today - timedelta(days=1)
        count = 0
        while self.on(day):
            count, day = count + 1, day - timedelta(days=1)
        return count

    def set_goal(self, document_id: str, words: int) -> None:
        """How many words a document is to have; 0 for no goal."""
        self.goals.pop(document_id, None)
        if words > 0:
            self.goals[document_id] = min(words, MOST_WORDS)
        while len(self.goals) > MOST_DOCUMENTS:
            del self.goals[next(iter(self.goals))]

    def forget(self, documents: Collection[str], *, everything: bool = False) -> None:
        """Know nothing more of these documents, or of anything."""
        if everything:
            self.words.clear()
            self.goals.clear()
        for each in documents:
            self.goals.pop(each, None)

    def to_json(self) -> str:
        """All of it."""
        words = {day.isoformat(): count for day, count in sorted(self.words.items())}
        return json.dumps({"format": FORMAT, "words": words, "goals": self.goals})

    @classmethod
    def from_json(cls, text: str) -> WritingDays:
        """What :meth:`to_json` made; what makes no sense is left out. Raises ValueError if nothing does."""
        read = json.loads(text)
        if not isinstance(read, Mapping):
            raise ValueError("this is no history of writing")
        days = cls()
        for name, count in _counts(read.get("words")):
            try:
                days.words[date.fromisoformat(name)] = count
            except ValueError:
                continue
        for name, count in _counts(read.get("goals")):
            days.set_goal(name, count)
        return days


def _counts(read: object) -> list[tuple[str, int]]:
    if not isinstance(read, Mapping):
        return []
    return [
        (name, count)
        for name, count in read.items()
        if isinstance(name, str) and type(count) is int and 0 <= count <= MOST_WORDS
    ]
