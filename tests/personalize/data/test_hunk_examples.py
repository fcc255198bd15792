"""Changes of passages that were taken or left are pairs; none of them is taken for a suggestion."""

from __future__ import annotations

from dataclasses import replace

import pytest
from written_session import WrittenSession

from cowrite.decisions.events import EventKind
from cowrite.decisions.hunks import hunk_details
from cowrite.personalize.data.decision_examples import Row
from cowrite.personalize.data.examples import Preference, Span
from cowrite.proposals.proposal import Hunk

PASSAGE = "She go to the school."
GO = Hunk(start=4, end=6, before="go", after="went")
THE = Hunk(start=10, end=14, before="the ", after="")


class RepairedSession(WrittenSession):
    """In which changes of a passage are proposed as well."""

    def propose(self, hunk: Hunk) -> str:
        name = f"h{len(self.rows)}"
        details = hunk_details(hunk, passage=PASSAGE, proposal_id="p", version=0)
        at = self.text.index(PASSAGE)
        self.hunk(EventKind.SHOWN, at + hunk.start, at + hunk.end, name, **details)
        return name

    def take(self, hunk: Hunk, name: str) -> None:
        at = self.text.index(PASSAGE) + hunk.start
        self.edit(hunk.after, at, len(hunk.before), origin="rewritten")
        self.hunk(EventKind.ACCEPTED, at, at + len(hunk.after), name, text=hunk.after)

    def hunk(self, kind: EventKind, start: int, end: int, name: str, **details: object) -> None:
        self.add(kind, start, end, name, **details)
        last = self.rows[-1]
        self.rows[-1] = Row(last.id, replace(last.event, task="repair"))

    def became(self, name: str, state: str, now: str = "", distance: int = 0) -> None:
        self.hunk(EventKind.KEPT, 0, 0, name, state=state, now=now, distance=distance)


@pytest.fixture
def session() -> RepairedSession:
    session = RepairedSession()
    session.edit("It was late. ")
    session.edit(PASSAGE)
    return session


def pairs(session: WrittenSession) -> list[tuple[str, str, str]]:
    return [(e.context, e.chosen, e.rejected) for e in session.examples().preferences]


def test_what_was_taken_is_preferred_to_what_stood_there(session: RepairedSession) -> None:
    session.take(GO, session.propose(GO))
    assert pairs(session) == [
        ("It was late. She ", "went to the school.", "go to the school."),
    ]


def test_what_was_left_is_preferred_the_other_way(session: RepairedSession) -> None:
    name = session.propose(THE)
    session.hunk(EventKind.REJECTED, 0, 0, name, on_screen_ms=2_000)
    assert pairs(session) == [("It was late. She go to ", "the school.", "school.")]


def test_what_nobody_can_have_read_or_decided_on_teaches_nothing(session: RepairedSession) -> None:
    name, other = session.propose(THE), session.propose(GO)
    session.hunk(EventKind.REJECTED, 0, 0, name, on_screen_ms=100)
    session.hunk(EventKind.IGNORED, 0, 0, other, on_screen_ms=9_000)
    found = session.examples()
    assert (found.preferences, found.unpaired) == ([], [])


def test_what_was_taken_and_taken_back_counts_as_left(session: RepairedSession) -> None:
    name = session.propose(GO)
    session.take(GO, name)
    session.became(name, "gone")
    (pair,) = session.examples().preferences
    assert pair.rejected.startswith("went")


def test_what_was_edited_afterwards_is_preferred_to_both(session: RepairedSession) -> None:
    name = session.propose(GO)
    session.take(GO, name)
    session.became(name, "edited", "walked", 6)
    found: list[Preference] = session.examples().preferences
    assert [(p.chosen.split()[0], p.rejected.split()[0], p.weight) for p in found] == [
        ("walked", "went", 1.0),
        ("walked", "go", 1.0),
    ]


def test_words_of_the_model_are_not_the_writers_and_count_a_little_once_they_stayed(
    session: RepairedSession,
) -> None:
    name = session.propose(GO)
    session.take(GO, name)
    (whole,) = session.examples().supervised
    assert Span("went", False) in whole.spans
    session.became(name, "exact", "went")
    (whole,) = session.examples().supervised
    assert Span("went", False, 0.3) in whole.spans


def test_what_is_typed_after_a_change_was_left_is_no_rival_of_it(session: RepairedSession) -> None:
    name = session.propose(THE)
    session.hunk(EventKind.REJECTED, 0, len(session.text), name, on_screen_ms=2_000)
    session.edit(" And then she came home again.")
    assert [chosen for _, chosen, _ in pairs(session)] == ["the school."]
