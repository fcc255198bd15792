"""A proposal that stands: whatever is typed, taken, left, undone and turned, the text is what the keys make of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length, utf16_slice
from cowrite.editor.proposals.standing import StandingProposal
from cowrite.proposals.proposal import Proposal
from cowrite.proposals.word_diff import version_between

PASSAGE = "She go to school and has went home."
BETTER = "She goes to the school and had gone home."
OTHER = "She goes to school, and went home early."
BEFORE, AFTER = "Once 😀 upon. ", " The end."


class Page:
    """A text with Undo and Redo, which tells its changes as a page does."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.listener: Any = None
        self._undo: list[tuple[str, str]] = []
        self._redo: list[tuple[str, str]] = []

    def read(self, start: int, end: int) -> str:
        return utf16_slice(self.text, start, end)

    def edit(self, edits: list[tuple[int, int, str]], kind: ChangeKind) -> None:
        before, grown = self.text, 0
        changes = []
        for start, end, text in edits:
            self._put(start + grown, end + grown, text)
            changes.append(
                TextChange(kind=kind, offset=start + grown, removed=end - start, inserted=text)
            )
            grown += utf16_length(text) - (end - start)
        self._undo.append((before, self.text))
        self._redo.clear()
        for change in changes:
            self.listener(change)

    def step(self, kind: ChangeKind) -> bool:
        """Undo or Redo, told as one difference, as small as it can be."""
        source, target = (
            (self._undo, self._redo) if kind is ChangeKind.UNDO else (self._redo, self._undo)
        )
        if not source:
            return False
        entry = source.pop()
        target.append(entry)
        old = self.text
        self.text = entry[0] if kind is ChangeKind.UNDO else entry[1]
        at = 0
        while at < min(len(old), len(self.text)) and old[at] == self.text[at]:
            at += 1
        tail = 0
        most = min(len(old), len(self.text)) - at
        while tail < most and old[len(old) - 1 - tail] == self.text[len(self.text) - 1 - tail]:
            tail += 1
        self.listener(
            TextChange(
                kind=kind,
                offset=utf16_length(old[:at]),
                removed=utf16_length(old[at : len(old) - tail]),
                inserted=self.text[at : len(self.text) - tail],
            )
        )
        return True

    def _put(self, start: int, end: int, text: str) -> None:
        whole = utf16_length(self.text)
        self.text = self.read(0, start) + text + self.read(end, whole)


def proposal(*texts: str, passage: str = PASSAGE) -> Proposal:
    versions = tuple(version_between(passage, text) for text in texts)
    return Proposal(task="repair", passage=passage, versions=versions)


@pytest.fixture
def page() -> Page:
    return Page(BEFORE + PASSAGE + AFTER)


@pytest.fixture
def standing(page: Page) -> StandingProposal:
    its = StandingProposal(proposal(BETTER, OTHER), utf16_length(BEFORE), page.read)
    page.listener = its.follow
    return its


def take(page: Page, its: StandingProposal, keys: list[int]) -> None:
    edits = its.edits(keys)
    its.begin_taking()
    page.edit(edits, ChangeKind.REWRITTEN)
    its.taken(keys)


def words(its: StandingProposal) -> list[tuple[str, str]]:
    return [(each.hunk.before, each.hunk.after) for each in its.open]


def test_all_hunks_taken_make_the_version_and_nothing_outside_changes(
    page: Page, standing: StandingProposal
) -> None:
    take(page, standing, [each.key for each in standing.open])
    assert page.text == BEFORE + BETTER + AFTER
    assert not standing.open


def test_the_next_hunk_is_focused_when_one_is_taken(page: Page, standing: StandingProposal) -> None:
    standing.focus_next(standing.start)
    first = standing.focused_hunk
    assert first is not None
    assert (first.hunk.before, first.hunk.after) == ("go", "goes")
    take(page, standing, [first.key])
    assert page.text == BEFORE + PASSAGE.replace("go ", "goes ") + AFTER
    assert standing.focused_hunk == standing.open[0]


def test_undo_brings_a_taken_hunk_back_and_redo_takes_it_again(
    page: Page, standing: StandingProposal
) -> None:
    whole = words(standing)
    take(page, standing, [standing.open[1].key, standing.open[2].key])
    left = words(standing)
    page.step(ChangeKind.UNDO)
    assert words(standing) == whole
    page.step(ChangeKind.REDO)
    assert words(standing) == left


def test_a_hunk_that_was_left_does_not_come_back_with_undo(
    page: Page, standing: StandingProposal
) -> None:
    take(page, standing, [standing.open[0].key])
    standing.leave([standing.open[0].key])
    page.step(ChangeKind.UNDO)
    assert ("go", "goes") in words(standing)
    assert len(standing.open) == 2


def test_writing_in_a_word_ends_its_hunk_and_undo_brings_it_back(
    page: Page, standing: StandingProposal
) -> None:
    whole = words(standing)
    at = standing.open[0].end
    page.edit([(at, at, "t")], ChangeKind.TYPED)
    assert words(standing) == whole[1:]
    assert not standing.may_turn
    page.step(ChangeKind.UNDO)
    assert words(standing) == whole
    assert standing.may_turn


def test_a_space_beside_a_word_leaves_its_hunk(page: Page, standing: StandingProposal) -> None:
    at = standing.open[0].end
    page.edit([(at, at, " ")], ChangeKind.TYPED)
    assert ("go", "goes") in words(standing)


def test_most_of_the_words_edited_make_it_outdated(page: Page, standing: StandingProposal) -> None:
    start, end = standing.start + 3, standing.end - 3
    gone = []
    page.listener = lambda change: gone.extend(standing.follow(change))
    page.edit([(start, end, "")], ChangeKind.DELETED)
    assert len(gone) == 3
    assert standing.is_outdated


def test_another_version_is_compared_with_what_was_taken(
    page: Page, standing: StandingProposal
) -> None:
    take(page, standing, [standing.open[0].key])
    standing.turn()
    assert ("go", "goes") not in words(standing)
    take(page, standing, [each.key for each in standing.open])
    assert page.text == BEFORE + OTHER + AFTER


def test_what_was_left_is_not_shown_again_when_the_versions_come_round(
    standing: StandingProposal,
) -> None:
    standing.leave([standing.open[0].key])
    standing.turn()
    standing.turn()
    assert ("go", "goes") not in words(standing)


def test_a_continuation_goes_when_one_writes_where_it_would_come() -> None:
    page = Page("Once.")
    its = StandingProposal(proposal(" Twice.", passage=""), 5, page.read)
    page.listener = its.follow
    page.edit([(0, 0, "So ")], ChangeKind.TYPED)
    assert its.open[0].start == 8
    page.edit([(8, 8, " a")], ChangeKind.TYPED)
    assert not its.open


class Standing(RuleBasedStateMachine):
    """The writer and a proposal: at any time each open hunk stands where its old words are."""

    @initialize(
        texts=st.lists(st.text(alphabet="ab .,😀\n", max_size=24), min_size=1, max_size=3),
        passage=st.text(alphabet="ab .,😀\n", max_size=24),
        before=st.text(alphabet="ab 😀", max_size=5),
        after=st.text(alphabet="ab 😀", max_size=5),
    )
    def begin(self, texts: list[str], passage: str, before: str, after: str) -> None:
        self.page = Page(before + passage + after)
        self.its = StandingProposal(
            proposal(*texts, passage=passage), utf16_length(before), self.page.read
        )
        self.page.listener = self.its.follow
        self.outside = before, after
        self.is_untouched = True

    @rule(data=st.data())
    def take_some(self, data: st.DataObject) -> None:
        keys = [each.key for each in self.its.open if data.draw(st.booleans())]
        wanted = self.its.text_if(keys)
        start, end = self.its.start, self.its.end
        prefix = self.page.read(0, start)
        rest = self.page.read(end, utf16_length(self.page.text))
        if self.its.edits(keys):
            take(self.page, self.its, keys)
        assert self.page.text == prefix + wanted + rest

    @rule(data=st.data())
    def leave_one(self, data: st.DataObject) -> None:
        if self.its.open:
            before = self.page.text
            self.its.leave([data.draw(st.sampled_from(self.its.open)).key])
            assert self.page.text == before

    @rule(data=st.data(), text=st.text(alphabet="ab .😀\n", max_size=3))
    def write(self, data: st.DataObject, text: str) -> None:
        at = [0]
        for character in self.page.text:
            at.append(at[-1] + utf16_length(character))
        start, end = sorted(data.draw(st.tuples(st.sampled_from(at), st.sampled_from(at))))
        if (start, end, text) != (start, start, ""):
            self.page.edit([(start, end, text)], ChangeKind.TYPED)
            self.is_untouched = False

    @rule(kind=st.sampled_from((ChangeKind.UNDO, ChangeKind.REDO)))
    def go_back(self, kind: ChangeKind) -> None:
        self.page.step(kind)

    @precondition(lambda self: self.its.may_turn)
    @rule()
    def turn(self) -> None:
        self.its.turn()

    @rule(place=st.integers(0, 40), backwards=st.booleans())
    def go_on(self, place: int, backwards: bool) -> None:
        self.its.focus_next(place, backwards=backwards)

    @invariant()
    def each_hunk_stands_where_its_words_are(self) -> None:
        for each in self.its.open:
            assert self.page.read(each.start, each.end) == each.hunk.before
            assert self.its.start <= each.start <= each.end <= self.its.end
        places = [(each.start, each.end) for each in self.its.open]
        assert places == sorted(places)

    @invariant()
    def nothing_outside_changes_by_keys_of_proposals(self) -> None:
        before, after = self.outside
        if self.is_untouched:
            assert self.page.text.startswith(before)
            assert self.page.text.endswith(after)

    @invariant()
    def the_focus_is_on_an_open_hunk(self) -> None:
        assert self.its.focused is None or self.its.focused_hunk is not None


Standing.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestStanding = Standing.TestCase
