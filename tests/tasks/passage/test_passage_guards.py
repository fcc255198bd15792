"""What tells a language, a fact, and the sentences that an answer stands on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.proposals.word_diff import version_between
from cowrite.tasks.passage.facts import names, with_notes
from cowrite.tasks.passage.guards import goes_round, repeats
from cowrite.tasks.passage.language import guessed_language, language_name, other_language, tag_of
from cowrite.tasks.passage.standing_on import sentences_of, standing_on


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It was the best of times, and it was the worst of times for all of us.", "en"),
        ("Es war einmal ein König, der hatte eine Tochter, und die war sehr schön.", "de"),
        ("Il y avait une fois un roi qui avait une fille, et elle était dans la tour.", "fr"),
        ("Era el mejor de los tiempos y era el peor de los tiempos para todos.", "es"),
        ("那是最好的时代，那是最坏的时代。", "zh"),
        ("それは最良の時代であり、最悪の時代でもあった。", "ja"),
        ("Все счастливые семьи похожи друг на друга.", "ru"),
        ("Nightfall, harbour, lamplight.", ""),
        ("x = y + 1; print(z)", ""),
        ("", ""),
    ],
)
def test_languages_are_told_or_left_open(text: str, language: str) -> None:
    assert guessed_language(text) == language


def test_languages_have_names() -> None:
    assert language_name("en_GB") == "British English"
    assert language_name("de-AT") == "German"
    assert language_name("xx") == ""
    assert tag_of("  german ") == "de"
    assert tag_of("Brazilian Portuguese") == "pt"
    assert tag_of("Klingon") == ""
    assert other_language("It was the end of the day.", "Es war das Ende von dem Tag.") == "German"
    assert other_language("Ah!", "Oh!") == ""


def test_names_are_capitals_where_no_sentence_begins() -> None:
    found = names(
        "Then Ann met I. Ann’s brother came. Suddenly Paul left. “Come,” he said to Paul."
    )
    assert dict(found) == {"Ann": 2, "Paul": 2}


def test_a_hunk_that_takes_a_number_out_says_so() -> None:
    passage = "He paid 20 pounds to Mary."
    version = with_notes(passage, version_between(passage, "He paid to Mary."))
    assert [each.note for each in version.hunks] == ["This takes out the number “20”."]
    moved = with_notes(passage, version_between(passage, "To Mary he paid 20 pounds."))
    assert {each.note for each in moved.hunks} == {""}


def test_sentences_cover_a_text() -> None:
    text = "One. Mr. Vale came!\n\n  “Two.” Three"
    assert [text[a:b] for a, b in sentences_of(text)] == [
        "One.", "Mr. Vale came!", "“Two.”", "Three",
    ]  # fmt: skip


@given(st.text(max_size=80), st.text(max_size=40))
def test_places_of_sentences_are_in_order_and_bare(passage: str, answer: str) -> None:
    places = sentences_of(passage)
    assert "".join(passage.split()) == "".join("".join(passage[a:b].split()) for a, b in places)
    assert all(a < b for a, b in places)
    assert set(standing_on(passage, answer)) <= set(places)


def test_an_answer_stands_on_what_it_shares_words_with() -> None:
    passage = "The lamp was lit. A boat came from the mainland. Nobody spoke."
    found = standing_on(passage, "Boats were coming from the mainland.")
    assert [passage[a:b] for a, b in found] == ["A boat came from the mainland."]
    assert standing_on(passage, "Elephants eat grass.") == ()


def test_circles_and_echoes_are_seen() -> None:
    assert goes_round("I am sorry for that. " * 3, "Something else.")
    assert not goes_round("Nevermore, nevermore. " * 3, "Nevermore, nevermore. " * 3)
    prompt = "Rewrite the input text in plain words and short sentences. Keep its meaning."
    assert repeats(f"{prompt} Now.", prompt, "A passage.")
    assert not repeats("A passage.", prompt, "A passage.")
