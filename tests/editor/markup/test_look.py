"""How Markdown is shown on a real page: formats in the layout, marks that can be hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_document import plain_document
from PySide6.QtGui import QFont, QTextBlock, QTextCharFormat
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cowrite.base.text_changes import ChangeKind
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.page.caret import nearest_place
from cowrite.editor.page.layer_ranges import Layer
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.shell.editor_view import EditorView, PageStyle

Make = Callable[..., EditorView]


def dress(view: EditorView, marks: str, theme: str = "light") -> None:
    view.dress(
        PageStyle(
            theme=load_themes()[theme],
            zoom_percent=100,
            face="serif",
            column_characters=66,
            markdown_marks=marks,
        )
    )


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication) -> Iterator[Make]:
    made: list[EditorView] = []

    def make_view(text: str, marks: str = "quiet") -> EditorView:
        page = PageEdit(load_themes()["light"], Fonts(), document := plain_document())
        view = EditorView(document, page)
        made.append(view)
        dress(view, marks)
        view.pane.resize(700, 600)
        view.pane.show()
        document.load(text)
        paint(view)
        return view

    yield make_view
    for view in made:
        view.close()
        view.pane.close()
        view.pane.deleteLater()


def paint(view: EditorView) -> None:
    view.page.viewport().update()
    QApplication.processEvents()


def block(view: EditorView, number: int) -> QTextBlock:
    return view.page.document().findBlockByNumber(number)


def format_at(view: EditorView, number: int, index: int) -> QTextCharFormat:
    for each in block(view, number).layout().formats():
        if each.start <= index < each.start + each.length:
            return QTextCharFormat(each.format)  # Qt deletes its own with the list
    return QTextCharFormat()


def width(view: EditorView, number: int) -> float:
    return block(view, number).layout().lineAt(0).naturalTextWidth()


def test_what_is_meant_is_shown(make: Make) -> None:
    view = make("# One\n\na **b** *c* ~~d~~ `e` [f](g)\n")
    body = view.page.document().defaultFont().pointSizeF()
    assert format_at(view, 0, 2).fontPointSize() > body
    assert format_at(view, 0, 2).fontWeight() == QFont.Weight.Bold
    assert format_at(view, 2, 4).fontWeight() == QFont.Weight.Bold
    assert format_at(view, 2, 9).fontItalic()
    assert format_at(view, 2, 14).fontStrikeOut()
    assert format_at(view, 2, 19).fontFamilies()
    theme = load_themes()["light"]
    assert format_at(view, 2, 23).foreground().color().name() == theme.accent.lower()
    assert format_at(view, 2, 2).foreground().color().name() == theme.quiet.lower()


def test_the_document_knows_nothing_of_it(make: Make) -> None:
    view = make("# One\n\na **b**\n")
    assert not view.document.is_modified
    assert not view.page.document().isUndoAvailable()
    assert block(view, 0).charFormat().fontWeight() != QFont.Weight.Bold


def test_headings_change_no_height(make: Make) -> None:
    plain = make("One\n\ntext\n").page.document().size().height()
    assert make("# One\n\ntext\n").page.document().size().height() == plain


def test_hidden_marks_have_no_width_but_at_the_caret(make: Make) -> None:
    view = make("first\n\na **b** c\n", "hidden")
    bare = make("first\n\na b c\n", "hidden")
    shown = make("first\n\na **b** c\n", "quiet")
    assert width(view, 2) < width(shown, 2)
    assert abs(width(view, 2) - width(bare, 2)) < 2  # the bold letter is a little wider
    view.place_caret(8)
    paint(view)
    assert width(view, 2) == width(shown, 2)
    view.place_caret(0)
    paint(view)
    assert width(view, 2) < width(shown, 2)


def test_a_line_is_never_hidden_altogether(make: Make) -> None:
    view = make("first\n\n> a\n>\n> b\n", "hidden")
    assert width(view, 3) > 1


def test_as_typed(make: Make) -> None:
    view = make("# One\n\na **b**\n", "plain")
    assert not block(view, 0).layout().formats()
    dress(view, "quiet")
    paint(view)
    assert block(view, 0).layout().formats()
    dress(view, "plain")
    paint(view)
    assert not block(view, 0).layout().formats()


def test_the_theme_is_followed(make: Make) -> None:
    view = make("a **b**\n")
    dress(view, "quiet", "dark")
    paint(view)
    assert format_at(view, 0, 2).foreground().color().name() == load_themes()["dark"].quiet.lower()


def test_a_plain_text_is_shown_as_typed(make: Make, tmp_path: Path) -> None:
    view = make("a **b**\n")
    view.document.become(tmp_path / "a.txt")
    view.document.tell_identity()
    paint(view)
    assert not block(view, 0).layout().formats()
    view.document.become(tmp_path / "a.md")
    view.document.tell_identity()
    paint(view)
    assert block(view, 0).layout().formats()


def test_what_is_typed_is_shown_at_once(make: Make) -> None:
    view = make("")
    QTest.keyClicks(view.page, "# On *e*")
    assert format_at(view, 0, 3).fontWeight() == QFont.Weight.Bold
    assert format_at(view, 0, 6).fontItalic()
    view.page.undo()
    view.page.redo()
    paint(view)
    assert format_at(view, 0, 6).fontItalic()


PARTS = st.lists(
    st.sampled_from(["\n", "\n\n", "# ", "*", "**", "`", "```\n", "- ", "> ", "<!--", "-->", "word ", "🦊", "===\n"]),
    max_size=10,
).map("".join)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(PARTS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), PARTS), max_size=6))
def test_any_edits_look_like_the_text_opened_anew(
    qapp: QApplication, start: str, edits: list[tuple[int, int, str]]
) -> None:
    views: list[EditorView] = []

    def shown(text: str) -> EditorView:
        page = PageEdit(load_themes()["light"], Fonts(), document := plain_document())
        views.append(EditorView(document, page))
        views[-1].pane.resize(700, 900)
        views[-1].pane.show()
        document.load(text)
        paint(views[-1])
        return views[-1]

    def looks(view: EditorView) -> list[list[tuple[int, int, bool]]]:
        blocks = [block(view, n) for n in range(view.page.document().blockCount())]
        return [
            [(each.start, each.end, each.style is not None) for each in
             view.page.layers.ranges(Layer.MARKDOWN, one)]
            for one in blocks
        ]  # fmt: skip

    try:
        view = shown(start)
        content = view.page.document()
        for at, count, text in edits:
            first = nearest_place(content, min(at, view.document.length))
            last = nearest_place(content, min(first + count, view.document.length))
            view.document.edit(first, max(first, last), text, ChangeKind.PASTED)
            paint(view)
        assert looks(view) == looks(shown(view.document.text()))
    finally:
        for each in views:
            each.close()
            each.pane.close()
            each.pane.deleteLater()
