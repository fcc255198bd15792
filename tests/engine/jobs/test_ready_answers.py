"""Answers that were worked out ahead: whom they answer, how many are kept, and when they hold no more."""

from __future__ import annotations

from cowrite.engine.jobs.ready_answers import MOST_ANSWERS, ReadyAnswers
from cowrite.engine.messages import (
    Candidate,
    CompletionRequest,
    CompletionResult,
    Job,
    Timings,
)


def job(text: str, number: int = 1, *, document: str = "", is_private: bool = False) -> Job:
    task = CompletionRequest(before=text, is_private=is_private)
    return Job(id=number, document_id=document, task=task)


def answer(text: str) -> CompletionResult:
    return CompletionResult(
        candidates=(Candidate(text=text, logprob=-1.0),),
        model="m",
        adapter="",
        device="cpu",
        quantization="int8",
        timings=Timings(total=70.0),
        prompt_tokens=9,
        cached_tokens=4,
    )


def test_just_the_same_task_of_the_same_document_is_answered_as_often_as_it_is_asked() -> None:
    ready = ReadyAnswers()
    ready.put(job("a"), answer("x"))
    for number in (2, 3):
        found = ready.answer_to(job("a", number))
        assert isinstance(found, CompletionResult)
        assert (found.job_id, found.candidates[0].text) == (number, "x")
        assert found.timings == Timings()
        assert found.cached_tokens == 9
    assert ready.answer_to(job("ab")) is None
    assert ready.answer_to(job("a", document="other")) is None
    assert ready.answer_to(job("a", is_private=True)) is None


def test_those_that_were_not_asked_for_longest_go_first() -> None:
    ready = ReadyAnswers()
    for number in range(MOST_ANSWERS):
        ready.put(job(str(number)), answer("x"))
    assert job("0") in ready  # which is asked for now
    ready.put(job("new"), answer("x"))
    assert job("0") in ready
    assert job("1") not in ready
    assert job("new") in ready


def test_other_words_leave_what_is_private_and_another_adapter_leaves_nothing() -> None:
    ready = ReadyAnswers()
    ready.put(job("a"), answer("x"))
    ready.put(job("a", is_private=True), answer("y"))
    ready.forget_what_words_change()
    assert job("a") not in ready
    assert job("a", is_private=True) in ready
    ready.forget()
    assert job("a", is_private=True) not in ready
