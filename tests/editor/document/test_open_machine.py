"""Random opening, saving, linking, replacing, closing and crashing: no two documents share anything, no word is lost.

Every word is typed once. The model knows which words somebody must still be able to find: in a window, or in a file.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest
from case_support import _Patience
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from open_program import OpenProgram, choose
from PySide6.QtWidgets import QApplication

from cowrite.documents.journal import Journal
from cowrite.documents.open_documents import same_file
from cowrite.editor.dialogs.dialogs import Changed, Unsaved
from cowrite.editor.shell.editor_view import EditorView
from cowrite.settings.paths import Paths

MOST_WINDOWS = 5
EXAMPLES = min(60, max(12, hypothesis_settings().max_examples // 12))
"""Each starts the program several times; COWRITE_EXAMPLES=1000 looks harder."""
WORD = re.compile("w[0-9]+w")
NAMES = st.sampled_from(["a.txt", "b.txt", "c.txt", "folder/a.txt", "link/a.txt"])
WINDOWS = st.integers(0, MOST_WINDOWS - 1)


class OpenMachine(RuleBasedStateMachine):
    """``words`` are those that must be somewhere; ``made_one``, views whose files another program has made one."""

    open_in = "windows"

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.paths = Paths.find(self.folder / "home")
        self.paths.create()
        choose(self.paths, open_in=self.open_in)
        self.files = self.folder / "files"
        (self.files / "folder").mkdir(parents=True)
        (self.files / "link").symlink_to("folder")
        (self.files / "a.txt").write_text("begun elsewhere")
        (self.files / "b.txt").hardlink_to(self.files / "a.txt")
        (self.files / "folder" / "a.txt").symlink_to("../a.txt")
        self.words: set[str] = set()
        self.number = 0
        self.made_one: set[frozenset[EditorView]] = set()
        self.program = self._start()
        self.opens(["a.txt"])
        self.types(0)

    def _start(self) -> OpenProgram:
        application = QApplication.instance()
        program = OpenProgram(_Patience(), application, self.paths)  # type: ignore[arg-type]
        program.dialogs.unsaved = Unsaved.SAVE
        program.dialogs.changed = Changed.SAVE_AS
        # What could be lost is asked about; the writer takes the name that is suggested, which is to be a free one.
        program.dialogs.file_to_save = self._name  # type: ignore[method-assign]
        self.made_one = set()
        return program

    def teardown(self) -> None:
        for view in self._views:
            view.page.document().setModified(False)
        self.program.close()
        shutil.rmtree(self.folder)

    # --- the writer ---

    def _name(self, parent: object, suggested: Path, filters: str = "") -> Path:
        if self.chosen is not None:
            return self.chosen
        return suggested if self.files in suggested.parents else self._fresh()

    chosen: Path | None = None

    def _fresh(self) -> Path:
        self.number += 1
        return self.files / f"new-{self.number}.txt"

    @property
    def _views(self) -> list[EditorView]:
        return self.program.program.manager.views

    def _view(self, index: int) -> EditorView:
        return self._views[index % len(self._views)]

    @rule(index=WINDOWS)
    def types(self, index: int) -> None:
        self.number += 1
        word = f"w{self.number}w"
        self._view(index).page.type_text(f"{word} ")
        self.words.add(word)

    @precondition(lambda self: len(self._views) < MOST_WINDOWS)
    @rule()
    def new(self) -> None:
        self.program.program.manager.open_new()

    @precondition(lambda self: len(self._views) < MOST_WINDOWS - 1)
    @rule(names=st.lists(NAMES, min_size=1, max_size=2))
    def opens(self, names: list[str]) -> None:
        opening = self.program.program.manager.open_paths([self.files / name for name in names])
        self.program.finish(opening)

    @rule(index=WINDOWS)
    def saves(self, index: int) -> None:
        view = self._view(index)
        self.program.finish(self.program.program.manager.actions_of(view).save())

    @rule(index=WINDOWS, name=NAMES)
    def saves_as(self, index: int, name: str) -> None:
        """The dialog has asked whether what is in that file may go."""
        view, target = self._view(index), self.files / name
        before = _words_in(target)
        self.chosen = target
        self.program.dialogs.changed = Changed.KEEP_MINE
        try:
            saved = self.program.finish(self.program.program.manager.actions_of(view).save_as())
        finally:
            self.chosen = None
            self.program.dialogs.changed = Changed.SAVE_AS
        if saved:
            self.words -= before - self._found()

    @rule(index=WINDOWS)
    def closes(self, index: int) -> None:
        if len(self._views) > 1:
            manager = self.program.program.manager
            self.program.finish(manager.close_document(self._view(index)))

    @rule(how=st.sampled_from(["quit", "crash", "session is lost", "identities are lost"]))
    def ends_and_starts(self, how: str) -> None:
        self.program.program.manager.keep_everything()  # the last seconds may be lost; these words are older
        if how == "crash":
            # A text that was saved, and whose file another program has replaced since, is only in the window.
            self.words &= self._in_files_or_unsaved()
            self.program.crash()
        else:
            self.program.close()
        if how == "session is lost":
            self.paths.session_file.unlink()
        if how == "identities are lost":
            self.paths.identities_file.unlink(missing_ok=True)
        self.program = self._start()

    # --- another program ---

    @rule(old=NAMES, new=NAMES, how=st.sampled_from(["move", "link", "symlink", "delete", "write"]))
    def another_program(self, old: str, new: str, how: str) -> None:
        one, other = self.files / old, self.files / new
        if how == "delete":
            one.unlink(missing_ok=True)
        elif how == "write":
            one.unlink(missing_ok=True)
            one.write_text("by another program")
        elif how == "move" and one.exists() and not same_file(one, other):
            one.rename(other)
        elif how in ("link", "symlink") and one.is_file() and not os.path.lexists(other):
            other.hardlink_to(one) if how == "link" else other.symlink_to(one)
        self.words &= self._found()  # what it has done away with is its business
        self.made_one = self._pairs()

    def _pairs(self) -> set[frozenset[EditorView]]:
        """The views whose files are one, by whatever name."""
        paths = {view: view.document.path for view in self._views}
        views = [view for view, path in paths.items() if path and path.exists()]
        return {
            frozenset((one, other))
            for one, other in itertools.combinations(views, 2)
            if os.path.samefile(one.document.path, other.document.path)  # type: ignore[arg-type] # noqa: PTH121
        }

    # --- what holds ---

    def _found(self) -> set[str]:
        files = [path for path in self.files.rglob("*") if path.is_file()]
        texts = [view.page.text() for view in self._views]
        return set().union(*map(_words_in, files), *map(_words_of, texts))

    def _in_files_or_unsaved(self) -> set[str]:
        files = [path for path in self.files.rglob("*") if path.is_file()]
        documents = [view.document for view in self._views]
        unsaved = [each.text() for each in documents if each.is_modified]
        return set().union(*map(_words_in, files), *map(_words_of, unsaved))

    @invariant()
    def no_word_is_lost(self) -> None:
        assert self.words <= self._found()

    @invariant()
    def no_two_views_have_one_identity(self) -> None:
        ids = [view.document.document_id for view in self._views]
        assert len(set(ids)) == len(ids)

    @invariant()
    def no_journal_holds_the_text_of_another(self) -> None:
        self.program.program.manager.keep_everything()
        assert self.program.program.journal_writer.wait_until_idle()
        texts = {view.document.document_id: view.page.text() for view in self._views}
        for file in self.paths.journal_dir.glob("*.journal"):
            assert file.stem in texts
        documents = [view.document for view in self._views]
        unsaved = {each.document_id for each in documents if each.is_modified}
        found = {
            entry.document_id: entry.text for entry in Journal(self.paths.journal_dir).entries()[0]
        }
        assert found == {name: texts[name] for name in unsaved if texts[name] or name in found}

    @invariant()
    def no_two_views_have_one_file(self) -> None:
        assert self._pairs() <= self.made_one


class TabsMachine(OpenMachine):
    """The same with tabs: what is opened comes into the window in front, and tabs change their order and window."""

    open_in = "tabs"

    @rule(index=WINDOWS)
    def goes_to(self, index: int) -> None:
        self.program.program.manager.show_view(self._view(index))

    @rule(index=WINDOWS, by=st.integers(-2, 2))
    def shifts(self, index: int, by: int) -> None:
        view = self._view(index)
        window = self.program.program.manager.window_of(view)
        assert window is not None
        window.stack.shift(view, by)

    @rule(index=WINDOWS)
    def moves_to_a_window(self, index: int) -> None:
        self.program.program.manager.places.move_to_new_window(self._view(index))

    @rule(index=WINDOWS)
    def closes_others(self, index: int) -> None:
        self.program.finish(self.program.program.manager.close_others(self._view(index)))

    @rule(index=WINDOWS)
    def closes_window(self, index: int) -> None:
        windows = self.program.windows
        if len(windows) > 1:
            windows[index % len(windows)].close()
            self.program.until_settled()

    @rule()
    def reopens(self) -> None:
        self.program.program.manager.reopen_closed()
        self.program.until_settled()

    @invariant()
    def tabs_show_their_views(self) -> None:
        for window in self.program.windows:
            tabs = window.stack.tabs
            assert tabs.count() == len(window.views) == len(window.stack.recent)
            assert tabs.currentIndex() == window.views.index(window.active_view)
            shown = [tabs.tabText(at).removeprefix("• ") for at in range(tabs.count())]
            assert shown == [view.document.name for view in window.views]


def _words_in(path: Path) -> set[str]:
    return _words_of(path.read_text()) if path.is_file() else set()


def _words_of(text: str) -> set[str]:
    return set(WORD.findall(text))


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
@pytest.mark.expects_warnings
@pytest.mark.parametrize("machine", [OpenMachine, TabsMachine])
def test_no_two_windows_share_anything_and_no_word_is_lost(
    qapp: QApplication, machine: type[OpenMachine]
) -> None:
    run_state_machine_as_test(
        machine,
        settings=hypothesis_settings(max_examples=EXAMPLES, stateful_step_count=30, deadline=None),
    )
