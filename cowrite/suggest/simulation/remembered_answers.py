"""Answers that are asked for again are not computed again: several typists of one text ask mostly the same."""

from __future__ import annotations

from cowrite.engine.messages import CompletionRequest, CompletionResult
from cowrite.suggest.simulation.living_typist import Learn
from cowrite.suggest.simulation.simulated_engine import Answer


class RememberedAnswers:
    """Answers of ``answer``, kept under the request and what had been learned when it was asked first."""

    def __init__(self, answer: Answer, learn: Learn) -> None:
        self._answer = answer
        self._learn = learn
        self._document, self._text = "", ""
        self._told: tuple[str, str] | None = None
        self._known: dict[tuple[CompletionRequest, int], CompletionResult] = {}

    def learn(self, document_id: str, text: str) -> None:
        """The engine is told when it is asked next."""
        self._document, self._text = document_id, text

    def __call__(self, request: CompletionRequest) -> CompletionResult:
        """The answer, computed at the first time."""
        key = (request, hash(self._text))
        if key not in self._known:
            if self._told != (self._document, self._text):
                self._learn(self._document, self._text)
                self._told = (self._document, self._text)
            self._known[key] = self._answer(request)
        return self._known[key]

    def forget(self) -> None:
        """Another text begins, of which nothing was asked: keep no answers and have the engine know no words."""
        self._known.clear()
        self._learn(self._document, "")
        self._text, self._told = "", None
