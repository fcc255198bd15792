"""What comes of a task, as lines for people and as JSON."""

from __future__ import annotations

from typing import Any

from cowrite.engine.messages import (
    AnyResult,
    Candidate,
    CompletionResult,
    EditsRequest,
    EditsResult,
    InstructResult,
    ScoreRequest,
    ScoreResult,
    Task,
)


def result_lines(task: Task, result: AnyResult) -> list[str]:
    """The answers one after the other; of scores, the log-probability, the number of tokens and the variant."""
    match result:
        case CompletionResult():
            return [each.text for each in result.candidates]
        case InstructResult():
            return [result.candidate.text]
        case ScoreResult():
            variants = task.variants if isinstance(task, ScoreRequest) else ()
            return [
                f"{score.logprob:10.3f} {score.tokens:5d}  {variant}"
                for variant, score in zip(variants, result.scores, strict=True)
            ]
        case EditsResult():
            edits = task.edits if isinstance(task, EditsRequest) else ()
            return [
                f"{score.gain:10.3f} {edit.start:5d} {edit.end:5d}  {edit.after}"
                for edit, score in zip(edits, result.scores, strict=True)
                if score is not None
            ]


def result_json(name: str, task: Task, result: AnyResult) -> dict[str, Any]:
    """Everything: texts, tokens and natural-log probabilities, and what it took (milliseconds, tokens)."""
    return {
        "task": name,
        "model": result.model,
        "adapter": result.adapter or None,
        "device": result.device,
        "quantization": result.quantization,
        **_answer(task, result),
        "prompt_tokens": result.prompt_tokens,
        "cached_tokens": result.cached_tokens,
        "ms": {
            "prefill": round(result.timings.prefill, 2),
            "first_token": round(result.timings.first_token, 2),
            "total": round(result.timings.total, 2),
        },
    }


def _answer(task: Task, result: AnyResult) -> dict[str, Any]:
    match result:
        case CompletionResult():
            return {"candidates": [_candidate(each) for each in result.candidates]}
        case InstructResult():
            return _candidate(result.candidate)
        case ScoreResult():
            variants = task.variants if isinstance(task, ScoreRequest) else ()
            return {
                "scores": [
                    {"text": variant, "logprob": score.logprob, "tokens": score.tokens}
                    for variant, score in zip(variants, result.scores, strict=True)
                ],
                "read_tokens": result.read_tokens,
            }
        case EditsResult():
            return {
                "gains": [None if score is None else score.gain for score in result.scores],
                "logprob": result.logprob,
                "read_tokens": result.read_tokens,
            }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "text": candidate.text,
        "logprob": candidate.logprob,
        "is_cut": candidate.is_cut,
        "tokens": [{"text": each.text, "logprob": each.logprob} for each in candidate.tokens],
    }
