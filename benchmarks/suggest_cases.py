"""Are suggestions right where they are shown, and silent where silence is right? For cases taken from real text.

A case is one JSON object a line: ``before``, ``after``, ``expect`` (“insert” or “suppress”), ``target``, ``acceptable``
(texts that are right) and ``tags``. A shown text is right when it equals an acceptable one or its beginning at the end
of a word. Precision and wrong-show rate are of all cases: wrong is also whatever is shown where nothing should be.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from _common import STARTER_MODEL, Report, Row, existing_file, home_with_model, make_parser

from cowrite.base.utf16 import utf16_length
from cowrite.engine.messages import CompletionRequest
from cowrite.engine.offline import forbid_downloads
from cowrite.models.store import ModelStore
from cowrite.suggest.filter.show_filter import judge, why_not_ask
from cowrite.suggest.live.context import window_before
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import SuggestSettings

SHOWN_TAGS = ("append", "mid-word", "mid-line", "duplication-trap", "abbreviation", "suppress")
SILENT_TAGS = ("duplication-trap", "mid-line", "abbreviation", "suppress")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one case. ``confidence`` is the first word's probability."""

    tags: frozenset[str]
    wants_text: bool
    shown: str
    right: bool
    confidence: float
    could_be_right: bool


def read_cases(path: Path) -> list[dict[str, object]]:
    """The cases of a file. Ends the program with a sentence if it is not there or not of this kind."""
    try:
        cases = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        if not all({"before", "after", "expect", "tags"} <= case.keys() for case in cases):
            raise ValueError("a case lacks before, after, expect or tags")
    except OSError as error:
        sys.exit(f"The cases {path} cannot be read ({error.strerror or error}).")
    except (ValueError, AttributeError) as error:
        sys.exit(f"{path} does not hold one case as JSON a line: {error}.")
    return cases


def is_right(shown: str, acceptable: Sequence[str]) -> bool:
    """Whether ``shown`` is one of the texts, or begins it and ends where a word ends."""
    text = shown.strip()
    for whole in (each.strip() for each in acceptable):
        if whole.startswith(text) and not whole[len(text) : len(text) + 1].isalnum():
            return bool(text)
    return False


class Asker:
    """The engine and the gate, as the editor uses them."""

    def __init__(self, home: Path, device: str, settings: SuggestSettings) -> None:
        forbid_downloads()
        from cowrite.engine.jobs.runtime import Runtime

        model = ModelStore(home / "data" / "models").get(STARTER_MODEL)
        self._settings = settings
        self.runtime = Runtime.open(
            model.path, model_id=model.id, device=device, quantizations=model.quantizations()
        )
        while self.runtime.optimize():
            pass

    def answer(self, case: dict[str, object]) -> Outcome:
        """What would be shown at the case's caret."""
        before, after = str(case["before"]), str(case["after"] or "")
        acceptable = [str(text) for text in case.get("acceptable") or [case.get("target") or ""]]
        context = CaretContext(
            document_id="case",
            revision=0,
            offset=utf16_length(before),
            before=before,
            after=after,
            length=utf16_length(before + after),
        )
        wants_text = case["expect"] == "insert"
        tags = frozenset(str(tag) for tag in case["tags"])  # type: ignore[attr-defined]
        request = CompletionRequest(
            before=window_before(before, 0),
            after=after,
            max_words=self._settings.most_words,
            max_tokens=self._settings.most_tokens,
        )
        result = self.runtime.complete(request)
        assert result is not None
        shown, confidence, possible = "", 0.0, False
        if result.candidates and why_not_ask(context, sys.maxsize) is None:
            verdict = judge(result.candidates[0], context, self._settings)
            asked = judge(result.candidates[0], context, self._settings, asked_for=True)
            shown, confidence = verdict.text, verdict.confidence
            first = asked.text.strip().split(" ")[0] if asked.text.strip() else ""
            possible = wants_text and is_right(first, acceptable)
        return Outcome(
            tags=tags,
            wants_text=wants_text,
            shown=shown,
            right=bool(shown) and wants_text and is_right(shown, acceptable),
            confidence=confidence,
            could_be_right=possible,
        )


def share(part: int, whole: int) -> float:
    """Percent."""
    return 100 * part / whole if whole else math.nan


def rows_for(name: str, outcomes: Sequence[Outcome], goals: dict[str, str]) -> list[Row]:
    """Precision, coverage, wrong shows and right silences of some cases, in percent."""
    shown = [o for o in outcomes if o.shown]
    right = [o for o in shown if o.right]
    wanted = [o for o in outcomes if o.wants_text]
    unwanted = [o for o in outcomes if not o.wants_text]
    rows: list[Row] = [(f"{name}: cases", len(outcomes), "")]
    if wanted:
        rows += [
            (f"{name}: precision when shown, %", share(len(right), len(shown)), goals.get("p", "")),
            (f"{name}: coverage, %", share(len(shown), len(outcomes)), goals.get("c", "")),
            (
                f"{name}: wrong-show rate, %",
                share(len(shown) - len(right), len(outcomes)),
                goals.get("w", ""),
            ),
        ]
    if unwanted:
        silent = sum(not o.shown for o in unwanted)
        rows.append(
            (f"{name}: right silences, %", share(silent, len(unwanted)), goals.get("s", ""))
        )
    return rows


def curve(outcomes: Sequence[Outcome]) -> dict[str, list[float]]:
    """Precision of the first word against coverage, from the most confident case to the least; percent."""
    ranked = sorted((o for o in outcomes if o.wants_text), key=lambda o: -o.confidence)
    points: dict[str, list[float]] = defaultdict(list)
    right = 0
    for count, outcome in enumerate(ranked, start=1):
        right += outcome.could_be_right
        if count * 10 // len(ranked) > (count - 1) * 10 // len(ranked):
            points["coverage_pct"].append(round(share(count, len(ranked)), 1))
            points["precision_pct"].append(round(share(right, count), 1))
            points["confidence"].append(round(outcome.confidence, 3))
    return dict(points)


def main() -> None:
    """Measure and print."""
    parser = make_parser("Suggestions at given places in real text.")
    parser.add_argument("cases", type=existing_file, metavar="CASES.jsonl")
    parser.add_argument("--eagerness", type=float, default=0.5, help="0 quiet to 1 eager (0.5)")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    arguments = parser.parse_args()
    cases = read_cases(arguments.cases)
    with home_with_model(arguments.models_dir) as home:
        asker = Asker(home, arguments.device, SuggestSettings(eagerness=arguments.eagerness))
        outcomes = [asker.answer(case) for case in cases]
        asker.runtime.close()
    rows = rows_for("all", outcomes, {"p": "goal >= 60", "w": "goal <= 15", "s": "goal >= 95"})
    for tag in SHOWN_TAGS:
        goals = {"p": "goal >= 90", "c": "goal >= 60"} if tag == "mid-word" else {}
        rows += rows_for(tag, [o for o in outcomes if tag in o.tags], goals)
    whole = curve(outcomes)
    mid_word = curve([o for o in outcomes if "mid-word" in o.tags])
    notes = [f"eagerness {arguments.eagerness:g}, {arguments.cases.name}"]
    for name, points in (("all", whole), ("mid-word", mid_word)):
        pairs = zip(points["coverage_pct"], points["precision_pct"], strict=True)
        notes.append(
            f"{name}, precision of the first word at coverage: "
            + ", ".join(f"{p:.0f} % at {c:.0f} %" for c, p in pairs)
        )
    samples = {f"all {k}": v for k, v in whole.items()}
    samples |= {f"mid-word {k}": v for k, v in mid_word.items()}
    Report(title="Suggestion cases", rows=rows, samples=samples, notes=notes).show(arguments.json)


if __name__ == "__main__":
    main()
