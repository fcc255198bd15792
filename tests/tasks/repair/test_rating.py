"""Of changes that exclude each other one is left; and what the fitted bounds make of a change."""

from __future__ import annotations

import json

from cowrite.engine.messages import EditScore
from cowrite.settings.resources import resource_path
from cowrite.tasks.repair.bounds import (
    EditSignals,
    RepairBounds,
    SentenceSignals,
    fitted_bounds,
)
from cowrite.tasks.repair.edits import Edit, EditKind
from cowrite.tasks.repair.rating import contenders

TEXT = "He saw teh lamp of Marthe."
SENTENCE = SentenceSignals(words=6, unknown=0.0, surprise=4.0)


def score(gain: float) -> EditScore:
    return EditScore(own=gain, following=0.0, first=gain, replaced=-gain - 3)


def signals(kind: EditKind, gain: float) -> EditSignals:
    return EditSignals(kind=kind, score=score(gain), lead=4.0, is_name=False)


def test_the_best_of_those_at_one_place_is_left_with_its_lead() -> None:
    edits = [
        Edit(7, 10, "the", EditKind.SPELLING),
        Edit(7, 10, "ten", EditKind.SPELLING),
        Edit(0, 2, "She", EditKind.WORD),
        Edit(11, 15, "lamps", EditKind.NUMBER),
    ]
    found = contenders(TEXT, edits, [score(9), score(8), score(1), None])
    assert [(each.edit.after, each.signals.lead) for each in found] == [("the", 1.0), ("She", 20.0)]


def test_a_nearer_word_is_worth_more_than_a_slightly_likelier_one() -> None:
    edits = [Edit(7, 10, "the", EditKind.SPELLING), Edit(7, 10, "their", EditKind.SPELLING)]
    found = contenders(TEXT, edits, [score(8), score(9)])
    assert [each.edit.after for each in found] == ["the"]


def test_what_gains_nothing_is_left_out_and_names_are_told() -> None:
    edits = [Edit(19, 25, "Martha", EditKind.SPELLING), Edit(0, 2, "She", EditKind.WORD)]
    found = contenders(TEXT, edits, [score(5), score(-1)])
    assert [each.signals.is_name for each in found] == [True]


def test_more_gain_is_more_probable_and_so_is_a_sentence_with_other_faults() -> None:
    fitted, none = fitted_bounds(), RepairBounds()
    low, high = fitted.probabilities(
        [signals(EditKind.ARTICLE, 1), signals(EditKind.ARTICLE, 9)], SENTENCE, none
    )
    assert low < high
    alone = fitted.probabilities([signals(EditKind.NUMBER, 4)], SENTENCE, none)[0]
    among = fitted.probabilities([signals(EditKind.NUMBER, 4)], SENTENCE, none, mended=2.0)[0]
    assert alone < among


def test_shifts_move_the_odds_of_their_kind_only() -> None:
    fitted, edits = fitted_bounds(), [signals(EditKind.COMMA, 4), signals(EditKind.SPELLING, 4)]
    usual = fitted.probabilities(edits, SENTENCE, RepairBounds())
    shifted = fitted.probabilities(
        edits, SENTENCE, RepairBounds(offsets={EditKind.COMMA.value: 2.0})
    )
    assert shifted[0] > usual[0]
    assert shifted[1] == usual[1]


def test_the_fitted_numbers_know_every_kind() -> None:
    values = json.loads(resource_path("repair_bounds.json").read_text("utf-8"))
    for name in ("alone", "together"):
        assert set(values[name]["kinds"]) == {kind.value for kind in EditKind}
