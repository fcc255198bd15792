"""What there is beside suggestions, each with a picture: panels, find, spelling, history, focus and Markdown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QWidget

from cowrite.base.text_changes import ChangeKind
from cowrite.cli.demonstration.sample_texts import (
    CHAPTERS,
    CHINESE_CHAPTERS,
    FILES,
    MARKDOWN,
    NOTE,
    SENT_BACK,
    STUMBLES,
)
from cowrite.cli.demonstration.stage import GHOST_PATIENCE_S, READY_PATIENCE_S, Stage
from cowrite.editor.common.flow import Flow
from cowrite.editor.panels.check.check_panel import CheckPanel
from cowrite.editor.panels.find.find_bar import FindBar
from cowrite.editor.panels.goals.goals_panel import GoalsPanel
from cowrite.editor.panels.history.history_panel import HistoryPanel
from cowrite.editor.panels.models.models_window import ModelsWindow
from cowrite.editor.panels.project.project_panel import ProjectPanel
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.spelling.document_spelling import DocumentSpelling
from cowrite.localization import current, tr, trp
from cowrite.localization.languages import CHINESE

SOON_MS = 1_500
MISSPELLED = "Nobody recieved many."
FOUND = "letter"


def show_features(stage: Stage, folder: Path) -> None:
    """Open a book in ``folder`` and take a picture of each feature."""
    manager = stage.program.manager
    manager.change(suggestions=False)  # they are shown elsewhere, and would be in the way
    _write_book(folder)
    before = stage.window.active_view
    _open(stage, folder / "1 The letter.md")
    features = (
        _project,
        _notes,
        _outline,
        _goals,
        _find,
        _spelling,
        _check,
        _history,
        _focus,
        _markdown,
        _export,
        _import,
        _models,
        _chinese,
    )
    for show in features:
        show(stage, folder)
    for view in stage.window.views:
        if view is not before:
            _put_away(stage, view)
    manager.change(suggestions=True, daily_goal=0)


def _put_away(stage: Stage, view: EditorView) -> None:
    saved = stage.program.manager.actions_of(view).save()
    stage.wait_until(lambda: saved.is_done, GHOST_PATIENCE_S)
    stage.program.manager.close_view(view)


def _write_book(folder: Path) -> None:
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def _open(stage: Stage, file: Path) -> None:
    opened = stage.program.manager.open_paths([file])
    stage.wait_until(lambda: opened.is_done, GHOST_PATIENCE_S)


def _project(stage: Stage, folder: Path) -> None:
    panels = stage.window.side_panels
    stage.window.beside_page.open_folder(folder)
    panels.show("project")
    panel = panels.widget("project")
    if not isinstance(panel, ProjectPanel):
        raise TypeError("the panel is another")
    stage.wait_until(lambda: panel.tree.topLevelItemCount() > 1, GHOST_PATIENCE_S)
    item = panel.tree.topLevelItem(0)
    if item is not None:
        item.setExpanded(True)
        stage.wait_until(item.childCount, GHOST_PATIENCE_S)
    _to_page(stage, "Ctrl+End")
    stage.picture("project", tr("a folder of texts beside the page"))
    panels.hide("project")


def _notes(stage: Stage, _folder: Path) -> None:
    panels = stage.window.side_panels
    panels.show("notes")
    panel = panels.widget("notes")
    field = panel.findChild(QPlainTextEdit) if panel is not None else None
    stage.pause(SOON_MS)  # what is noted of the text is read
    if field is not None:
        field.setPlainText(NOTE)
    _to_page(stage, "Ctrl+Home")
    stage.picture("notes", tr("notes on a text"))
    panels.hide("notes")


def _outline(stage: Stage, folder: Path) -> None:
    file = folder / "The whole book.md"
    file.write_text(CHAPTERS + "\n", "utf-8")
    _open(stage, file)
    panels = stage.window.side_panels
    panels.show("outline")
    _to_page(stage, "Ctrl+End")
    stage.pause(SOON_MS)  # words are counted a moment after the text is there
    stage.picture("outline", tr("the headings of a text, and how long its chapters are"))
    panels.hide("outline")
    stage.program.manager.close_view(stage.window.active_view)


def _goals(stage: Stage, _folder: Path) -> None:
    manager, panels = stage.program.manager, stage.window.side_panels
    manager.change(daily_goal=100)
    panels.show("goals")
    panel = panels.widget("goals")
    if isinstance(panel, GoalsPanel):
        panel.document_goal.setValue(400)
    _to_page(stage, "Ctrl+End")
    stage.type("\nShe went out into the rain without her coat, and the street was hers alone.")
    stage.pause(SOON_MS)
    stage.picture("goals", tr("words of today, and of the text"))
    panels.hide("goals")


def _find(stage: Stage, _folder: Path) -> None:
    _to_page(stage, "Ctrl+Home")
    stage.run("find.replace")
    stage.type(FOUND)
    stage.pause(500)
    stage.picture("find", tr("all hits marked, and how many there are"))
    for bar in stage.window.findChildren(FindBar):
        if bar.isVisible():
            stage.press("Esc", trp("a list was closed", "left"))


def _spelling(stage: Stage, _folder: Path) -> None:
    _to_page(stage, "Ctrl+Home")
    end = stage.page.text().index("\n\nShe did not")  # where the menu has room below
    stage.window.active_view.place_caret(end)
    stage.type(f" {MISSPELLED} ")
    spelling = stage.window.active_view.findChild(DocumentSpelling)
    if not isinstance(spelling, DocumentSpelling):
        raise TypeError("the page has no speller")
    stage.wait_until(lambda: spelling.next_flag(0) is not None, READY_PATIENCE_S)
    stage.run("spelling.previous")
    _with_menu(
        stage, lambda menu: _picture_with(stage, menu), lambda: stage.run("spelling.suggest")
    )


def _check(stage: Stage, folder: Path) -> None:
    file = folder / "The mill.md"
    file.write_text(STUMBLES, "utf-8")
    _open(stage, file)
    panels = stage.window.side_panels
    panels.show("check")
    panel = panels.widget("check")
    if not isinstance(panel, CheckPanel):
        raise TypeError("the panel is another")
    _to_page(stage, "Ctrl+Home")
    stage.wait_until(lambda: panel.is_settled, GHOST_PATIENCE_S)
    stage.picture("check", tr("what a careful reader would stumble over, and where"))
    panels.hide("check")
    stage.program.manager.close_view(stage.window.active_view)


def _with_menu(stage: Stage, look: Callable[[QMenu], None], show: Callable[[], None]) -> None:
    """Do ``show``, which comes back when its menu is gone; meanwhile ``look`` at that."""

    timer = QTimer(stage.window)

    def seen() -> None:
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            timer.stop()
            look(menu)
            menu.close()

    timer.timeout.connect(seen)
    timer.start(SOON_MS)  # what is suggested takes a moment
    show()
    timer.stop()
    timer.deleteLater()


def _picture_with(stage: Stage, menu: QMenu) -> None:
    stage.picture("spelling", tr("a misspelled word, and what may have been meant"), over=menu)


def _history(stage: Stage, _folder: Path) -> None:
    document = stage.window.active_view.document
    document.history.keep("First draft")
    text = document.text()
    for old, new in (("third step", "lowest step"), ("the blue cup", "the cracked blue cup")):
        start = text.index(old)  # nothing before it is outside the BMP
        document.edit(start, start + len(old), new, ChangeKind.REPLACED)
        text = document.text()
    panels = stage.window.side_panels
    panels.show("history")
    panel = panels.widget("history")
    if not isinstance(panel, HistoryPanel):
        raise TypeError("the panel is another")
    stage.wait_until(lambda: panel.list.count() > 0, GHOST_PATIENCE_S)
    panel.list.setCurrentRow(0)
    stage.wait_until(lambda: panel.passages.shown, GHOST_PATIENCE_S)
    _to_page(stage, "Ctrl+Home")
    stage.picture("history", tr("what is different since an earlier version"))
    panels.hide("history")


def _focus(stage: Stage, _folder: Path) -> None:
    manager = stage.program.manager
    manager.change(focus="sentence", typewriter=True)
    _to_page(stage, "Ctrl+Home")
    stage.window.active_view.place_caret(stage.page.text().index("She put it"))
    stage.page.keep_caret_comfortable()
    stage.picture("focus", tr("the sentence that is written stands out"))
    manager.change(focus="off", typewriter=False)


def _markdown(stage: Stage, folder: Path) -> None:
    file = folder / "4 The log.md"
    file.write_text(MARKDOWN, "utf-8")
    _open(stage, file)
    stage.picture("markdown", tr("Markdown as it is meant, with quiet marks"))


def _export(stage: Stage, _folder: Path) -> None:
    stage.run("file.export")
    dialog = stage.dialog()
    stage.picture("export", tr("what can be chosen for an export"), dialog)
    dialog.close()


def _import(stage: Stage, folder: Path) -> None:
    from cowrite.documents.exporting import ExportedText, export
    from cowrite.interchange.kinds import Kind
    from cowrite.interchange.options import WriteOptions
    from cowrite.interchange.report import Report

    file = folder / "From my editor.docx"
    sent = ExportedText(text=SENT_BACK, is_markdown=True, author="Jo")
    file.write_bytes(export(sent, Kind.DOCX, WriteOptions(tracked_changes=True), Report()))
    _open(stage, file)
    stage.picture("import", tr("a Word document opened, and what became of its changes"))
    # With a file of its own nobody is asked for one when it is put away.
    saved = Flow(stage.window.active_view.document.files.save_as(folder / "From my editor.md"))
    stage.wait_until(lambda: saved.is_done, GHOST_PATIENCE_S)


def _models(stage: Stage, _folder: Path) -> None:
    """The windows of what comes from elsewhere; nobody is asked for anything."""
    stage.run("models.show")
    models = stage.dialog()
    if not isinstance(models, ModelsWindow):
        raise TypeError("the window is another")
    stage.wait_until(lambda: models.list.count() > 1, READY_PATIENCE_S)
    stage.picture(
        "models", tr("the models that are here, and those that suit this computer"), models
    )
    models.close()
    for command, name, what in (
        ("gpu_pack.show", "gpu-pack", tr("what an NVIDIA card needs")),
        ("server.show", "server", tr("a model on a server")),
        ("updates.show", "newer-versions", tr("whether there is a newer version")),
    ):
        stage.run(command)
        dialog = stage.dialog()
        stage.picture(name, what, dialog)
        dialog.close()


def _chinese(stage: Stage, folder: Path) -> None:
    manager, what = stage.program.manager, tr("the interface in Chinese, and a Chinese text")
    file = folder / "码头.md"
    file.write_text(CHINESE_CHAPTERS + "\n", "utf-8")
    _open(stage, file)
    before, spoken = manager.preferences.language, current()
    manager.change(language=CHINESE)
    stage.wait_until(lambda: current() == CHINESE, READY_PATIENCE_S)
    panels = stage.window.side_panels
    panels.show("outline")
    stage.page.setFocus()
    stage.pause(SOON_MS)  # words are counted a moment after the text is there
    stage.picture("chinese", what)
    panels.hide("outline")
    manager.change(language=before)
    stage.wait_until(lambda: current() == spoken, READY_PATIENCE_S)


def _to_page(stage: Stage, keys: str) -> None:
    widget: QWidget = stage.page
    widget.setFocus()
    stage.press(keys, tr("moved"))
