"""Opening, saving and closing as the writer means it: with questions where something could be lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cowrite.base.errors import UserError
from cowrite.base.records import may_be_path
from cowrite.documents.files import read_bytes, read_document
from cowrite.documents.text_codec import Certainty, TextFormat
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.dialogs.dialogs import Changed, Dialogs, Unsaved
from cowrite.editor.dialogs.encoding_dialog import EncodingQuestion
from cowrite.editor.shell.window import EditorWindow

NOTICE_KEY = "document"
ENCODING_KEY = "encoding"
OTHER_ENCODING = "Other encoding…"
SUFFIX = ".txt"


class DocumentActions(QObject):
    """What the file menu does in one window.

    Signals: ``file_used(Path)`` after a file was opened or saved, ``encoding_chosen(Path, str)`` with its path and what
    the writer chose for it; empty when it says its own.
    """

    # Objects: of a name that is not UTF-8, Qt would drop a part.
    file_used = Signal(object)
    encoding_chosen = Signal(object, str)

    def __init__(self, window: EditorWindow, questions: Dialogs) -> None:
        super().__init__(window)
        self._window = window
        self._document = window.active_view.document
        self._files = self._document.files
        self._questions = questions

    def open(self, path: Path) -> None:
        """Show the file in this window. Raises UserError; the window is then as it was."""
        chosen = self._document.chosen_encoding if self._document.is_in(path) else ""
        self._files.show(read_document(path, remembered=chosen))
        self._window.messages.dismiss(NOTICE_KEY)
        self.opened()

    def opened(self) -> None:
        """The window shows a file now: say so, and say if it can only be read."""
        if self._document.path is not None:
            self.file_used.emit(self._document.path)
        if self._document.read_only_reason:
            copy = NoticeAction(label="Save a copy", do=self._save_elsewhere)
            other = NoticeAction(label=OTHER_ENCODING, do=self.choose_encoding, stays=True)
            self._tell(self._document.read_only_reason, copy, other)
        self.say_guess()

    # --- the encoding ---

    def say_guess(self) -> None:
        """Say how a file is read that does not say its encoding, or take that message away."""
        text_format, text = self._document.format, ""
        if self._document.path is not None and not self._document.read_only_reason:
            text = guess_sentence(text_format)
        acts = (
            NoticeAction(label="Looks right", do=self._confirm_encoding),
            NoticeAction(label=OTHER_ENCODING, do=self.choose_encoding, stays=True),
        )
        self._window.show_notice(Notice(key=ENCODING_KEY, text=text, acts=acts))

    def choose_encoding(self) -> None:
        """Ask how the file is to be read, and read it like that; unsaved changes stay."""
        self._ask_encoding()

    def _ask_encoding(self, **wording: str) -> bool:
        """Whether the writer chose an encoding, and the page is read in it now."""
        path = self._document.path
        if path is None:
            return False
        try:
            data, _ = read_bytes(path)
            question = EncodingQuestion(
                name=path.name, data=data, current=self._document.format.encoding, **wording
            )
            chosen = self._questions.about_encoding(self._window, question)
            self._window.active_view.focus()
            if chosen is None:
                return False
            if chosen != self._document.format.encoding or self._document.read_only_reason:
                self._files.read_in(chosen)
        except UserError as error:
            self._tell(str(error))
            return False
        if not self._document.read_only_reason:
            self._window.messages.dismiss(NOTICE_KEY)
            self._confirm_encoding()
        self.opened()
        return not self._document.read_only_reason

    def _confirm_encoding(self) -> None:
        if self._document.format.certainty is not Certainty.SAID:
            self._files.confirm_encoding()
        self.encoding_chosen.emit(self._document.path, self._document.chosen_encoding)
        self.say_guess()

    def save(self) -> bool:
        """Save; ask for a name, or about changes by others, where that is needed. Whether the text is in a file now."""
        if self._document.path is None or self._document.read_only_reason:
            return self.save_as()
        if self._files.changed_elsewhere():
            return self._about_changed(self._files.save)
        return self._saved(self._files.save)

    def save_as(self, *, copy: bool = False) -> bool:
        """Save under a name that the writer chooses. Whether the text is in a file now.

        A ``copy`` is to stand beside the file, so the name of another one is suggested. What another program has done
        to the file of this text is asked about, however the writer came to choose it.
        """
        path = self._questions.file_to_save(self._window, self._suggested(copy=copy))
        if path is None:
            return False
        if not may_be_path(str(path.absolute())):
            self._tell("No file can have the name that was given. Choose another name.")
            return False
        if self._document.is_elsewhere(path):
            sentence = f"“{path.name}” is open in another window. Choose another name, or close it there first."
            self._tell(sentence, NoticeAction(label="Save elsewhere", do=self._save_elsewhere))
            return False
        writable = not self._document.read_only_reason
        if writable and self._document.is_in(path) and self._files.changed_elsewhere():
            return self._about_changed(lambda: self._save_as(path))
        return self._saved(lambda: self._save_as(path))

    def _save_as(self, path: Path) -> None:
        self._files.save_as(path)
        self.encoding_chosen.emit(self._document.path, self._document.chosen_encoding)

    def may_close(self) -> bool:
        """Ask what becomes of unsaved text. Whether the window may close."""
        if not self._document.is_modified or self._document.is_untouched:
            self._document.journal.forget_unsaved()
            return True
        match self._questions.about_unsaved(self._window, self._document.name):
            case Unsaved.SAVE:
                return self.save()
            case Unsaved.DISCARD:
                self._document.journal.forget_unsaved()
                return True
            case Unsaved.CANCEL:
                return False

    def _suggested(self, *, copy: bool) -> Path:
        path = self._document.path
        if path is None:
            return self._free(Path.home() / f"{self._document.name}{SUFFIX}", " {}")
        if copy or self._document.read_only_reason:
            return self._free(path.with_name(f"{path.stem} copy{path.suffix}"), " {}")
        return path

    def _free(self, path: Path, numbered: str) -> Path:
        """``path``, or with a number the first that is no file and open nowhere; ``path`` itself if all are taken."""
        names = (path.with_stem(path.stem + numbered.format(number)) for number in range(2, 1_000))
        free = (
            each
            for each in (path, *names)
            if not os.path.lexists(each) and not self._document.is_elsewhere(each)
        )
        return next(free, path)

    def _about_changed(self, save: Callable[[], None]) -> bool:
        """Ask which version of a file is to stay that another program has changed; ``save`` keeps this one."""
        path = self._document.path
        is_gone = path is not None and not os.path.exists(path)  # noqa: PTH110 - a dead disk raises
        match self._questions.about_changed(self._window, self._document.name, is_gone=is_gone):
            case Changed.KEEP_MINE:
                return self._saved(save)
            case Changed.LOAD_THEIRS:
                return self._load_theirs()
            case Changed.SAVE_AS:
                return self.save_as(copy=True)
            case Changed.CANCEL:
                return False

    def _save_elsewhere(self) -> None:
        self.save_as()

    def _load_theirs(self) -> bool:
        path = self._document.path
        if path is None:
            return False
        try:
            self.open(path)
        except UserError as error:
            self._tell(str(error))
            return False
        self._document.journal.write()
        return True

    def _saved(self, save: Callable[[], None]) -> bool:
        try:
            save()
        except UserError as error:
            label = "Save a copy" if self._document.read_only_reason else "Save as…"
            acts = [NoticeAction(label=label, do=self._save_elsewhere)]
            if self._files.needs_utf8():
                acts.insert(0, NoticeAction(label="Save as UTF-8", do=self._save_as_utf8))
                if self._document.format.certainty.is_guess:
                    acts.insert(
                        1, NoticeAction(label=OTHER_ENCODING, do=self.choose_encoding, stays=True)
                    )
            self._tell(str(error), *acts)
            return False
        self._window.messages.dismiss(NOTICE_KEY)
        self._window.status_line.say("Saved")
        self.file_used.emit(self._document.path)
        return True

    def _save_as_utf8(self) -> None:
        """In UTF-8 wrong words would stay wrong: where the encoding is a guess, they are looked at first."""
        if self._document.format.certainty.is_guess and not self._ask_encoding(
            purpose="Its encoding is only a guess. Choose the one in which every word is right: saved as UTF-8, they "
            "stay as you see them here.",
            accept="&Save as UTF-8",
        ):
            self.say_guess()
            return
        if self._saved(lambda: self._files.save(as_utf8=True)):
            self.encoding_chosen.emit(self._document.path, "")
            self.say_guess()

    def _tell(self, text: str, *acts: NoticeAction) -> None:
        self._window.show_notice(Notice(key=NOTICE_KEY, text=text, acts=acts))


def guess_sentence(text_format: TextFormat) -> str:
    """What is said of an encoding that is a guess; empty for one that is not."""
    name = text_format.encoding_name
    match text_format.certainty:
        case Certainty.LIKELY:
            return (
                f"This file does not say its encoding. By its letters, Cowrite reads it as {name}."
            )
        case Certainty.UNSURE:
            return (
                "This file does not say its encoding, and its text is not enough to be sure. "
                f"Cowrite reads it as {name}. Are the words right?"
            )
        case _:
            return ""
