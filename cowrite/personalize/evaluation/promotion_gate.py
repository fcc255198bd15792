"""Whether an adapter is put to use: only if it is surely better for this writer and does no harm.

Only figures come in and a decision comes out; how they are measured is
:mod:`cowrite.personalize.evaluation.promotion`'s business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cowrite.localization import sentences, tr, tr_noop
from cowrite.personalize.evaluation.bootstrap import LEAST_UNITS, Interval, mean_interval
from cowrite.personalize.evaluation.scoring import Score

# With so many documents they are what is drawn anew; with fewer, their blocks of paragraphs are.
ENOUGH_DOCUMENTS = 20
# That it predicts the writer better must be sure. That it saves no fewer keys is a second look at the same, through a
# figure that chance moves by points: there three to one is enough.
KEYS_CONFIDENCE = 0.75


class Status(StrEnum):
    """``kept`` means that what was in use stays, ``failed`` that it could not be judged."""

    PROMOTED = "promoted"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What must hold; percent, percentage points of keystrokes saved, tokens."""

    perplexity_gain_pct: float = 1.0
    keystroke_loss_points: float = 0.2
    general_loss_pct: float = 2.0
    copied_tokens: int = 50


@dataclass(frozen=True, slots=True)
class Saved:
    """One passage replayed at real typing speed with the reference and with the candidate: net keys saved, of so many
    characters."""

    reference: float
    candidate: float
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was measured. ``active`` is None if the base itself is in use; ``copied`` is the longest run in tokens.

    All scores of one kind are of the same texts.
    """

    base: Score
    active: Score | None
    candidate: Score
    general_base: Score
    general_candidate: Score
    replay: Sequence[Saved]
    copied: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One condition: whether it holds, the figures, and a sentence for the writer."""

    name: str
    holds: bool
    sentence: str
    figure: float
    limit: float
    unit: str
    interval: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict, the sentence that gives its reason, and all conditions.

    ``gain_pct`` is how much lower the perplexity is than that of what is in use.
    """

    status: Status
    reason: str
    criteria: tuple[Criterion, ...] = ()
    gain_pct: float | None = None


def decide(evidence: Evidence, limits: Limits | None = None) -> Decision:
    """Promote only if every condition holds."""
    limits = limits or Limits()
    units = len(_units(evidence.base))
    if units < LEAST_UNITS or len(evidence.replay) < LEAST_UNITS:
        return Decision(
            status=Status.FAILED,
            reason=tr(
                "There is too little text to test with, so nothing was changed. Write a little more."
            ),
        )
    references = [(tr_noop("the original model"), evidence.base)]
    if evidence.active is not None:
        references.append((tr_noop("the version in use"), evidence.active))
    try:
        criteria = [
            *(_surely_better(name, each, evidence.candidate) for name, each in references),
            *(_better_by(name, each, evidence.candidate, limits) for name, each in references),
            _saves_no_less(evidence.replay, limits),
            _forgets_little(evidence, limits),
            _copies_nothing(evidence.copied, limits),
        ]
    except ValueError:
        return Decision(
            status=Status.FAILED,
            reason=tr(
                "What was learned gives invalid results, so nothing was changed. Learn again with a "
                "smaller learning rate, such as --set learning_rate=1e-4."
            ),
        )
    gain = -perplexity_change_pct((evidence.active or evidence.base), evidence.candidate)
    failing = [each for each in criteria if not each.holds]
    if failing:
        return Decision(
            status=Status.KEPT,
            reason=sentences(failing[0].sentence, tr("Suggestions stay as they are.")),
            criteria=tuple(criteria),
            gain_pct=gain,
        )
    return Decision(
        status=Status.PROMOTED,
        reason=tr(
            "Your new version predicts your text {gain:.1f} % better and is now in use.", gain=gain
        ),
        criteria=tuple(criteria),
        gain_pct=gain,
    )


def loss_difference(reference: Score, candidate: Score) -> Interval:
    """Loss per token of ``candidate`` less that of ``reference``, paired by document or block. Raises ValueError."""
    before, after = _units(reference), _units(candidate)
    if [tokens for _, tokens in before] != [tokens for _, tokens in after]:
        raise ValueError("scores of different texts")
    sums = [b[0] - a[0] for a, b in zip(before, after, strict=True)]
    return mean_interval(sums, [tokens for _, tokens in before])


def _units(score: Score) -> list[tuple[float, int]]:
    """Loss and tokens of each document, or of each block where there are few documents."""
    documents: dict[str, tuple[float, int]] = {}
    for block in score.blocks:
        loss, tokens = documents.get(block.document, (0.0, 0))
        documents[block.document] = (loss + block.loss, tokens + block.tokens)
    if len(documents) >= ENOUGH_DOCUMENTS:
        return list(documents.values())
    return [(block.loss, block.tokens) for block in score.blocks]


def perplexity_change_pct(reference: Score, candidate: Score) -> float:
    """How much the perplexity changed, in percent."""
    return 100 * (candidate.perplexity / reference.perplexity - 1)


def _surely_better(name: str, reference: Score, candidate: Score) -> Criterion:
    found = loss_difference(reference, candidate)
    holds = found.upper < 0
    return Criterion(
        name=f"loss against {name}",
        holds=holds,
        sentence=tr("It predicts your text clearly better than {name}.", name=tr(name))
        if holds
        else tr("It does not predict your text clearly better than {name}.", name=tr(name)),
        figure=found.upper,
        limit=0.0,
        unit="nats per token, upper bound",
        interval=found,
    )


def _better_by(name: str, reference: Score, candidate: Score, limits: Limits) -> Criterion:
    change = perplexity_change_pct(reference, candidate)
    return Criterion(
        name=f"perplexity against {name}",
        holds=change <= -limits.perplexity_gain_pct,
        sentence=tr(
            "Its error in predicting your text changed by {change:+.1f} % compared with {name}; "
            "{required:+.1f} % is required.",
            change=change,
            name=tr(name),
            required=-limits.perplexity_gain_pct,
        ),
        figure=change,
        limit=-limits.perplexity_gain_pct,
        unit="%",
    )


_KEYS_SAVED = {
    (True, True): tr_noop(
        "At real typing speed it saves {points:.1f} percentage points more keystrokes, in all "
        "likelihood no fewer than before."
    ),
    (True, False): tr_noop(
        "At real typing speed it saves {points:.1f} percentage points more keystrokes, but it might "
        "save fewer than before."
    ),
    (False, True): tr_noop(
        "At real typing speed it saves {points:.1f} percentage points fewer keystrokes, in all "
        "likelihood no fewer than before."
    ),
    (False, False): tr_noop(
        "At real typing speed it saves {points:.1f} percentage points fewer keystrokes, but it might "
        "save fewer than before."
    ),
}
"""By whether it saves more on average, and whether that is sure enough."""


def _saves_no_less(replay: Sequence[Saved], limits: Limits) -> Criterion:
    found = mean_interval(
        [100 * (each.candidate - each.reference) for each in replay],
        [each.characters for each in replay],
        confidence=KEYS_CONFIDENCE,
    )
    holds = found.lower >= -limits.keystroke_loss_points
    return Criterion(
        name="keystrokes saved, living",
        holds=holds,
        sentence=tr(_KEYS_SAVED[found.mean >= 0, holds], points=abs(found.mean)),
        figure=found.lower,
        limit=-limits.keystroke_loss_points,
        unit="points, lower bound",
        interval=found,
    )


def _forgets_little(evidence: Evidence, limits: Limits) -> Criterion:
    change = perplexity_change_pct(evidence.general_base, evidence.general_candidate)
    return Criterion(
        name="general text",
        holds=change <= limits.general_loss_pct,
        sentence=tr(
            "Its error in predicting other people’s text changed by {change:+.1f} %; "
            "at most {allowed:+.1f} % is allowed.",
            change=change,
            allowed=limits.general_loss_pct,
        ),
        figure=change,
        limit=limits.general_loss_pct,
        unit="%",
    )


def _copies_nothing(copied: int, limits: Limits) -> Criterion:
    holds = copied < limits.copied_tokens
    return Criterion(
        name="memorisation",
        holds=holds,
        sentence=tr(
            "The longest passage it copies from what it learned is {tokens} tokens long.",
            tokens=copied,
        )
        if holds
        else tr(
            "The longest passage it copies from what it learned is {tokens} tokens long; {limit} or "
            "more are not allowed.",
            tokens=copied,
            limit=limits.copied_tokens,
        ),
        figure=copied,
        limit=limits.copied_tokens,
        unit="tokens",
    )
