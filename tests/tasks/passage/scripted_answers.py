"""A model that follows a script: what it was asked, and the answers that it gives in turn."""

from __future__ import annotations

from collections.abc import Iterable

from cowrite.engine.messages import (
    AnyResult,
    Candidate,
    CompletionRequest,
    CompletionResult,
    EditScore,
    EditsRequest,
    EditsResult,
    InstructRequest,
    InstructResult,
    Task,
    Timings,
)
from cowrite.proposals.proposal import Proposal
from cowrite.tasks.passage.registry import PASSAGE_TASKS
from cowrite.tasks.passage.running import run_work
from cowrite.tasks.passage.work import PassageRequest

ABOUT = {"model": "scripted", "adapter": "", "device": "cpu", "quantization": "none", "timings": Timings()}  # fmt: skip


class Scripted:
    """Answers tasks with ``answers`` in turn, the last of them again and again; a text that ends with “⋯” is cut."""

    def __init__(self, answers: Iterable[str]) -> None:
        self._answers = list(answers)
        self.asked: list[Task] = []
        self.rated: list[EditsRequest] = []

    def __call__(self, task: Task) -> AnyResult:
        if isinstance(task, EditsRequest):
            self.rated.append(task)
            undecided = EditScore(own=0.0, following=0.0, first=0.0, replaced=0.0)
            scores = (undecided,) * len(task.edits)
            return EditsResult(scores=scores, logprob=-1.0, tokens=1, **ABOUT)  # type: ignore[arg-type]
        text = self._answers[min(len(self.asked), len(self._answers) - 1)]
        self.asked.append(task)
        candidate = Candidate(text=text.removesuffix("⋯"), logprob=-1.0, is_cut=text.endswith("⋯"))
        if isinstance(task, CompletionRequest):
            return CompletionResult(candidates=(candidate,), **ABOUT)  # type: ignore[arg-type]
        assert isinstance(task, InstructRequest)
        return InstructResult(candidate=candidate, **ABOUT)  # type: ignore[arg-type]


def proposed(
    name: str, passage: str, *answers: str, instruction: str = "", versions: int = 1
) -> tuple[Proposal, Scripted]:
    """What becomes of ``passage`` if the model gives these answers."""
    scripted = Scripted(answers or [""])
    request = PassageRequest(passage=passage, instruction=instruction, versions=versions)
    return run_work(PASSAGE_TASKS[name].work(request), scripted), scripted
