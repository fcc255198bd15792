"""Opens whatever can be opened and closes it again, and after each one goes on writing.

What there is to open is read from the program's own menus. After every entry a sentence is typed: the page must hold
just that, no other command may have run, the page must have the keyboard, and nothing may have been logged.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.display import Screen
from desktop.running_program import Report, brief, front, page_of
from desktop.tour_closing import SECOND, WAYS_TO_CLOSE, Closer
from desktop.tour_conditions import Arranger
from desktop.tour_menus import EntryPath, MenuUser
from desktop.tour_reports import (
    CLOSING_WORDS,
    label_of,
    middle,
    new_windows,
    tab_count,
    units_replaced,
)
from desktop.tour_writer import SENTENCE

FORMAT_COMMANDS = {
    "Bold",
    "Italic",
    "Link",
    *(f"Heading {level}" for level in range(1, 5)),
    "No heading",
}
ACCEPT_COMMANDS = {"Accept word", "Accept all", "Accept change", "Accept all changes"}
TEXT_COMMANDS = {
    "Undo",
    "Redo",
    "Cut",
    "Paste",
    "Paste as plain text",
    *ACCEPT_COMMANDS,
    *FORMAT_COMMANDS,
}
"""These change the text: that is what they are for."""
PASSAGE_MENU = "Work on this passage"
WAYS_TO_OPEN = ("mouse", "keyboard")


@dataclass(slots=True)
class TourResult:
    """Which entries there are, which were opened, and which could not be because they were disabled."""

    there: list[EntryPath] = field(default_factory=list)
    toured: list[EntryPath] = field(default_factory=list)
    disabled: list[EntryPath] = field(default_factory=list)
    texts: dict[str, EntryPath] = field(default_factory=dict)
    """Each text that is cut off or not translated, and where it was first seen."""


class Tour(MenuUser, Arranger, Closer):
    """Opens entry after entry, and keeps what it came to."""

    def __init__(self, shown: Screen, home: Path, **options: Any) -> None:
        super().__init__(shown, home, **options)
        self.result = TourResult()

    def look_over(self, path: EntryPath) -> None:
        """Note what is wrong with the texts on screen, after ``path`` was chosen."""
        for fault in self.running.faults_of_texts():
            self.result.texts.setdefault(fault, path)

    # --- the tour of one entry ---

    def tour(self, path: EntryPath, how: str, way: str) -> None:
        """Open the entry, close what it opened, and go on writing."""
        self.result.there.append(path)
        if path[1:2] == ("Tabs",):
            self._tour_tabs(path, how)
            return
        self._arrange(path[-1])
        before = self.running.settled()
        try:
            entry = self.choose(path, how)
            self._see_out(path, entry, before, way)
        except AssertionError as error:
            raise AssertionError(f"{' › '.join(path)} by {how}, left by {way}: {error}") from error

    def look_at(self, path: EntryPath, check: Callable[[Report], list[str]]) -> list[str]:
        """Open the entry; if a window comes, take its picture, ``check`` it and close it. What ``check`` found."""
        before = self.running.settled()
        if self.choose(path, "mouse") is None:
            return []
        self.running.settled(before["presses"])
        time.sleep(0.4)
        after = self.running.settled()
        new = new_windows(before, after)
        found: list[str] = []
        if new:
            self._take_picture(path, new)
            found = check(after)
            if new[0]["is_document"]:
                self._leave_document(new[0])
            else:
                self._leave_window(new[0], front(before)["id"], "escape")
        else:
            self.leave_menus()
        return found

    def _see_out(self, path: EntryPath, entry: Report | None, before: Report, way: str) -> None:
        if entry is None:
            self.result.disabled.append(path)
            self.write(SENTENCE)
            return
        self.result.toured.append(path)
        ran = len(before["commands"])
        if entry["is_control"]:
            self.driver.keys("Left")
            self.leave_menus()
            self.write(SENTENCE)
            return
        if path[-1] in ("Quit", "Close"):
            self._answer_unsaved(before)
            self._after_the_end(before, keeps=path[-1] == "Quit")
            return
        after = self._wait_for_effect(before)
        assert after["commands"][ran:] == [path[-1]], (
            f"ran {after['commands'][ran:]}\n{brief(after)}"
        )
        new = new_windows(before, after)
        self._take_picture(path, new)
        self.look_over(path)
        if new and new[0]["is_document"]:
            self._leave_document(new[0])
        elif new:
            self._leave_window(new[0], front(before)["id"], way)
        elif tab_count(after) > tab_count(before):
            self._leave_tab(tab_count(before))
        elif not after["focus"].get("is_page"):
            self._leave_panel(before)
        now = page_of(self.running.settled())
        written = SENTENCE if new and way == "switch" and not new[0]["is_modal"] else ""
        if path[-1] not in TEXT_COMMANDS:
            start, end = sorted((page_of(before)["caret"], page_of(before)["anchor"]))
            wanted = units_replaced(page_of(before)["text"], start, end, written)
            assert now["text"] in (wanted, page_of(before)["text"]), f"the text is {now['text']!r}"
        self.driver.keys("ctrl+End")
        self.write(SENTENCE)
        if path[-2:-1] == ("Snooze",):
            awake = (*path[:-1], "Resume")
            self.result.there.append(awake)
            assert self.choose(awake, "mouse") is not None
            self.result.toured.append(awake)
            self.write(SENTENCE)
        if entry["is_checkable"] and path[-2:-1] != ("Theme",):
            if path[-1] == "Full screen":  # where there are no menus
                self.driver.keys("F11")
            else:
                self.choose(path, "mouse")
            self.running.settled()
            self.write(SENTENCE)

    def _wait_for_effect(self, before: Report) -> Report:
        """Until the command has run and its window, if it has one, is there and has the keyboard."""
        report = self.running.until(
            lambda r: len(r["commands"]) > len(before["commands"]), "the command runs"
        )
        deadline = time.monotonic() + 0.7
        while time.monotonic() < deadline:
            report = self.running.settled()
            new = new_windows(before, report)
            if new and report["active"] == new[-1]["id"]:
                break
        return report

    def tour_context(self, title: str, where: str, how: str) -> None:
        """Choose one entry of the context menu and go on writing."""
        path = ("context menu", title)
        self.result.there.append(path)
        self.write(SENTENCE)
        if title == PASSAGE_MENU:
            self._tour_passage_menu(path, where, how)
            return
        self._arrange(title)
        before = self.running.settled()
        self.open_context_menu(where, how)
        entry = self.choose_in_menu((title,), how)
        assert entry is not None, f"{title} is disabled"
        self.result.toured.append(path)
        after = self._wait_for_effect(before)
        self.look_over(path)
        assert after["commands"][len(before["commands"]) :] == [title], after["commands"]
        if title not in TEXT_COMMANDS:
            assert page_of(after)["text"] == page_of(before)["text"]
        self.driver.keys("ctrl+End")
        self.write(SENTENCE)

    def _tour_passage_menu(self, path: EntryPath, where: str, how: str) -> None:
        """Open the list of all tasks by the last entry of the menu, leave it and go on writing."""
        before = page_of(self.running.settled())
        self.open_context_menu(where, how)
        assert self.choose_in_menu((PASSAGE_MENU, "Other…"), how) is not None
        self.result.toured.append(path)
        self.running.until(lambda r: not page_of(r)["has_focus"], "the list of tasks opens")
        self.driver.keys("Escape")
        after = self.running.until(lambda r: page_of(r)["has_focus"], "the page has the keyboard")
        assert page_of(after)["text"] == before["text"]
        self.driver.keys("ctrl+End")
        self.write(SENTENCE)

    # --- the status line and messages ---

    def tour_status_line(self) -> None:
        """Click on every field of it."""
        for field_ in front(self.running.settled())["status"]:
            self.driver.click(*middle(field_["rect"]))
            self.running.settled()
            self.look_over(("status line", field_["name"]))
            self.write(SENTENCE)

    def tour_messages(self) -> None:
        """Press the last button of every message, which closes it."""
        for _ in range(6):
            buttons = [
                c
                for c in front(self.running.settled())["controls"]
                if c.get("is_button") and label_of(c) in CLOSING_WORDS
            ]
            if not buttons:
                return
            self.driver.click(*middle(buttons[-1]["rect"]))
            self.running.settled()
            self.write(SENTENCE)
        raise AssertionError("the messages do not close")

    # --- closing ---

    # --- tabs ---

    def _tour_tabs(self, path: EntryPath, how: str) -> None:
        """With another document in a second tab: run the command, write where it led, and have one tab again."""
        title = path[-1]
        self.driver.keys("ctrl+n")
        self.running.until(lambda r: tab_count(r) == 2, "there is a second tab")
        self.write(SECOND)
        self.driver.keys("alt+1")
        self.running.until(lambda r: page_of(r)["text"] != SECOND, "the first tab is in front")
        if title == "Reopen closed file":
            self._leave_tab(1)
        before = self.running.settled()
        assert self.choose(path, how) is not None, f"{path} is disabled"
        self.result.toured.append(path)
        if title == "Close others":
            self._answer_unsaved(before)
        after = self._wait_for_effect(before)
        assert after["commands"][len(before["commands"]) :] == [title], after["commands"]
        wanted = {"Close others": 1}.get(title, 2)
        self.running.until(lambda r: tab_count(r) == wanted, f"there are {wanted} tabs")
        self.write(SENTENCE)
        self._close_second()


def every_way() -> list[tuple[str, str]]:
    """Every way of opening with every way of closing."""
    return [(opened, closed) for opened in WAYS_TO_OPEN for closed in WAYS_TO_CLOSE]
