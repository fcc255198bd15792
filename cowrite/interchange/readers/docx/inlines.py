"""What stands in a paragraph, from runs, links, fields and changes that may stand in each other at any depth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from cowrite.interchange.manuscript import (
    Change,
    ChangeKind,
    Inline,
    LineBreak,
    Link,
    Mark,
    NoteReference,
    Run,
)
from cowrite.interchange.readers.common.symbols import shown, symbol
from cowrite.interchange.readers.docx import sayings
from cowrite.interchange.readers.docx.changes import DELETED, FORMATTED, INSERTED, change_of
from cowrite.interchange.readers.docx.drawings import chosen, read_drawing
from cowrite.interchange.readers.docx.equations import in_one_line
from cowrite.interchange.readers.docx.fields import Fields, joined_link, link_of, shown_in_form
from cowrite.interchange.readers.docx.names import (
    MC,
    XML_SPACE,
    Element,
    M,
    R,
    W,
    child,
    switch,
)
from cowrite.interchange.readers.docx.package import Part
from cowrite.interchange.readers.docx.source import Source
from cowrite.interchange.readers.docx.styles import Look, ParagraphStyle, look
from cowrite.interchange.tidying import is_safe_address

# Letters that Word takes for those of a complex script even where the run does not say so.
_COMPLEX = re.compile("[\u0590-\u08ff\u0900-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LINE_ENDS = re.compile(r"[\t ]*[\r\n]+[\t\r\n ]*")
_PAGES = ("page", "column")


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What comes behind stands on another page, so it is another paragraph."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the page; one that was ``drawn`` may also adorn what stands beside it."""

    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """An element with paragraphs of its own, which is anchored here."""

    element: Element


Piece: TypeAlias = Inline | PageBreak | Rule | Box


@dataclass(frozen=True, slots=True)
class _Place:
    """What holds for all that stands in an element. ``is_gone``: a deletion that was accepted."""

    link: Link | None = None
    change: Change | None = None
    is_gone: bool = False
    look: Look = Look()  # noqa: RUF009 it is frozen


_Inner: TypeAlias = tuple[Iterator[Element], _Place]


class InlineReader:
    """Reads the paragraphs of one story, in order. ``sign``: a note's own mark, which its text begins with."""

    def __init__(self, source: Source, part: Part, sign: str = "") -> None:
        self._source = source
        self._part = part
        self._sign = sign
        self._fields = Fields()
        self._style = ParagraphStyle()
        self._pieces: list[Piece] = []
        self._open_run: Run | None = None  # the last piece, while its text still grows
        self._open_at = 0
        self._texts: list[str] = []
        self.places: list[str] = []
        """The names of bookmarks in the paragraph that was read last."""
        self._is_after_sign = False

    def read(
        self, paragraph: Element, style: ParagraphStyle, change: Change | None = None
    ) -> list[Piece]:
        """What stands in it. ``change``: of everything in it."""
        self._style, self._pieces, self.places = style, [], []
        waiting: list[_Inner] = [(iter(paragraph), _Place(change=change))]
        while waiting:
            children, place = waiting[-1]
            element = next(children, None)
            if element is None:
                waiting.pop()
                continue
            read = _READERS.get(element.tag)
            if read is not None and (inner := read(self, element, place)) is not None:
                waiting.append(inner)
        self._close_run()
        self._fields.end_paragraph()
        return self._pieces

    # ---- what holds other things

    def _through(self, element: Element, place: _Place) -> _Inner | None:
        return iter(element), place

    def _alternatives(self, element: Element, place: _Place) -> _Inner | None:
        return chosen(element), place

    def _inserted(self, element: Element, place: _Place) -> _Inner | None:
        if not self._source.options.keep_changes:
            self._source.say.accept(INSERTED[element.tag])
            return iter(element), place
        self._source.say.keep(sayings.TRACKED_CHANGE)
        return iter(element), replace(place, change=place.change or change_of(element))

    def _deleted(self, element: Element, place: _Place) -> _Inner | None:
        if not self._source.options.keep_changes:
            if element.tag == W + "del":  # what was moved counts where it is now
                self._source.say.accept(DELETED[element.tag])
            return iter(element), replace(place, is_gone=True)
        self._source.say.keep(sayings.TRACKED_CHANGE)
        return iter(element), replace(place, change=change_of(element))

    def _hyperlink(self, element: Element, place: _Place) -> _Inner | None:
        relation = self._part.relations.get(element.get(R + "id") or "")
        address = "" if relation is None else relation.address
        anchor = element.get(W + "anchor") or element.get(W + "docLocation") or ""
        link = self._safe(joined_link(address, anchor, element.get(W + "tooltip") or ""))
        return iter(element), replace(place, link=link or place.link)

    def _simple_field(self, element: Element, place: _Place) -> _Inner | None:
        link = self._safe(link_of(element.get(W + "instr") or ""))
        return iter(element), replace(place, link=link or place.link)

    def _control(self, element: Element, place: _Place) -> _Inner | None:
        if switch(child(element, W + "sdtPr"), W + "showingPlcHdr"):
            self._source.say.leave_out(sayings.PLACEHOLDER)
            return None
        content = element.find(W + "sdtContent")
        return None if content is None else (iter(content), place)

    def _ruby(self, element: Element, place: _Place) -> _Inner | None:
        """Characters, and in brackets how they are read: that too is what the writer wrote."""
        self._source.say.leave_out(sayings.RUBY)
        base, reading = element.find(W + "rubyBase"), element.find(W + "rt")
        pieces = [] if base is None else list(base)
        if reading is not None and len(reading):
            pieces += [_written(element, "（"), *reading, _written(element, "）")]
        return iter(pieces), place

    def _run(self, element: Element, place: _Place) -> _Inner | None:
        properties = element.find(W + "rPr")
        if properties is not None:
            self._say_of(properties, element, place)
        self._is_after_sign = False
        return iter(element), replace(
            place, look=look(properties, self._style, self._source.styles)
        )

    def _say_of(self, properties: Element, run: Element, place: _Place) -> None:
        for element in properties:
            if element.tag in FORMATTED:
                self._source.say.accept(sayings.FORMATTING)
            elif element.tag in _UNSAID and not place.is_gone and run.find(W + "t") is not None:
                if place.link or self._fields.link:
                    continue
                what, plain = _UNSAID[element.tag]
                if (element.get(W + "val") or "").lower() not in plain:
                    self._source.say.leave_out(what)

    # ---- characters

    def _text(self, text: str, place: _Place) -> None:
        if not text or place.is_gone or self._fields.hides_text or self._is_after_sign:
            return
        if place.look.is_hidden:
            if text.strip():
                self._source.say.leave_out(sayings.HIDDEN)
            return
        if self._sign:
            text = self._without_sign(text)
        if text:
            self._source.seen(text)
            link = place.link or self._fields.link
            self._write(Run(text, _marks(place.look, text), link, place.change))

    def _write(self, run: Run) -> None:
        """Add characters; Word cuts a sentence into many runs that look the same."""
        last = self._pieces[-1] if self._pieces else None
        if (
            isinstance(last, Run)
            and last is self._open_run
            and (last.marks, last.link, last.change) == (run.marks, run.link, run.change)
        ):
            self._texts.append(run.text)
            return
        self._close_run()
        self._open_run, self._texts, self._open_at = run, [run.text], len(self._pieces)
        self._pieces.append(run)

    def _close_run(self) -> None:
        run, self._open_run = self._open_run, None
        if run is not None and len(self._texts) > 1:
            self._pieces[self._open_at] = replace(run, text="".join(self._texts))

    def _without_sign(self, text: str) -> str:
        """Text at the beginning of a note, without the mark that the note shows, which a number stands for now."""
        text, sign = text.lstrip(), self._sign
        self._sign = sign[len(text) :] if sign.startswith(text) else ""
        return "" if self._sign else text.removeprefix(sign)

    def _characters(self, element: Element, place: _Place) -> None:
        text = element.text or ""
        if element.tag == W + "delText" and not (
            place.change is not None and place.change.kind is ChangeKind.DELETED
        ):
            return
        if "\n" in text:
            # A line end belongs to how the file was laid out; at an edge that is not to be kept it is nothing.
            text = text if element.get(XML_SPACE) == "preserve" else text.strip()
            text = _LINE_ENDS.sub(" ", text)
        self._text(shown(text, place.look.font), place)

    def _blank(self, _element: Element, place: _Place) -> None:
        self._text("\t" if self._style.is_code else " ", place)

    def _hyphen(self, _element: Element, place: _Place) -> None:
        self._text("\u2011", place)

    def _soft_hyphen(self, _element: Element, place: _Place) -> None:
        self._text("\u00ad", place)

    def _symbol(self, element: Element, place: _Place) -> None:
        font = element.get(W + "font") or ""
        found = symbol(font, element.get(W + "char") or "")
        if found is None and not place.is_gone:
            self._source.say.leave_out(sayings.LOST_SYMBOL, font)
        self._text(found or "", place)

    def _break(self, element: Element, place: _Place) -> None:
        if place.is_gone or place.look.is_hidden or self._fields.hides_text:
            return
        is_page = element.get(W + "type") in _PAGES
        self._pieces.append(PageBreak() if is_page else LineBreak(place.change))

    def _equation(self, element: Element, place: _Place) -> None:
        text = " ".join(in_one_line(part).strip() for part in element.iter(M + "oMath"))
        if text and not place.is_gone:
            self._source.say.leave_out(sayings.EQUATION, text)
        self._text(text, place)

    # ---- fields, notes, comments, drawings

    def _field(self, element: Element, place: _Place) -> None:
        match element.get(W + "fldCharType"):
            case "begin":
                self._fields.begin(is_dead=place.is_gone, shown=shown_in_form(element))
            case "separate":
                self._fields.part(self._safe)
            case "end":
                self._text(self._fields.end(), place)

    def _place_named(self, element: Element, _place: _Place) -> None:
        self.places.append((element.get(W + "name") or "").casefold())

    def _instruction(self, element: Element, place: _Place) -> None:
        if not place.is_gone:  # or the old address would stand before the new one
            self._fields.instruct(element.text or "")

    def _note(self, element: Element, place: _Place) -> None:
        if place.is_gone or place.look.is_hidden or self._fields.hides_text:
            return
        sign = ""
        if (element.get(W + "customMarkFollows") or "0").lower() in ("1", "true", "on"):
            sign = "".join(each.text or "" for each in element.itersiblings(W + "t")).strip()
            self._is_after_sign = True
        kind = "footnote" if element.tag == W + "footnoteReference" else "endnote"
        label = self._source.note(kind, element.get(W + "id") or "", sign)
        if label is not None:
            self._pieces.append(NoteReference(label, change=place.change))

    def _comment(self, element: Element, place: _Place) -> None:
        mark = element.get(W + "id") or ""
        comment = self._source.comments.get(mark)
        if comment is None or mark in self._source.named_comments:
            return
        self._source.named_comments.add(mark)
        if place.is_gone:
            self._source.say.leave_out(sayings.LOST_COMMENT, comment.text)
            return
        self._source.say.keep(sayings.COMMENT)
        self._pieces.append(comment)

    def _drawing(self, element: Element, place: _Place) -> None:
        if place.is_gone or place.look.is_hidden:
            return
        found = read_drawing(element, self._source, self._part)
        for words in found.words:
            self._text(words, place)
        for picture in found.pictures:
            link = self._safe(picture.link) or place.link or self._fields.link
            self._pieces.append(replace(picture, link=link))
        self._pieces += [Box(box) for box in found.boxes]
        if found.is_rule or (found.is_line and not found.boxes):
            self._pieces.append(Rule(drawn=not found.is_rule))

    def _other_document(self, _element: Element, _place: _Place) -> None:
        self._source.say.leave_out(sayings.OTHER_DOCUMENT)

    def _safe(self, link: Link | None) -> Link | None:
        if link is None or is_safe_address(link.address):
            return link
        self._source.say.leave_out(sayings.BAD_LINK, link.address)
        return None


def _written(near: Element, text: str) -> Element:
    element = near.makeelement(W + "t")
    element.text = text
    return element


def _marks(look: Look, text: str) -> frozenset[Mark]:
    if look.is_complex:
        return look.complex_marks
    if look.marks != look.complex_marks and not text.isascii() and _COMPLEX.search(text):
        return look.marks | look.complex_marks
    return look.marks


_Reader: TypeAlias = Callable[[InlineReader, Element, _Place], "_Inner | None"]
_UNSAID = {
    W + "color": (sayings.COLOUR, ("auto", "000000")),
    W + "highlight": (sayings.HIGHLIGHT, ("none",)),
    W + "u": (sayings.UNDERLINE, ("none", "0", "false")),
    W + "caps": (sayings.CAPITALS, ("0", "false", "off")),
    W + "smallCaps": (sayings.CAPITALS, ("0", "false", "off")),
    W + "vertAlign": (sayings.RAISED, ("baseline",)),
}
_R = InlineReader
_READERS: dict[str, _Reader] = {
    **{W + name: _R._through for name in ("smartTag", "customXml", "dir", "bdo", "sdtContent")},
    **dict.fromkeys(INSERTED, _R._inserted),
    **dict.fromkeys(DELETED, _R._deleted),
    **{W + name: _R._drawing for name in ("drawing", "pict", "object")},
    **{W + name: _R._note for name in ("footnoteReference", "endnoteReference")},
    **{W + name: _R._instruction for name in ("instrText", "delInstrText")},
    **{W + name: _R._characters for name in ("t", "delText")},
    **{W + name: _R._blank for name in ("tab", "ptab")},
    **{W + name: _R._break for name in ("br", "cr")},
    **{M + name: _R._equation for name in ("oMath", "oMathPara")},
    MC + "AlternateContent": _R._alternatives,
    W + "r": _R._run,
    W + "hyperlink": _R._hyperlink,
    W + "fldSimple": _R._simple_field,
    W + "sdt": _R._control,
    W + "ruby": _R._ruby,
    W + "noBreakHyphen": _R._hyphen,
    W + "softHyphen": _R._soft_hyphen,
    W + "sym": _R._symbol,
    W + "fldChar": _R._field,
    W + "commentReference": _R._comment,
    W + "bookmarkStart": _R._place_named,
    W + "subDoc": _R._other_document,
}  # fmt: skip
