"""Provenance in the real program: it is kept, read back, carried over, and not kept where the writer says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram, choose, put_model
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from scripted_engine import MODEL

from cowrite.__main__ import main
from cowrite.decisions.events import EventKind
from cowrite.decisions.reader import read_provenance, tail
from cowrite.documents.identity import Identities, document_id_for
from cowrite.editor.document.provenance_keeper import ProvenanceKeeper
from cowrite.editor.panels.provenance.origin_view import OriginView
from cowrite.provenance.ranges import Origin
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]


def provenance_of(program: OpenProgram) -> ProvenanceKeeper:
    return program.window.active_view.document.provenance


def origins(program: OpenProgram) -> list[tuple[str, str]]:
    """Each run's origin and text."""
    provenance, page = provenance_of(program), program.page
    return [
        (run.origin.value, page.text_between(start, start + run.length))
        for start, run in provenance.ranges.placed()
    ]


def kept_rows(paths: Paths) -> list[tuple[object, object]]:
    return [
        (event.details["when"], event.details["state"])
        for event in tail(paths.decision_log, 1_000)
        if event.kind is EventKind.KEPT
    ]


def is_kept(paths: Paths, document_id: str) -> bool:
    return read_provenance(paths.decision_log, document_id) is not None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text("Once. ")
    return path


@pytest.fixture
def written(open_it: OpenIt, paths: Paths, file: Path) -> OpenProgram:
    """A file with something that was there, typed, taken and pasted; not saved yet."""
    put_model(paths)
    program = open_it(files=[file])
    program.until_ready()
    program.until(lambda: provenance_of(program).is_known)
    program.press(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    program.suggest("The old ", "house on")
    program.press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    program.until(lambda: program.page.text().endswith("house on"))
    QApplication.clipboard().setText(" a hill")
    program.page.paste()
    return program


SHARES = "you 27 %, suggestions 28 %, pasted 24 %, already there 21 %"
WRITTEN = [
    ("loaded", "Once. "),
    ("typed", "The old "),
    ("accepted", "house on"),
    ("pasted", " a hill"),
]


def save(program: OpenProgram) -> None:
    assert program.program.manager.actions_of(program.window).save().result


def test_it_survives_saving_and_opening_again(
    written: OpenProgram, open_it: OpenIt, paths: Paths, file: Path
) -> None:
    assert origins(written) == WRITTEN
    save(written)
    written.close()
    again = open_it(files=[file])
    again.until(lambda: provenance_of(again).is_known)
    assert origins(again) == WRITTEN
    (source,) = provenance_of(again).sources.values()
    assert (source.text, source.model) == ("house on", MODEL)
    again.close()
    assert kept_rows(paths) == [("save", "exact"), ("close", "exact"), ("open", "exact")]
    third = open_it(files=[file])
    third.until(lambda: provenance_of(third).is_known)
    assert origins(third) == WRITTEN
    third.close()
    assert len(kept_rows(paths)) == 3, "what became of it until the next opening is told once"


def test_what_was_changed_elsewhere_is_carried_over(
    written: OpenProgram, open_it: OpenIt, paths: Paths, file: Path
) -> None:
    save(written)
    written.close()
    file.write_text("Preface.\n\n" + file.read_text().replace("house", "horse"))
    again = open_it(files=[file])
    again.until(lambda: provenance_of(again).is_known)
    found = origins(again)
    assert found[0] == ("loaded", "Preface.\n\nOnce. ")
    assert ("typed", "The old ") in found
    assert found[2:5] == [("accepted", "ho"), ("loaded", "r"), ("accepted", "se on")]
    again.close()
    assert kept_rows(paths)[-1] == ("open", "edited")


def test_unsaved_text_keeps_its_provenance_over_the_end_of_the_program(
    written: OpenProgram, open_it: OpenIt
) -> None:
    written.close()
    again = open_it()
    again.until(lambda: provenance_of(again).is_known)
    assert again.window.active_view.document.is_modified
    assert origins(again) == WRITTEN


def test_text_that_the_writer_threw_away_leaves_the_file_as_it_was_known(
    written: OpenProgram, open_it: OpenIt, paths: Paths, file: Path
) -> None:
    save(written)
    written.type("gone")
    written.window.active_view.document.journal.forget_unsaved()
    written.close()
    kept = read_provenance(paths.decision_log, document_id_for(file))
    assert kept is not None
    assert kept.text == "Once. The old house on a hill"


def test_under_another_name_it_is_known_too(open_it: OpenIt, paths: Paths, tmp_path: Path) -> None:
    program = open_it()
    nameless = program.window.active_view.document.document_id
    program.type("mine")
    program.dialogs.save = tmp_path / "first.txt"
    save(program)
    program.dialogs.save = tmp_path / "second.txt"
    assert program.program.manager.actions_of(program.window).save_as().result
    program.close()
    identities = Identities(paths.identities_file)
    assert identities.of(tmp_path / "first.txt") == nameless
    for name in ("first.txt", "second.txt"):
        assert is_kept(paths, identities.of(tmp_path / name))


def test_of_excluded_documents_nothing_is_kept(open_it: OpenIt, paths: Paths, file: Path) -> None:
    choose(paths, excluded=(str(file),))
    program = open_it(files=[file])
    program.type("mine")
    assert origins(program) == [("typed", "mine"), ("loaded", "Once. ")]
    save(program)
    program.close()
    assert not is_kept(paths, document_id_for(file))


def test_while_no_log_is_kept_nothing_is(open_it: OpenIt, paths: Paths, file: Path) -> None:
    choose(paths, keep_log=False)
    program = open_it(files=[file])
    program.type("mine")
    save(program)
    program.close()
    assert not is_kept(paths, document_id_for(file))


def test_a_damaged_row_is_no_reason_to_stop(
    written: OpenProgram, open_it: OpenIt, paths: Paths, file: Path
) -> None:
    import sqlite3
    from contextlib import closing

    save(written)
    written.close()
    with closing(sqlite3.connect(paths.decision_log)) as connection, connection:
        connection.execute("UPDATE provenance SET ranges = x'00'")
    again = open_it(files=[file])
    again.until(lambda: provenance_of(again).is_known)
    assert origins(again) == [("loaded", again.page.text())]


def test_a_comma_in_the_place_of_the_space_after_a_taken_word_is_no_edit(
    open_it: OpenIt, paths: Paths, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_model(paths)
    program = open_it(files=[file])
    program.until_ready()
    program.press(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    program.suggest("The old ", "house on")
    program.press(Qt.Key.Key_Tab)
    program.until(lambda: program.page.text().endswith("house "))
    program.type(", ")
    assert program.page.text() == "Once. The old house, "
    save(program)
    program.close()
    assert set(kept_rows(paths)) == {("save", "exact"), ("close", "exact")}
    again = open_it(files=[file])
    again.until(lambda: provenance_of(again).is_known)
    again.close()
    assert kept_rows(paths)[-1] == ("open", "exact")
    assert main(["--home", str(paths.home), "statement", str(file)]) == 0
    out = capsys.readouterr().out
    assert "| accepted, unchanged | 5 | 1 |" in out
    assert "| accepted, then edited | 0 | 0 |" in out


def test_a_few_words_in_a_long_file_are_not_all_of_it(open_it: OpenIt, file: Path) -> None:
    file.write_text("Nobody knows who wrote this. " * 5_000)
    program = open_it(files=[file])
    program.until(lambda: provenance_of(program).is_known)
    program.type("Nine words that I wrote here just now myself. ")
    with program.qtbot.waitSignal(provenance_of(program).settled):
        pass
    labels = [each.text() for each in program.window.status_line.findChildren(QLabel)]
    assert "you 1 %, already there 99 %" in labels


def test_moving_ones_own_text_to_another_window_keeps_its_origin(
    written: OpenProgram,
) -> None:
    written.page.selectAll()
    written.page.copy()
    written.program.manager.open_new()
    written.page.paste()
    assert origins(written) == WRITTEN
    assert "house on" in [source.text for source in provenance_of(written).sources.values()]


def test_the_status_line_says_it_in_a_pause(written: OpenProgram) -> None:
    label = next(
        each
        for each in written.window.status_line.findChildren(QLabel)
        if each.accessibleName() == "Authorship"
    )
    written.until(lambda: label.text() == SHARES)
    written.page.selectAll()
    written.press(Qt.Key.Key_Delete)
    written.until(lambda: label.text() == "")


def test_the_view_is_neither_in_the_text_nor_in_what_is_copied(written: OpenProgram) -> None:
    page, document = written.page, written.page.document()
    before = (page.text(), page.revision, document.availableUndoSteps(), document.isModified())
    plain = page.viewport().grab().toImage()
    action = written.menu_action("View", "Show authorship")
    action.trigger()
    view = written.window.findChild(OriginView)
    assert view is not None
    assert view.is_on
    assert action.isChecked()
    assert view.legend.isVisible()
    marked = page.viewport().grab().toImage()
    assert marked.size() != plain.size() or marked != plain
    assert (
        page.text(),
        page.revision,
        document.availableUndoSteps(),
        document.isModified(),
    ) == before
    action.trigger()
    assert not view.legend.isVisible()


def test_the_view_goes_along_with_a_ghost(written: OpenProgram) -> None:
    written.menu_action("View", "Show authorship").trigger()
    written.suggest(" is ", "a ghost that is long enough for more than one line")
    ghost = written.page.ghost_text
    written.page.viewport().grab()
    assert written.page.ghost_text == ghost
    written.press(Qt.Key.Key_Escape)
    assert written.page.ghost_text == ""


@pytest.mark.parametrize(("width", "points"), [(960, 13), (400, 13), (960, 26)])
def test_every_word_of_the_legend_can_be_read(
    open_it: OpenIt, paths: Paths, width: int, points: int
) -> None:
    choose(paths, font_size_pt=points)
    program = open_it()
    program.window.resize(width, 700)
    program.menu_action("View", "Show authorship").trigger()
    view = program.window.findChild(OriginView)
    assert view is not None
    labels = view.legend.findChildren(QLabel)
    program.until(lambda: view.legend.width() == program.window.width())
    boxes = [label.geometry() for label in labels]
    for label, box in zip(labels, boxes, strict=True):
        assert box.width() >= label.fontMetrics().horizontalAdvance(label.text())
        assert view.legend.rect().contains(box)
        assert sum(box.intersects(other) for other in boxes) == 1


def test_the_statement_is_written_where_the_writer_says(
    written: OpenProgram, tmp_path: Path
) -> None:
    save(written)
    written.dialogs.save = tmp_path / "statement.json"
    written.menu_action("File", "Export authorship statement…").trigger()
    written.until((tmp_path / "statement.json").exists)
    data = json.loads((tmp_path / "statement.json").read_text())
    assert data["authors"]["machine"]["characters"] == 8
    assert data["models"][0]["model"] == MODEL
    written.dialogs.save = tmp_path / "story.txt"
    text = (tmp_path / "story.txt").read_text()
    written.menu_action("File", "Export authorship statement…").trigger()
    assert (tmp_path / "story.txt").read_text() == text
    assert "cannot replace" in written.window.messages.bars[-1].text


def test_the_command_says_the_same(
    written: OpenProgram, paths: Paths, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(written)
    written.close()
    assert main(["statement", str(file), "--json", "--annotations"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["origins"][Origin.TYPED.value]["characters"] == 8
    assert "@Human: 6,8" in data["annotations"]
    assert len(data["sessions"]) == 1
    assert main(["statement", str(file)]) == 0
    assert "# Authorship statement: story.txt" in capsys.readouterr().out


def test_the_command_says_when_it_does_not_know(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "unknown.txt").write_text("x")
    assert main(["statement", str(tmp_path / "unknown.txt")]) == 2
    assert "does not know how “unknown.txt” was written" in capsys.readouterr().err
