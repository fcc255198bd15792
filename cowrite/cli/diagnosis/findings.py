"""One line of the report of ``cowrite doctor``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cowrite.localization import tr, tr_noop
from cowrite.localization.columns import columns_of, to_left


class FindingLevel(StrEnum):
    """How a thing stands."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


_VERDICTS = {
    FindingLevel.OK: tr_noop("ok"),
    FindingLevel.WARNING: tr_noop("warning"),
    FindingLevel.PROBLEM: tr_noop("problem"),
}
_NAMES = {
    "installation": tr_noop("installation"),
    "display": tr_noop("display"),
    "step": tr_noop("step"),
    "folders": tr_noop("folders"),
    "disk": tr_noop("disk"),
    "settings": tr_noop("settings"),
    "model": tr_noop("model"),
    "server": tr_noop("server"),
    "decisions": tr_noop("decisions"),
}
"""Those of the checks that are words, and no names of libraries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of one thing. In JSON, ``what`` and ``verdict`` are for programs."""

    what: str
    verdict: FindingLevel
    detail: str
    advice: str = ""

    def __str__(self) -> str:
        parts = (tr(_NAMES.get(self.what, self.what)), self.detail, self.advice)
        verdicts = {level: tr(word) for level, word in _VERDICTS.items()}
        verdict = to_left(verdicts[self.verdict], max(map(columns_of, verdicts.values())))
        return f"{verdict}  " + " - ".join(part for part in parts if part)


def ok(what: str, detail: str) -> Finding:
    """Nothing is wrong."""
    return Finding(what=what, verdict=FindingLevel.OK, detail=detail)


def warning(what: str, detail: str, advice: str) -> Finding:
    """The program works, but not all of it."""
    return Finding(what=what, verdict=FindingLevel.WARNING, detail=detail, advice=advice)


def problem(what: str, detail: str, advice: str) -> Finding:
    """The program does not work as it is."""
    return Finding(what=what, verdict=FindingLevel.PROBLEM, detail=detail, advice=advice)
