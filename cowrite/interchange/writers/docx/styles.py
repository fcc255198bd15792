"""word/styles.xml: the styles that the text bears, by the names that Word knows them by."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from cowrite.interchange.writers.common.languages import Language
from cowrite.interchange.writers.common.look import Look
from cowrite.interchange.writers.docx.names import Element, W, add, half_points, root, twips

STEP = 24.0
"""How far a level of a list or a quotation is set in, in points."""

_HEADING_SIZES = (1.7, 1.4, 1.2, 1.1, 1.0, 1.0)
_Fill: TypeAlias = Callable[[Element], object]


def styles_xml(look: Look, language: Language, chapter_level: int) -> Element:
    """The part. Headings down to ``chapter_level`` begin a page."""
    return _Styles(look, language, chapter_level).made()


class _Styles:
    def __init__(self, look: Look, language: Language, chapter_level: int) -> None:
        self._look = look
        self._language = language
        self._chapter_level = chapter_level
        self._root = root("styles")

    def made(self) -> Element:
        self._defaults()
        self._prose()
        for level in range(1, 7):
            self._heading(level)
        self._title_page()
        self._set_in()
        self._page_furniture()
        self._characters()
        self._tables()
        return self._root

    # what others begin from

    def _defaults(self) -> None:
        defaults = add(self._root, "docDefaults")
        run = add(add(defaults, "rPrDefault"), "rPr")
        _fonts(run, self._look.fonts.prose, self._look.fonts.east_asian, self._look.fonts.complex)
        _size(run, self._look.size)
        _language(run, self._language)
        paragraph = add(add(defaults, "pPrDefault"), "pPr")
        self._spacing(paragraph, before=0, after=0)

    def _spacing(
        self, paragraph: Element, before: float, after: float, line: float | None = None
    ) -> None:
        height = round(240 * (self._look.line if line is None else line))
        add(
            paragraph,
            "spacing",
            before=twips(before),
            after=twips(after),
            line=height,
            lineRule="auto",
        )

    def _paragraph_style(
        self,
        style_id: str,
        name: str,
        based_on: str = "Normal",
        next_style: str = "",
        paragraph: _Fill | None = None,
        run: _Fill | None = None,
        is_own: bool = False,
    ) -> None:
        style = add(self._root, "style", type="paragraph", styleId=style_id)
        if style_id == "Normal":
            style.set(W + "default", "1")
        if is_own:
            style.set(W + "customStyle", "1")
        add(style, "name", name)
        if based_on and style_id != "Normal":
            add(style, "basedOn", based_on)
        if next_style:
            add(style, "next", next_style)
        add(style, "qFormat")
        if paragraph is not None:
            paragraph(add(style, "pPr"))
        if run is not None:
            run(add(style, "rPr"))

    # paragraphs

    def _prose(self) -> None:
        look = self._look

        def indent(paragraph: Element) -> None:
            if look.is_justified:
                _line(paragraph, look, look.indent, "both")
            else:
                _line(paragraph, look, look.indent, "left")

        def first(paragraph: Element) -> None:
            add(paragraph, "ind", **_indent(look, look.indent if look.indents_first else 0.0))

        widows = "1" if look.keeps_lines_together else "0"
        self._paragraph_style(
            "Normal", "Normal", paragraph=lambda it: add(it, "widowControl", widows)
        )
        self._paragraph_style("BodyText", "Body Text", paragraph=indent)
        self._paragraph_style(
            "FirstParagraph", "First Paragraph", "BodyText", "BodyText", first, is_own=True
        )
        self._paragraph_style(
            "SceneBreak", "Scene Break", "Normal", "FirstParagraph", self._scene_break, is_own=True
        )
        self._paragraph_style(
            "Figure", "Figure", "Normal", "BodyText", _centred_with_space, is_own=True
        )
        self._paragraph_style(
            "SourceCode", "Source Code", paragraph=self._code, run=self._code_run, is_own=True
        )

    def _scene_break(self, paragraph: Element) -> None:
        space = 0.0 if self._look.has_page_header else self._look.size
        self._spacing(paragraph, space, space)
        add(paragraph, "jc", "center")

    def _code(self, paragraph: Element) -> None:
        add(paragraph, "suppressAutoHyphens")
        add(paragraph, "bidi", "0")
        self._spacing(paragraph, self._look.size / 2, self._look.size / 2, 1.0)
        add(paragraph, "jc", "left")

    def _code_run(self, run: Element) -> None:
        code = self._look.fonts.code
        _fonts(run, code, self._look.fonts.east_asian, code)
        add(run, "noProof")
        _size(run, self._look.size - 1.5)

    def _heading(self, level: int) -> None:
        look = self._look
        is_plain = look.has_page_header
        size = look.size if is_plain else round(look.size * _HEADING_SIZES[level - 1] * 2) / 2

        def paragraph(properties: Element) -> None:
            add(properties, "keepNext")
            add(properties, "keepLines")
            if level <= self._chapter_level:
                add(properties, "pageBreakBefore")
            add(properties, "suppressAutoHyphens")
            above = look.paper[1] / 8 if level <= self._chapter_level else size * 1.5
            self._spacing(properties, above, look.size, 1.2 if not is_plain else None)
            if level <= self._chapter_level:
                add(properties, "jc", "center")
            add(properties, "outlineLvl", level - 1)

        def run(properties: Element) -> None:
            _fonts(
                properties, look.fonts.headings, look.fonts.east_asian_headings, look.fonts.complex
            )
            for name in ("b", "bCs"):
                add(properties, name)
            _size(properties, size)

        self._paragraph_style(
            f"Heading{level}", f"heading {level}", "Normal", "FirstParagraph", paragraph, run
        )

    def _title_page(self) -> None:
        look = self._look
        size = look.size if look.has_page_header else look.size * 2.4

        def title(paragraph: Element) -> None:
            add(paragraph, "suppressAutoHyphens")
            self._spacing(paragraph, look.text_height / 3.2, look.size, 1.2)
            add(paragraph, "jc", "center")

        def title_run(run: Element) -> None:
            _fonts(run, look.fonts.headings, look.fonts.east_asian_headings, look.fonts.complex)
            _size(run, size)

        def author(paragraph: Element) -> None:
            self._spacing(paragraph, look.size, look.size * 2)
            add(paragraph, "jc", "center")

        def contact(paragraph: Element) -> None:
            tabs = add(paragraph, "tabs")
            add(tabs, "tab", "right", pos=twips(look.text_width))
            self._spacing(paragraph, 0, 0, 1.0)

        self._paragraph_style("Title", "Title", "Normal", "Author", title, title_run)
        self._paragraph_style(
            "Author",
            "Author",
            "Normal",
            "BodyText",
            author,
            lambda run: _size(run, look.size if look.has_page_header else look.size * 1.3),
            is_own=True,
        )
        self._paragraph_style("Contact", "Contact", paragraph=contact, is_own=True)

    def _set_in(self) -> None:
        def quote(paragraph: Element) -> None:
            self._spacing(paragraph, self._look.size / 2, self._look.size / 2)
            add(paragraph, "ind", left=twips(STEP), right=twips(STEP))
            add(paragraph, "jc", "both" if self._look.is_justified else "left")

        def continued(paragraph: Element) -> None:
            add(paragraph, "ind", left=twips(STEP))

        self._paragraph_style("Quote", "Quote", paragraph=quote)
        self._paragraph_style("ListBullet", "List Bullet")
        self._paragraph_style("ListNumber", "List Number")
        self._paragraph_style("ListContinue", "List Continue", paragraph=continued)

    def _page_furniture(self) -> None:
        def furniture(side: str) -> _Fill:
            def fill(paragraph: Element) -> None:
                self._spacing(paragraph, 0, 0, 1.0)
                add(paragraph, "jc", side)

            return fill

        def note(paragraph: Element) -> None:
            self._spacing(paragraph, 0, 2, 1.0 if self._look.line < 2 else self._look.line)
            add(paragraph, "jc", "both" if self._look.is_justified else "left")

        self._paragraph_style("Header", "header", paragraph=furniture("right"))
        self._paragraph_style("Footer", "footer", paragraph=furniture("center"))
        size = self._look.size if self._look.has_page_header else self._look.size - 2
        self._paragraph_style(
            "FootnoteText", "footnote text", paragraph=note, run=lambda run: _size(run, size)
        )

    # characters and tables

    def _characters(self) -> None:
        style = add(
            self._root, "style", type="character", styleId="DefaultParagraphFont", default="1"
        )
        add(style, "name", "Default Paragraph Font")
        add(style, "uiPriority", 1)
        add(style, "semiHidden")
        add(style, "unhideWhenUsed")
        self._character_style(
            "FootnoteReference",
            "footnote reference",
            lambda run: add(run, "vertAlign", "superscript"),
        )
        self._character_style("InlineCode", "Inline Code", self._inline_code)
        self._character_style("Hyperlink", "Hyperlink", _hyperlink)

    def _inline_code(self, run: Element) -> None:
        code = self._look.fonts.code
        _fonts(run, code, self._look.fonts.east_asian, code)
        add(run, "noProof")

    def _character_style(self, style_id: str, name: str, fill: _Fill) -> None:
        style = add(self._root, "style", type="character", styleId=style_id)
        if style_id == "InlineCode":
            style.set(W + "customStyle", "1")
        add(style, "name", name)
        add(style, "basedOn", "DefaultParagraphFont")
        fill(add(style, "rPr"))

    def _tables(self) -> None:
        plain = add(self._root, "style", type="table", styleId="TableNormal", default="1")
        add(plain, "name", "Normal Table")
        add(plain, "uiPriority", 99)
        add(plain, "semiHidden")
        add(plain, "unhideWhenUsed")
        properties = add(plain, "tblPr")
        add(properties, "tblInd", w=0, type="dxa")
        margins = add(properties, "tblCellMar")
        for side, width in (("top", 0), ("left", 108), ("bottom", 0), ("right", 108)):
            add(margins, side, w=width, type="dxa")
        grid = add(self._root, "style", type="table", styleId="TableGrid")
        add(grid, "name", "Table Grid")
        add(grid, "basedOn", "TableNormal")
        borders = add(add(grid, "tblPr"), "tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            add(borders, side, "single", sz=4, space=0, color="auto")
        head = add(grid, "tblStylePr", type="firstRow")
        run = add(head, "rPr")
        add(run, "b")
        add(run, "bCs")
        numbering = add(self._root, "style", type="numbering", styleId="NoList", default="1")
        add(numbering, "name", "No List")
        add(numbering, "semiHidden")


def _fonts(run: Element, prose: str, east_asian: str, complex_script: str) -> None:
    add(run, "rFonts", ascii=prose, hAnsi=prose, eastAsia=east_asian, cs=complex_script)


def _size(run: Element, points: float) -> None:
    add(run, "sz", half_points(points))
    add(run, "szCs", half_points(points))


def _language(run: Element, language: Language) -> None:
    """Word has one language for each kind of script; the others keep a usual one."""
    written = language.with_country
    is_other = language.is_east_asian or language.is_right_to_left
    add(
        run,
        "lang",
        "en-US" if is_other else written,
        eastAsia=written if language.is_east_asian else "zh-CN",
        bidi=written if language.is_right_to_left else "ar-SA",
    )


def _indent(look: Look, points: float) -> dict[str, object]:
    """The attributes of an indent of the first line; by characters where a character is a square."""
    if look.indent_characters and points:
        return {"firstLineChars": look.indent_characters * 100, "firstLine": twips(points)}
    return {"firstLine": twips(points)}


def _line(paragraph: Element, look: Look, points: float, side: str) -> None:
    add(paragraph, "ind", **_indent(look, points))
    add(paragraph, "jc", side)


def _centred_with_space(paragraph: Element) -> None:
    add(paragraph, "spacing", before=twips(6), after=twips(6), line=240, lineRule="auto")
    add(paragraph, "jc", "center")


def _hyperlink(run: Element) -> None:
    add(run, "color", "0B5394")
    add(run, "u", "single")
