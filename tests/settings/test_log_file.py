"""The log file is private, bounded, catches what nobody caught, and never stops the program."""

from __future__ import annotations

import logging
import os
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.settings import logs
from cowrite.settings.logs import start_logging

logger = logging.getLogger("cowrite.test")


def fail_here(error: Exception) -> None:
    """As the interpreter reports what nobody caught on the main thread."""
    try:
        raise error
    except type(error):
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]


def run_in_thread(target: Callable[[], object]) -> None:
    thread = threading.Thread(target=target)
    thread.start()
    thread.join()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "cowrite.log"


def test_what_nobody_caught_is_written_and_told(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    with start_logging(file) as started:
        started.catch_errors(told.append)
        run_in_thread(lambda: 1 / 0)
        fail_here(ValueError("on the main thread"))
        fail_here(UserError("The disk is full.", "Free up disk space."))
    text = file.read_text()
    assert "ZeroDivisionError" in text
    assert "on the main thread" in text
    assert told == [logs.SORRY, logs.SORRY, "The disk is full. Free up disk space."]


def test_a_thread_that_ends_itself_is_no_error(file: Path) -> None:
    told: list[str] = []
    with start_logging(file) as started:
        started.catch_errors(told.append)
        run_in_thread(sys.exit)
    assert told == []
    assert file.read_text() == ""


def test_telling_may_fail(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    def tell(_: str) -> None:
        raise RuntimeError("the window is gone")

    with start_logging(file) as started:
        started.catch_errors(tell)
        fail_here(ValueError("first"))
    assert "first" in file.read_text()
    assert "the window is gone" in file.read_text()


def test_interrupting_is_not_logged(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passed_on: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda *arguments: passed_on.append(arguments[0]))
    with start_logging(file) as started:
        started.catch_errors()
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert passed_on == [KeyboardInterrupt]
    assert file.read_text() == ""


def test_levels(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with start_logging(file):
        logger.debug("too much")
        logger.info("ours")
        logging.getLogger("elsewhere").info("theirs")
        logging.getLogger("elsewhere").warning("their warning")
    lines = file.read_text().splitlines()
    assert [line.rsplit(": ", 1)[1] for line in lines] == ["ours", "their warning"]


def test_everything_is_put_back(file: Path) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), sys.excepthook, threading.excepthook)
    with start_logging(file) as started:
        started.catch_errors()
        assert (root.level, list(root.handlers), sys.excepthook, threading.excepthook) != before
    assert (root.level, list(root.handlers), sys.excepthook, threading.excepthook) == before


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_it_is_private_even_if_somebody_opened_it_up(file: Path) -> None:
    file.parent.mkdir()
    file.touch(mode=0o644)
    with start_logging(file):
        logger.info("noted")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_it_rotates_and_stays_private(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LARGEST_FILE_BYTES", 400)
    with start_logging(file):
        for number in range(40):
            logger.info("line %d", number)
    kept = sorted(file.parent.iterdir())
    assert len(kept) == logs.KEPT_FILES
    assert "line 39" in file.read_text()
    for each in kept:
        assert each.stat().st_size <= 400
        if os.name == "posix":
            assert stat.S_IMODE(each.stat().st_mode) == 0o600


def test_logging_goes_on_without_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "logs").write_text("in the way")
    with start_logging(tmp_path / "logs" / "cowrite.log"):
        logger.warning("heard")
    heard = capsys.readouterr().err
    assert "cannot be written" in heard
    assert "heard" in heard


def test_a_broken_character_does_not_stop_it(file: Path) -> None:
    with start_logging(file):
        logger.info("a name: %s", "\udcff")
    assert "\\udcff" in file.read_text()
