"""Where the hunks of a version are while the writer types on, and which of them are still to be decided.

All places are UTF-16 code units from the start of the document, as in :class:`TextChange`; hunks themselves count the
characters of their passage. Feed **every** change of the document to :meth:`FollowedVersion.follow`, also those that
take a hunk: it is recognized by what it does. Undo and redo bring a hunk back as it was.

    followed = FollowedVersion(version, passage, at=start_of_passage)
    start, end, text = followed.edit_of(0)          # document.edit(start, end, text, ChangeKind.REWRITTEN)
    for number in followed.follow(change): ...      # its state is another one now: followed.places[number].state
    followed.leave(1)
    followed.is_out_of_date
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import from_units, in_units, utf16_length
from cowrite.proposals.proposal import Hunk, Version, composed

MOST_REMEMBERED = 500
"""States of the passage that undo and redo can lead back to."""
FEW_UNITS = 40
"""So much may always be written in a passage before its proposal is out of date."""
LARGEST_SHARE = 0.5
"""Or this share of its length."""
_BACK_AND_FORTH = frozenset({ChangeKind.UNDO, ChangeKind.REDO})


class HunkState(Enum):
    """What became of a hunk so far. GONE: the writer changed the words that it was about."""

    OPEN = auto()
    TAKEN = auto()
    LEFT = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class HunkPlace:
    """Hunk ``number`` of its version; what it is about stands from ``start`` to ``end`` of the document.

    That is ``hunk.after`` for one that was taken; with ``is_edited`` the writer has changed it since.
    """

    number: int
    hunk: Hunk
    start: int
    end: int
    state: HunkState = HunkState.OPEN
    is_edited: bool = False


@dataclass(frozen=True, slots=True)
class _Moment:
    """How things stood with a text of the passage; places count from the start of the passage."""

    places: tuple[HunkPlace, ...]
    drift: int


class FollowedVersion:
    """The hunks of ``version`` in a document in which ``passage`` stands at ``at``."""

    def __init__(self, version: Version, passage: str, at: int) -> None:
        """Raises ValueError if the hunks are not of this passage."""
        composed(passage, version.hunks)
        self.start = at
        self._text = in_units(passage)
        self._length = len(self._text)
        self._drift = 0
        self._places = tuple(
            HunkPlace(
                number=number,
                hunk=hunk,
                start=at + utf16_length(passage[: hunk.start]),
                end=at + utf16_length(passage[: hunk.end]),
            )
            for number, hunk in enumerate(version.hunks)
        )
        self._earlier: dict[str, _Moment] = {}
        self._remember()

    # --- reading ---

    @property
    def end(self) -> int:
        """Where the passage ends."""
        return self.start + len(self._text)

    @property
    def text(self) -> str:
        """The passage as it stands in the document."""
        return from_units(self._text)

    @property
    def places(self) -> tuple[HunkPlace, ...]:
        """All hunks, by their numbers."""
        return self._places

    @property
    def open(self) -> tuple[HunkPlace, ...]:
        """Those that are still to be decided."""
        return tuple(place for place in self._places if place.state is HunkState.OPEN)

    @property
    def is_out_of_date(self) -> bool:
        """Whether the passage is another one by now, so that what remains is hardly about it any more."""
        if self._length and not self._text:
            return not any(place.state is HunkState.TAKEN for place in self._places)
        return self._drift > max(FEW_UNITS, LARGEST_SHARE * self._length)

    def edit_of(self, number: int) -> tuple[int, int, str]:
        """From where to where of the document which text is to be put to take an open hunk.

        Raises ValueError if it is not open.
        """
        place = self._places[number]
        if place.state is not HunkState.OPEN:
            raise ValueError(f"hunk {number} is not open")
        return place.start, place.end, place.hunk.after

    def edits_of_all(self) -> list[tuple[int, int, str]]:
        """The same for all that are open; places are those in the document as it is now."""
        return [self.edit_of(place.number) for place in self.open]

    # --- changing ---

    def leave(self, numbers: int | Iterable[int]) -> None:
        """Do not take these, as far as they are open."""
        chosen = {numbers} if isinstance(numbers, int) else set(numbers)
        self._set(chosen, HunkState.LEFT)

    def reopen(self, numbers: Iterable[int]) -> None:
        """Ask again about those of these that were left."""
        chosen = set(numbers)
        self._places = tuple(
            replace(place, state=HunkState.OPEN)
            if place.number in chosen and place.state is HunkState.LEFT
            else place
            for place in self._places
        )

    def follow(self, change: TextChange) -> list[int]:
        """The text has changed; the numbers of the hunks whose state is another one now."""
        before = [place.state for place in self._places]
        if change.kind is ChangeKind.LOADED:
            self._forget_all()
        elif not self._went_back(change) and not self._was_taken(change):
            self._edited(change)
        if len(self._earlier) > MOST_REMEMBERED:
            del self._earlier[next(iter(self._earlier))]
        pairs = zip(self._places, before, strict=True)
        return [place.number for place, state in pairs if place.state is not state]

    def _set(self, numbers: set[int], state: HunkState) -> None:
        self._places = tuple(
            replace(place, state=state)
            if place.number in numbers and place.state is HunkState.OPEN
            else place
            for place in self._places
        )

    def _remember(self) -> None:
        relative = tuple(_moved(place, -self.start) for place in self._places)
        self._earlier[self._text] = _Moment(relative, self._drift)

    def _forget_all(self) -> None:
        self._set({place.number for place in self._places}, HunkState.GONE)
        self._text, self._earlier = "", {}

    def _went_back(self, change: TextChange) -> bool:
        """Whether undo or redo made the passage what it was before; then the hunks are where they were."""
        offset = change.offset - self.start
        if change.kind not in _BACK_AND_FORTH or not 0 <= offset <= len(self._text):
            return False
        if offset + change.removed > len(self._text):
            return False
        text = _spliced(self._text, offset, change.removed, in_units(change.inserted))
        moment = self._earlier.get(text)
        if moment is None:
            return False
        left = {place.number for place in self._places if place.state is HunkState.LEFT}
        self._places = tuple(_moved(place, self.start) for place in moment.places)
        self._text, self._drift = text, moment.drift
        self._set(left, HunkState.LEFT)
        return True

    def _was_taken(self, change: TextChange) -> bool:
        """Whether the change put what a hunk proposes where it is to be put."""
        if change.kind is not ChangeKind.REWRITTEN:
            return False
        inserted = in_units(change.inserted)
        for place in self.open:
            if not place.start <= change.offset <= change.offset + change.removed <= place.end:
                continue
            offset = change.offset - place.start
            made = _spliced(in_units(place.hunk.before), offset, change.removed, inserted)
            if made == in_units(place.hunk.after):
                self._take(place, change)
                return True
        return False

    def _take(self, taken: HunkPlace, change: TextChange) -> None:
        inserted = in_units(change.inserted)
        grown = len(inserted) - change.removed
        self._text = _spliced(self._text, change.offset - self.start, change.removed, inserted)
        self._places = tuple(
            replace(place, end=place.end + grown, state=HunkState.TAKEN)
            if place.number == taken.number
            else _moved(place, grown if place.number > taken.number else 0)
            for place in self._places
        )
        self._remember()

    def _edited(self, change: TextChange) -> None:
        inserted = in_units(change.inserted)
        start, end, gone = self.start, self.end, change.offset + change.removed
        if gone < start or (gone == start and (change.removed or not self._text or start < end)):
            grown = len(inserted) - change.removed
            self.start += grown
            self._places = tuple(_moved(place, grown) for place in self._places)
            return
        if change.offset > end or (change.offset == end and start < end):
            return
        within = start <= change.offset and gone <= end
        first, last = max(change.offset, start), min(gone, end)
        self._places = tuple(
            _after(place, change, self._touch(place, change)) for place in self._places
        )
        put = inserted if within else ""
        self._text = _spliced(self._text, first - start, last - first, put)
        if not within and change.offset < start:
            self.start = change.offset + len(inserted)
        # What crosses the border of the passage is put outside: no hunk is left in the part that went.
        low, high = self.start, self.end
        self._places = tuple(
            replace(
                place, start=min(max(place.start, low), high), end=min(max(place.end, low), high)
            )
            for place in self._places
        )
        if change.kind is not ChangeKind.REWRITTEN:
            self._drift += max(last - first, len(put))
        self._remember()

    def _touch(self, place: HunkPlace, change: TextChange) -> bool:
        """Whether ``change`` changes the words that the hunk is about."""
        first, last = change.offset, change.offset + change.removed
        if place.start == place.end:
            return first <= place.start <= last
        if first < place.end and last > place.start:
            return first > place.start or change.removed > 0
        if not change.inserted or change.removed:
            return False
        words = in_units(place.hunk.after if place.state is HunkState.TAKEN else place.hunk.before)
        if first == place.end:
            return bool(words) and words[-1].isalnum() and change.inserted[0].isalnum()
        if first == place.start:
            return bool(words) and words[0].isalnum() and change.inserted[-1].isalnum()
        return False


def _after(place: HunkPlace, change: TextChange, is_touched: bool) -> HunkPlace:
    """Where it is after ``change``; it grows by what is written within it."""
    length = utf16_length(change.inserted)
    gone, grown = change.offset + change.removed, length - change.removed
    start, end = place.start, place.end
    if start >= gone and not (start == end == change.offset):
        start, end = start + grown, end + grown
    elif end > change.offset:
        start = start if start <= change.offset else change.offset + length
        end = end + grown if end >= gone else max(start, change.offset)
    if not is_touched:
        return replace(place, start=start, end=end)
    if place.state is HunkState.OPEN:
        return replace(place, start=start, end=end, state=HunkState.GONE)
    is_edited = place.is_edited or place.state is HunkState.TAKEN
    return replace(place, start=start, end=end, is_edited=is_edited)


def _moved(place: HunkPlace, by: int) -> HunkPlace:
    return replace(place, start=place.start + by, end=place.end + by) if by else place


def _spliced(text: str, offset: int, removed: int, inserted: str) -> str:
    return text[:offset] + inserted + text[offset + removed :]
