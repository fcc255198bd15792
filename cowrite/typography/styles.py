"""The signs of each language: quotation marks, apostrophe, dashes, dots, and words that begin with an apostrophe."""

from __future__ import annotations

from dataclasses import dataclass

from cowrite.base.errors import UserError
from cowrite.localization import tr

NARROW_SPACE = "\u202f"
FIXED_SPACE = "\u00a0"
APOSTROPHE = "’"
PRIME, DOUBLE_PRIME = "′", "″"

_ENGLISH_ALWAYS = """
    tis twas twere twill twould twasn tisn tweren twouldn twon twixt em n nuff neath s
"""
_ENGLISH_MAYBE = """
    cause cos cuz coz til till bout round gainst ello ere ome im er e alf fraid kay scuse spose spect tween cept nother
    nough un ow old ard ave ad as ood course stead pon hind fore lest less sides count
"""
_GERMAN_ALWAYS = "ne n nen ner nem nes s"
_GERMAN_MAYBE = "rein raus rauf runter rüber ran rum rin mal was nauf naus nein"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteStyle:
    """How one language sets its signs.

    ``two_hyphens`` and ``three_hyphens`` are the dashes that hyphens in a row stand for, ``opening_dash`` the one that
    begins a paragraph. ``space_inside`` stands within the outer marks, ``spaced_marks`` maps a mark that has a
    space before it to the fixed space that it gets. ``always`` are words, without it, that an apostrophe begins;
    ``maybe`` those where it is one unless a quotation ends after it.
    """

    double: tuple[str, str]
    single: tuple[str, str]
    two_hyphens: str = "–"
    three_hyphens: str = "—"
    opening_dash: str = ""
    ellipsis: str = "…"
    space_inside: str = ""
    spaced_marks: tuple[tuple[str, str], ...] = ()
    always: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()


STYLES = {
    "en": QuoteStyle(
        double=("“", "”"),
        single=("‘", "’"),
        two_hyphens="—",
        always=frozenset(_ENGLISH_ALWAYS.split()),
        maybe=frozenset(_ENGLISH_MAYBE.split()),
    ),
    "de": QuoteStyle(
        double=("„", "“"),
        single=("‚", "‘"),
        always=frozenset(_GERMAN_ALWAYS.split()),
        maybe=frozenset(_GERMAN_MAYBE.split()),
    ),
    "de-guillemets": QuoteStyle(
        double=("»", "«"),
        single=("›", "‹"),
        always=frozenset(_GERMAN_ALWAYS.split()),
        maybe=frozenset(_GERMAN_MAYBE.split()),
    ),
    "fr": QuoteStyle(
        double=("«", "»"),
        single=("“", "”"),
        opening_dash="—",
        space_inside=NARROW_SPACE,
        spaced_marks=(
            (";", NARROW_SPACE),
            ("!", NARROW_SPACE),
            ("?", NARROW_SPACE),
            (":", FIXED_SPACE),
        ),
    ),
    "zh": QuoteStyle(
        double=("“", "”"),
        single=("‘", "’"),
        two_hyphens="——",
        three_hyphens="——",
        ellipsis="……",
    ),
}
LANGUAGES = tuple(STYLES)


def style_of(language: str) -> QuoteStyle:
    """The signs of ``language``. Raises UserError for one that has none here."""
    try:
        return STYLES[language]
    except KeyError:
        raise UserError(
            tr("There are no quotation marks for “{language}”.", language=language),
            tr("Choose one of {languages}.", languages=", ".join(LANGUAGES)),
        ) from None
