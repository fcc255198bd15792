"""Which words are marked on the page, in the real window, while a text is written."""

from __future__ import annotations

import json
import weakref
from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from cowrite.app.spelling_factory import spelling_of
from cowrite.base.text_changes import ChangeKind
from cowrite.editor.page.layer_ranges import Layer
from cowrite.editor.spelling.document_spelling import DocumentSpelling
from cowrite.editor.spelling.words_dialog import NO_WORD, WordsDialog
from cowrite.engine.messages import Lane, ScoreRequest, ScoreResult, Timings, VariantScore
from cowrite.settings.paths import Paths
from cowrite.spelling.document_choices import NONE

STORY = "Old Kvothe met her, and Kvothe laughed; then Kvothe left. "


class Writer:
    """A window, its page and its spelling."""

    def __init__(self, program: OpenProgram, qtbot: QtBot) -> None:
        self.program = program
        self.qtbot = qtbot
        self.view = program.window.active_view
        self.page = self.view.page
        self.spelling: DocumentSpelling = spelling_of(self.view)

    def write(self, text: str) -> None:
        self.page.type_text(text)
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(
            lambda: self.spelling.is_settled and self.spelling.checker is not None, timeout=20_000
        )

    def marked(self) -> list[str]:
        """The words with a line below them."""
        found = []
        block = self.page.document().begin()
        while block.isValid():
            units = block.text().encode("utf-16-le")
            for each in self.page.layers.ranges(Layer.SPELLING, block):
                found.append(units[2 * each.start : 2 * each.end].decode("utf-16-le"))
            block = block.next()
        return found

    def until_marked(self, *words: str) -> None:
        self.qtbot.waitUntil(lambda: self.marked() == list(words), timeout=20_000)

    def menu(self, word: str) -> QMenu:
        at = self.view.document.text().index(word)
        return self.page.make_context_menu(at + 1)


@pytest.fixture
def writer(open_it: OpenIt, qtbot: QtBot) -> Writer:
    return Writer(open_it(), qtbot)


def titles(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.isVisible() and action.text()]


def choose(menu: QMenu, title: str) -> None:
    next(action for action in menu.actions() if action.text() == title).trigger()


def test_finished_words_are_marked_and_the_one_being_written_is_not(writer: Writer) -> None:
    writer.write("The wrold and 🦊 teh")
    writer.until_marked("wrold")
    writer.write(" ")
    writer.until_marked("wrold", "teh")


def test_a_word_is_marked_once_the_caret_leaves_it(writer: Writer) -> None:
    writer.write("One wrold")
    assert writer.marked() == []
    writer.page.moveCursor(QTextCursor.MoveOperation.Start)
    writer.until_marked("wrold")


def test_only_prose_is_marked(writer: Writer) -> None:
    writer.write("# The secnd day\n\n`prnt` <!-- wrngg --> [teh](http://wrngg.org) \n```\ncodde\n")
    writer.until_marked("secnd", "teh")


def test_marks_follow_edits_and_undo(writer: Writer) -> None:
    writer.write("A wrold. \nAnd teh end. \n")
    writer.until_marked("wrold", "teh")
    writer.view.document.edit(2, 7, "world", ChangeKind.REPLACED)
    writer.until_marked("teh")
    writer.page.undo()
    writer.until_marked("wrold", "teh")
    writer.view.document.load("All of it is fine, and hapy. ")
    writer.until_marked("hapy")


def test_names_are_learned_and_slips_in_them_marked(writer: Writer) -> None:
    writer.write("They met Roop. ")
    writer.until_marked("Roop")
    writer.write("And Roop laughed, but Roop’s dog did not. ")
    writer.until_marked()
    writer.write(STORY + "Then Kvohte came. ")
    writer.until_marked("Kvohte")


def test_the_menu_puts_what_was_meant_first_and_one_undo_takes_it_back(writer: Writer) -> None:
    writer.write("The wrold turns. ")
    writer.until_marked("wrold")
    menu = writer.menu("wrold")
    assert titles(menu)[0] == "world"
    choose(menu, "world")
    assert writer.view.document.text() == "The world turns. "
    writer.until_marked()
    writer.page.undo()
    assert writer.view.document.text() == "The wrold turns. "


def test_what_takes_longer_is_filled_in(writer: Writer) -> None:
    writer.write("It is neccesarry here. ")
    writer.until_marked("neccesarry")
    menu = writer.menu("neccesarry")
    writer.qtbot.waitUntil(lambda: "necessary" in titles(menu), timeout=20_000)


def test_words_are_added_everywhere_here_or_for_now(writer: Writer, paths: Paths) -> None:
    writer.write("A gnarp, a gnorp and a gnirp. ")
    writer.until_marked("gnarp", "gnorp", "gnirp")
    choose(writer.menu("gnarp"), "Add to &dictionary")
    writer.until_marked("gnorp", "gnirp")
    assert "gnarp\n" in paths.words_file.read_text("utf-8")
    choose(writer.menu("gnorp"), "Add for this docu&ment")
    writer.until_marked("gnirp")
    kept = json.loads(paths.spelling_file.read_text("utf-8"))["documents"]
    assert kept[writer.view.document.document_id]["words"] == ["gnorp"]
    choose(writer.menu("gnirp"), "&Ignore")
    writer.until_marked()


def test_nothing_of_a_private_document_is_kept(
    writer: Writer, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer.view.document, "is_private", True)
    writer.write("A gnorp. ")
    writer.until_marked("gnorp")
    choose(writer.menu("gnorp"), "Add for this docu&ment")
    writer.until_marked()
    assert not paths.spelling_file.exists()
    monkeypatch.undo()


def test_keys_go_from_word_to_word_and_around(writer: Writer) -> None:
    writer.write("A wrold. \n\nAnd teh end. ")
    writer.until_marked("wrold", "teh")
    chosen = []
    for key in ("F7", "F7", "F7", "Shift+F7"):
        writer.program.press_keys(key)
        chosen.append(writer.page.selected_text())
    assert chosen == ["wrold", "teh", "wrold", "teh"]


def test_the_language_is_found_out_and_can_be_chosen(writer: Writer) -> None:
    writer.write("The colour of my neighbour’s favourite harbour was grey. " * 4)
    writer.qtbot.waitUntil(lambda: writer.spelling.language.name == "en_GB", timeout=20_000)
    writer.settle()
    writer.until_marked()
    writer.spelling.language.choose_language("en_US")
    writer.settle()
    writer.qtbot.waitUntil(lambda: "colour" in writer.marked(), timeout=20_000)
    writer.spelling.language.choose_language(NONE)
    assert writer.marked() == []


def test_one_word_of_another_region_is_enough_wherever_it_is_written(writer: Writer) -> None:
    writer.write("The sky was quiet in the morning, and the men were sitting by the water. " * 2)
    writer.settle()
    assert writer.spelling.language.name == "en_US"
    writer.write("They talked about the harbour. ")
    writer.qtbot.waitUntil(lambda: writer.spelling.language.name == "en_GB", timeout=20_000)
    writer.settle()
    writer.until_marked()
    writer.write("But teh boat. ")
    writer.until_marked("teh")


def test_a_dictionary_that_no_document_uses_is_given_back(writer: Writer) -> None:
    assert writer.spelling.checker is None  # nothing is loaded for a page without a word
    writer.write("The colour of my neighbour’s favourite harbour was grey. " * 4)
    writer.spelling.language.choose_language("en_US")
    writer.settle()
    american = weakref.ref(writer.spelling.checker)
    writer.spelling.language.choose_language("en_GB")
    writer.settle()
    assert american() is None
    writer.spelling.language.choose_language("en_US")
    writer.settle()
    assert writer.spelling.checker.language == "en_US"


def test_it_can_be_turned_off_and_on(writer: Writer) -> None:
    writer.write("The wrold. ")
    writer.until_marked("wrold")
    writer.program.program.manager.change(spelling=False)
    assert writer.marked() == []
    writer.write("And teh end. ") if writer.spelling.checker else writer.page.type_text("teh end. ")
    assert writer.marked() == []
    writer.program.program.manager.change(spelling=True)
    writer.until_marked("wrold", "teh")


def test_words_of_a_document_come_back_with_its_file(
    open_it: OpenIt, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "story.md"
    file.write_text("The gnorp and the gnarl slept, and wrold.\n", "utf-8")
    program = open_it()
    for _ in range(2):
        program.program.manager.open_paths([file])
        writer = Writer(program, qtbot)
        writer.settle()
        if "gnorp" in writer.marked():
            writer.spelling.add_for_document("gnorp")
        writer.until_marked("wrold")
        program.program.manager.close_document(program.window)


def test_your_words_can_be_looked_through(writer: Writer, qtbot: QtBot) -> None:
    service = writer.spelling.service
    service.begin()
    dialog = WordsDialog(service)
    qtbot.addWidget(dialog)
    dialog.new.setText("two words")
    dialog.add.click()
    assert dialog.said.text() == NO_WORD
    for word in ("gnarp", "Kvothe’s"):
        dialog.new.setText(word)
        dialog.add.click()
    assert [dialog.list.item(n).text() for n in range(2)] == ["gnarp", "Kvothe's"]
    dialog.list.setCurrentRow(0)
    dialog.remove.click()
    assert service.words == ["Kvothe's"]


def test_a_language_menu_says_what_there_is(writer: Writer) -> None:
    writer.write("Some words of a text. ")
    from cowrite.editor.spelling.language_menu import fill_language_menu

    menu = QMenu(writer.page)
    shown: list[bool] = []
    fill_language_menu(menu, writer.spelling, lambda: shown.append(True))
    names = titles(menu)
    assert names[0].startswith("&Detect: English (")
    assert "English (United Kingdom)" in names
    choose(menu, "English (United Kingdom)")
    assert writer.spelling.language.name == "en_GB"
    choose(menu, names[-1])
    assert shown == [True]


def test_the_model_puts_suggestions_in_order(writing: OpenProgram, qtbot: QtBot) -> None:
    writer = Writer(writing, qtbot)
    writer.write("He drank the hapy of it. ")
    writer.until_marked("hapy")
    menu = writer.menu("hapy")
    before = titles(menu)[:2]
    job = writing.engine.jobs[-1]
    assert isinstance(job.task, ScoreRequest)
    assert job.task.before.endswith("drank the ")
    assert job.task.after.startswith(" of it")
    assert job.lane is Lane.PASSAGE
    scores = tuple(
        VariantScore(logprob=float(at), tokens=1) for at in range(len(job.task.variants))
    )
    writing.engine.send(score_result(job.id, scores))
    qtbot.waitUntil(lambda: titles(menu)[0] == job.task.variants[-1])
    assert titles(menu)[0] != before[0]


def score_result(job_id: int, scores: tuple[VariantScore, ...]) -> ScoreResult:
    return ScoreResult(
        job_id=job_id,
        model="scripted",
        adapter="",
        device="cpu",
        quantization="int8",
        timings=Timings(),
        scores=scores,
    )
