"""A page with a ghost, and a writer who answers its keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.page.text_mirror import block_text

Key = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
PROSE = (
    "It was late in the afternoon when the letter came, and nobody in the house was willing to "
    "open it before the others had sat down at the long table by the window."
)


class WatchedPage(PageEdit):
    """Notes at each painting what the ghost is."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted = [*getattr(self, "painted", []), self.ghost_text]


@dataclass
class Writer:
    """Answers the keys as the controller does: one ghost, taken word by word, typed along."""

    page: PageEdit
    left: str = ""
    index: int = 0
    count: int = 1
    asked: int = 0
    accepting: bool = False
    answers: bool = True
    changes: list[TextChange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_ghost_keys(self)
        self.page.text_changed.connect(self.on_text_changed)
        self.page.caret_moved.connect(self.drop)

    def offer(self, text: str, *, index: int = 0, count: int = 1) -> None:
        self.left, self.index, self.count = text, index, count
        self.page.show_ghost(text, index=index, count=count)

    def drop(self) -> None:
        self.left = ""
        self.page.hide_ghost()

    def on_text_changed(self, change: TextChange) -> None:
        self.changes.append(change)
        if self.accepting:
            return
        typed = change.kind is ChangeKind.TYPED and not change.removed and change.inserted
        if (
            typed
            and self.left.startswith(change.inserted)
            and len(self.left) > len(change.inserted)
        ):
            self.offer(self.left[len(change.inserted) :], index=self.index, count=self.count)
        else:
            self.drop()

    def take(self, text: str) -> bool:
        if not self.answers:
            return False
        self.accepting = True
        self.page.insert_accepted(text)
        self.accepting = False
        rest = self.left[len(text) :]
        if rest:
            self.offer(rest)
        else:
            self.drop()
        return True

    def accept_word(self) -> bool:
        head, space, _ = self.left.lstrip().partition(" ")
        start = self.left[: len(self.left) - len(self.left.lstrip())]
        return self.take(start + head + space)

    def accept_all(self) -> bool:
        return self.take(self.left)

    def reject(self) -> bool:
        self.drop()
        return True

    def turn(self, step: int) -> bool:
        self.offer(self.left, index=(self.index + step) % self.count, count=self.count)
        return True

    def ask_now(self) -> bool:
        self.asked += 1
        return True


Make = Callable[..., tuple[WatchedPage, Writer]]


def page_maker(qtbot: QtBot) -> Make:
    """Makes shown pages with a text and a writer at them."""
    fonts = Fonts()

    def build(text: str = "", caret: int | None = None) -> tuple[WatchedPage, Writer]:
        page = WatchedPage(load_themes()["light"], fonts, reduced_motion=True)
        qtbot.addWidget(page)
        page.resize(900, 600)
        with qtbot.waitExposed(page):
            page.show()
        page.activateWindow()
        page.setFocus()
        page.content.load(text)
        place(page, len(text) if caret is None else caret)
        return page, Writer(page)

    return build


def place(page: PageEdit, position: int) -> None:
    cursor = page.textCursor()
    cursor.setPosition(position)
    page.setTextCursor(cursor)


def raw_text(page: PageEdit) -> str:
    block, lines = page.document().begin(), []
    while block.isValid():
        lines.append(block_text(block))
        block = block.next()
    return "\n".join(lines)


def drain() -> None:
    for _ in range(3):
        QApplication.processEvents()


def preedits(page: PageEdit) -> list[str]:
    block, found = page.document().begin(), []
    while block.isValid():
        found += [block.layout().preeditAreaText()]
        block = block.next()
    return [text for text in found if text]
