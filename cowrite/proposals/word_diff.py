"""Two texts as hunks of whole words, as people read a change; in scripts without spaces ICU tells the words.

What a model writes differently without saying anything else stays as the writer has it: white space and ends of lines,
the form of quotation marks, apostrophes, dashes and dots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cowrite.base.diff import Match, unchanged_tokens
from cowrite.base.words import is_unspaced
from cowrite.proposals.joining import Change, Sides, joined
from cowrite.proposals.proposal import Hunk, Version, composed
from cowrite.proposals.signs import Signs, signs_of, with_signs
from cowrite.proposals.tokens import Token

_NO_BREAK = re.compile("[\u00a0\u202f\u2009]+")
_LOOSE = frozenset("—…")
"""Marks around which a writer has spaces or none."""


class _Edit(NamedTuple):
    """From ``start`` to ``end`` of the old text, ``after`` is to stand."""

    start: int
    end: int
    after: str


def version_between(passage: str, text: str, *, around: str = "") -> Version:
    """``text`` as a version of ``passage``: a hunk for each change that makes sense by itself.

    The version's own text may differ from ``text`` in white space and in the form of signs, which stay the writer's;
    ``around`` is more of the writer's text, to know their signs from. No hunk touches another.
    """
    signs = signs_of(around + passage)
    sides = Sides.of(passage, text)
    old, new = [token.key for token in sides.old], [token.key for token in sides.new]
    matches = [*unchanged_tokens(old, new), Match(len(old), len(new), 0)]
    changes, i, j = list[Change](), 0, 0
    for k, m, size in matches:
        if i < k or j < m:
            changes.append(Change(i, k, j, m))
        i, j = k + size, m + size
    edits = sorted([*_space_edits(matches, sides, text), *_edits(changes, sides, text)])
    hunks = [_hunk(edit, passage, signs) for edit in _whole(edits, changes, sides)]
    kept = tuple(hunk for hunk in hunks if hunk.before != hunk.after)
    return Version(text=composed(passage, kept), hunks=kept)


def _whole(edits: list[_Edit], changes: list[Change], sides: Sides) -> Iterator[_Edit]:
    """``edits`` with those of changes that belong together made one."""
    spans = [_span(change, sides) for change in joined(changes, sides)]
    for start, end in spans:
        within = [edit for edit in edits if start <= edit.start and edit.end <= end]
        edits = [edit for edit in edits if edit not in within]
        if within:
            parts, at = list[str](), within[0].start
            for edit in within:
                parts += (sides.old_text[at : edit.start], edit.after)
                at = edit.end
            edits.append(_Edit(within[0].start, at, "".join(parts)))
    yield from sorted(edits)


def _span(change: Change, sides: Sides) -> tuple[int, int]:
    """Between which two tokens that stay a change is."""
    start = sides.old[change.i - 1].end if change.i else 0
    end = sides.old[change.k].start if change.k < len(sides.old) else len(sides.old_text)
    return start, end


def _hunk(edit: _Edit, passage: str, signs: Signs) -> Hunk:
    before = passage[edit.start : edit.end]
    after = with_signs(edit.after, signs, passage[: edit.start])
    return Hunk(start=edit.start, end=edit.end, before=before, after=after)


def _space_edits(matches: list[Match], sides: Sides, text: str) -> Iterator[_Edit]:
    """Where two words that stay were parted or brought together."""
    for match in matches:
        for step in range(match.size - 1):
            one, other = sides.old[match.old_start + step : match.old_start + step + 2]
            start, end = one.end, other.start
            space = text[
                sides.new[match.new_start + step].end : sides.new[match.new_start + step + 1].start
            ]
            if bool(space) != (start < end) and not _is_loose(one, other, sides.old_text):
                yield _Edit(start, end, space)


def _is_loose(one: Token, other: Token, text: str) -> bool:
    """Whether it is the writer's own way to have space or none between the two."""
    if one.key in _LOOSE or other.key in _LOOSE:
        return True
    if _NO_BREAK.fullmatch(text, one.end, other.start):
        return True
    return is_unspaced(text[one.end - 1]) or is_unspaced(text[other.start])


def _edits(changes: list[Change], sides: Sides, text: str) -> Iterator[_Edit]:
    for change in changes:
        old = sides.old_text
        start, end = _span(change, sides)
        new_start = sides.new[change.j - 1].end if change.j else 0
        new_end = sides.new[change.m].start if change.m < len(sides.new) else len(text)
        went = sides.old[change.i : change.k]
        came = sides.new[change.j : change.m]
        if not came:
            yield _deleted(old, start, went[0].start, went[-1].end, end, text[new_start:new_end])
            continue
        left = text[new_start : came[0].start] if change.j else ""
        right = text[came[-1].end : new_end] if change.m < len(sides.new) else ""
        content = text[came[0].start : came[-1].end]
        if not went:
            yield _inserted(old, start, end, (left, content, right))
            continue
        first, last = went[0].start, went[-1].end
        # At the ends of the passage its own white space stays whatever the answer has there.
        if start and bool(left) != (start < first):
            first, content = start, left + content
        if end < len(old) and bool(right) != (last < end):
            last, content = end, content + right
        yield _Edit(first, last, content)


def _deleted(old: str, start: int, first: int, last: int, end: int, space: str) -> _Edit:
    """Words from ``first`` to ``last`` go, between tokens that end at ``start`` and begin at ``end``."""
    left, right = old[start:first], old[last:end]
    at_start, at_end = not start, end == len(old)
    if at_start or at_end:
        return _Edit(first if at_start else start, last if at_end else end, "")
    if not space:
        return _Edit(start, end, "")
    if left and (not right or left.count("\n") >= right.count("\n")):
        return _Edit(first, end, "") if right else _Edit(first, last, "")
    if left:
        return _Edit(start, last, "")
    return _Edit(first, last, "" if right else space)


def _inserted(old: str, start: int, end: int, new: tuple[str, str, str]) -> _Edit:
    """Words come between tokens that end at ``start`` and begin at ``end``; ``new``: they, and what is around them."""
    left, content, right = new
    space = old[start:end]
    if not start:
        return _Edit(end, end, content + right)
    if end == len(old):
        return _Edit(start, start, left + content)
    if not space:
        return _Edit(start, start, left + content + right)
    if not left:
        return _Edit(start, start, content) if right else _Edit(start, end, content)
    if not right:
        return _Edit(end, end, content)
    if "\n" in space and right.count("\n") >= left.count("\n"):
        return _Edit(start, start, left + content)
    return _Edit(end, end, content + right)
