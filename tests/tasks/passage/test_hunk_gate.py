"""Which changes of a model's answer to doubt: what is seen of one, and what the weights make of it."""

from __future__ import annotations

import pytest
from scripted_answers import proposed

from cowrite.engine.messages import EditScore, EditsRequest, EditsResult, Timings
from cowrite.proposals.proposal import Hunk, Version
from cowrite.proposals.word_diff import version_between
from cowrite.tasks.passage.hunk_gate import (
    PIECE_CHARACTERS,
    HunkGate,
    HunkSignals,
    fitted_gate,
    rated,
)
from cowrite.tasks.passage.work import PassageRequest

PASSAGE = "She go to the old school."


def score(first: float) -> EditScore:
    return EditScore(own=0.0, following=0.0, first=first, replaced=0.0)


def rate(version: Version, passage: str, *firsts: float) -> tuple[Version, list[EditsRequest]]:
    """``version`` as it is rated if the model finds its hunks so probable."""
    work = rated(version, PassageRequest(passage=passage, before="Before. "))
    asked, left = list[EditsRequest](), list(firsts)
    result = None
    while True:
        try:
            request = work.send(result)
        except StopIteration as end:
            return end.value, asked
        assert isinstance(request, EditsRequest)
        asked.append(request)
        scores, left = left[: len(request.edits)], left[len(request.edits) :]
        result = EditsResult(
            scores=tuple(map(score, scores)), logprob=-1.0, tokens=1, model="m", adapter="",
            device="cpu", quantization="none", timings=Timings(),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("hunk", "replaced", "odd", "marks"),
    [
        (Hunk(start=4, end=6, before="go", after="went"), 1, False, False),
        (Hunk(start=5, end=6, before="o", after="et"), 1, False, False),
        (Hunk(start=3, end=3, before="", after=","), 0, False, True),
        (Hunk(start=17, end=17, before="", after=" and cold"), 0, False, False),
        (Hunk(start=4, end=6, before="go", after="⁇"), 1, True, False),
    ],
)
def test_what_is_seen_of_a_change(hunk: Hunk, replaced: int, odd: bool, marks: bool) -> None:
    assert HunkSignals.of(PASSAGE, hunk, score(99.0)) == HunkSignals(
        first=10.0, replaced=replaced, has_odd_signs=odd, is_marks=marks
    )


def test_a_confidence_is_a_probability_that_grows_with_what_speaks_for_the_change() -> None:
    gate = HunkGate(0.0, (1.0, 0.0, 0.0, 0.0))
    signals = [
        HunkSignals(first=x, replaced=1, has_odd_signs=False, is_marks=False) for x in (-9, 0, 9)
    ]
    low, middle, high = map(gate.confidence, signals)
    assert 0 < low < middle == 0.5 < high < 1


def test_the_weights_that_come_along_doubt_odd_signs_and_bare_marks() -> None:
    def confidence(**seen: object) -> float:
        usual = {"first": 0.0, "replaced": 1, "has_odd_signs": False, "is_marks": False}
        return fitted_gate().confidence(HunkSignals(**{**usual, **seen}))  # type: ignore[arg-type]

    assert confidence(has_odd_signs=True) < confidence(is_marks=True, replaced=0) < confidence()
    assert confidence() < confidence(first=5.0)


def test_every_hunk_gets_one_and_those_that_had_one_keep_it() -> None:
    version = version_between(PASSAGE, "She went to the new school.")
    kept = Version(
        text=version.text,
        hunks=(
            version.hunks[0],
            Hunk(start=14, end=17, before="old", after="new", confidence=0.25),
        ),
    )
    found, (asked,) = rate(kept, PASSAGE, 8.0, 8.0)
    assert asked.before == "Before. "
    assert [each.after for each in asked.edits] == ["went", "new"]
    first, second = (each.confidence for each in found.hunks)
    assert first is not None
    assert first > 0.5
    assert second == 0.25


def test_a_long_passage_is_read_in_pieces_none_of_which_parts_a_change() -> None:
    passage = "".join(f"He go to the old school with boy number {n}. " for n in range(130))
    assert 2 * PIECE_CHARACTERS < len(passage) < 3 * PIECE_CHARACTERS
    version = version_between(passage, passage.replace("go", "went"))
    found, asked = rate(version, passage, *[1.0] * len(version.hunks))
    assert len(asked) == 3
    assert sum(len(each.edits) for each in asked) == len(version.hunks)
    assert all(each.confidence is not None for each in found.hunks)
    for each in asked:
        assert all(each.text[edit.start : edit.end] == "go" for edit in each.edits)


def test_an_answer_that_replaces_the_passage_is_rated_and_one_beside_it_is_not() -> None:
    long = "The old man, who had been a sailor, opened the door and then sat down by the fire."
    found, scripted = proposed(
        "shorten", long, "The old man opened the door and sat down by the fire."
    )
    assert len(scripted.rated) == 1
    assert all(hunk.confidence is not None for hunk in found.versions[0].hunks)
    _, scripted = proposed("summarize", long, "An old man sat down.")
    assert scripted.rated == []
