"""One paragraph, heading or cell as Markdown, read again to see whether it says the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto

from cowrite.interchange.manuscript import (
    Block,
    Change,
    ChangeKind,
    Comment,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    Link,
    Mark,
    NoteReference,
    Paragraph,
    Picture,
    Run,
    Table,
)
from cowrite.interchange.markup.blocks import MarkdownReading
from cowrite.interchange.tidying.blocks import tidy_blocks
from cowrite.interchange.tidying.inlines import tidy_inlines
from cowrite.interchange.writers.markdown import escaping
from cowrite.interchange.writers.markdown.emphasis import (
    MANNERS,
    TAGGED,
    Key,
    Manner,
    clusters,
    is_break,
    steps,
    with_signs_moved,
)

_NOTHING_SPECIAL = re.compile(r"(?![-#>+=|:\d\s])[^\\`*_\[\]<&~%^{}|!]+!?")
_HARD_BREAK, _BREAK_IN_CELL = "\\\n", "<br>"
_SIGNS = {ChangeKind.INSERTED: "++", ChangeKind.DELETED: "--"}


class Where(Enum):
    """In what kind of block a line stands."""

    PARAGRAPH = auto()
    HEADING = auto()
    CELL = auto()


class InlineWriter:
    """Writes what stands in a block. ``moved`` counts where a sign had to be moved out of emphasis."""

    def __init__(self, labels: frozenset[str], *, keep_changes: bool) -> None:
        self.moved = 0
        self._labels = labels
        self._keep_changes = keep_changes

    def write(self, content: Inlines, where: Where) -> str:
        """The line, or lines; such that they are read as ``content``, or as close to it as can be."""
        if not content:
            return ""
        only = content[0] if len(content) == 1 else None
        if isinstance(only, Run) and _is_plain(only, where):
            return only.text
        content = tuple(_without_author(each) for each in content)
        found = self._in_manners(content, where, MANNERS)
        if found is None and (moved := with_signs_moved(content)) != content:
            found = self._in_manners(moved, where, MANNERS)
            self.moved += found is not None
        if found is None:
            found = self._in_manners(content, where, (*MANNERS, *TAGGED))
        for manner in (MANNERS[0], *TAGGED):
            if found is None:
                found = self._checked(content, where, [manner] * len(content), everything=True)
        return found or self._rendered(content, where, [TAGGED[-1]] * len(content), True)

    def _in_manners(self, content: Inlines, where: Where, manners: Sequence[Manner]) -> str | None:
        """With the first manner that is read rightly, for each passage of emphasis by itself if need be."""
        chosen = [manners[0]] * len(content)
        if (found := self._checked(content, where, chosen)) is not None:
            return found
        parts = clusters(content)
        if not parts:
            return None
        for begin, end in parts:
            around = _part(content, begin, end)
            for manner in manners:
                part = self._checked(around, Where.CELL, [manner] * len(around))
                if part is not None:
                    chosen[begin:end] = [manner] * (end - begin)
                    break
            else:
                return None
        return self._checked(content, where, chosen)

    def _checked(
        self,
        content: Inlines,
        where: Where,
        manners: Sequence[Manner],
        *,
        everything: bool = False,
    ) -> str | None:
        """The line, if it is read as ``content``."""
        written = self._rendered(content, where, manners, everything)
        block: Block = Paragraph(content)
        source = written
        if where is Where.HEADING:
            block, source = Heading(1, content), "# " + written
        elif where is Where.CELL:
            block, source = Table(((content,),)), f"| {written} |\n| --- |"
        reading = MarkdownReading(keep_changes=self._keep_changes, labels=self._labels)
        found = reading.read(source)
        is_same = not found.notes and tidy_blocks(found.blocks) == tidy_blocks((block,))
        return written if is_same else None

    def _rendered(
        self, content: Inlines, where: Where, manners: Sequence[Manner], everything: bool
    ) -> str:
        line = _Line(where, critic=self._keep_changes, everything=everything)
        for at, step in enumerate(steps(content, manners)):
            change = step.change if self._keep_changes else None
            if any(isinstance(key, Link) for key in step.closed):
                line.change_to(None)  # a change is within a link or around it
            for key in step.closed:
                line.close(key, manners[at - 1])
            line.change_to(None if any(isinstance(key, Link) for key in step.opened) else change)
            for key in step.opened:
                line.open(key, manners[at])
            line.change_to(change)
            if step.piece is not None:
                line.put(step.piece, content, at)
        text = "".join(line.parts)
        return text.replace("|", "\\|") if where is Where.CELL else text


class _Line:
    """What has been written of a block."""

    def __init__(self, where: Where, *, critic: bool, everything: bool) -> None:
        self.parts: list[str] = []
        self._where = where
        self._critic = critic
        self._everything = everything
        self._change: Change | None = None
        self._in_link = 0

    @property
    def _begins(self) -> bool:
        """Whether a line of the file begins here."""
        return self._where is Where.PARAGRAPH and (not self.parts or self.parts[-1] == _HARD_BREAK)

    def open(self, key: Key, manner: Manner) -> None:
        """Begin to bear a mark, or a link."""
        if isinstance(key, Link):
            self._in_link += 1
            self.parts.append("[")
        else:
            self.parts.append(manner.signs(key)[0])

    def close(self, key: Key, manner: Manner) -> None:
        """The end of that."""
        if isinstance(key, Link):
            self._in_link -= 1
            target = escaping.address(key.address) + escaping.title(key.title)
            self.parts.append(f"]({target})")
        else:
            self.parts.append(manner.signs(key)[1])

    def change_to(self, change: Change | None) -> None:
        """What comes is part of a change, or of none."""
        if change == self._change:
            return
        if self._change is not None:
            self.parts.append(_SIGNS[self._change.kind] + "}")
        if change is not None:
            self.parts.append("{" + _SIGNS[change.kind])
        self._change = change

    def put(self, piece: Inline, content: Inlines, at: int) -> None:
        """One piece, which stands in ``content`` there."""
        after = content[at + 1] if at + 1 < len(content) else None
        match piece:
            case Run():
                self.parts.append(self._run(piece, after))
            case LineBreak():
                in_cell = self._where is Where.CELL
                self.parts.append(_BREAK_IN_CELL if in_cell else _HARD_BREAK)
            case NoteReference():
                self.parts.append(f"[^{piece.label}]")
            case Picture():
                place = escaping.Place(in_link=True, critic=self._critic)
                words = escaping.escaped(piece.description, place, everything=True)
                self.parts.append(f"![{words}]({escaping.address(piece.source)})")
            case Comment():
                self._comment(piece, after, content[at + 1 :])

    def _run(self, run: Run, after: Inline | None) -> str:
        if Mark.CODE in run.marks:
            return escaping.code_span(run.text)
        place = escaping.Place(
            follows=bool(self.parts) and not self._begins,
            goes_on=after is not None and not is_break(after),
            in_link=self._in_link > 0,
            critic=self._critic,
        )
        text = escaping.escaped(run.text, place, everything=self._everything)
        if text[0] == "(" and self.parts and self.parts[-1].endswith("]"):
            text = "\\" + text  # or the note's label would be a link
        return escaping.at_line_start(text) if self._begins else text

    def _comment(self, comment: Comment, after: Inline | None, rest: Inlines) -> None:
        """A comment with the blanks around it that are no part of the text, for the eye."""
        sign, end = ("%%", "%%") if self._begins else ("<!--", "-->")
        written = f"{sign} {comment.text} {end}"
        stands_free = not self.parts or self.parts[-1][-1:] in (" ", "\n")
        is_last = all(isinstance(each, Comment) for each in rest)
        if self._change is not None:
            self.parts.append(written)
        elif is_last:
            self.parts.append(written if stands_free else " " + written)
        else:
            self.parts.append(written)
            if stands_free and not is_break(after):
                self.parts.append(" ")


def _is_plain(run: Run, where: Where) -> bool:
    """Whether it is read as it stands: most paragraphs of a novel."""
    if run.marks or run.link or run.change:
        return False
    if where is Where.HEADING and run.text.endswith("#"):
        return False
    return _NOTHING_SPECIAL.fullmatch(run.text) is not None


def _without_author(piece: Inline) -> Inline:
    if isinstance(piece, Comment) and piece.author:
        return Comment(f"{piece.author}: {piece.text}")
    return piece


def _part(content: Inlines, begin: int, end: int) -> Inlines:
    """A passage of emphasis with what stands right before and behind it."""
    part = list(content[max(0, begin - 1) : end + 1])
    if begin and isinstance(first := part[0], Run) and Mark.CODE not in first.marks:
        part[0] = replace(first, text="x" + first.text[-1])
    if end < len(content) and isinstance(last := part[-1], Run) and Mark.CODE not in last.marks:
        part[-1] = replace(last, text=last.text[0] + "x")
    return tidy_inlines(tuple(part), on_one_line=True)
