"""A week of work with the keyboard alone: no mouse event is made. After each step it is seen where the keyboard is.

What has the keyboard must be on screen, within its window and the screen, and have a name that can be spoken.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from desktop.display import Display
from desktop.input_driver import XInputDriver
from desktop.running_program import Report, RunningProgram, brief, front, page_of

OPENING = "The harbor was quiet. Nobody had seen teh boat. "
MORE = "A harbor keeps what it is given."
NOTE = "Who keeps the light?"
SECOND = "The hill is steep. "
REPAIRED_WITHIN_S = 90.0
WRONG = "She go to the the school. "


class Week:
    """One writer, one folder, one keyboard."""

    def __init__(self, shown: Display, home: Path) -> None:
        self._shown = shown
        self._home = home
        self._folder = home / "person" / "book"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._keyboard: XInputDriver = shown.driver(home)
        self._program: RunningProgram | None = None
        self.steps: list[str] = []

    def __enter__(self) -> Self:
        """Start the program, which has nothing open yet."""
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        """End what is left."""
        self.program.kill()

    @property
    def program(self) -> RunningProgram:
        """The program of now."""
        assert self._program is not None
        return self._program

    def _start(self) -> None:
        self._program = RunningProgram(self._shown, self._home)
        self.program.until_open()
        self.until(lambda r: page_of(r)["has_focus"], "the page has the keyboard")

    # --- a step ---

    def until(self, condition: Callable[[Report], object], what: str, **options: float) -> Report:
        """Wait for it, and see where the keyboard is."""
        self.program.until(condition, what, **options)
        report = self.program.settled()
        self.steps.append(what)
        _see_keyboard(report, what)
        return report

    def press(self, *keys: str) -> Report:
        """Press them, and see where the keyboard is."""
        before = self.program.report()["presses"]
        self._keyboard.keys(*keys)
        report = self.program.settled(before)
        _see_keyboard(report, " ".join(keys))
        return report

    def type(self, text: str) -> None:
        """Type it, and wait until it has come."""
        before = self.program.report()["presses"]
        self._keyboard.type(text)
        self.program.until(
            lambda r: r["presses"] >= before + len(text), f"{text!r} is typed", within_s=30
        )

    def tab_to(self, name: str) -> None:
        """Press Tab until ``name`` has the keyboard."""
        for _ in range(40):
            if self.program.settled()["focus"]["name"] == name:
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {name}\n{brief(self.program.report())}")

    def choose(self, menu: str, *titles: str) -> None:
        """Open the menu by its letter and go down to an entry with the arrow keys."""
        report = self.program.settled()
        letter = next(m["mnemonic"] for m in front(report)["menus"] if m["title"] == menu)
        self._keyboard.keys(f"alt+{letter}")
        self.program.until(_menus, f"the menu {menu} opens")
        for depth, title in enumerate(titles, 1):
            for _ in range(40):
                entries = [e for m in _menus(self.program.settled()) for e in m["entries"]]
                entry = next(each for each in entries if each["title"] == title)
                if entry["is_chosen"]:
                    break
                self._keyboard.keys("Down")
            else:
                raise AssertionError(f"the arrow keys do not reach {title}")
            self._keyboard.keys("Right" if entry["is_submenu"] else "Return")
            if entry["is_submenu"]:
                wanted = depth + 1
                self.program.until(lambda r, n=wanted: len(_menus(r)) >= n, f"{title} opens")
        self.steps.append(" › ".join((menu, *titles)))

    def name_file(self, path: Path) -> None:
        """In the file dialog that is open, type where."""
        self.until(lambda r: r["modal"], "a file dialog opens")
        self._keyboard.keys("ctrl+a")
        self._keyboard.type(str(path))
        self.program.until(lambda r: _is_in_a_field(r, str(path)), "its name is typed", within_s=30)
        self._keyboard.keys("Return")
        self.until(lambda r: not r["modal"], "the file dialog closes")

    def go_into(self, key: str, panel: str) -> None:
        """Open a panel by its key; one that is open while the page has the keyboard is closed by it, and then opens."""
        self.press(key)
        if self.program.settled()["focus"].get("is_page"):
            self.press(key)
        self.until(lambda r: not r["focus"].get("is_page"), f"{panel} has the keyboard")

    def leave(self) -> None:
        """Esc, until the page has the keyboard."""
        for _ in range(3):
            if self.program.settled()["focus"].get("is_page"):
                break
            self._keyboard.keys("Escape")
        self.until(lambda r: r["focus"].get("is_page"), "Esc leads back to the page")

    @property
    def text(self) -> str:
        """What stands on the page."""
        return str(page_of(self.program.settled())["text"])

    # --- the days ---

    def monday(self) -> None:
        """A new text: written, formatted, saved under a name."""
        self.type(OPENING)
        self.press("Return", "Return")
        self.type(MORE)
        self.press("ctrl+Home", "ctrl+1")
        assert self.text.startswith("# The harbor"), self.text
        self.press("ctrl+End", "shift+ctrl+Left", "ctrl+b")
        assert self.text.rstrip(".").endswith("**"), self.text
        self.press("ctrl+z")
        self.press("ctrl+shift+s")
        self.name_file(self._folder / "harbor.md")
        saved = (self._folder / "harbor.md").read_text("utf-8")
        assert saved.startswith("# The harbor")
        assert MORE in saved

    def tuesday(self) -> None:
        """Find and replace, spelling, and a note to oneself."""
        self.press("ctrl+h")
        self.until(lambda r: r["focus"]["name"] == "Find", "the find bar opens")
        self._keyboard.keys("ctrl+a")
        self.type("harbor")
        self.press("Tab")
        self.tab_to("Replace with")
        self.type("harbour")
        self.tab_to("Replace all")
        self.press("space")
        assert "harbor " not in self.text, self.text
        assert self.text.count("harbour") == 2, self.text
        self.leave()
        self.press("ctrl+Home", "F7")
        self.press("ctrl+F7")
        if _menus(self.program.settled()):
            self.press("Escape")
        self.press("ctrl+shift+m")
        self.until(lambda r: not r["focus"].get("is_page"), "the notes open")
        self.type(NOTE)
        self.leave()
        self.press("ctrl+shift+m")
        self.leave()

    def wednesday(self) -> None:
        """A version kept and looked at; the folder as a project; a second text in it."""
        self.press("shift+F12")
        self.until(lambda r: not r["focus"].get("is_page"), "it is asked for a name")
        self.type("first draft")
        self.press("Return")
        self.until(lambda r: r["focus"].get("is_page"), "the version is kept")
        self.go_into("F12", "the history")
        self.press("Down")
        self.leave()
        self.press("F12")
        self.leave()
        (self._folder / "hill.md").write_text("# The hill\n\n", "utf-8")
        self.choose("File", "Open folder…")
        self.name_file(self._folder)
        self.go_into("ctrl+shift+e", "the project")
        self.tab_to("Texts of the folder")
        self.press("End")
        self.press("Menu")
        self.until(_menus, "the menu of a text opens")
        self.press("Escape")
        self.press("Return")
        self.until(lambda r: "hill" in front(r)["title"].lower(), "the second text is open")
        self.leave()
        self.press("ctrl+End")
        self.type(SECOND)
        self.press("ctrl+s")
        self.until(
            lambda _: SECOND.strip() in (self._folder / "hill.md").read_text("utf-8"), "it is saved"
        )
        self.press("ctrl+Prior")
        self.press("ctrl+shift+e")
        self.leave()

    def thursday(self) -> None:
        """With a model: a suggestion taken, and a sentence repaired."""
        self.press("ctrl+n")
        self.type(WRONG)  # alone: what is near it counts
        self.press("Left", "Left")
        deadline = time.monotonic() + REPAIRED_WITHIN_S
        while not self._is_repaired():
            assert time.monotonic() < deadline, "nothing was proposed"
        self.press("Tab")
        self.press("Escape")
        self.leave()
        assert self.text != WRONG
        self.press("ctrl+a", "Delete")
        self._keyboard.keys("ctrl+w")
        report = self.program.settled()
        if report["modal"]:
            self.tab_to("Don’t save")
            self._keyboard.keys("space")
        self.until(lambda r: "harbour" in page_of(r)["text"], "the first text is in front again")

    def _is_repaired(self) -> bool:
        """Choose Repair; whether a change comes. While the model is still loading the list says so and stays."""
        self.press("ctrl+Return")
        self.until(lambda r: not r["focus"].get("is_page"), "the list of tasks opens")
        self.type("Repair")
        self._keyboard.keys("Return")
        time.sleep(1.0)
        if not self.program.settled()["focus"].get("is_page"):
            self._keyboard.keys("Escape")
            time.sleep(1.0)
            return False
        deadline = time.monotonic() + REPAIRED_WITHIN_S
        while not page_of(self.program.report())["change"]:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True

    def friday(self) -> None:
        """The settings, how it looks, and every other window once."""
        self.press("ctrl+comma")
        self.until(lambda r: not r["focus"].get("is_page"), "the settings open")
        self.type("line height")
        self.press("Tab")
        self.press("Escape")
        self.leave()
        self.choose("View", "Theme", "Dark")
        self.press("ctrl+plus", "ctrl+0", "F11")
        self.press("F11")
        for menu, title in (
            ("Help", "About Cowrite"),
            ("Help", "Keyboard shortcuts"),
            ("File", "Privacy and stored data…"),
            ("View", "Word count…"),
        ):
            self.choose(menu, title)
            self.press("Tab")
            self.press("shift+Tab")
            self.leave()
        self.press("ctrl+shift+p")
        self.type("outline")
        self.press("Return")
        self.until(lambda r: not r["focus"].get("is_page"), "the outline opens by the palette")
        self.leave()

    def saturday(self) -> None:
        """Exported and looked at as printed."""
        self.press("ctrl+shift+x")
        self.until(lambda r: not r["focus"].get("is_page"), "the window for exporting opens")
        self.press("Return")
        self.name_file(self._folder / "harbour.docx")
        self.until(lambda _: (self._folder / "harbour.docx").exists(), "the file is written")
        self.leave()
        self.press("ctrl+p")
        self.until(lambda r: not r["focus"].get("is_page"), "the preview opens")
        self.tab_to("Preview")
        self.press("Next", "Home")
        self.leave()

    def sunday(self) -> None:
        """More written, closed with saving, and quit; the next start has what was there."""
        self.press("ctrl+End")
        self.type("The end. ")
        self.press("ctrl+s")
        before = self.text
        self._keyboard.keys("ctrl+q")
        assert self.program.wait_for_end() == 0
        self._start()
        assert self.text == before, self.text
        self.type("Not kept. ")
        self._keyboard.keys("ctrl+w")
        report = self.program.settled()
        if report["modal"]:
            _see_keyboard(report, "the question about unsaved text")
            self._keyboard.keys("Return")
        self.program.until(
            lambda _: "Not kept." in (self._folder / "harbor.md").read_text("utf-8"),
            "what was written is saved",
        )


def _menus(report: Report) -> list[Report]:
    return [each for each in report["windows"] if each["is_menu"]]


def _is_in_a_field(report: Report, text: str) -> bool:
    """Whether a field of the dialog in front holds it; a list of names that completes it takes its keys meanwhile."""
    dialog = next((each for each in report["windows"] if each["id"] == report["modal"]), None)
    return dialog is not None and any(each.get("text") == text for each in dialog["controls"])


def _see_keyboard(report: Report, step: str) -> None:
    """What has the keyboard is named, and on the screen."""
    if _menus(report):
        return  # the entry that is chosen is marked, and has its title
    focus = report["focus"]
    assert focus["kind"], f"nothing has the keyboard after {step}\n{brief(report)}"
    assert focus["name"], f"{focus['kind']} has no name, after {step}"
    left, top, width, height = focus["rect"]
    x, y, wide, high = report["screen"]
    middle = left + width // 2, top + min(height, 40) // 2
    assert width > 0, f"{focus} is not seen after {step}"
    assert height > 0, f"{focus} is not seen after {step}"
    assert x <= middle[0] < x + wide, f"{focus} is beside the screen after {step}"
    assert y <= middle[1] < y + high, f"{focus} is beside the screen after {step}"
