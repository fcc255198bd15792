"""A proposal on a real page: whatever is done, the text is what the keys make of it, and Undo leads back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_document import plain_document
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.page.listeners import ListenerStage
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.proposals.review import ProposalReview
from cowrite.editor.proposals.standing import StandingProposal
from cowrite.proposals.proposal import Proposal
from cowrite.proposals.word_diff import version_between

BEFORE = "Once 😀 upon a time.\n"
PASSAGE = "She go to school.\nHe were tired and the the rain fall."
BETTER = "She goes to the school.\nHe was very tired and the rain fell."
OTHER = "They go to school. He was tired, and rain fell."
AFTER = "\nThe end."

Act = Callable[[PageEdit, ProposalReview, int], None]


def accept(_page: PageEdit, review: ProposalReview, number: int) -> None:
    if review.standing is not None and review.standing.open:
        review.take([review.standing.open[number % len(review.standing.open)].key])


def accept_all(_page: PageEdit, review: ProposalReview, _number: int) -> None:
    if review.standing is not None:
        review.take([each.key for each in review.standing.open])


def reject(_page: PageEdit, review: ProposalReview, number: int) -> None:
    if review.standing is not None and review.standing.open:
        review.leave([review.standing.open[number % len(review.standing.open)].key])


def focus(_page: PageEdit, review: ProposalReview, number: int) -> None:
    if review.standing is not None and review.standing.open:
        review.focus(review.standing.open[number % len(review.standing.open)].key)


def turn(_page: PageEdit, review: ProposalReview, _number: int) -> None:
    review.turn()


def write(page: PageEdit, _review: ProposalReview, number: int) -> None:
    page.place_caret(number % page.content.length)
    page.type_text("an" if number % 3 else "\n")


def undo(page: PageEdit, _review: ProposalReview, _number: int) -> None:
    page.undo()


def redo(page: PageEdit, _review: ProposalReview, _number: int) -> None:
    page.redo()


ACTS: tuple[Act, ...] = (accept, accept_all, reject, focus, turn, write, undo, redo)


def begin(parent: QObject) -> tuple[PageEdit, ProposalReview]:
    document = plain_document()
    page = PageEdit(load_themes()["light"], Fonts(), document)
    view = DocumentView(document, page)
    document.load(BEFORE + PASSAGE + AFTER)
    review = ProposalReview(view, parent)
    document.listeners.add(ListenerStage.VIEW, review.follow)
    review.outdated.connect(review.put_away)
    versions = tuple(version_between(PASSAGE, text) for text in (BETTER, OTHER))
    proposal = Proposal(task="repair", passage=PASSAGE, versions=versions)
    start = BEFORE.encode("utf-16-le")
    review.show(StandingProposal(proposal, len(start) // 2, page.content.text_between))
    return page, review


@pytest.mark.usefixtures("qapp")
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 200)), max_size=14))
def test_text_and_proposal_stay_together(acts: list[tuple[Act, int]]) -> None:
    parent = QObject()
    page, review = begin(parent)
    for act, number in acts:
        standing = review.standing
        if act is accept_all and standing is not None:
            keys = [each.key for each in standing.open]
            prefix = page.text_between(0, standing.start)
            rest = page.text_between(standing.end, page.content.length)
            wanted = prefix + standing.text_if(keys) + rest
            act(page, review, number)
            assert page.text() == wanted
        else:
            act(page, review, number)
        for each in review.standing.open if review.standing is not None else ():
            assert page.text_between(each.start, each.end) == each.hunk.before
    while page.document().isUndoAvailable():
        page.undo()
    assert page.text() == BEFORE + PASSAGE + AFTER
    review.put_away()
    assert not page.layers.is_slot_filled
    page.deleteLater()
    parent.deleteLater()
    QApplication.sendPostedEvents(None, 52)
