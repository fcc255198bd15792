"""What is proposed for the passages of one view, one at a time: asked for, awaited, shown as it comes, put away."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.page.listeners import ListenerStage
from cowrite.editor.proposals.journal import ProposalContext, ProposalJournal
from cowrite.editor.proposals.keys import (
    ProposalAction,
    ProposalKeymap,
    default_keymap,
    key_hint,
)
from cowrite.editor.proposals.meanwhile import Meanwhile
from cowrite.editor.proposals.passage import Passage
from cowrite.editor.proposals.proposal_input import ProposalInput
from cowrite.editor.proposals.review import ProposalReview
from cowrite.editor.proposals.runner import PassageRunner
from cowrite.editor.proposals.sentences import (
    CHANGED_MEANWHILE,
    NO_OTHER_VERSION,
    NOTHING_TO_CHANGE,
    OUT_OF_DATE,
    STOPPED,
    count_sentence,
)
from cowrite.editor.proposals.standing import StandingProposal
from cowrite.localization import tr
from cowrite.proposals.proposal import MOST_VERSIONS, Proposal
from cowrite.tasks.passage.work import PassageRequest, PassageTask


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for, of which passage, at which ``revision`` of the text."""

    task: PassageTask
    request: PassageRequest
    passage: Passage
    revision: int


class ViewProposals(QObject):
    """Belongs to ``view``. Implements :class:`cowrite.editor.proposals.runner.WorkListener`.

    For ``held`` see :class:`ProposalReview`; ``moves`` says of a text and what may become of it what that does to the
    writer's voice, if it is worth saying. Signals: ``changed()`` whatever is to be shown of it is another;
    ``said(str)`` a sentence for the writer; ``answered(Asked, Proposal, bool is_final)`` an answer that stands beside
    the text.
    """

    changed = Signal()
    said = Signal(str)
    answered = Signal(object, object, bool)

    def __init__(
        self,
        view: DocumentView,
        bridge: EngineBridge,
        journal: ProposalJournal | None = None,
        held: Callable[[bool], object] = lambda _: None,
        moves: Callable[[str, str], str | None] = lambda _before, _after: None,
    ) -> None:
        super().__init__(view)
        self._moves = moves
        self._voice_note: tuple[object, str] = (None, "")
        self._page, self._document = view.page, view.document
        self.review = ProposalReview(view, self, journal, held)
        self._runner = PassageRunner(bridge, self)
        self.keymap = default_keymap()
        self._meanwhile = Meanwhile()
        self._wants_more = False
        self._is_at_rest = True  # the writer has done nothing on the page since they asked
        self.asked: Asked | None = None
        self.streamed = ""
        self._connect(view)

    def _connect(self, view: DocumentView) -> None:
        review, page = self.review, self._page
        review.changed.connect(self.changed)
        review.said.connect(self.said)
        review.outdated.connect(self._on_outdated)
        review.versions_wanted.connect(self._on_versions_wanted)
        self._document.listeners.add(ListenerStage.VIEW, self._on_text_changed)
        page.set_first_answer(ProposalInput(page, self))
        page.caret_moved.connect(self._on_caret_moved)
        page.slot_wanted.connect(self._on_slot_wanted)
        page.composing_changed.connect(self._on_composing)
        view.closing.connect(self._close)

    def _close(self) -> None:
        self.put_away()
        self._runner.close()
        self._page.set_first_answer(None)

    # --- what there is ---

    @property
    def is_working(self) -> bool:
        """Whether more is to come."""
        return self._runner.is_busy

    @property
    def is_asked(self) -> bool:
        """Whether anything was asked for that is not put away."""
        return self.asked is not None

    @property
    def is_coming(self) -> bool:
        """Whether what stands is not all of it yet: nothing of it is decided before."""
        return self.is_working and not self._wants_more

    @property
    def standing(self) -> StandingProposal | None:
        """The proposal that stands."""
        return self.review.standing

    @property
    def end_of_passage(self) -> int:
        """Where the passage ends that was asked about, as far as that can be told while it is worked on."""
        if self.standing is not None:
            return self.standing.end
        return self._meanwhile.moved(self.asked.passage.end) if self.asked is not None else 0

    @property
    def has_keyboard(self) -> bool:
        """Whether ordinary keys are about a hunk now."""
        return self.review.has_keyboard

    @property
    def voice_note(self) -> str:
        """What the version that is shown would do to the writer's voice, as a sentence; empty if there is nothing."""
        standing = self.standing
        if standing is None or self.is_coming:
            return ""
        shown = standing, standing.version
        if self._voice_note[0] != shown:
            after = standing.text_if(each.key for each in standing.open)
            self._voice_note = shown, self._moves(standing.text, after) or ""
        return self._voice_note[1]

    @property
    def hint(self) -> str:
        """Which keys are about the hunk that is focused; empty if none is."""
        return key_hint(self.keymap) if self.has_keyboard else ""

    def set_keymap(self, keymap: ProposalKeymap) -> None:
        """Rebind the keys."""
        self.keymap = keymap

    # --- asking ---

    def begin(self, task: PassageTask, request: PassageRequest, passage: Passage) -> None:
        """Have ``task`` done for ``passage``. What stood before is put away; the selection ends, for keys stay keys."""
        self.put_away()
        self.asked = Asked(
            task=task, request=request, passage=passage, revision=self._document.revision
        )
        cursor = self._page.textCursor()
        if cursor.hasSelection():
            cursor.setPosition(cursor.selectionEnd())
            self._page.setTextCursor(cursor)
        self._page.dismiss_ghost()
        self._is_at_rest = True
        self.review.layer.show_passage(passage.start, passage.end)
        self._run(request)
        self.changed.emit()

    def stop(self) -> None:
        """Do not wait for more. What is there already stays."""
        self._runner.stop()
        self.streamed = ""
        self._wants_more = False
        if self.standing is None:
            self.put_away()
            self.said.emit(tr(STOPPED))
        else:
            self._settle()

    def put_away(self) -> None:
        """There is no proposal any more: another one is asked for, or the writer wants no help. May be called again."""
        if self.asked is None:
            return
        self._runner.stop()
        self.asked = None
        self._voice_note = None, ""
        self._meanwhile.forget()
        self._wants_more = False
        self.streamed = ""
        self.review.put_away()

    def _run(self, request: PassageRequest) -> None:
        asked = self.asked
        if asked is not None:
            self._runner.begin(
                lambda: asked.task.work(request),
                self,
                document_id=self._document.document_id,
                is_private=self._document.policy.is_private,
                may_leave=not self._document.policy.is_excluded,
            )

    def _on_versions_wanted(self) -> None:
        if self.asked is not None and not self._runner.is_busy:
            self._wants_more = True
            self._run(replace(self.asked.request, versions=MOST_VERSIONS))
            self.changed.emit()

    # --- cowrite.editor.proposals.runner.WorkListener ---

    def is_reading(self, text: str) -> None:
        """The engine answers."""
        self.streamed = text
        self.changed.emit()

    def is_known(self, proposal: Proposal) -> None:
        """So much is known: it is shown, and has no keys yet."""
        if self._wants_more:
            self._take_in(proposal)
        else:
            self._show(proposal, is_final=False)

    def is_done(self, proposal: Proposal) -> None:
        """That is all: the first hunk is focused, unless the writer is writing."""
        self.streamed = ""
        if not self._wants_more:
            self._show(proposal, is_final=True)
            return
        self._take_in(proposal)
        self._wants_more = False
        if self.standing is not None and self.standing.versions < 2:
            self.said.emit(tr(NO_OTHER_VERSION))
        self.changed.emit()

    def has_failed(self, sentence: str) -> None:
        """There will be nothing more. What is known already stays."""
        self.streamed = ""
        if self.standing is None:
            self.put_away()
        elif not self._wants_more:
            self._settle()
        self._wants_more = False
        self.said.emit(sentence)
        self.changed.emit()

    def _show(self, proposal: Proposal, *, is_final: bool) -> None:
        asked = self.asked
        if asked is None:
            return
        if proposal.refused or asked.task.stands_beside:
            self._answer_beside(asked, proposal, is_final=is_final)
            return
        read = self._document.content.text_between
        standing = self._meanwhile.placed(proposal, asked.passage.start, read)
        if standing.open:
            self.review.show(standing)
            if is_final:
                self._settle()
        elif is_final:
            has_any = any(version.hunks for version in proposal.versions)
            self.put_away()
            self.said.emit(tr(CHANGED_MEANWHILE if has_any else NOTHING_TO_CHANGE))

    def _settle(self) -> None:
        asked, standing = self.asked, self.standing
        if asked is not None and standing is not None:
            self._meanwhile.forget()
            self.review.settle(self._context(asked), focus=self._is_at_rest)
            count = len(standing.open)
            self.said.emit(count_sentence(asked.task.title, count, focused=self.has_keyboard))

    def _answer_beside(self, asked: Asked, proposal: Proposal, *, is_final: bool) -> None:
        if not proposal.refused:
            self.answered.emit(asked, proposal, is_final)
        if is_final:
            self.put_away()
            if proposal.refused:
                self.said.emit(proposal.refused)

    def _context(self, asked: Asked) -> ProposalContext:
        return ProposalContext(
            proposal_id=uuid.uuid4().hex,
            document_id=self._document.document_id,
            revision=asked.revision,
            task=asked.task.name,
            passage=asked.passage.text,
            model=self._runner.model,
            adapter=self._runner.adapter,
            private=self._document.policy.is_excluded,
        )

    def _take_in(self, proposal: Proposal) -> None:
        standing = self.standing
        is_first = standing is not None and standing.versions < 2
        if self.review.add_versions(proposal.versions) and is_first:
            self.review.turn()

    # --- what the writer does ---

    def can(self, action: ProposalAction) -> bool:
        """Whether it can be done now."""
        if self.is_working and action is ProposalAction.REJECT_ALL:
            return True
        return not self.is_coming and self.review.can(action)

    def do(self, action: ProposalAction) -> None:
        """Do it, if it can be done. What is under way is stopped before anything is left."""
        if action is ProposalAction.REJECT_ALL and self.is_working:
            self.stop()
        else:
            self.review.do(action)

    # --- what happens on the page ---

    def _on_text_changed(self, change: TextChange) -> None:
        if self.asked is None:
            return
        if change.kind is ChangeKind.LOADED:
            self._on_outdated()
            return
        if self.is_coming:
            self._meanwhile.note(change)
        standing = self.standing
        if standing is None or not standing.is_taking:
            self._is_at_rest = False
        self.review.follow(change)

    def _on_outdated(self) -> None:
        self.put_away()
        self.said.emit(tr(OUT_OF_DATE))

    def _on_caret_moved(self) -> None:
        self._is_at_rest = False
        self.review.unfocus()

    def _on_slot_wanted(self) -> None:
        self.review.unfocus()
        self.review.layer.release_slot()

    def _on_composing(self, composing: bool) -> None:
        if composing:
            self._on_caret_moved()
