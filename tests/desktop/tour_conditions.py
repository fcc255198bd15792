"""Brings about what an entry of a menu needs, so that it is not disabled."""

from __future__ import annotations

import time

from desktop.running_program import page_of
from desktop.tour_writer import Writer

SELECTION_COMMANDS = {"Cut", "Copy", "Copy as rich text"}
PASTE_COMMANDS = {"Paste", "Paste as plain text"}
GHOST_COMMANDS = {
    "Accept word",
    "Accept all",
    "Next suggestion",
    "Previous suggestion",
    "Dismiss",
}
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


class Arranger(Writer):
    """Knows what each command works on."""

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
        elif title == "Make the panel wider":
            self.driver.keys("shift+ctrl+k", "Escape")  # a panel of another menu's

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
