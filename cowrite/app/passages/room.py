"""What one window shows of the proposals of the view in front: a line below the page, sentences, the list of tasks."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, SignalInstance

from cowrite.app.passages.asking import TOLD, PassageAsking
from cowrite.app.shared import Shared
from cowrite.editor.common.connections import Connections
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.panels.answers.answer_book import AnswerBook
from cowrite.editor.panels.answers.commands import PANEL_ID as ANSWERS
from cowrite.editor.proposals.offers import TaskOffer
from cowrite.editor.proposals.passage_choice import PassageChoice
from cowrite.editor.proposals.proposal_bar import ProposalBar
from cowrite.editor.proposals.proposal_menu import ProposalMenu
from cowrite.editor.proposals.view_proposals import ViewProposals
from cowrite.editor.shell.window import EditorWindow
from cowrite.settings.preferences import Preferences

Part = TypeVar("Part", bound=QObject)
SAID_MS = 8_000


def proposals_of(view: DocumentView) -> ViewProposals:
    """Those of a view. Raises RuntimeError if there are none."""
    return _part_of(view, ViewProposals)


def answers_of(view: DocumentView) -> AnswerBook:
    """Those of a view. Raises RuntimeError if there are none."""
    return _part_of(view, AnswerBook)


def asking_of(view: DocumentView) -> PassageAsking:
    """What asks for tasks there. Raises RuntimeError if nothing does."""
    return _part_of(view, PassageAsking)


def _part_of(view: DocumentView, kind: type[Part]) -> Part:
    found = view.findChild(kind)
    if not isinstance(found, kind):
        raise RuntimeError(f"this view has no {kind.__name__}")
    return found


class PassageRoom(QObject):
    """Of ``window``; ends with it."""

    def __init__(
        self, window: EditorWindow, shared: Shared, preferences_changed: SignalInstance
    ) -> None:
        super().__init__(window)
        self._window, self._shared = window, shared
        self.bar = ProposalBar(window.appearance)
        window.put_below_page(self.bar)
        self._following, self._lasting = Connections(), Connections()
        self._lasting.add(preferences_changed, self._on_preferences)
        window.active_view_changed.connect(self._follow)
        window.closed.connect(self._close)
        self._follow(window.active_view)

    def _close(self) -> None:
        self._following.end()
        self._lasting.end()
        self.bar.close_down()

    def _follow(self, view: DocumentView) -> None:
        self._following.end()
        proposals = proposals_of(view)
        self._following.add(proposals.said, self._say)
        self._following.add(_part_of(view, ProposalMenu).list_wanted, self.choose)
        self._following.add(proposals.changed, self._show_hint)
        self.bar.follow(proposals)
        self._show_hint()

    def _show_hint(self) -> None:
        self._window.hint.set_instead(proposals_of(self._window.active_view).hint)

    def _say(self, sentence: str) -> None:
        self._window.status_line.say(sentence, SAID_MS)

    def _on_preferences(self, chosen: Preferences) -> None:
        if not chosen.assistance:
            for view in self._window.views:
                proposals_of(view).put_away()

    # --- the list ---

    def can_choose(self) -> bool:
        """Whether the list can be opened."""
        return not self._window.active_view.document.is_loading

    def choose(self) -> None:
        """Open the list of what can be done with the passage that is meant."""
        from cowrite.editor.panels.palette.task_list import TaskList

        window, view = self._window, self._window.active_view
        for before in window.findChildren(TaskList):
            if before.isVisible():
                before.widen()  # its key once more means more
                return
            before.hide()
            before.deleteLater()
        choice = PassageChoice(view.page, proposals_of(view))
        asking = asking_of(view)
        has = {offer.task.name: offer for offer in asking.offers()}
        TaskList(
            window,
            offers=[offer for name, offer in has.items() if name != TOLD],
            told=has.get(TOLD),
            about=choice.about,
            widen=choice.widen,
            chosen=partial(self._begin, asking, choice),
            left=choice.unmark,
            scale=window.appearance.scale,
            give_back=view.focus,
        ).open()

    def _begin(
        self, asking: PassageAsking, choice: PassageChoice, offer: TaskOffer, instruction: str
    ) -> None:
        asking.begin(offer, instruction, choice.passage)
        if offer.task.stands_beside:
            self._window.side_panels.show(ANSWERS)
            self._window.active_view.focus()
