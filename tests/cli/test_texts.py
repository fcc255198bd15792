"""Texts on the command line: what is a guess is said, and what cannot be read whole is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from cowrite.__main__ import main
from cowrite.base.errors import UserError
from cowrite.cli.texts import read_text
from cowrite.documents.session import Session, save_session
from cowrite.personalize.data.examples import examples_from_files
from cowrite.settings.paths import Paths

RUSSIAN = "Дети бежали за трамваем и махали руками, пока он не скрылся за поворотом.\n"
DAMAGED = "Große süße Äpfel, schöne Grüße und Brötchen.\n".encode() + b"\xff end\n"


@pytest.fixture
def text(tmp_path: Path) -> Path:
    return tmp_path / "old.txt"


def test_a_guess_is_said_on_standard_error(
    text: Path, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    text.write_bytes(RUSSIAN.encode("cp1251"))
    assert read_text(text, paths) == RUSSIAN
    said = capsys.readouterr()
    assert "does not say its encoding; it is read as Cyrillic (Windows-1251)." in said.err
    assert said.out == ""


def test_what_was_chosen_in_the_window_is_used_and_needs_no_word(
    text: Path, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    text.write_bytes(RUSSIAN.encode("cp1251"))
    save_session(paths.session_file, Session().with_encoding(text, "mac-cyrillic"))
    assert read_text(text, paths) == RUSSIAN.encode("cp1251").decode("mac-cyrillic")
    assert capsys.readouterr().err == ""


def test_utf8_needs_no_word_even_with_a_damaged_session(
    text: Path, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    text.write_text(RUSSIAN, "utf-8")
    paths.session_file.write_text("{")
    assert read_text(text, paths) == RUSSIAN
    assert capsys.readouterr().err == ""
    assert paths.session_file.read_text() == "{"


def test_what_cannot_be_read_whole_is_refused(text: Path, paths: Paths) -> None:
    text.write_bytes(DAMAGED)
    with pytest.raises(UserError, match="cannot be read as text"):
        read_text(text, paths)


def test_nothing_is_learned_of_words_that_may_be_wrong(text: Path) -> None:
    text.write_bytes(DAMAGED)
    with pytest.raises(UserError, match="not certain how"):
        examples_from_files([text])
    text.write_bytes("été".encode("cp1252"))
    assert examples_from_files([text]).supervised
    with pytest.raises(UserError, match="not certain how"):
        examples_from_files([text], only_sure=True)


@pytest.mark.parametrize(
    "command",
    [
        ["complete", "--file"],
        ["evaluate", "--text"],
        ["simulate", "--text"],
        ["bench", "--text"],
        ["statement"],
    ],
    ids=lambda command: command[0],
)
def test_every_command_that_reads_texts_refuses_it(
    text: Path, paths: Paths, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    text.write_bytes(DAMAGED)
    assert main(["--home", str(paths.home), *command, str(text)]) == 2
    assert "cannot be read as text" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["complete", "--file"], ["evaluate", "--text"], ["simulate", "--text"], ["bench", "--text"], ["statement"],
        ["personalize", "--dry-run", "--text"], ["log", "import"], ["models", "import"], ["adapters", "import"],
    ],
)  # fmt: skip
def test_a_name_that_begins_with_a_tilde_is_a_name(
    arguments: list[str], paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "~nobody-of-this-name"]) == 2
    assert capsys.readouterr().err.startswith("cowrite: ")


def test_the_name_of_a_guess_steers_no_terminal(
    tmp_path: Path, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "old\x1b[31m.txt"
    file.write_bytes(RUSSIAN.encode("cp1251"))
    read_text(file, paths)
    said = capsys.readouterr().err
    assert "\\x1b[31m" in said
    assert "\x1b" not in said
