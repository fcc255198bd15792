"""What of a candidate is worth a glance: cut it where confidence drops, or say why it is not shown.

Before there is a log to learn from, a word is as probable as the model and the writer's own words say, corrected by
how often they are right at such a place. Once there is, a :data:`AcceptanceEstimate` fitted on it takes the place of
that. What of it is shown when is for :mod:`cowrite.suggest.filter.expected_value` to say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from cowrite.base.sentences import CLOSERS, ends_sentence
from cowrite.base.words import is_unspaced, starts_without_space
from cowrite.engine.messages import Candidate, Token
from cowrite.suggest.filter.calibration import WordPlace, calibrated, place_of_word
from cowrite.suggest.filter.expected_value import KEYS_OF_COMPOSED, WordChance
from cowrite.suggest.filter.mid_line import (
    begins_word,
    is_unsure_in_line,
    line_after,
    mid_line_confidence,
    words_in_line,
)
from cowrite.suggest.following import repeats_from
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.seams import (
    fit_seam,
    has_unwanted_characters,
    is_only_punctuation,
    looks_like_code,
    repeats_what_follows,
    without_overlap,
)
from cowrite.suggest.settings import UNTAKEN_KEYS, Length, SuggestSettings

_CLAUSE_ENDS = frozenset(",;:.!?…")


class SilenceReason(StrEnum):
    """Why nothing is shown; the value is what stands in the log."""

    COMPOSING = "composing"
    SELECTION = "selection"
    AFTER_DELETION = "after_deletion"
    AFTER_UNDO = "after_undo"
    NO_FOCUS = "no_focus"
    READ_ONLY = "read_only"
    NO_TEXT = "no_text"
    DOCUMENT_TOO_LONG = "document_too_long"
    INSIDE_WORD = "inside_word"
    CODE = "code"
    EMPTY = "empty"
    MID_LINE = "mid_line"
    REPEATS_WHAT_FOLLOWS = "repeats_what_follows"
    UNWANTED_CHARACTERS = "unwanted_characters"
    ONLY_PUNCTUATION = "only_punctuation"
    LOW_CONFIDENCE = "low_confidence"
    NOT_WORTH_IT = "not_worth_it"
    REJECTED_BEFORE = "rejected_before"
    REPEATS_ELSEWHERE = "repeats_elsewhere"
    FAILED = "failed"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterDecision:
    """``text`` is what to show; empty with a ``reason`` for silence. ``confidence`` is the first word's probability.

    ``words`` are those of ``text``, in characters of it, with how probable each is.
    """

    text: str
    confidence: float
    reason: SilenceReason | None = None
    words: tuple[WordChance, ...] = ()


def judge(
    candidate: Candidate,
    context: CaretContext,
    settings: SuggestSettings,
    *,
    asked_for: bool = False,
    complete: bool = True,
    acceptance: AcceptanceEstimate | None = None,
) -> FilterDecision:
    """What of ``candidate`` to show at ``context``.

    ``asked_for``: the writer pressed the key, so only what cannot be right is withheld. ``complete``: False while the
    candidate is still growing; then its last word, which may go on, is left out, so that the shown text only grows.
    ``acceptance`` is what is known of this writer; without it a word is as probable as the model says.
    """
    words = split_words(candidate.tokens)
    rest: list[Token] = []
    if words and (not complete or candidate.is_cut or not words[-1].text.strip()):
        words, rest = words[:-1], words[-1:]
    offer = Offer(words=tuple(words), typed=typed_of_word(context.before))
    alone = (acceptance or model_estimate)(offer, context)
    confidence = mid_line_confidence(alone, candidate, words, context)
    chances = [alone, *(calibrated(WordPlace.FURTHER, word.logprob) for word in words[1:])]
    worth = asked_for or is_worth_a_glance(confidence, offer.gain, settings.threshold)
    kept = _likely_words(words, chances, settings, asked_for=asked_for) if worth else []
    if not asked_for:
        kept = words_in_line(candidate, kept, chances, context, settings.threshold)
    joined = "".join(word.text for word in kept)
    text = fit_seam(joined, context.before)
    seam = len(joined) - len(text)
    whole = "".join(word.text for word in [*words, *rest])
    following = words[len(kept) :] or rest
    own = _before_next_lines(text, whole, context, is_whole=complete and not candidate.is_cut)
    if own is not None:
        text, following = own, []
    text = without_overlap(text, context.after).rstrip()
    if text and following and following[0].text[:1] == " " and not line_after(context):
        text += " "  # whoever takes the word takes the space after it
    elif _ends_a_word(text) and begins_word(context.after):
        text += " "  # what is put before a word is not to become one with it
    reason = _why_not(whole, kept, text, context)
    if reason is None and not asked_for and is_unsure_in_line(confidence, candidate, kept, context):
        reason = SilenceReason.MID_LINE
    if reason:
        return FilterDecision(text="", confidence=confidence, reason=reason)
    ends = accumulate(len(word.text) for word in kept)
    shown = _chances(text, [end - seam for end in ends], [confidence, *chances[1:]])
    return FilterDecision(text=text, confidence=confidence, words=shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What could be shown: its ``words``, and how many letters of the first one are ``typed`` already."""

    words: tuple[Token, ...]
    typed: int

    @property
    def ends_word(self) -> bool:
        """Whether the first word is the rest of the one that is being typed."""
        return bool(self.typed and self.words and self.words[0].text[:1].isalnum())

    @property
    def gain(self) -> int:
        """Keys saved if the first word is right: its characters and the space after it, less the key that takes it."""
        return len(self.words[0].text.rstrip()) if self.words else 0


AcceptanceEstimate = Callable[[Offer, CaretContext], float]


def model_probability(offer: Offer) -> float:
    """The probability of the first word under the model and the writer's own words, as the engine gives it."""
    return math.exp(offer.words[0].logprob) if offer.words else 0.0


def model_estimate(offer: Offer, context: CaretContext) -> float:
    """How often a first word of such a probability is right at such a place."""
    if not offer.words:
        return 0.0
    if offer.ends_word:
        place = WordPlace.BEGUN if offer.typed == 1 else WordPlace.WITHIN
    else:
        place = place_of_word(context.before)
    return calibrated(place, offer.words[0].logprob)


def is_worth_a_glance(confidence: float, gain: int, threshold: float) -> bool:
    """Whether a word that is right with ``confidence`` and then saves ``gain`` keys should be shown.

    It must be as probable as the writer wants, and on average save more than a wrong glance costs.
    """
    return confidence >= threshold and confidence * gain >= (1 - confidence) * UNTAKEN_KEYS


def typed_of_word(before: str) -> int:
    """How many letters of the word at the caret are typed; none where no space would tell that it has ended."""
    count = 0
    while (
        count < len(before) and before[-1 - count].isalnum() and not is_unspaced(before[-1 - count])
    ):
        count += 1
    return count


def _why_not(
    whole: str, kept: Sequence[Token], text: str, context: CaretContext
) -> SilenceReason | None:
    if not whole.strip():
        return SilenceReason.EMPTY
    if repeats_what_follows(whole, context.after):
        return SilenceReason.REPEATS_WHAT_FOLLOWS
    if not kept:
        return SilenceReason.LOW_CONFIDENCE
    if not text.strip():
        return SilenceReason.REPEATS_WHAT_FOLLOWS
    if has_unwanted_characters(text):
        return SilenceReason.UNWANTED_CHARACTERS
    if is_only_punctuation(text):
        return SilenceReason.ONLY_PUNCTUATION
    return None


def _before_next_lines(
    text: str, whole: str, context: CaretContext, *, is_whole: bool
) -> str | None:
    """What of ``text``, the beginning of ``whole``, comes before what the next lines say; None if all of it does."""
    before, after = context.before, context.after
    begins = repeats_from(fit_seam(whole, before), before, after, is_whole=is_whole)
    if (
        begins is None or begins > len(text) + 1
    ):  # a space at the end is not there for the next line
        # What is left out of the whole may be all that the next lines do not say.
        begins = repeats_from(text, before, after)
    return None if begins is None else text[:begins]


def _ends_a_word(text: str) -> bool:
    return (text[-1:].isalnum() or text[-1:] in _CLAUSE_ENDS) and not is_unspaced(text[-1])


def _likely_words(
    words: Sequence[Token],
    chances: Sequence[float],
    settings: SuggestSettings,
    *,
    asked_for: bool,
) -> Sequence[Token]:
    """The words as long as they are likely, all of them together, and to the end of the sentence."""
    together = 1.0
    for count, word in enumerate(words):
        enough = sum(_is_word(each) for each in words[:count]) >= settings.most_words
        together *= chances[count]
        likely = asked_for or settings.goes_on(together, math.exp(word.logprob))
        if (enough and _is_word(word)) or (count and not likely):
            return words[:count]
        if settings.length is not Length.PARAGRAPH and _ends_sentence(words, count):
            return words[: count + 1]
    return words


def _chances(text: str, ends: Sequence[int], chances: Sequence[float]) -> tuple[WordChance, ...]:
    """The words of ``text``, which end at ``ends`` or with it; the space after a word belongs to it."""
    found: list[WordChance] = []
    at = 0
    for number, (end, chance) in enumerate(zip(ends, chances, strict=False), 1):
        stop = len(text) if number == len(ends) else min(end, len(text))
        stop += text[stop : stop + 1] == " "
        if stop > at:
            keys = KEYS_OF_COMPOSED if is_unspaced(text[at:stop]) else 1
            found.append(WordChance(stop - at, chance, keys))
            at = stop
    return tuple(found)


def _is_word(token: Token) -> bool:
    return any(character.isalnum() for character in token.text)


def _ends_sentence(words: Sequence[Token], last: int) -> bool:
    """Whether a sentence ends with the word ``last``, and not with the quotation mark after it."""
    follows = words[last + 1].text[:1] if last + 1 < len(words) else ""
    return follows not in CLOSERS and ends_sentence(
        "".join(each.text for each in words[: last + 1])
    )


def split_words(tokens: Sequence[Token]) -> list[Token]:
    """The tokens joined into words and marks, each with the space before it and the sum of its log-probabilities."""
    words: list[Token] = []
    starts = starts_without_space("".join(token.text for token in tokens))
    at = 0
    for token in tokens:
        begins = words and (
            (at in starts and words[-1].text) or _begins_another(words[-1].text, token.text)
        )
        at += len(token.text)
        if words and not begins:
            last = words[-1]
            words[-1] = Token(text=last.text + token.text, logprob=last.logprob + token.logprob)
        else:
            words.append(token)
    return words


def _begins_another(last: str, text: str) -> bool:
    """Whether ``text`` after ``last`` is another word, or the mark after a word; not so in “don” and “'t”."""
    if not last.strip() or not text:
        return False
    is_mark = not text[0].isalnum() and not text[1:2].isalnum()
    return text[0].isspace() or (is_mark and last[-1].isalnum())


def why_not_ask(
    context: CaretContext, longest_document: int, *, asked_for: bool = False
) -> SilenceReason | None:
    """The reason not even to ask at this caret, or None; ``asked_for``: the writer pressed the key."""
    if context.read_only:
        return SilenceReason.READ_ONLY
    if not context.has_focus:
        return SilenceReason.NO_FOCUS
    if context.has_selection:
        return SilenceReason.SELECTION
    if context.length > longest_document:
        return SilenceReason.DOCUMENT_TOO_LONG
    if not context.before.strip():
        return SilenceReason.NO_TEXT
    # After a space, words may be put before a word; elsewhere nobody expects a suggestion, but may want one.
    last = context.before[-1]
    begins = last == " " or (asked_for and not last.isalnum())
    if begins_word(context.after) and not is_unspaced(last) and not begins:
        return SilenceReason.INSIDE_WORD
    if not asked_for and looks_like_code(context.before.rpartition("\n")[2]):
        return SilenceReason.CODE
    return None
