"""A second start, a crash, a stranger at the door."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from cowrite.app.single_instance import SingleInstance
from cowrite.base.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
FIRST = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from cowrite.app.single_instance import SingleInstance
application = QCoreApplication([])
instance = SingleInstance(sys.argv[1], Path(sys.argv[2]))
assert instance.begin_or_hand_over([])
def show(files):
    print("files", *files, flush=True)
instance.files_received.connect(show)
print("first", flush=True)
sys.exit(application.exec())
"""


@pytest.fixture
def name(tmp_path: Path) -> str:
    return f"cowrite-test-{abs(hash(str(tmp_path))):x}"


@pytest.fixture
def other_process(
    qapp: QCoreApplication, name: str, tmp_path: Path
) -> Iterator[subprocess.Popen[str]]:
    """A process that is the first instance."""
    process = subprocess.Popen(
        [sys.executable, "-c", FIRST, name, str(tmp_path / "lock")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "first\n"
    yield process
    process.kill()
    process.communicate()


def make(qtbot: QtBot, name: str, folder: Path) -> SingleInstance:
    return SingleInstance(name, folder / "lock")


def test_the_second_start_hands_its_files_over(
    qtbot: QtBot, name: str, tmp_path: Path, other_process: subprocess.Popen[str]
) -> None:
    second = make(qtbot, name, tmp_path)
    assert not second.begin_or_hand_over([tmp_path / "a file.txt", tmp_path / "ü"])
    assert other_process.stdout is not None
    assert other_process.stdout.readline() == f"files {tmp_path / 'a file.txt'} {tmp_path / 'ü'}\n"
    assert not second.begin_or_hand_over([])
    assert other_process.stdout.readline() == "files\n"
    second.close()


def test_after_a_crash_the_next_start_is_the_first_and_knows(
    qtbot: QtBot, name: str, tmp_path: Path, other_process: subprocess.Popen[str]
) -> None:
    other_process.kill()
    other_process.wait()
    next_one = make(qtbot, name, tmp_path)
    assert next_one.become_first()
    assert next_one.took_over
    next_one.close()
    after_that = make(qtbot, name, tmp_path)
    assert after_that.become_first()
    assert not after_that.took_over
    after_that.close()


def test_a_first_that_does_not_answer_is_said_plainly(
    qtbot: QtBot, name: str, tmp_path: Path
) -> None:
    first, second = make(qtbot, name, tmp_path), make(qtbot, name, tmp_path)
    assert first.become_first()  # and its event loop does not run
    with pytest.raises(UserError, match="not responding"):
        second.begin_or_hand_over([], answer_ms=60)
    first.close()


def test_one_that_never_ends_is_said_plainly(qtbot: QtBot, name: str, tmp_path: Path) -> None:
    first, second = make(qtbot, name, tmp_path), make(qtbot, name, tmp_path)
    assert first.become_first()
    first.stop_listening()
    with pytest.raises(UserError, match="still closing"):
        second.begin_or_hand_over([], end_ms=60)
    first.close()


def test_the_lock_of_one_that_ends_holds_until_it_has_ended(
    qtbot: QtBot, name: str, tmp_path: Path
) -> None:
    first, second = make(qtbot, name, tmp_path), make(qtbot, name, tmp_path)
    assert first.become_first()
    first.stop_listening()
    assert not second.become_first()
    first.close()
    assert second.begin_or_hand_over([])
    assert not second.took_over, "the first one ended as it should"
    second.close()


def test_one_that_ends_before_it_answers_is_waited_for(
    qtbot: QtBot, name: str, tmp_path: Path
) -> None:
    """The second start has asked already when the first one begins to end."""
    first, second = make(qtbot, name, tmp_path), make(qtbot, name, tmp_path)
    assert first.become_first()
    socket = QLocalSocket()
    socket.connectToServer(name)
    assert socket.waitForConnected(1000)
    qtbot.waitUntil(lambda: bool(first._server.findChildren(QLocalSocket)))
    first.stop_listening()
    qtbot.waitUntil(lambda: socket.state() is QLocalSocket.LocalSocketState.UnconnectedState)
    first.close()
    assert second.begin_or_hand_over([])
    second.close()


def test_a_folder_that_cannot_be_written_is_said_plainly(qtbot: QtBot, tmp_path: Path) -> None:
    instance = SingleInstance("cowrite-test", tmp_path / "missing" / "lock")
    with pytest.raises(UserError, match="cannot write"):
        instance.become_first()


@pytest.mark.expects_warnings
@pytest.mark.parametrize("message", [b"hello\n", b"{}\n", b"[1, 2]\n", b"\xff\n"])
def test_what_a_stranger_says_is_ignored(
    qtbot: QtBot, name: str, tmp_path: Path, message: bytes
) -> None:
    first = make(qtbot, name, tmp_path)
    received: list[list[str]] = []
    first.files_received.connect(received.append)
    assert first.become_first()
    socket = QLocalSocket()
    socket.connectToServer(name)
    assert socket.waitForConnected(1000)
    socket.write(message)
    qtbot.waitUntil(lambda: socket.state() is QLocalSocket.LocalSocketState.UnconnectedState)
    assert received == []
    first.close()
