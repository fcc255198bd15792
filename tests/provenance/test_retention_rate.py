from __future__ import annotations

import pytest

from cowrite.decisions.events import Event, EventKind
from cowrite.provenance.authorship_share import Kind, parts_of
from cowrite.provenance.document import DocumentProvenance, Taken
from cowrite.provenance.ranges import Origin
from cowrite.provenance.retention_rate import RetentionTracker, Situation, When


class Writing:
    """A text with its provenance, a clock that the test sets, and what was told."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.events: list[Event] = []
        self.text = ""
        self.steps = 0
        self.document = DocumentProvenance()
        self.watch = RetentionTracker(
            self, "session", monotonic_ms=lambda: self.now, unix_ms=lambda: int(self.now)
        )

    def record(self, event: Event) -> None:
        self.events.append(event)

    def edit(self, offset: int, removed: int, inserted: str) -> None:
        self.change(offset, removed, inserted)
        self.document.edit(offset, removed, inserted, Origin.TYPED, state=self.steps)

    def give_way(self, offset: int, inserted: str) -> None:
        self.change(offset, 1, inserted)
        self.document.give_way(offset, inserted, state=self.steps)

    def accept(self, text: str, name: str = "s") -> None:
        offset = len(self.text)
        read = self.text.__getitem__
        self.change(offset, 0, text)
        self.document.accept(
            offset,
            0,
            text,
            Taken(id=name, model="m", adapter="a", at_ms=5),
            state=self.steps,
            read=lambda start, end: read(slice(start, end)),
        )
        self.watch.accepted(name)

    def change(self, offset: int, removed: int, inserted: str) -> None:
        self.text = self.text[:offset] + inserted + self.text[offset + removed :]
        self.steps += 1

    def undo_to(self, length: int, offset: int, removed: int, back: str) -> None:
        self.change(offset, removed, back)
        self.steps -= 2
        assert len(self.text) == length
        self.document.undo_or_redo(offset, removed, back, state=self.steps, length=length)

    def undo(self, removed: int) -> None:
        offset = len(self.text) - removed
        self.text, self.steps = self.text[:offset], self.steps - 1
        self.document.undo_or_redo(offset, removed, "", state=self.steps, length=len(self.text))

    def redo(self, inserted: str) -> None:
        offset = len(self.text)
        self.text, self.steps = self.text + inserted, self.steps + 1
        self.document.undo_or_redo(offset, 0, inserted, state=self.steps, length=len(self.text))

    def situation(self) -> Situation:
        return Situation(
            document_id="d",
            revision=self.steps,
            ranges=self.document.ranges,
            sources=self.document.sources,
            read=lambda start, end: self.text[start:end],
        )

    def waits(self, seconds: float) -> None:
        """Let time pass and look whenever it is due, as a timer would."""
        end = self.now + 1_000 * seconds
        while (due := self.watch.due_in_ms()) is not None and self.now + due <= end:
            self.now += due
            self.watch.measure_due(self.situation())
        self.now = end

    def told(self) -> list[tuple[object, ...]]:
        rows = [
            (e.details["when"], e.details["state"], e.details["distance"], e.details["now"])
            for e in self.events
        ]
        self.events.clear()
        return rows


@pytest.fixture
def writing() -> Writing:
    writing = Writing()
    writing.edit(0, 0, "The old ")
    return writing


def test_what_was_taken_is_looked_at_three_times(writing: Writing) -> None:
    writing.accept("house on the hill")
    writing.waits(29)
    assert writing.told() == []
    writing.waits(1)
    assert writing.told() == [("30 s", "exact", 0, "house on the hill")]
    writing.edit(8, 5, "horse")
    writing.waits(90)
    assert writing.told() == [("2 min", "edited", 5, " on the hill")]
    writing.edit(8, len(writing.text) - 8, "")
    writing.waits(3_600)
    assert writing.told() == [("10 min", "gone", 17, "")]
    assert writing.watch.due_in_ms() is None


def test_a_row_has_what_the_log_wants_to_know(writing: Writing) -> None:
    writing.accept("house")
    writing.edit(10, 1, "r")
    writing.waits(30)
    (event,) = writing.events
    assert event.kind is EventKind.KEPT
    assert (event.suggestion_id, event.document_id, event.session_id) == ("s", "d", "session")
    assert (event.model, event.adapter) == ("m", "a")
    assert (event.start, event.end) == (8, 13)
    assert event.details == {
        "when": "30 s",
        "state": "edited",
        "distance": 1,
        "kept": 0.8,
        "characters": 5,
        "now": "horse",
    }


def test_a_space_that_gives_way_is_no_edit(writing: Writing) -> None:
    writing.accept("house ")
    writing.give_way(13, ",")
    writing.waits(30)
    assert writing.events[0].details["kept"] == 1.0
    assert writing.told() == [("30 s", "exact", 0, "house")]
    (part,) = (
        each for each in parts_of(writing.document.ranges, writing.document.sources) if each.source
    )
    assert part.kind is Kind.ACCEPTED
    writing.undo_to(14, 13, 1, " ")
    writing.watch.tell(writing.situation(), When.SAVE)
    assert writing.events[0].details["kept"] == 1.0
    assert writing.told() == [("save", "exact", 0, "house ")]
    writing.edit(8, 5, "horse")
    writing.watch.tell(writing.situation(), When.CLOSE)
    assert [row[:2] for row in writing.told()] == [("close", "edited")]


def test_any_other_space_that_goes_is_an_edit(writing: Writing) -> None:
    writing.accept("house on ")
    writing.give_way(13, ",")
    writing.waits(30)
    assert writing.told() == [("30 s", "edited", 1, "house,on ")]


def test_after_a_space_that_gave_way_the_suggestion_goes_on(writing: Writing) -> None:
    writing.accept("house ")
    writing.give_way(13, ",")
    writing.accept(" on the ")
    writing.give_way(len(writing.text) - 1, ".")
    writing.waits(30)
    assert writing.told() == [("30 s", "exact", 0, "house, on the")]
    assert writing.document.sources["s"].pieces == ((0, 5), (6, 7))


def test_taken_back_is_gone_and_redone_is_there_again(writing: Writing) -> None:
    writing.accept("house")
    writing.undo(5)
    writing.waits(30)
    writing.redo("house")
    writing.waits(90)
    assert [row[:2] for row in writing.told()] == [("30 s", "gone"), ("2 min", "exact")]


def test_what_was_typed_along_between_two_accepts_is_part_of_the_suggestion(
    writing: Writing,
) -> None:
    writing.accept("house ")
    writing.edit(14, 0, "on")
    writing.accept(" the hill")
    writing.waits(30)
    assert writing.told() == [("30 s", "exact", 0, "house on the hill")]


def test_taken_again_after_it_was_taken_back_is_one_suggestion(writing: Writing) -> None:
    writing.accept("house ")
    writing.accept("on ")
    writing.undo(3)
    writing.accept("on the hill")
    writing.waits(30)
    assert writing.told() == [("30 s", "exact", 0, "house on the hill")]


def test_saving_tells_once_and_then_only_what_changed(writing: Writing) -> None:
    writing.accept("house", "one")
    writing.accept(" light", "two")
    for expected in (["exact", "exact"], []):
        writing.watch.tell(writing.situation(), When.SAVE)
        assert [row[1] for row in writing.told()] == expected
    writing.edit(9, 1, "")
    writing.watch.tell(writing.situation(), When.SAVE)
    assert writing.told() == [("save", "edited", 1, "huse")]
    writing.watch.tell(writing.situation(), When.CLOSE)
    assert [row[:2] for row in writing.told()] == [("close", "edited"), ("close", "exact")]


def test_opening_tells_of_what_was_not_followed_yet(writing: Writing) -> None:
    writing.accept("house")
    names = writing.watch.opened(writing.situation())
    assert writing.told() == [("open", "exact", 0, "house")]
    writing.document.mark_followed(names)
    assert writing.watch.opened(writing.situation()) == set()
    assert writing.told() == []


def test_a_moment_that_was_slept_through_is_no_row(writing: Writing) -> None:
    writing.accept("house")
    writing.now += 700_000
    writing.watch.measure_due(writing.situation())
    assert [row[0] for row in writing.told()] == ["10 min"]


def test_another_document_ends_the_waiting(writing: Writing) -> None:
    writing.accept("house")
    writing.watch.begin()
    writing.waits(3_600)
    writing.watch.tell(writing.situation(), When.SAVE)
    assert writing.told() == []


def test_what_was_carried_far_away_still_counts_as_kept(writing: Writing) -> None:
    writing.accept("house on the hill")
    clipping = writing.document.clip(8, 16, "house on")
    writing.edit(8, 8, "")
    writing.edit(len(writing.text), 0, "." * 200)
    offset = len(writing.text)
    writing.change(offset, 0, "house on")
    writing.document.paste(offset, 0, "house on", clipping, state=writing.steps)
    writing.waits(30)
    (event,) = writing.events
    assert event.details["kept"] == 1.0
    assert event.details["state"] == "edited"
    assert event.details["now"] == " the hill"


def test_a_change_of_a_passage_that_was_taken_is_looked_after_and_stays_rewritten(
    writing: Writing,
) -> None:
    taken = Taken(id="h", model="m", adapter="a", at_ms=5, task="repair")
    writing.change(4, 3, "elder")
    writing.document.rewrite(4, 3, "elder", taken, state=writing.steps)
    writing.watch.accepted("h")
    (source,) = writing.document.sources.values()
    assert (source.text, source.task) == ("elder", "repair")
    writing.edit(9, 0, "ly")
    writing.watch.tell(writing.situation(), When.SAVE)
    (event,) = writing.events
    assert (event.task, event.suggestion_id) == ("repair", "h")
    assert writing.told() == [("save", "exact", 0, "elder")]
    kinds = {part.kind for part in parts_of(writing.document.ranges, writing.document.sources)}
    assert Kind.REWRITTEN in kinds
    assert Kind.ACCEPTED not in kinds


def test_a_change_that_only_takes_words_away_leaves_nothing_to_look_after(
    writing: Writing,
) -> None:
    writing.change(3, 4, "")
    taken = Taken(id="h", task="repair")
    writing.document.rewrite(3, 4, "", taken, state=writing.steps)
    assert writing.document.sources == {}
    assert writing.document.ranges.length == len(writing.text)
