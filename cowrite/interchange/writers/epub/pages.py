"""Chapters as pages of XHTML, each with the notes that it names."""

from __future__ import annotations

from itertools import count

from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    CodeBlock,
    Heading,
    Inlines,
    ListBlock,
    Paragraph,
    Quotation,
    SceneBreak,
    Table,
)
from cowrite.interchange.writers.common import directions
from cowrite.interchange.writers.common.languages import Language
from cowrite.interchange.writers.common.preparing import Prepared
from cowrite.interchange.writers.epub.chapters import Book, Chapter, heading_id
from cowrite.interchange.writers.epub.inlines import Targets, add_inlines, note_id
from cowrite.interchange.writers.epub.names import (
    EPUB_TYPE,
    Element,
    Page,
    add,
    add_characters,
)


class Pages:
    """Writes the chapters of one book, in order."""

    def __init__(self, prepared: Prepared, book: Book, language: Language, title: str) -> None:
        self._prepared = prepared
        self._language = language
        self._title = title
        self._note_numbers = {label: at for at, label in enumerate(prepared.notes, 1)}
        self._headings = count(1)
        self._references: dict[str, int] = {}
        self._targets = Targets(book.addresses, self._picture, self._refer)
        self.media: dict[str, str] = {}
        """The names that pictures have in the file, by source."""

    def chapter(self, chapter: Chapter) -> bytes:
        """One page."""
        page = Page.new(chapter.title or self._title, self._language)
        section = add(page.body, "section", {EPUB_TYPE: "chapter"})
        self._references = {}
        self._add(section, chapter.blocks, is_note=False)
        self._add_notes(page.body)
        return page.as_bytes()

    def title_page(self) -> bytes:
        """The page with title and author."""
        page = Page.new(self._title, self._language)
        attributes = {EPUB_TYPE: "titlepage", "class": "titlepage"}
        section = add(page.body, "section", attributes)
        heading = add(section, "h1", {"class": "title"})
        heading.text = self._title
        if self._prepared.metadata.author:
            add(section, "p", {"class": "author"}).text = self._prepared.metadata.author
        return page.as_bytes()

    # notes and pictures

    def _refer(self, label: str) -> tuple[int, str]:
        number = self._note_numbers[label]
        times = self._references[label] = self._references.get(label, 0) + 1
        return number, _reference_id(number) if times == 1 else f"{_reference_id(number)}-{times}"

    def _add_notes(self, body: Element) -> None:
        """The notes that the page names; one of them may name more."""
        written: set[str] = set()
        holder = None
        while waiting := [label for label in self._references if label not in written]:
            if holder is None:
                holder = add(body, "section", {"class": "footnotes"})
            for label in waiting:
                written.add(label)
                number = self._note_numbers[label]
                attributes = {EPUB_TYPE: "footnote", "role": "doc-footnote", "id": note_id(number)}
                aside = add(holder, "aside", attributes)
                back = {"class": "back", "href": f"#{_reference_id(number)}"}
                blocks = self._prepared.notes[label]
                self._add(aside, blocks, is_note=True)
                first = aside[0]
                if not isinstance(blocks[0], Paragraph):
                    first = aside.makeelement(aside[0].tag.rpartition("}")[0] + "}p")
                    aside.insert(0, first)
                link = add(first, "a", back)
                link.text, link.tail = str(number), f" {first.text or ''}"
                first.text = None
                first.insert(0, link)

    def _picture(self, source: str) -> str:
        image = self._prepared.images[source]
        return self.media.setdefault(source, f"images/{len(self.media) + 1}.{image.ending}")

    # blocks

    def _add(self, parent: Element, blocks: Blocks, is_note: bool) -> None:
        for block in blocks:
            self._add_block(parent, block, is_note)

    def _add_block(self, parent: Element, block: Block, is_note: bool) -> None:
        match block:
            case Paragraph():
                self._inlines(add(parent, "p"), block.content)
            case Heading():
                heading = add(parent, f"h{block.level}")
                if not is_note:
                    heading.set("id", heading_id(next(self._headings)))
                self._inlines(heading, block.content)
            case SceneBreak(text=""):
                add(parent, "hr")
            case SceneBreak():
                add(parent, "p", {"class": "break"}).text = block.text
            case CodeBlock():
                code = add(add(parent, "pre"), "code")
                code.text = block.text
            case Quotation():
                self._add(add(parent, "blockquote"), block.blocks, is_note)
            case ListBlock():
                self._add_list(parent, block, is_note)
            case Table():
                self._add_table(parent, block)

    def _inlines(self, element: Element, content: Inlines) -> None:
        usual = self._language.is_right_to_left
        leftwards = directions.paragraph_runs_left(content, usual)
        if leftwards != usual:
            element.set("dir", "rtl" if leftwards else "ltr")
        add_inlines(element, content, self._targets)

    def _add_list(self, parent: Element, block: ListBlock, is_note: bool) -> None:
        element = add(parent, "ul" if block.first is None else "ol")
        if block.first not in (None, 1):
            element.set("start", str(block.first))
        for item in block.items:
            entry = add(element, "li")
            self._add(entry, item, is_note)
            if not len(entry):
                add_characters(entry, "")

    def _add_table(self, parent: Element, block: Table) -> None:
        table = add(parent, "table")
        rows = list(block.rows)
        if block.has_head:
            line = add(add(table, "thead"), "tr")
            for content in rows.pop(0):
                self._cell(add(line, "th", {"scope": "col"}), content)
        if not rows:
            return
        body = add(table, "tbody")
        for row in rows:
            line = add(body, "tr")
            for content in row:
                self._cell(add(line, "td"), content)

    def _cell(self, cell: Element, content: Inlines) -> None:
        cell.text = ""  # written with an end tag, also when it is empty
        self._inlines(cell, content)


def _reference_id(number: int) -> str:
    return f"fnref{number}"
