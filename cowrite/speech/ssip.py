"""The protocol of speech-dispatcher, which reads aloud on Linux: what is sent, and what its answers and events mean.

Source: "Speech Synthesis Interface Protocol", the manual of speech-dispatcher, and what version 0.11.4 answers. Opens
nothing: it works on bytes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

from cowrite.base.utf16 import from_units, half_pairs_replaced
from cowrite.base.words import is_unspaced, starts_without_space
from cowrite.speech.languages import Voice

LIST_VOICES = "LIST SYNTHESIS_VOICES"
CANCEL = "CANCEL SELF"
READY_FOR_TEXT = 230
QUEUED = 225
LONGEST_ANSWER = 8_000_000
"""Bytes of one answer at most; the list of voices of a service that knows 130 languages has half a million."""
_LINE = re.compile(rb"(\d{3})([- ])(.*)")
_RUN = re.compile(r"\S+")
_UNREADABLE = re.compile("[^\t\n\r -\ud7ff\ud800-\udfff\ue000-\ufffd]")
_BEGIN, _END, _CANCELLED, _MARK = 701, 702, 703, 700
_NORMAL_WORDS_A_MINUTE, _FEWEST, _MOST = 175.0, 80.0, 450.0


class ProtocolError(Exception):
    """The service says what no such service says."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service says of a command: 200 to 299 is yes. ``lines`` are what it has to tell, without the last."""

    code: int
    lines: tuple[str, ...]

    @property
    def is_yes(self) -> bool:
        """Whether it did what it was told."""
        return 200 <= self.code < 300


@dataclass(frozen=True, slots=True)
class Event:
    """What happens to the text with the service's number ``message``; ``mark`` names a place in it that is reached."""

    message: str
    has_ended: bool = False
    was_cancelled: bool = False
    mark: str | None = None


class AnswerReader:
    """Takes bytes as they come, and gives whole answers and events."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[str] = []
        self._size = 0

    def feed(self, data: bytes) -> Iterator[Answer | Event]:
        """What is complete with ``data``. Raises ProtocolError."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_ANSWER:
            raise ProtocolError("an endless line")
        for line in lines:
            match = _LINE.fullmatch(line.rstrip(b"\r"))
            if match is None:
                raise ProtocolError("a line without a number")
            self._size += len(line)
            if self._size > LONGEST_ANSWER:
                raise ProtocolError("an endless answer")
            if match[2] == b"-":
                self._lines.append(match[3].decode("utf-8", "replace"))
                continue
            told, self._lines, self._size = tuple(self._lines), [], 0
            yield _told(int(match[1]), told)


def _told(code: int, lines: tuple[str, ...]) -> Answer | Event:
    if not 700 <= code < 800:
        return Answer(code, lines)
    return Event(
        message=lines[0] if lines else "",
        has_ended=code == _END,
        was_cancelled=code == _CANCELLED,
        mark=lines[2] if code == _MARK and len(lines) > 2 else None,
    )


def hello(user: str) -> list[str]:
    """The commands with which a connection begins."""
    name = re.sub(r"[^\w-]", "", user) or "somebody"
    return [
        f"SET SELF CLIENT_NAME {name}:cowrite:reading",
        "SET SELF NOTIFICATION ALL ON",
        "SET SELF SSML_MODE ON",
        "SET SELF PRIORITY text",
    ]


def voices_in(lines: Sequence[str]) -> tuple[Voice, ...]:
    """The voices that the answer to LIST SYNTHESIS_VOICES names, without those that only disguise another one."""
    rows = [line.split("\t") for line in lines]
    voices = [Voice(row[0], row[1]) for row in rows if len(row) > 1 and row[0] and row[1]]
    names = {voice.name for voice in voices}
    return tuple(
        voice
        for voice in dict.fromkeys(voices)
        if "+" not in voice.name or voice.name.partition("+")[0] not in names
    )


def voice_commands(
    voice: Voice | None, language: str, speed_percent: int, *, by_name: bool
) -> list[str]:
    """What makes the next text be read in that language, by ``voice`` itself if ``by_name``."""
    called = voice.language if voice is not None else language.replace("_", "-")
    chosen = [f"SET SELF LANGUAGE {_one_word(called)}"]
    if voice is not None and by_name:
        chosen.append(f"SET SELF SYNTHESIS_VOICE {_one_line(voice.name)}")
    return [*chosen, f"SET SELF RATE {rate_of(speed_percent)}"]


def rate_of(speed_percent: int) -> int:
    """The service's rate, -100 to 100, for a share of the usual speed; its ends are 80 and 450 words a minute."""
    words = _NORMAL_WORDS_A_MINUTE * speed_percent / 100
    usual = _NORMAL_WORDS_A_MINUTE
    side = (_MOST - usual) if words >= usual else (usual - _FEWEST)
    return max(-100, min(100, round(100 * (words - usual) / side)))


@dataclass(frozen=True, slots=True)
class MarkedText:
    """What is sent after SPEAK, and of each mark in it from which unit of the text to which its word goes."""

    data: bytes
    words: Mapping[str, tuple[int, int]]


def marked_text(text: str) -> MarkedText:
    """``text``, in UTF-16 units, with a mark before each word."""
    parts, words, at = ["<speak>"], {}, 0
    for start, end in _words(text):
        name = str(start)
        words[name] = _core(text, start, end)
        parts += (_plain(text[at:start]), f'<mark name="{name}"/>', _plain(text[start:end]))
        at = end
    parts += (_plain(text[at:]), "</speak>")
    # One line for all of it, so that no line of it can be the dot that ends the text.
    return MarkedText("".join(parts).encode() + b"\r\n.\r\n", words)


def _words(text: str) -> Iterator[tuple[int, int]]:
    for match in _RUN.finditer(text):
        run = match.group()
        inner = starts_without_space(run) if is_unspaced(run) else ()
        for first, last in pairwise(sorted({0, len(run), *inner})):
            yield match.start() + first, match.start() + last


def _core(text: str, start: int, end: int) -> tuple[int, int]:
    """A word without the quotation marks and points around it."""
    while end > start + 1 and _is_sign(text[end - 1]):
        end -= 1
    while start < end - 1 and _is_sign(text[start]):
        start += 1
    return start, end


def _is_sign(unit: str) -> bool:
    return not unit.isalnum() and not "\ud800" <= unit <= "\udfff"


def _plain(units: str) -> str:
    return escape(half_pairs_replaced(from_units(_UNREADABLE.sub(" ", units.replace("\n", " ")))))


def _one_word(text: str) -> str:
    return re.sub(r"[^\w-]", "", text) or "en"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def socket_path(environ: Mapping[str, str] = os.environ, home: Path | None = None) -> Path:
    """Where the service listens. An address of another machine is not looked at: texts do not leave this one."""
    kind, _, where = environ.get("SPEECHD_ADDRESS", "").partition(":")
    if kind == "unix_socket" and where:
        return Path(where)
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    cache = environ.get("XDG_CACHE_HOME", "") or str((home or Path.home()) / ".cache")
    return Path(runtime or cache) / "speech-dispatcher" / "speechd.sock"


def start_command(path: Path) -> list[str]:
    """What starts the service if nobody did; it ends by itself when nobody is connected any more."""
    method = ["--communication-method", "unix_socket", "--socket-path", str(path)]
    return ["speech-dispatcher", "--spawn", *method]
