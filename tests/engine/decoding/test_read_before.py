"""What is remembered of a place of a text, for how long, and how much of it."""

from __future__ import annotations

import torch

from cowrite.engine.decoding.read_before import (
    LEAST_PLACES,
    MOST_BYTES,
    MOST_TOKENS_FURTHER,
    ReadBefore,
)

TEXT = [5, 6, 7, 8]


def scores(number: float, size: int = 4) -> torch.Tensor:
    return torch.full((size,), number)


def known_after(read: ReadBefore, tokens: list[int]) -> float | None:
    found = read.after(tokens)
    return None if found is None else float(found.logits[0])


def begun() -> ReadBefore:
    read = ReadBefore()
    read.begin(TEXT)
    read.put(TEXT, scores(0.0), None)
    read.put([*TEXT, 1], scores(1.0), None)
    read.put([*TEXT, 1, 2], scores(2.0), None)
    return read


def test_it_is_known_by_all_tokens_since_the_beginning() -> None:
    read = begun()
    assert known_after(read, TEXT) == 0.0
    assert known_after(read, [*TEXT, 1, 2]) == 2.0
    assert known_after(read, [*TEXT, 2]) is None
    assert known_after(read, TEXT[:2]) is None


def test_what_was_put_in_may_be_written_into_afterwards() -> None:
    read, given = begun(), scores(3.0)
    read.put([*TEXT, 3], given, None)
    given.zero_()
    assert known_after(read, [*TEXT, 3]) == 3.0


def test_a_later_beginning_near_by_keeps_what_is_known_of_the_earlier_one() -> None:
    read = begun()
    read.begin([*TEXT, 1])
    assert known_after(read, TEXT) == 0.0
    assert known_after(read, [*TEXT, 1, 2]) == 2.0


def test_one_far_off_keeps_nothing() -> None:
    read = begun()
    far = [*TEXT, *range(1, MOST_TOKENS_FURTHER + 1)]
    read.put(far, scores(9.0), None)
    read.put([*far, 3], scores(10.0), None)
    assert known_after(read, [*far, 3]) is None  # too far off to be remembered
    further = [*far, 3]
    read.begin(further)
    read.put(further, scores(11.0), None)
    assert known_after(read, TEXT) is None
    assert known_after(read, further) == 11.0


def test_a_change_before_the_beginning_ends_all_and_one_after_it_nothing() -> None:
    read = begun()
    read.keep(len(TEXT))
    assert known_after(read, [*TEXT, 1]) == 1.0
    read.keep(len(TEXT) - 1)
    assert known_after(read, [*TEXT, 1]) is None


def test_it_takes_no_more_memory_than_it_may_and_forgets_first_what_was_not_asked_for() -> None:
    read = ReadBefore()
    read.begin(TEXT)
    size = MOST_BYTES // 4 // 10  # so large that ten fit
    for number in range(20):
        read.put([*TEXT, number], scores(float(number), size), None)
        assert known_after(read, [*TEXT, 0]) == 0.0
    kept = [number for number in range(20) if read.after([*TEXT, number]) is not None]
    assert kept == [0, *range(11, 20)]


def test_a_few_places_are_remembered_however_large_the_vocabulary_is() -> None:
    read = ReadBefore()
    read.begin(TEXT)
    for number in range(12):
        read.put([*TEXT, number], scores(float(number), MOST_BYTES // 8), None)
    kept = [number for number in range(12) if read.after([*TEXT, number]) is not None]
    assert kept == list(range(12 - LEAST_PLACES, 12))


def test_a_copy_has_a_life_of_its_own() -> None:
    read = begun()
    copied = read.copy()
    read.forget()
    assert known_after(copied, [*TEXT, 1]) == 1.0
