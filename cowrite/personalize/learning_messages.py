"""What “cowrite personalize” says to programs: what there is to learn from, and how a run ended. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cowrite.base.records import Record, SchemaError, read_json


class Ending(StrEnum):
    """How a run of learning ended; one that was stopped can go on."""

    PROMOTED = "promoted"
    KEPT = "kept"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningResult:
    """The last line of a run. ``reason`` and ``advice`` are plain sentences; ``report`` has the figures."""

    status: Ending
    adapter_id: str = ""
    reason: str = ""
    advice: str = ""
    tokens_seen: int = 0
    tokens_per_s: float = 0.0
    report: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """What :func:`parse_result` reads but for the report, which is for people's own programs."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def sentence(self) -> str:
        """The reason with what can be done."""
        return f"{self.reason} {self.advice}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPreview:
    """What would be learned from; ``documents``, ``excluded`` and ``left_out`` are names, the last of texts that cannot
    be read, or that repeat others. ``minutes`` is a guess for this machine; ``too_little`` says why there is nothing to
    begin with, and is empty if there is enough.
    """

    sentence: str = ""
    own_words: int = 0
    decisions: int = 0
    documents: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    minutes: float | None = None
    too_little: str = ""

    def to_json(self) -> dict[str, Any]:
        """What :func:`parse_preview` reads."""
        return {name: getattr(self, name) for name in self.__slots__}


def parse_result(line: str) -> LearningResult | None:
    """What the last line of a run says; None for a line that is no result."""
    try:
        stored = Record.of(read_json(line)).record("result")
        return LearningResult(
            status=stored.word("status", Ending),
            adapter_id=stored.text("adapter_id", default=""),
            reason=stored.prose("reason", ""),
            advice=stored.prose("advice", ""),
            tokens_seen=stored.count("tokens_seen", default=0),
            tokens_per_s=stored.number("tokens_per_s", 0, default=0.0),
        )
    except SchemaError:
        return None


def parse_preview(line: str) -> LearningPreview | None:
    """What a look before learning says; None for a line that is none."""
    try:
        stored = Record.of(read_json(line))
        if "minutes" not in stored.fields:
            return None
        return LearningPreview(
            sentence=stored.prose("sentence", ""),
            own_words=stored.count("own_words", default=0),
            decisions=stored.count("decisions", default=0),
            documents=stored.paths("documents", ()),
            excluded=stored.paths("excluded", ()),
            left_out=stored.paths("left_out", ()),
            minutes=stored.optional_number("minutes"),
            too_little=stored.prose("too_little", ""),
        )
    except SchemaError:
        return None
