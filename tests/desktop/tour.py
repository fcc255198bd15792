"""Opens whatever can be opened and closes it again, and after each one goes on writing.

What there is to open is read from the program's own menus. After every entry a sentence is typed: the page must hold
just that, no other command may have run, the page must have the keyboard, and nothing may have been logged.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from desktop.display import Screen
from desktop.running_program import (
    ProgramEndedError,
    Report,
    RunningProgram,
    brief,
    front,
    page_of,
)

SENTENCE = "Five heavy apes view it. "
"""Holds the letter of every menu, and of most entries: were one of them taken for a command, it would be seen."""
PREPARED = "She came home late. The lamp was out, and nobody had "
SECOND = "A second story. "
KEYS_COME_WITHIN_S = 5.0
CLOSING_WORDS = {"Close", "Cancel", "OK", "Not now"}
UNSAVED_WORDS = {"Don’t save", "Discard"}
FORMAT_COMMANDS = {
    "Bold",
    "Italic",
    "Link",
    *(f"Heading {level}" for level in range(1, 5)),
    "No heading",
}
ACCEPT_COMMANDS = {"Accept word", "Accept all", "Accept change", "Accept all changes"}
PASTE_COMMANDS = {"Paste", "Paste as plain text"}
TEXT_COMMANDS = {"Undo", "Redo", "Cut", *PASTE_COMMANDS, *ACCEPT_COMMANDS, *FORMAT_COMMANDS}
"""These change the text: that is what they are for."""
SELECTION_COMMANDS = {"Cut", "Copy"}
GHOST_COMMANDS = {
    "Accept word",
    "Accept all",
    "Next suggestion",
    "Previous suggestion",
    "Dismiss",
}
PASSAGE_MENU = "Work on this passage"
PROPOSAL_COMMANDS = {
    "Accept change",
    "Reject change",
    "Accept all changes",
    "Reject all changes",
    "Next change",
    "Previous change",
    "Another version",
}
WRONG = "She go to the the school. "
"""A sentence of which every model repairs something."""
REPAIRED_WITHIN_S = 60.0
WAYS_TO_OPEN = ("mouse", "keyboard")
WAYS_TO_CLOSE = ("escape", "button", "title bar", "switch")

EntryPath = tuple[str, ...]


@dataclass(slots=True)
class TourResult:
    """Which entries there are, which were opened, and which could not be because they were disabled."""

    there: list[EntryPath] = field(default_factory=list)
    toured: list[EntryPath] = field(default_factory=list)
    disabled: list[EntryPath] = field(default_factory=list)


class Tour:
    """One program, one driver, one seed."""

    def __init__(
        self, shown: Screen, home: Path, *, seed: int = 0, pictures: Path | None = None
    ) -> None:
        self._shown = shown
        self._home = home
        self.rng = random.Random(seed)
        self._pictures = pictures
        self._file = home / "person" / "draft.md"
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(PREPARED, "utf-8")
        self.driver = shown.driver(home)
        self.result = TourResult()
        self.program: RunningProgram | None = None

    # --- the program ---

    def __enter__(self) -> Self:
        """Start the program, with a text in it and the caret at its end."""
        self.program = RunningProgram(self._shown, self._home, self._file)
        try:
            self.program.until_open()
            self.program.until(lambda r: page_of(r)["has_focus"], "the page has the keyboard")
        except BaseException:
            self.program.kill()
            raise
        self.driver.keys("ctrl+End")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End it; what failed is left as a picture if pictures are wanted."""
        if kind is not None and self._pictures is not None:
            self.driver.picture(self._pictures / "failed.png")
        self.running.kill()

    @property
    def running(self) -> RunningProgram:
        """The program of now."""
        assert self.program is not None
        return self.program

    def write(self, text: str) -> None:
        """Type, and see that just that happened."""
        before = self.running.settled()
        was = page_of(before)
        if not was["has_focus"]:
            raise AssertionError(f"the page does not have the keyboard\n{brief(before)}")
        self.driver.type(text)
        start, end = sorted((was["caret"], was["anchor"]))
        if was["soft_space"] and text.startswith(" "):
            text = text[1:]
        expected = _units_replaced(was["text"], start, end, text)
        after = self.running.settled(before["presses"])
        deadline = time.monotonic() + KEYS_COME_WITHIN_S
        while page_of(after)["text"] != expected and time.monotonic() < deadline:
            after = self.running.settled()  # on a busy machine some keys are still to come
        now = page_of(after)
        assert now["text"] == expected, (
            f"typing {text!r} into {was['text'][-80:]!r} at {start}-{end} made {now['text'][-120:]!r}\n{brief(after)}"
        )
        assert after["commands"] == before["commands"], (
            f"typing ran {after['commands'][len(before['commands']) :]}"
        )
        # Said where there is no window manager.
        errors = [each for each in after["errors"] if "This plugin does not support" not in each]
        assert not errors, errors

    # --- what there is ---

    def menu_titles(self) -> list[str]:
        """The menus of the menu bar."""
        return [menu["title"] for menu in front(self.running.report())["menus"]]

    def entries_of(self, menu: str) -> list[EntryPath]:
        """Every entry of a menu and of the menus in it, as it is when opened."""
        self.open_menu(menu, "mouse")
        found = [
            (menu, *rest) for rest in _paths(self.open_menus(self.running.report())[0]["entries"])
        ]
        self.leave_menus()
        return found

    @staticmethod
    def open_menus(report: Report) -> list[Report]:
        """The menus on screen."""
        return [w for w in report["windows"] if w["is_menu"]]

    # --- opening ---

    def open_menu(self, title: str, how: str) -> Report:
        """Open a menu of the menu bar; how it then is."""
        report = self.running.settled()
        menu = next(m for m in front(report)["menus"] if m["title"] == title)
        if how == "mouse":
            self.driver.click(*_middle(menu["rect"]))
        else:
            self.driver.keys(f"alt+{menu['mnemonic']}")
        report = self.running.until(self.open_menus, f"the menu {title} opens ({how})")
        return self.open_menus(self.running.settled())[0]

    def leave_menus(self) -> None:
        """Out of every menu with Esc."""
        for _ in range(4):
            if not self.open_menus(self.running.settled()):
                return
            self.driver.keys("Escape")
        raise AssertionError("the menus stay open after Esc")

    def choose(self, path: EntryPath, how: str) -> Report | None:
        """Open the menu of ``path`` and choose its entry; the entry, or None if it is disabled."""
        self.open_menu(path[0], how)
        return self.choose_in_menu(path[1:], how)

    def choose_in_menu(self, path: tuple[str, ...], how: str) -> Report | None:
        """Choose an entry of the menu that is open; the entry, or None if it is disabled."""
        for depth, title in enumerate(path):
            entry = self._entry_on_screen(title)
            if not entry["is_enabled"]:
                self.leave_menus()
                return None
            if how == "mouse":
                self.driver.click(*_middle(entry["rect"]))
            else:
                self._walk_to(title)
                self.driver.keys("Right" if entry["is_submenu"] else "Return")
            if entry["is_submenu"]:
                wanted = depth + 2
                self.running.until(
                    lambda r, n=wanted: len(self.open_menus(r)) >= n, f"{title} opens"
                )
        return entry

    def _entry_on_screen(self, title: str) -> Report:
        menus = self.open_menus(self.running.settled())
        return next(e for menu in menus for e in menu["entries"] if e["title"] == title)

    def _walk_to(self, title: str) -> None:
        for _ in range(40):
            if self._entry_on_screen(title)["is_chosen"]:
                return
            self.driver.keys("Down")
        raise AssertionError(f"the arrow keys do not reach {title}")

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

    def _arrange(self, title: str) -> None:
        """Bring about what the entry needs, so that it is not disabled."""
        if title in SELECTION_COMMANDS:
            self.driver.keys("shift+ctrl+Left")
        elif title == "Undo":
            self.write("Once. ")
        elif title == "Redo":
            self.write("Twice. ")
            self.driver.keys("ctrl+z")
        elif title in PASTE_COMMANDS:
            self.driver.keys("shift+ctrl+Left", "ctrl+c", "Right")
        elif title in GHOST_COMMANDS:
            self._have_ghost()
        elif title in PROPOSAL_COMMANDS:
            self._have_proposal()
        elif title == "Go to the other half":
            self.driver.keys("shift+ctrl+d")

    def _have_ghost(self) -> None:
        for _ in range(12):
            self.driver.keys("alt+backslash")
            deadline = time.monotonic() + 2.0
            while time.monotonic() < deadline:
                if page_of(self.running.report())["ghost"]:
                    return
                time.sleep(0.03)
            self.write("and then ")
        raise AssertionError("no suggestion appeared")

    def _have_proposal(self) -> None:
        """Have changes proposed for a sentence, the first of them focused. It stands alone: what is near it counts."""
        self.driver.keys("ctrl+a", "Delete")
        self.write(WRONG)
        self.driver.keys("Left", "Left")
        deadline = time.monotonic() + REPAIRED_WITHIN_S
        while time.monotonic() < deadline:
            if self._is_repaired():
                return
        raise AssertionError("nothing was proposed")

    def _is_repaired(self) -> bool:
        """Choose Repair; whether a change is proposed. While the model is still loading the list says so and stays."""
        self.driver.keys("ctrl+Return")
        self.running.until(lambda r: not page_of(r)["has_focus"], "the list of tasks opens")
        self.driver.type("Repair")
        self.driver.keys("Return")
        self.running.settled()
        time.sleep(0.5)
        if not page_of(self.running.report())["has_focus"]:
            self.driver.keys("Escape")
            time.sleep(1.0)
            return False
        deadline = time.monotonic() + REPAIRED_WITHIN_S
        while time.monotonic() < deadline:
            if page_of(self.running.report())["change"]:
                return True
            time.sleep(0.1)
        return False

    def look_at(self, path: EntryPath, check: Callable[[Report], list[str]]) -> list[str]:
        """Open the entry; if a window comes, take its picture, ``check`` it and close it. What ``check`` found."""
        before = self.running.settled()
        if self.choose(path, "mouse") is None:
            return []
        self.running.settled(before["presses"])
        time.sleep(0.4)
        after = self.running.settled()
        new = _new_windows(before, after)
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
        new = _new_windows(before, after)
        self._take_picture(path, new)
        if new and new[0]["is_document"]:
            self._leave_document(new[0])
        elif new:
            self._leave_window(new[0], front(before)["id"], way)
        elif _tabs(after) > _tabs(before):
            self._leave_tab(_tabs(before))
        elif not after["focus"].get("is_page"):
            self._leave_panel(before)
        now = page_of(self.running.settled())
        written = SENTENCE if new and way == "switch" and not new[0]["is_modal"] else ""
        if path[-1] not in TEXT_COMMANDS:
            start, end = sorted((page_of(before)["caret"], page_of(before)["anchor"]))
            wanted = _units_replaced(page_of(before)["text"], start, end, written)
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
            new = _new_windows(before, report)
            if new and report["active"] == new[-1]["id"]:
                break
        return report

    def _answer_unsaved(self, before: Report) -> None:
        """Let unsaved text go, if the program asks what is to become of it."""
        deadline = time.monotonic() + 5.0
        while time.monotonic() < deadline and self.running.is_running:
            try:
                report = self.running.settled()
            except ProgramEndedError:
                return
            if report["modal"] and report["modal"] == report["active"]:
                self.driver.click(*button_to_discard(report))
            elif len(report["windows"]) < len(before["windows"]):
                return

    def _after_the_end(self, before: Report, *, keeps: bool) -> None:
        """It was told to end: it does, and the next start has what was there if it ``keeps`` that."""
        status = self.running.wait_for_end()
        assert status == 0, f"ended with {status}"
        assert self.running.processes_left() == []
        program = RunningProgram(self._shown, self._home)
        self.program = program
        program.until_open()
        program.until(lambda r: page_of(r)["has_focus"], "the page has the keyboard")
        texts = [p["text"] for w in program.report()["windows"] for p in w.get("pages", ())]
        assert texts == [page_of(before)["text"] if keeps else ""], texts
        self.driver.keys("ctrl+End")
        self.write(SENTENCE)

    # --- the context menu ---

    def open_context_menu(self, where: str, how: str) -> list[Report]:
        """The entries of the page's context menu, opened with the right button or with the menu key."""
        page = page_of(self.running.settled())
        left, top, width, _ = page["column"]
        x, y = page["caret_rect"][0] - 20, page["caret_rect"][1] + 8
        if where == "beside the column":
            x, y = left + width + 40, top + 60
        if how == "mouse":
            self.driver.click(x, y, 3)
        else:
            self.driver.keys("Menu")
        report = self.running.until(self.open_menus, f"a context menu {where} by {how}")
        entries: list[Report] = self.open_menus(report)[0]["entries"]
        return entries

    def context_entries(self, where: str, how: str) -> list[str]:
        """The titles in the context menu."""
        titles = [entry["title"] for entry in self.open_context_menu(where, how)]
        self.leave_menus()
        return titles

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
            self.driver.click(*_middle(field_["rect"]))
            self.running.settled()
            self.write(SENTENCE)

    def tour_messages(self) -> None:
        """Press the last button of every message, which closes it."""
        for _ in range(6):
            buttons = [
                c
                for c in front(self.running.settled())["controls"]
                if c.get("is_button") and _label(c) in CLOSING_WORDS
            ]
            if not buttons:
                return
            self.driver.click(*_middle(buttons[-1]["rect"]))
            self.running.settled()
            self.write(SENTENCE)
        raise AssertionError("the messages do not close")

    # --- closing ---

    def _leave_window(self, window: Report, document: str, way: str) -> None:
        """Close it as ``way`` says. Afterwards the page has the keyboard without another click."""
        if way == "switch" and not window["is_modal"]:
            self.driver.activate(_x_window(document))
            self.running.until(lambda r: r["active"] == document, "the page's window comes forward")
            self.write(SENTENCE)
            self.driver.activate(_x_window(window["id"]))
            self.running.until(lambda r: r["active"] == window["id"], "the window comes forward")
            self.driver.close_window()
        elif way == "button" and (button := _closing_button(self._now(window))):
            self.driver.click(*_middle(button["rect"]))
        elif way == "escape":
            self.driver.keys("Escape")
        else:
            self.driver.close_window()
        self.running.until(
            lambda r: all(w["id"] != window["id"] for w in r["windows"]),
            f"{window['title']} closes ({way})",
        )
        self.running.until(
            lambda r: r["focus"].get("is_page"), "the page has the keyboard", within_s=3
        )

    def _leave_panel(self, before: Report) -> None:
        """Out of what is beside the page with Esc. The page has the keyboard then, with the caret where it was."""
        self.driver.keys("Escape")
        after = self.running.until(
            lambda r: r["focus"].get("is_page"), "Esc gives the page the keyboard", within_s=3
        )
        places = [(page_of(each)["caret"], page_of(each)["anchor"]) for each in (before, after)]
        assert places[0] == places[1], f"the caret went from {places[0]} to {places[1]}"

    def _leave_document(self, window: Report) -> None:
        """Another document: write in it, and put it away."""
        self.running.until(lambda r: r["active"] == window["id"], "the new window comes forward")
        self.write(SENTENCE)
        before = self.running.report()
        self.driver.keys("ctrl+w")
        self._answer_unsaved(before)
        self.running.until(
            lambda r: (
                all(w["id"] != window["id"] for w in r["windows"]) and r["focus"].get("is_page")
            ),
            "it is gone and the page has the keyboard",
        )

    def _leave_tab(self, others: int) -> None:
        """Another document in the same window: write in it, and put it away."""
        self.write(SENTENCE)
        before = self.running.report()
        self.driver.keys("ctrl+w")
        self._answer_unsaved(before)
        self.running.until(
            lambda r: _tabs(r) == others and r["focus"].get("is_page"),
            "the tab is gone and the page has the keyboard",
        )

    # --- tabs ---

    def _tour_tabs(self, path: EntryPath, how: str) -> None:
        """With another document in a second tab: run the command, write where it led, and have one tab again."""
        title = path[-1]
        self.driver.keys("ctrl+n")
        self.running.until(lambda r: _tabs(r) == 2, "there is a second tab")
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
        self.running.until(lambda r: _tabs(r) == wanted, f"there are {wanted} tabs")
        self.write(SENTENCE)
        self._close_second()

    def _close_second(self) -> None:
        """Put the second document away, wherever it is."""
        report = self.running.settled()
        if _tabs(report) == 1:
            return
        if not page_of(report)["text"].replace(SENTENCE, "").startswith(SECOND.strip()):
            window = next(
                w
                for w in report["windows"]
                for page in w.get("pages", ())
                if SECOND.strip() in page["text"]
            )
            if window["id"] == front(report)["id"]:
                self.driver.keys("ctrl+Tab")
            else:
                self.driver.activate(_x_window(window["id"]))
            self.running.until(lambda r: SECOND.strip() in page_of(r)["text"], "it is in front")
        before = self.running.report()
        self.driver.keys("ctrl+w")
        self._answer_unsaved(before)
        self.running.until(
            lambda r: _tabs(r) == 1 and r["focus"].get("is_page"),
            "the first document is left, and has the keyboard",
        )

    def _now(self, window: Report) -> Report:
        report = self.running.settled()
        return next(w for w in report["windows"] if w["id"] == window["id"])

    # --- pictures ---

    def _take_picture(self, path: EntryPath, new: list[Report]) -> None:
        if self._pictures is None or not new:
            return
        name = "-".join(
            "".join(c for c in part if c.isalnum() or c == " ").strip() for part in path
        )
        self.driver.picture(self._pictures / f"{name.replace(' ', '-').lower()}.png")


def every_way() -> list[tuple[str, str]]:
    """Every way of opening with every way of closing."""
    return [(opened, closed) for opened in WAYS_TO_OPEN for closed in WAYS_TO_CLOSE]


def button_to_discard(report: Report) -> tuple[int, int]:
    """Where the question that is open has the button that lets unsaved text go."""
    box = next(w for w in report["windows"] if w["id"] == report["modal"])
    button = next(c for c in box["controls"] if _label(c) in UNSAVED_WORDS)
    return _middle(button["rect"])


def cut_off(report: Report) -> list[str]:
    """What is not wholly on the screen: windows, and controls of windows that do not scroll."""
    left, top, width, height = report["screen"]
    found = []
    for window in report["windows"]:
        x, y, w, h = window["frame"]
        if x < left or y < top or x + w > left + width or y + h > top + height:
            found.append(
                f"{window['title'] or window['kind']} {window['frame']} leaves {report['screen']}"
            )
    return found


def _paths(entries: list[Report]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for entry in entries:
        if entry["entries"]:
            found += [(entry["title"], *rest) for rest in _paths(entry["entries"])]
        elif not entry["is_submenu"]:
            found.append((entry["title"],))
    return found


def _new_windows(before: Report, after: Report) -> list[Report]:
    known = {w["id"] for w in before["windows"]}
    return [w for w in after["windows"] if w["id"] not in known and not w["is_menu"]]


def _tabs(report: Report) -> int:
    """How many documents are open, in whatever windows."""
    return sum(len(window.get("pages", ())) for window in report["windows"])


def _closing_button(window: Report) -> Report | None:
    buttons = [c for c in window["controls"] if c.get("is_button") and c["is_enabled"]]
    return next((c for c in buttons if _label(c) in CLOSING_WORDS), None)


def _label(control: Report) -> str:
    return str(control.get("text", "")).replace("&", "")


def _middle(rect: list[int]) -> tuple[int, int]:
    return rect[0] + rect[2] // 2, rect[1] + rect[3] // 2


def _x_window(identity: str) -> str:
    return str(int(identity.rsplit("-", 1)[1], 16))


def _units_replaced(text: str, start: int, end: int, new: str) -> str:
    """``new`` in place of the UTF-16 units from ``start`` to ``end``."""
    units = text.encode("utf-16-le", "surrogatepass")
    joined = units[: 2 * start] + new.encode("utf-16-le", "surrogatepass") + units[2 * end :]
    return joined.decode("utf-16-le", "surrogatepass")
