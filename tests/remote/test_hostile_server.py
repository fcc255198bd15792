"""Servers that mean harm or are broken: whatever they send, it ends soon, in a sentence, and without filling memory."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import tracemalloc
from collections.abc import Iterator

import pytest
from scripted_server import Script, openai_objects, serving

from cowrite.engine.messages import CompletionRequest, InstructRequest
from cowrite.remote.address import Address, Place, Reach, locate
from cowrite.remote.asking import Asker
from cowrite.remote.client import ServerClient, ServerError
from cowrite.remote.dialects import chunk_of, model_names
from cowrite.remote.events import EventReader, TooLongError

MOST_MEMORY = 60_000_000
INSTRUCTION = InstructRequest(user="It was", max_tokens=20)


async def asked(
    url: str, *, read_s: float = 5.0, silent_s: float = 5.0, numbers: tuple[str, ...] = ()
) -> str:
    """What the server answers to an instruction."""
    place = locate(Address.parse(url))
    place = Place(place.address, numbers or place.numbers, Reach.THIS_MACHINE)
    client = ServerClient(place, read_s=read_s, silent_s=silent_s)
    try:
        return (await Asker(client, "m").instruct(INSTRUCTION, lambda _: None)).text
    finally:
        await client.close()


def refused(script: Script, **limits: float) -> str:
    """The sentence that comes of asking the server."""
    with serving(script) as url, pytest.raises(ServerError) as caught:
        asyncio.run(asked(url, **limits))  # type: ignore[arg-type]
    return str(caught.value)


def event(text: str) -> bytes:
    return f"data: {json.dumps({'choices': [{'delta': {'content': text}}]})}\n\n".encode()


def without_end(part: bytes, pause_s: float = 0.0) -> Iterator[bytes]:
    while True:
        yield part
        time.sleep(pause_s)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        pytest.param(event("word ") * 100, "writes on and on", id="words"),
        pytest.param(event("") * 100, "does not answer in time", id="empty events"),
        pytest.param(b": alive\n\n" * 100, "does not answer in time", id="comments"),
        pytest.param(b"x" * 65_536, "makes no sense", id="one line"),
        pytest.param(b"data: " + b"y" * 65_530 + b"\n", "makes no sense", id="one event"),
        pytest.param(b"data:\n" * 10_000, "makes no sense", id="empty lines of one event"),
    ],
)
def test_a_stream_without_end_is_left(part: bytes, said: str) -> None:
    tracemalloc.start()
    try:
        silent_s = 0.5 if "in time" in said else 60.0
        assert said in refused(Script(raw=lambda: without_end(part)), silent_s=silent_s)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_a_slow_drip_is_left() -> None:
    script = Script(raw=lambda: without_end(b":\n", 0.05))
    assert "does not answer in time" in refused(script, silent_s=0.4)


def test_an_answer_that_drips_without_streaming_is_left() -> None:
    script = Script(raw=lambda: without_end(b" ", 0.05), content_type="application/json")
    assert "does not answer in time" in refused(script, silent_s=0.4)


@pytest.mark.parametrize("content_type", ["text/event-stream", "application/json"])
def test_a_packed_answer_is_not_unpacked(content_type: str) -> None:
    bomb = gzip.compress(bytes(64_000_000))
    script = Script(raw=bomb, content_type=content_type, encoding="gzip")
    tracemalloc.start()
    try:
        assert "makes no sense" in refused(script)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_a_web_page_is_no_answer() -> None:
    page = Script(raw=b"<!doctype html><h1>Log in</h1>", content_type="text/html; charset=utf-8")
    assert "makes no sense" in refused(page)


def test_the_models_of_a_web_page() -> None:
    async def models(url: str) -> tuple[str, ...]:
        client = ServerClient(locate(Address.parse(url)))
        try:
            return await client.models()
        finally:
            await client.close()

    with serving(Script(models_body=b"<html>")) as url, pytest.raises(ServerError) as caught:
        asyncio.run(models(url))
    assert "makes no sense" in str(caught.value)


def test_an_answer_in_another_encoding_is_said_to_be_unreadable() -> None:
    garbled = event("x").replace(b"x", "Größe".encode("latin-1"))
    assert "characters that cannot be read" in refused(Script(raw=garbled))


def test_marks_that_turn_the_text_around_and_signs_of_terminals_are_left_out() -> None:
    text = "a\u202eb\u2066c\x1b[31m\x00d\r\ne\tf\u200f"
    (piece,) = chunk_of({"choices": [{"text": text, **openai_objects(text)}]}).pieces
    assert piece.text == "abc[31md\ne\tf\u200f"
    assert piece.logprob is not None
    assert piece.text in piece.others


@pytest.mark.parametrize(
    "token",
    [
        {"token": "a", "logprob": 800.0},
        {"token": "a", "logprob": 10**400},
        {"token": "a", "prob": -1},
        {"token": "a", "prob": 2},
        {"token": "a", "top_logprobs": 5},
    ],
)
def test_nothing_is_more_probable_than_certain(token: dict[str, object]) -> None:
    (piece,) = chunk_of({"choices": [{"text": "a", "logprobs": {"content": [token]}}]}).pieces
    assert piece.logprob is None or piece.logprob <= 0


@pytest.mark.parametrize("lists", [{"tokens": 3}, {"tokens": ["a"], "token_logprobs": 7}])
def test_lists_that_are_none(lists: dict[str, object]) -> None:
    assert chunk_of({"choices": [{"text": "a", "logprobs": lists}]}).pieces[0].text == "a"


def test_names_of_models_have_bounds() -> None:
    names = [{"id": f"m{number}"} for number in range(5_000)]
    assert len(model_names({"data": [{"id": "x" * 1_000}, *names]})) == 1_000


def test_the_lines_of_one_event_count_even_if_they_are_empty() -> None:
    reader = EventReader()
    reader.feed(b"data:\n" * 20_000)
    with pytest.raises(TooLongError):
        reader.feed(b"data:\n" * 30_000)


def test_the_first_number_at_which_somebody_listens_is_used() -> None:
    with serving(Script()) as url:
        assert asyncio.run(asked(url, numbers=("127.0.0.9", "127.0.0.1")))


def test_a_passage_without_end_too() -> None:
    async def passage(url: str) -> None:
        client = ServerClient(locate(Address.parse(url)), silent_s=0.4)
        request = CompletionRequest(before="It was", max_tokens=20, max_words=500, multiline=True)
        try:
            await Asker(client, "m").passage(request, lambda _: None)
        finally:
            await client.close()

    script = Script(raw=lambda: without_end(b"data: {}\n\n"))
    with serving(script) as url, pytest.raises(ServerError) as caught:
        asyncio.run(passage(url))
    assert "does not answer in time" in str(caught.value)
