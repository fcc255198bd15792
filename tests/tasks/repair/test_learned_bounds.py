"""What was learned from the writer's decisions reaches repair."""

from __future__ import annotations

import pytest

from cowrite.engine.messages import EditScore
from cowrite.tasks.passage.work import PassageRequest
from cowrite.tasks.repair import work
from cowrite.tasks.repair.bounds import (
    EditSignals,
    RepairBounds,
    SentenceSignals,
    fitted_bounds,
)
from cowrite.tasks.repair.edits import EditKind


@pytest.mark.parametrize("given", [None, RepairBounds(offsets={"comma": 1.5})])
def test_shifts_of_the_request_are_used_unless_others_are_given(
    monkeypatch: pytest.MonkeyPatch, given: RepairBounds | None
) -> None:
    seen: list[RepairBounds] = []

    class Repairer:
        def __init__(self, _request: PassageRequest, bounds: RepairBounds) -> None:
            seen.append(bounds)

        def sentence(self, *_: object) -> tuple[str, list[object]]:
            yield from ()
            return "He goes.", []

    monkeypatch.setattr(work, "_Repairer", Repairer)
    request = PassageRequest(passage="He go.", kind_offsets={"comma": -1.0})
    list(work.repair_work(request, given))
    assert seen == [given or RepairBounds(offsets={"comma": -1.0})]


def test_a_kind_that_the_writer_leaves_is_less_probable_to_be_right() -> None:
    score = EditScore(own=2.0, following=1.0, first=1.0, replaced=-1.0)
    edit = EditSignals(kind=EditKind.COMMA, score=score, lead=1.0, is_name=False)
    sentence = SentenceSignals(words=9, unknown=0.0, surprise=4.0)
    plain, less = (
        fitted_bounds().probabilities([edit], sentence, bounds)[0]
        for bounds in (RepairBounds(), RepairBounds(offsets={"comma": -1.0}))
    )
    assert less < plain
