"""A writer's first day: start in a fresh home, type, take a suggestion, find, spell, save, learn, quit, start again."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

from smoke.findings import Findings
from smoke.surroundings import Surroundings
from smoke.window import PackagedWindow, page_of, window

BEGINNING = "Once upon a time there was a little girl. She was very "
MISSPELLED = "recieve"
# Prose of our own, in which hardly a sentence is said twice.
TO_LEARN_FROM = Path(__file__).resolve().parents[2] / "docs" / "user-guide.md"
LEARNING_CHARACTERS = 40_000
LEAST_STEPS = 2
PUNCTUATION = ".,;:!?…”’“‘\"'"
LEARNS_WITHIN_S = 600
# Small enough for two steps: one pass over little text, and no test that takes an hour.
SMALL = (
    "epochs=0.3",
    "rank=2",
    "batch_tokens=512",
    "sequence_tokens=256",
    "micro_batch_tokens=256",
    "checks_per_epoch=1",
    "least_train_tokens=500",
    "least_gate_tokens=500",
    "max_minutes=0.5",
)


def first_day(there: Surroundings, findings: Findings) -> None:
    """The window in a fresh home: everything until the program is left. Figures: to the window, to the first ghost."""
    with findings.step("start, type, suggestion, Tab, find, spell, save, quit"), window(there) as w:
        findings.figure("start_to_window", time.monotonic() - w.began, "s")
        w.picture("first-start")
        w.type(BEGINNING)
        ghost = w.ghost()
        findings.figure("first_start_to_first_ghost", time.monotonic() - w.began, "s")
        w.picture("ghost")
        _take(w, ghost)
        _find(w)
        _spell(w)
        _save(there, w)
        assert not w.errors(), f"logged: {w.errors()}"
        w.quit()
    _after_the_end(there, findings)


def _take(w: PackagedWindow, ghost: str) -> None:
    before = str(page_of(w.report())["text"])
    w.driver.keys("Tab")
    word = ghost.split()[0].strip(PUNCTUATION)
    report = w.until(lambda r: page_of(r)["text"] != before, "Tab takes a word")
    assert page_of(report)["text"].startswith(before.rstrip()), "Tab changed other text"
    assert word in page_of(report)["text"][len(before.rstrip()) :], f"Tab did not take {word!r}"


def _find(w: PackagedWindow) -> None:
    w.driver.keys("Escape", "ctrl+f")
    w.until(lambda r: r["focus"]["kind"] == "SearchField", "Ctrl+F opens the search field")
    w.driver.type("girl")
    w.until_control(lambda c: str(c.get("text", "")).startswith("1 of 1"), "one hit is counted")
    w.driver.keys("Escape")
    w.until(lambda r: page_of(r)["has_focus"], "Esc gives the page the keyboard")


def _spell(w: PackagedWindow) -> None:
    """A misspelled word is corrected from the context menu."""
    w.driver.keys("ctrl+End")
    w.type(f" I will {MISSPELLED} ")
    w.driver.keys("Escape", *["Left"] * 3)
    deadline = time.monotonic() + 15
    while "receive" not in (titles := w.context_menu()):
        assert time.monotonic() < deadline, f"“receive” is not suggested: {titles}"
        w.driver.keys("Escape")
        time.sleep(0.5)
    w.choose("receive")
    w.until(lambda r: "receive " in page_of(r)["text"], "the word is corrected")
    assert MISSPELLED not in page_of(w.report())["text"]


def _save(there: Surroundings, w: PackagedWindow) -> None:
    w.driver.keys("ctrl+End", "ctrl+s")
    w.until(lambda r: r["modal"], "Ctrl+S asks for a name")
    w.until(lambda r: r["focus"]["kind"] in {"QLineEdit"}, "the name has the keyboard")
    w.driver.keys("ctrl+a")
    w.driver.type("draft.txt")
    w.driver.keys("Return")
    report = w.until(
        lambda r: not r["modal"] and not page_of(r)["is_modified"], "the text is saved"
    )
    found = list(there.home.rglob("draft.txt"))
    assert len(found) == 1, f"the file is not in the home, but {page_of(report)['path']!r}"
    written = found[0].read_text("utf-8")
    assert "receive" in written, "the file holds another text"


def _after_the_end(there: Surroundings, findings: Findings) -> None:
    with findings.step("nothing left running after quitting"):
        until_alone(there)
        mounts = there.mounts() - there.mounts_before
        assert not mounts, f"still mounted: {mounts}"
        left = temporary_files(there)
        assert not left, f"left in the temporary folder: {left}"


def until_alone(there: Surroundings, within_s: float = 10) -> None:
    """Wait until nothing runs any more. Raises AssertionError with what does."""
    deadline = time.monotonic() + within_s
    while running := there.processes():
        assert time.monotonic() < deadline, f"still running: {sorted(running.values())}"
        time.sleep(0.1)


def temporary_files(there: Surroundings) -> list[str]:
    """What programs left in /tmp and /dev/shm."""
    places = [there.tmp, there.outside_path("/dev/shm")]
    found = [each for place in places for each in place.iterdir()]
    return sorted(each.name for each in found if each.name != ".X11-unix")


def second_day(there: Surroundings, findings: Findings) -> None:
    """The session is back."""
    with findings.step("start again: the session is back"), window(there) as w:
        findings.figure("second_start_to_window", time.monotonic() - w.began, "s")
        text = page_of(w.report())["text"]
        assert text.startswith(BEGINNING.rstrip()), f"the page holds {text[:80]!r}"
        assert "receive" in text, f"the page holds {text[-80:]!r}"
        w.driver.keys("ctrl+End")
        w.type(" The end ")
        w.driver.keys("ctrl+s")
        w.until(lambda r: not page_of(r)["is_modified"], "Ctrl+S saves")
        assert not w.errors(), f"logged: {w.errors()}"
        w.quit()
    _after_the_end(there, findings)


def learn(there: Surroundings, findings: Findings) -> None:
    """Learn for a few steps beside an open window: one window, and no more processes than there are parts."""
    text = there.home / "to learn from.txt"
    text.write_text(TO_LEARN_FROM.read_text("utf-8")[:LEARNING_CHARACTERS], "utf-8")
    there.give(text)
    with findings.step("learn for two steps beside the open window"), window(there) as w:
        words = ["personalize", "--text", text.name, "--device", "cpu", "--lines", "--set", *SMALL]
        log = there.seat / "learning.txt"
        most, windows = 0, 0
        with log.open("wb") as output:
            process = there.start(*there.command, *words, output=output, stdin=subprocess.PIPE)
            deadline = time.monotonic() + LEARNS_WITHIN_S
            while process.poll() is None and time.monotonic() < deadline:
                most = max(most, len(there.processes()))
                windows = max(windows, _windows_on(there), _documents(w))
                if _steps(log) >= LEAST_STEPS and process.stdin is not None:
                    process.stdin.close()  # its end means “stop”
                    process.stdin = None
                time.sleep(0.5)
        assert process.poll() is not None, f"learning did not end: {log.read_text()[-400:]}"
        _check_learned(process.returncode, log)
        findings.figure("most_processes_while_learning", most, "processes")
        assert windows == 1, f"{windows} windows while it learned"
        assert most <= 4, f"{most} processes while it learned"
        w.quit()
    _after_the_end(there, findings)


def _lines(log: Path) -> list[dict[str, Any]]:
    said = log.read_text("utf-8", "replace").splitlines()
    return [json.loads(line) for line in said if line.startswith("{") and line.endswith("}")]


def _steps(log: Path) -> int:
    return max((int(line.get("step", 0)) for line in _lines(log)), default=0)


def _check_learned(status: int, log: Path) -> None:
    said = log.read_text("utf-8")
    results = [line["result"] for line in _lines(log) if "result" in line]
    assert (status, len(results)) == (0, 1), f"learning ended with {status}: {said[-600:]}"
    ended = {"stopped", "promoted", "kept"}
    assert results[0]["status"] in ended, f"learning: {results[0]}"
    assert _steps(log) >= LEAST_STEPS, f"{_steps(log)} steps: {results[0]['reason']}"
    assert "Could not import" not in said


def _documents(w: PackagedWindow) -> int:
    return sum(1 for each in w.report()["windows"] if each["is_document"])


def _windows_on(there: Surroundings) -> int:
    """Cowrite's windows that the X server shows, whoever they belong to."""
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--class", "cowrite"],
        env={**os.environ, "DISPLAY": there.display},
        capture_output=True,
        text=True,
    )
    return len(found.stdout.split())


def read_only_home(there: Surroundings, findings: Findings) -> None:
    """With a home that cannot be written there is a sentence, and no traceback."""
    home = there.seat / "read-only home"
    home.mkdir()
    there.give(home)
    home.chmod(0o500)
    with findings.step("a home that cannot be written: a sentence"):
        done = there.program("complete", "--text", "Once", HOME=str(home))
        said = done.stdout + done.stderr
        assert "Traceback" not in said, said[-600:]
        assert done.returncode in (0, 2), f"status {done.returncode}: {said[-300:]}"
        assert said.strip(), "no sentence"
    home.chmod(0o700)
