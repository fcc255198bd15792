"""A child process beside the window: its lines, how it is asked to end, and that nothing of it is left."""

from __future__ import annotations

import sys

import psutil
import pytest
from pytestqt.qtbot import QtBot

from cowrite.editor.common.child_process import LONGEST_LINE, ChildProcess

WAITS = "print('ready', flush=True); sys.stdin.read(); import time; time.sleep(60)"
STARTS_ANOTHER = (
    "import subprocess\n"
    "below = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],"
    " stdout=subprocess.DEVNULL, start_new_session=True)\n"
    "print(below.pid, flush=True)\n"
)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", f"import sys\n{code}"]


class Heard:
    def __init__(self, child: ChildProcess) -> None:
        self.lines: list[str] = []
        self.ends: list[tuple[int | None, str]] = []
        child.line_read.connect(self.lines.append)
        child.ended.connect(lambda status, stderr: self.ends.append((status, stderr)))


def run(qtbot: QtBot, code: str) -> Heard:
    child = ChildProcess()
    heard = Heard(child)
    child.start(python(code))
    qtbot.waitUntil(lambda: bool(heard.ends), timeout=20_000)
    assert not child.is_running
    return heard


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("print('one'); print('two')", ["one", "two"]),
        ("print('whole'); print('without its end', end='')", ["whole", "without its end"]),
        ("sys.stdout.buffer.write(b'\\xff\\n')", ["\ufffd"]),
        (
            "sys.stdout.buffer.write('é'.encode()[:1]); sys.stdout.flush(); sys.stdout.buffer.write('é'.encode()[1:])",
            ["é"],
        ),
    ],
)
def test_every_line_is_heard(qtbot: QtBot, code: str, lines: list[str]) -> None:
    heard = run(qtbot, code)
    assert heard.lines == lines
    assert heard.ends == [(0, "")]


def test_a_line_without_an_end_takes_no_memory(qtbot: QtBot) -> None:
    heard = run(qtbot, f"sys.stdout.write('x' * {3 * LONGEST_LINE}); print(); print('after')")
    assert heard.lines[-1] == "after"
    assert sum(map(len, heard.lines)) <= LONGEST_LINE + len("after") + 65_536


@pytest.mark.parametrize(("code", "status"), [("sys.exit(3)", 3), ("import os; os.abort()", -1)])
def test_how_it_ended_is_told_once(qtbot: QtBot, code: str, status: int) -> None:
    heard = run(qtbot, f"print('x' * 10_000, 'the end', file=sys.stderr, flush=True)\n{code}")
    ((found, stderr),) = heard.ends
    assert found == status
    assert len(stderr) == 4096
    assert stderr.endswith("the end\n")


def test_a_program_that_is_not_there_ends_without_a_status(qtbot: QtBot) -> None:
    child = ChildProcess()
    heard = Heard(child)
    child.start(["/there/is/no/such/program"])
    qtbot.waitUntil(lambda: heard.ends == [(None, "")])


def test_it_hears_lines_and_the_end_of_its_input(qtbot: QtBot) -> None:
    """The end of its input is also what a killed window leaves."""
    child = ChildProcess()
    heard = Heard(child)
    child.write_line("nobody is there")
    child.start(
        python("for line in sys.stdin: print('heard', line.strip(), flush=True)\nprint('end')")
    )
    child.write_line("a")
    child.write_line("b")
    child.close_input()
    qtbot.waitUntil(lambda: bool(heard.ends), timeout=20_000)
    assert heard.lines == ["heard a", "heard b", "end"]


def test_it_is_asked_to_end_as_the_system_does(qtbot: QtBot) -> None:
    child = ChildProcess()
    heard = Heard(child)
    child.start(
        python(
            "import signal, time\n"
            "signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\n"
            "print('ready', flush=True)\ntime.sleep(60)"
        )
    )
    qtbot.waitUntil(lambda: heard.lines == ["ready"], timeout=20_000)
    child.terminate()
    child.kill_after(20_000)
    qtbot.waitUntil(lambda: bool(heard.ends), timeout=20_000)
    assert heard.ends == [(7, "")]


def test_who_does_not_end_is_killed_with_what_it_started(qtbot: QtBot) -> None:
    child = ChildProcess()
    heard = Heard(child)
    child.start(python(STARTS_ANOTHER + WAITS))
    qtbot.waitUntil(lambda: len(heard.lines) == 2, timeout=20_000)
    below = psutil.Process(int(heard.lines[0]))
    child.kill_after(10)
    qtbot.waitUntil(lambda: bool(heard.ends), timeout=20_000)
    assert heard.ends[0][0] == -1
    below.wait(10)
    assert not below.is_running()


def test_closing_kills_what_it_started_and_says_nothing(qtbot: QtBot) -> None:
    child = ChildProcess()
    heard = Heard(child)
    child.start(python(STARTS_ANOTHER + WAITS))
    qtbot.waitUntil(lambda: len(heard.lines) == 2, timeout=20_000)
    below = psutil.Process(int(heard.lines[0]))
    child.close()
    assert not child.is_running
    assert heard.ends == []
    below.wait(10)
    assert not below.is_running()
