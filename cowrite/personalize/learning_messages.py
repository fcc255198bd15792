"""What “cowrite personalize” says to programs: what there is to learn from, and how a run ended. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from cowrite.base.json_values import SchemaError, read_json
from cowrite.base.records import Count, Name, NonNegative, Number, PathText, Prose, decode
from cowrite.localization import sentences


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
    adapter_id: Name = ""
    reason: Prose = ""
    advice: Prose = ""
    tokens_seen: Count = 0
    tokens_per_s: NonNegative = 0.0
    report: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """What :func:`parse_result` reads but for the report, which is for people's own programs."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def sentence(self) -> str:
        """The reason with what can be done."""
        return sentences(self.reason, self.advice)


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPreview:
    """What would be learned from; ``documents``, ``excluded`` and ``left_out`` are names, the last of texts that cannot
    be read, or that repeat others. ``minutes`` is a guess for this machine; ``too_little`` says why there is nothing to
    begin with, and is empty if there is enough.
    """

    sentence: Prose = ""
    own_words: Count = 0
    decisions: Count = 0
    documents: tuple[PathText, ...] = ()
    excluded: tuple[PathText, ...] = ()
    left_out: tuple[PathText, ...] = ()
    minutes: Number | None = None
    too_little: Prose = ""

    def to_json(self) -> dict[str, Any]:
        """What :func:`parse_preview` reads."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class _LastLine:
    result: LearningResult


def parse_result(line: str) -> LearningResult | None:
    """What the last line of a run says; None for a line that is no result."""
    try:
        return replace(decode(read_json(line), _LastLine).result, report={})
    except SchemaError:
        return None


def parse_preview(line: str) -> LearningPreview | None:
    """What a look before learning says; None for a line that is none."""
    try:
        stored = decode(read_json(line), dict[str, Any])
        return decode(stored, LearningPreview) if "minutes" in stored else None
    except SchemaError:
        return None
