"""The running program as a screen reader finds it, asked through AT-SPI. With COWRITE_WHOLE_TOUR in every window."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from desktop.display import Display
from desktop.input_driver import XInputDriver
from desktop.running_program import RunningProgram
from desktop.screen_reader import ScreenReader, screen_reader, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "can be")
STORY = "# One\n\nThe harbor slept.\n\n## Two\n\nHe left.\n"
NOT_NAMED = {
    "filler",
    "label",
    "layered pane",
    "split pane",
    "scroll bar",
    "separator",
    "panel",
    "unknown",
}
"""Boxes around others, what these speak for, and labels without a text. None of them can have the keyboard."""
NO_ROLES = {"", "invalid", "unknown", "redundant object"}
PANELS = ("ctrl+f", "ctrl+shift+l", "ctrl+shift+m")
WINDOWS = ("ctrl+comma", "F1", "ctrl+shift+p") if os.environ.get("COWRITE_WHOLE_TOUR") else ("F1",)


class Listening:
    """A program with a text, a driver, and who listens. Of a list, an entry has the keyboard besides."""

    def __init__(self, program: RunningProgram, driver: XInputDriver, reader: ScreenReader) -> None:
        self.program, self.driver, self.reader = program, driver, reader

    def until_keyboard_is_at(self, name: str) -> None:
        """Wait until it is there."""
        self.reader.until("keyboard", lambda rows: rows[0]["name"] == name, name)

    def until_keyboard_is_not_at(self, name: str) -> str:
        """Wait until it is elsewhere, and say where."""
        rows = self.reader.until("keyboard", lambda rows: rows[0]["name"] != name, f"not at {name}")
        return str(rows[0]["name"])


@pytest.fixture
def listening(shown: Display, home: Path) -> Iterator[Listening]:
    home.mkdir(parents=True, exist_ok=True)
    path = home / "story.md"
    path.write_text(STORY, "utf-8")
    with screen_reader(shown.name) as reader:
        program = RunningProgram(shown, home, path, environ=reader.environ)
        try:
            program.until_open()
            listening = Listening(program, shown.driver(home), reader)
            listening.until_keyboard_is_at("Page")
            yield listening
        finally:
            program.kill()


def faults(tree: list[dict[str, Any]]) -> list[str]:
    """What has no name or no role."""
    return [
        row["path"]
        for row in tree
        if row["role"] in NO_ROLES
        or (not row["name"].strip() and (row["focusable"] or row["role"] not in NOT_NAMED))
    ]


def tree_of(listening: Listening) -> list[dict[str, Any]]:
    tree: list[dict[str, Any]] = listening.reader.until(
        "tree", lambda rows: len(rows) > 1, "a tree"
    )
    return tree


def test_everything_has_a_name_and_a_role(listening: Listening) -> None:
    assert faults(tree_of(listening)) == []
    for keys in PANELS:
        listening.driver.keys(keys)
        listening.until_keyboard_is_not_at("Page")
        assert faults(tree_of(listening)) == []
        listening.driver.keys("Escape")
        listening.until_keyboard_is_at("Page")
    for keys in WINDOWS:
        before = len(tree_of(listening))
        listening.driver.keys(keys)
        listening.reader.until("tree", lambda rows: len(rows) > before + 3, f"{keys} opens")  # noqa: B023
        assert faults(tree_of(listening)) == []
        listening.driver.keys("Escape")
        listening.until_keyboard_is_at("Page")


def test_the_page_is_read_as_it_is_written(listening: Listening) -> None:
    driver, reader = listening.driver, listening.reader
    assert reader.ask("page")["text"] == STORY
    driver.keys("ctrl+End")
    driver.type("Nobody wrot ")
    text = STORY + "Nobody wrot "
    page = reader.until("page", lambda page: page["text"] == text, "what was typed is read")
    assert page["caret"] == len(text)
    said: list[str] = []

    def was_said(heard: list[str]) -> bool:
        said.extend(heard)
        return any("wrot" in each for each in said)

    reader.until("heard", was_said, "the misspelled word is said")
    driver.keys("shift+Left", "shift+Left")
    reader.until(
        "page", lambda page: page["selected"] == [[len(text) - 2, len(text)]], "a selection"
    )
    driver.keys("ctrl+Home", "ctrl+Right")
    page = reader.until("page", lambda page: page["caret"] == len("# "), "the caret went on")
    assert page["word"].strip() == "One"


def test_the_keyboard_is_followed_through_the_window(listening: Listening) -> None:
    driver = listening.driver
    driver.keys("ctrl+shift+l")
    listening.until_keyboard_is_at("Outline")
    driver.keys("F6")
    way = [listening.until_keyboard_is_not_at("Outline")]
    while way[-1] != "Outline" and len(way) < 9:
        driver.keys("F6")
        way.append(listening.until_keyboard_is_not_at(way[-1]))
    assert "Page" in way
    assert way[-1] == "Outline"
    driver.keys("Tab")
    listening.until_keyboard_is_at("Close panel")
    driver.keys("shift+Tab")
    listening.until_keyboard_is_at("Outline")
    driver.keys("Escape")
    listening.until_keyboard_is_at("Page")
    driver.keys("alt+v", "Escape")
    listening.until_keyboard_is_at("Page")
