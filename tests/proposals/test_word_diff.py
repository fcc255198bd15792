"""Two texts become hunks, and any of the hunks a text again; what says nothing stays as the writer has it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.proposals.proposal import composed, taken
from cowrite.proposals.word_diff import version_between

PIECES = [
    "a",
    "b",
    "the ",
    "dog",
    " ",
    "  ",
    ",",
    ".",
    ". ",
    "\n",
    "\n\n",
    "中",
    "文字",
    "é",
    "e\u0301",
    "'",
    "’",
    '"',
]
PIECES += [
    "“",
    "”",
    "-",
    "—",
    " -- ",
    "1",
    "1,000",
    "**",
    "_",
    "👩\u200d👧",
    "ไทย",
    "\r\n",
    "\u00a0",
    "…",
    "...",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def found(old: str, new: str) -> list[tuple[str, str]]:
    return [(hunk.before, hunk.after) for hunk in version_between(old, new).hunks]


def letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFC", text) if c.isalnum())


@given(TEXTS, TEXTS)
def test_all_hunks_make_the_version_and_none_the_passage(old: str, new: str):
    version = version_between(old, new)
    assert composed(old, version.hunks) == version.text
    assert composed(old, ()) == old
    assert letters(version.text) == letters(new)


@given(TEXTS, TEXTS)
def test_the_version_differs_from_the_passage_by_nothing_more(old: str, new: str):
    version = version_between(old, new)
    ends = [0, *(hunk.end for hunk in version.hunks)]
    for end, hunk in zip(ends, version.hunks, strict=False):
        assert hunk.before != hunk.after
        assert hunk.before == old[hunk.start : hunk.end]
        assert end < hunk.start or hunk is version.hunks[0], "hunks touch"
    assert version_between(old, old).hunks == ()


@given(TEXTS, TEXTS, st.sets(st.integers(0, 30)))
def test_any_of_them_change_nothing_outside_themselves(old: str, new: str, numbers: set[int]):
    some = taken(version_between(old, new), numbers)
    text, at, grown = composed(old, some), 0, 0
    for hunk in some:
        assert text[at + grown : hunk.start + grown] == old[at : hunk.start]
        at, grown = hunk.end, grown + len(hunk.after) - len(hunk.before)
    assert text[at + grown :] == old[at:]


def test_a_change_of_three_words_is_no_change_of_a_paragraph():
    old = "She go to the school yesterday, and then come home again."
    new = "She went to school yesterday, and then came home again."
    assert found(old, new) == [("go", "went"), ("the ", ""), ("come", "came")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("It’s “fine”, he said.", 'It\'s "fine", he said.'),
        ('It\'s "fine", he said.', "It’s “fine”, he said."),
        ("‘No,’ he said.", '"No," he said.'),
        ("One  two\n  three.\r\nFour", " One two three.\nFour\n"),
        ("He came — too late…", "He came--too late..."),
        ("Quoi\u00a0?", "Quoi?"),
        ("cafe\u0301", "café"),
        ("用「中文」写。", "用“中文”写。"),
    ],
)
def test_what_says_the_same_stays_as_the_writer_has_it(old: str, new: str):
    assert found(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "hunks"),
    [
        ("It’s fine.", "It's fine. Don't go.", [("", " Don’t go.")]),
        ("“Yes,” she said.", '"Yes," she said. "No."', [("", " “No.”")]),
        ("It's so.", "It’s so – “quite”.", [("", ' – "quite"')]),
        ("Now… or never", "Now... or... never ever", [("", "…"), ("", " ever")]),
        ("One—two.", "One - two - three.", [("", "—three")]),
    ],
)
def test_what_is_new_comes_in_the_signs_of_the_writer(
    old: str, new: str, hunks: list[tuple[str, str]]
):
    assert found(old, new) == hunks


@pytest.mark.parametrize(
    ("old", "new", "hunks"),
    [
        ("two  words", "two good words", [("", "good ")]),
        ("two\nbad words", "two words", [("bad ", "")]),
        ("bad\nwords", "words", [("bad\n", "")]),
        ("words here bad", "words here", [(" bad", "")]),
        ("no space,here", "no space, here", [("", " ")]),
        ("a bit of it .", "a bit of it.", [(" ", "")]),
        ("alot of it", "a lot of it", [("alot", "a lot")]),
        ("  indented", "  indented more\n", [("", " more")]),
        ("Hello.\n\n  Second.", "Hello. And one.\n\nSecond.", [("", " And one.")]),
    ],
)
def test_spaces_go_and_come_with_their_words(old: str, new: str, hunks: list[tuple[str, str]]):
    assert found(old, new) == hunks


def test_a_rewritten_sentence_is_one_change_and_its_neighbours_are_none():
    old = "It was late. The committee, having met for the whole day, decided nothing. We left."
    new = "It was late. After a day of meetings, nothing was settled by the committee. We left."
    assert len(found(old, new)) == 1
    assert found(old, new)[0][0].startswith("The committee")


def test_a_rewritten_clause_is_one_change_and_not_one_for_each_comma():
    old = "He thought, that day, of the tall old house, and of the long way home to his wife."
    new = "He thought, every morning, of a small new flat, and of the long way home to his wife."
    assert found(old, new) == [
        ("that day, of the tall old house", "every morning, of a small new flat")
    ]


def test_a_sentence_that_moved_is_one_change():
    old = "A dog ran. The cat sat on the mat. It rained all day. Then came night."
    new = "A dog ran. It rained all day. The cat sat on the mat. Then came night."
    (hunk,) = found(old, new)
    assert "cat" in hunk[0]
    assert "cat" in hunk[1]


@pytest.mark.parametrize(
    ("old", "new", "hunk"),
    [
        ("It was a big dog here.", "It was a **big dog** here.", ("big dog", "**big dog**")),
        ("It was a (big dog) here.", "It was a big dog here.", ("(big dog)", "big dog")),
        ("He left however at once.", "He left, however, at once.", (" however", ", however,")),
        ("He said go now to her.", 'He said "go now" to her.', ("go now", '"go now"')),
    ],
)
def test_what_opens_and_what_closes_come_and_go_together(old: str, new: str, hunk: tuple[str, str]):
    assert found(old, new) == [hunk]


def test_words_of_a_script_without_spaces_are_changed_one_by_one():
    assert found("我今天去了北京大学。", "我昨天去了北京大学。") == [("今天", "昨天")]


def test_letters_with_their_marks_and_emoji_are_never_cut():
    assert found("ok e\u0301 here", "ok e here") == [("e\u0301", "e")]
    assert found("ok 👩\u200d👩\u200d👧 here", "ok 👩\u200d👩\u200d👧\u200d👦 here") == [
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧\u200d👦")
    ]


def test_a_number_is_changed_as_a_whole():
    assert found("It cost 1,000.50 then.", "It cost 1,200.50 then.") == [("1,000.50", "1,200.50")]
