"""The protocol of speech-dispatcher: what is sent, and what is made of whatever comes back."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.utf16 import in_units
from cowrite.speech import ssip
from cowrite.speech.languages import Voice
from cowrite.speech.ssip import Answer, AnswerReader, Event, ProtocolError

TALK = (
    b"208 OK CLIENT NAME SET\r\n"
    b"249-English (America)\ten-us\tnone\r\n249-Mandarin\tcmn\tnone\r\n249 OK VOICE LIST SENT\r\n"
    b"225-7\r\n225 OK MESSAGE QUEUED\r\n"
    b"701-7\r\n701-1\r\n701 BEGIN\r\n"
    b"700-7\r\n700-1\r\n700-13\r\n700 INDEX MARK\r\n"
    b"702-7\r\n702-1\r\n702 END\r\n"
    b"703-8\r\n703-1\r\n703 CANCELED\r\n"
    b"408 ERR UNKNOWN\r\n"
)
TOLD = [
    Answer(208, ()),
    Answer(249, ("English (America)\ten-us\tnone", "Mandarin\tcmn\tnone")),
    Answer(225, ("7",)),
    Event("7"),
    Event("7", mark="13"),
    Event("7", has_ended=True),
    Event("8", was_cancelled=True),
    Answer(408, ()),
]


@given(st.lists(st.integers(0, len(TALK)), max_size=8))
def test_answers_come_in_pieces_of_any_size(cuts: list[int]) -> None:
    reader, told, last = AnswerReader(), list[Answer | Event](), 0
    for cut in [*sorted(cuts), len(TALK)]:
        told += reader.feed(TALK[last:cut])
        last = cut
    assert told == TOLD


def test_yes_and_no() -> None:
    assert Answer(208, ()).is_yes
    assert not Answer(408, ()).is_yes


@given(st.binary(max_size=200))
def test_nonsense_is_refused_or_told(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        list(AnswerReader().feed(data))


@pytest.mark.parametrize("data", [b"hello\n", b"x" * (ssip.LONGEST_ANSWER + 1), b"20\r\n"])
def test_what_is_no_such_service(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        list(AnswerReader().feed(data))


def test_an_answer_without_an_end() -> None:
    reader = AnswerReader()
    line = b"249-" + b"x" * 1_000_000 + b"\r\n"
    with pytest.raises(ProtocolError):
        list(reader.feed(line * 10))


def test_voices_without_those_in_disguise() -> None:
    lines = ("America\ten-us\tnone", "America+Adam\ten-us\tAdam", "a+b\tde\tnone", "odd", "\tx\ty")
    assert ssip.voices_in(lines) == (Voice("America", "en-us"), Voice("a+b", "de"))


def test_what_chooses_a_voice() -> None:
    voice = Voice("English (America)\n", "en-us")
    assert ssip.voice_commands(voice, "en_US", 100, by_name=True) == [
        "SET SELF LANGUAGE en-us",
        "SET SELF SYNTHESIS_VOICE English (America)",
        "SET SELF RATE 0",
    ]
    assert ssip.voice_commands(None, "de_DE", 200, by_name=True) == [
        "SET SELF LANGUAGE de-DE",
        "SET SELF RATE 64",
    ]
    assert ssip.voice_commands(None, "", 50, by_name=False)[0] == "SET SELF LANGUAGE en"


@pytest.mark.parametrize(
    ("percent", "rate"), [(50, -92), (75, -46), (100, 0), (300, 100), (20, -100)]
)
def test_speed(percent: int, rate: int) -> None:
    assert ssip.rate_of(percent) == rate


def test_a_name_of_a_user_is_one_word() -> None:
    assert ssip.hello("a:b c")[0] == "SET SELF CLIENT_NAME abc:cowrite:reading"
    assert ssip.hello("")[0] == "SET SELF CLIENT_NAME somebody:cowrite:reading"


def words_of(text: str) -> list[str]:
    units = in_units(text)
    return [units[start:end] for start, end in ssip.marked_text(units).words.values()]


def test_words_are_marked() -> None:
    assert words_of("“Go,” she said.") == ["Go", "she", "said"]
    assert words_of("今天天气很好。") == ["今天", "天气", "很好"]
    assert words_of("don't re-read") == ["don't", "re-read"]
    assert words_of("— and") == ["—", "and"]


@given(st.text(max_size=60))
def test_what_is_sent_is_one_line_of_xml_with_all_words(text: str) -> None:
    units = in_units(text)
    said = ssip.marked_text(units)
    body, end, rest = said.data.partition(b"\r\n.\r\n")
    assert (end, rest) == (b"\r\n.\r\n", b"")
    assert b"\n" not in body
    tree = ElementTree.fromstring(body)
    heard = "".join(tree.itertext())
    assert re.sub(r"\W", "", heard) == re.sub(
        r"\W", "", text.replace("\ufffe", "").replace("\uffff", "")
    )
    assert [mark.get("name") for mark in tree.iter("mark")] == list(said.words)
    for start, stop in said.words.values():
        assert 0 <= start < stop <= len(units)


def test_where_the_service_listens(tmp_path: Path) -> None:
    def at(**environ: str) -> str:
        return str(ssip.socket_path(environ, tmp_path))

    below = "speech-dispatcher/speechd.sock"
    assert at(SPEECHD_ADDRESS="unix_socket:/run/a.sock") == "/run/a.sock"
    assert at(XDG_RUNTIME_DIR="/run/user/1") == f"/run/user/1/{below}"
    assert at(SPEECHD_ADDRESS="inet_socket:192.0.2.1:6560", XDG_RUNTIME_DIR="/r") == f"/r/{below}"
    assert at(XDG_CACHE_HOME="/c") == f"/c/{below}"
    assert at() == f"{tmp_path}/.cache/{below}"


def test_what_starts_it() -> None:
    command = ssip.start_command(Path("/r/speechd.sock"))
    assert command[:2] == ["speech-dispatcher", "--spawn"]
    assert command[-1] == "/r/speechd.sock"
