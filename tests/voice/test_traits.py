"""What is counted of a text, where its chapters begin, and how the model's prose is kept."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from made_texts import model_prose

from cowrite.base.errors import UserError
from cowrite.settings.resources import resource_path
from cowrite.voice.chapters import PART_WORDS, chapters, samples
from cowrite.voice.fitting import fit
from cowrite.voice.habits import name_of
from cowrite.voice.model_prose import STARTER, read_prose, write_prose
from cowrite.voice.traits import count


def test_words_marks_and_sentences_are_counted() -> None:
    """Names are no words of a style; other ways to write a mark are the same mark."""
    counted = count("“Well,” said Emma — “it isn’t over…” The well-known house was slowly sinking.")
    assert counted.words == 12
    traits = counted.traits
    assert traits["word said"] == 1
    assert "word emma" not in traits
    assert traits["mark --"] == 1
    assert traits["mark ..."] == 1
    assert traits['mark "'] == 4
    assert traits["shortened "] == 1
    assert traits["hyphen "] == 1
    assert traits["first the"] == 1
    assert traits["ending wly"] == 1
    assert sum(times for trait, times in traits.items() if trait.startswith("length ")) == 12


def test_chinese_is_counted_by_words() -> None:
    """ICU's, with its own marks."""
    counted = count("我昨天去了图书馆，看了一本很有意思的书。今天我想再去一次。")
    assert counted.words > 8
    assert counted.traits["mark 。"] == 2
    assert counted.traits["first 我"] == 1
    assert counted.traits["first 今天"] == 1


def test_nothing_has_no_rate() -> None:
    """An empty text has no words to divide by."""
    assert count("").words == 0
    assert count("").rate("word the") == 0.0


def test_counts_add_up() -> None:
    """Two texts counted are one."""
    one, other = count("It was late."), count("It was not.")
    assert one + other == count("It was late.\nIt was not.")
    assert (one + other) - other == one


def test_a_text_without_headings_is_parted() -> None:
    """By about PART_WORDS words; a short one stays whole."""
    line = "one two three four five six seven eight nine ten"
    found = chapters("\n".join([line] * 1_000), markdown=False)
    assert len(found) == 10_000 // PART_WORDS
    assert [each.first for each in found[:2]] == [0, PART_WORDS // 10]
    assert len(chapters("\n".join([line] * 300), markdown=False)) == 1
    assert chapters("\n\n", markdown=False) == []


def test_chapters_are_those_of_the_highest_level_there_are_two_of() -> None:
    """The title of a book is none, and code is not read."""
    text = (
        "# Book\n\n## One\n\nWords here.\n\n```\ncode there\n```\n\n## Two\n\n### Within\n\nMore.\n"
    )
    one, two = chapters(text, markdown=True)
    assert (one.title, one.paragraphs) == ("One", ("Words here.",))
    assert (two.title, two.paragraphs) == ("Two", ("More.",))
    assert (two.first, two.lines) == (10, (14,))


def test_the_models_prose_is_kept_as_it_is(tmp_path: Path) -> None:
    """But for what is in one sample only; a line drawn from it is the same."""
    prose, file = model_prose(), tmp_path / "prose.json.gz"
    write_prose(file, prose)
    again = read_prose(file)
    assert again.name == prose.name
    assert [each.words for each in again.samples] == [each.words for each in prose.samples]
    write_prose(tmp_path / "again.json.gz", again)
    assert (tmp_path / "again.json.gz").read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no gzip",
        gzip.compress(b"{}", mtime=0),
        gzip.compress(b"{", mtime=0)[:-9],
        gzip.compress(
            b'{"format":1,"model":"a","name":"a","traits":[],"groups":[{"name":"a","samples":[[9,0,1]],"beside":[]}]}',
            mtime=0,
        ),
    ],
    ids=["empty", "no gzip", "no object", "cut off", "wrong places"],
)
def test_another_file_is_refused(tmp_path: Path, data: bytes) -> None:
    """In a sentence."""
    file = tmp_path / "other.gz"
    file.write_bytes(data)
    with pytest.raises(UserError, match="how a model writes"):
        read_prose(file)


def test_the_starters_prose_comes_along() -> None:
    """With enough samples, each trait with a name, and a line from a text that is none of a model's."""
    prose = read_prose(resource_path(STARTER))
    assert len(prose.samples) > 200
    assert sum(each.words for each in prose.samples) > 30_000
    text = (Path(__file__).parents[2] / "docs" / "user-guide.md").read_text("utf-8")
    own = [
        each for chapter in chapters(text, markdown=True) for each in samples(chapter.paragraphs)
    ]
    line = fit(own, prose)
    assert all(name_of(trait) for trait in line.weights)
    assert line.place(prose.samples) > 0.5 > line.place(own)
