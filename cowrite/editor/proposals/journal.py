"""The port by which it is written down what became of each hunk. Who keeps it says how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cowrite.editor.proposals.standing import PlacedHunk


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalContext:
    """What all hunks of one proposal have in common. ``proposal_id`` is that of no other; ``passage`` is as it was.

    ``model`` and ``adapter`` are what answered. What is ``private`` is not to be kept.
    """

    proposal_id: str
    document_id: str
    revision: int
    task: str
    passage: str
    model: str = ""
    adapter: str = ""
    private: bool = False


def hunk_id(about: ProposalContext, placed: PlacedHunk) -> str:
    """What no other hunk is called, in the log and where its text is from."""
    return f"{about.proposal_id}-{placed.key}"


class ProposalJournal(Protocol):
    """Hears of each hunk that was shown, and once what became of it. Nothing here raises or waits."""

    def shown(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """It is on the page."""
        ...

    def taken(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """The writer took it: what is told of its place is from before that."""
        ...

    def left(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """The writer does not want it."""
        ...

    def edited(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """The writer changed the words themselves."""
        ...

    def ignored(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """The proposal went away, and nothing had been decided."""
        ...


class NoJournal:
    """A :class:`ProposalJournal` that keeps nothing."""

    def shown(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """Nothing."""

    def taken(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """Nothing."""

    def left(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """Nothing."""

    def edited(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """Nothing."""

    def ignored(self, about: ProposalContext, hunk: PlacedHunk) -> None:
        """Nothing."""
