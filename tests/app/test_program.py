"""The real program from outside: processes, exit statuses, what is imported, what is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cowrite.app.display_check import missing_display
from cowrite.app.start import display_available
from cowrite.documents.journal import Journal
from cowrite.settings.paths import HOME_VARIABLE, Paths

ROOT = Path(__file__).resolve().parents[2]
# The program, telling on standard output when its first window is painted and what is imported by then. Each line is
# written at once with its end: several threads write.
PROGRAM = """
import sys
from cowrite.editor.shell.window import EditorWindow
from cowrite.__main__ import entry
begin = EditorWindow.paintEvent
later = {
    "docx", "httpx", "huggingface_hub", "lxml", "odfdo", "psutil", "regex",
    "cowrite.decisions.statistics.statistics", "cowrite.documents.exporting",
    "cowrite.editor.dialogs.encoding_dialog", "cowrite.editor.panels.export.export_window",
    "cowrite.editor.reading.page_reading", "cowrite.editor.shell.text_export", "cowrite.engine.jobs.worker",
    "cowrite.interchange.formats", "cowrite.interchange.manuscript", "cowrite.interchange.options",
    "cowrite.personalize.data.examples", "cowrite.speech.languages", "cowrite.speech.passages",
    "cowrite.tasks.exam.results", "cowrite.tasks.passage.language",
}
def paint(self, event):
    early = later & set(sys.modules)
    begin(self, event)
    heavy = {"torch", "transformers", "bitsandbytes", "numpy"} & set(sys.modules)
    print(" ".join(["painted", *sorted(heavy | early)]) + "\\n", end="", flush=True)
    EditorWindow.paintEvent = begin
EditorWindow.paintEvent = paint
entry()
"""
# One whose files take until it is told so to be written, and one that says when it waits for such a one.
SLOW_TO_END = (
    """
import sys
from cowrite.documents.journal_writer import JournalWriter
close = JournalWriter.close
def slow(self):
    print("ends\\n", end="", flush=True)
    sys.stdin.readline()
    close(self)
JournalWriter.close = slow
"""
    + PROGRAM
)
# One with unsaved text, whose writing takes until it is told so.
SLOW_TO_KEEP = (
    """
import sys, threading
from cowrite.documents.journal import Journal
from cowrite.documents.journal_writer import JournalWriter
from cowrite.editor.shell.window import EditorWindow
may_write = threading.Event()
write, unkept, show = Journal.write, JournalWriter.unkept, EditorWindow.showEvent
def held(self, entry):
    may_write.wait()
    write(self, entry)
def slow(self):
    print("ends\\n", end="", flush=True)
    sys.stdin.readline()
    may_write.set()
    return unkept(self)
def typed(self, event):
    show(self, event)
    self.active_view.page.type_text("Never saved")
Journal.write, JournalWriter.unkept, EditorWindow.showEvent = held, slow, typed
"""
    + PROGRAM
)
PATIENT = (
    """
from PySide6.QtCore import QThread
from cowrite.app import single_instance
class Pause(QThread):
    @staticmethod
    def msleep(milliseconds):
        print("waits\\n", end="", flush=True)
        QThread.msleep(milliseconds)
single_instance.QThread = Pause
"""
    + PROGRAM
)
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """Starts the program in a process of its own; what still runs at the end is killed."""
    started = []

    def start_it(
        *arguments: object, program: str = PROGRAM, **environ: str
    ) -> subprocess.Popen[str]:
        environment = {**os.environ, HOME_VARIABLE: str(home), "QT_QPA_PLATFORM": "offscreen"}
        process = subprocess.Popen(
            [sys.executable, "-c", program, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**environment, **environ},
        )
        started.append(process)
        return process

    yield start_it
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until_painted(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("painted"), line + process.communicate()[1]
    return line


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, error = process.communicate(timeout=60)
    return process.returncode, error


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_the_window_is_painted_before_torch_and_ends_cleanly_when_asked(
    start: Start, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "story.txt"
    file.write_text("Once")
    process = start(file)
    assert until_painted(process) == "painted\n"
    process.send_signal(signal.SIGTERM)
    assert end(process)[0] == 0
    session = json.loads(Paths.find(home).session_file.read_text())
    assert [each["path"] for each in session["documents"]] == [str(file)]
    assert not (Paths.find(home).data / "instance.lock").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_a_second_start_opens_its_file_in_the_first(
    start: Start, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "story.txt"
    file.write_text("Once")
    first = start()
    until_painted(first)
    second = start(file)
    output, _ = second.communicate(timeout=60)
    assert (second.returncode, output.count("\n")) == (0, 1)
    assert "already running" in output
    first.send_signal(signal.SIGINT)
    assert end(first)[0] == 0
    session = json.loads(Paths.find(home).session_file.read_text())
    assert [each["path"] for each in session["documents"]] == [str(file)]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_a_start_while_the_last_one_ends_waits_and_opens(
    start: Start, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "story.txt"
    file.write_text("Once")
    first = start(program=SLOW_TO_END)
    until_painted(first)
    first.send_signal(signal.SIGTERM)
    assert first.stdin is not None
    assert first.stdout is not None
    while (line := first.stdout.readline()).startswith("painted"):
        pass  # Qt may paint once more before it hears of the other method
    assert line == "ends\n"
    second = start(file, program=PATIENT)
    assert second.stdout is not None
    assert second.stdout.readline() == "waits\n"
    first.stdin.write("now\n")
    first.stdin.flush()
    assert first.wait(60) == 0
    while (line := second.stdout.readline()) == "waits\n":
        pass
    assert line == "painted\n"
    second.send_signal(signal.SIGTERM)
    assert second.wait(60) == 0
    session = json.loads(Paths.find(home).session_file.read_text())
    assert [each["path"] for each in session["documents"]] == [str(file)]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
@pytest.mark.parametrize("again", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_whoever_asks_again_to_end_does_not_end_the_writing_of_unsaved_text(
    start: Start, home: Path, again: signal.Signals
) -> None:
    process = start(program=SLOW_TO_KEEP)
    until_painted(process)
    process.send_signal(signal.SIGTERM)
    assert process.stdout is not None
    assert process.stdin is not None
    while (line := process.stdout.readline()).startswith("painted"):
        pass
    assert line == "ends\n"
    for _ in range(3):
        process.send_signal(again)
    process.stdin.write("now\n")
    process.stdin.flush()
    assert process.wait(60) == 0
    found, damaged = Journal(Paths.find(home).journal_dir).entries()
    assert ([entry.text for entry in found], damaged) == (["Never saved"], [])


def test_two_starts_at_once_are_one_program(start: Start) -> None:
    both = [start(), start()]
    outputs = []
    for process in both:
        assert process.stdout is not None
        outputs.append(process.stdout.readline())
    assert sorted(line.split()[0] for line in outputs) == ["Cowrite", "painted"]


def test_a_start_after_a_crash_works(start: Start) -> None:
    first = start()
    until_painted(first)
    first.kill()
    first.wait()
    until_painted(start())


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "There is no file"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.write_bytes(bytes(range(256))), "is not a text file"),
    ],
)
def test_a_bad_file_ends_with_one_sentence_and_status_2(
    start: Start, tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    path = tmp_path / "thing"
    make(path)
    status, error = end(start(path))
    assert status == 2
    assert words in error
    assert error.count("\n") == 1


def test_no_display_is_one_sentence_and_status_2(start: Start) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("other systems always have one")
    status, error = end(start(QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY=""))
    assert (status, error.count("\n")) == (2, 1)
    assert "no display" in error


def test_a_data_folder_that_cannot_be_written_ends_with_status_2(start: Start, home: Path) -> None:
    home.write_bytes(b"a file where the folder should be")
    status, error = end(start())
    assert (status, error.count("\n")) == (2, 1)
    assert "cannot write to its folder" in error


# --- displays ---


def test_offscreen_needs_no_display() -> None:
    assert missing_display({"QT_QPA_PLATFORM": "offscreen"}, "linux") is None
    assert display_available()


@pytest.mark.parametrize("display", ["", "rubbish", ":4711", "unix:4711"])
def test_a_display_that_does_not_answer_is_none(display: str) -> None:
    problem = missing_display({"DISPLAY": display}, "linux")
    assert problem is not None
    assert "no display" in problem.message


def test_missing_libraries_are_named_as_packages() -> None:
    environ = {"DISPLAY": "far.away:0"}
    assert missing_display(environ, "linux", can_load=lambda _: True) is None
    problem = missing_display(environ, "linux", can_load=lambda name: "cursor" not in name)
    assert problem is not None
    assert problem.advice.endswith("sudo apt install libxcb-cursor0")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_have_a_display(platform: str) -> None:
    assert missing_display({}, platform) is None


# --- parts ---


def test_a_child_process_gets_the_same_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Paths.find(tmp_path).home == tmp_path
    monkeypatch.delenv(HOME_VARIABLE)
    assert Paths.find().home is None
