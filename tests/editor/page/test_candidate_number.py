"""The small “2/5” beside a ghost that is one of several."""

from __future__ import annotations

import pytest
from open_program import OpenProgram
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication

from cowrite.editor.appearance.theme import Theme, contrast_ratio, load_themes, with_more_contrast

SMALLEST_PT = 9.0
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


def on_screen(program: OpenProgram) -> list[str]:
    """What is laid out of the ghost, and the number beside it."""
    ghost = str(program.page.textCursor().block().layout().preeditAreaText())
    beside = program.page._ghost.beside
    return [part for part in (ghost, beside.number if beside else "") if part]


def offer(program: OpenProgram, *texts: str) -> None:
    program.program.manager.change(tab_hints_used=9)
    program.type("The old light")
    program.until(lambda: program.engine.requests)
    program.engine.answer(*texts)
    program.until(lambda: program.page.ghost_text)


def test_it_counts_along_and_is_no_part_of_the_text(writing: OpenProgram) -> None:
    offer(writing, "house", "ning", "weight")
    seen = [on_screen(writing)]
    for _ in range(3):
        writing.press(Qt.Key.Key_BracketRight, ALT)
        seen.append(on_screen(writing))
    assert seen == [
        ["house", "1/3"],
        ["ning", "2/3"],
        ["weight", "3/3"],
        ["house", "1/3"],
    ]
    assert writing.page.ghost_text == "house"
    assert writing.page.text() == "The old light"
    writing.press(Qt.Key.Key_A, CTRL)
    writing.press(Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == "The old light"
    assert on_screen(writing) == []


def test_taking_it_takes_no_number(writing: OpenProgram) -> None:
    offer(writing, "house", "ning")
    writing.until_readable()
    writing.press(Qt.Key.Key_End)
    assert writing.page.text().strip() == "The old lighthouse"


def test_one_alone_has_no_number(writing: OpenProgram) -> None:
    offer(writing, "house")
    assert on_screen(writing) == ["house"]


@pytest.mark.parametrize("theme", load_themes().values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("more_contrast", [False, True])
def test_it_can_be_read_in_every_theme(
    writing: OpenProgram, theme: Theme, more_contrast: bool
) -> None:
    colours = with_more_contrast(theme) if more_contrast else theme
    offer(writing, "house", "ning")
    writing.page.set_zoom(400)  # strokes of more than a pixel
    writing.page.set_theme(colours)
    beside = writing.page._ghost.beside
    assert beside is not None
    assert beside.font.pointSizeF() >= SMALLEST_PT
    left, low = round(beside.number_at.x()), round(beside.number_at.y())
    low -= writing.page.verticalScrollBar().value()
    image = writing.page.viewport().grab(QRect(left, low - 40, 100, 42)).toImage()
    seen = {
        image.pixelColor(x, y).name().upper()
        for x in range(image.width())
        for y in range(image.height())
    }
    assert colours.quiet in seen
    assert contrast_ratio(colours.quiet, colours.page) >= (7.0 if more_contrast else 4.5)
