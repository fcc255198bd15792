"""What a learning process says: read if it is ours, passed over if it is not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.personalize.learning_messages import (
    Ending,
    LearningResult,
    parse_preview,
    parse_result,
)

PREVIEW = {
    "sentence": "48,231 words of yours.",
    "own_words": 48_231,
    "decisions": 1_204,
    "documents": ["The Lake House.txt", "Letters to Ada.txt"],
    "excluded": ["Diary.txt"],
    "minutes": 38.0,
    "too_little": "",
}
RESULT = {
    "status": "kept",
    "adapter_id": "",
    "reason": "It is no better.",
    "advice": "",
    "tokens_seen": 120_000,
    "tokens_per_s": 312.5,
    "report": {"folder": "/x"},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


def test_a_result_is_read_with_what_it_needs_and_no_more() -> None:
    result = parse_result(json.dumps({"result": RESULT}))
    assert result == LearningResult(
        status=Ending.KEPT, reason="It is no better.", tokens_seen=120_000, tokens_per_s=312.5
    )
    assert parse_result('{"result": {"status": "stopped"}}') == LearningResult(
        status=Ending.STOPPED
    )


@pytest.mark.parametrize(
    "line",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"result": null}',
        '{"result": {}}',
        '{"result": {"status": "great"}}',
        '{"result": {"status": "kept", "reason": 3}}',
        '{"result": {"status": "kept", "tokens_per_s": NaN}}',
        '{"result": {"status": "kept", "tokens_seen": true}}',
        '{"phase": "reading"}',
        "[" * 100_000,
    ],
)
def test_what_is_no_result_is_none(line: str) -> None:
    assert parse_result(line) is None


@pytest.mark.parametrize("name", ["own_words", "documents", "minutes", "too_little"])
@given(value=JSON)
def test_any_value_is_read_or_refused(name: str, value: object) -> None:
    line = json.dumps({**PREVIEW, name: value})
    found = parse_preview(line)
    assert found is None or isinstance(found.documents, tuple)
    parse_result(json.dumps({"result": value}))


def test_a_preview_may_not_know_how_long() -> None:
    found = parse_preview(json.dumps({**PREVIEW, "minutes": None}))
    assert found is not None
    assert found.minutes is None
    assert found.excluded == ("Diary.txt",)
    assert parse_preview(json.dumps({"sentence": "x"})) is None


def test_what_is_written_is_what_is_read() -> None:
    result = LearningResult(
        status=Ending.FAILED, reason="It is full.", advice="Free up disk space."
    )
    assert parse_result(json.dumps({"result": result.to_json()})) == result
    preview = parse_preview(json.dumps(PREVIEW))
    assert preview is not None
    assert parse_preview(json.dumps(preview.to_json())) == preview
