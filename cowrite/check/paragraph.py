"""What is known of one paragraph by itself: its words, sentences, names and marks, and what is found without the rest.

Places are units of the text that is read. Nothing here depends on any other paragraph, so it is read once and kept
until it is edited.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

from cowrite.base.sentences import LONGEST_ABBREVIATION, ends_sentence, needs_no_space
from cowrite.base.words import is_unspaced, split_without_space
from cowrite.check import english
from cowrite.check.adverbs import heaped_adverbs
from cowrite.check.ages import Age, ages_in
from cowrite.check.filler import fillers
from cowrite.check.findings import Finding
from cowrite.check.passive import passives
from cowrite.check.quotes import NONE, Quotes, read_quotes
from cowrite.check.stems import stem_of
from cowrite.check.tense import tense_slips
from cowrite.check.tokens import Language, Token

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*(?:[-‐‑][^\W\d_]+(?:['’][^\W\d_]+)*)*")
_END = re.compile(r"[.!?…。！？]+[”’\"')\]»」』）】]*(?:\s+|(?<=[。！？”’」』])|$)")
_OPENS = re.compile(r"[.!?…:。！？—–\n\"“„«‘'(\[*_#>-]\s*\Z")
LONGEST = 20_000
"""Of a longer paragraph no more is read."""
_SHORTEST_RARE = 4
_USUAL = 5e-4
_SAYING = 4


@dataclass(frozen=True, slots=True)
class RareWord:
    """A word that a reader may notice twice: the ``number``-th of its paragraph."""

    number: int
    start: int
    end: int
    stem: str
    form: str
    before: str
    after: str
    is_spoken: bool
    is_name: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """``words`` long; in Chinese, characters."""

    start: int
    end: int
    words: int


@dataclass(frozen=True, slots=True)
class Name:
    """A word with a capital letter; ``opens`` says that any word would have one there."""

    start: int
    end: int
    form: str
    opens: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """``found`` is what there is to find in it alone; ``small`` are its words without a capital, once each."""

    words: int = 0
    rare: tuple[RareWord, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    names: tuple[Name, ...] = ()
    small: tuple[str, ...] = ()
    quotes: Quotes = NONE
    ages: tuple[Age, ...] = ()
    found: tuple[Finding, ...] = ()
    is_empty: bool = True


EMPTY = Paragraph()


def reading(text: str, language: Language) -> Generator[None, None, Paragraph]:
    """Everything about one paragraph, in which what is no prose was made spaces; in steps, for some are long."""
    if not text.strip():
        return EMPTY
    text = text[:LONGEST]
    quotes = read_quotes(text)
    tokens = list(_tokens(text, language))
    yield
    sentences = tuple(_sentences(text, tokens, language))
    known = Paragraph(words=len(tokens), sentences=sentences, quotes=quotes, is_empty=False)
    if language is Language.OTHER:
        return known
    if language is Language.CHINESE:
        return replace(known, rare=tuple(_rare_unspaced(tokens, quotes)))
    yield
    rare = tuple(_rare(text, tokens, quotes))
    yield
    names = tuple(_names(text, tokens))
    small = tuple({sys.intern(each.form) for each in tokens if each.text.islower()})
    yield
    found = tuple(_found_alone(text, tokens, quotes))
    return replace(
        known, rare=rare, names=names, small=small, ages=tuple(ages_in(text)), found=found
    )


def _tokens(text: str, language: Language) -> Iterator[Token]:
    for found in _WORD.finditer(text):
        at, word = found.start(), found[0]
        if language is Language.CHINESE and is_unspaced(word):
            for part in split_without_space(word):
                yield Token(at, at + len(part), part, part)
                at += len(part)
        else:
            yield Token(at, found.end(), word, word.lower().replace("’", "'"))


def _sentences(text: str, tokens: list[Token], language: Language) -> Iterator[Sentence]:
    number = first = 0
    for end in [*_ends(text), len(text)]:
        begun = number
        while number < len(tokens) and tokens[number].start < end:
            number += 1
        if number > begun:
            start = tokens[begun].start
            stop = first + len(text[first:end].rstrip())
            count = number - begun
            if language is Language.CHINESE:
                count = sum(each.end - each.start for each in tokens[begun:number])
            yield Sentence(start, max(stop, start + 1), count)
        first = end


def _ends(text: str) -> Iterator[int]:
    for found in _END.finditer(text):
        end = found.end()
        if end >= len(text):
            continue
        whole = text[max(0, found.start() - LONGEST_ABBREVIATION) : end]
        if not ends_sentence(whole) or not (text[end - 1].isspace() or needs_no_space(whole)):
            continue
        # “‘What!’ cried he”, and “it was... different”: the sentence goes on with a small letter.
        if not text[end].islower():
            yield end


def _rare(text: str, tokens: list[Token], quotes: Quotes) -> Iterator[RareWord]:
    for number, token in enumerate(tokens):
        if len(token.form) < _SHORTEST_RARE:
            continue
        stem = stem_of(token.form)
        if english.rate_of(stem) > _USUAL:
            continue
        yield RareWord(
            number=number,
            start=token.start,
            end=token.end,
            stem=stem,
            form=token.form,
            before=tokens[number - 1].form if number else "",
            after=tokens[number + 1].form if number + 1 < len(tokens) else "",
            is_spoken=quotes.touches(token.start, token.end),
            is_name=token.text[0].isupper() and not _is_opening(text, token.start),
        )


def _rare_unspaced(tokens: list[Token], quotes: Quotes) -> Iterator[RareWord]:
    """Sayings of four characters, which ICU mostly divides, and whatever else of four begins and ends with words."""
    for number, token in enumerate(tokens):
        form, end = token.form, token.end
        for following in tokens[number + 1 : number + _SAYING]:
            if len(form) >= _SAYING or following.start != end:
                break
            form, end = form + following.form, following.end
        if len(form) == _SAYING and all(map(is_unspaced, form)):
            spoken = quotes.touches(token.start, end)
            yield RareWord(number, token.start, end, form, form, "", "", spoken, False)


def _names(text: str, tokens: list[Token]) -> Iterator[Name]:
    for token in tokens:
        form = token.text
        if len(form) > 2 and form[0].isupper() and form[1:].islower() and "-" not in form:
            for sign in ("'s", "’s"):
                form = form.removesuffix(sign)
            if form.isalpha():
                end = token.start + len(form)
                yield Name(token.start, end, form, _is_opening(text, token.start))


def _is_opening(text: str, start: int) -> bool:
    first = max(0, start - 6)
    found = _OPENS.search(text, first, start) if start else None
    if found is None:
        return start == 0
    # After “Mr.” anybody has a capital letter, and no sentence begins.
    return found[0][0] != "." or ends_sentence(
        text[max(0, start - LONGEST_ABBREVIATION - 2) : start]
    )


def _found_alone(text: str, tokens: list[Token], quotes: Quotes) -> Iterator[Finding]:
    yield from fillers(text, tokens, quotes)
    yield from heaped_adverbs(tokens, quotes)
    yield from passives(text, tokens, quotes)
    yield from tense_slips(tokens, quotes)
