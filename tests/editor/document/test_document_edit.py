"""One way into the text: after an edit of any kind all who follow a document agree about it; undo takes it back."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from plain_document import KeptTexts, plain_document, services
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from support.pages import PageHarness
from support.suggestions import ManualClock, ManualTimer

from cowrite.base.errors import UserError
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import from_units, in_units
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.exchange.without_text import WORDS
from cowrite.decisions.rebuild import rebuild
from cowrite.documents.files import FileStamp, LoadedFile
from cowrite.documents.text_codec import TextFormat
from cowrite.editor.document.document import Document
from cowrite.editor.page.listeners import ListenerStage
from cowrite.editor.page.text_mirror import block_text
from cowrite.editor.page.tracked_text import EDITS
from cowrite.personalize.data.replayed_text import Author, ReplayedText
from cowrite.provenance.ranges import Origin
from cowrite.suggest.live.edit_recorder import EditRecorder

NOWHERE = Path("/nowhere/story.txt")
ORIGINS = {
    ChangeKind.TYPED: Origin.TYPED,
    ChangeKind.REPLACED: Origin.TYPED,
    ChangeKind.DICTATED: Origin.TYPED,
    ChangeKind.OTHER_VERSION: Origin.LOADED,
    ChangeKind.PASTED: Origin.PASTED,
    ChangeKind.ACCEPTED: Origin.ACCEPTED,
    ChangeKind.REWRITTEN: Origin.REWRITTEN,
}
TEXTS = st.text(
    st.sampled_from(["a", "b", " ", ",", "\n", "é", "😀", "\r", "\u2029", "\ufdd2"]), max_size=5
)
KINDS = st.sampled_from(sorted(EDITS, key=lambda kind: kind.value))
PLACES = st.integers(0, 40)
State = list[tuple[str, Origin]]  # each UTF-16 unit, and where it is from


def text_of(state: State) -> str:
    return from_units("".join(unit for unit, _ in state))


def forget(thing: QObject) -> None:
    thing.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


class Editing(RuleBasedStateMachine):
    """``state`` is what a list makes of the edits; ``past`` are the states that undo and redo can reach."""

    on_a_page = False

    def __init__(self) -> None:
        super().__init__()
        self.kept = KeptTexts()
        self.document = plain_document(services(unsaved=self.kept))
        self.harness = PageHarness(self.document) if self.on_a_page else None
        self.events: list[Event] = []
        self.changes: list[TextChange] = []
        clock = ManualClock()
        self.recorder = EditRecorder(self.document, self, clock, ManualTimer(clock), "s")
        self.document.listeners.add(ListenerStage.VIEW, self.changes.append)
        self.document.listeners.add(ListenerStage.RECORDER, self.recorder.changed)
        self.document.identity_listeners.add(
            ListenerStage.RECORDER, lambda _: self.recorder.identity_changed()
        )
        self.state: State = []
        self.past: list[State] = [[]]
        self.at = 0

    def record(self, event: Event) -> None:
        self.events.append(event)

    @initialize(text=TEXTS)
    def opens(self, text: str) -> None:
        self.loads(text)

    @rule(text=TEXTS)
    def loads(self, text: str) -> None:
        self.recorder.document_leaves()
        self.events.clear()
        self.changes.clear()
        self.document.load(text)
        assert [change.kind for change in self.changes] == [ChangeKind.LOADED]
        self.recorder.identity_changed()
        self.state = [(unit, Origin.LOADED) for unit in in_units(text)]
        self.past, self.at = [self.state], 0

    # --- edits ---

    def place(self, number: int) -> int:
        """The ``number``-th place between characters, from the start again after the last."""
        text = text_of(self.state)
        return len(in_units(text[: number % (len(text) + 1)]))

    def replaced(self, state: State, start: int, end: int, text: str, kind: ChangeKind) -> State:
        units = in_units(text)
        if units == "".join(unit for unit, _ in state[start:end]):
            return state  # what is the same is no change
        return [*state[:start], *((unit, ORIGINS[kind]) for unit in units), *state[end:]]

    def steps_to(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self.past = [*self.past[: self.at + 1], state]
            self.at += 1

    @rule(one=PLACES, other=PLACES, text=TEXTS, kind=KINDS)
    def edits(self, one: int, other: int, text: str, kind: ChangeKind) -> None:
        start, end = sorted((self.place(one), self.place(other)))
        self.changes.clear()
        revision = self.document.revision
        self.document.edit(start, end, text, kind)
        after = self.replaced(self.state, start, end, text, kind)
        told = [] if after is self.state else [(start, end - start, text)]
        assert [(c.offset, c.removed, c.inserted) for c in self.changes] == told
        assert self.document.revision == revision + len(told)
        deletes = kind is ChangeKind.TYPED and not text
        assert all(c.kind is (ChangeKind.DELETED if deletes else kind) for c in self.changes)
        self.steps_to(after)

    @rule(places=st.lists(PLACES, min_size=2, max_size=6), text=TEXTS)
    def finds_and_replaces(self, places: list[int], text: str) -> None:
        bounds = sorted(self.place(number) for number in places)
        pairs = list(zip(bounds[::2], bounds[1::2], strict=False))
        kind, after = ChangeKind.REPLACED, self.state
        for start, end in reversed(pairs):
            after = self.replaced(after, start, end, text, kind)
        self.document.edit_all([(start, end, text) for start, end in pairs], kind)
        self.steps_to(after)

    @rule(redo=st.booleans(), times=st.integers(1, 3))
    def undoes(self, redo: bool, times: int) -> None:
        for _ in range(times):
            self.changes.clear()
            self.document.redo() if redo else self.document.undo()
            kind = ChangeKind.REDO if redo else ChangeKind.UNDO
            assert all(change.kind is kind for change in self.changes)
            if self.changes:
                self.at += 1 if redo else -1
                self.state = self.past[self.at]

    # --- what holds after every step ---

    @invariant()
    def the_mirror_is_what_qt_holds(self) -> None:
        block, lines = self.document.content.document.begin(), []
        while block.isValid():
            lines.append(block_text(block))
            block = block.next()
        assert self.document.text() == "\n".join(lines) == text_of(self.state)
        assert self.document.length == len(self.state)

    @invariant()
    def provenance_knows_every_character(self) -> None:
        ranges = self.document.provenance.ranges
        found = [run.origin for run in ranges.runs for _ in range(run.length)]
        assert found == [origin for _, origin in self.state]

    @invariant()
    def the_log_tells_the_text(self) -> None:
        self.recorder.flush()
        assert (rebuild(self.events) or "") == text_of(self.state)

    @invariant()
    def the_journal_keeps_the_text(self) -> None:
        self.document.journal.write()
        if self.document.is_modified:
            entry = self.kept.entries.get(self.document.document_id)
            assert (entry.text if entry else "") == text_of(self.state)

    def teardown(self) -> None:
        for redo in (False, True):
            for _ in range(60):
                self.undoes(redo, 1)
                self.the_mirror_is_what_qt_holds()
                self.provenance_knows_every_character()
        self.recorder.close()
        self.document.close()
        if self.harness is not None:
            self.harness.controller.close()
            self.harness.close()
        else:
            forget(self.document)


class EditingOnAPage(Editing):
    """The same while the document is shown."""

    on_a_page = True


@pytest.mark.parametrize("machine", [Editing, EditingOnAPage])
def test_all_who_follow_a_document_agree(qapp: QApplication, machine: type[Editing]) -> None:
    run_state_machine_as_test(
        machine,
        settings=hypothesis_settings(max_examples=20, stateful_step_count=20, deadline=None),
    )


@pytest.fixture
def document(qapp: QApplication) -> Document:
    document = plain_document()
    yield document  # type: ignore[misc]
    document.close()
    forget(document)


@pytest.mark.parametrize(
    "kind", [ChangeKind.LOADED, ChangeKind.DELETED, ChangeKind.UNDO, ChangeKind.REDO]
)
def test_what_is_no_edit_is_refused(document: Document, kind: ChangeKind) -> None:
    with pytest.raises(ValueError, match="no kind of edit"):
        document.edit(0, 0, "a", kind)
    assert document.text() == ""


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (2, 1), (0, 6), (2, 3)])
def test_a_place_that_is_none_is_refused(document: Document, start: int, end: int) -> None:
    document.load("ab😀c"[:4])
    with pytest.raises(ValueError, match=r"not within|two halves"):
        document.edit(start, end, "x", ChangeKind.REPLACED)
    assert document.text() == "ab😀c"


def test_edits_that_overlap_are_refused_whole(document: Document) -> None:
    document.load("abcdef")
    with pytest.raises(ValueError, match="overlap"):
        document.edit_all([(0, 1, "x"), (2, 4, "y"), (3, 5, "z")], ChangeKind.REPLACED)
    assert document.text() == "abcdef"
    assert not document.is_modified


def test_a_replacement_everywhere_is_one_step(document: Document) -> None:
    document.load("a cat, a cat\na cat")
    places = [(2, 5, "lion"), (9, 12, "lion"), (15, 18, "lion")]
    document.edit_all(places, ChangeKind.REPLACED)
    assert document.text() == "a lion, a lion\na lion"
    document.undo()
    assert document.text() == "a cat, a cat\na cat"
    document.redo()
    assert document.text() == "a lion, a lion\na lion"


def test_each_of_many_edits_is_told_where_it_is_after_those_before_it(document: Document) -> None:
    document.load("a cat, a cat\na cat")
    told: list[tuple[int, int, str]] = []
    document.listeners.add(
        ListenerStage.VIEW, lambda each: told.append((each.offset, each.removed, each.inserted))
    )
    places = [(15, 18, "lion"), (2, 5, "lion"), (9, 12, "\n")]
    document.edit_all(places, ChangeKind.REPLACED)
    assert document.text() == "a lion, a \n\na lion"
    assert told == [(2, 3, "lion"), (10, 3, "\n"), (14, 3, "lion")]


def test_a_replacement_by_the_same_is_not_taken_back_with_what_was_before(
    document: Document,
) -> None:
    document.edit(0, 0, "cat lion", ChangeKind.TYPED)
    document.edit_all([(0, 3, "lion"), (4, 8, "lion")], ChangeKind.REPLACED)
    document.undo()
    assert document.text() == "cat lion"


def test_what_may_only_be_read_is_not_edited(document: Document) -> None:
    loaded = LoadedFile(
        path=NOWHERE,
        text="partly read",
        format=TextFormat(),
        stamp=FileStamp(size=0, sha256=""),
        read_only_reason="Parts of it are no text.",
    )
    document.files.show(loaded)
    for change in (
        lambda: document.edit(0, 1, "x", ChangeKind.REPLACED),
        lambda: document.edit_all([(0, 1, "x")], ChangeKind.REPLACED),
        document.undo,
        document.redo,
    ):
        with pytest.raises(UserError, match="can only be read"):
            change()
    assert document.text() == "partly read"


# --- the order ---


def test_the_order_is_the_one_that_is_written_down(document: Document) -> None:
    assert [stage.name for stage in ListenerStage] == [
        "POLICY",
        "PROVENANCE",
        "RECORDER",
        "JOURNAL",
        "SUGGESTIONS",
        "PERSONAL_WORDS",
        "VIEW",
        "GHOST",
    ]
    heard: list[ListenerStage] = []
    for listeners in (
        document.listeners,
        document.identity_listeners,
        document.save_listeners,
    ):
        for stage in (*reversed(ListenerStage), *ListenerStage):
            cast(type(document.listeners), listeners).add(stage, lambda _, s=stage: heard.append(s))  # type: ignore[misc, valid-type]
    twice = [stage for stage in ListenerStage for _ in range(2)]
    document.edit(0, 0, "a", ChangeKind.DICTATED)
    assert heard == twice
    heard.clear()
    document.become(NOWHERE)
    document.tell_identity()
    assert heard == twice
    heard.clear()
    document.tell_saved()
    assert heard == twice


def test_who_goes_while_an_event_is_told_hears_nothing_more(document: Document) -> None:
    heard: list[str] = []

    def second(_: TextChange) -> None:
        heard.append("second")

    def first(_: TextChange) -> None:
        heard.append("first")
        document.listeners.remove(second)

    document.listeners.add(ListenerStage.VIEW, second)
    document.listeners.add(ListenerStage.POLICY, first)
    document.edit(0, 0, "a", ChangeKind.TYPED)
    document.edit(0, 0, "b", ChangeKind.TYPED)
    assert heard == ["first", "first"]


def test_each_stage_finds_the_ones_before_it_ready(document: Document) -> None:
    """What the recorder hears of is known to provenance, and what suggestions hear of is in the log."""
    events: list[Event] = []

    class Sink:
        def record(self, event: Event) -> None:
            events.append(event)

    clock = ManualClock()
    recorder = EditRecorder(document, Sink(), clock, ManualTimer(clock), "s")
    seen: list[tuple[int, bool]] = []

    def when_recorded(change: TextChange) -> None:
        seen.append((document.provenance.ranges.length, document.text() == change.inserted))

    def when_suggested(_: TextChange) -> None:
        recorder.flush()

    document.listeners.add(ListenerStage.SUGGESTIONS, when_suggested)
    document.listeners.add(ListenerStage.RECORDER, recorder.changed)
    document.listeners.add(ListenerStage.RECORDER, when_recorded)
    document.edit(0, 0, "dictated", ChangeKind.DICTATED)
    assert seen == [(8, True)]
    assert [event.kind for event in events] == [EventKind.OPENED, EventKind.EDITED]
    assert events[-1].details["origin"] == "dictated"
    recorder.close()


def test_another_document_ends_a_snooze_and_another_name_does_not(document: Document) -> None:
    document.edit(0, 0, "a", ChangeKind.TYPED)
    document.policy.snooze_here()
    document.tell_identity()
    document.load("the same, read again")
    assert document.policy.pause is not None
    document.become(NOWHERE)
    document.load("another")
    document.tell_identity()
    assert document.policy.pause is None


# --- the log ---


def test_the_log_knows_every_kind_under_the_name_it_has_always_had() -> None:
    """A value that changed would make old logs say nothing of who wrote what."""
    assert {kind.name: kind.value for kind in ChangeKind} == {
        "TYPED": "typed",
        "PASTED": "pasted",
        "DELETED": "deleted",
        "UNDO": "undo",
        "REDO": "redo",
        "ACCEPTED": "accepted",
        "REPLACED": "replaced",
        "REWRITTEN": "rewritten",
        "DICTATED": "dictated",
        "OTHER_VERSION": "version",
        "LOADED": "loaded",
    }
    assert {kind.value for kind in ChangeKind} == WORDS["origin"]


@pytest.mark.parametrize(
    ("kind", "is_own"),
    [
        (ChangeKind.TYPED, True),
        (ChangeKind.REPLACED, True),
        (ChangeKind.DICTATED, True),
        (ChangeKind.PASTED, False),
        (ChangeKind.ACCEPTED, False),
        (ChangeKind.REWRITTEN, False),
    ],
)
def test_learning_tells_the_writer_s_words_from_the_machine_s(
    document: Document, kind: ChangeKind, is_own: bool
) -> None:
    replayed = ReplayedText()

    class Sink:
        def record(self, event: Event) -> None:
            replayed.apply(event)

    clock = ManualClock()
    recorder = EditRecorder(document, Sink(), clock, ManualTimer(clock), "s")
    document.listeners.add(ListenerStage.RECORDER, recorder.changed)
    document.edit(0, 0, "words", kind)
    recorder.flush()
    (span,) = replayed.spans((Author.WRITER,), {})
    assert (span.text, span.learns) == ("words", is_own)
    recorder.close()
