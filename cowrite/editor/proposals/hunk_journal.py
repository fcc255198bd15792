"""Keeps in the decision log what became of each hunk on a page."""

from __future__ import annotations

from cowrite.decisions.hunk_log import HunkLog, LoggedHunk
from cowrite.editor.proposals.journal import ProposalContext, hunk_id
from cowrite.editor.proposals.standing import PlacedHunk


class HunkJournal:
    """A :class:`~cowrite.editor.proposals.journal.ProposalJournal` that writes to ``log``; of private texts nothing."""

    def __init__(self, log: HunkLog) -> None:
        self._log = log

    def shown(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """It is on the page."""
        if not about.private:
            self._log.shown(_logged(about, hunk))

    def taken(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """The writer took it."""
        if not about.private:
            self._log.taken(_logged(about, hunk))

    def left(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """The writer does not want it."""
        if not about.private:
            self._log.left(_logged(about, hunk))

    def edited(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """The writer changed the words themselves."""
        if not about.private:
            self._log.edited(_logged(about, hunk))

    def ignored(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """The proposal went away, and nothing had been decided."""
        if not about.private:
            self._log.ignored(_logged(about, hunk))


def _logged(about: ProposalContext, placed: PlacedHunk) -> LoggedHunk:
    return LoggedHunk(
        id=hunk_id(about, placed),
        proposal_id=about.proposal_id,
        document_id=about.document_id,
        task=about.task,
        hunk=placed.hunk,
        start=placed.start,
        end=placed.end,
        passage=about.passage,
        version=placed.version,
        model=about.model,
        adapter=about.adapter,
    )
