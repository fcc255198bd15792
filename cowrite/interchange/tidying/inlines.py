"""The canonical form of what stands in a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cowrite.interchange.manuscript import (
    Change,
    Comment,
    Inline,
    Inlines,
    LineBreak,
    Link,
    Mark,
    NoteReference,
    Picture,
    Run,
)
from cowrite.interchange.tidying.characters import (
    cleaned,
    comment_text,
    label_of,
    phrase,
    picture_source,
    safe_link,
)

# Only the blanks at a run's ends may come to look otherwise; millions of single words would fill the memory.
_SEGMENTS = re.compile(r"\s+|\S(?:.*\S)?")
_BLANKS = re.compile("  +")
_PLAIN: frozenset[Mark] = frozenset()
_CODE = frozenset({Mark.CODE})


@dataclass(slots=True)
class _Piece:
    """Words, a blank, or something else. ``other`` is None for the first two."""

    text: str = ""
    marks: frozenset[Mark] = _PLAIN
    link: Link | None = None
    change: Change | None = None
    other: Inline | None = None
    is_blank: bool = False

    @property
    def is_seen_through(self) -> bool:
        """Whether emphasis goes on behind it."""
        return self.is_blank or isinstance(self.other, (LineBreak, Comment, NoteReference))

    @property
    def is_break(self) -> bool:
        return isinstance(self.other, LineBreak)


def tidy_inlines(content: Inlines, *, on_one_line: bool = False) -> Inlines:
    """``on_one_line``: for headings and cells: fixed blanks at the beginning go too.

    Line breaks stay; see :func:`without_breaks`.
    """
    if len(content) == 1 and (simple := _simple(content[0], on_one_line)) is not None:
        return simple
    pieces = list(_pieces(content))
    _spread_marks(pieces)
    _spread_links(pieces)
    return tuple(_joined(_trimmed(pieces, on_one_line)))


def _simple(only: Inline, on_one_line: bool) -> Inlines | None:
    """One run without code: most paragraphs of a novel."""
    if not isinstance(only, Run) or Mark.CODE in only.marks or only.link is not None:
        return None
    text = _BLANKS.sub(" ", cleaned(only.text)).lstrip(" ").rstrip()
    text = text.lstrip() if on_one_line else text
    if text[:1].isspace():
        return None
    return (replace(only, text=text),) if text else ()


def without_breaks(content: Iterable[Inline]) -> Inlines:
    """The same with blanks in place of line breaks."""
    return tuple(
        Run(" ", change=each.change) if isinstance(each, LineBreak) else each for each in content
    )


def without_mark(content: Iterable[Inline], mark: Mark) -> Inlines:
    """The same where nothing bears ``mark``."""
    return tuple(
        replace(each, marks=each.marks - {mark})
        if isinstance(each, (Run, NoteReference)) and mark in each.marks
        else each
        for each in content
    )


def _pieces(content: Inlines) -> Iterable[_Piece]:
    for each in content:
        match each:
            case Run():
                link, text = safe_link(each.link), cleaned(each.text)
                if Mark.CODE not in each.marks:
                    text = _BLANKS.sub(" ", text)
                for segment in _SEGMENTS.findall(text):
                    yield _Piece(segment, each.marks, link, each.change, is_blank=segment.isspace())
            case LineBreak():
                yield _Piece(change=each.change, other=each)
            case NoteReference():
                label = label_of(each.label)
                yield _Piece(change=each.change, other=replace(each, label=label))
            case Picture():
                yield from _picture(each)
            case Comment():
                if text := comment_text(each.text, one_line=True):
                    yield _Piece(other=Comment(text, phrase(each.author)))


def _picture(picture: Picture) -> Iterable[_Piece]:
    source, description = picture_source(picture.source), phrase(picture.description)
    link = safe_link(picture.link)
    if source:
        yield _Piece(link=link, other=Picture(source, description, link))
        return
    for segment in _SEGMENTS.findall(description):
        yield _Piece(segment, link=link, is_blank=segment.isspace())


def _spread_marks(pieces: Sequence[_Piece]) -> None:
    """Give blanks and references the marks that both neighbours bear; code only where it was, between code."""
    before, waiting = _PLAIN, list[_Piece]()
    for piece in pieces:
        if piece.is_seen_through:
            waiting.append(piece)
            continue
        _settle(waiting, before, piece.marks)
        before, waiting = piece.marks, []
    _settle(waiting, before, _PLAIN)


def _settle(waiting: Sequence[_Piece], before: frozenset[Mark], after: frozenset[Mark]) -> None:
    shared = before & after
    is_code = Mark.CODE in shared and all(
        each.is_blank and Mark.CODE in each.marks for each in waiting
    )
    for each in waiting:
        each.marks = shared if is_code else shared - _CODE


def _spread_links(pieces: Sequence[_Piece]) -> None:
    """The same for links, which neither a reference to a note nor a picture goes on with."""
    before: Link | None = None
    waiting = list[_Piece]()
    for piece in pieces:
        if piece.is_blank or isinstance(piece.other, (LineBreak, Comment)):
            waiting.append(piece)
            continue
        for each in waiting:
            each.link = before if before == piece.link else None
        before, waiting = piece.link, []
    for each in waiting:
        each.link = None


def _trimmed(pieces: Iterable[_Piece], on_one_line: bool) -> list[_Piece]:
    """Without blanks where there are none to see: side by side, at line ends, at both ends."""
    kept: list[_Piece] = []
    last: _Piece | None = None  # the last one that is no comment
    for piece in pieces:
        if piece.is_blank:
            piece.text = _blank_after(piece, last, on_one_line)
            if not piece.text:
                continue
        elif piece.is_break:
            if last is None:
                continue
            _strip_end(kept, " ")
        if not isinstance(piece.other, Comment):
            last = piece
        kept.append(piece)
    _strip_end(kept, None)
    return kept


def _blank_after(blank: _Piece, last: _Piece | None, on_one_line: bool) -> str:
    if Mark.CODE in blank.marks:
        return blank.text
    text = _BLANKS.sub(" ", blank.text)
    if last is None or last.is_break:
        return "" if last is None and on_one_line else text.lstrip(" ")
    if last.is_blank and last.text.endswith(" ") and last.change == blank.change:
        return text.lstrip(" ")
    return text


def _strip_end(pieces: list[_Piece], characters: str | None) -> None:
    """Take blanks from the end, before comments there too; line breaks as well if all blanks go."""
    at = len(pieces) - 1
    while at >= 0:
        piece = pieces[at]
        if piece.is_blank:
            piece.text = piece.text.rstrip(characters)
            if piece.text:
                return
            del pieces[at]
        elif piece.is_break and characters is None:
            del pieces[at]
        elif not isinstance(piece.other, Comment):
            return
        at -= 1


def _joined(pieces: Iterable[_Piece]) -> Iterable[Inline]:
    """Runs of what is equal side by side. Neighbouring changes of one kind and author are one."""
    words: list[str] = []
    current: _Piece | None = None
    change: Change | None = None
    for piece in pieces:
        if not isinstance(piece.other, Comment):
            piece.change = change = _same_change(change, piece.change)
        if piece.other is None and current is not None and _looks_alike(current, piece):
            words.append(piece.text)
            continue
        if current is not None:
            yield Run("".join(words), current.marks, current.link, current.change)
            current = None
        if piece.other is None:
            current, words = piece, [piece.text]
        else:
            yield _other(piece, piece.other)
    if current is not None:
        yield Run("".join(words), current.marks, current.link, current.change)


def _same_change(one: Change | None, other: Change | None) -> Change | None:
    if one is None or other is None or (one.kind, one.author) != (other.kind, other.author):
        return other
    return one


def _looks_alike(one: _Piece, other: _Piece) -> bool:
    return (one.marks, one.link, one.change) == (other.marks, other.link, other.change)


def _other(piece: _Piece, other: Inline) -> Inline:
    match other:
        case NoteReference():
            return NoteReference(other.label, piece.marks, piece.change)
        case LineBreak():
            return LineBreak(piece.change)
    return other
