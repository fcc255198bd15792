"""Ages: “Emma was twenty-one” in one chapter and “Emma was nineteen” in another.

Off by default: in a story people grow older, and may be remembered as children.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cowrite.check.findings import Finding, Kind
from cowrite.localization import join_choices, tr

_UNITS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBER = rf"(?:\d{{1,2}}|(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(_UNITS[:9])}))?|{'|'.join(_UNITS)})"
_AGE = re.compile(
    rf"\b(?P<name>[A-Z][a-z]{{2,}})(?:,| was| is| had been)? (?:only |just |then |now |about )?"
    rf"(?:(?:aged|at the age of) (?P<aged>{_NUMBER})|(?P<old>{_NUMBER}) years (?:old|of age))\b"
)
_WEIGHT = 0.8


@dataclass(frozen=True, slots=True)
class Age:
    """That ``name`` is ``years`` old is said from ``start`` to ``end`` of a paragraph."""

    start: int
    end: int
    name: str
    years: int


def ages_in(text: str) -> Iterator[Age]:
    """What a paragraph says of people's ages."""
    for found in _AGE.finditer(text):
        years = _years(found["aged"] or found["old"])
        yield Age(found.start(), found.end(), found["name"], years)


def _years(said: str) -> int:
    if said.isdigit():
        return int(said)
    if said in _UNITS:
        return _UNITS.index(said) + 1
    tens, _, unit = said.partition("-")
    return 10 * (_TENS.index(tens) + 2) + (_UNITS.index(unit) + 1 if unit else 0)


def contradictions(
    ages: Iterable[Age], known: Mapping[str, Mapping[int, int]]
) -> Iterator[Finding]:
    """Which of ``ages`` are another one elsewhere; ``known`` counts the years that are said of each name."""
    for age in ages:
        others = [years for years in known.get(age.name, {}) if years != age.years]
        if others:
            said = " or ".join(str(years) for years in sorted(others))
            message = tr(
                "{name} is {years} here and {others} elsewhere.",
                name=age.name,
                years=age.years,
                others=join_choices([str(years) for years in sorted(others)]),
            )
            yield Finding(
                kind=Kind.AGE,
                start=age.start,
                end=age.end,
                message=message,
                weight=_WEIGHT,
                subject=f"{age.name} {age.years} {said}",
            )
