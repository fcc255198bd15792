"""What a writer's decisions on changes say of the writer: how far to shift each kind of change, and sentences for all.

Nothing is said, and hardly anything shifted, before there are some dozens of decisions; only what was taken and stayed,
or was left, is one.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cowrite.base.words import count_words
from cowrite.decisions.hunks import HunkDecision
from cowrite.decisions.statistics.rates import Rate
from cowrite.localization import tr, tr_noop

SPREAD = 0.7
"""Standard deviation, in log-odds, of how far writers are believed to be apart before anything is known of one."""
MOST_SHIFT = 2.0
MOST_REMEMBERED = 200
"""Of each kind, only so many of the latest decisions count: habits change."""
FEWEST_IN_ALL, FEWEST_OF_KIND, FEWEST_OF_WORD = 24, 12, 5
_ROUNDS = 30
_CONTRACTION = re.compile(r"(?i)\b\w+(?:n['’]t|['’](?:re|ve|ll|d|m))\b")
KIND_LEFT = tr_noop("You usually leave changes of this kind: {one}.")
WORD_LEFT = tr_noop("You leave synonyms for “{one}”.")
PAIR_TAKEN = tr_noop("You put “{other}” in the place of “{one}”.")
CONTRACTIONS_LEFT = tr_noop("You keep contractions such as “don’t”.")
CONTRACTIONS_TAKEN = tr_noop("You write contractions out.")
DASHES_LEFT = tr_noop("You keep dashes.")
LONGER_LEFT = tr_noop("You leave changes that make your text longer.")
_LONGER_BY = 3
"""Words by which a change makes the text longer so that it counts as one that does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """``sentence`` tells something about the writer, to them and to a model; ``key`` is the same for the same thing."""

    key: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """Decisions that would say the same: ``left`` if they were left, ``taken`` if they were taken; empty: nothing."""

    key: str
    left: str = ""
    taken: str = ""
    fewest: int = FEWEST_OF_KIND


def kind_offsets(decisions: Iterable[HunkDecision]) -> dict[str, float]:
    """What to add, for each kind of change, to the log-odds that one is wanted; above 0 the writer wants more of them.

    The most probable shift, given how probable each change was said to be and a normal prior around 0 (a logistic
    model with an offset, maximum a posteriori); so a few decisions shift little. Those without a confidence are left
    out, and so are kinds without a name.
    """
    by_kind: defaultdict[str, list[tuple[float, bool]]] = defaultdict(list)
    for each in decisions:
        if each.kind and each.confidence is not None and each.is_wanted is not None:
            by_kind[each.kind].append((_log_odds(each.confidence), each.is_wanted))
    return {kind: round(_shift(seen[-MOST_REMEMBERED:]), 4) for kind, seen in by_kind.items()}


def _log_odds(probability: float) -> float:
    inside = min(0.99, max(0.01, probability))
    return math.log(inside / (1 - inside))


def _shift(seen: Sequence[tuple[float, bool]]) -> float:
    """By Newton's method, in steps of at most 1: the function is concave."""
    shift = 0.0
    for _ in range(_ROUNDS):
        slope, bend = -shift / SPREAD**2, 1 / SPREAD**2
        for odds, wanted in seen:
            guess = 1 / (1 + math.exp(-(odds + shift)))
            slope += wanted - guess
            bend += guess * (1 - guess)
        step = slope / bend
        shift += max(-1.0, min(1.0, step))
        if abs(step) < 1e-6:
            break
    return max(-MOST_SHIFT, min(MOST_SHIFT, shift))


def habits(decisions: Iterable[HunkDecision]) -> list[Habit]:
    """What can be said of the writer with some certainty, the plainest first.

    Of each kind of thing enough decisions must agree that even the lower bound of their share (95 %) is above a half.
    """
    decided = [each for each in decisions if each.is_wanted is not None]
    if len(decided) < FEWEST_IN_ALL:
        return []
    left, taken = Counter[_Rule](), Counter[_Rule]()
    for each in decided:
        for rule in _rules_of(each):
            (taken if each.is_wanted else left)[rule] += 1
    found: list[tuple[int, Habit]] = []
    for rule in left.keys() | taken.keys():
        no, yes = left[rule], taken[rule]
        for sentence, hits, key in (
            (rule.left, no, f"{rule.key} left"),
            (rule.taken, yes, f"{rule.key} taken"),
        ):
            if sentence and no + yes >= rule.fewest and _is_certain(hits, no + yes):
                found.append((hits, Habit(key=key, sentence=sentence)))
    return [habit for _, habit in sorted(found, key=lambda pair: (-pair[0], pair[1].key))]


def _is_certain(hits: int, tries: int) -> bool:
    return Rate(hits=hits, tries=tries).interval[0] > 0.5


def _rules_of(decision: HunkDecision) -> Iterator[_Rule]:
    before, after = decision.before.strip(), decision.after.strip()
    if decision.kind and decision.kind != "spelling":
        yield _rule("kind", decision.kind, left=KIND_LEFT, fewest=FEWEST_OF_KIND)
    if _is_word(before) and _is_word(after) and decision.kind not in ("spelling", "inflection"):
        yield _rule("word", before.casefold(), left=WORD_LEFT)
        yield _rule("pair", before.casefold(), after.casefold(), taken=PAIR_TAKEN)
    if _CONTRACTION.search(before) and not _CONTRACTION.search(after):
        yield _rule("contractions", left=CONTRACTIONS_LEFT, taken=CONTRACTIONS_TAKEN)
    if "—" in before and "—" not in after:
        yield _rule("dashes", left=DASHES_LEFT)
    if count_words(after) >= count_words(before) + _LONGER_BY:
        yield _rule("longer", left=LONGER_LEFT, fewest=FEWEST_OF_KIND)


def _rule(
    about: str, *words: str, left: str = "", taken: str = "", fewest: int = FEWEST_OF_WORD
) -> _Rule:
    """``words`` stand in the key, and in the places of the sentences."""
    return _Rule(
        " ".join((about, *words)),
        left=left.format(**_places(words)),
        taken=taken.format(**_places(words)),
        fewest=fewest,
    )


def _places(words: Sequence[str]) -> dict[str, str]:
    one, other = [*words, "", ""][:2]
    return {"one": one, "other": other}


_SHOWN = {
    "kind left": KIND_LEFT,
    "word left": WORD_LEFT,
    "pair taken": PAIR_TAKEN,
    "contractions left": CONTRACTIONS_LEFT,
    "contractions taken": CONTRACTIONS_TAKEN,
    "dashes left": DASHES_LEFT,
    "longer left": LONGER_LEFT,
}


def shown(key: str, sentence: str) -> str:
    """The sentence of a habit as the writer reads it, in the language of the interface; a model is told it in English.

    ``sentence`` itself where ``key`` is none of those that are known here.
    """
    about, _, rest = key.partition(" ")
    rest, _, decided = rest.rpartition(" ")
    message = _SHOWN.get(f"{about} {decided}", "")
    words = rest.split(" ") if about == "pair" else [rest]
    if message.format(**_places(words)) != sentence:
        return sentence
    return tr(message, **_places([tr(word) if about == "kind" else word for word in words]))


def _is_word(text: str) -> bool:
    return text.replace("-", "").isalpha() and count_words(text) == 1
