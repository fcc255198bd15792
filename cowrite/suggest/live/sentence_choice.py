"""Which of the engine's candidates help a writer who is stuck: a phrase, or sentences unlike each other. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from cowrite.base.sentences import CLOSERS, ENDS, ends_sentence
from cowrite.base.words import is_unspaced, split_without_space
from cowrite.engine.messages import Candidate, Token
from cowrite.suggest.filter.show_filter import judge, split_words
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import Length, SuggestSettings

# A phrase: a few words, as far as the model is sure of them. The first may be any, or there would hardly be a phrase.
PHRASE_WORDS = 6
PHRASE_WORD_PROBABILITY = 0.12
LEAST_PHRASE_WORDS, LEAST_PHRASE_CHARACTERS = 2, 8
SENTENCE_WORDS = 25
LEAST_SENTENCE_WORDS = 3
LEAST_CLAUSE_WORDS = 5
# Two sentences that share more of the shorter one's words than this say the same.
SHARED_WORDS = 0.5
# One that shares more than this of the longer one's words with one of the last sentences of the text repeats it.
REPEATED_WORDS = 0.7
RECENT_CHARACTERS = 800
BEGINNING_WORDS = 2
REPEATED_RUN = 3
_SENTENCE_ENDS = re.compile(f"(?<=[{re.escape(''.join(sorted(ENDS)))}])|\\n")
_CLAUSE_ENDS = re.compile("[,;:](?=\\s)|[，；：、]")
_OPENERS = frozenset("…“\"‘'«„‚\u2014\u2013-(¿¡「『（*_")


def phrase_of(candidate: Candidate, context: CaretContext, settings: SuggestSettings) -> str:
    """The first words of ``candidate``, up to where the model is not sure any more; empty if they are too few."""
    words = split_words(candidate.tokens)
    kept = 0
    is_begun = False  # by a word: a quotation mark is none
    for word in words[: -1 if candidate.is_cut else None]:
        if is_begun and math.exp(word.logprob) < PHRASE_WORD_PROBABILITY:
            break
        is_begun = is_begun or bool(words_of(word.text))
        kept += 1
    follows = [Token(text=" ", logprob=0.0)] if words[kept:] and words[kept].text[:1] == " " else []
    tokens = (*words[:kept], *follows)
    phrase = replace(candidate, tokens=tokens, is_cut=False)
    text = judge(
        phrase,
        context,
        replace(settings, length=Length.WORDS, max_words=PHRASE_WORDS),
        asked_for=True,
    ).text
    least = LEAST_PHRASE_CHARACTERS // (2 if is_unspaced(text) else 1)  # a Chinese word has two
    is_enough = len(text.strip()) >= least
    return text if is_enough and len(words_of(text)) >= LEAST_PHRASE_WORDS else ""


def sentence_of(candidate: Candidate, context: CaretContext, settings: SuggestSettings) -> str:
    """The rest of one sentence at ``context``, or empty if nothing of ``candidate`` fits there.

    It may end before its sentence does; :func:`~cowrite.base.sentences.ends_sentence` tells.
    """
    whole = replace(settings, length=Length.SENTENCE)
    return judge(candidate, context, whole, asked_for=True).text


def up_to_clause(text: str) -> str:
    """What of a sentence without an end is worth a look: up to the last mark, if there are some words before it."""
    marks = list(_CLAUSE_ENDS.finditer(text))
    cut = text[: marks[-1].end()] if marks else text
    return cut if len(words_of(cut)) >= LEAST_CLAUSE_WORDS else text


def fits(text: str, context: CaretContext) -> bool:
    """Whether ``text`` reads like a sentence at ``context``: of some words, and nothing said twice."""
    words = words_of(text)
    if (
        not words
        or "  " in text
        or _repeats_itself(words)
        or _repeats_one_of(words, context.before)
    ):
        return False
    before = context.before.rstrip()
    if not (context.before.endswith("\n") or ends_sentence(before)):
        return True
    first = text.strip()[0]
    begins = first.isalnum() or first in _OPENERS
    goes_on = first.islower() and before[-1] not in CLOSERS  # “Run!” he said
    return begins and not goes_on and len(words) >= LEAST_SENTENCE_WORDS


def are_alike(one: str, other: str) -> bool:
    """Whether two sentences begin alike or share most of their words."""
    first, second = words_of(one), words_of(other)
    if first[:BEGINNING_WORDS] == second[:BEGINNING_WORDS]:
        return True
    shorter = min(len(set(first)), len(set(second)))
    return _shared(first, second) > SHARED_WORDS * shorter


def words_of(text: str) -> list[str]:
    """The words of ``text`` without marks, all in small letters."""
    parts = (part for chunk in text.split() for part in split_without_space(chunk))
    bare = ("".join(filter(str.isalnum, part)).casefold() for part in parts)
    return [word for word in bare if word]


def _shared(first: Sequence[str], second: Sequence[str]) -> int:
    """How many different words both have."""
    return len(set(first) & set(second))


def _repeats_itself(words: Sequence[str]) -> bool:
    runs = [tuple(words[at : at + REPEATED_RUN]) for at in range(len(words) - REPEATED_RUN + 1)]
    return len(set(runs)) < len(runs)


def _repeats_one_of(words: Sequence[str], before: str) -> bool:
    """Whether one of the last sentences of ``before`` says much the same."""
    for sentence in map(words_of, _SENTENCE_ENDS.split(before[-RECENT_CHARACTERS:])):
        longer = max(len(set(words)), len(set(sentence)))
        is_sentence = len(sentence) >= LEAST_SENTENCE_WORDS
        if is_sentence and _shared(words, sentence) > REPEATED_WORDS * longer:
            return True
    return False
