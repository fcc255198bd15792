"""What a passage's task may ask about words: the dictionary, the writer's own words, and the names of the text."""

from __future__ import annotations

from collections.abc import Container

from cowrite.spelling.cast import Cast
from cowrite.spelling.checker import Checker
from cowrite.spelling.suggestions import suggestions
from cowrite.spelling.words import Word, words_of


class CheckedWords:
    """A :class:`cowrite.tasks.passage.work.WordKnowledge`. It may be asked on any thread, and may take its time."""

    def __init__(self, checker: Checker, own: Container[str], cast: Cast) -> None:
        self._checker = checker
        self._own = own
        self._cast = cast

    def knows(self, word: str) -> bool:
        """Whether it is right here: nothing that is no word is wrong."""
        return all(self._is_right(each) for each in words_of(word))

    def suggestions(self, word: str) -> list[str]:
        """What may have been meant, the likeliest first."""
        return suggestions(word, self._checker, self._cast)

    def _is_right(self, word: Word) -> bool:
        return self._checker.knows(word, self._own) or not self._checker.is_flagged(
            word, self._cast
        )
