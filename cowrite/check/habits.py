"""What is usual in a text: how long its sentences are, who is in it, how often it has a word.

Paragraphs are added and taken away, so that a text that is being written is known at every moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cowrite.check.paragraph import Paragraph

_SHORTEST_SENTENCE = 4


class Habits:
    """Of one text."""

    def __init__(self) -> None:
        self.words = 0
        self.stems: Counter[str] = Counter()
        self.capitals: Counter[str] = Counter()
        self.lengths: Counter[int] = Counter()
        self.names: Counter[str] = Counter()
        self.sure_names: Counter[str] = Counter()
        self.small: Counter[str] = Counter()
        self.ages: dict[str, Counter[int]] = {}
        self.quoted = self.odd = self.doubles = self.singles = 0

    def add(self, paragraph: Paragraph) -> None:
        """The text has it from now on."""
        self._count(paragraph, 1)

    def remove(self, paragraph: Paragraph) -> None:
        """The reverse of :meth:`add`."""
        self._count(paragraph, -1)

    def _count(self, paragraph: Paragraph, by: int) -> None:
        self.words += by * paragraph.words
        self.quoted += by * (paragraph.quotes.marks + paragraph.quotes.singles > 0)
        self.odd += by * paragraph.quotes.is_odd
        self.doubles += by * paragraph.quotes.marks
        self.singles += by * 2 * paragraph.quotes.singles
        _add(self.stems, (each.stem for each in paragraph.rare), by)
        _add(self.capitals, (each.stem for each in paragraph.rare if each.is_name), by)
        lengths = (each.words for each in paragraph.sentences if each.words >= _SHORTEST_SENTENCE)
        _add(self.lengths, lengths, by)
        _add(self.names, (each.form for each in paragraph.names), by)
        _add(self.sure_names, (each.form for each in paragraph.names if not each.opens), by)
        _add(self.small, paragraph.small, by)
        for age in paragraph.ages:
            _add(self.ages.setdefault(age.name, Counter()), (age.years,), by)


def _add(
    counts: Counter[str] | Counter[int], found: Iterable[str] | Iterable[int], by: int
) -> None:
    for each in found:
        left = counts[each] + by  # type: ignore[index]
        if left > 0:
            counts[each] = left  # type: ignore[index]
        else:
            counts.pop(each, None)  # type: ignore[arg-type]
