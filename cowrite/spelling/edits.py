"""Words that are one edit away: a letter too many, too few, another one, or two in the wrong order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def one_edit_away(form: str, letters: str) -> Iterator[str]:
    """Everything that one edit makes of ``form``, the likelier kinds of mistakes first; some of it more than once."""
    for at in range(len(form) - 1):
        yield form[:at] + form[at + 1] + form[at] + form[at + 2 :]
    for at in range(len(form) + 1):
        for letter in letters:
            yield form[:at] + letter + form[at:]
    for at in range(len(form)):
        yield form[:at] + form[at + 1 :]
    for at in range(len(form)):
        for letter in letters:
            yield form[:at] + letter + form[at + 1 :]


def distance(one: str, other: str) -> int:
    """How many edits lie between two words, none of whose letters is edited twice (optimal string alignment)."""
    from rapidfuzz.distance import OSA  # not before the first word is checked

    return int(OSA.distance(one, other))


class NearWords:
    """A set of words that can say which of them are one edit away from another (symmetric deletion, as in SymSpell)."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._by_shorter: dict[str, set[str]] = {}
        for word in words:
            self.add(word)

    def add(self, word: str) -> None:
        """Know ``word``."""
        for shorter in _shorter(word):
            self._by_shorter.setdefault(shorter, set()).add(word)

    def discard(self, word: str) -> None:
        """Know it no more."""
        for shorter in _shorter(word):
            words = self._by_shorter.get(shorter)
            if words is not None:
                words.discard(word)
                if not words:
                    del self._by_shorter[shorter]

    def near(self, form: str) -> set[str]:
        """Those one edit away from ``form``, not ``form`` itself."""
        candidates: set[str] = set()
        for shorter in _shorter(form):
            candidates |= self._by_shorter.get(shorter, set())
        return {each for each in candidates if distance(each, form) == 1}


def _shorter(word: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
