"""What of a candidate is worth a glance: cut it where confidence drops, or say why it is not shown.

Before there is a log to learn from, the threshold is on the model's own probability of each word.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cowrite.engine.messages import Candidate, Token
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.text import (
    fit_seam,
    has_unwanted_characters,
    is_only_punctuation,
    repeats_what_follows,
    without_overlap,
)

# With more than this to the right of the caret the writer is inside a sentence and wants to be sure.
MID_LINE_CHARACTERS = 8
MID_LINE_THRESHOLD = 0.8


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
    EMPTY = "empty"
    MID_LINE = "mid_line"
    REPEATS_WHAT_FOLLOWS = "repeats_what_follows"
    UNWANTED_CHARACTERS = "unwanted_characters"
    ONLY_PUNCTUATION = "only_punctuation"
    LOW_CONFIDENCE = "low_confidence"
    REJECTED_BEFORE = "rejected_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``text`` is what to show; empty with a ``reason`` for silence. ``confidence`` is the first word's probability."""

    text: str
    confidence: float
    reason: SilenceReason | None = None


def judge(
    candidate: Candidate,
    context: CaretContext,
    settings: SuggestSettings,
    *,
    asked_for: bool = False,
    complete: bool = True,
) -> Verdict:
    """What of ``candidate`` to show at ``context``.

    ``asked_for``: the writer pressed the key, so only what cannot be right is withheld. ``complete``: False while the
    candidate is still growing; then its last word, which may go on, is left out, so that the shown text only grows.
    """
    words = split_words(candidate.tokens)
    rest: list[Token] = []
    if not complete or (words and not words[-1].text.strip()):
        words, rest = words[:-1], words[-1:]
    confidence = math.exp(words[0].logprob) if words else 0.0
    threshold = 0.0 if asked_for else settings.threshold
    kept = _confident_words(words, threshold, settings.max_words)
    text = "".join(word.text for word in kept)
    text = without_overlap(fit_seam(text, context.before), context.after).rstrip()
    following = words[len(kept) :] or rest
    if text and following and following[0].text[:1] == " " and not _line_after(context):
        text += " "  # whoever takes the word takes the blank after it
    reason = _why_not(words, kept, text, confidence, context, asked_for=asked_for)
    return Verdict(text="" if reason else text, confidence=confidence, reason=reason)


def _why_not(
    words: Sequence[Token],
    kept: Sequence[Token],
    text: str,
    confidence: float,
    context: CaretContext,
    *,
    asked_for: bool,
) -> SilenceReason | None:
    whole = "".join(word.text for word in words)
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
    sure = asked_for or confidence >= MID_LINE_THRESHOLD
    if len(_line_after(context).rstrip()) > MID_LINE_CHARACTERS and not sure:
        return SilenceReason.MID_LINE
    return None


def _line_after(context: CaretContext) -> str:
    """What stands to the right of the caret in its line."""
    return context.after.split("\n", 1)[0]


def _confident_words(words: Sequence[Token], threshold: float, max_words: int) -> Sequence[Token]:
    for count, word in enumerate(words):
        if count >= max_words or math.exp(word.logprob) < threshold:
            return words[:count]
    return words


def split_words(tokens: Sequence[Token]) -> list[Token]:
    """The tokens joined into words, each with the space before it and the sum of its tokens' log-probabilities."""
    words: list[Token] = []
    for token in tokens:
        if words and not (token.text[:1].isspace() and words[-1].text.strip()):
            last = words[-1]
            words[-1] = Token(text=last.text + token.text, logprob=last.logprob + token.logprob)
        else:
            words.append(token)
    return words


def why_not_ask(context: CaretContext, longest_document: int) -> SilenceReason | None:
    """The reason not even to ask at this caret, or None."""
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
    if context.after[:1].isalnum():
        return SilenceReason.INSIDE_WORD
    return None
