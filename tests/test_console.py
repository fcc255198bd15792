"""The last words for what the system, a disk or a stream refuses."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.console import as_user_error, say, show_progress


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (UserError("As it is."), "As it is."),
        (OSError(errno.ENOSPC, "No space left", "/home/ada/x"), "The disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "Permission denied"),
        (FileNotFoundError(errno.ENOENT, "No such file"), "no longer exists"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "/x"), "/x cannot be used"),
        (MemoryError(), "too little memory"),
    ],
)
def test_what_the_system_refuses_is_a_sentence(error: Exception, said: str) -> None:
    told = as_user_error(error)
    assert told is not None
    assert said in str(told)


def test_a_lock_is_a_sentence_and_a_wrong_query_is_a_mistake_of_ours(tmp_path: Path) -> None:
    file = tmp_path / "log.sqlite3"
    with (
        closing(sqlite3.connect(file, isolation_level=None)) as holder,
        closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other,
    ):
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError) as locked:
            other.execute("BEGIN IMMEDIATE")
        holder.execute("ROLLBACK")
        with pytest.raises(sqlite3.OperationalError) as wrong:
            other.execute("SELECT nothing FROM nowhere")
    assert "in use by another program" in str(as_user_error(locked.value))
    assert as_user_error(wrong.value) is None
    assert as_user_error(ZeroDivisionError()) is None


def test_a_message_is_one_line_without_control_characters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say("no \x1b[31m such\nfile")
    assert capsys.readouterr().err == "no \\x1b[31m such\\nfile\n"


def test_a_stream_that_takes_nothing_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as nobody:
        monkeypatch.setattr("sys.stderr", nobody)
        say("unheard")
        show_progress("unseen")
        with pytest.raises(BrokenPipeError):
            nobody.flush()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, writer)  # so that closing the stream does not fail
        os.close(nowhere)
