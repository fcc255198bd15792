"""How often is the rest of a begun word right, the more so the surer the engine is of it?

Places are after one to five letters of each word of a text, what stands before being learned as the writer's own; or
the cases of a file whose tag is “mid-word”, as ``suggest_cases.py`` has them. Right is the whole rest of the word and
nothing else, whatever comes after it. Where nothing but what comes after the word is offered, nothing is.
"""

from __future__ import annotations

import argparse
import math
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from _common import STARTER_MODEL, Report, Row, existing_file, home_with_model, make_parser
from suggest_cases import read_cases

from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.messages import CompletionRequest
from cowrite.engine.offline import forbid_downloads
from cowrite.models.store import ModelStore
from cowrite.suggest.filter.show_filter import split_words
from cowrite.suggest.live.context import window_before

MOST_LETTERS = 5
COVERAGES = (0.4, 0.5, 0.6, 0.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``before`` the caret, the ``rest`` of the word that is begun, and what was written up to the last sentence."""

    name: str
    before: str
    rest: str
    learned: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was offered as the rest of the word, how sure the engine was (0 to 1), and how long it took."""

    place: Place
    offered: str
    probability: float
    milliseconds: float

    @property
    def is_right(self) -> bool:
        """Whether the word ends just so."""
        return self.offered == self.place.rest


def places_in_text(path: Path, start: int, words: int) -> Iterator[Place]:
    """After each of the first letters of ``words`` words, the first ``start`` being written already."""
    text = path.read_text("utf-8")
    found = list(re.finditer(r"(?<= )[^\W\d_]{2,}(?:['’-]\w+)*", text))
    for match in found[start : start + words]:
        learned = text[: max(text.rfind(mark, 0, match.start()) for mark in ".!?\n") + 1]
        for typed in range(1, min(MOST_LETTERS, len(match[0]) - 1) + 1):
            at = match.start() + typed
            yield Place(name=path.stem, before=text[:at], rest=match[0][typed:], learned=learned)


def places_in_cases(path: Path) -> Iterator[Place]:
    """Where a case is within a word."""
    for case in read_cases(path):
        if "mid-word" in list(case["tags"]):  # type: ignore[call-overload]
            rest = str(case["target"] or "")
            yield Place(name=path.stem, before=str(case["before"]), rest=rest)


class Asker:
    """The engine as the editor uses it."""

    def __init__(self, runtime: Runtime, most_words: int) -> None:
        self._runtime, self._most_words, self._learned = runtime, most_words, ""

    def answer(self, place: Place) -> Answer:
        """What is offered first at ``place``."""
        if place.learned != self._learned:
            self._runtime.ngrams.learn("text", place.learned)
            self._learned = place.learned
        request = CompletionRequest(
            before=window_before(place.before, 0),
            max_words=self._most_words,
            max_tokens=4 + 4 * self._most_words,
        )
        result = self._runtime.complete(request)
        assert result is not None
        words = split_words(result.candidates[0].tokens) if result.candidates else []
        offered = words[0].text if words and words[0].text[:1].isalnum() else ""
        return Answer(
            place=place,
            offered=offered,
            probability=math.exp(words[0].logprob) if offered else 0.0,
            milliseconds=result.timings.total,
        )


def rows_of(name: str, answers: list[Answer]) -> list[Row]:
    """Precision of the surest answers, how many they are, and whether the engine is as right as it is sure."""
    ranked = sorted(answers, key=lambda each: -each.probability)
    rows: list[Row] = [(f"{name}: places", len(ranked), "")]
    for coverage in COVERAGES:
        surest = ranked[: max(1, round(coverage * len(ranked)))]
        goal = "goal >= 90" if coverage == 0.6 else ""
        rows.append((f"{name}: precision at {coverage:.0%}, %", share_right(surest), goal))
    offered = [each for each in ranked if each.offered]
    surer = [each for each in offered if each.probability >= 0.4]
    rows += [
        (f"{name}: right of all, %", share_right(ranked), ""),
        (f"{name}: coverage from a probability of 0.4, %", 100 * len(surer) / len(ranked), ""),
        (f"{name}: precision there, %", share_right(surer), ""),
        (
            f"{name}: mean probability there, %",
            100 * statistics.fmean(each.probability for each in surer) if surer else 0.0,
            "",
        ),
        (f"{name}: log loss, nats", log_loss(offered), ""),
        (f"{name}: ms, p50", statistics.median(each.milliseconds for each in ranked), ""),
    ]
    return rows


def share_right(answers: list[Answer]) -> float:
    """Percent."""
    return 100 * sum(each.is_right for each in answers) / max(1, len(answers))


def log_loss(answers: list[Answer]) -> float:
    """How badly the probabilities are those of being right, mean of all; 0.69 is a coin's."""
    losses = []
    for each in answers:
        probability = min(0.999, max(0.001, each.probability))
        losses.append(-math.log(probability if each.is_right else 1 - probability))
    return statistics.fmean(losses) if losses else 0.0


def main() -> None:
    """Measure and print."""
    arguments = parsed()
    places = [
        place
        for path in arguments.files
        for place in (
            places_in_cases(path)
            if path.suffix == ".jsonl"
            else places_in_text(path, arguments.start, arguments.words)
        )
    ]
    forbid_downloads()
    with home_with_model(arguments.models_dir) as home:
        model = ModelStore(home / "data" / "models").get(STARTER_MODEL)
        runtime = Runtime.open(
            model.path,
            model_id=model.id,
            device=arguments.device,
            quantizations=model.quantizations(),
        )
        while runtime.optimize():
            pass
        asker = Asker(runtime, arguments.max_words)
        answers = [asker.answer(place) for place in places]
        runtime.close()
    names = list(dict.fromkeys(each.place.name for each in answers))
    rows = [
        row
        for name in names
        for row in rows_of(name, [each for each in answers if each.place.name == name])
    ]
    if len(names) > 1:
        rows += rows_of("all", answers)
    samples = {
        "probability": [each.probability for each in answers],
        "right": [float(each.is_right) for each in answers],
        "milliseconds": [each.milliseconds for each in answers],
    }
    notes = [f"{arguments.words} words of each text from word {arguments.start}"]
    Report(title="Within words", rows=rows, samples=samples, notes=notes).show(arguments.json)


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = make_parser("How often the rest of a begun word is right.")
    parser.add_argument("files", type=existing_file, nargs="+", metavar="TEXT|CASES.jsonl")
    parser.add_argument("--start", type=int, default=20_000, help="words written already (20000)")
    parser.add_argument("--words", type=int, default=100, help="words of each text (100)")
    parser.add_argument("--max-words", type=int, default=3, help="words to ask for at once (3)")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    arguments: argparse.Namespace = parser.parse_args()
    return arguments


if __name__ == "__main__":
    main()
