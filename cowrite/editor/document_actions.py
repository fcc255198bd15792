"""Opening, saving and closing as the writer means it: with questions where something could be lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cowrite.documents.files import read_document
from cowrite.editor.messages import Act, Notice
from cowrite.editor.questions import Changed, Questions, Unsaved
from cowrite.editor.window import EditorWindow
from cowrite.errors import UserError

NOTICE_KEY = "document"
SUFFIX = ".txt"


class DocumentActions(QObject):
    """What the file menu does in one window. Signal: ``file_used(str)`` after a file was opened or saved."""

    file_used = Signal(str)

    def __init__(self, window: EditorWindow, questions: Questions) -> None:
        super().__init__(window)
        self._window = window
        self._keeper = window.keeper
        self._questions = questions
        # Whether another window has the file; whoever knows all windows sets it.
        self.is_open_elsewhere: Callable[[Path], bool] = lambda _: False

    def open(self, path: Path) -> None:
        """Show the file in this window. Raises UserError; the window is then as it was."""
        self._keeper.show(read_document(path))
        self._window.messages.dismiss(NOTICE_KEY)
        self.opened()

    def opened(self) -> None:
        """The window shows a file now: say so, and say if it can only be read."""
        if self._keeper.path is not None:
            self.file_used.emit(str(self._keeper.path))
        if self._keeper.read_only_reason:
            copy = Act(label="Save a copy", do=self._save_elsewhere)
            self._tell(self._keeper.read_only_reason, copy)

    def save(self) -> bool:
        """Save; ask for a name, or about changes by others, where that is needed. Whether the text is in a file now."""
        if self._keeper.path is None or self._keeper.read_only_reason:
            return self.save_as()
        if not self._keeper.changed_elsewhere():
            return self._saved(self._keeper.save)
        match self._questions.about_changed(self._window, self._keeper.name):
            case Changed.KEEP_MINE:
                return self._saved(self._keeper.save)
            case Changed.LOAD_THEIRS:
                return self._load_theirs()
            case Changed.SAVE_AS:
                return self.save_as()
            case Changed.CANCEL:
                return False

    def save_as(self) -> bool:
        """Save under a name that the writer chooses. Whether the text is in a file now."""
        suggested = self._keeper.path or Path.home() / f"{self._keeper.name}{SUFFIX}"
        path = self._questions.file_to_save(self._window, suggested)
        if path is None:
            return False
        if self.is_open_elsewhere(path):
            sentence = f"“{path.name}” is open in another window. Choose another name, or close it there first."
            self._tell(sentence, Act(label="Save elsewhere", do=self._save_elsewhere))
            return False
        return self._saved(lambda: self._keeper.save_as(path))

    def may_close(self) -> bool:
        """Ask what becomes of unsaved text. Whether the window may close."""
        if not self._keeper.is_modified or self._keeper.is_untouched:
            self._keeper.forget_unsaved()
            return True
        match self._questions.about_unsaved(self._window, self._keeper.name):
            case Unsaved.SAVE:
                return self.save()
            case Unsaved.DISCARD:
                self._keeper.forget_unsaved()
                return True
            case Unsaved.CANCEL:
                return False

    def _save_elsewhere(self) -> None:
        self.save_as()

    def _load_theirs(self) -> bool:
        path = self._keeper.path
        if path is None:
            return False
        try:
            self.open(path)
        except UserError as error:
            self._tell(str(error))
            return False
        self._keeper.write_journal()
        return True

    def _saved(self, save: Callable[[], None]) -> bool:
        try:
            save()
        except UserError as error:
            acts = [Act(label="Save as…", do=self._save_elsewhere)]
            if self._keeper.needs_utf8():
                acts.insert(0, Act(label="Save as UTF-8", do=self._save_as_utf8))
            self._tell(str(error), *acts)
            return False
        self._window.messages.dismiss(NOTICE_KEY)
        self._window.status_line.say("Saved")
        self.file_used.emit(str(self._keeper.path))
        return True

    def _save_as_utf8(self) -> None:
        self._saved(lambda: self._keeper.save(as_utf8=True))

    def _tell(self, text: str, *acts: Act) -> None:
        self._window.show_notice(Notice(key=NOTICE_KEY, text=text, acts=acts))
