"""Hunks stay with their words while the writer types, takes, leaves, and goes back and forth."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import from_units, in_units
from cowrite.proposals.following import FollowedVersion, HunkState
from cowrite.proposals.proposal import Hunk, Version, composed
from cowrite.proposals.word_diff import version_between

WORDS = st.lists(
    st.sampled_from(["a", "big", "dog", "ran", "off", ",", ".", "中文", "👩"]), max_size=9
)
TEXTS = WORDS.map(" ".join)


class Page:
    """A text in UTF-16 units that tells its changes as the page does: without what stayed the same."""

    def __init__(self, text: str) -> None:
        self.units = in_units(text)
        self.done: list[tuple[str, str]] = []
        self.undone: list[tuple[str, str]] = []

    def edit(self, start: int, end: int, text: str, kind: ChangeKind) -> TextChange:
        before = self.units
        inserted = in_units(text)
        self.units = before[:start] + inserted + before[end:]
        self.done.append((before, self.units))
        self.undone = []
        return TextChange(kind=kind, offset=start, removed=end - start, inserted=text)

    def difference(self, new: str, kind: ChangeKind) -> TextChange:
        old, self.units = self.units, new
        head = 0
        while head < min(len(old), len(new)) and old[head] == new[head]:
            head += 1
        tail = 0
        most = min(len(old), len(new)) - head
        while tail < most and old[len(old) - 1 - tail] == new[len(new) - 1 - tail]:
            tail += 1
        inserted = from_units(new[head : len(new) - tail])
        return TextChange(kind=kind, offset=head, removed=len(old) - tail - head, inserted=inserted)


class Following(RuleBasedStateMachine):
    """Against a page that is only a string."""

    @initialize(before=TEXTS, old=TEXTS, new=TEXTS, after=TEXTS)
    def stand(self, before: str, old: str, new: str, after: str) -> None:
        self.page = Page(before + old + after)
        self.followed = FollowedVersion(version_between(old, new), old, at=len(in_units(before)))

    def tell(self, change: TextChange) -> None:
        self.followed.follow(change)

    @rule(data=st.data(), text=st.sampled_from(["", "x", " ", "new words", "😀", ", "]))
    def write(self, data: st.DataObject, text: str) -> None:
        length = len(self.page.units)
        start = data.draw(st.integers(0, length))
        end = data.draw(st.integers(start, min(length, start + 4)))
        self.tell(self.page.edit(start, end, text, ChangeKind.TYPED))

    @precondition(lambda self: self.followed.open)
    @rule(data=st.data())
    def take(self, data: st.DataObject) -> None:
        place = data.draw(st.sampled_from(self.followed.open))
        start, end, text = self.followed.edit_of(place.number)
        others = {each.number for each in self.followed.open} - {place.number}
        assert self.page.units[start:end] == in_units(place.hunk.before)
        self.tell(self.page.edit(start, end, text, ChangeKind.REWRITTEN))
        now = self.followed.places[place.number]
        assert now.state is HunkState.TAKEN
        assert self.page.units[now.start : now.end] == in_units(place.hunk.after)
        assert {each.number for each in self.followed.open} == others

    @precondition(lambda self: self.followed.open)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        place = data.draw(st.sampled_from(self.followed.open))
        self.followed.leave(place.number)
        assert self.followed.places[place.number].state is HunkState.LEFT

    @precondition(lambda self: self.page.done)
    @rule()
    def undo(self) -> None:
        step = self.page.done.pop()
        self.page.undone.append(step)
        self.tell(self.page.difference(step[0], ChangeKind.UNDO))

    @precondition(lambda self: self.page.undone)
    @rule()
    def redo(self) -> None:
        step = self.page.undone.pop()
        self.page.done.append(step)
        self.tell(self.page.difference(step[1], ChangeKind.REDO))

    @invariant()
    def every_hunk_is_at_its_words(self) -> None:
        followed = self.followed
        assert 0 <= followed.start <= followed.end <= len(self.page.units)
        assert self.page.units[followed.start : followed.end] == in_units(followed.text)
        for place in followed.places:
            here = self.page.units[place.start : place.end]
            assert followed.start <= place.start <= place.end <= followed.end
            if place.state is HunkState.OPEN:
                assert here == in_units(place.hunk.before)
            if place.state is HunkState.TAKEN and not place.is_edited:
                assert here == in_units(place.hunk.after)


TestFollowing = Following.TestCase
TestFollowing.settings = settings(max_examples=100, stateful_step_count=25)

PASSAGE = "She go to the school, I seen her."
VERSION = version_between(PASSAGE, "She went to school, I saw her.")


def typed(offset: int, text: str, removed: int = 0) -> TextChange:
    return TextChange(kind=ChangeKind.TYPED, offset=offset, removed=removed, inserted=text)


def states(followed: FollowedVersion) -> list[str]:
    return [place.state.name.lower() for place in followed.places]


def test_typing_elsewhere_only_moves_them():
    followed = FollowedVersion(VERSION, PASSAGE, at=10)
    assert followed.follow(typed(0, "Well. ")) == []
    assert followed.follow(typed(followed.end, " And more.")) == []
    assert followed.follow(typed(followed.start + 3, " did")) == []
    assert [followed.edit_of(number)[2] for number in range(3)] == ["went", "", "saw"]
    assert followed.text == "She did go to the school, I seen her."
    assert not followed.is_out_of_date


def test_a_hunk_whose_words_the_writer_changes_is_gone_and_undo_brings_it_back():
    followed = FollowedVersion(VERSION, PASSAGE, at=0)
    assert followed.follow(typed(6, "es")) == [0]
    assert states(followed) == ["gone", "open", "open"]
    undo = TextChange(kind=ChangeKind.UNDO, offset=6, removed=2, inserted="")
    assert followed.follow(undo) == [0]
    assert states(followed) == ["open", "open", "open"]


def test_all_that_were_taken_at_once_are_open_again_after_undo_but_not_those_left():
    followed = FollowedVersion(VERSION, PASSAGE, at=0)
    followed.leave(1)
    grown = 0
    for start, end, text in followed.edits_of_all():
        change = TextChange(
            kind=ChangeKind.REWRITTEN, offset=start + grown, removed=end - start, inserted=text
        )
        assert followed.follow(change)
        grown += len(text) - (end - start)
    assert followed.text == "She went to the school, I saw her."
    went = len("went to the school, I saw")
    back = "go to the school, I seen"
    undo = TextChange(kind=ChangeKind.UNDO, offset=4, removed=went, inserted=back)
    assert followed.follow(undo) == [0, 2]
    assert states(followed) == ["open", "left", "open"]
    followed.reopen([1])
    assert composed(followed.text, [place.hunk for place in followed.open]) == VERSION.text


def test_a_passage_that_is_another_one_by_now_makes_its_proposal_out_of_date():
    followed = FollowedVersion(VERSION, PASSAGE, at=0)
    followed.follow(typed(0, "", removed=len(PASSAGE)))
    assert followed.is_out_of_date
    assert followed.open == ()
    followed = FollowedVersion(VERSION, PASSAGE, at=0)
    followed.follow(typed(3, " and forty letters more, one by one, or pasted at once"))
    assert followed.is_out_of_date


def test_another_text_in_the_document_leaves_nothing_open():
    followed = FollowedVersion(VERSION, PASSAGE, at=0)
    loaded = TextChange(kind=ChangeKind.LOADED, offset=0, removed=33, inserted=PASSAGE)
    assert followed.follow(loaded) == [0, 1, 2]


def test_places_count_as_the_document_counts():
    hunk = Hunk(start=2, end=5, before="dog", after="cat")
    followed = FollowedVersion(Version(text="😀 cat", hunks=(hunk,)), "😀 dog", at=7)
    assert followed.edit_of(0) == (10, 13, "cat")
