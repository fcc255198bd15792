"""Task files: what each task takes, and one plain sentence for what makes no sense."""

from __future__ import annotations

import json

import pytest

from cowrite.base.errors import UserError
from cowrite.engine.messages import (
    CompletionRequest,
    FillInRequest,
    InstructRequest,
    ScoreRequest,
    Task,
)
from cowrite.tasks.task_file import TASKS, is_json, task_from_json, task_from_text


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("continue", {"before": "It was"}, CompletionRequest(before="It was")),
        ("fill-in", {"before": "a", "after": "b", "seed": -7, "temperature": 1},
         FillInRequest(before="a", after="b", seed=-7, temperature=1.0)),
        ("instruct", {"user": "u", "system": "s", "stop": ["\n"], "allowed": ["a"], "banned": ["b", "c"]},
         InstructRequest(user="u", system="s", stop=("\n",), allowed=("a",), banned=("b", "c"))),
        ("score", {"variants": ["a", ""], "before": "x "}, ScoreRequest(before="x ", variants=("a", ""))),
    ],
)  # fmt: skip
def test_json_says_all_of_it(name: str, fields: dict[str, object], expected: Task) -> None:
    data = json.dumps(fields).encode()
    assert is_json(data)
    assert task_from_json(name, data) == expected


def test_a_plain_text_is_the_usual_form() -> None:
    assert not is_json(b"The {old} light")
    assert task_from_text("continue", "It was") == CompletionRequest(before="It was")
    assert task_from_text("instruct", "Do it.") == InstructRequest(user="Do it.")
    assert task_from_text("fill-in", "a [...] b") == FillInRequest(before="a ", after=" b")
    assert task_from_text("score", "a b\n\nc\n") == ScoreRequest(before="", variants=("a b", "c"))
    assert set(TASKS) == {"continue", "fill-in", "instruct", "score"}


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("continue", b"{", "not complete JSON"),
        ("continue", b"[]", "should be an object"),
        ("continue", b"{}", "“before” is missing"),
        ("continue", b'{"before": 7}', "“before” should be a text"),
        ("continue", b'{"before": "a", "beforre": ""}', "fields that are not known"),
        ("continue", b'{"before": "a", "max_words": 0}', "“max_words” is out of range"),
        ("fill-in", b'{"before": "a", "after": "b", "temperature": 9}', "“temperature” is out of range"),
        ("instruct", b'{"user": "a", "stop": [""]}', "stop.* should not be empty"),
        ("instruct", json.dumps({"user": "a", "banned": ["x"] * 1001}).encode(), "at most 1000"),
        ("score", b'{"variants": []}', "should have 1 to 5000 entries"),
        ("score", b'{"variants": "abc"}', "“variants” should be a list"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_one_plain_sentence(name: str, data: bytes, said: str) -> None:
    with pytest.raises(UserError, match=said) as told:
        task_from_json(name, data)
    assert told.value.advice


@pytest.mark.parametrize(
    ("name", "said"), [("fill-in", "no gap"), ("score", "one for each variant")]
)
def test_a_text_that_does_not_do_is_said(name: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        task_from_text(name, "  \n")
