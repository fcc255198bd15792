"""What a line of Markdown stands in, as far as it depends on lines far above: fences, comments, front matter, lists.

One pass over the lines, each step a function of the state before a line and of the line: so an edit is followed until
the states are again as they were. What is inside one group of lines, markdown-it-py says (:mod:`.analysis`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

LONGEST_FRONT_MATTER = 200
"""Lines within which front matter has to end."""

_MAY_OPEN = frozenset(" \t`~<%-+*0123456789")
_FENCE = re.compile(r"([ \t]*)(`{3,}(?=[^`]*$)|~{3,})")
_ITEM = re.compile(r"([ \t]*)(?:[-+*]|\d{1,9}[.)])([ \t]+|$)")
_RAW = re.compile(r" {0,3}<(script|pre|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
_COMMENT = re.compile(r" {0,3}<!--")
_OWN_COMMENT = re.compile(r" {0,3}%%")
_KEY = re.compile(r"[\"']?[\w.-]+(?: [\w.-]+)?[\"']?:(?:\s|$)|#|[{}]")
_BREAK = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_TAB = 4


class Within(Enum):
    """What a line stands in."""

    PROSE = auto()
    FENCE = auto()
    RAW_HTML = auto()
    HTML_COMMENT = auto()
    OWN_COMMENT = auto()
    FRONT_MATTER = auto()


@dataclass(frozen=True, slots=True)
class LineState:
    """What the beginning of a line stands in.

    ``closer`` is what ends it. ``indent`` is how far the text of the list around it stands in; 0 without a list.
    """

    within: Within = Within.PROSE
    closer: str = ""
    indent: int = 0

    @property
    def stands_alone(self) -> bool:
        """Whether it says all about the line, with no need to look at others."""
        return self.within is not Within.PROSE and not self.indent


PROSE = LineState()
_FRONT_MATTER = LineState(Within.FRONT_MATTER)
_FRONT_MATTER_BEGIN = LineState(Within.FRONT_MATTER, "---")
_HTML_COMMENT = LineState(Within.HTML_COMMENT, "-->")
_OWN = LineState(Within.OWN_COMMENT, "%%")


def indent_of(line: str) -> int:
    """How far the text of a line stands in, in columns."""
    columns = 0
    for character in line:
        if character == " ":
            columns += 1
        elif character == "\t":
            columns += _TAB - columns % _TAB
        else:
            break
    return columns


def state_after(state: LineState, line: str) -> LineState:
    """What the line after ``line`` stands in, if ``line`` stands in ``state``."""
    if state is PROSE and line[:1] not in _MAY_OPEN:
        return PROSE
    match state.within:
        case Within.PROSE:
            return _after_prose(state, line)
        case Within.FENCE:
            return _after_fence(state, line)
        case Within.RAW_HTML | Within.HTML_COMMENT | Within.OWN_COMMENT:
            return PROSE if state.closer in line.lower() else state
        case Within.FRONT_MATTER:
            ends = state is not _FRONT_MATTER_BEGIN and is_front_matter_end(line)
            return PROSE if ends else _FRONT_MATTER


def _after_prose(state: LineState, line: str) -> LineState:
    if not line or line.isspace():
        return state
    indent = state.indent if indent_of(line) >= state.indent else 0
    rest = line
    if _BREAK.match(line):
        return PROSE
    if (item := _ITEM.match(line)) is not None and (indent or indent_of(line) < _TAB):
        indent = indent or _text_indent(line, item)
        rest = " " * item.end() + line[item.end() :]
    fence = _FENCE.match(rest)
    if fence is not None and (indent or indent_of(rest) < _TAB):
        return LineState(Within.FENCE, fence[2], indent)
    if not indent:
        if (raw := _RAW.match(line)) is not None:
            closer = f"</{raw[1].lower()}>"
            return PROSE if closer in line.lower() else LineState(Within.RAW_HTML, closer)
        if (comment := _COMMENT.match(line)) is not None:
            return PROSE if "-->" in line[comment.end() :] else _HTML_COMMENT
        if (comment := _OWN_COMMENT.match(line)) is not None:
            return PROSE if "%%" in line[comment.end() :] else _OWN
        return PROSE
    return LineState(indent=indent)


def _text_indent(line: str, item: re.Match[str]) -> int:
    """Where the text of a list item begins; one column after the mark if it is empty, or is a block of code."""
    mark_end = indent_of(line) + len(item[0].strip())
    spaces = indent_of(item[2])
    return mark_end + (spaces if 0 < spaces <= _TAB else 1)


def _after_fence(state: LineState, line: str) -> LineState:
    outside = LineState(indent=state.indent) if state.indent else PROSE
    bare = line.strip()
    if state.indent and bare and indent_of(line) < state.indent:
        return _after_prose(PROSE, line)
    closes = len(bare) >= len(state.closer) and not bare.strip(state.closer[0])
    return outside if closes and indent_of(line) < state.indent + _TAB else state


def is_front_matter_end(line: str) -> bool:
    """Whether the line ends front matter."""
    return line.rstrip() in ("---", "...")


def begins_with_front_matter(text_of: Callable[[int], str], count: int) -> bool:
    """Whether a text of ``count`` lines has front matter: a line ``---``, something like a key, and an end."""
    if count < 2 or text_of(0).rstrip() != "---":
        return False
    if not _KEY.match(text_of(1)):
        return False
    return any(is_front_matter_end(text_of(n)) for n in range(1, min(count, LONGEST_FRONT_MATTER)))


def first_state(text_of: Callable[[int], str], count: int) -> LineState:
    """What the first line of a text stands in."""
    return _FRONT_MATTER_BEGIN if begins_with_front_matter(text_of, count) else PROSE
