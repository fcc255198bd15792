"""Two ways of looking at one text ask the engine once, unless something else was learned meanwhile."""

from __future__ import annotations

from known_answers import answering

from cowrite.cli.simulation.remembered import RememberedAnswers
from cowrite.engine.messages import CompletionRequest, CompletionResult


def test_the_engine_is_asked_once_and_taught_only_before_it_is_asked() -> None:
    said: list[str] = []

    def answer(request: CompletionRequest) -> CompletionResult:
        said.append(f"asked {request.before}")
        return answering(lambda before: f"{before} on")(request)

    answers = RememberedAnswers(answer, lambda _, text: said.append(f"taught {text}"))
    one, other = CompletionRequest(before="a"), CompletionRequest(before="b")
    answers.learn("d", "first")
    answers.learn("d", "second")
    assert answers(one) is answers(one)
    answers(other)
    answers.learn("d", "third")
    answers(one)
    answers.learn("d", "second")
    answers(other)
    assert said == ["taught second", "asked a", "asked b", "taught third", "asked a"]
