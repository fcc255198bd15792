"""Walks over the elements of a page and builds blocks of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from cowrite.interchange.manuscript import (
    Blocks,
    Change,
    ChangeKind,
    Comment,
    Link,
    Mark,
    NoteReference,
    SceneBreak,
)
from cowrite.interchange.readers.common.builder import BlockBuilder
from cowrite.interchange.readers.common.labels import as_words
from cowrite.interchange.readers.common.tables import plain_text
from cowrite.interchange.readers.html import tags, word_lists
from cowrite.interchange.readers.html.css import Declarations, StyleSheet, declarations
from cowrite.interchange.readers.html.flow import Leave, PageFlow
from cowrite.interchange.readers.html.leaving_out import is_left_out
from cowrite.interchange.readers.html.lists import ListReader
from cowrite.interchange.readers.html.looks import (
    Look,
    address_of,
    author_of,
    classes_of,
    look_of,
    style_of,
    when_of,
)
from cowrite.interchange.readers.html.notes import PageNotes
from cowrite.interchange.readers.html.objects import stand_alone
from cowrite.interchange.readers.html.tables import TableReader
from cowrite.interchange.tidying import is_safe_address
from cowrite.localization import tr

_BLOCK_DISPLAYS = frozenset({"block", "list-item", "flex", "grid", "table"})
_TITLES = frozenset({"MsoTitle", "title"})
_LEVELS = frozenset("123456789")


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of a page before its text is read."""

    root: Any
    sheet: StyleSheet
    notes: PageNotes
    base: str = ""
    is_own: bool = False  # Cowrite wrote it


class PageReader:
    """Reads the text of a page and its notes."""

    def __init__(self, page: Page, flow: PageFlow) -> None:
        self.page = page
        self.title = ""
        self._flow = flow
        self._lists = ListReader(flow, is_own=page.is_own)
        self._tables = TableReader(flow, page.root, is_own=page.is_own)
        self._quotes = 0
        self._in_comment = False

    def read(self, top: Any) -> Blocks:
        """The blocks of an element."""
        flow = self._flow
        before, flow.builder = flow.builder, BlockBuilder(flow.budget)
        looks, flow.looks = flow.looks, [Look()]
        level, flow.level = flow.level, None
        cells, flow.open_cells = flow.open_cells, 0
        self._walk(top)
        blocks = flow.builder.finish()
        flow.builder, flow.looks, flow.level, flow.open_cells = before, looks, level, cells
        return blocks

    def _walk(self, top: Any) -> None:
        open_elements: list[tuple[Any, Iterator[Any], Leave]] = []
        leave = self._enter(top, is_top=True)
        if leave is not None:
            open_elements.append((top, iter(top), leave))
        while open_elements:
            element, children, leave = open_elements[-1]
            child = next(children, None)
            if child is None:
                open_elements.pop()
                leave()
                if open_elements:
                    self._flow.text(element.tail)
                continue
            entered = self._enter(child) if isinstance(child.tag, str) else None
            if entered is None:
                self._flow.text(child.tail)
            else:
                open_elements.append((child, iter(child), entered))

    def _enter(self, element: Any, *, is_top: bool = False) -> Leave | None:
        """Begin an element; what to do at its end, or None if nothing in it is left to be read."""
        flow = self._flow
        if not is_top:
            if element in self.page.notes.references:
                self._reference(element)
                return None
            if element in self.page.notes.skipped:
                return None
        style = style_of(element, self.page.sheet)
        if is_left_out(element, style, flow.report):
            return None
        if "mso-list" in style and style["mso-list"] == "ignore":
            self._lists.mark("".join(element.itertext()))
            return None
        if element.tag in tags.WITHOUT_CONTENT:
            stand_alone(element, flow, self.page.base)
            return None
        if element.get("class") == "author" and _is_in_head(element):
            return None  # it is in the head of the file as well
        if self._is_title(element):
            self.title = " ".join("".join(element.itertext()).split())
            return None
        look = look_of(element, style, flow.look)
        if element.tag in ("ins", "del"):
            changed = self._changed(element, look)
            if changed is None:
                return None
            look = changed
        if element.tag == "a":
            look = self._linked(element, look)
        leave = flow.flush if is_top else self._begin(element, style)
        flow.looks.append(look)
        flow.text(element.text)

        def end() -> None:
            leave()
            flow.looks.pop()

        return end

    def _begin(self, element: Any, style: Declarations) -> Leave:
        """What an element does to the structure of the text; returns what its end does."""
        flow = self._flow
        level = self._heading_level(element, style)
        if level is not None:
            return self._heading(level)
        match element.tag:
            case "ul" | "ol" | "menu" | "dir":
                return self._lists.list(element)
            case "li":
                return self._lists.item(element)
            case "table" | "tr" | "td" | "th":
                return self._tables.part(element)
            case "blockquote":
                return self._quotation()
            case "q":
                return self._quotation_marks()
            case "rt":
                return self._reading(element)
        display = style.get("display")
        if display == "inline" or (display == "inline-block" and element.tag == "p"):
            return _nothing
        if element.tag in tags.BLOCKS or display in _BLOCK_DISPLAYS:
            flow.flush()
            return self._paragraph(element, style)
        return _nothing

    def _paragraph(self, element: Any, style: Declarations) -> Leave:
        place = word_lists.list_of(style)
        if place is not None:
            return self._lists.sham_item(place)
        if element.tag == "p":
            if any(each.startswith("MsoListParagraph") for each in classes_of(element)):
                return self._lists.typed_item(style)
            if word_lists.is_rule(element, style):
                self._flow.builder.add_block(SceneBreak())
        return self._flow.flush

    def _quotation(self) -> Leave:
        flow = self._flow
        flow.flush()
        if not flow.builder.open():
            return flow.flush

        def end() -> None:
            flow.flush()
            flow.builder.close_quotation()

        return end

    def _quotation_marks(self) -> Leave:
        flow, inner = self._flow, self._quotes % 2 == 1
        self._quotes += 1
        flow.run("‘" if inner else "“")

        def end() -> None:
            self._quotes -= 1
            flow.run("’" if inner else "”")

        return end

    def _reading(self, element: Any) -> Leave:
        """What is set above characters follows them in brackets, as in a browser that cannot set it above."""
        flow = self._flow
        flow.report.leave_out(tr("readings above characters; they stand behind them"))
        before = element.getprevious()
        opening, closing = ("（", "）")
        if before is not None and before.tag == "rp" and not (before.tail or "").strip():
            after = element.getnext()
            opening = (before.text or "").strip() or opening
            closing = (
                (after.text or "").strip() if after is not None and after.tag == "rp" else ""
            ) or closing
        flow.run(opening)
        return lambda: flow.run(closing)

    def _heading_level(self, element: Any, style: Declarations) -> int | None:
        if element.tag in tags.HEADINGS:
            return tags.HEADINGS[element.tag]
        if element.get("role") == "heading":
            level = element.get("aria-level", "2")
            return min(int(level), 6) if level in _LEVELS else 2
        if element.tag in ("p", "div"):
            for each in classes_of(element):
                if each.startswith("MsoHeading") and each[-1:] in _LEVELS:
                    return min(int(each[-1]), 6)
                if each in _TITLES and element.tag == "p":
                    return 1
            return word_lists.outline_level(style)
        return None

    def _heading(self, level: int) -> Leave:
        flow = self._flow
        flow.flush()
        before, flow.level = flow.level, level
        self._lists.take_mark()

        def end() -> None:
            mark = self._lists.take_mark()
            words = as_words(mark)
            if words and flow.builder.has_text:
                flow.builder.begin_with(f"{words} ")
            flow.flush()
            flow.level = before
            if mark and not words:
                flow.report.leave_out(tr("numbers of headings"))

        return end

    def _is_title(self, element: Any) -> bool:
        """Whether this is the title of the whole: the first that is said to be one, before all text."""
        if self._flow.options.is_fragment or self.title or not self._flow.builder.is_empty:
            return False
        classes = element.get("class", "")
        if not classes or not _TITLES & set(classes.split()):
            return False
        return bool(element.tag == "p" or (element.tag == "h1" and _is_in_head(element)))

    def _linked(self, element: Any, look: Look) -> Look:
        href = element.get("href")
        if href is None:
            return look
        address = address_of(href, self.page.base)
        if not is_safe_address(address):
            if address:
                self._flow.report.leave_out(
                    tr(
                        "link to what is neither the web nor a place in the text; its words are kept"
                    )
                )
            return look
        return replace(look, link=Link(address, element.get("title", "")))

    def _changed(self, element: Any, look: Look) -> Look | None:
        """How the text of ``ins`` and ``del`` looks, or None if it is gone. Without date or author they are a look."""
        author, when = author_of(element.get("cite", "")), when_of(element.get("datetime", ""))
        is_tracked = author or when or element.get("class", "").lower().startswith("mso")
        is_deleted = element.tag == "del"
        if not is_tracked:
            return look.with_mark(Mark.STRIKE) if is_deleted else look
        flow = self._flow
        if flow.options.keep_changes:
            kind = ChangeKind.DELETED if is_deleted else ChangeKind.INSERTED
            flow.report.kept[tr("tracked change")] += 1
            return replace(look, change=Change(kind, author, when))
        flow.report.accepted[tr("deletion") if is_deleted else tr("insertion")] += 1
        return None if is_deleted else look

    def _reference(self, element: Any) -> None:
        notes, flow = self.page.notes, self._flow
        label = notes.references[element]
        if label not in notes.comments:
            flow.builder.add(NoteReference(label, flow.look.marks, flow.look.change))
            return
        if self._in_comment:
            return
        self._in_comment = True
        body = notes.bodies[label]
        blocks = self.read(body)
        self._in_comment = False
        flow.builder.add(Comment(plain_text(blocks), _author_in(body)))
        flow.report.kept[tr("comment")] += 1


def _author_in(body: Any) -> str:
    for each in body.iter("span"):
        author = declarations(each.get("style", "")).get("mso-comment-author", "")
        if author:
            return author
    return ""


def _nothing() -> None:
    """An element that only changes how text looks ends."""


def _is_in_head(element: Any) -> bool:
    """Whether an element is in the part of a page that names the whole."""
    above = element.getparent()
    return above is not None and above.get("id") == "title-block-header"
