"""What is written on the real page is what the log tells of it, byte for byte, at every moment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from open_program import OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication
from support.pages import PageHarness
from support.suggestions import ManualClock, ManualTimer

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.decisions.database.log_file import open_for_reading, read_last
from cowrite.decisions.events import OUTCOMES, Event, EventKind
from cowrite.decisions.rebuild import rebuild, text_hash
from cowrite.editor.common.flow import Flow
from cowrite.editor.page.page_edit import PageEdit
from cowrite.personalize.data.decision_examples import examples_from_log
from cowrite.suggest.live.edit_recorder import EditRecorder

WORDS = st.text(
    st.sampled_from(["a", "b", " ", "\n", "é", "😀", "你", "\u2028", "\u00a0", "\r"]), max_size=8
)
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["type", "paste", "take", "delete", "replace", "undo", "redo", "wait"]),
        WORDS,
        st.integers(0, 30),
        st.integers(0, 6),
    ),
    max_size=25,
)


@dataclass
class RecordedPage:
    """A page as the document that it shows."""

    page: PageEdit
    document_id: str = "d"

    @property
    def revision(self) -> int:
        return self.page.revision

    @property
    def length(self) -> int:
        return self.page.content.length

    def text(self) -> str:
        return self.page.text()


@dataclass
class Letters:
    """A document that was empty."""

    document_id: str = "d"
    revision: int = 1
    length: int = 0

    def text(self) -> str:
        return "a"


def reachable(manager: PageHarness, place: int) -> int:
    """``place``, or the one before it if an action could never get there: in the middle of a character."""
    return place - ("\udc00" <= manager.page.document().characterAt(place) <= "\udfff")


def do(manager: PageHarness, action: str, text: str, place: int, size: int) -> None:
    page, length = manager.page, manager.page.document().characterCount() - 1
    cursor = page.textCursor()
    if place % 3 == 0 or action in ("delete", "replace"):
        cursor.setPosition(reachable(manager, min(place, length)))
    if action in ("delete", "replace"):
        end = reachable(manager, min(place + size, length))
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    page.setTextCursor(cursor)
    match action:
        case "type" | "replace":
            for letter in text:
                page.type_text(letter)
        case "paste":
            page.insert_step(text, ChangeKind.PASTED)
        case "take":
            page.insert_accepted(text)
        case "delete":
            page.textCursor().removeSelectedText()
        case "undo":
            page.undo()
        case "redo":
            page.redo()
        case "wait":
            manager.timer.advance(place * 200)


@given(opening=WORDS, actions=ACTIONS)
@example("a", [("replace", "aaa", 1, 0), ("type", "a😀", 1, 0), ("type", "\ra", 6, 0)])
@hypothesis_settings(max_examples=50)
def test_the_log_tells_the_text_of_the_page(
    qapp: QApplication, opening: str, actions: list[tuple[str, str, int, int]]
) -> None:
    manager = PageHarness()
    events: list[Event] = []

    class Sink:
        def record(self, event: Event) -> None:
            events.append(event)

    clock = ManualClock()
    recorder = EditRecorder(RecordedPage(manager.page), Sink(), clock, ManualTimer(clock), "s")
    manager.page.content.load(opening)
    recorder.identity_changed()
    manager.page.text_changed.connect(recorder.changed)
    for action in actions:
        do(manager, *action)
        clock.now_ms += action[2] * 100
    recorder.saved()
    assert (rebuild(events) or "") == manager.page.text()
    recorder.close()
    for event in events:
        if event.kind is EventKind.EDITED and "keys" in event.details:
            keys = event.details["keys"]
            assert sum(units for _, units in keys) == event.end - event.start  # type: ignore[union-attr, misc]
    manager.close()


def events_of(program: OpenProgram) -> list[Event]:
    program.program.decisions.flush()
    with open_for_reading(program.paths.decision_log) as connection:
        return read_last(connection, 10_000)


def test_a_session_of_the_whole_program_is_in_the_log(writing: OpenProgram, tmp_path: Path) -> None:
    writing.suggest("The old ", "house on")
    writing.type("bridge ")
    text = writing.page.text()
    Flow(writing.window.active_view.document.files.save_as(tmp_path / "a.txt"))
    Flow(writing.window.active_view.document.files.save_as(tmp_path / "b.txt"))
    writing.close()
    with open_for_reading(writing.paths.decision_log) as connection:
        events = read_last(connection, 10_000)
    about = [e for e in events if e.kind in (EventKind.SAVED, EventKind.CLOSED)]
    assert [e.kind.value for e in about] == ["saved", "closed", "saved", "closed"]
    assert [e.details["hash"] for e in (about[0], about[2])] == 2 * [text_hash(text)]
    first, saved = about[0].document_id, about[2]
    assert rebuild(e for e in events if e.document_id == first) == text
    assert rebuild(e for e in events if e.document_id == saved.document_id) == text
    shown = [e.suggestion_id for e in events if e.kind is EventKind.SHOWN]
    ended = [e.suggestion_id for e in events if e.kind in OUTCOMES]
    assert sorted(shown) == sorted(ended)
    assert len(set(shown)) == len(shown) > 0
    ignored = next(e for e in events if e.kind is EventKind.IGNORED)
    before = [e for e in events[: events.index(ignored)] if e.document_id == first]
    assert rebuild(before) == "The old "


def test_nothing_is_kept_while_the_log_is_paused_and_the_text_is_told_anew_after(
    open_it: object, qtbot: object
) -> None:
    program: OpenProgram = open_it()  # type: ignore[operator]
    program.type("one ")
    program.program.manager.change(keep_log=False)
    program.type("secret ")
    program.program.manager.change(keep_log=True)
    program.page.selectAll()
    program.page.textCursor().removeSelectedText()
    program.type("two")
    program.close()
    with open_for_reading(program.paths.decision_log) as connection:
        events = read_last(connection, 10_000)
    assert rebuild(events) == "two"
    assert "secret" not in str(events)


def test_a_change_after_a_suggestion_ended_stands_after_its_end(qapp: QApplication) -> None:
    events: list[Event] = []

    class Sink:
        def record(self, event: Event) -> None:
            events.append(event)

    clock = ManualClock()
    timer = ManualTimer(clock)
    document = Letters()
    recorder = EditRecorder(document, Sink(), clock, timer, "s")
    recorder.identity_changed()
    for number, letter in enumerate("abc"):
        document.revision = number + 1
        recorder.changed(
            TextChange(kind=ChangeKind.TYPED, offset=number, removed=0, inserted=letter)
        )
    recorder.record(
        Event(
            kind=EventKind.IGNORED,
            at_ms=0,
            session_id="s",
            suggestion_id="x",
            document_id="d",
            revision=0,
            start=0,
            end=0,
        )
    )
    timer.advance(2_000)
    assert [e.kind.value for e in events] == ["opened", "ignored", "edited"]
    assert events[-1].details["inserted"] == "abc"
    assert not timer.is_running


def test_what_was_typed_and_kept_is_learned_in_its_text_under_its_new_name_too(
    writing: OpenProgram, tmp_path: Path
) -> None:
    writing.suggest("The old ", "house on")
    writing.press(Qt.Key.Key_Tab)
    writing.press(Qt.Key.Key_Tab)
    writing.type("the hill ")
    Flow(writing.window.active_view.document.files.save_as(tmp_path / "a.txt"))
    writing.type("fell.")
    text = writing.page.text()
    Flow(writing.window.active_view.document.files.save())
    writing.close()
    with open_for_reading(writing.paths.decision_log) as connection:
        found = examples_from_log(connection)
    whole = max((e for e in found.supervised if e.is_text), key=lambda each: each.source.at_ms)
    assert whole.text == text
    assert [(span.learns, span.kept) for span in whole.spans] == [
        (True, 0),
        (False, 0.3),
        (True, 0),
    ]
    assert whole.spans[1].text.strip() == "house on"
