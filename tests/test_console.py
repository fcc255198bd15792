"""The last words for what the system, a disk or a stream refuses."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.console import PlainParser, as_user_error, say, show_progress
from cowrite.localization.columns import columns_of


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


def parser() -> PlainParser:
    made = PlainParser(prog="cowrite try", description="中文" * 60)
    for name in ("--one", "--two", "--three", "--four"):
        made.add_argument(name, metavar="SOMETHING", help="一句说明，" * 12)
    made.add_argument("file", metavar="FILE", nargs="+")
    return made


@pytest.mark.usefixtures("in_chinese")
def test_chinese_help_fits_its_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = parser().format_help().splitlines()
    assert lines[0].startswith("用法：cowrite try [-h]")
    assert lines[1].startswith(" " * columns_of("用法：cowrite try "))
    assert "选项：" in lines
    assert max(map(columns_of, lines)) <= 80
    assert not any(line.strip().startswith(("，", "。")) for line in lines)


@pytest.mark.usefixtures("in_chinese")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "缺少必需的参数：FILE"),
        (["x", "--nope"], "无法识别的参数：--nope"),
        (["x", "--one"], "参数 --one：需要一个值"),
    ],
)
def test_what_argparse_refuses_is_said_in_chinese(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(arguments)
    assert f"cowrite try：错误：{said}" in capsys.readouterr().err


@pytest.mark.parametrize("code", [errno.ENOENT, errno.ENOSPC, errno.EACCES, errno.EIO])
def test_reasons_of_the_system_are_its_own_in_english(code: int) -> None:
    assert reason_of(OSError(code, os.strerror(code))) == os.strerror(code)
    assert reason_of(OSError("without a number")) == "without a number"


@pytest.mark.usefixtures("in_chinese")
def test_reasons_of_the_system_are_known_by_their_number() -> None:
    assert (
        reason_of(OSError(errno.ENOENT, "The system cannot find the file"))
        == "没有这个文件或文件夹"
    )
    assert reason_of(OSError(errno.EINVAL, "it is not a regular file")) == "这不是普通文件"
    assert reason_of(OSError(9999, "Something new")) == "Something new"
    assert "权限" in str(as_user_error(PermissionError(errno.EACCES, "Permission denied", "/x")))
