"""Styles of paragraphs, characters and lists, with those that they are based on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cowrite.interchange.manuscript import Mark
from cowrite.interchange.readers.common.labels import has_words, numeral
from cowrite.interchange.readers.odt.names import FO, OFFICE, STYLE, TEXT, Element, number

_MOST_STEPS = 20
_POINTS = re.compile(r"(-?\d+(?:\.\d+)?)(pt|in|cm|mm|pc|px)")
_IN_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.346, "mm": 2.8346, "pc": 12.0, "px": 0.75}
SCRIPTS = ("", "-asian", "-complex")
"""Western letters, those of East Asia, and those that are written from right to left or need shaping."""

Marks = tuple[frozenset[Mark], frozenset[Mark], frozenset[Mark]]
"""The marks of text in each of the three scripts."""
PLAIN: Marks = (frozenset(), frozenset(), frozenset())


@dataclass(slots=True)
class Style:
    """What one style says itself; None is nothing. Weight and slant for each script."""

    name: str = ""
    display_name: str = ""
    parent: str = ""
    bold: list[bool | None] = field(default_factory=lambda: [None, None, None])
    italic: list[bool | None] = field(default_factory=lambda: [None, None, None])
    struck: bool | None = None
    hidden: bool | None = None
    raised: bool | None = None
    underlined: bool | None = None
    capitals: bool | None = None
    emphasised: bool | None = None  # by dots above or below the characters
    font: str | None = None
    level: int | None = None
    has_line: bool | None = None
    margin: float | None = None
    list_style: str = ""


@dataclass(frozen=True, slots=True)
class ListLevel:
    """How the items of a level are shown. ``format``: empty if they show nothing, None for bullets.

    ``shown_levels``: how many numbers are shown, with those of the levels above.
    """

    format: str | None = None
    start: int = 1
    prefix: str = ""
    suffix: str = ""
    shown_levels: int = 1

    def label(self, level: int, values: Mapping[int, int], levels: Mapping[int, ListLevel]) -> str:
        """What stands in front of an item if words stand in it, as in “Chapter 3”; else nothing."""
        if not has_words(f"{self.prefix} {self.suffix}"):
            return ""
        numbers = [
            numeral(values.get(each, 1), levels.get(each, self).format or "1")
            for each in range(max(1, level - self.shown_levels + 1), level + 1)
        ]
        return f"{self.prefix}{'.'.join(numbers) if self.format else ''}{self.suffix}".strip()


class Styles:
    """All styles of a document."""

    def __init__(self, *parts: Element | None) -> None:
        self._styles: dict[tuple[str, str], Style] = {}
        self.lists: dict[str, dict[int, ListLevel]] = {}
        self.list_margins: dict[str, float] = {}
        self.outline: dict[int, ListLevel] = {}
        self.language = ""
        self.asian_language = ""
        for part in parts:
            if part is not None:
                self._read(part)

    def _read(self, part: Element) -> None:
        for group in part:
            if group.tag not in (OFFICE + "styles", OFFICE + "automatic-styles"):
                continue
            for element in group:
                if element.tag == STYLE + "style":
                    family, style = element.get(STYLE + "family", ""), _style(element)
                    self._styles[family, style.name] = style
                elif element.tag == TEXT + "list-style":
                    self.lists[element.get(STYLE + "name", "")] = _levels(element)
                    self.list_margins[element.get(STYLE + "name", "")] = _list_margin(element)
                elif element.tag == TEXT + "outline-style":
                    self.outline = _levels(element)
                elif element.tag == STYLE + "default-style":
                    self._read_default(element)

    def _read_default(self, element: Element) -> None:
        properties = element.find(STYLE + "text-properties")
        if element.get(STYLE + "family") != "paragraph" or properties is None:
            return
        self.language = _language(properties, FO + "language", FO + "country")
        self.asian_language = _language(
            properties, STYLE + "language-asian", STYLE + "country-asian"
        )

    def chain(self, family: str, name: str | None) -> list[Style]:
        """A style and those that it is based on."""
        found: list[Style] = []
        while name and len(found) < _MOST_STEPS:
            style = self._styles.get((family, name))
            if style is None:
                break
            found.append(style)
            name = style.parent
        return found

    def is_named(self, family: str, name: str | None, *names: str) -> bool:
        """Whether a style is one of those that are built in, or based on one."""
        known = {name or ""}
        for style in self.chain(family, name):
            known |= {style.name, style.display_name, style.parent}
        return any(each.replace("_20_", " ") in names for each in known)

    def list_level(self, name: str, level: int) -> ListLevel:
        """How a list shows its items at a level."""
        return self.lists.get(name, {}).get(level, ListLevel())


def marks(chain: list[Style], around: Marks) -> Marks:
    """The marks of text in a style, which stands in a text with other marks."""
    found = []
    for script, before in enumerate(around):
        changed = before
        for mark, said in (
            (Mark.STRONG, _first(each.bold[script] for each in chain)),
            (Mark.EMPHASIS, _emphasis(chain, script)),
            (Mark.STRIKE, _first(each.struck for each in chain)),
        ):
            if said is not None:
                changed = changed | {mark} if said else changed - {mark}
        found.append(changed)
    return found[0], found[1], found[2]


def _emphasis(chain: list[Style], script: int) -> bool | None:
    """Dots emphasise as a slant does; a style may say something of one of them only."""
    slant = _first(each.italic[script] for each in chain)
    return _first(each.emphasised for each in chain) or slant


def _first(values: Iterable[bool | None]) -> bool | None:
    return next((each for each in values if each is not None), None)


def _style(element: Element) -> Style:
    style = Style(
        element.get(STYLE + "name", ""),
        element.get(STYLE + "display-name", ""),
        element.get(STYLE + "parent-style-name", ""),
        list_style=element.get(STYLE + "list-style-name", ""),
    )
    level = element.get(STYLE + "default-outline-level")
    if level is not None:
        style.level = number(level, 0, 10)
    for properties in element:
        if properties.tag == STYLE + "text-properties":
            _read_text(style, properties)
        elif properties.tag == STYLE + "table-properties":
            style.margin = _length(properties.get(FO + "margin-left"))
        elif properties.tag == STYLE + "paragraph-properties":
            _read_paragraph(style, properties)
    return style


def _read_text(style: Style, properties: Element) -> None:
    weight, slant = properties.get(FO + "font-weight"), properties.get(FO + "font-style")
    for script, suffix in enumerate(SCRIPTS):
        own_weight = properties.get(f"{STYLE}font-weight{suffix}") if suffix else weight
        own_slant = properties.get(f"{STYLE}font-style{suffix}") if suffix else slant
        style.bold[script] = _is_bold(own_weight if own_weight is not None else weight)
        style.italic[script] = _is_italic(own_slant if own_slant is not None else slant)
    lines = [properties.get(f"{STYLE}text-line-through-{each}") for each in ("style", "type")]
    if any(lines):
        style.struck = any(each not in (None, "none") for each in lines)
    style.underlined = _is_set(properties.get(STYLE + "text-underline-style"))
    display = properties.get(TEXT + "display")
    if display is not None:
        style.hidden = display == "none"
    position = properties.get(STYLE + "text-position")
    if position is not None:
        style.raised = position.split(" ")[0] not in ("0%", "0")
    emphasised = properties.get(STYLE + "text-emphasize")
    if emphasised is not None:
        style.emphasised = emphasised != "none"
    style.font = properties.get(STYLE + "font-name") or properties.get(FO + "font-family")
    capitals = [properties.get(FO + "text-transform"), properties.get(FO + "font-variant")]
    if any(capitals):
        style.capitals = any(each in ("uppercase", "small-caps") for each in capitals)


def _list_margin(element: Element) -> float:
    """How far the first level is set in, in points."""
    level = next(element.iterchildren(), None)
    for each in () if level is None else level.iter():
        if each.get(FO + "margin-left"):
            return _length(each.get(FO + "margin-left")) or 0.0
    return 0.0


def _length(value: str | None) -> float | None:
    """A length in points."""
    match = _POINTS.fullmatch(value or "")
    return float(match.group(1)) * _IN_POINTS[match.group(2)] if match else None


def _read_paragraph(style: Style, properties: Element) -> None:
    borders = [properties.get(FO + each) for each in ("border", "border-top", "border-bottom")]
    if any(each is not None for each in borders):
        style.has_line = any(each not in (None, "none", "hidden") for each in borders)
    style.margin = _length(properties.get(FO + "margin-left"))


def _is_set(value: str | None) -> bool | None:
    return None if value is None else value != "none"


def _is_bold(value: str | None) -> bool | None:
    if value is None:
        return None
    return value == "bold" or (value.isascii() and value.isdigit() and int(value[:6]) >= 600)


def _is_italic(value: str | None) -> bool | None:
    return None if value is None else value in ("italic", "oblique")


def _levels(element: Element) -> dict[int, ListLevel]:
    found = {}
    for each in element:
        level = number(each.get(TEXT + "level"), 0, 100)
        if each.tag in (TEXT + "list-level-style-number", TEXT + "outline-level-style"):
            shown = each.get(STYLE + "num-format", "")
            found[level] = ListLevel(
                shown,
                number(each.get(TEXT + "start-value"), 1),
                each.get(STYLE + "num-prefix", ""),
                each.get(STYLE + "num-suffix", ""),
                number(each.get(TEXT + "display-levels"), 1, 10),
            )
        elif level:
            found[level] = ListLevel()
    return found


def _language(properties: Element, language: str, country: str) -> str:
    found = properties.get(language, "")
    if not found or found in ("zxx", "none"):
        return ""
    region = properties.get(country, "")
    return f"{found}-{region}" if region and region != "none" else found
