"""Names from files and models are shown as the text they are, wherever the window shows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from cowrite.app.startup_error import problem_box
from cowrite.base.errors import UserError
from cowrite.editor.common.messages import MessageBar, Notice, NoticeAction
from cowrite.editor.common.plain_label import PlainLabel, make_plain, tool_tip, window_title

NAMES = ["<b>x</b>", "<img src='file:///etc/passwd'>", "a & b", "&Save", "<a href='x'>y</a>"]


@pytest.mark.parametrize("name", NAMES)
def test_a_label_shows_markup_as_text(qtbot: QtBot, name: str) -> None:
    label = PlainLabel(name)
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == name


def test_a_label_shows_control_characters_as_what_they_are(qtbot: QtBot) -> None:
    label = PlainLabel()
    qtbot.addWidget(label)
    label.setText("a\x1b[31mb\u202ec\nd")
    assert label.text() == "a\\x1b[31mb\\u202ec\nd"


@pytest.mark.parametrize("name", NAMES)
def test_a_tool_tip_reads_as_the_name(name: str) -> None:
    shown = QTextDocument()
    if (
        Qt.mightBeRichText(tool_tip(name))
        if hasattr(Qt, "mightBeRichText")
        else "<" in tool_tip(name)
    ):
        shown.setHtml(tool_tip(name))
    else:
        shown.setPlainText(tool_tip(name))
    assert shown.toPlainText() == name


@pytest.mark.parametrize("name", NAMES)
def test_a_message_shows_markup_as_text(qtbot: QtBot, name: str) -> None:
    bar = MessageBar(
        Notice(text=f"The model {name} is damaged.", acts=(NoticeAction(label="Go", do=int),))
    )
    qtbot.addWidget(bar)
    (label,) = bar.findChildren(QLabel)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert bar.text == f"The model {name} is damaged."


@pytest.mark.parametrize("name", NAMES)
def test_a_question_shows_markup_as_text(qtbot: QtBot, name: str) -> None:
    box = problem_box(UserError(f"{name} cannot be read.", f"Choose another than {name}."))
    qtbot.addWidget(box)
    texts = [label for label in box.findChildren(QLabel) if name in label.text()]
    assert len(texts) == 2
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in texts)


def test_a_box_that_was_made_plain_stays_so(qtbot: QtBot) -> None:
    box = QMessageBox()
    qtbot.addWidget(box)
    box.setText("<b>x</b>")
    make_plain(box)
    assert box.textFormat() is Qt.TextFormat.PlainText


def test_a_title_marks_no_change_that_its_name_only_spells() -> None:
    assert window_title("a[*]\x07.txt") == "a[*][*]\\x07.txt"


def test_recent_files_are_no_keys_and_no_markup(qtbot: QtBot, tmp_path: Path) -> None:
    from cowrite.base.printable import label

    menu = QMenu()
    qtbot.addWidget(menu)
    action = menu.addAction(label("&Quit <b>\tCtrl+S\n.txt"))
    assert action.text() == "&&Quit <b>\\tCtrl+S\\n.txt"
