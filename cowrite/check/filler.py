"""Filler: phrases that say nothing or say it at length, and little words that are piled upon each other.

One “very” is a writer's own affair, and most are meant; what is looked for is what an editor strikes out. What somebody
says in the text is left alone. The phrases are those that style guides name (Strunk, “The Elements of Style”, 1918,
“Omit needless words”, and such lists since), as far as printed books hardly ever have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from cowrite.check import english
from cowrite.check.findings import Finding, Kind
from cowrite.check.quotes import Quotes
from cowrite.check.tokens import Token
from cowrite.localization import tr

_PHRASE, _PILE = 0.34, 0.3


def fillers(text: str, tokens: Sequence[Token], quotes: Quotes) -> Iterator[Finding]:
    """Those of a paragraph, in order of their kind."""
    lowered = text.lower().replace("’", "'")
    if len(lowered) == len(text):
        for found in _phrases().finditer(lowered):
            if not quotes.touches(*found.span()):
                yield _phrase(text, *found.span())
    yield from _piles(text, tokens, quotes)


def _phrase(text: str, start: int, end: int) -> Finding:
    said = text[start:end]
    instead = english.phrases("filler").get(_plain(said), "")
    message = (
        tr("“{said}” can be shorter: “{instead}”.", said=said, instead=instead)
        if instead
        else tr("“{said}” can often go.", said=said)
    )
    return Finding(kind=Kind.FILLER, start=start, end=end, message=message, weight=_PHRASE)


def _plain(said: str) -> str:
    return re.sub(r"\s+", " ", said.lower().replace("’", "'"))


def _piles(text: str, tokens: Sequence[Token], quotes: Quotes) -> Iterator[Finding]:
    weak, number = english.words("weak"), 0
    while number < len(tokens) - 1:
        last = number
        while (
            last < len(tokens)
            and tokens[last].form in weak
            and (last == number or not text[tokens[last - 1].end : tokens[last].start].strip(" ,"))
        ):
            last += 1
        forms = [each.form for each in tokens[number:last]]
        start, end = tokens[number].start, tokens[max(number, last - 1)].end
        if len(forms) >= 2 and not _is_usual(forms) and not quotes.touches(start, end):
            message = tr("“{words}”: one of these words is enough, or none.", words=text[start:end])
            yield Finding(kind=Kind.FILLER, start=start, end=end, message=message, weight=_PILE)
        number = max(last, number + 1)


def _is_usual(forms: list[str]) -> bool:
    """Whether it is no more than what everybody says: “very very” is meant, “just so” is one thing."""
    return " ".join(forms) in english.phrases("usual") or len(set(forms)) == 1


@cache
def _phrases() -> re.Pattern[str]:
    ordered = sorted(english.phrases("filler"), key=len, reverse=True)
    either = "|".join(re.escape(each).replace(r"\ ", r"\s+") for each in ordered)
    return re.compile(rf"(?<![\w'-])(?:{either})(?![\w'-])")
