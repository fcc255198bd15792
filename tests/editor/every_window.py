"""Every window, panel, menu and message of the program one after the other, with something in it, to be looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from learning_child import PREVIEW, child
from open_program import OpenProgram, choose, put_model
from PySide6.QtCore import QPoint
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QMenu, QMessageBox, QWidget
from session_writer import SessionWriter, keep_sessions
from waiting_disk import WaitingDisk

from cowrite.app.passages.room import proposals_of
from cowrite.base.clock import SystemClock
from cowrite.decisions.events import EventKind
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.dialogs.dialogs import QtDialogs
from cowrite.editor.dialogs.encoding_dialog import EncodingDialog, EncodingQuestion
from cowrite.editor.panels.palette.task_list import TaskList
from cowrite.editor.shell.counts_popover import CountsPopover
from cowrite.editor.shell.window_commands import WindowCommands
from cowrite.engine.messages import CompletionRequest, Lane
from cowrite.proposals.proposal import Proposal
from cowrite.proposals.word_diff import version_between
from cowrite.settings.paths import Paths
from cowrite.tasks.passage import registry
from cowrite.tasks.passage.work import PassageRequest, PassageTask, PassageWork
from cowrite.updates.report import UpdateReport

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

Look = Callable[[str, QWidget], None]
"""Is called with a name and what is on screen then."""

PANELS = (
    "outline.show", "history.show", "notes.show", "goals.show", "project.show", "check.show", "answers.show",
    "voice.show",
)  # fmt: skip
BARS = ("find.replace", "find.in_files", "view.authorship", "palette.show", "switcher.show")
WINDOWS = (
    "help.about", "help.keys", "insights.show", "replay.show", "personalization.show", "privacy.show",
    "settings.show", "shortcuts.show", "spelling.words", "file.export", "file.print", "models.show", "server.show",
    "gpu_pack.show", "updates.show",
)  # fmt: skip
STAYS = frozenset({"page", "notice", "find.replace", "find.in_files", *PANELS})
"""What of the window stays as it is while the keyboard goes elsewhere in it."""
TEXT = """# The harbor

The harbor slept very very long, and *nobody* had **seen** the [old man](https://example.org) since.

> She said nothing.

- one `tide`
- two

A mispeled wrd, twice wrd.[^1] <!-- a note -->

# The hill

```
code here
```

***

| a | b |
|---|---|
| 1 | 2 |

[^1]: A note below.
"""
NEWS = UpdateReport(
    version="99.1",
    is_newer=True,
    changes=("Faster.", "Smaller."),
    packs={"cowrite.deb": 300_000_000},
    installer=True,
    bytes_done=100_000_000,
    bytes_total=300_000_000,
)
WRONG = "She go home. He go too. They stay."
_HOUR_MS = 3_600_000
_SHORT_MS = 120


def open_filled(
    bot: QtBot, application: QApplication, paths: Paths, folder: Path, **preferences: object
) -> OpenProgram:
    """The program with a model, a session in its log, and two texts of which one has what Markdown has."""
    choose(paths, open_in="tabs", **preferences)
    put_model(paths)
    keep_sessions(paths.decision_log, _session())
    files = [folder / "Another.md", folder / "The harbor.md"]
    files[0].write_text("# Other\n\nThe harbour is very quiet.\n", "utf-8")
    files[1].write_text(TEXT, "utf-8")
    program = OpenProgram(
        bot,
        application,
        paths,
        files=files,
        disk=WaitingDisk(),
        learning=lambda _options: child(f"print({json.dumps(PREVIEW)!r})"),
    )
    program.until_ready()
    return program


def _session() -> SessionWriter:
    session = SessionWriter("aaaa", SystemClock().unix_ms() - _HOUR_MS, text="It was\n")
    session.write("dark ")
    session.suggest("and cold")
    session.take("and ")
    session.wait(800)
    session.decide(EventKind.REJECTED)
    session.write("quiet")
    return session


class EveryWindow:
    """Shows them in ``program`` and has ``look`` look at each."""

    def __init__(self, program: OpenProgram, look: Look) -> None:
        self._program = program
        self._look = look
        self._run = program.window.findChild(WindowCommands).registry.run

    def all(self) -> None:
        """Everything."""
        self.page()
        self.panels()
        self.windows()
        self.menus()
        self.messages()

    def _show(self, name: str, *windows: QWidget) -> None:
        self._program.until_settled()
        self._program.qtbot.wait(_SHORT_MS)
        for window in windows or (self._program.window,):
            self._look(name, window)

    # --- the page ---

    def page(self) -> None:
        """Text as it is written, with a suggestion, a selection, hits, marks of authorship, changes, and a veil."""
        program, page = self._program, self._program.page
        self._show("page")
        page.place_caret(len("# The harbor\n\nThe harbor slept"))
        program.suggest(" so", " long that the water was still")
        self._show("ghost")
        program.press_keys("Esc")
        page.undo()
        cursor = page.textCursor()
        cursor.setPosition(20)
        cursor.setPosition(120, QTextCursor.MoveMode.KeepAnchor)
        page.setTextCursor(cursor)
        self._show("selection")
        page.place_caret(20)
        for command in ("view.split_side_by_side", "view.authorship"):
            self._run(command)
            self._show(command)
            self._run(command)
        self._changes()
        self._show_changes_away()

    def _changes(self) -> None:
        """Two changes of a sentence on the page, the first of them focused."""
        program, page = self._program, self._program.page
        end = len(page.text())
        page.place_caret(end)
        page.type_text(WRONG)
        cursor = page.textCursor()
        cursor.setPosition(end)
        cursor.setPosition(end + len(WRONG), QTextCursor.MoveMode.KeepAnchor)
        page.setTextCursor(cursor)
        with _one_task():
            program.press_keys("Ctrl+Return")
            (tasks,) = [each for each in program.window.findChildren(TaskList) if each.isVisible()]
            self._show("passage.choose")
            QTest.keyClicks(tasks.field, "Mend")
            program.press_keys("Return")
            program.until(lambda: any(job.lane is Lane.PASSAGE for job in program.engine.jobs))
            self._show("a passage is being read")
            program.engine.answer("", lane=Lane.PASSAGE)
            its = proposals_of(program.window.active_view)
            program.until(lambda: its.standing is not None and not its.is_working)
        self._show("proposals")
        program.press_keys("Right")
        self._show("the second of two proposals")

    def _show_changes_away(self) -> None:
        self._program.press_keys("Esc")
        self._program.until_settled()
        page = self._program.page
        page.undo()
        page.place_caret(0)

    # --- what stands beside it ---

    def panels(self) -> None:
        """Each panel, and what lies above and below the page."""
        for command in PANELS:
            self._run(command)
            self._show(command)
            if self._choose_first_rows():
                self._show(f"{command}, a row chosen")
            self._run(command)
        for command in BARS:
            self._run(command)
            if command.startswith("find"):
                QTest.keyClicks(QApplication.focusWidget(), "harbor")
            if command == "find.in_files":
                self._program.qtbot.wait(6 * _SHORT_MS)
                self._choose_first_rows()
            self._show(command)
            focused = QApplication.focusWidget()
            if focused is not self._program.page and focused is not None:
                self._program.press_keys("Esc")
            if command in ("view.authorship", "find.in_files"):
                self._run(command)

    def _choose_first_rows(self) -> bool:
        """Have a row chosen in each list in sight; whether there is one."""
        views = [
            each
            for each in self._program.window.findChildren(QAbstractItemView)
            if each.isVisible() and each.model() is not None and each.model().rowCount()
        ]
        for view in views:
            index = view.model().index(0, 0)
            inner = view.model().index(0, 0, index)
            view.setCurrentIndex(inner if inner.isValid() else index)
        return bool(views)

    def windows(self) -> None:
        """Each window of its own, and that of newer versions with something to say."""
        host = self._program.program.extras.update_host
        host.report = host.news = NEWS
        for command in WINDOWS:
            self._run(command)
            self._program.until_settled()
            self._program.qtbot.wait(3 * _SHORT_MS)
            for dialog in _dialogs():
                self._show(command, dialog)
            for dialog in _dialogs():
                dialog.close()

    # --- menus ---

    def menus(self) -> None:
        """Each menu of the bar with those in it, those of the page and of a tab, and the tool tip."""
        for action in self._program.window.menuBar().actions():
            menu = action.menu()
            if action.isVisible() and isinstance(menu, QMenu):
                self._menu(action.text().replace("&", ""), menu)
        made = self._program.page.make_context_menu(20)
        self._menu("context menu", made)
        made.deleteLater()

    def _menu(self, name: str, menu: QMenu) -> None:
        menu.popup(self._program.window.mapToGlobal(QPoint(10, 10)))
        entries = [each for each in menu.actions() if each.isEnabled() and not each.isSeparator()]
        if entries:
            menu.setActiveAction(entries[0])
        self._show(f"menu {name}", menu)
        below = [(each.text(), each.menu()) for each in menu.actions() if each.menu() is not None]
        menu.close()
        for title, inner in below:
            if isinstance(inner, QMenu):
                self._menu(f"{name} > {title}".replace("&", ""), inner)

    # --- what is said and asked ---

    def messages(self) -> None:
        """A notice with its buttons, the counts, and questions."""
        window = self._program.window
        acts = (NoticeAction(label="Save as UTF-8", do=lambda: None),)
        window.show_notice(Notice(text="A sentence about a file.", acts=acts, key="looked at"))
        self._show("notice")
        window.messages.dismiss("looked at")
        counts = window.status_line._counts
        popover = CountsPopover(counts, counts, 1.0, window)
        popover.show_above(window.status_line)
        self._show("counts", popover)
        popover.close()
        data = "Grüße, schöne Welt".encode("cp1252")
        question = EncodingQuestion(name="old.txt", data=data, current="cp1252")
        dialog = EncodingDialog(question, window)
        dialog.show()
        self._show("encoding", dialog)
        dialog.close()
        dialog.deleteLater()
        with patch.object(QMessageBox, "exec", lambda box: self._asked(box)):
            QtDialogs().about_unsaved(window, "The harbor.md")
            QtDialogs().about_changed(window, "The harbor.md")

    def _asked(self, box: QMessageBox) -> int:
        box.show()
        self._show(f"question: {box.text()}", box)
        box.close()
        return 0


@contextmanager
def _one_task() -> Iterator[None]:
    """There is one task, which mends a verb once the engine has answered."""

    def work(request: PassageRequest) -> PassageWork:
        yield CompletionRequest(before=request.before)
        passage = request.passage
        version = version_between(passage, passage.replace("go", "goes"))
        return Proposal(task="mend", passage=passage, versions=(version,))

    task = PassageTask(name="mend", called="Mend", work=work, needs_template=False)
    with patch.dict(registry.PASSAGE_TASKS, {"mend": task}, clear=True):
        yield


def _dialogs() -> list[QDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
