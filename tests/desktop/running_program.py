"""The real program as its own process, and what it reports of itself."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psutil
from desktop.display import Screen
from desktop.spoken_english import SpokenEnglish

from cowrite.localization.languages import ENGLISH
from cowrite.settings.language import LANGUAGE_VARIABLE

ROOT = Path(__file__).resolve().parents[2]
ANSWERS_WITHIN_S = 10.0
STARTS_WITHIN_S = 60.0
ENDS_WITHIN_S = 30.0
CHECK_EVERY_S = 0.015
OF_THE_DESKTOP = {"dbus-launch", "dbus-daemon"}
"""What libraries of the desktop start where there is none yet, and leave to the programs that come after."""
TEXTS = "texts.socket"
Report = dict[str, Any]


class NoAnswerError(AssertionError):
    """The program runs but says nothing for ten seconds."""


class ProgramEndedError(AssertionError):
    """The program is gone although nobody ended it."""


class RunningProgram:
    """A started Cowrite whose data are in ``home``, in ``language``; its reports are in English."""

    def __init__(
        self,
        shown: Screen,
        home: Path,
        *arguments: str | Path,
        environ: dict[str, str] | None = None,
        language: str = ENGLISH,
    ) -> None:
        self.home = home
        self._english = SpokenEnglish(language)
        self._socket_path = home / "report.socket"
        home.mkdir(parents=True, exist_ok=True)
        person = home / "person"
        person.mkdir(exist_ok=True)
        with (home / "output.txt").open("ab") as output:
            self.process = self._start(
                shown, arguments, {LANGUAGE_VARIABLE: language, **(environ or {})}, person, output
            )
        self._connection: socket.socket | None = None
        self._rest = b""

    def _start(
        self,
        shown: Screen,
        arguments: Sequence[str | Path],
        environ: dict[str, str],
        person: Path,
        output: IO[bytes],
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*shown.program, "--home", str(self.home), *map(str, arguments)],
            cwd=ROOT,
            env={
                **shown.environ,
                "HOME": str(person),
                "COWRITE_UI_REPORT": str(self._socket_path),
                "COWRITE_TEXTS": str(self.home / TEXTS),
                "PYTHONPATH": os.pathsep.join(
                    filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])
                ),
                **environ,
            },
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    # --- what it says ---

    def report(self) -> Report:
        """How things stand now. Raises NoAnswerError and ProgramEndedError."""
        try:
            connection = self._connected()
            connection.sendall(b"report\n")
            while b"\n" not in self._rest:
                data = connection.recv(1 << 20)
                if not data:
                    raise ConnectionResetError
                self._rest += data
        except TimeoutError as error:
            self._drop_connection()
            raise NoAnswerError(f"no answer for {ANSWERS_WITHIN_S:.0f} s") from error
        except OSError as error:
            self._drop_connection()
            raise ProgramEndedError(
                f"the program has ended (status {self.process.poll()}):\n{self.output[-2000:]}"
            ) from error
        line, self._rest = self._rest.split(b"\n", 1)
        report: Report = json.loads(line.decode("utf-8", "surrogatepass"))
        return self._english.report(report)

    def faults_of_texts(self) -> list[str]:
        """Which texts on screen are cut off or not translated: see :mod:`desktop.text_watch`."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(ANSWERS_WITHIN_S)
            connection.connect(str(self.home / TEXTS))
            connection.sendall(b"texts\n")
            with connection.makefile("rb") as answer:
                faults: list[str] = json.loads(answer.readline().decode("utf-8", "surrogatepass"))
        return faults

    def settled(self, seen: int | None = None, *, within_s: float = 0.4) -> Report:
        """The report once events have stopped coming; ``seen`` is what ``presses`` was before the action."""
        deadline = time.monotonic() + within_s
        before = self.report()
        while True:
            time.sleep(CHECK_EVERY_S)
            now = self.report()
            arrived = seen is None or now["presses"] > seen
            if _same(before, now) and (arrived or time.monotonic() > deadline):
                return now
            before = now

    def until(
        self, condition: Callable[[Report], object], what: str, *, within_s: float = 15.0
    ) -> Report:
        """The first report for which ``condition`` holds. Raises AssertionError."""
        deadline = time.monotonic() + within_s
        while True:
            report = self.report()
            if condition(report):
                return report
            if time.monotonic() > deadline:
                raise AssertionError(f"did not come about: {what}\n{brief(report)}")
            time.sleep(CHECK_EVERY_S)

    def until_open(self) -> Report:
        """Wait for the window of a program that was just started."""
        deadline = time.monotonic() + STARTS_WITHIN_S
        while True:
            try:
                report = self.report()
                if any(w["is_document"] and w["is_active"] for w in report["windows"]):
                    return report
            except ProgramEndedError:
                if self.process.poll() is not None:
                    raise
            if time.monotonic() > deadline:
                raise AssertionError(f"no window within {STARTS_WITHIN_S:.0f} s:\n{self.output}")
            time.sleep(0.05)

    @property
    def output(self) -> str:
        """What it wrote to the terminal."""
        return (self.home / "output.txt").read_text("utf-8", "replace")

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""
        return self.process.poll() is None

    # --- its end ---

    def wait_for_end(self, within_s: float = ENDS_WITHIN_S) -> int:
        """Its exit status. Raises subprocess.TimeoutExpired."""
        status = self.process.wait(within_s)
        self._drop_connection()
        return status

    def processes_left(self) -> list[str]:
        """What the program started and did not end."""
        return [" ".join(p.cmdline())[:120] for p in _session_of(self.process.pid)]

    def kill(self) -> None:
        """End it and all that it started, at once."""
        for process in [*_session_of(self.process.pid)]:
            process.send_signal(signal.SIGKILL)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(ENDS_WITHIN_S)
        self._drop_connection()

    # --- inside ---

    def _connected(self) -> socket.socket:
        if self._connection is None:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(ANSWERS_WITHIN_S)
            self._connection, self._rest = connection, b""
            connection.connect(str(self._socket_path))
        return self._connection

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def running(shown: Screen, home: Path, *arguments: str | Path) -> Iterator[RunningProgram]:
    """A program with an open window, killed at the end if it has not ended by then."""
    program = RunningProgram(shown, home, *arguments)
    try:
        program.until_open()
        yield program
    finally:
        program.kill()


def _session_of(leader: int) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            belongs = process.pid != leader and os.getsid(process.pid) == leader
            is_of_the_desktop = process.name() in OF_THE_DESKTOP
            if belongs and not is_of_the_desktop and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (OSError, psutil.Error):
            continue
    return found


def _same(one: Report, other: Report) -> bool:
    """Whether nothing happened between two reports; a ghost may come and go by itself."""
    return _still(one) == _still(other)


def _still(report: Report) -> tuple[object, ...]:
    windows = [
        (
            w["id"],
            w["is_active"],
            w["rect"],
            [(p["text"], p["caret"], p["anchor"]) for p in w.get("pages", ())],
        )
        for w in report["windows"]
    ]
    return report["presses"], report["commands"], report["focus"], windows


def brief(report: Report) -> str:
    """What a person needs of a report to see what is wrong."""
    lines = [
        f"active {report['active']}, modal {report['modal']}, popup {report['popup']}",
        f"focus {report['focus']}",
        f"commands {report['commands'][-8:]}",
        f"errors {report['errors']}",
    ]
    for window in report["windows"]:
        lines.append(f"  {window['id']} “{window['title']}” {window['rect']}")
        for page in window.get("pages", ()):
            shown = page["text"] if len(page["text"]) < 200 else "…" + page["text"][-200:]
            lines.append(
                f"    caret {page['caret']} anchor {page['anchor']} ghost {page['ghost']!r} text {shown!r}"
            )
    return "\n".join(lines)


def front(report: Report) -> Report:
    """The document window that is active, or the first."""
    documents: Sequence[Report] = [w for w in report["windows"] if w["is_document"]]
    active = [w for w in documents if w["is_active"]]
    result: Report = (active or documents)[0]
    return result


def page_of(report: Report) -> Report:
    """The page of the front document window."""
    page: Report = front(report)["pages"][0]
    return page
