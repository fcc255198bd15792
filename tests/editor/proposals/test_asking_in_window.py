"""Asking for work on a passage in the real window: what is meant, what is offered, and what is said instead."""

from __future__ import annotations

from open_program import OpenIt, OpenProgram, put_model
from proposing import (
    KEY,
    TEXT,
    Tasks,
    begin,
    changes,
    choose,
    open_list,
    proposals,
    repair_all,
    said,
    select,
    write,
)
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from cowrite import __version__
from cowrite.app.passages.abilities import NO_MODEL, NO_TEMPLATE
from cowrite.app.passages.room import answers_of
from cowrite.editor.dialogs.dialogs import Unsaved
from cowrite.editor.panels.answers.answers_panel import AnswersPanel
from cowrite.editor.panels.answers.commands import PANEL_ID as ANSWERS
from cowrite.editor.panels.palette.task_list import TaskList
from cowrite.engine.messages import EngineState, EngineStatus, Lane
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths
from cowrite.tasks.exam.results import ExamResult, TaskMark, keep_result
from cowrite.tasks.passage.work import PassageRequest


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
    QTest.keyClick(opened.field, KEY.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "7 words" in opened.note.text() or "8 words" in opened.note.text()
    QTest.keyClick(opened.field, KEY.Key_Return)
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
    QTest.keyClick(opened.field, KEY.Key_Return)
    assert opened.isVisible()
    assert opened.model.rowCount() == 2
    QTest.keyClick(opened.field, KEY.Key_Down)
    QTest.keyClick(opened.field, KEY.Key_Return)
    writing.until(lambda: bool(seen))
    assert seen[0].instruction == "plainer"


def test_without_a_model_the_reason_is_said(writing: OpenProgram, tasks: Tasks) -> None:
    tasks()
    write(writing)
    writing.program.bridge.drop()
    writing.program.bridge.show(EngineStatus(state=EngineState.OFF))
    opened = open_list(writing)
    QTest.keyClick(opened.field, KEY.Key_Return)
    assert opened.isVisible()
    assert "No model is ready" in opened.note.text()
    QTest.keyClick(opened.field, KEY.Key_Escape)
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
    writing.press(KEY.Key_Tab)
    assert writing.page.text() == "She goes home."


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
