"""Two ways of looking at one text ask the engine once, unless something else was learned meanwhile."""

from __future__ import annotations

from known_answers import answering

from cowrite.engine.messages import CompletionRequest, CompletionResult
from cowrite.suggest.simulation.remembered_answers import RememberedAnswers


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


def test_nothing_is_kept_of_a_text_that_is_over() -> None:
    said: list[str] = []

    def answer(request: CompletionRequest) -> CompletionResult:
        said.append(f"asked {request.before}")
        return answering(lambda before: f"{before} on")(request)

    answers = RememberedAnswers(answer, lambda name, text: said.append(f"taught {name} {text}"))
    answers.learn("d", "first")
    answers(CompletionRequest(before="a"))
    answers.forget()
    answers.learn("d", "first")
    answers(CompletionRequest(before="a"))
    assert said == ["taught d first", "asked a", "taught d ", "taught d first", "asked a"]
