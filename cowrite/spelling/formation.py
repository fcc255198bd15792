"""English words that are made of words a dictionary knows: “unfraternal”, “steamboatmen”, “goin’”, “who’d’ve”.

No dictionary has them all, and a slip of the fingers rarely makes one: every part has four letters or more.
"""

from __future__ import annotations

from collections.abc import Callable

from cowrite.spelling.word_set import word_set

Knows = Callable[[str], bool]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_VOWELS = "aeiou"
_FEWEST_AROUND = 2
_SHORTEST = 4
_SHORTEST_ELIDED = 5
_AUXILIARIES = word_set(
    "is are was were do does did has have had could would should must might need"
)
_CONTRACTED = ("'s", "'ll", "'ve", "'d", "'re", "'m")
_PREFIXES = (
    "un", "non", "over", "out", "under", "anti", "semi", "sub", "super", "inter", "fore", "counter", "mid", "self",
    "re", "dis", "mis",
)  # fmt: skip
_SUFFIXES = (
    "less", "like", "ness", "ish", "wise", "ward", "wards", "ism", "ist", "ists", "ite", "ites", "dom", "hood", "ship",
    "ful", "able", "ably", "eth", "ly", "ings", "nesses", "est",
)  # fmt: skip
_LONG = 6
_HEADS = (
    "man", "men", "woman", "women", "boat", "boats", "house", "houses", "room", "rooms", "shop", "shops",
    "ship", "ships",
    "land", "lands", "work", "works", "maker", "makers", "stone", "stones", "light", "lights", "folk", "town", "towns",
)  # fmt: skip


def is_contracted(form: str, knows: Knows) -> bool:
    """Whether it is a known word with “’ll”, “’d’ve” or the like after it, or ends with a possessive."""
    for ending in _CONTRACTED:
        if form.endswith(ending) and len(form) > len(ending):
            base = form.removesuffix(ending)
            return (
                knows(base)
                or is_contracted(base, knows)
                or (ending == "'d" and _is_past(base, knows))
                or (base.endswith("in") and knows(base + "g"))
            )
    return False


def _is_past(base: str, knows: Knows) -> bool:
    """“destin’d”, “wink’d”."""
    return knows(base + "ed") or knows(base + "e")


def is_elided(form: str, knows: Knows) -> bool:
    """Whether an apostrophe within stands for letters: “be’old”, “prob’ly”, “noth’n”. Not where “n’t” was meant."""
    before, sign, after = form.partition("'")
    if not sign or len(form) < _SHORTEST_ELIDED or after in ("s", "nt", "re", "e", "ve"):
        return False
    if after == "n":  # “more than”, “his own”, “pick(ing)”
        return before not in _AUXILIARIES and any(map(knows, (before, before + "ing")))
    if after in ("em", "th") or before in ("t", "o", "a", "th"):
        return knows(before if after in ("em", "th") else after)
    if any(knows(before + letter + after) for letter in _LETTERS):
        return True
    if min(len(before), len(after)) < _FEWEST_AROUND:
        return False
    return any(
        knows(f"{before}{one}{other}{after}")
        for vowel in _VOWELS
        for letter in _LETTERS
        for one, other in ((vowel, letter), (letter, vowel))
    )


def is_formed(form: str, knows: Knows) -> bool:
    """Whether it is made of a known word of four letters or more and a common beginning or ending, or of two words."""
    for prefix in _PREFIXES:
        rest = form.removeprefix(prefix)
        if rest != form and len(rest) >= _SHORTEST and knows(rest):
            return True
    for suffix in _SUFFIXES:
        base = form.removesuffix(suffix)
        if base != form and any(
            len(each) >= _SHORTEST and knows(each) for each in _bases(base, suffix)
        ):
            return True
    if _is_plural(form, knows):
        return True
    for head in _HEADS:
        base = form.removesuffix(head)
        if base != form and len(base) >= _SHORTEST and knows(base):
            return True
    return False


def _is_plural(form: str, knows: Knows) -> bool:
    if not form.endswith("s") or form.endswith("ss"):
        return False
    base = form[:-3] + "y" if form.endswith("ies") else form[:-1]
    return len(base) >= _LONG and knows(base)


def _bases(base: str, suffix: str) -> tuple[str, ...]:
    if suffix in ("able", "ish", "ism", "ist", "ists", "ite", "ites", "eth", "est", "ings"):
        return base, base + "e"
    if base.endswith("i"):
        return base, base[:-1] + "y"
    return (base,)
