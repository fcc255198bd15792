"""styles.xml: fonts, the styles that the text bears by the names that LibreOffice knows them by, and the pages."""

from __future__ import annotations

from dataclasses import dataclass

from cowrite.interchange.writers.common.languages import Language
from cowrite.interchange.writers.common.look import Fonts, Look
from cowrite.interchange.writers.odt.names import Element, add, points, root

STEP = 24.0
"""How far a level of a list or a quotation is set in, in points."""

TITLE_MASTER, TEXT_MASTER = "First_20_Page", "Standard"
_HEADING_SIZES = (1.7, 1.4, 1.2, 1.1, 1.0, 1.0)
_HEADER_SPACE = 18.0
_CODE_SMALLER = 1.5
_Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Pages:
    """``header``: what stands above each page, before its number; without one the number stands below."""

    look: Look
    language: Language
    chapter_level: int
    header: str


def styles_xml(pages: Pages) -> Element:
    """The part."""
    part = root("office:document-styles")
    add_fonts(part, pages.look.fonts)
    _Styles(add(part, "office:styles"), pages).fill()
    _add_layouts(add(part, "office:automatic-styles"), pages)
    masters = add(part, "office:master-styles")
    text = add(
        masters, "style:master-page", {"style:name": TEXT_MASTER, "style:page-layout-name": "Text"}
    )
    _add_number(text, pages)
    first = {"style:name": TITLE_MASTER, "style:display-name": "First Page"}
    first |= {"style:page-layout-name": "Bare", "style:next-style-name": TEXT_MASTER}
    add(masters, "style:master-page", first)
    return part


def add_fonts(part: Element, fonts: Fonts) -> None:
    """Which fonts there are, and which kind of font to take where one is missing."""
    declared = add(part, "office:font-face-decls")
    kinds = {
        fonts.prose: ("roman", "variable"),
        fonts.complex: ("roman", "variable"),
        fonts.east_asian: ("roman", "variable"),
        fonts.east_asian_headings: ("swiss", "variable"),
        fonts.code: ("modern", "fixed"),
    }
    for family, (generic, pitch) in kinds.items():
        quoted = f"'{family}'" if " " in family else family
        attributes = {"style:name": family, "svg:font-family": quoted}
        attributes |= {"style:font-family-generic": generic, "style:font-pitch": pitch}
        add(declared, "style:font-face", attributes)


class _Styles:
    def __init__(self, styles: Element, pages: Pages) -> None:
        self._styles = styles
        self._look = pages.look
        self._language = pages.language
        self._chapter_level = pages.chapter_level

    def fill(self) -> None:
        self._defaults()
        self._prose()
        for level in range(1, 7):
            self._heading(level)
        self._title_page()
        self._set_in()
        self._page_furniture()
        self._characters()

    def _defaults(self) -> None:
        look, language = self._look, self._language
        default = add(self._styles, "style:default-style", {"style:family": "paragraph"})
        kept = "2" if look.keeps_lines_together else "0"
        right_to_left = language.is_right_to_left
        paragraph = {
            "fo:orphans": kept,
            "fo:widows": kept,
            "fo:line-height": f"{look.line:.0%}",
            "fo:text-align": "start",
            "style:writing-mode": "rl-tb" if right_to_left else "lr-tb",
            "style:tab-stop-distance": points(36),
            "style:punctuation-wrap": "hanging",
            "style:line-break": "strict",
        }
        add(default, "style:paragraph-properties", paragraph)
        text = {**_fonts(look.fonts, look.fonts.prose), **_size(look.size), **_languages(language)}
        text["fo:hyphenate"] = "false"
        add(default, "style:text-properties", text)
        add(self._styles, "style:default-style", {"style:family": "table"})

    def _paragraph(
        self,
        style: str,
        parent: str = "Standard",
        next_style: str = "",
        paragraph: _Attributes | None = None,
        text: _Attributes | None = None,
        level: int = 0,
    ) -> Element:
        attributes = {"style:name": style.replace(" ", "_20_"), "style:family": "paragraph"}
        if " " in style:
            attributes["style:display-name"] = style
        if style != "Standard":
            attributes["style:parent-style-name"] = parent.replace(" ", "_20_")
        if next_style:
            attributes["style:next-style-name"] = next_style.replace(" ", "_20_")
        if level:
            attributes["style:default-outline-level"] = str(level)
        attributes["style:class"] = "text"
        element = add(self._styles, "style:style", attributes)
        if paragraph:
            add(element, "style:paragraph-properties", paragraph)
        if text:
            add(element, "style:text-properties", text)
        return element

    def _prose(self) -> None:
        look = self._look
        body = {
            "fo:text-indent": points(look.indent),
            "style:auto-text-indent": "false",
            "fo:text-align": self._side(),
        }
        hyphenates = look.is_justified and not self._language.is_east_asian
        hyphens = {
            "fo:hyphenate": "true" if hyphenates else "false",
            "fo:hyphenation-remain-char-count": "2",
            "fo:hyphenation-push-char-count": "3",
        }
        if hyphenates:
            body["fo:hyphenation-ladder-count"] = "3"
        self._paragraph("Standard")
        self._paragraph("Text body", paragraph=body, text=hyphens)
        first = {"fo:text-indent": points(look.indent if look.indents_first else 0.0)}
        self._paragraph("First paragraph", "Text body", "Text body", first)
        space = points(0.0 if look.has_page_header else look.size)
        apart = {"fo:margin-top": space, "fo:margin-bottom": space, "fo:text-align": "center"}
        self._paragraph("Scene Break", "Standard", "First paragraph", apart)
        figure = {"fo:margin-top": points(6), "fo:margin-bottom": points(6)}
        figure |= {"fo:text-align": "center", "fo:line-height": "100%"}
        self._paragraph("Figure", "Standard", "Text body", figure)
        code = {
            "fo:margin-top": points(look.size / 2),
            "fo:margin-bottom": points(look.size / 2),
            "fo:line-height": "100%",
            "fo:text-align": "left",
            "style:writing-mode": "lr-tb",
        }
        self._paragraph("Source Code", paragraph=code, text=self._code(look.size - _CODE_SMALLER))

    def _side(self) -> str:
        return "justify" if self._look.is_justified else "start"

    def _code(self, size: float | None = None) -> _Attributes:
        fonts = self._look.fonts
        found = {
            "style:font-name": fonts.code,
            "style:font-name-complex": fonts.code,
            "fo:hyphenate": "false",
        }
        return found | _size(size) if size is not None else found

    def _heading(self, level: int) -> None:
        look = self._look
        is_plain, begins_page = look.has_page_header, level <= self._chapter_level
        size = look.size if is_plain else round(look.size * _HEADING_SIZES[level - 1] * 2) / 2
        paragraph = {
            "fo:margin-top": points(look.paper[1] / 8 if begins_page else size * 1.5),
            "fo:margin-bottom": points(look.size),
            "fo:keep-with-next": "always",
            "fo:keep-together": "always",
        }
        if not is_plain:
            paragraph["fo:line-height"] = "120%"
        if begins_page:
            paragraph |= {"fo:break-before": "page", "fo:text-align": "center"}
        text = _fonts(look.fonts, look.fonts.headings, look.fonts.east_asian_headings)
        text |= bold()
        self._paragraph(
            f"Heading {level}", "Standard", "First paragraph", paragraph, text | _size(size), level
        )

    def _title_page(self) -> None:
        look = self._look
        is_plain = look.has_page_header
        title = {
            "fo:margin-top": points(look.text_height / 3.2),
            "fo:margin-bottom": points(look.size),
            "fo:text-align": "center",
            "fo:line-height": "120%",
        }
        text = _fonts(look.fonts, look.fonts.headings, look.fonts.east_asian_headings)
        text |= _size(look.size if is_plain else look.size * 2.4)
        self._paragraph("Title", "Standard", "Author", title, text)
        author = {
            "fo:margin-top": points(look.size),
            "fo:margin-bottom": points(look.size * 2),
            "fo:text-align": "center",
        }
        size = _size(look.size if is_plain else look.size * 1.3)
        self._paragraph("Author", "Standard", "Text body", author, size)
        contact = self._paragraph("Contact", paragraph={"fo:line-height": "100%"})
        stops = add(contact[0], "style:tab-stops")
        position = {"style:position": points(look.text_width), "style:type": "right"}
        add(stops, "style:tab-stop", position)

    def _set_in(self) -> None:
        look = self._look
        quotation = {
            "fo:margin-top": points(look.size / 2),
            "fo:margin-bottom": points(look.size / 2),
            "fo:margin-left": points(STEP),
            "fo:margin-right": points(STEP),
            "fo:text-align": self._side(),
        }
        self._paragraph("Quotations", paragraph=quotation)
        self._paragraph("List item")
        self._paragraph("Table Contents")

    def _page_furniture(self) -> None:
        look = self._look
        single = {"fo:line-height": "100%"}
        self._paragraph("Header", paragraph=single | {"fo:text-align": "end"})
        self._paragraph("Footer", paragraph=single | {"fo:text-align": "center"})
        note = {"fo:margin-bottom": points(2), "fo:text-align": self._side()}
        if not look.has_page_header:
            note |= single
        size = look.size if look.has_page_header else look.size - 2
        self._paragraph("Footnote", paragraph=note, text=_size(size))

    def _characters(self) -> None:
        for style, text in (
            ("Source Text", self._code()),
            ("Internet link", {"fo:color": "#0b5394", **_UNDERLINED}),
            ("Footnote Symbol", {"style:text-position": "super 58%"}),
            ("Footnote anchor", {"style:text-position": "super 58%"}),
        ):
            attributes = {"style:name": style.replace(" ", "_20_"), "style:family": "text"}
            element = add(self._styles, "style:style", {**attributes, "style:display-name": style})
            if text:
                add(element, "style:text-properties", text)
        notes = {
            "text:note-class": "footnote",
            "text:default-style-name": "Footnote",
            "text:citation-style-name": "Footnote_20_Symbol",
            "text:citation-body-style-name": "Footnote_20_anchor",
            "style:num-format": "1",
            "style:num-suffix": " ",
            "text:start-value": "0",
            "text:footnotes-position": "page",
            "text:start-numbering-at": "document",
        }
        add(self._styles, "text:notes-configuration", notes)


_UNDERLINED = {
    "style:text-underline-style": "solid",
    "style:text-underline-width": "auto",
    "style:text-underline-color": "font-color",
}


def bold() -> _Attributes:
    """Bold in every script."""
    return {f"{kind}": "bold" for kind in _in_every_script("font-weight")}


def italic() -> _Attributes:
    """Italic in every script."""
    return {f"{kind}": "italic" for kind in _in_every_script("font-style")}


def _in_every_script(attribute: str) -> tuple[str, str, str]:
    return f"fo:{attribute}", f"style:{attribute}-asian", f"style:{attribute}-complex"


def _size(size: float) -> _Attributes:
    return dict.fromkeys(_in_every_script("font-size"), points(size))


def _fonts(fonts: Fonts, prose: str, east_asian: str = "") -> _Attributes:
    return {
        "style:font-name": prose,
        "style:font-name-asian": east_asian or fonts.east_asian,
        "style:font-name-complex": fonts.complex,
    }


def _languages(language: Language) -> _Attributes:
    """OpenDocument has one language for each kind of script; the others keep a usual one."""
    is_other = language.is_east_asian or language.is_right_to_left
    said = (language.code, language.country or "none")
    western = ("en", "US") if is_other else said
    asian = said if language.is_east_asian else ("zh", "CN")
    complex_script = said if language.is_right_to_left else ("ar", "SA")
    return {
        "fo:language": western[0],
        "fo:country": western[1],
        "style:language-asian": asian[0],
        "style:country-asian": asian[1],
        "style:language-complex": complex_script[0],
        "style:country-complex": complex_script[1],
    }


def _add_layouts(parent: Element, pages: Pages) -> None:
    look = pages.look
    for layout in ("Text", "Bare"):
        element = add(parent, "style:page-layout", {"style:name": layout})
        paper = {
            "fo:page-width": points(look.paper[0]),
            "fo:page-height": points(look.paper[1]),
            "style:num-format": "1",
            "style:print-orientation": "portrait",
            "style:writing-mode": "rl-tb" if pages.language.is_right_to_left else "lr-tb",
        }
        margins = {
            f"fo:margin-{side}": points(look.margin) for side in ("top", "bottom", "left", "right")
        }
        kind = "header" if pages.header else "footer"
        if layout == "Text":
            # What stands above or below the text stands in the margin.
            margins["fo:margin-top" if pages.header else "fo:margin-bottom"] = points(
                look.margin / 2
            )
        properties = add(element, "style:page-layout-properties", paper | margins)
        separator = {
            "style:width": points(0.5),
            "style:distance-before-sep": points(6),
            "style:distance-after-sep": points(4),
            "style:rel-width": "25%",
            "style:color": "#000000",
            "style:line-style": "solid",
            "style:adjustment": "right" if pages.language.is_right_to_left else "left",
        }
        add(properties, "style:footnote-sep", separator)
        if layout == "Text":
            outer = add(element, f"style:{kind}-style")
            inner = "fo:margin-bottom" if pages.header else "fo:margin-top"
            height = look.margin / 2 - _HEADER_SPACE
            space = {"fo:min-height": points(look.margin / 2), inner: points(height)}
            add(outer, "style:header-footer-properties", space)


def _add_number(master: Element, pages: Pages) -> None:
    kind = "header" if pages.header else "footer"
    paragraph = add(add(master, f"style:{kind}"), "text:p", {"text:style-name": kind.title()})
    if pages.header:
        paragraph.text = f"{pages.header} / "
    add(paragraph, "text:page-number", {"text:select-page": "current"}).text = "1"
