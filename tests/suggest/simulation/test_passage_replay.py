"""Keys saved in passages: the same passages have the same typists, and nothing is worked out twice."""

from __future__ import annotations

from collections import Counter

import pytest
from test_living_typist import SLOW, TEXT, UNEVEN, answering, session

from cowrite.engine.messages import CompletionRequest, CompletionResult
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.living_typist import Hands
from cowrite.suggest.simulation.passage_replay import FASTEST_WPM, SLOWEST_WPM, keys_saved, wpm_of

PASSAGES = [("", TEXT), ("One. ", f"{TEXT} {TEXT}")]


class Engine:
    """Answers as ``go_on`` says, and counts what was asked after which text had been learned."""

    def __init__(self, *, right: bool = True) -> None:
        self.learned = ""
        self.asked: Counter[tuple[str, CompletionRequest]] = Counter()
        self._right = right

    def answer(self, request: CompletionRequest) -> CompletionResult:
        self.asked[self.learned, request] += 1
        return answering(self._go_on)(request)

    def learn(self, document: str, text: str) -> None:
        assert document == "simulated"
        self.learned = text

    def _go_on(self, before: str) -> str:
        for start, target in PASSAGES[::-1]:
            whole = start + target
            if whole.startswith(before):
                rest = " ".join(whole[len(before) :].split(" ")[:3])
                return rest if self._right else "xylophone " + rest
        return ""


def saved_by(engine: Engine, hands: Hands, **more: int) -> list[float]:
    return keys_saved(
        PASSAGES,
        hands=hands,
        settings=SuggestSettings(),
        answer=engine.answer,
        learn=engine.learn,
        **more,
    )


def test_what_is_right_saves_keys_and_what_is_wrong_costs_some() -> None:
    hands = Hands(sessions=SLOW)
    right, wrong = saved_by(Engine(), hands), saved_by(Engine(right=False), hands)
    assert len(right) == len(PASSAGES)
    assert all(each > 10 for each in right)
    assert all(each < 0 for each in wrong)


def test_each_answer_is_worked_out_once_and_what_was_learned_is_forgotten() -> None:
    engine = Engine()
    first = saved_by(engine, Hands(sessions=UNEVEN), typists=6)
    assert set(engine.asked.values()) == {1}
    assert engine.learned == ""
    assert saved_by(Engine(), Hands(sessions=UNEVEN), typists=6) == first


def test_more_typists_ask_little_more() -> None:
    """Without the answers of the others, six would ask six times as much as one."""
    counts = []
    for typists in (1, 6):
        engine = Engine()
        saved_by(engine, Hands(sessions=UNEVEN), typists=typists)
        counts.append(engine.asked.total())
    assert counts[1] < 3 * counts[0]


def test_a_speed_comes_from_the_median_between_keys() -> None:
    even = (session(200.0, 200.0),)
    assert wpm_of(200.0, even) == pytest.approx(60.0)
    assert wpm_of(400.0, even) == pytest.approx(30.0)
    assert wpm_of(1.0, even) == FASTEST_WPM
    assert wpm_of(2_000.0, even) == SLOWEST_WPM
    with pytest.raises(ValueError, match="no gaps"):
        wpm_of(200.0, ())
