"""What the keys for emphasis, links, headings and lists make of a line of Markdown.

A line is edited as one :class:`LineEdit`, in characters from its beginning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BOLD, ITALIC = "**", "*"
_WORD = re.compile(r"\w+(?:['’\-]\w+)*")
_HEADING = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]+")
_QUOTE = r"[ \t]*(?:>[ \t]?)*"
_ITEM = re.compile(rf"({_QUOTE}[ \t]*)([-+*]|(\d{{1,9}})([.)]))([ \t]+)(\[[ xX]\][ \t]+)?")
_QUOTED = re.compile(r"[ \t]*>[ \t]?(?:[ \t]*>[ \t]?)*")
_BREAK = re.compile(r"[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*")
_LARGEST_NUMBER = 999_999_999


@dataclass(frozen=True, slots=True)
class LineEdit:
    """``text`` takes the place of what is from ``start`` to ``end``; ``selected`` is then selected in the new line."""

    start: int
    end: int
    text: str
    selected: tuple[int, int]

    def applied(self, line: str) -> str:
        """The line with the edit made."""
        return line[: self.start] + self.text + line[self.end :]


def toggled(line: str, start: int, end: int, marks: str) -> LineEdit:
    """Put what is selected between ``marks`` (BOLD or ITALIC), or take them away; without a selection, the word there.

    Where there is neither, the marks are written, and the caret stands between them.
    """
    start, end = _without_blanks(line, start, end) if start < end else _word_at(line, start)
    if start < (begin := _begin(line)) < end:
        start = begin
    outer = _run_before(line, start), _run_after(line, end)
    inner = _run_after(line[:end], start), _run_before(line[:end], end)
    size = len(marks)
    if start < end and _has(min(outer), size):
        text = line[start:end]
        return LineEdit(start - size, end + size, text, (start - size, end - size))
    if 2 * size < end - start and _has(min(inner), size):
        text = line[start + size : end - size]
        return LineEdit(start, end, text, (start, end - 2 * size))
    if start == end and outer == (size, size):
        return LineEdit(start - size, end + size, "", (start - size, start - size))
    return LineEdit(start, end, marks + line[start:end] + marks, (start + size, end + size))


def linked(line: str, start: int, end: int) -> LineEdit:
    """Make what is selected, or the word there, the text of a link; the caret stands where the address is written."""
    start, end = _without_blanks(line, start, end) if start < end else _word_at(line, start)
    text = line[start:end]
    if re.fullmatch(r"(?:https?://|mailto:|www\.)\S+", text):
        return LineEdit(start, end, f"[]({text})", (start + 1, start + 1))
    address = end + 3 if text else start + 1
    return LineEdit(start, end, f"[{text}]()", (address, address))


def with_heading(line: str, level: int, caret: int) -> LineEdit:
    """Make the line a heading of ``level`` 1 to 6, or prose with 0; the same level again makes it prose."""
    found = _HEADING.match(line)
    before = found.end() if found else 0
    if found and len(found[1]) == level:
        level = 0
    marks = "#" * level + " " if level else ""
    place = max(len(marks), caret - before + len(marks))
    return LineEdit(0, before, marks, (place, place))


def shifted_heading(line: str, by: int) -> LineEdit | None:
    """A heading that is ``by`` levels lower; None if the line is none, or there is no such level."""
    found = _HEADING.match(line)
    if found is None or not 1 <= len(found[1]) + by <= 6:
        return None
    marks = "#" * (len(found[1]) + by)
    return LineEdit(found.start(1), found.end(1), marks, (0, 0))


def entered(line: str, at: int) -> LineEdit | None:
    """What Enter at ``at`` makes in a list or a quotation: the next item; from an empty item the mark goes.

    None where Enter only makes a new line.
    """
    if _BREAK.fullmatch(line):
        return None
    item = _ITEM.match(line)
    found = item or _QUOTED.match(line)
    if found is None or not found.group() or at < found.end():
        return None
    if not line[found.end() :].strip():
        return LineEdit(0, at, "", (0, 0))
    text = "\n" + (_next_item(item) if item else found.group())
    return LineEdit(at, at, text, (at + len(text), at + len(text)))


def indented(line: str, at: int) -> LineEdit | None:
    """What Tab makes at the beginning of an item of a list: one level deeper. None anywhere else."""
    item = _item(line)
    if item is None or at > item.end():
        return None
    width, start = len(item[2]) + 1, min(at, _after_quote(line))
    place = at + width
    return LineEdit(start, at, " " * width + line[start:at], (place, place))


def shifted(line: str, *, deeper: bool) -> LineEdit | None:
    """An item of a list a level deeper or higher; None if the line is none, or is as high as it can be.

    A level is as wide as the mark of the item and the space after it, or a tab.
    """
    item = _item(line)
    if item is None:
        return None
    start, width = _after_quote(line), len(item[2]) + 1
    if deeper:
        return LineEdit(start, start, " " * width, (0, 0))
    blank = line[start : item.start(2)]
    gone = 1 if blank.startswith("\t") else min(width, len(blank) - len(blank.lstrip(" ")))
    return LineEdit(start, start + gone, "", (0, 0)) if gone else None


def _item(line: str) -> re.Match[str] | None:
    return None if _BREAK.fullmatch(line) else _ITEM.match(line)


def _after_quote(line: str) -> int:
    """Where what is quoted begins; 0 in a line that is no quotation."""
    quoted = _QUOTED.match(line)
    return quoted.end() if quoted else 0


def _next_item(item: re.Match[str]) -> str:
    mark = item[2]
    if item[3]:
        mark = f"{min(int(item[3]) + 1, _LARGEST_NUMBER)}{item[4]}"
    return item[1] + mark + item[5] + ("[ ] " if item[6] else "")


def _begin(line: str) -> int:
    """Where the text of a line begins, after the marks of a heading, a list or a quotation."""
    found = _HEADING.match(line) or _ITEM.match(line) or _QUOTED.match(line)
    return found.end() if found else 0


def _has(run: int, size: int) -> bool:
    """Whether a run of asterisks means that: one is italic, two are bold, three are both."""
    return run in ((1, 3) if size == 1 else (2, 3))


def _run_before(line: str, at: int) -> int:
    return len(line[:at]) - len(line[:at].rstrip("*"))


def _run_after(line: str, at: int) -> int:
    return len(line[at:]) - len(line[at:].lstrip("*"))


def _without_blanks(line: str, start: int, end: int) -> tuple[int, int]:
    text = line[start:end]
    if not text.strip():
        return start, start
    return start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())


def _word_at(line: str, at: int) -> tuple[int, int]:
    for match in _WORD.finditer(line):
        if match.start() <= at <= match.end():
            return match.span()
    return at, at
