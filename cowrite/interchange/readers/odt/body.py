"""Walks over the elements of a text and builds blocks of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from cowrite.interchange.manuscript import (
    Blocks,
    CodeBlock,
    Comment,
    Heading,
    LineBreak,
    Link,
    Mark,
    NoteReference,
    Paragraph,
    SceneBreak,
)
from cowrite.interchange.marks import language_of
from cowrite.interchange.readers.common.tables import plain_text
from cowrite.interchange.readers.odt.changes import TrackedChanges
from cowrite.interchange.readers.odt.document import Document
from cowrite.interchange.readers.odt.flow import Leave, TextFlow
from cowrite.interchange.readers.odt.frames import FrameReader
from cowrite.interchange.readers.odt.leaving_out import is_left_out
from cowrite.interchange.readers.odt.lists import ListReader
from cowrite.interchange.readers.odt.names import (
    DC,
    DRAW,
    OFFICE,
    TABLE,
    TEXT,
    XLINK,
    Element,
    number,
)
from cowrite.interchange.readers.odt.outline import Outline
from cowrite.interchange.readers.odt.quotations import Quotations, quoted
from cowrite.interchange.readers.odt.styles import PLAIN, Style
from cowrite.interchange.readers.odt.tables import TableReader
from cowrite.interchange.tidying import is_safe_address
from cowrite.localization import tr

_LINE_OF_CODE = "Preformatted Text"
_CODE = (_LINE_OF_CODE, "Source Code")
_CODE_CHARACTERS = ("Source Text", "Teletype", "Code")
_PLACES = (TEXT + "bookmark", TEXT + "bookmark-start", TEXT + "reference-mark-start")
_LINES = ("Horizontal Line",)
_MOST_BLANKS = 1000
_BLANKS = re.compile(r"[ \t\r\n]+")


class BodyReader:
    """Reads the text and what stands in it."""

    def __init__(self, document: Document, flow: TextFlow) -> None:
        self._document = document
        self._styles = document.styles
        self._flow = flow
        self._quotations = Quotations(document.styles, is_own=document.is_own)
        self._lists = ListReader(flow, document.styles, self._quotations)
        self._tables = TableReader(flow, self._quotations)
        self._frames = FrameReader(document, flow)
        self._changes = TrackedChanges(document, flow)
        self._outline = Outline(document.styles.outline)
        self._code: list[str] | None = None

    def read(self, top: Element) -> Blocks:
        """The blocks of the text."""
        self._walk(top)
        self._flow.end_paragraph()
        return self._flow.builder.finish()

    def _walk(self, top: Element) -> None:
        open_elements: list[tuple[Element, Iterator[Element], Leave]] = [(top, iter(top), _nothing)]
        while open_elements:
            element, children, leave = open_elements[-1]
            child = next(children, None)
            if child is None:
                open_elements.pop()
                leave()
                if open_elements:
                    self._text(element.tail)
                continue
            entered = self._enter(child) if isinstance(child.tag, str) else None
            if entered is None:
                self._text(child.tail)
                continue
            open_elements.append((child, iter(child), entered))
            self._text(child.text)

    def _text(self, text: str | None) -> None:
        """Blanks and line ends of the XML are one blank."""
        if text:
            self._characters(_BLANKS.sub(" ", text))

    def _enter(self, element: Element) -> Leave | None:
        """Begin an element; what to do at its end, or None if nothing in it is left to be read."""
        tag = element.tag
        if tag in (TEXT + "p", TEXT + "h"):
            return self._paragraph(element)
        if is_left_out(element, self._flow.report):
            return None
        if self._changes.sign(element, self._walk):
            return None
        if self._piece(element):
            return None
        match tag:
            case _ if tag == TEXT + "span":
                return self._span(element)
            case _ if tag == TEXT + "a":
                return self._link(element)
            case _ if tag == TEXT + "list":
                return self._lists.list(element)
            case _ if tag in (TEXT + "list-item", TEXT + "list-header"):
                return self._lists.item(element)
            case _ if tag == TEXT + "note":
                return self._note()
            case _ if tag == OFFICE + "annotation":
                return self._comment(element)
            case _ if tag == TEXT + "ruby-text":
                return self._reading()
            case _ if tag == TEXT + "section":
                return self._section()
        if tag.startswith(TABLE):
            return self._tables.part(element)
        if tag.startswith(DRAW):
            return self._frames.part(element)
        return _nothing

    def _piece(self, element: Element) -> bool:
        """Blanks, line breaks: whether it is one."""
        tag = element.tag
        if tag == TEXT + "s":
            count = number(element.get(TEXT + "c"), 1, _MOST_BLANKS)
            self._characters(" " * max(count, 1))
        elif tag == TEXT + "tab":
            self._characters("\t" if self._code is not None else " ")
        elif tag == TEXT + "line-break":
            if self._code is not None:
                self._code.append("\n")
            else:
                self._flow.add(LineBreak())
        else:
            return False
        return True

    def _characters(self, text: str) -> None:
        if self._code is not None:
            self._code.append(text)
        else:
            self._flow.text(text)

    # --- paragraphs ---

    def _paragraph(self, element: Element) -> Leave | None:
        flow, styles = self._flow, self._styles
        name = element.get(TEXT + "style-name")
        chain = styles.chain("paragraph", name)
        if self._changes.is_listing:
            return self._deleted(chain)
        flow.end_paragraph()
        if self._is_hidden(element) or self._document.is_own_paragraph(name):
            return None
        level = self._level(element, name)
        if level is not None:
            return self._heading(element, level, self._quotation_depth(name))
        if styles.is_named("paragraph", name, "Title") and self._take_title(element):
            return None
        if styles.is_named("paragraph", name, *_CODE):
            return self._code_block(
                element, is_line=styles.is_named("paragraph", name, _LINE_OF_CODE)
            )
        flow.looks.append(flow.look.styled(chain))
        depth = self._quotation_depth(name)
        has_line = next((each.has_line for each in chain if each.has_line is not None), False)
        is_line = has_line or styles.is_named("paragraph", name, *_LINES)

        def end() -> None:
            flow.looks.pop()
            if is_line and not flow.builder.has_text:
                flow.builder.add_block(SceneBreak())
            if depth and flow.builder.has_text:
                flow.builder.add_block(quoted(Paragraph(flow.builder.take_inlines()), depth))
            flow.end_paragraph(end=flow.change)  # an insertion goes on in the next paragraph

        return end

    def _deleted(self, chain: list[Style]) -> Leave:
        """A paragraph of what was deleted, which goes on in the text."""
        self._changes.begin_paragraph()
        self._flow.looks.append(self._flow.look.styled(chain))
        return self._end_look

    def _quotation_depth(self, name: str | None) -> int:
        return self._quotations.of_paragraph(name, *self._lists.around)

    def _heading(self, element: Element, level: int, depth: int) -> Leave:
        flow = self._flow
        flow.looks.append(replace(flow.look, marks=PLAIN))
        is_shown = element.get(TEXT + "is-list-header") != "true"
        if self._outline.shows(level) and is_shown and not self._lists.around[0]:
            label = self._outline.next(element, level)
            flow.text(f"{label} " if label else "")
            if not label:
                flow.report.leave_out(tr("numbers of headings"))

        for mark in element.iter(*_PLACES):
            words = self._document.places.setdefault(mark.get(TEXT + "name", ""), "")
            if not words:
                self._document.places[mark.get(TEXT + "name", "")] = "".join(_shown(element))

        def end() -> None:
            flow.looks.pop()
            if depth and flow.builder.has_text:
                heading = Heading(min(level, 6), flow.builder.take_inlines())
                flow.builder.add_block(quoted(heading, depth))
            flow.end_paragraph(min(level, 6), flow.change)

        return end

    def _level(self, element: Element, name: str | None) -> int | None:
        if element.tag == TEXT + "h":
            return max(number(element.get(TEXT + "outline-level"), 1, 10), 1)
        for style in self._styles.chain("paragraph", name):
            if style.level is not None:
                return style.level or None
        return None

    def _code_block(self, element: Element, *, is_line: bool) -> Leave:
        """``is_line``: each line is a paragraph of its own."""
        flow, depth = self._flow, self._quotation_depth(element.get(TEXT + "style-name"))
        marks = element.iterchildren(TEXT + "bookmark")
        language = language_of(mark.get(TEXT + "name", "") for mark in marks)
        self._code = []

        def end() -> None:
            text = "".join(self._code or ())
            self._code = None
            if depth:
                flow.builder.add_block(quoted(CodeBlock(text, language), depth))
            else:
                flow.builder.add_code(text, language, goes_on=is_line)

        return end

    def _take_title(self, element: Element) -> bool:
        text = " ".join("".join(_shown(element)).split())
        if (
            self._document.title
            or not text
            or not self._flow.is_in_body
            or not self._flow.builder.is_empty
        ):
            return False
        self._document.title = text
        return True

    def _is_hidden(self, element: Element) -> bool:
        is_hidden = any(
            each.get(TEXT + "is-hidden") == "true"
            for each in element.iterchildren(TEXT + "hidden-paragraph")
        )
        if is_hidden:
            self._flow.report.leave_out(tr("hidden text"))
        return is_hidden

    def _section(self) -> Leave:
        self._flow.end_paragraph()
        return self._flow.end_paragraph

    # --- within paragraphs ---

    def _span(self, element: Element) -> Leave:
        flow = self._flow
        name = element.get(TEXT + "style-name")
        look = flow.look.styled(self._styles.chain("text", name))
        if self._styles.is_named("text", name, *_CODE_CHARACTERS):
            look = look.with_mark(Mark.CODE)
        flow.looks.append(look)
        return self._end_look

    def _end_look(self) -> None:
        self._flow.looks.pop()

    def _link(self, element: Element) -> Leave:
        flow, address = self._flow, element.get(XLINK + "href", "")
        look = flow.look
        if is_safe_address(address):
            look = replace(look, link=Link(address, element.get(OFFICE + "title", "")))
        elif address and not address.startswith("#"):
            flow.report.leave_out(
                tr("link to what is neither the web nor a place in the text; its words are kept")
            )
        flow.looks.append(look)
        return self._end_look

    def _reading(self) -> Leave:
        flow = self._flow
        flow.report.leave_out(tr("readings above characters; they stand behind them"))
        flow.text("（")
        return lambda: flow.text("）")

    def _note(self) -> Leave:
        flow, code = self._flow, self._code
        marks, change = flow.look.marks[0], flow.change
        self._code = None
        flow.begin()

        def end() -> None:
            self._code = code
            label = self._document.add_note(flow.end())
            flow.add(NoteReference(label, marks, change))

        return end

    def _comment(self, element: Element) -> Leave:
        flow, code = self._flow, self._code
        author = " ".join((element.findtext(DC + "creator") or "").split())
        self._code = None
        flow.begin()

        def end() -> None:
            self._code = code
            text = plain_text(flow.end())
            if text:
                flow.add(Comment(text, author))
                flow.report.kept[tr("comment")] += 1

        return end


def _shown(element: Element) -> Iterator[str]:
    """The characters of a title."""
    yield element.text or ""
    for each in element.iter():
        if each is element:
            continue
        if each.tag in (TEXT + "s", TEXT + "tab", TEXT + "line-break"):
            yield " "
        if each.tag in (TEXT + "span", TEXT + "a"):
            yield each.text or ""
        yield each.tail or ""


def _nothing() -> None:
    """An element that says nothing of its own ends."""
