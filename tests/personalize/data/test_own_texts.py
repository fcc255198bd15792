"""Texts that the writer chose to be learned from: found, read, and joined with what the log tells of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from written_session import WrittenSession

from cowrite.personalize.data.own_texts import find_own_texts, is_own
from cowrite.personalize.training.job import TrainingJob
from cowrite.personalize.training.job_examples import read_examples


def write(path: Path, text: str = "Some words of mine.\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def job(**values: object) -> TrainingJob:
    return TrainingJob(
        model_id="m",
        model_dir="",
        quantization="int8",
        work="",
        staging="",
        **values,  # type: ignore[arg-type]
    )


# --- finding ---


def test_a_folder_is_its_texts_and_a_file_is_itself(tmp_path: Path) -> None:
    novel = tmp_path / "novel"
    one, two = write(novel / "1.md"), write(novel / "part" / "2.TXT")
    for name in ("cover.png", ".notes.txt", ".git/description.txt"):
        write(novel / name)
    letter = write(tmp_path / "letter")
    found = find_own_texts([str(novel), str(letter), str(one), str(tmp_path / "gone")])
    assert found.files == (one, two, letter)
    assert found.missing == (str(tmp_path / "gone"),)


def test_a_folder_that_contains_itself_is_read_once(tmp_path: Path) -> None:
    text = write(tmp_path / "a.txt")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert find_own_texts([str(tmp_path)]).files == (text,)


def test_what_has_no_file_is_nobodys_own(tmp_path: Path) -> None:
    assert is_own(str(tmp_path / "a.txt"), [str(tmp_path)])
    assert not is_own("", [str(tmp_path)])


# --- reading ---


def test_what_cannot_be_read_is_named_and_the_rest_is_learned_from(tmp_path: Path) -> None:
    good = write(tmp_path / "good.txt")
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\x00\x01\x02" * 100)
    examples = read_examples(job(own_texts=(str(tmp_path), str(tmp_path / "gone.txt"))))
    assert [each.source.document for each in examples.supervised] == [str(good)]
    assert sorted(examples.unread) == [str(bad), str(tmp_path / "gone.txt")]


def test_what_is_excluded_stays_excluded(tmp_path: Path) -> None:
    diary, novel = write(tmp_path / "diary.txt"), write(tmp_path / "novel.txt", "It was night.")
    examples = read_examples(job(own_texts=(str(tmp_path),), excluded=(str(diary),)))
    assert [each.source.document for each in examples.supervised] == [str(novel)]
    assert examples.unread == []


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A file that was opened with some words, to which more were typed, and one of the model's accepted."""
    path = tmp_path / "decisions.sqlite3"
    session = WrittenSession("novel")
    session.open("Old words here. ")
    session.edit("Typed. ")
    session.edit("Offered.", origin="accepted")
    session.write(path, write(tmp_path / "texts" / "novel.txt", session.text))
    return path


@pytest.mark.parametrize("chosen", [False, True])
def test_a_chosen_text_that_the_log_tells_too_is_learned_once_without_the_models_words(
    log: Path, tmp_path: Path, chosen: bool
) -> None:
    own = (str(tmp_path / "texts"),) if chosen else ()
    (example,) = read_examples(job(log=str(log), own_texts=own)).supervised
    assert example.source.document == "novel"
    assert example.text == "Old words here. Typed. Offered."
    assert example.learned == ("Old words here. Typed. " if chosen else "Typed. ")


def test_once_the_log_knows_nothing_of_it_the_file_is_read(log: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(log)) as connection, connection:
        connection.execute("DELETE FROM events")
    own = (str(tmp_path / "texts"),)
    (example,) = read_examples(job(log=str(log), own_texts=own)).supervised
    assert example.source.document == str(tmp_path / "texts" / "novel.txt")
    assert example.learned == example.text
