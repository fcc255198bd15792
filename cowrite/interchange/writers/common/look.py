"""How pages look, the same in DOCX and ODT: paper, fonts, lines. All lengths are in points."""

from __future__ import annotations

from dataclasses import dataclass

from cowrite.interchange.options import Style
from cowrite.interchange.writers.common.languages import Language

_CM = 72 / 2.54
_A4 = (595.3, 841.9)
_LETTER = (612.0, 792.0)


@dataclass(frozen=True, slots=True)
class Fonts:
    """Fonts that come with word processors: for prose, headings and code, in each kind of script."""

    prose: str
    headings: str
    code: str
    east_asian: str
    east_asian_headings: str
    complex: str


@dataclass(frozen=True, slots=True)
class Look:
    """``indents_first``: the paragraph behind a heading or a break is set in as well.

    ``line``: as a multiple of a single line. ``indent_characters``: instead of ``indent`` where characters are square.
    """

    paper: tuple[float, float]
    margin: float
    fonts: Fonts
    size: float
    line: float
    indent: float
    indent_characters: int
    indents_first: bool
    is_justified: bool
    keeps_lines_together: bool
    has_page_header: bool
    scene_break: str

    @property
    def text_width(self) -> float:
        """Between the margins."""
        return self.paper[0] - 2 * self.margin

    @property
    def text_height(self) -> float:
        """Between the margins."""
        return self.paper[1] - 2 * self.margin


def look_of(style: Style, language: Language) -> Look:
    """The look of a style in a language."""
    paper = _LETTER if language.uses_letter_paper else _A4
    east_asian = language.is_east_asian
    indent_characters = {"zh": 2, "ja": 1, "ko": 1}.get(language.code, 0)
    if style is Style.MANUSCRIPT:
        return Look(
            paper=paper,
            margin=72.0 if language.uses_letter_paper else 2.5 * _CM,
            fonts=_fonts("Times New Roman", language),
            size=12.0,
            # Characters that fill their squares stand apart enough at one and a half.
            line=1.5 if east_asian else 2.0,
            indent=12.0 * indent_characters or 36.0,
            indent_characters=indent_characters,
            indents_first=True,
            is_justified=east_asian,
            keeps_lines_together=False,
            has_page_header=True,
            scene_break="* * *" if east_asian else "#",
        )
    size = 12.0 if east_asian else 11.5
    return Look(
        paper=paper,
        margin=2.5 * _CM,
        fonts=_fonts("Georgia", language),
        size=size,
        line=1.5 if east_asian else 1.25,
        indent=size * indent_characters or 18.0,
        indent_characters=indent_characters,
        indents_first=east_asian,
        is_justified=True,
        keeps_lines_together=True,
        has_page_header=False,
        scene_break="* * *",
    )


def _fonts(prose: str, language: Language) -> Fonts:
    by_code = {
        "ja": ("MS Mincho", "MS Gothic"),
        "ko": ("Batang", "Malgun Gothic"),
        "zh": ("SimSun", "SimHei"),
    }
    east_asian, headings = by_code.get(language.code, by_code["zh"])
    if language.code == "zh" and language.country in ("TW", "HK", "MO"):
        east_asian, headings = "PMingLiU", "Microsoft JhengHei"
    return Fonts(prose, prose, "Courier New", east_asian, headings, "Times New Roman")
