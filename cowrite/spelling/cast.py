"""The names of a text and its other words of its own, learned from how it uses them.

Counts are of words that the dictionary does not know, by their form without a possessive. A paragraph's words can be
added and taken away again, so that a text that is being written is counted by its paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cowrite.spelling.edits import NearWords
from cowrite.spelling.words import Word

FAMILIAR = 3
"""From this many uses on a word that looks like a mistake is believed, as suggestions do it (own words, third use)."""

_TYPO_AT_MOST = 2
_TYPO_RATIO = 3


@dataclass(slots=True)
class _Uses:
    total: int = 0
    named: int = 0  # with a capital where none is needed


class Cast:
    """Who and what a text is about."""

    def __init__(self) -> None:
        self._uses: dict[str, _Uses] = {}
        self._familiar = NearWords()

    def add(self, words: Iterable[Word]) -> set[str]:
        """Count these words; the forms of those that may be judged otherwise now: they are, or were, rare."""
        return self._count(words, 1)

    def remove(self, words: Iterable[Word]) -> set[str]:
        """The reverse of :meth:`add`."""
        return self._count(words, -1)

    def _count(self, words: Iterable[Word], by: int) -> set[str]:
        changed: set[str] = set()
        for word in words:
            form = base_of(word.form)
            uses = self._uses.setdefault(form, _Uses())
            before = uses.total
            uses.total += by
            if not word.opens and form[0].isupper() and not word.form.isupper():
                uses.named += by
            if min(before, uses.total) < FAMILIAR:
                changed.add(form)
            if (before >= FAMILIAR) != (uses.total >= FAMILIAR):
                if uses.total >= FAMILIAR:
                    self._familiar.add(form)
                else:
                    self._familiar.discard(form)
            if uses.total <= 0:
                del self._uses[form]
        return changed

    def uses(self, form: str) -> int:
        """How often the text has the word, with a possessive or without."""
        uses = self._uses.get(base_of(form))
        return uses.total if uses else 0

    def named(self, form: str) -> int:
        """How often it has a capital letter where none is needed: in the middle of a sentence."""
        uses = self._uses.get(base_of(form))
        return uses.named if uses else 0

    def is_familiar(self, form: str) -> bool:
        """Whether the text has it often enough to be its own word, and not a slip in a more frequent one."""
        return self.uses(form) >= FAMILIAR and not self.meant(form)

    def meant(self, form: str) -> list[str]:
        """The frequent words of the text that a rare ``form`` is one edit away from, the most frequent first."""
        form = base_of(form)
        uses = self.uses(form)
        near = [
            each
            for each in self._familiar.near(form)
            if each[:1].isupper() == form[:1].isupper()
            and uses <= _TYPO_AT_MOST
            and self.uses(each) >= _TYPO_RATIO * max(uses, 1)
        ]
        return sorted(near, key=lambda each: (-self.uses(each), each))


def base_of(form: str) -> str:
    """Without a possessive; what is all in capitals with one."""
    base = form[:-2] if form.endswith(("'s", "'S")) else form
    return base.capitalize() if len(base) > 1 and base.isupper() else base
