"""The window of newer versions: nobody is asked before the writer asks, and everything is said in a sentence."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram

from cowrite.editor.panels.updates.update_host import UpdateHost
from cowrite.editor.panels.updates.updates_window import UpdatesWindow, said_of
from cowrite.updates.report import UpdateReport

NEWER = UpdateReport(
    version="99.1",
    is_newer=True,
    changes=("Faster.",),
    packs={"cowrite.deb": 300_000_000, "gpu": 2_800_000_000},
    installer=True,
    bytes_total=300_000_000,
)


def shown(program: OpenProgram) -> UpdatesWindow:
    program.program.extras.show_updates(program.window)
    program.until(lambda: program.window.findChildren(UpdatesWindow))
    return program.window.findChildren(UpdatesWindow)[-1]


def test_opening_it_asks_nobody(open_it: OpenIt) -> None:
    program = open_it()
    window = shown(program)
    assert not program.program.extras.update_host.is_running
    assert not window.daily.isChecked()
    assert not window.download.isVisible()
    window.daily.click()
    assert program.program.manager.preferences.check_updates
    window.close()


def test_a_build_without_keys_says_so(open_it: OpenIt) -> None:
    program = open_it()
    window = shown(program)
    window.ask.click()
    assert window.said.text() == "Asking…"
    program.until(lambda: not program.program.extras.update_host.is_running)
    assert "cannot check for newer versions by itself" in window.said.text()
    window.close()


def answering(*reports: UpdateReport) -> list[str]:
    lines = [report.to_json() for report in reports]
    return [sys.executable, "-c", f"[print(line, flush=True) for line in {lines!r}]"]


def test_what_is_newer_is_shown_and_fetched(open_it: OpenIt, tmp_path: Path) -> None:
    program = open_it()
    place = tmp_path / "cowrite.deb"
    fetched = UpdateReport(version="99.1", is_newer=True, installer=True, place=str(place))
    host = UpdateHost(lambda action: answering(NEWER if action == "check" else fetched))
    folders: list[Path] = []
    window = UpdatesWindow(
        host, program.window, is_daily=True, set_daily=lambda _: None, show_folder=folders.append
    )
    window.show()
    window.ask.click()
    program.until(lambda: not host.is_running)
    assert window.said.text().splitlines() == [
        "Cowrite 99.1 is there.",
        "• Faster.",
        "cowrite.deb: 300 MB",
        "gpu: 2800 MB",
    ]
    assert window.download.isVisible()
    window.download.click()
    program.until(lambda: not host.is_running)
    assert "“cowrite.deb” was downloaded and checked." in window.said.text()
    assert not window.download.isVisible()
    window.folder.click()
    assert folders == [tmp_path]
    window.close()
    host.close()


def test_a_download_that_fails_can_be_tried_again(open_it: OpenIt) -> None:
    program = open_it()
    part = replace(NEWER, bytes_done=100_000_000)
    damaged = UpdateReport(problem="It arrived damaged.", advice="Try again.")
    answers = {"check": [NEWER], "download": [part, damaged]}
    host = UpdateHost(lambda action: answering(*answers[action]))
    window = UpdatesWindow(
        host, program.window, is_daily=True, set_daily=lambda _: None, show_folder=lambda _: None
    )
    window.show()
    for button, said in (
        (window.ask, "Cowrite 99.1 is there."),
        (window.download, "It arrived damaged."),
    ):
        button.click()
        program.until(lambda: not host.is_running)
        assert window.said.text().startswith(said)
    assert window.download.isVisible()
    assert window.download.isEnabled()
    window.close()
    host.close()


def test_a_download_that_is_stopped_says_how_much_is_there(open_it: OpenIt) -> None:
    program = open_it()
    part = replace(NEWER, bytes_done=100_000_000).to_json()
    code = f"import sys; print({part!r}, flush=True); sys.stdin.read(); sys.exit(130)"
    host = UpdateHost(lambda _: [sys.executable, "-c", code])
    host.download()
    program.until(lambda: host.news is not None)
    window = UpdatesWindow(
        host, program.window, is_daily=True, set_daily=lambda _: None, show_folder=lambda _: None
    )
    window.show()
    assert window.said.text().endswith("Downloading, 100 of 300 MB")
    window.download.click()
    program.until(lambda: not host.is_running)
    assert window.said.text().endswith("Paused: 100 of 300 MB are here and are kept.")
    assert window.download.text() == "&Go on"
    window.close()
    host.close()


def test_a_process_that_is_killed_is_a_sentence(open_it: OpenIt) -> None:
    program = open_it()
    code = f"import os; print({NEWER.to_json()!r}, flush=True); os._exit(9)"
    host = UpdateHost(lambda _: [sys.executable, "-c", code])
    host.download()
    program.until(lambda: not host.is_running)
    assert host.report is not None
    assert said_of(host.report).startswith("The download ended unexpectedly.")
    assert host.news is not None
    host.close()


def test_many_changes_are_not_all_shown() -> None:
    many = replace(NEWER, changes=tuple(f"Change {n}." for n in range(20)))
    assert "… and 8 more changes" in said_of(many)


def test_a_process_that_says_nothing_is_a_sentence(open_it: OpenIt) -> None:
    program = open_it()
    host = UpdateHost(lambda _: [sys.executable, "-c", "raise SystemExit(1)"])
    host.check()
    program.until(lambda: not host.is_running)
    assert host.report is not None
    assert "ended unexpectedly" in said_of(host.report)


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (UpdateReport(problem="No.", advice="Wait."), "No. Wait."),
        (UpdateReport(version="0.1"), "This is the newest version."),
    ],
    ids=["problem", "newest"],
)
def test_each_answer_is_a_sentence(report: UpdateReport, said: str) -> None:
    assert said_of(report) == said
