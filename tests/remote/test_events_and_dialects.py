"""What servers stream, cut anywhere; and what is in it, whatever they call it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_server import SURE, llama_cpp, openai_lists, openai_objects

from cowrite.remote.dialects import Chunk, chunk_of, error_text, model_names, read_chunk
from cowrite.remote.events import EventReader


@given(
    st.lists(st.text(st.characters(exclude_characters="\r\n", codec="utf-8")), max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.data(),
)
def test_events_are_the_same_however_they_are_cut(
    texts: list[str], end: str, data: st.DataObject
) -> None:
    stream = "".join(f": note{end}data: {text}{end}{end}" for text in texts).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    reader, found = EventReader(), list[str]()
    for start, stop in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += reader.feed(stream[start:stop])
    found += reader.end()
    assert found == texts


@given(st.binary(max_size=200))
def test_any_bytes_are_events_or_none(received: bytes) -> None:
    reader = EventReader()
    assert all(isinstance(each, str) for each in [*reader.feed(received), *reader.end()])


def test_an_event_without_an_empty_line_after_it() -> None:
    reader = EventReader()
    assert reader.feed(b"data: a\ndata: b") == []
    assert reader.end() == ["a\nb"]


@pytest.mark.parametrize("form", [openai_lists, openai_objects, llama_cpp])
def test_probabilities_in_every_form(form: Any) -> None:
    (piece,) = chunk_of({"choices": [{"text": " was", **form(" was")}]}).pieces
    assert piece.text == " was"
    assert piece.logprob == pytest.approx(SURE)
    assert piece.others[" never"] == pytest.approx(-4.0)


def test_several_tokens_at_once_stay_several_where_they_write_the_text() -> None:
    both = {"tokens": [" a", "b"], "token_logprobs": [-1.0, -2.0], "top_logprobs": None}
    pieces = chunk_of({"choices": [{"text": " ab", "logprobs": both}]}).pieces
    assert [each.text for each in pieces] == [" a", "b"]
    (held,) = chunk_of({"choices": [{"text": " a", "logprobs": both}]}).pieces
    assert held.logprob == -3.0


def test_the_first_value_of_vllm_is_null() -> None:
    first = {"tokens": ["a"], "token_logprobs": [None], "top_logprobs": [None]}
    (piece,) = chunk_of({"choices": [{"text": "a", "logprobs": first}]}).pieces
    assert piece.logprob is None


def test_the_end_is_no_chunk_and_a_count_of_tokens_is_an_empty_one() -> None:
    assert read_chunk("[DONE]") is None
    assert chunk_of({"choices": [], "usage": {}}) == Chunk()


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["choices", "text", "delta", "content", "logprobs", "tokens", "token_logprobs", "error",
             "top_logprobs", "token", "logprob", "message", "finish_reason", "data", "id", "prob"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(_JSON)
def test_any_json_is_a_chunk_or_refused(value: object) -> None:
    for read in (chunk_of, model_names):
        try:
            read(value)
        except ValueError:
            continue
    assert isinstance(error_text(value), str)


def test_names_of_models() -> None:
    assert model_names({"data": [{"id": "a"}, {"id": "a"}, {"name": "b"}, 3]}) == ("a", "b")
    assert model_names(json.loads('{"models": [{"name": "c"}]}')) == ("c",)
