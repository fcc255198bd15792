"""Closes whatever a command has opened, in every way there is, and sees that the page has the keyboard again."""

from __future__ import annotations

import time

from desktop.running_program import ProgramEndedError, Report, front, page_of
from desktop.tour_reports import (
    button_to_discard,
    closing_button,
    middle,
    tab_count,
    x_window,
)
from desktop.tour_writer import SENTENCE, Writer

CHILDREN_END_WITHIN_S = 5.0
SECOND = "A second story. "
WAYS_TO_CLOSE = ("escape", "button", "title bar", "switch")


class Closer(Writer):
    """Leaves windows, panels, documents and the program."""

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
        assert status == 0, f"ended with {status}:\n{self.running.output[-4000:]}"
        deadline = time.monotonic() + CHILDREN_END_WITHIN_S
        while (left := self.running.processes_left()) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert left == []
        self._start_program()
        texts = [p["text"] for w in self.running.report()["windows"] for p in w.get("pages", ())]
        assert texts == [page_of(before)["text"] if keeps else ""], texts
        self.driver.keys("ctrl+End")
        self.write(SENTENCE)

    def _leave_window(self, window: Report, document: str, way: str) -> None:
        """Close it as ``way`` says. Afterwards the page has the keyboard without another click."""
        if way == "switch" and not window["is_modal"]:
            self.driver.activate(x_window(document))
            self.running.until(lambda r: r["active"] == document, "the page's window comes forward")
            self.write(SENTENCE)
            self.driver.activate(x_window(window["id"]))
            self.running.until(lambda r: r["active"] == window["id"], "the window comes forward")
            self.driver.close_window()
        elif way == "button" and (button := closing_button(self._now(window))):
            self.driver.click(*middle(button["rect"]))
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
            lambda r: tab_count(r) == others and r["focus"].get("is_page"),
            "the tab is gone and the page has the keyboard",
        )

    def _close_second(self) -> None:
        """Put the second document away, wherever it is."""
        report = self.running.settled()
        if tab_count(report) == 1:
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
                self.driver.activate(x_window(window["id"]))
            self.running.until(lambda r: SECOND.strip() in page_of(r)["text"], "it is in front")
        before = self.running.report()
        self.driver.keys("ctrl+w")
        self._answer_unsaved(before)
        self.running.until(
            lambda r: tab_count(r) == 1 and r["focus"].get("is_page"),
            "the first document is left, and has the keyboard",
        )

    def _now(self, window: Report) -> Report:
        report = self.running.settled()
        return next(w for w in report["windows"] if w["id"] == window["id"])
