"""Whether a word is right, in one language and in one text."""

from __future__ import annotations

import re
from collections.abc import Container

from cowrite.spelling.cast import FAMILIAR, Cast, base_of
from cowrite.spelling.dialect import is_heard
from cowrite.spelling.dictionary import Dictionary, is_of_script
from cowrite.spelling.edits import one_edit_away
from cowrite.spelling.formation import is_contracted, is_elided, is_formed
from cowrite.spelling.rare_words import Rarity, rare_words
from cowrite.spelling.regions import other_way
from cowrite.spelling.supplement import supplement, without_accents
from cowrite.spelling.word_set import word_set
from cowrite.spelling.words import Word

_ACRONYM = 5
_LONG_NAME = 4
_MOST_LETTERS = 40
_ROMAN = re.compile(r"(?i)m{0,3}(?:c[md]|d?c{0,3})(?:x[cl]|l?x{0,3})(?:i[xv]|v?i{0,3})")
_CUT_SHORT = word_set(
    "an tha wi jes jus las fas mos ol col tol hol wor th o lil mo"
)  # before an apostrophe
_ENGLISH_ACCENTS = frozenset("àâäæçèéêëîïñóôöùúûüœåøáíãõō")


class Checker:
    """What is right in a language, whatever the text. Keeps its answers; used by one thread at a time."""

    def __init__(self, dictionary: Dictionary) -> None:
        self.dictionary = dictionary
        self.language = dictionary.language
        self._is_english = dictionary.language.partition("_")[0] == "en"
        self._rare = rare_words(dictionary.language)
        self._known: dict[str, bool] = {}
        self._looks_like: dict[str, tuple[str, ...]] = {}

    def is_judged(self, form: str) -> bool:
        """Whether the dictionary has anything to say of such a word: not of another script's, nor of an acronym."""
        if not is_of_script(form, self.dictionary.script):
            return False
        if self._is_english and not form.isascii():
            return all(letter.isascii() or letter in _ENGLISH_ACCENTS for letter in form.lower())
        base = form.removesuffix("'s").removesuffix("s")
        return not (base.isupper() and 1 < len(base) <= _ACRONYM)

    def knows(self, word: Word, own: Container[str] = ()) -> bool:
        """Whether it is right anywhere: in the dictionary, in ``own`` (in lower case), or not to be judged."""
        form = word.form
        if form in own or form.lower() in own or base_of(form).lower() in own:
            return True
        if (
            not self.is_judged(form)
            or self.knows_form(form)
            or (_ROMAN.fullmatch(form) and (form.isupper() or form.islower()))
        ):
            return True
        if not self._is_english:
            return False
        if word.prefix and form.lower() in supplement("prefixes"):
            return True
        if not word.before_apostrophe:
            return False
        return form.lower() in _CUT_SHORT or (form.endswith("in") and self.knows_form(form + "g"))

    def is_own(self, word: Word) -> bool:
        """Whether the word counts for the cast of a text: the dictionary itself does not know it."""
        form = word.form
        return self.is_judged(form) and not (
            self.dictionary.spells(form)
            or (_is_capitalized(form) and self.dictionary.spells(form.lower()))
        )

    def knows_form(self, form: str) -> bool:
        """Whether a form is right by itself."""
        known = self._known.get(form)
        if known is None:
            known = self._known[form] = self._find(form)
        return known

    def _find(self, form: str) -> bool:
        if self._spells(form):
            return True
        lower = form.lower()
        if form[1:] != lower[1:]:  # capitals within
            return form.isupper() and (self.knows_form(lower) or self.knows_form(form.capitalize()))
        if not self._is_english:
            return False
        if lower in supplement("known"):
            return True
        if not {form, lower, base_of(lower)}.isdisjoint(supplement("accented")):
            return True
        if base_of(lower) in without_accents():
            return True
        return (
            is_contracted(form, self.knows_form)
            or is_formed(lower, self._spells)
            or is_elided(lower, self.dictionary.spells)
        )

    def _spells(self, form: str) -> bool:
        """What the dictionary says, or the list of rare words where it is sure."""
        if self.dictionary.spells(form) or self.rarity(form) is Rarity.RARE:
            return True
        return _is_capitalized(form) and self.dictionary.spells(form.lower())

    def rarity(self, form: str) -> Rarity:
        """Whether it is a rare word of the language."""
        if self._rare is None:
            return Rarity.UNKNOWN
        found = self._rare.rarity(form)
        if found is Rarity.UNKNOWN and _is_capitalized(form):
            return self._rare.rarity(form.lower())
        return found

    def looks_like(self, form: str) -> tuple[str, ...]:
        """The words of the dictionary that one edit makes of ``form``; about 3 ms for one that is new."""
        found = self._looks_like.get(form)
        if found is None:
            letters = self.dictionary.letters[:_MOST_LETTERS]
            lower = form.lower()
            tries = dict.fromkeys(one_edit_away(lower, letters))
            spells = self.dictionary.spells
            named = form[0].isupper()
            found = tuple(
                each
                for each in tries
                if each
                and each != lower
                and (spells(each) or (named and spells(each.capitalize())))
            )
            self._looks_like[form] = found
        return found

    def is_flagged(self, word: Word, cast: Cast) -> bool:
        """Whether a word that :meth:`knows` does not know is to be flagged in a text with this ``cast``."""
        base = base_of(word.form)
        uses = cast.uses(base)
        rarity = self.rarity(base)
        if base[1:] != base[1:].lower():
            return uses < FAMILIAR and self._is_miscased(base, cast)
        if base[:1].isupper():
            return self._is_flagged_name(base, cast, uses, rarity)
        similar = self.looks_like(base)
        if rarity is Rarity.VERY_RARE:
            return uses < 2 and bool(similar)
        if cast.meant(base):
            return True
        if not similar:
            return uses < 2 and not word.dialect
        if self._is_of_other_region(base, cast):
            return False
        is_speech = word.dialect or (uses >= FAMILIAR and cast.is_only_spoken(base))
        return not (is_speech and is_heard(base, similar))

    def _is_of_other_region(self, base: str, cast: Cast) -> bool:
        """Whether it is spelled as another region does, and the text makes a habit of that."""
        if not self._is_english or cast.one_region:
            return False
        spells = self.dictionary.spells
        way = other_way(base, spells)
        if not way:
            return False
        others = (each for each in cast.regional(way) if other_way(each, spells) == way)
        return sum(map(cast.uses, others)) >= FAMILIAR

    def _is_miscased(self, base: str, cast: Cast) -> bool:
        """Whether capitals within it are a slip (“THe”), and not how a thing is called (“iPhone”)."""
        usual = base.capitalize()
        return (
            self.knows_form(usual)
            or bool(cast.uses(usual))
            or bool(cast.meant(usual))
            or bool(self.looks_like(base))
        )

    def _is_flagged_name(self, base: str, cast: Cast, uses: int, rarity: Rarity) -> bool:
        for ending in ("s", "es"):
            single = base.removesuffix(ending)
            if single != base and (cast.is_familiar(single) or self._is_long_name(single)):
                return False
        if rarity is not Rarity.UNKNOWN and (uses > 1 or not self.looks_like(base)):
            return False
        if cast.meant(base):
            return True
        if uses >= FAMILIAR and cast.named(base):
            return False
        if self.looks_like(base):
            return True
        return not cast.named(base) and uses < 2

    def _is_long_name(self, form: str) -> bool:
        spells = self.dictionary.spells
        return len(form) >= _LONG_NAME and spells(form) and not spells(form.lower())


def _is_capitalized(form: str) -> bool:
    return form[:1].isupper() and form[1:] == form[1:].lower()
