"""A dictionary and a model for tests of repair that say what the test tells them to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cowrite.engine.messages import AnyResult, EditScore, EditsRequest, EditsResult, Timings
from cowrite.proposals.proposal import Proposal
from cowrite.tasks.passage.work import PassageWork


@dataclass
class Words:
    """Knows everything but ``wrong``, for which it has suggestions."""

    wrong: Mapping[str, list[str]] = field(default_factory=dict)

    def knows(self, word: str) -> bool:
        return word not in self.wrong

    def suggestions(self, word: str) -> list[str]:
        return self.wrong[word]


def answered(work: PassageWork, gain: Callable[[str], float | None]) -> list[Proposal]:
    """All proposals, the last one included; ``gain`` says of an edited text how much likelier it is."""
    shown: list[Proposal] = []
    answer: AnyResult | None = None
    while True:
        try:
            asked = work.send(answer)
        except StopIteration as end:
            return [*shown, end.value]
        answer = None
        if isinstance(asked, Proposal):
            shown.append(asked)
        else:
            assert isinstance(asked, EditsRequest)
            answer = scores(asked, gain)


def scores(asked: EditsRequest, gain: Callable[[str], float | None]) -> EditsResult:
    gains = [
        gain(asked.text[: edit.start] + edit.after + asked.text[edit.end :]) for edit in asked.edits
    ]
    return EditsResult(
        model="m",
        adapter="",
        device="cpu",
        quantization="int8",
        timings=Timings(),
        scores=tuple(
            None if each is None else EditScore(own=each, following=0.0, first=each, replaced=-each)
            for each in gains
        ),
        logprob=-60.0,
        tokens=15,
    )


def better(*texts: str) -> Callable[[str], float | None]:
    return lambda text: 15.0 if text in texts else None
