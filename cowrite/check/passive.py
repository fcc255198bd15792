"""Passive voice: a form of “be” and a participle. Off by default: good prose has it every other page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cowrite.check import english
from cowrite.check.findings import Finding, Kind
from cowrite.check.quotes import Quotes
from cowrite.check.tokens import Token
from cowrite.localization import tr

_BE = frozenset(("is", "are", "was", "were", "be", "been", "being", "am"))
_BETWEEN = 2
"""Adverbs that may stand between the two."""
_SHORTEST = 5
_WEIGHT = 0.2


def passives(text: str, tokens: Sequence[Token], quotes: Quotes) -> Iterator[Finding]:
    """Those of a paragraph, from the form of “be” to the participle."""
    for number, token in enumerate(tokens):
        if token.form not in _BE:
            continue
        last = number + 1
        while last < len(tokens) and last - number <= _BETWEEN and _is_between(tokens[last]):
            last += 1
        if last >= len(tokens) or not _is_participle(tokens[last].form):
            continue
        start, end = token.start, tokens[last].end
        said = text[start:end]
        if not quotes.touches(start, end) and not set(said) & set(",.;:!?"):
            yield Finding(
                kind=Kind.PASSIVE,
                start=start,
                end=end,
                message=tr("“{said}” is passive: who did it?", said=said),
                weight=_WEIGHT,
            )


def _is_between(token: Token) -> bool:
    return token.form.endswith("ly") or token.form in ("not", "never", "being", "been")


def _is_participle(form: str) -> bool:
    if form in english.words("participles"):
        return True
    return form.endswith("ed") and len(form) >= _SHORTEST and form not in english.words("states")
