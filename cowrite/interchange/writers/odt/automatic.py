"""The styles of content.xml that have no name for a person: made when the text first needs one."""

from __future__ import annotations

from dataclasses import dataclass

from cowrite.interchange.manuscript import Mark
from cowrite.interchange.writers.odt.names import Element, add, detached, points
from cowrite.interchange.writers.odt.styles import (
    STEP,
    TEXT_MASTER,
    bold,
    italic,
)

_LEVELS = 10  # that LibreOffice knows
_BULLETS = ("•", "–", "▪")
_STRUCK = {"style:text-line-through-style": "solid", "style:text-line-through-type": "single"}


@dataclass(frozen=True, slots=True)
class Variation:
    """How a paragraph differs from its style. ``indent``: of the whole, in points. ``side``: of the page
    at which its lines stand.

    ``begins``: the kind of pages that begins with it, if one does.
    """

    style: str
    indent: float | None = None
    side: str = ""
    leftwards: bool | None = None
    begins: str = ""


class AutomaticStyles:
    """Gathers styles by what they say; the same has one name."""

    def __init__(self) -> None:
        self.element: Element = detached("office:automatic-styles")
        self._paragraphs: dict[Variation, str] = {}
        self._marks: dict[frozenset[Mark], str] = {}
        self._lists: dict[tuple[bool, float], str] = {}
        self._tables: dict[tuple[float, float, bool, bool], str] = {}
        self._has_cells = False
        self._has_frames = False

    def paragraph(self, variation: Variation) -> str:
        """The name of the style of such a paragraph."""
        plain = Variation(variation.style)
        if variation == plain:
            return variation.style
        if variation not in self._paragraphs:
            found = self._paragraphs[variation] = f"P{len(self._paragraphs) + 1}"
            self._add_paragraph(found, variation)
        return self._paragraphs[variation]

    def _add_paragraph(self, found: str, variation: Variation) -> None:
        attributes = {
            "style:name": found,
            "style:family": "paragraph",
            "style:parent-style-name": variation.style,
        }
        properties: dict[str, str] = {}
        if variation.indent is not None:
            properties["fo:margin-left"] = points(variation.indent)
        if variation.side:
            properties["fo:text-align"] = variation.side
        if variation.leftwards is not None:
            properties["style:writing-mode"] = "rl-tb" if variation.leftwards else "lr-tb"
        if variation.begins:
            attributes["style:master-page-name"] = variation.begins
            properties["style:page-number"] = "1" if variation.begins == TEXT_MASTER else "auto"
        style = add(self.element, "style:style", attributes)
        add(style, "style:paragraph-properties", properties)

    def marks(self, marks: frozenset[Mark]) -> str:
        """The name of the style of characters with these marks."""
        if marks == {Mark.CODE}:
            return "Source_20_Text"
        if marks not in self._marks:
            found = self._marks[marks] = f"T{len(self._marks) + 1}"
            attributes = {"style:name": found, "style:family": "text"}
            if Mark.CODE in marks:
                attributes["style:parent-style-name"] = "Source_20_Text"
            look = bold() if Mark.STRONG in marks else {}
            look |= italic() if Mark.EMPHASIS in marks else {}
            look |= _STRUCK if Mark.STRIKE in marks else {}
            style = add(self.element, "style:style", attributes)
            add(style, "style:text-properties", look)
        return self._marks[marks]

    def of_list(self, is_numbered: bool, indent: float) -> str:
        """The name of the style of a list that as a whole is set in by ``indent``."""
        key = (is_numbered, indent)
        if key not in self._lists:
            found = self._lists[key] = f"L{len(self._lists) + 1}"
            style = add(self.element, "text:list-style", {"style:name": found})
            for level in range(1, _LEVELS + 1):
                _add_level(style, level, is_numbered, indent)
        return self._lists[key]

    def table(self, width: float, indent: float, begins_text: bool, leftwards: bool) -> str:
        """The name of the style of a table, whose columns may go from right to left."""
        key = (width, indent, begins_text, leftwards)
        if key not in self._tables:
            found = self._tables[key] = f"Table{len(self._tables) + 1}"
            attributes = {"style:name": found, "style:family": "table"}
            properties = {
                "style:width": points(width),
                "table:align": "left" if indent else "margins",
                "style:writing-mode": "rl-tb" if leftwards else "lr-tb",
                "fo:margin-left": points(indent),
                "fo:margin-top": points(6),
                "fo:margin-bottom": points(6),
            }
            if begins_text:
                attributes["style:master-page-name"] = TEXT_MASTER
                properties["style:page-number"] = "1"
            style = add(self.element, "style:style", attributes)
            add(style, "style:table-properties", properties)
        return self._tables[key]

    def cells(self) -> None:
        """Have the styles ``Cell`` and ``Head`` of a table's cells."""
        if self._has_cells:
            return
        self._has_cells = True
        for cell, background in (("Cell", "transparent"), ("Head", "#e7e6e6")):
            attributes = {"style:name": cell, "style:family": "table-cell"}
            style = add(self.element, "style:style", attributes)
            look = {"fo:padding": points(4), "fo:border": "0.5pt solid #808080"}
            look["fo:background-color"] = background
            add(style, "style:table-cell-properties", look)

    def frame(self) -> str:
        """The name of the style of a picture."""
        if not self._has_frames:
            self._has_frames = True
            attributes = {"style:name": "Frame", "style:family": "graphic"}
            style = add(self.element, "style:style", attributes)
            place = {"style:vertical-pos": "top", "style:vertical-rel": "baseline"}
            add(style, "style:graphic-properties", place)
        return "Frame"


def _add_level(style: Element, level: int, is_numbered: bool, indent: float) -> None:
    attributes = {"text:level": str(level)}
    if is_numbered:
        attributes |= {"style:num-format": "1", "style:num-suffix": ".", "text:start-value": "1"}
    else:
        attributes["text:bullet-char"] = _BULLETS[(level - 1) % len(_BULLETS)]
    kind = "number" if is_numbered else "bullet"
    element = add(style, f"text:list-level-style-{kind}", attributes)
    mode = {"text:list-level-position-and-space-mode": "label-alignment"}
    properties = add(element, "style:list-level-properties", mode)
    edge = points(indent + STEP * level)
    alignment = {
        "text:label-followed-by": "listtab",
        "text:list-tab-stop-position": edge,
        "fo:text-indent": points(-STEP),
        "fo:margin-left": edge,
    }
    add(properties, "style:list-level-label-alignment", alignment)
