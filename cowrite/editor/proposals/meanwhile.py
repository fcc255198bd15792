"""What was written while the model read: an answer is about the passage as it was, and stands where that is now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.editor.proposals.standing import StandingProposal
from cowrite.proposals.proposal import Proposal


class Meanwhile:
    """The changes of a document since a passage of it was asked about."""

    def __init__(self) -> None:
        self._changes: list[TextChange] = []

    def note(self, change: TextChange) -> None:
        """The text has changed once more."""
        self._changes.append(change)

    def forget(self) -> None:
        """An answer has come, or nobody waits for one."""
        self._changes = []

    def moved(self, place: int) -> int:
        """Where a place of that time is now, as far as that can be told, in UTF-16 units."""
        for change in self._changes:
            if change.offset < place:
                grown = utf16_length(change.inserted) - change.removed
                place = max(change.offset, place + grown)
        return place

    def placed(
        self, proposal: Proposal, start: int, read: Callable[[int, int], str]
    ) -> StandingProposal:
        """``proposal``, whose passage stood at ``start``, in the document of which ``read`` tells the text now."""
        passage = proposal.passage
        standing = StandingProposal(proposal, start, lambda _start, _end: passage)
        for change in self._changes:
            # Undo leads to no text of the passage that this proposal would know.
            standing.follow(replace(change, kind=ChangeKind.TYPED))
        standing.read_by(read)
        return standing
