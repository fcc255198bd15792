"""Tells a journal what became of the hunks of one proposal: each is shown once, and has one outcome."""

from __future__ import annotations

from collections.abc import Iterable

from cowrite.editor.proposals.journal import ProposalContext, ProposalJournal
from cowrite.editor.proposals.standing import PlacedHunk


class ToldOutcomes:
    """Of the proposal that is described by ``about``. A hunk that comes back with Undo keeps its first outcome."""

    def __init__(self, journal: ProposalJournal, about: ProposalContext) -> None:
        self.about = about
        self._journal = journal
        self._shown: dict[int, PlacedHunk] = {}
        self._decided: set[int] = set()

    def show(self, hunks: Iterable[PlacedHunk]) -> None:
        """These are on the page now."""
        for each in hunks:
            if each.key not in self._shown:
                self._journal.shown(self.about, each)
            self._shown[each.key] = each

    def taken(self, hunks: Iterable[PlacedHunk]) -> None:
        """The writer took them."""
        for each in self._undecided(hunks):
            self._journal.taken(self.about, each)

    def left(self, hunks: Iterable[PlacedHunk]) -> None:
        """The writer left them."""
        for each in self._undecided(hunks):
            self._journal.left(self.about, each)

    def edited(self, hunks: Iterable[PlacedHunk]) -> None:
        """The writer changed their words."""
        for each in self._undecided(hunks):
            self._journal.edited(self.about, each)

    def end(self) -> None:
        """The proposal goes away: what has no outcome was ignored."""
        for each in self._undecided(list(self._shown.values())):
            self._journal.ignored(self.about, each)

    def _undecided(self, hunks: Iterable[PlacedHunk]) -> list[PlacedHunk]:
        found = [each for each in hunks if each.key not in self._decided]
        self._decided |= {each.key for each in found}
        return found
