"""What the context menu of the page offers: what becomes of the change under the mouse, and what can be done here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from cowrite.base.printable import label
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.proposals.keys import ProposalAction
from cowrite.editor.proposals.offers import TaskOffer
from cowrite.editor.proposals.view_proposals import ViewProposals
from cowrite.localization import tr, tr_noop

_OF_HUNK = (
    (ProposalAction.ACCEPT, tr_noop("&Accept")),
    (ProposalAction.REJECT, tr_noop("&Reject")),
    (ProposalAction.ACCEPT_ALL, tr_noop("Accept a&ll")),
    (ProposalAction.REJECT_ALL, tr_noop("Re&ject all")),
    (ProposalAction.ANOTHER, tr_noop("Another &version")),
)


class Asking(Protocol):
    """Who asks for a task on the passage that is meant on the page."""

    @property
    def is_wanted(self) -> bool:
        """Whether the writer wants help of a model at all."""
        ...

    def offers(self) -> Sequence[TaskOffer]:
        """What can be done now, and why the rest cannot."""
        ...

    def begin_at(self, place: int, offer: TaskOffer, instruction: str) -> None:
        """Have it done for what is selected, or for the sentence at a place of the text."""
        ...


class ProposalMenu(QObject):
    """Adds to the context menus of the page of ``view``. Signal: ``list_wanted()`` for all that there is."""

    list_wanted = Signal()

    def __init__(self, view: DocumentView, proposals: ViewProposals, asking: Asking) -> None:
        super().__init__(proposals)
        self._page = view.page
        self._proposals = proposals
        self._asking = asking
        view.page.context_additions.append(self.add)

    def add(self, menu: QMenu, position: int) -> None:
        """Put what there is for ``position`` into ``menu``."""
        standing = self._proposals.standing
        hunk = standing.hunk_at(position) if standing is not None else None
        if hunk is not None:
            self._proposals.review.focus(hunk.key)
            for action, title in _OF_HUNK:
                entry = menu.addAction(tr(title))
                entry.setEnabled(self._proposals.can(action))
                entry.triggered.connect(partial(self._do, action))
            menu.addSeparator()
        if self._asking.is_wanted:
            self._add_tasks(menu, position)

    def _add_tasks(self, menu: QMenu, place: int) -> None:
        tasks = menu.addMenu(tr("&Work on this passage"))
        for offer in self._asking.offers():
            task = offer.task
            if task.choices:
                choices = tasks.addMenu(task.title)
                choices.setEnabled(not offer.why_not)
                for choice in task.choices:
                    entry = choices.addAction(label(tr(choice)))
                    entry.triggered.connect(partial(self._begin, place, offer, choice))
            elif not task.asks_for:
                entry = tasks.addAction(task.title)
                entry.setEnabled(not offer.why_not)
                entry.triggered.connect(partial(self._begin, place, offer, ""))
        tasks.addSeparator()
        tasks.addAction(tr("&Other…")).triggered.connect(self._on_other)
        menu.addSeparator()

    def _do(self, action: ProposalAction, _checked: bool = False) -> None:
        self._proposals.do(action)

    def _begin(
        self, place: int, offer: TaskOffer, instruction: str, _checked: bool = False
    ) -> None:
        self._asking.begin_at(place, offer, instruction)

    def _on_other(self, _checked: bool = False) -> None:
        self.list_wanted.emit()
