"""What the dictionary of a text's language, the writer's own list and the names of the text say of words."""

from __future__ import annotations

from cowrite.base.errors import UserError
from cowrite.localization import listed, tr
from cowrite.settings.paths import Paths
from cowrite.spelling.checker import Checker
from cowrite.spelling.dictionary import Dictionary
from cowrite.spelling.installed import dictionaries, find_language
from cowrite.spelling.languages import detected
from cowrite.spelling.suggestions import suggestions
from cowrite.spelling.texts import misspellings
from cowrite.spelling.word_lists import own_words
from cowrite.spelling.words import words_of

PREFERRED = "en_US"


class KnownWords:
    """Of one text: a word is right unless it is flagged in it; a ``WordKnowledge``."""

    def __init__(self, text: str, dictionary: Dictionary, own: frozenset[str]) -> None:
        self._checker = Checker(dictionary)
        self._own = own
        found, self._cast = misspellings(
            text, [(0, len(text))], self._checker, own, one_region=False
        )
        self._flagged = {each.text for each in found}
        self._known = {text[each.start : each.end] for each in words_of(text)} - self._flagged

    def knows(self, word: str) -> bool:
        """Whether it is right here."""
        if word in self._flagged or word in self._known:
            return word in self._known
        found, _ = misspellings(word, [(0, len(word))], self._checker, self._own, one_region=False)
        return not found

    def suggestions(self, word: str) -> list[str]:
        """What may have been meant by a word that is not right, the likeliest first."""
        return suggestions(word, self._checker, self._cast)


def known_words(text: str, language: str | None, paths: Paths) -> tuple[KnownWords | None, str]:
    """What is known of the words of ``text`` and the language they are in.

    None, and no language, where no dictionary has most of them. Raises UserError if there is none for ``language``.
    """
    available = dictionaries(paths.dictionaries_dir)
    name = (
        detected(words_of(text), available, PREFERRED)
        if language is None
        else find_language(language, available)
    )
    if name is None:
        if language is None:
            return None, ""
        raise UserError(
            tr("There is no dictionary for “{language}”.", language=language),
            tr("There are {available}.", available=listed(available)),
        )
    own = frozenset(own_words(paths.words_file))
    return KnownWords(text, Dictionary(available[name]), own), name
