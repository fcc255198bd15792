"""The few questions that need an answer before anything else happens, and the system's file dialogs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from cowrite.editor.common.fit_to_screen import keep_on_screen
from cowrite.editor.common.plain_label import make_plain
from cowrite.editor.dialogs.ask_for_name import ask_for_name
from cowrite.editor.dialogs.suggested_names import with_suffix
from cowrite.localization import tr, tr_noop, trn

if TYPE_CHECKING:
    from cowrite.editor.dialogs.encoding_dialog import EncodingQuestion

_Answer = TypeVar("_Answer", bound=Enum)

MOST_NAMED = 8
FILTER = tr_noop("Text (*.txt *.md *.markdown *.text);;All files (*)")
OPEN_FILTER = tr_noop(
    "Texts and documents (*.txt *.md *.markdown *.text *.docx *.odt *.rtf *.html *.htm *.xhtml)"
    ";;All files (*)"
)


class Unsaved(Enum):
    """What becomes of text that is not saved."""

    SAVE = tr_noop("Save")
    DISCARD = tr_noop("Don’t save")
    CANCEL = tr_noop("Cancel")


class Changed(Enum):
    """What becomes of a file that another program has changed."""

    KEEP_MINE = tr_noop("Keep my version")
    LOAD_THEIRS = tr_noop("Reload from disk")
    SAVE_AS = tr_noop("Save my version as…")
    CANCEL = tr_noop("Cancel")


class Replace(Enum):
    """What becomes of a file that is there under the name that was chosen."""

    REPLACE = tr_noop("Replace")
    CANCEL = tr_noop("Cancel")


class Erase(Enum):
    """Whether what is kept is to be erased."""

    ERASE = tr_noop("Delete")
    CANCEL = tr_noop("Cancel")


class ToBin(Enum):
    """Whether a file goes into the system's bin."""

    MOVE = tr_noop("Move to the bin")
    CANCEL = tr_noop("Cancel")


class Reset(Enum):
    """Whether the settings are to be as at first."""

    RESET = tr_noop("Reset")
    CANCEL = tr_noop("Cancel")


class Dialogs(Protocol):
    """Asks the person in front of ``parent`` and waits."""

    def files_to_open(self, parent: QWidget, folder: Path | None) -> list[Path]:
        """Which files; none if the person thought better of it."""
        ...

    def file_to_save(self, parent: QWidget, suggested: Path, filters: str = FILTER) -> Path | None:
        """Which file, with an extension; the person was asked before an existing one is named."""
        ...

    def files_for(self, parent: QWidget, title: str, filters: str = FILTER) -> list[Path]:
        """Which files are to be in a list of the settings, or imported; ``title`` says what for."""
        ...

    def folder_for(self, parent: QWidget, title: str) -> Path | None:
        """As :meth:`files_for`, of a folder."""
        ...

    def name_for(self, parent: QWidget, title: str, label: str, before: str = "") -> str:
        """A name, ``before`` if the person changes nothing; empty if they thought better of it."""
        ...

    def about_erasing(self, parent: QWidget, what: str, details: str) -> Erase:
        """``what`` is to be erased for good; ``details`` say what that means."""
        ...

    def about_bin(self, parent: QWidget, name: str, *, is_folder: bool) -> ToBin:
        """The file or the folder ``name`` is to go into the system's bin."""
        ...

    def about_resetting(self, parent: QWidget) -> Reset:
        """All settings but those of learning and privacy are to be as at first."""
        ...

    def about_unsaved(self, parent: QWidget, name: str) -> Unsaved:
        """The window of ``name`` is to be closed."""
        ...

    def about_several_unsaved(self, parent: QWidget, names: Sequence[str]) -> Unsaved:
        """The documents of these names, two or more, are to be closed together."""
        ...

    def about_changed(self, parent: QWidget, name: str, *, is_gone: bool = False) -> Changed:
        """``name`` is to be saved but was changed elsewhere, or ``is_gone``."""
        ...

    def about_encoding(self, parent: QWidget, question: EncodingQuestion) -> str | None:
        """How a file is to be read; None if the person thought better of it."""
        ...


class QtDialogs:
    """Asks with dialogs."""

    def files_to_open(self, parent: QWidget, folder: Path | None) -> list[Path]:
        """Which files."""
        names, _ = QFileDialog.getOpenFileNames(
            parent, tr("Open"), str(folder or Path.home()), tr(OPEN_FILTER)
        )
        return [Path(name) for name in names]

    def file_to_save(self, parent: QWidget, suggested: Path, filters: str = FILTER) -> Path | None:
        """Which file."""
        offered = suggested
        title = tr("Save as") if filters == FILTER else tr("Export")
        while True:
            name, chosen = QFileDialog.getSaveFileName(parent, title, str(offered), tr(filters))
            if not name:
                return None
            typed = Path(name)
            # The dialog knew nothing of the extension: what it asked about is the name without one.
            # os.path: a name that the file system refuses is for whoever saves to tell.
            path = typed if os.path.exists(typed) else with_suffix(typed, suggested, chosen)  # noqa: PTH110
            if path == typed or not os.path.exists(path) or _may_replace(parent, path):  # noqa: PTH110
                return path
            offered = path

    def files_for(self, parent: QWidget, title: str, filters: str = FILTER) -> list[Path]:
        """Which files."""
        names, _ = QFileDialog.getOpenFileNames(parent, title, str(Path.home()), tr(filters))
        return [Path(name) for name in names]

    def folder_for(self, parent: QWidget, title: str) -> Path | None:
        """Which folder."""
        name = QFileDialog.getExistingDirectory(parent, title, str(Path.home()))
        return Path(name) if name else None

    def name_for(self, parent: QWidget, title: str, label: str, before: str = "") -> str:
        """A name; what stands before the ending of ``before`` is selected, as that is what changes."""
        return ask_for_name(parent, title, label, before)

    def about_erasing(self, parent: QWidget, what: str, details: str) -> Erase:
        """Whether to go on."""
        return _ask(
            parent,
            what,
            details,
            {
                Erase.ERASE: QMessageBox.ButtonRole.DestructiveRole,
                Erase.CANCEL: QMessageBox.ButtonRole.RejectRole,
            },
            default=Erase.CANCEL,
            escape=Erase.CANCEL,
        )

    def about_bin(self, parent: QWidget, name: str, *, is_folder: bool) -> ToBin:
        """Whether to go on."""
        question = (
            tr("Move the folder “{name}” and all that is in it to the bin?", name=name)
            if is_folder
            else tr("Move “{name}” to the bin?", name=name)
        )
        return _ask(
            parent,
            question,
            tr("You can get it back from the bin of this computer until you empty that."),
            {
                ToBin.MOVE: QMessageBox.ButtonRole.AcceptRole,
                ToBin.CANCEL: QMessageBox.ButtonRole.RejectRole,
            },
            default=ToBin.CANCEL,
            escape=ToBin.CANCEL,
        )

    def about_resetting(self, parent: QWidget) -> Reset:
        """Whether to go on."""
        return _ask(
            parent,
            tr("Reset all settings?"),
            tr(
                "Every setting goes back to how it was when Cowrite was installed. What you chose about "
                "AI and privacy stays, with your lists of files and folders."
            ),
            {
                Reset.RESET: QMessageBox.ButtonRole.AcceptRole,
                Reset.CANCEL: QMessageBox.ButtonRole.RejectRole,
            },
            default=Reset.CANCEL,
            escape=Reset.CANCEL,
        )

    def about_unsaved(self, parent: QWidget, name: str) -> Unsaved:
        """Save it, or not, or stay."""
        return _ask(
            parent,
            tr("“{name}” has unsaved changes.", name=name),
            tr("If you don’t save them, they will be lost."),
            {
                Unsaved.SAVE: QMessageBox.ButtonRole.AcceptRole,
                Unsaved.DISCARD: QMessageBox.ButtonRole.DestructiveRole,
                Unsaved.CANCEL: QMessageBox.ButtonRole.RejectRole,
            },
            default=Unsaved.SAVE,
            escape=Unsaved.CANCEL,
        )

    def about_several_unsaved(self, parent: QWidget, names: Sequence[str]) -> Unsaved:
        """Save all, or none, or stay."""
        return _ask(
            parent,
            trn(
                "{count} document has unsaved changes.",
                "{count} documents have unsaved changes.",
                len(names),
            ),
            tr(
                "{names}\n\nIf you don’t save them, the changes will be lost.", names=_listed(names)
            ),
            {
                Unsaved.SAVE: QMessageBox.ButtonRole.AcceptRole,
                Unsaved.DISCARD: QMessageBox.ButtonRole.DestructiveRole,
                Unsaved.CANCEL: QMessageBox.ButtonRole.RejectRole,
            },
            default=Unsaved.SAVE,
            escape=Unsaved.CANCEL,
            labels={Unsaved.SAVE: tr("Save all")},
        )

    def about_changed(self, parent: QWidget, name: str, *, is_gone: bool = False) -> Changed:
        """Which of the two versions, or both; of a file that is gone there is only one."""
        if is_gone:
            return _ask(
                parent,
                tr(
                    "“{name}” is not where it was: it was moved or deleted, or its disk is gone.",
                    name=name,
                ),
                tr(
                    "Keep your version and write the file there again, or save your version under another "
                    "name."
                ),
                {
                    Changed.SAVE_AS: QMessageBox.ButtonRole.AcceptRole,
                    Changed.KEEP_MINE: QMessageBox.ButtonRole.DestructiveRole,
                    Changed.CANCEL: QMessageBox.ButtonRole.RejectRole,
                },
                default=Changed.SAVE_AS,
                escape=Changed.CANCEL,
            )
        return _ask(
            parent,
            tr("Another program has changed “{name}” since you opened it.", name=name),
            tr(
                "Keep your version and overwrite the file, reload the file and lose your unsaved "
                "changes, or save your version under another name and keep both."
            ),
            {
                Changed.SAVE_AS: QMessageBox.ButtonRole.AcceptRole,
                Changed.KEEP_MINE: QMessageBox.ButtonRole.DestructiveRole,
                Changed.LOAD_THEIRS: QMessageBox.ButtonRole.DestructiveRole,
                Changed.CANCEL: QMessageBox.ButtonRole.RejectRole,
            },
            default=Changed.SAVE_AS,
            escape=Changed.CANCEL,
        )

    def about_encoding(self, parent: QWidget, question: EncodingQuestion) -> str | None:
        """Which encoding."""
        from cowrite.editor.dialogs.encoding_dialog import ask_encoding

        return ask_encoding(parent, question)


def _listed(names: Sequence[str]) -> str:
    """One name a line, and not more than fit on a small screen."""
    shown = [tr("“{name}”", name=name) for name in names[:MOST_NAMED]]
    more = len(names) - len(shown)
    return "\n".join([*shown, tr("and {more} more", more=more)] if more else shown)


def _may_replace(parent: QWidget, path: Path) -> bool:
    answer = _ask(
        parent,
        tr("There is a file “{name}” already.", name=path.name),
        tr("If you replace it, what is in it now is lost."),
        {
            Replace.REPLACE: QMessageBox.ButtonRole.DestructiveRole,
            Replace.CANCEL: QMessageBox.ButtonRole.RejectRole,
        },
        default=Replace.CANCEL,
        escape=Replace.CANCEL,
    )
    return answer is Replace.REPLACE


def _ask(
    parent: QWidget,
    text: str,
    details: str,
    answers: dict[_Answer, QMessageBox.ButtonRole],
    *,
    default: _Answer,
    escape: _Answer,
    labels: Mapping[_Answer, str] | None = None,
) -> _Answer:
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle("Cowrite")
    box.setText(text)
    box.setInformativeText(details)
    make_plain(box)
    named = labels or {}
    buttons = {
        box.addButton(tr(named.get(answer, answer.value)), role): answer
        for answer, role in answers.items()
    }
    for button, answer in buttons.items():
        if answer is default:
            box.setDefaultButton(button)
        if answer is escape:
            box.setEscapeButton(button)
    keep_on_screen(box)
    box.exec()
    chosen = box.clickedButton()
    answer = next((a for b, a in buttons.items() if b is chosen), escape)
    box.deleteLater()
    return answer
