"""Asks for a task on a passage of one view: what is offered, what is told with it, and what is refused at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from cowrite.app.shared import Shared
from cowrite.app.spelling_factory import spelling_of
from cowrite.base.text_counts import count_text
from cowrite.editor.proposals.offers import TaskOffer
from cowrite.editor.proposals.passage import Passage, meant_passage
from cowrite.editor.proposals.view_proposals import ViewProposals
from cowrite.editor.proposals.word_knowledge import CheckedWords
from cowrite.editor.shell.editor_view import EditorView
from cowrite.localization import tr, tr_noop
from cowrite.tasks.passage.noticed import sentences
from cowrite.tasks.passage.work import MOST_WORDS, PassageRequest

TOLD = "rewrite"
"""The task that does what the writer types."""
GOES_ON = frozenset({"continue-passage", TOLD})
"""What can be done where nothing stands yet."""
NO_PASSAGE = tr_noop(
    "There is nothing to work on here. Select a passage, or put the caret in a sentence."
)
READ_ONLY = tr_noop("This text can only be read, so no changes can be proposed for it.")
_OWN_PASSAGES, _OWN_CHARACTERS = 3, 600


class PassageAsking(QObject):
    """Of ``view``. Implements :class:`cowrite.editor.proposals.proposal_menu.Asking`."""

    def __init__(self, view: EditorView, proposals: ViewProposals, shared: Shared) -> None:
        super().__init__(proposals)
        self._view = view
        self._proposals = proposals
        self._shared = shared

    @property
    def is_wanted(self) -> bool:
        """Whether the writer wants help of a model at all."""
        return self._shared.preferences().assistance

    def offers(self) -> Sequence[TaskOffer]:
        """What can be done now, and why the rest cannot."""
        from cowrite.tasks.passage.registry import PASSAGE_TASKS

        self._shared.abilities.look()
        why_not = self._shared.abilities.why_not
        return [TaskOffer(task=task, why_not=why_not(task)) for task in PASSAGE_TASKS.values()]

    def begin_at(self, place: int, offer: TaskOffer, instruction: str) -> None:
        """Have it done for what is selected, or for the sentence at a place of the text."""
        self.begin(offer, instruction, meant_passage(self._view.page, at=place))

    def begin(self, offer: TaskOffer, instruction: str, passage: Passage) -> None:
        """Have it done for ``passage``; what cannot be is said."""
        problem = self._problem(offer, passage)
        if problem:
            self._proposals.said.emit(problem)
            return
        # By the time the answer stands it is known how the writer writes.
        self._shared.voice.prepare(self._view.document)
        self._proposals.begin(offer.task, self._request(passage, instruction), passage)

    def _problem(self, offer: TaskOffer, passage: Passage) -> str:
        if offer.why_not:
            return offer.why_not
        if self._view.page.isReadOnly() and not offer.task.stands_beside:
            return tr(READ_ONLY)
        if not passage.text and offer.task.name not in GOES_ON:
            return tr(NO_PASSAGE)
        words = count_text(passage.text).words
        if words > MOST_WORDS:
            return tr(
                "These are {words:,} words. Select {most:,} at most.",
                words=words,
                most=MOST_WORDS,
            )
        return ""

    def _request(self, passage: Passage, instruction: str) -> PassageRequest:
        spelling = spelling_of(self._view)
        checker, choice = spelling.checker, spelling.language.choice
        own = self._shared.spelling.own | frozenset(word.lower() for word in choice.words)
        is_private = self._view.document.policy.is_private
        return PassageRequest(
            passage=passage.text,
            before=passage.before,
            after=passage.after,
            instruction=instruction,
            language=spelling.language.name if checker is not None else "",
            thoroughness=self._shared.preferences().repair,
            words=CheckedWords(checker, own, spelling.cast) if checker is not None else None,
            own_passages=() if is_private else self._own_passages(),
            noticed=() if is_private else sentences(self._shared.habits.noticed),
            kind_offsets=self._shared.habits.offsets,
            generates=self._shared.abilities.known.generates,
            scores=self._shared.bridge.status.scores,
        )

    def _own_passages(self) -> tuple[str, ...]:
        """Some of what the writer wrote: of each of their longest texts whole paragraphs from the middle."""
        texts = sorted(self._shared.bridge.known_texts.values(), key=len, reverse=True)
        found = []
        for text in texts[:_OWN_PASSAGES]:
            middle = text.rfind("\n", 0, len(text) // 2) + 1
            found.append(text[middle : middle + _OWN_CHARACTERS].strip())
        return tuple(each for each in found if each)
