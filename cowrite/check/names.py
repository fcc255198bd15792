"""Names that a text spells in two ways: “Katherine” forty times and “Catherine” once.

Two names are taken for one if they sound alike, or if the rarer differs in one letter and is very rare beside the other
one. What makes another word of a name (a plural, a people, a short form) is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from cowrite.check import english
from cowrite.check.findings import Finding, Kind
from cowrite.check.habits import Habits
from cowrite.check.paragraph import Paragraph
from cowrite.check.stems import stem_of

_SHORTEST, _SHORTEST_NEAR = 4, 5
_FEWEST, _RATIO = 4, 4
_MOST_SLIPS, _OFTEN = 3, 40
_LONG = 6
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


def variants(habits: Habits) -> dict[str, str]:
    """For each name that seems to be another one misspelled, that other one."""
    names = {
        form: count
        for form, count in habits.names.items()
        if len(form) >= _SHORTEST and not habits.small[form.lower()] and _may_be_name(form, habits)
    }
    found: dict[str, str] = {}
    for form, other in _near(names):
        if names[other] > names.get(found.get(form, ""), 0):
            found[form] = other
    return found


def _may_be_name(form: str, habits: Habits) -> bool:
    """Whether its capital letter means something; of a word that only begins sentences nobody can tell."""
    return bool(habits.sure_names[form]) or (
        len(form) >= _LONG and english.rate_of(stem_of(form.lower())) <= english.UNLISTED
    )


def _near(names: Mapping[str, int]) -> Iterable[tuple[str, str]]:
    """Pairs of a rarer name and another one that it may stand for."""
    by_key: dict[str, set[str]] = {}
    for form in names:
        lowered = form.lower()
        keys = {lowered[:at] + lowered[at + 1 :] for at in range(len(lowered))}
        for key in keys | {lowered, "=" + sound_of(form)}:
            by_key.setdefault(key, set()).add(form)
    for alike in by_key.values():
        if len(alike) < 2:
            continue
        for form in alike:
            for other in alike:
                if form != other and _is_slip(form, names[form], other, names[other]):
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
            message=f"“{name.form}” is spelled “{other}” elsewhere, {times:,} times.",
            weight=_WEIGHT,
            subject=f"{name.form} {other}",
        )
