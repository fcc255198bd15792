"""Work on a passage in the real window: asked for, awaited, taken and left with keys and mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from open_program import OpenIt, OpenProgram, put_model
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton
from scripted_tasks import scripted

from cowrite import __version__
from cowrite.app.passages.abilities import NO_MODEL, NO_TEMPLATE
from cowrite.app.passages.room import answers_of, proposals_of
from cowrite.editor.dialogs.dialogs import Unsaved
from cowrite.editor.panels.answers.answers_panel import AnswersPanel
from cowrite.editor.panels.answers.commands import PANEL_ID as ANSWERS
from cowrite.editor.panels.palette.task_list import TaskList
from cowrite.editor.proposals.journal import NoJournal, ProposalContext
from cowrite.editor.proposals.proposal_bar import ProposalBar
from cowrite.editor.proposals.sentences import NOTHING_TO_CHANGE, OUT_OF_DATE, STOPPED
from cowrite.editor.proposals.standing import PlacedHunk
from cowrite.editor.proposals.view_proposals import ViewProposals
from cowrite.engine.messages import EngineState, EngineStatus, Lane
from cowrite.models.store import ModelStore
from cowrite.provenance.ranges import Origin
from cowrite.settings.paths import Paths
from cowrite.tasks.exam.results import ExamResult, TaskMark, keep_result
from cowrite.tasks.passage import registry
from cowrite.tasks.passage.work import PassageRequest, PassageTask

TEXT = "She go home. He go too. They stay."
_KEY = Qt.Key

Tasks = Callable[..., PassageTask]


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> Tasks:
    """Says which tasks there are: those of :func:`scripted`."""
    there: dict[str, PassageTask] = {}
    monkeypatch.setattr(registry, "PASSAGE_TASKS", there)

    def add(name: str = "repair", **options: object) -> PassageTask:
        there[name] = scripted(name, **options)  # type: ignore[arg-type]
        return there[name]

    return add


def proposals(writing: OpenProgram) -> ViewProposals:
    return proposals_of(writing.window.active_view)


def write(writing: OpenProgram, text: str = TEXT, *, caret: int | None = None) -> None:
    writing.page.type_text(text)
    if caret is not None:
        writing.page.place_caret(caret)


def select(writing: OpenProgram, start: int, end: int) -> None:
    cursor = writing.page.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    writing.page.setTextCursor(cursor)


def open_list(writing: OpenProgram) -> TaskList:
    writing.press_keys("Ctrl+Return")
    found = [each for each in writing.window.findChildren(TaskList) if each.isVisible()]
    return found[-1]


def choose(writing: OpenProgram, title: str) -> None:
    opened = open_list(writing)
    QTest.keyClicks(opened.field, title)
    QTest.keyClick(opened.field, _KEY.Key_Return)
    writing.until(lambda: not opened.isVisible())


def begin(writing: OpenProgram, name: str = "repair") -> None:
    """Choose the task, and wait until the engine is asked."""
    before = len([job for job in writing.engine.jobs if job.lane is Lane.PASSAGE])
    choose(writing, name)
    writing.until(
        lambda: len([job for job in writing.engine.jobs if job.lane is Lane.PASSAGE]) > before
    )


def repair_all(writing: OpenProgram) -> ViewProposals:
    """Have two hunks on the page, the first of them focused."""
    write(writing)
    select(writing, 0, len(TEXT))
    begin(writing)
    writing.engine.answer("", lane=Lane.PASSAGE)
    its = proposals(writing)
    writing.until(lambda: its.standing is not None and not its.is_working)
    return its


def changes(its: ViewProposals) -> list[str]:
    return [each.hunk.after for each in its.standing.open] if its.standing is not None else []


def said(writing: OpenProgram) -> str:
    return writing.window.status_line._message.text()


def test_nothing_changes_before_a_key_and_tab_takes_what_is_focused(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    assert writing.page.text() == TEXT
    assert changes(its) == ["goes", "goes"]
    writing.press(_KEY.Key_Tab)
    assert writing.page.text() == "She goes home. He go too. They stay."
    writing.press(_KEY.Key_Tab)
    assert writing.page.text() == "She goes home. He goes too. They stay."
    writing.press(_KEY.Key_Tab)
    assert writing.page.text().endswith("They stay.\t")


def test_backspace_leaves_and_is_an_ordinary_key_afterwards(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    writing.press(_KEY.Key_Backspace)
    writing.press(_KEY.Key_Backspace)
    assert writing.page.text() == TEXT
    assert not changes(its)
    writing.press(_KEY.Key_Backspace)
    assert writing.page.text() == TEXT[:-1]


def test_enter_takes_all_as_one_step_and_undo_brings_the_hunks_back(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    writing.press(_KEY.Key_Return)
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
    writing.press(_KEY.Key_Escape)
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
    for key in (_KEY.Key_Right, _KEY.Key_Left, _KEY.Key_Down, _KEY.Key_Up):
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
    writing.press(_KEY.Key_Backspace)
    assert writing.page.text() == TEXT
    writing.press_keys("F7")
    assert its.has_keyboard
    writing.press(_KEY.Key_Tab)
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
    writing.press(_KEY.Key_Return)
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
    writing.press(_KEY.Key_Delete)
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
    writing.press(_KEY.Key_Escape)
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


def test_without_a_selection_the_sentence_is_meant_and_once_more_the_paragraph(
    writing: OpenProgram, tasks: Tasks
) -> None:
    seen: list[PassageRequest] = []
    tasks(seen=seen, asks=False)
    write(writing, caret=15)
    choose(writing, "repair")
    writing.until(lambda: len(seen) == 1)
    assert seen[0].passage == "He go too."
    assert seen[0].before.endswith("She go home. ")
    assert seen[0].after == " They stay."
    proposals(writing).put_away()
    opened = open_list(writing)
    QTest.keyClick(opened.field, _KEY.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "7 words" in opened.note.text() or "8 words" in opened.note.text()
    QTest.keyClick(opened.field, _KEY.Key_Return)
    writing.until(lambda: len(seen) == 2)
    assert seen[1].passage == TEXT


def test_what_is_typed_is_an_instruction(writing: OpenProgram, tasks: Tasks) -> None:
    seen: list[PassageRequest] = []
    tasks()
    tasks("rewrite", asks_for="what to do", asks=False, seen=seen)
    write(writing)
    choose(writing, "as a pirate would")
    writing.until(lambda: bool(seen))
    assert seen[0].instruction == "as a pirate would"


def test_a_task_that_must_be_told_something_asks_for_it(writing: OpenProgram, tasks: Tasks) -> None:
    seen: list[PassageRequest] = []
    tasks("tone", asks_for="which tone", choices=("warmer", "plainer"), asks=False, seen=seen)
    write(writing)
    opened = open_list(writing)
    QTest.keyClick(opened.field, _KEY.Key_Return)
    assert opened.isVisible()
    assert opened.model.rowCount() == 2
    QTest.keyClick(opened.field, _KEY.Key_Down)
    QTest.keyClick(opened.field, _KEY.Key_Return)
    writing.until(lambda: bool(seen))
    assert seen[0].instruction == "plainer"


def test_without_a_model_the_reason_is_said(writing: OpenProgram, tasks: Tasks) -> None:
    tasks()
    write(writing)
    writing.program.bridge.drop()
    writing.program.bridge.show(EngineStatus(state=EngineState.OFF))
    opened = open_list(writing)
    QTest.keyClick(opened.field, _KEY.Key_Return)
    assert opened.isVisible()
    assert "No model is ready" in opened.note.text()
    QTest.keyClick(opened.field, _KEY.Key_Escape)
    assert proposals(writing).asked is None


def test_another_version_is_asked_for_and_turned_through(
    writing: OpenProgram, tasks: Tasks
) -> None:
    texts = ("She goes home.", "She went home.", "She walks home.")
    tasks(becomes=lambda _: texts, asks=False)
    write(writing, "She go home.")
    choose(writing, "repair")
    its = proposals(writing)
    writing.until(lambda: changes(its) == ["goes"] and not its.is_working)
    writing.press_keys("Alt+]")
    writing.until(lambda: changes(its) == ["went"])
    writing.until(lambda: not its.is_working)
    writing.press_keys("Alt+]")
    assert changes(its) == ["walks"]
    writing.press_keys("Alt+]")
    assert changes(its) == ["goes"]
    writing.press(_KEY.Key_Tab)
    assert writing.page.text() == "She goes home."


def test_what_is_known_first_is_shown_and_not_yet_decided(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks(known=lambda text: [text.replace("go", "goes", 1)])
    write(writing)
    select(writing, 0, len(TEXT))
    begin(writing)
    its = proposals(writing)
    assert changes(its) == ["goes"]
    writing.press(_KEY.Key_Tab)
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


def test_the_context_menu_offers_tasks(writing: OpenProgram, tasks: Tasks) -> None:
    seen: list[PassageRequest] = []
    tasks(asks=False, seen=seen)
    write(writing, caret=3)
    menu = writing.page.make_context_menu(3)
    tasks_menu = next(each for each in menu.findChildren(QMenu) if "passage" in each.title())
    next(each for each in tasks_menu.actions() if each.text() == "Repair").trigger()
    writing.until(lambda: bool(seen))
    assert seen[0].passage == "She go home."
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
    writing.press(_KEY.Key_Escape)
    assert not changes(its)
    assert not bar.isVisible()


def test_what_is_taken_is_rewritten_by_the_machine(writing: OpenProgram, tasks: Tasks) -> None:
    tasks()
    repair_all(writing)
    writing.press(_KEY.Key_Tab)
    ranges = writing.window.active_view.document.provenance.ranges
    origins = {run.origin for start, run in ranges.between(4, 8)}
    assert Origin.REWRITTEN in origins


def test_a_summary_opens_beside_the_text_and_can_be_inserted(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks("summarize", becomes=lambda _: ["All go."], asks=False, stands_beside=True)
    write(writing)
    select(writing, 0, len(TEXT))
    choose(writing, "summarize")
    book = answers_of(writing.window.active_view)
    writing.until(lambda: bool(book.answers))
    writing.until(lambda: writing.window.side_panels.shown(ANSWERS))
    panel = writing.window.side_panels.widget(ANSWERS)
    assert isinstance(panel, AnswersPanel)
    assert panel.text.toPlainText() == "All go."
    assert panel.sources.item(0).text() == "She go home."
    panel.sources.setCurrentRow(0)
    panel.sources.itemClicked.emit(panel.sources.item(0))
    assert writing.page.selected_text() == "She go home."
    assert writing.page.text() == TEXT
    writing.page.place_caret(0)
    panel.insert.click()
    assert writing.page.text() == "All go." + TEXT


def test_without_assistance_there_is_nothing_of_it(writing: OpenProgram, tasks: Tasks) -> None:
    tasks()
    its = repair_all(writing)
    writing.program.manager.change(assistance=False)
    assert its.asked is None
    assert writing.page.text() == TEXT
    writing.press_keys("Ctrl+Return")
    assert not writing.window.findChildren(TaskList)[-1].isVisible()
    menu = writing.page.make_context_menu(3)
    assert not [each for each in menu.findChildren(QMenu) if "passage" in each.title()]
    menu.deleteLater()


def test_closing_the_window_with_a_proposal_loses_nothing(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    document = writing.window.active_view.document
    writing.window.active_view.close()
    assert its.asked is None
    assert document.text() == TEXT


def test_the_context_menu_works_on_the_sentence_under_it(
    writing: OpenProgram, tasks: Tasks
) -> None:
    seen: list[PassageRequest] = []
    tasks(asks=False, seen=seen)
    write(writing, caret=3)
    menu = writing.page.make_context_menu(15)
    tasks_menu = next(each for each in menu.findChildren(QMenu) if "passage" in each.title())
    next(each for each in tasks_menu.actions() if each.text() == "Repair").trigger()
    writing.until(lambda: bool(seen))
    assert seen[0].passage == "He go too."
    menu.deleteLater()


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
    writing.press(_KEY.Key_Tab)
    writing.press_keys("Ctrl+Z")
    its.put_away()
    assert told == [("shown", "go"), ("shown", "go"), ("taken", "go"), ("ignored", "go")]


def test_in_a_private_window_the_writers_other_texts_have_no_part(
    open_it: OpenIt, paths: Paths, tasks: Tasks
) -> None:
    put_model(paths)
    program = open_it()
    program.until_ready()
    seen: list[PassageRequest] = []
    tasks(seen=seen)
    program.menu_action("File", "New private window").trigger()
    program.until(lambda: program.window.is_private)
    write(program)
    begin(program)
    job = [each for each in program.engine.jobs if each.lane is Lane.PASSAGE][-1]
    assert job.task.is_private
    assert seen[0].own_passages == ()
    program.dialogs.unsaved = Unsaved.DISCARD
    program.window.close()


def test_fifty_thousand_words_are_refused_in_a_sentence(writing: OpenProgram, tasks: Tasks) -> None:
    seen: list[PassageRequest] = []
    tasks(seen=seen, asks=False)
    writing.page.content.load("word " * 50_000)
    select(writing, 0, 250_000)
    choose(writing, "repair")
    writing.until(lambda: "50,000 words" in said(writing))
    assert not seen


def test_a_text_that_can_only_be_read_is_not_changed(writing: OpenProgram, tasks: Tasks) -> None:
    tasks(asks=False)
    write(writing)
    writing.window.active_view.document.set_read_only("it is a copy")
    choose(writing, "repair")
    writing.until(lambda: "only be read" in said(writing))


def test_another_text_on_the_page_puts_the_proposal_away(
    writing: OpenProgram, tasks: Tasks
) -> None:
    tasks()
    its = repair_all(writing)
    writing.window.active_view.document.load("Another text.")
    assert its.asked is None
    assert writing.page.text() == "Another text."
    assert not writing.page.layers.is_slot_filled


def test_a_model_that_knows_no_conversations_says_so(writing: OpenProgram, tasks: Tasks) -> None:
    task = tasks("shorten", asks=False, needs_template=True)
    abilities, bridge = writing.program._shared.abilities, writing.program.bridge
    (folder,) = writing.paths.models_dir.iterdir()
    bridge.show(EngineStatus(state=EngineState.READY, model=folder.name))
    assert abilities.why_not(task) == NO_TEMPLATE
    bridge.show(EngineStatus(state=EngineState.LOADING, model=folder.name))
    assert abilities.why_not(task) == NO_MODEL


def test_a_task_that_the_model_failed_is_not_offered_and_says_why(
    writing: OpenProgram, tasks: Tasks
) -> None:
    task = tasks("translate", asks=False)
    abilities, bridge = writing.program._shared.abilities, writing.program.bridge
    (folder,) = writing.paths.models_dir.iterdir()
    model = ModelStore.of(writing.paths).get(folder.name)
    mark = TaskMark(passed=False, why="This model does not translate.")
    keep_result(
        writing.paths.models_dir,
        ExamResult(
            model=model.id,
            weights_sha256=model.weights_sha256,
            adapter="",
            version=__version__,
            seconds=1.0,
            tasks={"translate": mark},
        ),
    )
    bridge.show(EngineStatus(state=EngineState.READY, model=folder.name))
    abilities.look()
    assert abilities.why_not(task) == "This model does not translate."
    bridge.show(EngineStatus(state=EngineState.READY, model=folder.name, adapter="other"))
    assert "does not translate" not in abilities.why_not(task)


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
    writing.press(_KEY.Key_Right)
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
    QTest.keyClick(writing.page, _KEY.Key_Escape)
    assert not its.is_working
