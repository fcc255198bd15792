"""Quotations that are opened and not closed, as far as the whole text lets it be told.

Right are: one that goes on in the next paragraph, which opens it anew; one that is closed paragraphs or lines later,
with no other mark in between, as around verse. Single marks are looked at only in a text that has more of them than of
double ones: elsewhere most of them are apostrophes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cowrite.check.findings import Finding, Kind
from cowrite.check.paragraph import Paragraph
from cowrite.check.quotes import SINGLE
from cowrite.localization import tr

_WEIGHT = 0.85
_SHORT_SPEECH = 25
"""Words: a shorter speech does not go on in another paragraph."""


def open_quotes(
    text: str,
    paragraph: Paragraph,
    above: Iterable[Paragraph],
    below: Iterable[Paragraph],
    *,
    single: bool,
) -> Iterator[Finding]:
    """Those of a paragraph. ``above`` and ``below`` are the others, nearest first; ``single``: theirs count, too."""
    quotes = paragraph.quotes
    for at in quotes.left_open:
        if text[at] != "'" and (single or text[at] not in SINGLE):
            yield _finding(
                text, at, tr("A quotation is opened here and not closed before the next one.")
            )
    for at in quotes.open_at_end:
        if (single or text[at] not in SINGLE) and not _goes_on(text, at, below):
            yield _finding(text, at, tr("A quotation is opened here and not closed."))
    if quotes.unopened and not _began_above(paragraph, above):
        yield _finding(
            text, quotes.unopened[0], tr("A quotation is closed here that was not opened.")
        )


def _goes_on(text: str, at: int, below: Iterable[Paragraph]) -> bool:
    """Whether what is opened at ``at`` goes on, or ends, below; lines down to the next empty one belong together."""
    mark = text[at]
    words, breaks, is_next, was_empty = len(text[at:].split()), 0, True, False
    for each in below:
        if each.is_empty:
            breaks += not was_empty
            was_empty = True
            continue
        if mark in each.quotes.begins and (is_next or (was_empty and breaks == 1)):
            return mark == "'" or words >= _SHORT_SPEECH or text[at + 1 : at + 2] in SINGLE
        if each.quotes.marks:
            return mark not in SINGLE and _closes_first(each)
        words += each.words
        is_next = was_empty = False
    return False


def _closes_first(paragraph: Paragraph) -> bool:
    """Whether its first mark ends what was opened above."""
    quotes = paragraph.quotes
    if not quotes.unopened:
        return False
    starts = [*(start for start, _ in quotes.spoken), *quotes.left_open]
    return quotes.unopened[0] < min(starts, default=quotes.unopened[0] + 1)


def _began_above(paragraph: Paragraph, above: Iterable[Paragraph]) -> bool:
    if not _closes_first(paragraph):
        return False
    for each in above:
        if each.quotes.marks:
            return bool(each.quotes.open_at_end)
    return False


def _finding(text: str, at: int, message: str) -> Finding:
    end = at + 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return Finding(kind=Kind.QUOTE, start=at, end=end, message=message, weight=_WEIGHT)
