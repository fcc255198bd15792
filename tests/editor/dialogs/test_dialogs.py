"""The dialog for a name to save under: with an extension, and nothing is replaced unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from cowrite.editor.dialogs import dialogs
from cowrite.editor.dialogs.dialogs import FILTER, QtDialogs, Replace

TEXT = FILTER.split(";;", maxsplit=1)[0]


class Dialog:
    """Answers with ``typed``, one after the other, and to questions with ``replace``."""

    def __init__(self) -> None:
        self.typed: list[Path | None] = []
        self.offered: list[str] = []
        self.replace = Replace.CANCEL
        self.asked: list[str] = []

    def save_name(
        self, _parent: object, _title: str, offered: str, _filters: str
    ) -> tuple[str, str]:
        self.offered.append(offered)
        return str(self.typed.pop(0) or ""), TEXT

    def ask(self, _parent: object, text: str, *_: object, **__: object) -> Replace:
        self.asked.append(text)
        return self.replace


@pytest.fixture
def dialog(monkeypatch: pytest.MonkeyPatch) -> Dialog:
    dialog = Dialog()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", dialog.save_name)
    monkeypatch.setattr(dialogs, "_ask", dialog.ask)
    return dialog


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_a_name_without_extension_gets_one(dialog: Dialog, parent: QWidget, tmp_path: Path) -> None:
    dialog.typed = [tmp_path / "story"]
    assert QtDialogs().file_to_save(parent, tmp_path / "Untitled.txt") == tmp_path / "story.txt"
    assert dialog.asked == []


def test_nothing_chosen_is_nothing(dialog: Dialog, parent: QWidget, tmp_path: Path) -> None:
    dialog.typed = [None]
    assert QtDialogs().file_to_save(parent, tmp_path / "Untitled.txt") is None


def test_a_file_under_the_whole_name_is_replaced_only_if_that_is_meant(
    dialog: Dialog, parent: QWidget, tmp_path: Path
) -> None:
    (tmp_path / "story.txt").write_text("old")
    dialog.typed = [tmp_path / "story", tmp_path / "other"]
    assert QtDialogs().file_to_save(parent, tmp_path / "Untitled.txt") == tmp_path / "other.txt"
    assert "story.txt" in dialog.asked[0]
    assert dialog.offered == [str(tmp_path / "Untitled.txt"), str(tmp_path / "story.txt")]
    dialog.typed, dialog.replace = [tmp_path / "story"], Replace.REPLACE
    assert QtDialogs().file_to_save(parent, tmp_path / "Untitled.txt") == tmp_path / "story.txt"


@pytest.mark.parametrize("name", ["story", "story.txt"])
def test_what_the_dialog_asked_about_is_not_asked_again(
    dialog: Dialog, parent: QWidget, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("old")
    dialog.typed = [tmp_path / name]
    assert QtDialogs().file_to_save(parent, tmp_path / "Untitled.txt") == tmp_path / name
    assert dialog.asked == []
