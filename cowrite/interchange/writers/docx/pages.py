"""The title page, what stands above and below each page, and where a section of pages ends."""

from __future__ import annotations

from dataclasses import dataclass

from cowrite.interchange.options import Style
from cowrite.interchange.writers.common import directions
from cowrite.interchange.writers.common.opening import Opening
from cowrite.interchange.writers.docx.body import add_words
from cowrite.interchange.writers.docx.names import R_ID, Element, add, root, twips
from cowrite.interchange.writers.docx.parts import Relationships, Shared

_HEADER_SPACE = 36.0


@dataclass(frozen=True, slots=True)
class Furniture:
    """The part that stands above or below each page: ``kind`` is ``header`` or ``footer``."""

    kind: str
    part: Element
    relationship: str


def furniture(shared: Shared, relationships: Relationships) -> Furniture:
    """Author, title and page above a manuscript; the page below everything else."""
    if shared.options.style is Style.MANUSCRIPT:
        kind, style, text = "header", "Header", shared.opening.header
    else:
        kind, style, text = "footer", "Footer", ""
    part = root("hdr" if kind == "header" else "ftr")
    paragraph = _paragraph(part, style, text, shared)
    if text:
        add_words(paragraph, f"{text} / ")
    for piece in ("begin", "PAGE", "separate", "1", "end"):
        run = add(paragraph, "r")
        if piece == "PAGE":
            add(run, "instrText").text = piece
        elif piece == "1":
            add(run, "t").text = piece
        else:
            add(run, "fldChar", fldCharType=piece)
    return Furniture(kind, part, relationships.add(kind, f"{kind}1.xml"))


def add_opening(body: Element, opening: Opening, shared: Shared) -> bool:
    """The title with the author; whether what follows begins a page of its own.

    In a manuscript name and word count stand above it, and a story without chapters begins on the same page.
    """
    if shared.options.style is Style.MANUSCRIPT:
        paragraph = _paragraph(body, "Contact", opening.author, shared)
        add_words(paragraph, opening.author)
        add(add(paragraph, "r"), "tab")
        add_words(paragraph, opening.count)
    last = _paragraph(body, "Title", opening.title, shared)
    add_words(last, opening.title)
    if opening.author:
        last = _paragraph(body, "Author", opening.author, shared)
        add_words(
            last, opening.by_author if shared.options.style is Style.MANUSCRIPT else opening.author
        )
    if not opening.is_a_page:
        return False
    _measure(add(last[0], "sectPr"), shared)
    return True


def _paragraph(parent: Element, style: str, text: str, shared: Shared) -> Element:
    paragraph = add(parent, "p")
    properties = add(paragraph, "pPr")
    add(properties, "pStyle", style)
    if directions.runs_left(text, shared.language.is_right_to_left):
        add(properties, "bidi")
    return paragraph


def add_section(
    body: Element, shared: Shared, above_or_below: Furniture, first_is_bare: bool
) -> None:
    """How the pages of the text look. ``first_is_bare``: nothing above and below the first."""
    section = add(body, "sectPr")
    reference = add(section, f"{above_or_below.kind}Reference", type="default")
    reference.set(R_ID, above_or_below.relationship)
    _measure(section, shared, starts_at_one=True)
    if first_is_bare:
        add(section, "titlePg")
    if shared.language.is_right_to_left:
        add(section, "bidi")


def _measure(section: Element, shared: Shared, starts_at_one: bool = False) -> None:
    look = shared.look
    add(section, "type", "nextPage")
    add(section, "pgSz", w=twips(look.paper[0]), h=twips(look.paper[1]))
    margins = dict.fromkeys(("top", "right", "bottom", "left"), twips(look.margin))
    space = twips(_HEADER_SPACE)
    add(section, "pgMar", **margins, header=space, footer=space, gutter=0)
    if starts_at_one:
        add(section, "pgNumType", start=1)
    add(section, "cols", space=720)
