"""A proposal that stands on the page: which of its hunks are open, and where, while the text goes on changing.

Nothing here knows Qt. Places are UTF-16 units of the document, as Qt counts them; whoever holds one tells it of every
change of the text and makes the edits that it hands out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, count

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import from_units, in_units, utf16_length
from cowrite.proposals.proposal import Hunk, Proposal, Version
from cowrite.proposals.word_diff import version_between

Edit = tuple[int, int, str]
"""From where to where a text is replaced, and by what."""
_COMES_BACK = (ChangeKind.UNDO, ChangeKind.REDO)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedHunk:
    """A hunk of version ``version``, and where its old words stand now. No two of a proposal have the same ``key``."""

    key: int
    hunk: Hunk
    start: int
    end: int
    version: int


@dataclass(frozen=True, slots=True)
class _State:
    """What is open of a text of the passage, with places that count from its beginning."""

    open: tuple[PlacedHunk, ...]
    version: int


class StandingProposal:
    """``proposal`` for the passage that stands at ``start`` in the document, of which ``read`` tells the text now."""

    def __init__(self, proposal: Proposal, start: int, read: Callable[[int, int], str]) -> None:
        self.proposal = proposal
        self.start = start
        self.end = start + utf16_length(proposal.passage)
        self.version = 0
        self.open: tuple[PlacedHunk, ...] = ()
        self.focused: int | None = None
        self._read = read
        self._versions: list[Version] = list(proposal.versions)
        self.is_taking = False
        # The passage as it was with some of the hunks taken: Undo and Redo lead back to these.
        self._known: dict[str, _State] = {}
        self.was_edited_into = False
        self._gone: list[PlacedHunk] = []
        self._left: set[Hunk] = set()
        self._keys = count(1)
        if self._versions:
            self._show_version(0, proposal.passage)

    # --- what there is ---

    @property
    def versions(self) -> int:
        """How many there are."""
        return len(self._versions)

    @property
    def text(self) -> str:
        """The passage as it is now."""
        return self._read(self.start, self.end)

    @property
    def focused_hunk(self) -> PlacedHunk | None:
        """The open hunk that keys are about; None if they are ordinary ones."""
        return self.hunk(self.focused)

    @property
    def position(self) -> int:
        """Which of the open hunks is focused, from 1; 0 if none is."""
        return next((n for n, each in enumerate(self.open, 1) if each.key == self.focused), 0)

    @property
    def is_outdated(self) -> bool:
        """Whether so much of the passage was written anew that what is left of the proposal means little."""
        return len(self._gone) > len(self.open)

    @property
    def may_turn(self) -> bool:
        """Whether another version may be shown: there is one, and nobody has written in the passage meanwhile."""
        return self.versions > 1 and not self.was_edited_into

    def hunk(self, key: int | None) -> PlacedHunk | None:
        """The open hunk with this key; None if it is not open any more."""
        return next((each for each in self.open if each.key == key), None)

    def hunk_at(self, place: int) -> PlacedHunk | None:
        """The open hunk whose old words stand at ``place``, or that would come there."""
        return next((each for each in self.open if each.start <= place <= each.end), None)

    def text_if(self, keys: Iterable[int]) -> str:
        """The passage as it would be with these hunks taken."""
        wanted = set(keys)
        return _with_edits(
            self.text,
            [
                (each.start - self.start, each.end - self.start, each.hunk.after)
                for each in self.open
                if each.key in wanted
            ],
        )

    # --- what the writer does ---

    def focus(self, key: int | None) -> None:
        """Keys are about this open hunk from now on, or about none."""
        self.focused = key if self.hunk(key) is not None else None

    def focus_next(self, place: int, *, backwards: bool = False) -> None:
        """Focus the hunk after the focused one, or after ``place``; from the other end where there is none."""
        at = self.position
        if not self.open:
            self.focused = None
        elif at:
            step = -1 if backwards else 1
            self.focused = self.open[(at - 1 + step) % len(self.open)].key
        elif backwards:
            before = [each for each in self.open if each.end <= place]
            self.focused = (before or self.open)[-1].key
        else:
            after = [each for each in self.open if each.start >= place]
            self.focused = (after or self.open)[0].key

    def read_by(self, read: Callable[[int, int], str]) -> None:
        """From now on ``read`` tells the text of the document."""
        self._read = read
        self._known.clear()
        self._remember()

    @property
    def texts(self) -> set[str]:
        """What the versions make of the whole passage."""
        return {version.text for version in self._versions}

    def edits(self, keys: Iterable[int]) -> list[Edit]:
        """The edits that take these open hunks, in their order; only where the old words still stand."""
        wanted = set(keys)
        return [
            (each.start, each.end, each.hunk.after)
            for each in self.open
            if each.key in wanted and self._read(each.start, each.end) == each.hunk.before
        ]

    def begin_taking(self) -> None:
        """The changes that come until :meth:`taken` are the edits of hunks, and no foreign ones."""
        self._remember()
        self.is_taking = True

    def give_up_taking(self) -> None:
        """Nothing was taken after all."""
        self.is_taking = False

    def taken(self, keys: Iterable[int]) -> None:
        """These hunks have been taken: the edits are made. The next one is focused if one of them was."""
        self.is_taking = False
        gone = set(keys)
        self._move_focus_from(gone)
        left, grown = list[PlacedHunk](), 0
        for each in self.open:
            if each.key in gone:
                grown += utf16_length(each.hunk.after) - (each.end - each.start)
            else:
                left.append(replace(each, start=each.start + grown, end=each.end + grown))
        self.open = tuple(left)
        self.end += grown
        self._remember()

    def leave(self, keys: Iterable[int]) -> None:
        """These hunks are not wanted. The next one is focused if one of them was."""
        gone = set(keys)
        self._move_focus_from(gone)
        self._left |= {each.hunk for each in self.open if each.key in gone}
        self.open = tuple(each for each in self.open if each.key not in gone)
        # What was left does not come back with Undo.
        self._known = {
            text: replace(state, open=tuple(each for each in state.open if each.key not in gone))
            for text, state in self._known.items()
        }
        self._remember()

    def turn(self, step: int = 1) -> None:
        """Show the next version, compared with the passage as it is now. Only if :attr:`may_turn`."""
        if self.may_turn:
            self._show_version((self.version + step) % self.versions, self.text)
            self.focused = self.open[0].key if self.open else None

    def add_versions(self, versions: Sequence[Version]) -> None:
        """There are more of them now."""
        self._versions += versions

    # --- the text changes ---

    def follow(self, change: TextChange) -> list[PlacedHunk]:
        """The text has changed, by whomever; returns the hunks that went because their words were edited."""
        if self.is_taking:
            return []
        touches = self._follow_passage(change)
        if touches and change.kind in _COMES_BACK:
            known = self._known.get(self.text)
            if known is not None:
                self._restore(known)
                return []
        if touches:
            self.was_edited_into = True
        kept, gone = list[PlacedHunk](), list[PlacedHunk]()
        for each in self.open:
            moved = _after(each, change)
            (kept if moved is not None else gone).append(moved or each)
        if gone:
            self._move_focus_from({each.key for each in gone})
        self.open = tuple(kept)
        self._gone += gone
        return gone

    def _follow_passage(self, change: TextChange) -> bool:
        """Move the passage's borders; whether the change was within them."""
        offset, removed, inserted = change.offset, change.removed, utf16_length(change.inserted)
        gone, grown = offset + removed, inserted - removed
        if self.start <= offset and gone <= self.end:
            if (offset == self.end or gone == self.start) and not removed:
                # What is written at its ends is no part of it, unless it comes back there.
                comes_back = change.kind in _COMES_BACK
                if comes_back and self._read(self.start, self.end + grown) in self._known:
                    self.end += grown
                    return True
                if gone == self.start and self.start < self.end:
                    self.start += grown
                    self.end += grown
                return self.start == self.end == offset
            self.end += grown
            return True
        if gone <= self.start:
            self.start += grown
            self.end += grown
            return False
        if offset >= self.end:
            return False
        # Some of it went together with what is beside it.
        self.end = (
            self.end + grown
            if self.end > gone
            else offset + (0 if self.start < offset else inserted)
        )
        if self.start >= offset:
            self.start = offset + inserted
        return True

    # --- states ---

    def _show_version(self, number: int, passage: str) -> None:
        self.version, version = number, self._versions[number]
        if passage != self.proposal.passage:
            version = version_between(passage, version.text)
        at = [0, *accumulate(map(utf16_length, passage))]
        self.open = tuple(
            PlacedHunk(
                key=next(self._keys),
                hunk=hunk,
                start=self.start + at[hunk.start],
                end=self.start + at[hunk.end],
                version=number,
            )
            for hunk in version.hunks
            if hunk not in self._left
        )
        self._remember()

    def _remember(self) -> None:
        open_now = (
            replace(each, start=each.start - self.start, end=each.end - self.start)
            for each in self.open
        )
        self._known[self.text] = _State(tuple(open_now), self.version)

    def _restore(self, state: _State) -> None:
        self.version = state.version
        self.open = tuple(
            replace(each, start=each.start + self.start, end=each.end + self.start)
            for each in state.open
        )
        back = {each.key for each in self.open}
        self._gone = [each for each in self._gone if each.key not in back]
        self.was_edited_into = False
        self.focus(self.focused)

    def _move_focus_from(self, gone: set[int]) -> None:
        if self.focused not in gone:
            return
        at = self.position
        rest = [*self.open[at:], *self.open[: max(0, at - 1)]]
        self.focused = next((each.key for each in rest if each.key not in gone), None)


def _after(placed: PlacedHunk, change: TextChange) -> PlacedHunk | None:
    """Where a hunk is after a change; None if its words, or its place between two words, were edited."""
    offset, removed = change.offset, change.removed
    inserted = utf16_length(change.inserted)
    if _misses(placed, offset, removed, change.inserted):
        by = inserted - removed if offset + removed <= placed.start else 0
        return replace(placed, start=placed.start + by, end=placed.end + by)
    return None


def _misses(placed: PlacedHunk, offset: int, removed: int, inserted: str) -> bool:
    gone = offset + removed
    if offset > placed.end or gone < placed.start:
        return True
    if placed.start == placed.end:
        return False
    # A word that is written at is another word; a space beside it leaves it as it is.
    if offset == placed.end:
        return not removed and inserted[:1].isspace()
    if gone == placed.start:
        return not removed and inserted[-1:].isspace()
    return False


def _with_edits(text: str, edits: Sequence[Edit]) -> str:
    """``text`` with edits in their order, whose places are UTF-16 units of it."""
    units = in_units(text)
    parts, at = list[str](), 0
    for start, end, after in edits:
        parts += (units[at:start], in_units(after))
        at = end
    return from_units("".join((*parts, units[at:])))
