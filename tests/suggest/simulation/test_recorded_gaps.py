"""Gaps are replayed word after word where such a word began, scaled to a speed; every typist is another writer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.cli.simulation.recorded_typist import recorded_sessions
from cowrite.suggest.filter.key_places import KeyPlace, place_of_key
from cowrite.suggest.simulation.recorded_gaps import (
    GapReplay,
    RecordedSession,
    WordGaps,
    mean_gap_ms,
    scale_to_wpm,
    sessions_from,
)


@pytest.mark.parametrize(
    ("before", "character", "place"),
    [
        ("", "T", KeyPlace.PARAGRAPH),
        ("It ended.\n", "T", KeyPlace.PARAGRAPH),
        ("It ended.\n\n", "“", KeyPlace.PARAGRAPH),
        ("It ended. ", "T", KeyPlace.SENTENCE),
        ("“It ended.” ", "T", KeyPlace.SENTENCE),
        ("It was Mr. ", "K", KeyPlace.OTHER),
        ("a drum. ", "K", KeyPlace.SENTENCE),
        ("It ended, ", "t", KeyPlace.CLAUSE),
        ("It ended -- ", "t", KeyPlace.CLAUSE),
        ("It ", "e", KeyPlace.OTHER),
        ("It e", "n", KeyPlace.WITHIN),
        ("don'", "t", KeyPlace.WITHIN),
        ("“", "I", KeyPlace.WITHIN),
        ("It ended", ".", KeyPlace.MARK),
        ("It ended.", " ", KeyPlace.MARK),
        ("", " ", KeyPlace.MARK),
    ],
)
def test_where_a_key_stands(before: str, character: str, place: KeyPlace) -> None:
    assert place_of_key(before, character) is place


def word(place: KeyPlace, first: float, *within: float, mark: float = 5.0) -> WordGaps:
    return WordGaps(place=place, first=first, within=within, marks=(mark,))


SESSION = RecordedSession(
    writer="a",
    words=(
        word(KeyPlace.SENTENCE, 900.0, 10.0),
        word(KeyPlace.OTHER, 100.0, 11.0, 12.0),
        word(KeyPlace.CLAUSE, 400.0, 13.0),
        word(KeyPlace.OTHER, 200.0, 14.0),
    ),
)


def gaps_of(text: str, sessions: tuple[RecordedSession, ...] = (SESSION,)) -> list[float]:
    replay = GapReplay(sessions, 1.0)
    return [replay.gap_ms(text[:at], text[at]) for at in range(len(text))]


def test_words_follow_each_other_as_they_were_typed() -> None:
    assert gaps_of("It, at") == [900.0, 10.0, 5.0, 5.0, 400.0, 13.0]


def test_a_long_word_goes_on_with_the_gaps_of_the_next_ones() -> None:
    assert gaps_of("Iwww") == [900.0, 10.0, 11.0, 12.0]


def test_a_place_that_was_never_recorded_takes_the_one_most_like_it() -> None:
    only = RecordedSession(writer="a", words=(word(KeyPlace.OTHER, 100.0, 11.0),))
    assert gaps_of("It. At", (only,))[4] == 100.0


def test_typists_are_writers_in_turn_and_each_begins_with_another_session() -> None:
    sessions = tuple(
        RecordedSession(writer=writer, words=(word(KeyPlace.OTHER, number),))
        for number, writer in enumerate("aabb")
    )
    firsts = [sessions_from(seed, sessions)[0] for seed in range(4)]
    assert [each.writer for each in firsts] == ["a", "b", "a", "b"]
    assert len(set(firsts)) == 4


@given(wpm=st.floats(10, 200))
def test_the_scale_makes_the_mean_that_of_the_speed(wpm: float) -> None:
    mean = mean_gap_ms((SESSION,)) * scale_to_wpm((SESSION,), wpm)
    assert mean == pytest.approx(12_000 / wpm)


def test_the_bundled_table_is_of_four_writers_at_human_speed() -> None:
    sessions = recorded_sessions()
    assert len({each.writer for each in sessions}) == 4
    assert len(sessions) == 20
    assert 200 < mean_gap_ms(sessions) < 300
    assert {word.place for each in sessions for word in each.words} == {
        place for place in KeyPlace if place.begins_word
    }
