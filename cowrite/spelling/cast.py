"""The names of a text and its other words of its own, learned from how it uses them.

Counts are of words that the dictionary does not know, by their form without a possessive. A paragraph's words can be
added and taken away again, so that a text that is being written is counted by its paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cowrite.spelling.edits import NearWords
from cowrite.spelling.regions import ways
from cowrite.spelling.words import Word

FAMILIAR = 3
"""From this many uses on a word that looks like a mistake is believed, as suggestions do it (own words, third use)."""

_TYPO_AT_MOST = 2
_TYPO_RATIO = 3
_LONG_NAME = 7


@dataclass(slots=True)
class _Uses:
    total: int = 0
    named: int = 0  # with a capital where none is needed
    spoken: int = 0  # by somebody in the text


class Cast:
    """Who and what a text is about. With ``one_region`` the writer wants one region's spelling."""

    def __init__(self, *, one_region: bool = False) -> None:
        self.one_region = one_region
        self._uses: dict[str, _Uses] = {}
        self._known = NearWords()
        self._ways: dict[str, set[str]] = {}
        self._regional: dict[str, set[str]] = {}  # the words that are spelled in each way

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
            if not before and form.islower():
                for way, _ in ways(form):
                    self._regional.setdefault(way, set()).add(form)
            uses.total += by
            if not word.opens and form[0].isupper() and not word.form.isupper():
                uses.named += by
            if word.spoken or word.dialect:
                uses.spoken += by
            if min(before, uses.total) < FAMILIAR:
                changed.add(form)
            least = _known_from(form)
            if (before >= least) != (uses.total >= least):
                self._follow(form, is_known=uses.total >= least)
            if uses.total <= 0:
                del self._uses[form]
                for way, _ in ways(form):
                    self._regional.get(way, set()).discard(form)
        return changed

    def _follow(self, form: str, *, is_known: bool) -> None:
        """Find the word from now on as one that may have been meant, however its capitals are written, or no more."""
        usual = _usual(form)
        ways = self._ways.setdefault(usual, set())
        if is_known:
            ways.add(form)
            self._known.add(usual)
        else:
            ways.discard(form)
        if not ways:
            del self._ways[usual]
            self._known.discard(usual)

    def uses(self, form: str) -> int:
        """How often the text has the word, with a possessive or without."""
        uses = self._uses.get(base_of(form))
        return uses.total if uses else 0

    def named(self, form: str) -> int:
        """How often it has a capital letter where none is needed: in the middle of a sentence."""
        uses = self._uses.get(base_of(form))
        return uses.named if uses else 0

    def is_only_spoken(self, form: str) -> bool:
        """Whether the text has it only where somebody speaks."""
        uses = self._uses.get(base_of(form))
        return uses is not None and uses.spoken == uses.total

    def regional(self, way: str) -> set[str]:
        """The words that look as if they were spelled in this way of a region."""
        return self._regional.get(way, set())

    def is_familiar(self, form: str) -> bool:
        """Whether the text has it often enough to be its own word, and not a slip in a more frequent one."""
        return self.uses(form) >= FAMILIAR and not self.meant(form)

    def meant(self, form: str) -> list[str]:
        """The words of the text one edit away from a rare ``form`` that are more frequent, or long names."""
        form = base_of(form)
        uses = self.uses(form)
        if uses > _TYPO_AT_MOST:
            return []
        near = [
            each
            for usual in self._known.near(_usual(form))
            for each in self._ways[usual]
            if each[:1].isupper() == form[:1].isupper()
            and self.uses(each) >= (1 if _is_long_name(form) else _TYPO_RATIO) * max(uses, 1)
            and usual not in (_usual(form) + "s", _usual(form).removesuffix("s"))
        ]
        return sorted(near, key=lambda each: (-self.uses(each), each))


def base_of(form: str) -> str:
    """Without a possessive; what is all in capitals with one."""
    base = form[:-2] if form.endswith(("'s", "'S")) else form
    return base.capitalize() if len(base) > 1 and base.isupper() else base


def _usual(form: str) -> str:
    """With capitals only where a name has them at the beginning: “McCabe” is looked for as “Mccabe”."""
    return form.capitalize() if form[:1].isupper() else form


def _is_long_name(form: str) -> bool:
    """Whether it is so long that another name one edit away is no chance: one of the two is a slip."""
    return form[:1].isupper() and len(form) >= _LONG_NAME


def _known_from(form: str) -> int:
    return 1 if len(form) >= _LONG_NAME - 1 and form[:1].isupper() else FAMILIAR
