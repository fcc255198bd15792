"""The table of the design, row by row, from a real log."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_session import WrittenSession

from cowrite.base.utf16 import utf16_length
from cowrite.decisions.database.log_file import open_for_reading
from cowrite.decisions.events import Event, EventKind
from cowrite.personalize.data.dataset_card import DatasetCard
from cowrite.personalize.data.decision_examples import (
    Row,
    Selection,
    examples_from_log,
    examples_from_rows,
)
from cowrite.personalize.data.examples import Examples, Span, Task
from cowrite.personalize.data.replayed_text import ReplayedText


def test_only_what_was_typed_is_learned() -> None:
    session = WrittenSession()
    session.open("Old text. ")
    session.edit("I typed this 😀. ")
    session.edit("Pasted. ", origin="pasted")
    session.accept(session.show("The model. "), "The model. ")
    session.edit("And this.")
    (whole,) = [each for each in session.examples().supervised if each.is_text]
    assert whole.text == session.text
    assert whole.learned == "I typed this 😀. And this."
    assert whole.source.document == "novel"
    assert whole.source.events == (1, 2, 3, 5, 7)


def test_what_an_undo_brings_back_is_whose_it_was() -> None:
    session = WrittenSession()
    session.edit("Mine and ")
    session.edit("theirs", origin="pasted")
    session.edit("", at=0, removed=15, origin="deleted")
    session.edit("Mine and theirs", at=0, origin="undo")
    (whole,) = session.examples().supervised
    assert whole.learned == "Mine and "


def test_accepted_and_still_there_counts_a_little() -> None:
    session = WrittenSession()
    session.edit("She went to the ")
    ghost = session.show("sea.")
    session.accept(ghost, "sea.")
    assert not [each for each in session.examples().supervised if not each.is_text]  # not yet known
    session.keep(ghost, "exact", "sea.", 0)
    found = session.examples()
    (whole,) = found.supervised
    assert whole.spans == (Span("She went to the ", True), Span("sea.", False, 0.3))
    assert [verdict.desirable for verdict in found.unpaired] == [True]
    assert [source.events for source in found.kept] == [(2, 4, 5)]
    assert whole.source.events == (1, 2, 3, 4, 5)
    assert DatasetCard.of(found).decisions == 1


def test_kept_words_count_no_more_when_they_are_gone_and_again_after_an_undo() -> None:
    session = WrittenSession()
    session.edit("She went to the ")
    ghost = session.show("sea.")
    session.accept(ghost, "sea.")
    session.keep(ghost, "exact", "sea.", 0)
    session.edit("", at=16, removed=4, origin="deleted")
    (whole,) = session.examples().supervised
    assert whole.spans == (Span("She went to the ", True),)
    session.edit("sea.", at=16, origin="undo")
    (whole,) = session.examples().supervised
    assert whole.spans[-1] == Span("sea.", False, 0.3)


@pytest.mark.parametrize("has_text", [True, False])
def test_kept_words_of_no_text_of_the_writer_bring_their_context(has_text: bool) -> None:
    session = WrittenSession()
    if has_text:
        session.open("Somebody else wrote: the ")
    ghost = session.show("sea.")
    session.accept(ghost, "sea.")
    session.keep(ghost, "exact", "sea.", 0)
    found = session.examples()
    (kept,) = found.supervised
    assert (kept.learned, kept.weight, kept.is_text) == ("sea.", 0.3, False)
    assert kept.text == ("Somebody else wrote: the " if has_text else "") + "sea."
    assert not found.kept


def test_accepted_then_edited_is_a_correction_and_a_preference() -> None:
    session = WrittenSession()
    session.edit("She went to the ")
    ghost = session.show("wide sea.")
    session.accept(ghost, "wide sea.")
    session.keep(ghost, "edited", "grey harbour.", 9)
    found = session.examples()
    (corrected,) = [each for each in found.supervised if each.task is Task.CORRECTION]
    assert (corrected.learned, corrected.weight) == ("grey harbour.", 1)
    (pair,) = found.preferences
    assert (pair.chosen, pair.rejected, pair.weight) == ("grey harbour.", "wide sea.", 1.0)
    assert DatasetCard.of(found).corrections == 1

    session.keep(ghost, "edited", "wide sea!", 1)
    assert not session.examples().preferences  # under three characters


def test_accepted_in_part_and_then_typed_on() -> None:
    session = WrittenSession()
    session.edit("She went to the ")
    ghost = session.show("sea in the morning.")
    session.accept(ghost, "sea ", EventKind.ACCEPTED_PARTIAL)
    session.end(EventKind.REJECTED, ghost, text="in the morning.", taken="sea ")
    session.edit("with her oldest brother.")
    found = session.examples()
    (whole,) = found.supervised
    assert whole.spans[1] == Span("sea ", False, 0.5)
    (pair,) = found.preferences
    assert pair.chosen == "sea with her oldest brother."
    assert pair.rejected == "sea in the morning."


@pytest.mark.parametrize(
    ("kind", "typed", "seen_ms", "weight"),
    [
        (EventKind.REJECTED, "harbour, where the boats lay.", 900, 1.0),
        (EventKind.IGNORED, "harbour, where the boats lay.", 900, 0.3),
        (EventKind.REJECTED, "harbour, where the boats lay.", 200, None),
        (EventKind.REJECTED, "harbour.", 900, None),
    ],
)
def test_what_is_typed_instead_is_preferred(
    kind: EventKind, typed: str, seen_ms: float, weight: float | None
) -> None:
    session = WrittenSession()
    session.edit("She went to the ")
    session.end(kind, session.show("sea."), seen_ms, text="sea.")
    session.edit(typed[:5])
    session.edit(typed[5:])
    found = session.examples()
    assert [pair.weight for pair in found.preferences] == ([] if weight is None else [weight])
    if weight is not None:
        pair = found.preferences[0]
        assert (pair.context, pair.chosen, pair.rejected) == ("She went to the ", typed, "sea.")
    # Learned once, in its text.
    assert [each.learned for each in found.supervised] == ["She went to the " + typed]


def test_rejected_and_nothing_typed_is_undesirable() -> None:
    session = WrittenSession()
    session.edit("She went to the ")
    session.end(EventKind.REJECTED, session.show("sea."), text="sea.")
    found = session.examples()
    assert [verdict.desirable for verdict in found.unpaired] == [False]
    assert not found.preferences


def test_what_fills_a_gap_is_learned_once_in_its_text() -> None:
    session = WrittenSession()
    session.open("The first sentence. The last sentence, which is rather long.")
    session.edit("A sentence in between. ", at=20)
    (learned,) = session.examples().supervised
    assert learned.is_text
    assert learned.learned == "A sentence in between. "
    assert learned.text.startswith("The first sentence. A sentence in between. The last")


def test_a_log_is_read_with_what_must_not_be_learned_left_out(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    for document, session_id in (("novel", "s1"), ("diary", "s1"), ("study", "imported:s2")):
        session = WrittenSession(document, session_id)
        session.edit(f"This is of the {document}.")
        session.write(path, f"/home/{document}.txt")
    with open_for_reading(path) as connection:

        def documents(**wishes: object) -> list[str]:
            found = examples_from_log(connection, Selection(**wishes))  # type: ignore[arg-type]
            return sorted(each.source.document for each in found.supervised)

        assert documents() == ["diary", "novel"]
        assert documents(imported=True) == ["diary", "novel", "study"]
        assert documents(may_learn=lambda _, path: "diary" not in path) == ["novel"]
        assert documents(since_ms=10_000) == []


def test_imported_decisions_bring_what_stood_before_them_along() -> None:
    session = WrittenSession()
    session.add(EventKind.SHOWN, 14, 14, "g", text="sea.", context="She went to a ")
    session.add(EventKind.ACCEPTED, 14, 18, "g", text="sea.", on_screen_ms=900)
    session.keep("g", "exact", "sea.", 0)
    (learned,) = session.examples().supervised
    assert learned.text == "She went to a sea."
    assert learned.learned == "sea."


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), st.text(max_size=6)), max_size=20))
def test_the_text_is_followed_whatever_is_done(edits: list[tuple[int, int, str]]) -> None:
    followed, expected = ReplayedText(), ""
    for at, removed, inserted in edits:
        # Only whole characters are cut here; the page does the same.
        start = min(at, len(expected))
        gone = expected[start : start + removed]
        event = Event(
            kind=EventKind.EDITED, at_ms=0, session_id="", suggestion_id="", document_id="", revision=0,
            start=utf16_length(expected[:start]), end=0,
            details={"origin": "typed", "inserted": inserted, "removed": utf16_length(gone)},
        )  # fmt: skip
        followed.apply(event)
        expected = expected[:start] + inserted + expected[start + removed :]
    assert "".join(span.text for span in followed.spans()) == expected


def test_where_rows_are_missing_nothing_is_learned_until_the_text_is_told_again() -> None:
    session = WrittenSession("novel", "s1")
    session.edit("The first half of it.")
    whole = ReplayedText()
    for row in session.rows:
        whole.apply(row.event)
    assert [(span.text, span.learns) for span in whole.spans()] == [("The first half of it.", True)]
    torn = Event(
        kind=EventKind.EDITED, at_ms=0, session_id="s1", suggestion_id="", document_id="novel", revision=9,
        start=500, end=0, details={"origin": "typed", "inserted": "far away", "removed": 0},
    )  # fmt: skip
    whole.apply(torn)
    assert list(whole.spans()) == []
    assert whole.between(0, 9) == ""
    told = replace(torn, kind=EventKind.OPENED, details={"text": "All of it. "})
    whole.apply(told)
    assert [(span.text, span.learns) for span in whole.spans()] == [("All of it. ", False)]
    whole.apply(replace(torn, start=11))
    assert [(span.text, span.learns) for span in whole.spans()] == [
        ("All of it. ", False),
        ("far away", True),
    ]


def in_turn(*parts: WrittenSession) -> list[Row]:
    """The rows of all, numbered anew."""
    rows = [row for part in parts for row in part.rows]
    return [replace(row, id=number) for number, row in enumerate(rows, 1)]


def renamed() -> tuple[WrittenSession, WrittenSession]:
    """A text with a correction that was untitled at first."""
    first, second = WrittenSession("untitled"), WrittenSession("novel")
    first.edit("Mine and ")
    first.edit("pasted. ", origin="pasted")
    ghost = first.show("wide sea.")
    first.accept(ghost, "wide sea.")
    first.keep(ghost, "edited", "grey harbour.", 9)
    second.open(first.text)
    second.edit(" More of mine.")
    return first, second


def texts(found: Examples) -> dict[str, str]:
    """What is learned of each text, by its document."""
    return {each.source.document: each.learned for each in found.supervised if each.is_text}


def test_a_text_that_gets_another_name_is_by_the_same_hands() -> None:
    first, second = renamed()
    assert texts(examples_from_rows(in_turn(first, second)))["novel"] == "Mine and  More of mine."
    # And when it gets its old name back.
    third = WrittenSession("untitled")
    third.open(second.text)
    found = examples_from_rows(in_turn(first, second, third))
    assert texts(found)["untitled"] == texts(found)["novel"]


def test_kept_words_stay_kept_under_another_name() -> None:
    first, second = WrittenSession("untitled"), WrittenSession("novel")
    first.edit("She went to the ")
    ghost = first.show("sea.")
    first.accept(ghost, "sea.")
    second.open(first.text)
    second.keep(ghost, "exact", "sea.", 0)
    found = examples_from_rows(in_turn(first, second))
    assert [each.spans[-1].kept for each in found.supervised] == [0.3, 0.3]
    assert DatasetCard.of(found).decisions == 1
    second.keep(ghost, "gone", "", 4)
    found = examples_from_rows(in_turn(first, second))
    assert [each.spans[-1].kept for each in found.supervised] == [0, 0]
    assert [each.desirable for each in found.unpaired] == [False]


def test_another_text_inherits_nothing() -> None:
    first, _ = renamed()
    other = WrittenSession("other")
    other.open(first.text + "!")
    assert texts(examples_from_rows(in_turn(first, other))) == {"untitled": "Mine and "}


def test_a_text_that_is_only_looked_at_is_as_old_as_its_last_change() -> None:
    first, second = WrittenSession("old"), WrittenSession("new")
    first.edit("One.")
    second.edit("Two.")
    again = WrittenSession("old")
    again.open("One.")
    rows = [
        replace(row, event=replace(row.event, at_ms=row.id))
        for row in in_turn(first, second, again)
    ]
    found = examples_from_rows(rows)
    assert {e.source.document: e.source.at_ms for e in found.supervised} == {"old": 1, "new": 2}


def test_what_is_typed_of_a_suggestion_and_then_taken_is_one() -> None:
    session = WrittenSession()
    session.edit("The old ")
    ghost = session.show("house on the hill")
    session.edit("ho")
    session.accept(ghost, "use on the hill")
    session.keep(ghost, "exact", "use on the hill", 0)
    found = session.examples()
    assert [(each.context, each.text) for each in found.unpaired] == [
        ("The old ", "house on the hill")
    ]
    (whole,) = found.supervised
    assert [span.text for span in whole.spans] == ["The old ho", "use on the hill"]


def test_what_is_typed_of_a_suggestion_and_then_refused_is_part_of_what_was_wanted() -> None:
    session = WrittenSession()
    session.edit("The old ")
    ghost = session.show("house on the hill")
    session.edit("ho")
    session.end(EventKind.REJECTED, ghost, text="use on the hill")
    session.edit("rse neighed at us.")
    (pair,) = session.examples().preferences
    assert pair.chosen == "horse neighed at us."


def test_a_small_change_of_what_was_taken_says_nothing_about_it() -> None:
    session = WrittenSession()
    session.edit("She saw the ")
    ghost = session.show("houses")
    session.accept(ghost, "houses")
    session.keep(ghost, "edited", "house", 1)
    assert not session.examples().unpaired
