"""Damage is one place of a sentence, follows from what is drawn, and is of every kind."""

from __future__ import annotations

import random
from collections import Counter

from cowrite.personalize.joint.noise import Noise
from cowrite.personalize.joint.sentences import Sentence, paragraphs_of, sentences_of

SENTENCE = "She went to the market with their friends, and they have bought a basket of apples."
FORMS = {"went": ["go", "goes", "going", "gone"], "friends": ["friend"], "bought": ["buy", "buys"]}


def noise() -> Noise:
    return Noise(lambda word: FORMS.get(word, []))


def test_every_kind_of_damage_is_made() -> None:
    draw = random.Random(1)
    made = [noise().damaged(SENTENCE, draw) for _ in range(2000)]
    kinds = Counter(damage.kind for damage in made if damage is not None)
    assert set(kinds) == set(noise().kinds)


def test_damage_is_one_place_and_ends_where_it_says() -> None:
    draw = random.Random(2)
    for _ in range(500):
        damage = noise().damaged(SENTENCE, draw)
        if damage is None:
            continue
        assert damage.text != SENTENCE
        rest = SENTENCE[damage.end :]
        assert damage.text.endswith(rest)
        assert abs(len(damage.text) - len(SENTENCE)) < 12


def test_the_same_draw_makes_the_same_damage() -> None:
    some, others = (
        [noise().damaged(SENTENCE, draw) for _ in range(50)]
        for draw in (random.Random(3), random.Random(3))
    )
    assert some == others


def test_a_sentence_of_two_words_is_left_alone() -> None:
    draw = random.Random(4)
    assert {noise().damaged("Go away.", draw) for _ in range(50)} == {None}


def test_a_word_at_the_start_that_goes_leaves_a_capital() -> None:
    draw = random.Random(5)
    made = {noise().damaged("The cat sat down on it.", draw) for _ in range(400)}
    texts = {damage.text for damage in made if damage is not None and damage.kind == "article"}
    assert "Cat sat down on it." in texts


TEXT = (
    "Mr. Brown came home late in the evening. He said that nobody had seen it! Yes.\n\n"
    "“Why did you not come with us to the sea?” He said “I did not know that you had gone.” "
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16.\n"
)


def test_paragraphs_are_one_line_each() -> None:
    assert paragraphs_of("one\ntwo\n\n\n three ") == ["one two", "three"]


def test_sentences_are_of_ordinary_length_and_know_what_stands_before_them() -> None:
    found = list(sentences_of(TEXT))
    assert found[:2] == [
        Sentence("", "Mr. Brown came home late in the evening."),
        Sentence("Mr. Brown came home late in the evening. ", "He said that nobody had seen it!"),
    ]
    assert all(each.text.isascii() and each.text[0].isupper() for each in found)
    assert len(found) == 2
