"""Where marks of emphasis begin and end in a paragraph, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

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
from cowrite.interchange.tidying.inlines import tidy_inlines
from cowrite.markdown.parser import is_east_asian, is_sign

Key: TypeAlias = Mark | Link
_ORDER = (Mark.STRONG, Mark.EMPHASIS, Mark.STRIKE)
_TAGS = {Mark.STRONG: "strong", Mark.EMPHASIS: "em", Mark.STRIKE: "s"}


@dataclass(frozen=True, slots=True)
class Manner:
    """How marks are written. ``tagged``: as HTML; ``outlasting``: what ends later is always the outer one."""

    strong: str = "**"
    emphasis: str = "*"
    tagged: frozenset[Mark] = frozenset()
    outlasting: bool = False

    def signs(self, mark: Mark) -> tuple[str, str]:
        """What opens a mark and what closes it."""
        if mark in self.tagged:
            return f"<{_TAGS[mark]}>", f"</{_TAGS[mark]}>"
        sign = {Mark.STRONG: self.strong, Mark.EMPHASIS: self.emphasis, Mark.STRIKE: "~~"}[mark]
        return sign, sign


MANNERS = (
    Manner(),
    Manner(outlasting=True),
    Manner(emphasis="_"),
    Manner(emphasis="_", outlasting=True),
    Manner(strong="__"),
)
"""In the order in which they are tried."""
TAGGED = (
    Manner(tagged=frozenset({Mark.STRIKE})),
    Manner(tagged=frozenset({Mark.EMPHASIS})),
    Manner(tagged=frozenset({Mark.STRONG})),
    Manner(tagged=frozenset(_ORDER)),
)


@dataclass(slots=True)
class Step:
    """A piece, with what is closed and opened before it. ``closed`` also counts for the end, where it is None."""

    piece: Inline | None
    closed: list[Key]
    opened: list[Key]
    change: Change | None


def steps(content: Inlines, manners: Sequence[Manner]) -> Iterator[Step]:
    """The pieces in order, each with its manner's order of marks; the last step is the end."""
    keys, changes = _keys(content), _changes(content)
    ends = _ends(keys)
    standing: list[Key] = []
    for at, piece in enumerate(content):
        wanted, manner = keys[at], manners[at]
        stays = 0
        while stays < len(standing) and standing[stays] in wanted:
            stays += 1
        if manner.outlasting:
            new = max((ends[at][key] for key in wanted - set(standing)), default=0)
            while stays and ends[at][standing[stays - 1]] < new:
                stays -= 1
        closed = standing[stays:][::-1]
        opened = sorted(
            wanted - set(standing[:stays]),
            key=lambda key: (-ends[at][key], *_rank(key, manner)),
        )
        standing = [*standing[:stays], *opened]
        yield Step(piece, closed, opened, changes[at])
    yield Step(None, standing[::-1], [], None)


def _rank(key: Key, manner: Manner) -> tuple[int, int]:
    if isinstance(key, Link):
        return 1, 0
    return (0 if key in manner.tagged else 2), _ORDER.index(key)


def _keys(content: Inlines) -> list[frozenset[Key]]:
    """What each piece bears; line breaks and comments what goes on behind them."""
    found: list[frozenset[Key] | None] = [_own_keys(each) for each in content]
    for at, keys in enumerate(found):
        if keys is None:
            before = found[at - 1] if at else None
            after = next((each for each in found[at:] if each is not None), None)
            found[at] = (before or frozenset()) & (after or frozenset())
    return [each or frozenset() for each in found]


def _own_keys(piece: Inline) -> frozenset[Key] | None:
    match piece:
        case Run():
            own: set[Key] = set(piece.marks - {Mark.CODE})
            return frozenset(own | ({piece.link} if piece.link else set()))
        case NoteReference():
            return frozenset(piece.marks - {Mark.CODE})
        case Picture():
            return frozenset({piece.link} if piece.link else ())
    return None


def _changes(content: Inlines) -> list[Change | None]:
    found: list[Change | None] = []
    for at, piece in enumerate(content):
        if isinstance(piece, (Picture, Comment)):
            before = found[-1] if found else None
            after = next(
                (each.change for each in content[at:] if not isinstance(each, (Picture, Comment))),
                None,
            )
            found.append(before if before == after else None)
        else:
            found.append(piece.change)
    return found


def _ends(keys: Sequence[frozenset[Key]]) -> list[dict[Key, int]]:
    """Up to which piece each of the marks goes on that a piece bears."""
    found: list[dict[Key, int]] = [{} for _ in keys]
    for at in range(len(keys) - 1, -1, -1):
        after = found[at + 1] if at + 1 < len(keys) else {}
        found[at] = {key: after.get(key, at + 1) for key in keys[at]}
    return found


def clusters(content: Inlines) -> list[tuple[int, int]]:
    """From which piece up to which there is emphasis without a gap."""
    found: list[tuple[int, int]] = []
    keys = _keys(content)
    for at, each in enumerate(keys):
        if not any(isinstance(key, Mark) for key in each):
            continue
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found


def with_signs_moved(content: Inlines) -> Inlines:
    """The same with signs outside of emphasis that could not end after them, or begin before them.

    That is where a letter follows, or comes before. Emphasis of signs alone stays.
    """
    pieces = list(content)
    for mark in _ORDER:
        at = 0
        while at < len(pieces):
            piece, before = pieces[at], pieces[at - 1] if at else None
            after = pieces[at + 1] if at + 1 < len(pieces) else None
            if isinstance(piece, Run) and mark in piece.marks and Mark.CODE not in piece.marks:
                new = _moved(piece, mark, before, after)
                pieces[at : at + 1] = new
                at += len(new) - 1
            at += 1
    return tidy_inlines(tuple(pieces))


def _moved(run: Run, mark: Mark, before: Inline | None, after: Inline | None) -> list[Inline]:
    first, last = 0, len(run.text)
    if _ends_at(after, mark) and _is_letter(_first_of(after)):
        while last > first and _stands_in_the_way(run.text[last - 1]):
            last -= 1
    if _ends_at(before, mark) and _is_letter(_last_of(before)):
        while first < last and _stands_in_the_way(run.text[first]):
            first += 1
    if first >= last or (first == 0 and last == len(run.text)):
        return [run]
    bare = replace(run, marks=run.marks - {mark})
    parts = ((run.text[:first], bare), (run.text[first:last], run), (run.text[last:], bare))
    return [replace(like, text=text) for text, like in parts if text]


def _ends_at(beside: Inline | None, mark: Mark) -> bool:
    return isinstance(beside, Run) and mark not in beside.marks


def _first_of(piece: Inline | None) -> str:
    return piece.text[0] if isinstance(piece, Run) else ""


def _last_of(piece: Inline | None) -> str:
    return piece.text[-1] if isinstance(piece, Run) else ""


def _stands_in_the_way(character: str) -> bool:
    return (is_sign(character) and not is_east_asian(character)) or character.isspace()


def _is_letter(character: str) -> bool:
    return bool(character) and not character.isspace() and not is_sign(character)


def is_break(piece: Inline | None) -> bool:
    """Whether a new line begins behind it."""
    return isinstance(piece, LineBreak)
