"""Whether a word is right, in one language and in one text."""

from __future__ import annotations

from collections.abc import Container

from cowrite.spelling.cast import FAMILIAR, Cast, base_of
from cowrite.spelling.dictionary import Dictionary, is_of_script
from cowrite.spelling.edits import one_edit_away
from cowrite.spelling.formation import is_contracted, is_formed
from cowrite.spelling.rare_words import ACCENTED, KNOWN, PREFIXES, Rarity, rare_words
from cowrite.spelling.words import Word

_ACRONYM = 5
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
        return not (form.isupper() and len(base_of(form)) <= _ACRONYM)

    def knows(self, word: Word, own: Container[str] = ()) -> bool:
        """Whether the word is right anywhere: known to the dictionary, to ``own`` (in lower case), or not to be judged."""
        form = word.form
        if form in own or form.lower() in own or base_of(form).lower() in own:
            return True
        if not self.is_judged(form) or self.knows_form(form):
            return True
        if not self._is_english:
            return False
        if word.prefix and form.lower() in PREFIXES:
            return True
        return word.before_apostrophe and (
            (form.endswith("in") and self.knows_form(form + "g")) or form.endswith("s") and self.knows_form(form[:-1])
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
            if not form.isupper():
                return False
            return self.knows_form(lower) or self.knows_form(form.capitalize())
        if not self._is_english:
            return False
        if lower in KNOWN or lower in ACCENTED or form in ACCENTED or base_of(lower) in ACCENTED:
            return True
        return is_contracted(form, self.knows_form) or is_formed(lower, self._spells)

    def _spells(self, form: str) -> bool:
        """What the dictionary says, or the list of rare words where it is sure."""
        if self.dictionary.spells(form) or (form[:1].isupper() and self.dictionary.spells(form.lower())):
            return True
        return self.rarity(form) is Rarity.RARE

    def rarity(self, form: str) -> Rarity:
        """Whether it is a rare word of the language."""
        if self._rare is None:
            return Rarity.UNKNOWN
        found = self._rare.rarity(form)
        if found is Rarity.UNKNOWN and form[:1].isupper():
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
            found = tuple(
                each
                for each in tries
                if each and (spells(each) or (form[0].isupper() and spells(each.capitalize()))) and each != lower
            )
            self._looks_like[form] = found
        return found

    def is_flagged(self, form: str, cast: Cast) -> bool:
        """Whether a form that :meth:`knows` does not know is to be flagged in a text with this ``cast``."""
        base = base_of(form)
        uses = cast.uses(base)
        rarity = self.rarity(base)
        if base[:1].isupper():
            return self._is_flagged_name(base, cast, uses, rarity)
        if rarity is Rarity.VERY_RARE:
            return uses < 2 and bool(self.looks_like(base))  # noqa: PLR2004 - once may be a slip, twice is no chance
        return uses < FAMILIAR or bool(self.looks_like(base)) or bool(cast.meant(base))

    def _is_flagged_name(self, base: str, cast: Cast, uses: int, rarity: Rarity) -> bool:
        for ending in ("s", "es"):
            single = base.removesuffix(ending)
            if single != base and (cast.is_familiar(single) or self.dictionary.spells(single)):
                return False
        if rarity is not Rarity.UNKNOWN and (uses > 1 or not self.looks_like(base)):
            return False
        if cast.meant(base):
            return True
        if uses >= FAMILIAR and cast.named(base):
            return False
        if self.looks_like(base):
            return True
        return not cast.named(base) and uses < 2  # noqa: PLR2004


_MOST_LETTERS = 40
