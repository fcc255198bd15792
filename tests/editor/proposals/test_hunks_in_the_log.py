"""What the writer does with the changes of a passage is in the decision log, and where taken text is from is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from open_program import OpenProgram
from proposing import repair_all
from PySide6.QtCore import Qt
from scripted_tasks import scripted

from cowrite.base.clock import SystemClock
from cowrite.decisions.events import Event, EventKind, is_of_hunk
from cowrite.decisions.hunk_log import HunkLog
from cowrite.decisions.hunks import HunkOutcome, hunk_decisions
from cowrite.decisions.reader import tail
from cowrite.editor.proposals.hunk_journal import HunkJournal
from cowrite.editor.proposals.journal import ProposalContext
from cowrite.editor.proposals.standing import PlacedHunk
from cowrite.proposals.proposal import Hunk
from cowrite.provenance.ranges import Origin
from cowrite.tasks.passage import registry

_KEY = Qt.Key


@pytest.fixture
def repairing(writing: OpenProgram, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Event]]:
    """Two changes stand on the page; asked, what the log holds when the program has flushed it."""
    monkeypatch.setattr(registry, "PASSAGE_TASKS", {"repair": scripted("repair")})
    repair_all(writing)

    def logged() -> list[Event]:
        writing.program._shared.decisions.flush()
        return tail(writing.paths.decision_log, 1_000)

    return logged


def test_one_is_taken_and_one_is_left(
    writing: OpenProgram, repairing: Callable[[], list[Event]]
) -> None:
    writing.press(_KEY.Key_Tab)
    writing.press(_KEY.Key_Backspace)
    events = repairing()
    taken, left = hunk_decisions(events)
    assert (taken.outcome, taken.before, taken.after) == (HunkOutcome.TAKEN, "go", "goes")
    assert (left.outcome, left.task) == (HunkOutcome.LEFT, "repair")
    assert taken.context == "She "
    edited = [
        number
        for number, event in enumerate(events)
        if event.kind is EventKind.EDITED and event.details["origin"] == "rewritten"
    ]
    accepted = next(n for n, event in enumerate(events) if event.kind is EventKind.ACCEPTED)
    assert edited == [accepted - 1], "the text is told before what was decided"


def test_taken_text_is_rewritten_and_has_its_hunk_as_source(
    writing: OpenProgram, repairing: Callable[[], list[Event]]
) -> None:
    writing.press(_KEY.Key_Tab)
    provenance = writing.window.active_view.document.provenance
    (run,) = [run for run in provenance.ranges.runs if run.origin is Origin.REWRITTEN]
    source = provenance.sources[run.source]
    accepted = next(e for e in repairing() if e.kind is EventKind.ACCEPTED)
    assert (source.id, source.task) == (accepted.suggestion_id, "repair")
    assert source.text in "goes"


def test_both_at_once_have_a_source_each(
    writing: OpenProgram, repairing: Callable[[], list[Event]]
) -> None:
    writing.press(_KEY.Key_Return)
    runs = writing.window.active_view.document.provenance.ranges.runs
    sources = [run.source for run in runs if run.origin is Origin.REWRITTEN]
    accepted = [e.suggestion_id for e in repairing() if e.kind is EventKind.ACCEPTED]
    assert sources == accepted
    assert len(set(sources)) == 2


def test_what_was_typed_over_is_edited_and_what_goes_away_ignored(
    writing: OpenProgram, repairing: Callable[[], list[Event]]
) -> None:
    writing.page.place_caret(6)
    writing.type("es")
    writing.program.manager.windows[-1].close()
    outcomes = {each.before: each.outcome for each in hunk_decisions(repairing())}
    kinds = [e.kind for e in repairing() if is_of_hunk(e)]
    assert outcomes == {"go": HunkOutcome.IGNORED}
    assert kinds.count(EventKind.SUPERSEDED) == 1


@pytest.mark.parametrize(("private", "rows"), [(False, 6), (True, 0)])
def test_of_a_private_text_nothing_is_told(private: bool, rows: int) -> None:
    told: list[Event] = []

    class Sink:
        def record(self, event: Event) -> None:
            told.append(event)

    journal = HunkJournal(HunkLog(Sink(), SystemClock(), "session", lambda: 1))
    about = ProposalContext(
        proposal_id="p", document_id="d", revision=1, task="repair", passage="go", private=private
    )
    hunk = Hunk(start=0, end=2, before="go", after="goes")
    placed = PlacedHunk(key=1, hunk=hunk, start=0, end=2, version=0)
    for tell in (journal.shown, journal.taken, journal.left, journal.edited, journal.ignored):
        tell(about, placed)
    journal.shown(about, placed)
    assert len(told) == rows
