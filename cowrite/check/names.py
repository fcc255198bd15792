"""Names that a text spells in two ways: “Katherine” forty times and “Catherine” once.

Two names are taken for one if they sound alike, or if the rarer differs in one letter and is very rare beside the other
one. What makes another word of a name (a plural, a people, a short form) is none.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import permutations

from cowrite.check import english
from cowrite.check.findings import Finding, Kind
from cowrite.check.habits import Habits
from cowrite.check.paragraph import Paragraph
from cowrite.check.stems import stem_of
from cowrite.localization import trn

_SHORTEST, _SHORTEST_NEAR = 4, 5
_FEWEST, _RATIO = 4, 4
_MOST_SLIPS, _OFTEN = 3, 40
_LONG = 6
_FORMS_A_STEP = 50
_MOST_REPORTED = 5
_WEIGHT = 0.9
_ANOTHER_WORD = re.compile(
    r"(?:s|es|d|ed|(?<=[aeiou])ns?|an|ian|ish|y|ie|a|i|o|us|er|e?tte|in|ina|ine)"
)
_SOUNDS = (
    (re.compile("ph"), "f"),
    (re.compile("sch|sh"), "S"),
    (re.compile("tch|ch(?=[aeiouy])"), "C"),
    (re.compile("ck|cq|ch|c(?![eiy])|q"), "k"),
    (re.compile("c(?=[eiy])|z"), "s"),
    (re.compile("x"), "ks"),
    (re.compile("g(?=[eiy])"), "j"),
    (re.compile("(?<=.)gh"), ""),
    (re.compile("(?<=[trwgk])h"), ""),
    (re.compile("^wr"), "r"),
    (re.compile("^kn"), "n"),
    (re.compile("(?:ei|ie|ey|ee|ea|y)"), "i"),
    (re.compile("ai|ay|ae"), "e"),
    (re.compile("oo|ou|ow"), "u"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile("(?<=..)e$"), ""),
    (re.compile("(?<=[aeiou])h(?![aeiou])"), ""),
)


@lru_cache(maxsize=20_000)
def sound_of(name: str) -> str:
    """About how a name sounds in English; two that are spelled in two ways are mostly the same."""
    sound = name.lower()
    for pattern, instead in _SOUNDS:
        sound = pattern.sub(instead, sound)
    return sound


def variants(habits: Habits) -> Generator[None, None, dict[str, str]]:
    """For each name that seems to be another one misspelled, that other one; found in steps."""
    names: dict[str, int] = {}
    for number, (form, count) in enumerate(habits.names.items()):
        if number % _FORMS_A_STEP == 0:
            yield
        if len(form) < _SHORTEST or habits.small[form.lower()]:
            continue
        if _may_be_name(form, habits):
            names[form] = count
    found: dict[str, str] = {}
    for pair in _near(names):
        if pair is None:
            yield
        elif names[pair[1]] > names.get(found.get(pair[0], ""), 0):
            found[pair[0]] = pair[1]
    return found


def _may_be_name(form: str, habits: Habits) -> bool:
    """Whether its capital letter means something; of a word that only begins sentences nobody can tell."""
    return bool(habits.sure_names[form]) or (
        len(form) >= _LONG and english.rate_of(stem_of(form.lower())) <= english.UNLISTED
    )


def _near(names: Mapping[str, int]) -> Iterator[tuple[str, str] | None]:
    """Pairs of a rarer name and another one that it may stand for; None after every step."""
    by_key: dict[str, set[str]] = {}
    for number, form in enumerate(names):
        if number % _FORMS_A_STEP == 0:
            yield None
        lowered = form.lower()
        keys = {lowered[:at] + lowered[at + 1 :] for at in range(len(lowered))}
        for key in keys | {lowered, "=" + sound_of(form)}:
            by_key.setdefault(key, set()).add(form)
    for number, alike in enumerate(each for each in by_key.values() if len(each) > 1):
        if number % _FORMS_A_STEP == 0:
            yield None
        for form, other in permutations(alike, 2):
            if _is_slip(form, names[form], other, names[other]):
                yield form, other


def _is_slip(form: str, count: int, other: str, others: int) -> bool:
    if others < _FEWEST or others < count or (others == count and form > other):
        return False
    is_slip = count <= max(_MOST_SLIPS, others // _OFTEN)
    if sound_of(form) == sound_of(other):
        return is_slip or min(len(form), len(other)) >= _LONG
    if _makes_another_word(form.lower(), other.lower()):
        return False
    if not is_slip or others < _RATIO * count or len(form) < _SHORTEST_NEAR:
        return False
    return len(other) >= _SHORTEST_NEAR and form[0] == other[0] and _one_edit(form, other)


def _makes_another_word(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if long.startswith(short) and _ANOTHER_WORD.fullmatch(long, len(short)):
        return True
    if (
        len(one) == len(other)
        and one[:-1] == other[:-1]
        and {one[-1], other[-1]} <= set("aeiousny")
    ):
        return True
    return {one[-3:], other[-3:]} == {"man", "men"} and one[:-3] == other[:-3]


def _one_edit(form: str, other: str) -> bool:
    from rapidfuzz.distance import OSA  # not before there is a name

    return int(OSA.distance(form, other)) == 1


def misspelled_names(
    paragraph: Paragraph, found: Mapping[str, str], habits: Habits
) -> Iterable[Finding]:
    """Where a paragraph has a name that is spelled in another way elsewhere."""
    told: set[str] = set()
    for name in paragraph.names:
        other = found.get(name.form)
        if other is None or (name.form in told and habits.names[name.form] > _MOST_REPORTED):
            continue
        told.add(name.form)
        times = habits.names[other]
        yield Finding(
            kind=Kind.NAME,
            start=name.start,
            end=name.end,
            message=trn(
                "“{name}” is spelled “{other}” elsewhere, {count:,} times.",
                "“{name}” is spelled “{other}” elsewhere, {count:,} times.",
                times,
                name=name.form,
                other=other,
            ),
            weight=_WEIGHT,
            subject=f"{name.form} {other}",
        )
