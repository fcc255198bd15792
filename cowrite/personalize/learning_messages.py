"""What “cowrite personalize” says to programs: what there is to learn from, and how a run ended. Imports no torch."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


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
        stored = json.loads(line)["result"]
        return LearningResult(
            status=Ending(stored["status"]),
            adapter_id=_text(stored, "adapter_id"),
            reason=_text(stored, "reason"),
            advice=_text(stored, "advice"),
            tokens_seen=int(_number(stored, "tokens_seen")),
            tokens_per_s=float(_number(stored, "tokens_per_s")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def parse_preview(line: str) -> LearningPreview | None:
    """What a look before learning says; None for a line that is none."""
    try:
        stored = json.loads(line)
        minutes = stored["minutes"]
        return LearningPreview(
            sentence=_text(stored, "sentence"),
            own_words=int(_number(stored, "own_words")),
            decisions=int(_number(stored, "decisions")),
            documents=_texts(stored, "documents"),
            excluded=_texts(stored, "excluded"),
            left_out=_texts(stored, "left_out"),
            minutes=None if minutes is None else float(_number(stored, "minutes")),
            too_little=_text(stored, "too_little"),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _text(stored: Mapping[str, Any], name: str) -> str:
    value = stored.get(name, "")
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _texts(stored: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = stored.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TypeError(name)
    return tuple(value)


def _number(stored: Mapping[str, Any], name: str) -> int | float:
    value = stored.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(name)
    return value
