r"""CriticMarkup: changes written into the text as ``{--old--}``, ``{++new++}`` and ``{~~old~>new~~}``.

The form is that of CriticMarkup's specification (Gabe Weatherhead and Erik Hess, 2013), which many editors of Markdown
read. It has no way to write its own marks as text; here a backslash before the brace (or before ``>`` in ``~>``) does
that, as in Markdown, and backslashes that stand there already are doubled. So every text comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cowrite.proposals.proposal import Hunk, composed

_OPENS = re.compile(r"(\\*)\{(?=\+\+|--|~~|==|>>)")
_CLOSES = re.compile(r"(\+\+|--|~~|==|<<)(\\*)\}")
_BECOMES = re.compile(r"~(\\*)>")
_LAST_BACKSLASHES = re.compile(r"\\+\Z")
_ENDS = {"++": "++", "--": "--", "~~": "~~", "==": "==", ">>": "<<"}


def critic_markup(passage: str, hunks: Iterable[Hunk]) -> str:
    """``passage`` with ``hunks`` marked in it; they are in order and do not overlap.

    The note of a hunk follows it as a comment. Raises ValueError if a hunk is not of this passage.
    """
    standing = tuple(hunks)
    composed(passage, standing)
    parts, at = list[str](), 0
    for hunk in standing:
        parts += (_before_a_mark(passage[at : hunk.start]), _marked(hunk))
        if hunk.note:
            parts.append("{>>" + _as_text(hunk.note) + "<<}")
        at = hunk.end
    parts.append(_as_text(passage[at:]))
    return "".join(parts)


def read_critic_markup(marked: str) -> tuple[str, tuple[Hunk, ...]]:
    """The text before the changes that are marked in ``marked``, and those changes.

    Changes that touch are one. A comment behind a change is its note; others, and highlights' marks, are left out.
    What is opened and never closed is text.
    """
    reading = _Reading(marked)
    return "".join(reading.passage), tuple(reading.hunks)


class _Reading:
    """Goes through a marked text once."""

    def __init__(self, marked: str) -> None:
        self.passage: list[str] = []
        self.hunks: list[Hunk] = []
        self._length = 0
        at = 0
        while opened := _next_mark(marked, at):
            self._text(marked[at : opened.start()] + opened[1][: len(opened[1]) // 2])
            sign = marked[opened.end() : opened.end() + 2]
            closed = _next_close(marked, opened.end() + 2, _ENDS[sign])
            if closed is None:
                self._text("{" + sign)
                at = opened.end() + 2
            else:
                self._mark(sign, marked[opened.end() + 2 : closed])
                at = closed + 3
        self._text(marked[at:])

    def _text(self, written: str) -> None:
        text = _from_text(written)
        self.passage.append(text)
        self._length += len(text)

    def _mark(self, sign: str, content: str) -> None:
        if sign == ">>":
            last = self.hunks[-1] if self.hunks else None
            if last is not None and last.end == self._length:
                self.hunks[-1] = _joined(
                    last,
                    Hunk(
                        start=self._length,
                        end=self._length,
                        before="",
                        after="",
                        note=_from_text(content),
                    ),
                )
        elif sign == "==":
            self._text(content)
        elif sign == "++":
            self._hunk("", _from_text(content))
        elif sign == "--":
            self._hunk(_from_text(content), "")
        else:
            self._hunk(*_both(content))

    def _hunk(self, before: str, after: str) -> None:
        start = self._length
        self.passage.append(before)
        self._length += len(before)
        hunk = Hunk(start=start, end=self._length, before=before, after=after)
        if self.hunks and self.hunks[-1].end == start:
            self.hunks[-1] = _joined(self.hunks[-1], hunk)
        else:
            self.hunks.append(hunk)


def _joined(one: Hunk, other: Hunk) -> Hunk:
    return Hunk(
        start=one.start,
        end=other.end,
        before=one.before + other.before,
        after=one.after + other.after,
        note=one.note + other.note,
    )


def _next_mark(marked: str, at: int) -> re.Match[str] | None:
    """The next place where something is opened that no backslash makes text."""
    return next((m for m in _OPENS.finditer(marked, at) if len(m[1]) % 2 == 0), None)


def _next_close(marked: str, at: int, sign: str) -> int | None:
    found = marked.find(sign + "}", at)
    return None if found < 0 else found


def _both(content: str) -> tuple[str, str]:
    """What stands before and after ``~>``; all of it before if there is none."""
    for match in _BECOMES.finditer(content):
        if not match[1]:
            return _from_text(content[: match.start()]), _from_text(content[match.end() :])
    return _from_text(content), ""


def _marked(hunk: Hunk) -> str:
    before, after = _as_text(hunk.before), _as_text(hunk.after)
    if not before:
        return "{++" + after + "++}"
    if not after:
        return "{--" + before + "--}"
    return "{~~" + before + "~>" + after + "~~}"


def _as_text(text: str) -> str:
    text = _OPENS.sub(r"\1\1\\{", text)
    text = _CLOSES.sub(r"\1\2\2\\}", text)
    return _BECOMES.sub(r"~\1\1\\>", text)


def _before_a_mark(text: str) -> str:
    """The same for what a mark follows: backslashes at its end are doubled, or they would make text of the mark."""
    return _LAST_BACKSLASHES.sub(lambda match: 2 * match[0], _as_text(text))


def _from_text(written: str) -> str:
    text = re.sub(r"~(\\*)>", lambda m: "~" + _fewer(m[1]) + ">", written)
    text = re.sub(r"(\+\+|--|~~|==|<<)(\\*)\}", lambda m: m[1] + _fewer(m[2]) + "}", text)
    return _OPENS.sub(lambda m: _fewer(m[1]) + "{", text)


def _fewer(backslashes: str) -> str:
    """Half of them without the one that was put there."""
    return backslashes[: len(backslashes) // 2]
