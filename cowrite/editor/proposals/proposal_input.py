"""What keys and clicks on the page mean while something is proposed, before they mean anything else."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QKeySequence

from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.proposals.keys import ProposalAction, ProposalKeymap, action_of
from cowrite.editor.proposals.review import ProposalReview
from cowrite.editor.proposals.standing import StandingProposal


class Proposed(Protocol):
    """What is asked of the proposals of a view."""

    review: ProposalReview
    keymap: ProposalKeymap

    @property
    def is_asked(self) -> bool:
        """Whether anything was asked for that is not put away."""
        ...

    @property
    def is_coming(self) -> bool:
        """Whether what stands is not all of it yet."""
        ...

    @property
    def standing(self) -> StandingProposal | None:
        """The proposal that stands."""
        ...

    @property
    def has_keyboard(self) -> bool:
        """Whether ordinary keys are about a hunk now."""
        ...

    def can(self, action: ProposalAction) -> bool:
        """Whether it can be done now."""
        ...

    def do(self, action: ProposalAction) -> None:
        """Do it."""
        ...


class ProposalInput:
    """A :class:`cowrite.editor.page.ghost_keys.FirstAnswer` for the proposals of ``page``."""

    def __init__(self, page: PageEdit, proposed: Proposed) -> None:
        self._page = page
        self._proposed = proposed

    @property
    def has_keyboard(self) -> bool:
        """Whether ordinary keys are about a hunk now."""
        return self._proposed.has_keyboard

    def wants_key(self, key: QKeySequence) -> bool:
        """Whether the key is about the proposal now."""
        return self._meant_by(key) is not None

    def press_key(self, key: QKeySequence) -> bool:
        """Do what it is for."""
        action = self._meant_by(key)
        if action is not None:
            self._proposed.do(action)
        return action is not None

    def click(self, place: int) -> bool:
        """A click on a hunk focuses it; elsewhere keys are ordinary ones again."""
        its = self._proposed
        standing = its.standing if not its.is_coming else None
        hunk = standing.hunk_at(place) if standing is not None else None
        if hunk is None:
            its.review.unfocus()
            return False
        self._page.setFocus()
        its.review.focus(hunk.key)
        return True

    def _meant_by(self, key: QKeySequence) -> ProposalAction | None:
        its = self._proposed
        if not its.is_asked or self._page.is_composing:
            return None
        if its.standing is None or its.is_coming:
            stops = key in its.keymap.get(ProposalAction.REJECT_ALL, ())
            return ProposalAction.REJECT_ALL if stops and not self._page.ghost_text else None
        action = action_of(key, its.keymap, focused=its.has_keyboard)
        return action if action is not None and (its.can(action) or its.has_keyboard) else None
