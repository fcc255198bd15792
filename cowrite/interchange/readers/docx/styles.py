"""What styles mean, along the styles that they are based on: headings, quotations, lists, and how text looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cowrite.interchange.manuscript import Mark
from cowrite.interchange.readers.docx.names import Element, W, child, each, is_on, number, value

TOGGLES = {W + name: name for name in ("b", "i", "bCs", "iCs", "strike", "dstrike", "vanish", "rtl", "cs")}  # fmt: skip
Switches = dict[str, bool]

_HEADING = re.compile(r"(.*?)[ _-]?([1-9])")
# The names that Word itself writes are English in every language; other programs translate them.
_HEADING_WORDS = frozenset({
    "heading", "überschrift", "berschrift", "titre", "título", "titulo", "titolo", "rubrik", "overskrift", "otsikko",
    "kop", "nadpis", "nagłówek", "nagwek", "címsor", "cmsor", "заголовок", "başlık", "balk", "επικεφαλίδα", "titlu",
    "naslov", "标题", "標題", "見出し", "제목", "כותרת", "عنوان", "หัวเรื่อง", "tiêu đề",
})  # fmt: skip
_TITLES = frozenset({"title", "titel", "book title", "название"})
_QUOTES = frozenset({
    "quote", "intense quote", "block text", "quotations", "quotation", "blockquote", "block quote", "block quotation",
    "quoted text", "zitat", "citation", "引用", "intensives zitat",
})  # fmt: skip
_CODE_BLOCKS = frozenset({"html preformatted", "preformatted text", "source code", "code block"})
_CODE_WORDS = frozenset({
    "html code", "source text", "verbatim char", "code", "inline code", "html typewriter", "html sample",
    "html keyboard", "source code char", "code char",
})  # fmt: skip
_LIST_CONTINUED = re.compile(r"list continue(?: ([2-5]))?")
_LIST_BULLET = re.compile(r"list bullet(?: ([2-5]))?")
_CONTENTS = re.compile(r"toc ?[1-9]")


@dataclass(frozen=True, slots=True)
class Numbering:
    """A list's mark and level as they are written; ``level`` is None where only the list's mark is."""

    list_id: int
    level: int | None


@dataclass(frozen=True)
class ParagraphStyle:
    """``heading``: 1 to 9, 0 for what is expressly no heading, None if nothing is said of it.

    ``bullet_level``: how deep in a list its name says that it stands. ``left``: how far it is set in.
    """

    style_id: str = ""
    heading: int | None = None
    is_title: bool = False
    is_author: bool = False
    is_quote: bool = False
    is_code: bool = False
    is_contents: bool = False
    continues_list: bool = False
    is_list_paragraph: bool = False
    left: int | None = None
    bullet_level: int | None = None
    numbering: Numbering | None = None
    borders: frozenset[str] = frozenset()
    switches: Switches = field(default_factory=dict)


@dataclass(frozen=True)
class CharacterStyle:
    """How text in this style looks."""

    is_code: bool = False
    switches: Switches = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """How a run looks. ``complex_marks`` are for scripts such as Hebrew, or for all of it if ``is_complex``."""

    marks: frozenset[Mark] = frozenset()
    complex_marks: frozenset[Mark] = frozenset()
    is_complex: bool = False
    is_hidden: bool = False
    font: str = ""


_PLAIN = Look()
_MOST_BASES = 50


class Styles:
    """The styles of a document; without any, the names of styles still tell something."""

    def __init__(self, root: Element | None) -> None:
        self._elements: dict[tuple[str, str], Element] = {}
        self._paragraphs: dict[str | None, ParagraphStyle] = {}
        self._characters: dict[str | None, CharacterStyle] = {}
        self._default: str | None = None
        self.root = root
        for style in each(root, W + "style"):
            kind, name = style.get(W + "type") or "paragraph", style.get(W + "styleId")
            if name is None:
                continue
            self._elements.setdefault((kind, name), style)
            is_default = (style.get(W + "default") or "0").lower() in ("1", "true", "on")
            if kind == "paragraph" and is_default and self._default is None:
                self._default = name

    def paragraph(self, style_id: str | None) -> ParagraphStyle:
        """The style with that mark, or what its mark tells if there is none."""
        found = self._paragraphs.get(style_id)
        if found is None:
            found = self._paragraphs[style_id] = self._paragraph(style_id)
        return found

    def character(self, style_id: str | None) -> CharacterStyle:
        """The style with that mark."""
        found = self._characters.get(style_id)
        if found is None:
            chain = list(self._chain("character", style_id)) if style_id else []
            names = [_name(style) for style in chain] or [(style_id or "").lower()]
            is_code = any(name in _CODE_WORDS for name in names)
            found = self._characters[style_id] = CharacterStyle(is_code, _switches(chain))
        return found

    def numbering_style(self, style_id: str) -> int | None:
        """The mark of the list that a style of lists stands for."""
        for style in self._chain("numbering", style_id):
            properties = child(child(style, W + "pPr"), W + "numPr")
            if (found := number(value(properties, W + "numId"))) is not None:
                return found
        return None

    def _chain(self, kind: str, style_id: str | None) -> Iterator[Element]:
        seen: set[str] = set()
        while style_id is not None and style_id not in seen and len(seen) < _MOST_BASES:
            style = self._elements.get((kind, style_id))
            if style is None:
                return
            seen.add(style_id)
            yield style
            style_id = value(style, W + "basedOn")

    def _paragraph(self, style_id: str | None) -> ParagraphStyle:
        known = style_id if ("paragraph", style_id or "") in self._elements else self._default
        chain = list(self._chain("paragraph", known))
        if style_id is not None and known != style_id:
            name = re.sub(r"([a-z])([A-Z])", r"\1 \2", style_id).lower()
            names = [name]
        else:
            names = [_name(style) for style in chain]
        return ParagraphStyle(
            style_id=known or "",
            heading=_heading(chain) if names and chain and known == style_id else _by_name(names),
            is_title=any(name in _TITLES for name in names),
            is_author=bool(names) and names[0] == "author",
            is_quote=any(name in _QUOTES for name in names),
            is_code=any(name in _CODE_BLOCKS for name in names),
            is_contents=any(_CONTENTS.fullmatch(name) for name in names),
            is_list_paragraph=bool(names) and names[0] == "list paragraph",
            continues_list=bool(names and _LIST_CONTINUED.fullmatch(names[0])),
            left=_left(chain),
            bullet_level=_level_in_name(_LIST_BULLET, names),
            numbering=_numbering(chain),
            borders=_borders(chain),
            switches=_switches(chain),
        )


def look(properties: Element | None, paragraph: ParagraphStyle, styles: Styles) -> Look:
    """How a run with these properties looks in a paragraph of that style.

    What a run says itself is so. A style that switches something on in a style that has it on switches it off. In a
    heading only what differs from the heading's own style counts.
    """
    direct: Switches = {}
    style_id, font, is_marked = None, "", False
    if properties is not None:
        for element in properties:
            tag = element.tag
            if tag in TOGGLES:
                direct[TOGGLES[tag]] = is_on(element)
            elif tag == W + "rStyle":
                style_id = element.get(W + "val")
            elif tag == W + "rFonts":
                font = element.get(W + "ascii") or element.get(W + "hAnsi") or ""
            elif tag == W + "em":
                is_marked = (element.get(W + "val") or "none") != "none"
    if not direct and style_id is None and not paragraph.switches and not is_marked:
        return Look(font=font) if font else _PLAIN
    character = styles.character(style_id)
    below = paragraph.switches
    is_heading = bool(paragraph.heading) or paragraph.is_title

    def has(name: str) -> bool:
        base = below.get(name, False)
        styled = character.switches.get(name)
        found = base if styled is None else styled and not base
        found = direct.get(name, found)
        return found and not (base and is_heading)

    other = {Mark.STRIKE} if has("strike") or has("dstrike") else set()
    if character.is_code:
        other.add(Mark.CODE)
    plain, complex_ = set(other), set(other)
    for marks, bold, italic in ((plain, "b", "i"), (complex_, "bCs", "iCs")):
        if has(bold):
            marks.add(Mark.STRONG)
        if is_marked or has(italic):
            marks.add(Mark.EMPHASIS)
    is_complex = has("rtl") or has("cs")
    return Look(frozenset(plain), frozenset(complex_), is_complex, has("vanish"), font)


def borders(properties: Element | None) -> frozenset[str] | None:
    """On which sides a paragraph has a line, or None if nothing is said of it."""
    found = child(properties, W + "pBdr")
    if found is None:
        return None
    sides = (side for side in found if (side.get(W + "val") or "nil") not in ("none", "nil"))
    return frozenset(side.tag.rpartition("}")[2] for side in sides)


def left_indent(properties: Element | None) -> int | None:
    """How far a paragraph is set in, in twentieths of a point, or None if nothing is said of it."""
    found = child(properties, W + "ind")
    if found is None:
        return None
    return number(found.get(W + "left") or found.get(W + "start"))


def outline_level(properties: Element | None) -> int | None:
    """The level of a heading that properties name: 1 to 9, 0 for body text, None if they name none."""
    level = number(value(properties, W + "outlineLvl"))
    if level is None:
        return None
    return level + 1 if 0 <= level <= 8 else 0


def numbering_of(properties: Element | None) -> tuple[int | None, int | None] | None:
    """The list's mark and the level that properties name, or None if they name no list."""
    found = child(properties, W + "numPr")
    if found is None:
        return None
    return number(value(found, W + "numId")), number(value(found, W + "ilvl"))


def _name(style: Element) -> str:
    name = (value(style, W + "name") or style.get(W + "styleId") or "").strip().lower()
    # LibreOffice and others write further names behind a comma.
    return name.partition(",")[0]


def _heading(chain: list[Element]) -> int | None:
    for style in chain:
        level = outline_level(style.find(W + "pPr"))
        if level is not None:
            return level
        if (level := _by_name([_name(style)])) is not None:
            return level
    return None


def _by_name(names: list[str]) -> int | None:
    for name in names:
        found = _HEADING.fullmatch(name)
        if found and found[1].strip() in _HEADING_WORDS:
            return int(found[2])
    return None


def _numbering(chain: list[Element]) -> Numbering | None:
    level: int | None = None
    for style in chain:
        found = numbering_of(style.find(W + "pPr"))
        if found is None:
            continue
        level = found[1] if level is None else level
        if found[0] is not None:
            return Numbering(found[0], level)
    return None


def _level_in_name(pattern: re.Pattern[str], names: list[str]) -> int | None:
    found = pattern.fullmatch(names[0]) if names else None
    return int(found[1] or 1) - 1 if found else None


def _left(chain: list[Element]) -> int | None:
    for style in chain:
        found = left_indent(style.find(W + "pPr"))
        if found is not None:
            return found
    return None


def _borders(chain: list[Element]) -> frozenset[str]:
    for style in chain:
        found = borders(style.find(W + "pPr"))
        if found is not None:
            return found
    return frozenset()


def _switches(chain: list[Element]) -> Switches:
    found: Switches = {}
    for style in chain:
        properties = style.find(W + "rPr")
        for element in () if properties is None else properties:
            if element.tag in TOGGLES:
                found.setdefault(TOGGLES[element.tag], is_on(element))
    return found
