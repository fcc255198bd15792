"""Work on a passage in the real window: asked for, awaited, taken and left with keys and mouse."""

from __future__ import annotations

from open_program import OpenProgram
from proposing import (
    KEY,
    TEXT,
    Tasks,
    begin,
    changes,
    choose,
    proposals,
    repair_all,
    said,
    select,
    write,
)
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from cowrite.editor.proposals.journal import NoJournal, ProposalContext
from cowrite.editor.proposals.proposal_bar import ProposalBar
from cowrite.editor.proposals.sentences import NOTHING_TO_CHANGE, OUT_OF_DATE, STOPPED
from cowrite.editor.proposals.standing import PlacedHunk
from cowrite.engine.messages import Lane
from cowrite.provenance.ranges import Origin


def test_nothing_changes_before_a_key_and_tab_takes_what_is_focused(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    assert writing.page.text() == TEXT
    assert changes(its) == ["goes", "goes"]
    writing.press(KEY.Key_Tab)
    assert writing.page.text() == "She goes home. He go too. They stay."
    writing.press(KEY.Key_Tab)
    assert writing.page.text() == "She goes home. He goes too. They stay."
    writing.press(KEY.Key_Tab)
    assert writing.page.text().endswith("They stay.\t")


def test_backspace_leaves_and_is_an_ordinary_key_afterwards(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    writing.press(KEY.Key_Backspace)
    writing.press(KEY.Key_Backspace)
    assert writing.page.text() == TEXT
    assert not changes(its)
    writing.press(KEY.Key_Backspace)
    assert writing.page.text() == TEXT[:-1]


def test_enter_takes_all_as_one_step_and_undo_brings_the_hunks_back(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    writing.press(KEY.Key_Return)
    assert writing.page.text() == TEXT.replace("go", "goes")
    writing.press_keys("Ctrl+Z")
    assert writing.page.text() == TEXT
    assert changes(its) == ["goes", "goes"]
    writing.press_keys("Ctrl+Shift+Z")
    assert writing.page.text() == TEXT.replace("go", "goes")
    assert not changes(its)


def test_escape_leaves_all(writing: OpenProgram, tasks: Tasks) -> None:
    tasks()
    its = repair_all(writing)
    writing.press(KEY.Key_Escape)
    assert writing.page.text() == TEXT
    assert not changes(its)


def test_arrows_go_from_change_to_change_and_the_caret_stays(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    assert its.standing is not None
    caret = writing.page.caret()
    places = []
    for key in (KEY.Key_Right, KEY.Key_Left, KEY.Key_Down, KEY.Key_Up):
        writing.press(key)
        places.append(its.standing.position)
    assert places == [2, 1, 2, 1]
    assert writing.page.caret() == caret


def test_the_first_letter_ends_the_focus_and_f7_goes_back(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    writing.type("x")
    assert writing.page.text() == TEXT + "x"
    assert not its.has_keyboard
    writing.press(KEY.Key_Backspace)
    assert writing.page.text() == TEXT
    writing.press_keys("F7")
    assert its.has_keyboard
    writing.press(KEY.Key_Tab)
    assert writing.page.text() == TEXT.replace("go", "goes", 1)


def test_who_writes_while_the_model_reads_keeps_their_keys(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    write(writing)
    select(writing, 0, len(TEXT))
    begin(writing)
    writing.page.place_caret(0)
    writing.type("Now. ")
    writing.engine.answer("", lane=Lane.PASSAGE)
    its = proposals(writing)
    writing.until(lambda: its.standing is not None and not its.is_working)
    assert not its.has_keyboard
    assert "F7" in said(writing)
    writing.press_keys("F7")
    writing.press(KEY.Key_Return)
    assert writing.page.text() == "Now. " + TEXT.replace("go", "goes")


def test_a_word_that_was_edited_meanwhile_has_no_change(writing: OpenProgram, tasks: Tasks) -> None:
    tasks()
    write(writing)
    select(writing, 0, len(TEXT))
    begin(writing)
    writing.page.place_caret(6)
    writing.type("t")
    writing.engine.answer("", lane=Lane.PASSAGE)
    its = proposals(writing)
    writing.until(lambda: its.standing is not None and not its.is_working)
    assert changes(its) == ["goes"]


def test_a_passage_that_is_gone_makes_the_proposal_out_of_date_once(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    select(writing, 0, len(TEXT))
    writing.press(KEY.Key_Delete)
    assert writing.page.text() == ""
    assert its.asked is None
    assert said(writing) == OUT_OF_DATE


def test_escape_stops_the_work(writing: OpenProgram, tasks: Tasks) -> None:
    tasks()
    write(writing)
    select(writing, 0, 12)
    begin(writing)
    its = proposals(writing)
    assert its.is_working
    writing.press(KEY.Key_Escape)
    assert not its.is_working
    assert writing.engine.cancelled
    assert said(writing) == STOPPED
    assert writing.page.text() == TEXT


def test_an_engine_that_is_lost_is_said_and_nothing_changes(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    write(writing)
    begin(writing)
    its = proposals(writing)
    writing.program.bridge.drop()
    writing.until(lambda: not its.is_working)
    assert "Your text is as it was" in said(writing)
    assert writing.page.text() == TEXT


def test_nothing_to_change_is_said(writing: OpenProgram, tasks: Tasks) -> None:
    tasks(becomes=lambda text: [text], asks=False)
    write(writing)
    choose(writing, "repair")
    writing.until(lambda: said(writing) == NOTHING_TO_CHANGE)
    assert proposals(writing).asked is None


def test_what_is_known_first_is_shown_and_not_yet_decided(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks(known=lambda text: [text.replace("go", "goes", 1)])
    write(writing)
    select(writing, 0, len(TEXT))
    begin(writing)
    its = proposals(writing)
    assert changes(its) == ["goes"]
    writing.press(KEY.Key_Tab)
    assert writing.page.text() == TEXT + "\t"
    writing.engine.answer("", lane=Lane.PASSAGE)
    writing.until(lambda: not its.is_working)
    assert changes(its) == ["goes", "goes"]


def test_a_click_on_a_change_focuses_it_and_elsewhere_ends_the_focus(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    assert its.standing is not None
    page = writing.page

    def click(place: int) -> None:
        cursor = QTextCursor(page.document())
        cursor.setPosition(place)
        point = page.cursorRect(cursor).center() + QPoint(1, 0)
        QTest.mouseClick(page.viewport(), Qt.MouseButton.LeftButton, pos=point)

    click(16)
    assert its.standing.position == 2
    caret = page.caret()
    click(29)
    assert not its.has_keyboard
    assert page.caret() != caret


def test_the_context_menu_of_a_change_takes_or_leaves_it(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    repair_all(writing)
    menu = writing.page.make_context_menu(16)
    entry = next(each for each in menu.actions() if each.text() == "&Accept")
    entry.trigger()
    assert writing.page.text() == "She go home. He goes too. They stay."
    menu.deleteLater()


def test_the_line_below_the_page_names_the_change_and_has_buttons(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    bar = writing.window.findChild(ProposalBar)
    assert bar is not None
    assert bar.isVisible()
    assert "1 of 2: “go” becomes “goes”" in bar.said.text()
    button = next(each for each in bar.findChildren(QPushButton) if each.text() == "Accept")
    writing.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert writing.page.text() == TEXT.replace("go", "goes", 1)
    assert writing.page.hasFocus()
    writing.press(KEY.Key_Escape)
    assert not changes(its)
    assert not bar.isVisible()


def test_what_is_taken_is_rewritten_by_the_machine(writing: OpenProgram, tasks: Tasks) -> None:
    tasks()
    repair_all(writing)
    writing.press(KEY.Key_Tab)
    ranges = writing.window.active_view.document.provenance.ranges
    origins = {run.origin for start, run in ranges.between(4, 8)}
    assert Origin.REWRITTEN in origins


def test_closing_the_window_with_a_proposal_loses_nothing(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    document = writing.window.active_view.document
    writing.window.active_view.close()
    assert its.asked is None
    assert document.text() == TEXT


def test_the_key_hint_names_the_keys_of_the_change(writing: OpenProgram, tasks: Tasks) -> None:
    tasks()
    repair_all(writing)
    assert writing.window.hint.text().startswith("Tab accept · Backspace reject")
    writing.type("x")
    assert writing.window.hint.text().startswith("Tab word")


def test_nothing_is_suggested_while_a_change_has_the_keys(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    assert not writing.page.caret_context().has_focus
    its.review.unfocus()
    assert writing.page.caret_context().has_focus


def test_what_becomes_of_each_change_is_told_once(writing: OpenProgram, tasks: Tasks) -> None:
    tasks()
    told: list[tuple[str, str]] = []

    class Told(NoJournal):
        def shown(self, about: ProposalContext, hunk: PlacedHunk) -> None:
            told.append(("shown", hunk.hunk.before))

        def taken(self, about: ProposalContext, hunk: PlacedHunk) -> None:
            told.append(("taken", hunk.hunk.before))

        def ignored(self, about: ProposalContext, hunk: PlacedHunk) -> None:
            told.append(("ignored", about.passage[hunk.hunk.start : hunk.hunk.end]))

    proposals(writing).review._journal = Told()
    its = repair_all(writing)
    writing.press(KEY.Key_Tab)
    writing.press_keys("Ctrl+Z")
    its.put_away()
    assert told == [("shown", "go"), ("shown", "go"), ("taken", "go"), ("ignored", "go")]


def test_another_text_on_the_page_puts_the_proposal_away(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    writing.window.active_view.document.load("Another text.")
    assert its.asked is None
    assert writing.page.text() == "Another text."
    assert not writing.page.layers.is_slot_filled


def test_the_line_says_what_all_of_it_does_to_the_writers_voice(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    asked: list[tuple[str, str]] = []

    def moves(before: str, after: str) -> str:
        asked.append((before, after))
        return "Moves this passage 4 % towards the model."

    proposals(writing)._moves = moves
    repair_all(writing)
    bar = writing.window.findChild(ProposalBar)
    assert bar is not None
    assert bar.said.text().endswith("Moves this passage 4 % towards the model.")
    writing.press(KEY.Key_Right)
    assert asked == [(TEXT, TEXT.replace("go", "goes"))]


def test_work_on_a_text_that_can_only_be_read_can_be_stopped(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks("summarize", stands_beside=True)
    write(writing)
    writing.window.active_view.document.set_read_only("it is a copy")
    begin(writing, "summarize")
    its = proposals(writing)
    assert its.is_working
    QTest.keyClick(writing.page, KEY.Key_Escape)
    assert not its.is_working
