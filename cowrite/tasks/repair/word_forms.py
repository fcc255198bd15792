"""Other forms of an English word: by lemminflect's table, and groups of function words that stand for each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from cowrite.spelling.edits import one_edit_away
from cowrite.spelling.word_set import word_set
from cowrite.tasks.repair.edits import EditKind

ARTICLES = ("a", "an", "the")
PREPOSITIONS = ("in", "on", "at", "of", "for", "to", "from", "with", "by", "about", "into")
MISSING = (
    "to",
    "of",
    "in",
    "for",
    "on",
    "and",
    "is",
    "are",
    "be",
    "it",
    "that",
    "have",
    "at",
    "with",
    "they",
    "not",
    "you",
    "will",
    "has",
    "as",
    "so",
    "but",
    "do",
    "this",
    "who",
)
SUPERFLUOUS = word_set(
    "to of in for on at with by so very that is are be it and also but then more do does did will would have has about"
    " from"
)
_GROUPS = tuple(
    word_set(group)
    for group in [
        "this that these those",
        "its it's",
        "their there they're",
        "your you're",
        "than then",
        "to too two",
        "who which that whom whose",
        "much many",
        "few little less fewer",
        "other another others",
        "every all each",
        "some any",
        "him her it them",
        "his her its their",
        "I me my",
        "we us our",
        "his him he",
        "they them their",
        "your you yours",
        "because since as",
        "if whether",
        "where were",
        "when while",
        "and or but so",
        "such so",
        "no not",
        "very too",
        "affect effect",
        "loose lose",
        "quite quiet",
        "advice advise",
        "accept except",
        "whose who's",
        "maybe may",
        "may might can could",
        "will would shall should",
        "must should",
        "of off",
        "hear here",
        "know now",
        "new knew",
        "bad badly",
        "good well",
        "real really",
        "most almost",
        "like as",
        "lay lie",
        "lead led",
        "past passed",
        "weather whether",
        "whole hole",
        "knowledge knowledges",
        "people peoples",
        "do make",
        "does makes",
        "did made",
        "say tell",
        "said told",
        "from form",
        "through though thought",
        "live life",
        "lives life",
        "believe belief",
        "choose choice chose",
        "succeed success successful",
        "different difference",
        "important importance",
        "easy easily",
        "sometime sometimes",
        "beside besides",
        "during for since",
        "it there",
        "that than",
        "every everyone",
        "person people persons",
        "amount number",
    ]
)
_PAST = word_set("was were had did would could should might")
_PRESENT = word_set("is are am has have do does will can shall may")
_VERBS = (
    frozenset(["am", "is", "are", "was", "were", "be", "been", "being"]),
    frozenset(["has", "have", "had", "having"]),
    frozenset(["do", "does", "did", "done", "doing"]),
)
_SHORTHAND = {
    "i": ("I",),
    "u": ("you",),
    "ur": ("your", "you're"),
    "thier": ("their",),
    "alot": ("a lot",),
    "im": ("I'm",),
    "ive": ("I've",),
    "cant": ("can't",),
    "dont": ("don't",),
    "becuse": ("because",),
    "becouse": ("because",),
    "nowdays": ("nowadays",),
}
_MANY, _ONE, _NOW = (
    frozenset(("NNS", "VBZ")),
    frozenset(("NN", "VB", "VBP")),
    frozenset(("VB", "VBP", "VBZ")),
)
_TOGETHER = word_set("cannot into onto upon without within throughout whenever wherever")
_SUFFIXES = (("ly", ""), ("ily", "y"), ("bly", "ble"))
_SHORTEST_STEM = 3
_LETTERS = "etaoinshrdlucmfwgypbvkxqjz"
_NEVER_INFLECTED = frozenset(
    (*ARTICLES, *PREPOSITIONS, "i", "and", "or", "but", "not", "as", "so", "if", "no")
)


def other_forms(word: str) -> dict[str, EditKind]:
    """What may stand for ``word`` by grammar, in lower case as far as it is in the lists; itself left out."""
    lower = word.lower()
    found: dict[str, EditKind] = {}
    if lower in ARTICLES:
        found |= dict.fromkeys((each for each in ARTICLES if each != lower), EditKind.ARTICLE)
    if lower in PREPOSITIONS:
        found |= dict.fromkeys(
            (each for each in PREPOSITIONS if each != lower), EditKind.PREPOSITION
        )
    for each in _SHORTHAND.get(lower, ()):
        if each != word:
            found[each] = EditKind.SPELLING
    for group in _groups_of(lower):
        for each in sorted(group):
            if each.lower() != lower:
                is_tense = kind_of_form(lower, each.lower()) is EditKind.TENSE
                found.setdefault(each, EditKind.TENSE if is_tense else EditKind.WORD)
    for each in inflections(lower):
        found[each] = kind_of_form(lower, each)
    return found


@cache
def kind_of_form(lower: str, other: str) -> EditKind:
    """Whether two forms of one word, in lower case, differ in tense, in number, or otherwise."""
    if {lower, other} & _PAST and {lower, other} & _PRESENT:
        return EditKind.TENSE
    if {lower, other} & (_PAST | _PRESENT):
        return EditKind.NUMBER
    pairs = [
        {tag, as_other}
        for lemma, tag in _tags(lower)
        for same, as_other in _tags(other)
        if lemma == same
    ]
    if any(pair & _MANY and pair & _ONE for pair in pairs):
        return EditKind.NUMBER
    if any("VBD" in pair and pair & _NOW for pair in pairs):
        return EditKind.TENSE
    return EditKind.INFLECTION


@cache
def _tags(lower: str) -> frozenset[tuple[str, str]]:
    """As what forms of which words it can stand: by the tags of the Penn Treebank."""
    import lemminflect

    return frozenset(
        (lemma, tag)
        for part, lemmas in lemminflect.getAllLemmas(lower).items()
        for lemma in lemmas
        for tag, forms in lemminflect.getAllInflections(lemma, upos=part).items()
        if lower in forms
    )


@cache
def listed_near(lower: str) -> tuple[str, ...]:
    """The words of the table of forms that one slip makes of ``lower``: a letter more, less, other, or two swapped."""
    found = dict.fromkeys(each for each in one_edit_away(lower, _LETTERS) if each != lower)
    return tuple(each for each in found if _is_in_table(each))


def _is_in_table(lower: str) -> bool:
    import lemminflect

    return bool(lemminflect.getAllLemmas(lower))


def is_listed(lower: str) -> bool:
    """Whether it is a word that is no name by the tables here."""
    return (
        bool(_tags(lower))
        or lower in _TOGETHER
        or lower in (*ARTICLES, *PREPOSITIONS)
        or bool(_groups_of(lower))
    )


@cache
def _groups_of(lower: str) -> tuple[frozenset[str], ...]:
    return tuple(group for group in _GROUPS if any(each.lower() == lower for each in group))


@cache
def inflections(lower: str) -> tuple[str, ...]:
    """The other inflections of a word, and its adverb or adjective; the likelier not first."""
    for verbs in _VERBS:
        if lower in verbs:
            return tuple(sorted(verbs - {lower}))
    if lower in _NEVER_INFLECTED or not lower.isalpha():
        return ()
    import lemminflect  # its tables take 0.3 s to read

    found: dict[str, None] = {}
    for part, lemmas in lemminflect.getAllLemmas(lower).items():
        for lemma in lemmas:
            for forms in lemminflect.getAllInflections(lemma, upos=part).values():
                found |= dict.fromkeys(forms)
    found |= dict.fromkeys(_adverbs(lower, lemminflect.getAllLemmas))
    found.pop(lower, None)
    return tuple(each for each in found if " " not in each)


def _adverbs(lower: str, lemmas_of: Callable[[str], dict[str, object]]) -> Iterable[str]:
    """“quickly” for “quick”, and the other way round."""
    for ending, instead in _SUFFIXES:
        if lower.endswith(ending) and len(lower) - len(ending) >= _SHORTEST_STEM:
            stem = lower.removesuffix(ending) + instead
            if "ADJ" in lemmas_of(stem):
                yield stem
        if instead and lower.endswith(instead):
            adverb = lower.removesuffix(instead) + ending
        else:
            adverb = lower + ending if not instead else ""
        if adverb and "ADJ" in lemmas_of(lower) and "ADV" in lemmas_of(adverb):
            yield adverb


def written_as(found: str, word: str) -> str:
    """``found`` with the capitals of ``word``."""
    if word.isupper() and len(word) > 1:
        return found.upper()
    return found[:1].upper() + found[1:] if word[:1].isupper() and word != "I" else found
