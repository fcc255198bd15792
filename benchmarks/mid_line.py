"""What is shown in the middle of a line, where words are put between others, and how often that is right.

Out of sentences of each text one to three words are cut, and written again at just that place: at the word's beginning,
before the next word or before its space, and after one and three letters. What is right is what stood there. At the
same places nothing is missing in the whole sentence, nor after a word of which somebody mended the last letter: there
anything is wrong. With ``--cases`` the mid-line cases and duplication traps of a file as `suggest_cases.py` reads it.
Each answer is judged as it is now, as it was before the rest of the line was looked at, as at the end of a line, and
that of a prompt which tells the rest of the line first, as the training did.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from _common import Report, Row, existing_file, existing_folder, file_to_write, home_with_model
from _common import make_parser as make_bare_parser
from _mid_line_places import TEXTS, Place, cases, places_of_all
from suggest_cases import Asker, is_right

from cowrite.base.utf16 import utf16_length
from cowrite.engine.messages import Candidate, CompletionRequest, Join, Token
from cowrite.suggest.filter.mid_line import MID_LINE_THRESHOLD, begins_word
from cowrite.suggest.filter.show_filter import FilterDecision, judge, why_not_ask
from cowrite.suggest.live.context import window_before
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.seams import repeats_what_follows, without_overlap
from cowrite.suggest.settings import SuggestSettings

# What the training told a model of the rest of a text, before it was left out.
FRAME = "What comes later:\n{after}\n\nWhat comes before it:\n{before}"
FRAME_AFTER, FRAME_BEFORE = 400, 1_600
FRAMED = "as it was trained"
TIMED_EVERY = 8
Z_95 = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A place with the engine's answers to it: with the rest of the line, and from the frame of the training.

    ``plain_cpu_ms`` and ``joined_cpu_ms`` are the processor's times without and with the rest of the line, where they
    were taken: those do not depend on what else the machine has to do.
    """

    place: Place
    candidate: Candidate | None
    framed: Candidate | None
    plain_cpu_ms: float | None = None
    joined_cpu_ms: float | None = None


class MidLineAsker(Asker):
    """The engine, asked with and without the rest of the line."""

    def __init__(
        self, home: Path, device: str, settings: SuggestSettings, *, context: int, framed: bool
    ) -> None:
        super().__init__(home, device, settings)
        self._context, self._framed = context, framed

    def ask(self, place: Place, *, timed: bool) -> Answered:
        """Both answers at ``place``."""
        self.runtime.ngrams.learn("text", place.document)
        before = window_before(place.before[-self._context :], 0)
        candidate, plain_cpu_ms, joined_cpu_ms = self._complete(before, place.after)[0], None, None
        if timed:
            _, plain_cpu_ms = self._complete(before, "")
            _, joined_cpu_ms = self._complete(before, place.after)
        framed = None
        if self._framed and place.right:
            later = place.after.lstrip(" ")[:FRAME_AFTER]
            sooner = before[-FRAME_BEFORE:]
            framed = self._complete(FRAME.format(after=later, before=sooner), "")[0]
        return Answered(
            place=place,
            candidate=candidate,
            framed=framed,
            plain_cpu_ms=plain_cpu_ms,
            joined_cpu_ms=joined_cpu_ms,
        )

    def _complete(self, before: str, after: str) -> tuple[Candidate | None, float]:
        """The answer, and the processor's time for it in milliseconds."""
        request = CompletionRequest(
            before=before,
            after=after,
            max_words=self._settings.most_words,
            max_tokens=self._settings.most_tokens,
        )
        started = time.process_time()
        result = self.runtime.complete(request)
        cpu_ms = (time.process_time() - started) * 1000
        assert result is not None
        return (result.candidates[0] if result.candidates else None), cpu_ms


# --- what is shown ---

Shown = Callable[[Answered], str]


def ways(settings: SuggestSettings) -> dict[str, Shown]:
    """What is shown of an answer, by the name of each way."""

    def judged(candidate: Candidate | None, place: Place) -> FilterDecision:
        context = context_at(place)
        if candidate is None or why_not_ask(context, sys.maxsize) is not None:
            return FilterDecision(text="", confidence=0.0)
        return judge(candidate, context, settings)

    def at_the_end(candidate: Candidate | None, place: Place) -> FilterDecision:
        """As if the caret stood at the end of its line, but for what the line says already."""
        found = judged(candidate, replace(place, after=""))
        is_said = repeats_what_follows(found.text, place.after)
        text = "" if is_said else without_overlap(found.text, place.after)
        return replace(found, text=text)

    def as_before(candidate: Candidate | None, place: Place) -> str:
        """Nothing before a word, and elsewhere only what the model is sure of."""
        found = at_the_end(candidate, place)
        is_silent = begins_word(place.after) or found.confidence < MID_LINE_THRESHOLD
        return "" if is_silent else found.text

    return {
        "now": lambda each: judged(each.candidate, each.place).text,
        "as before": lambda each: as_before(each.candidate, each.place),
        "by the text before alone": lambda each: at_the_end(each.candidate, each.place).text,
        FRAMED: lambda each: at_the_end(each.framed, each.place).text,
    }


def context_at(place: Place) -> CaretContext:
    """What the page tells of the caret."""
    return CaretContext(
        document_id="text",
        revision=0,
        offset=utf16_length(place.before),
        before=place.before,
        after=place.after,
        length=utf16_length(place.before + place.after),
    )


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share, in percent (Wilson 1927)."""
    if not count:
        return math.nan, math.nan
    share, square = right / count, Z_95 * Z_95
    middle = (share + square / (2 * count)) / (1 + square / count)
    spread = share * (1 - share) / count + square / (4 * count * count)
    half = Z_95 / (1 + square / count) * math.sqrt(spread)
    return 100 * (middle - half), 100 * (middle + half)


def rows_for(answers: Sequence[Answered], settings: SuggestSettings) -> list[Row]:
    """Coverage and precision by kind of place and way of asking; of traps how many stay silent."""
    by_kind: dict[str, list[Answered]] = defaultdict(list)
    for each in answers:
        by_kind[each.place.kind].append(each)
        if each.place.right and not each.place.kind.startswith("case"):
            by_kind["all places of the texts"].append(each)
    rows: list[Row] = []
    for kind, some in by_kind.items():
        rows.append((f"{kind}: places", len(some), ""))
        for name, shown_of in ways(settings).items():
            if name == FRAMED and all(each.framed is None for each in some):
                continue
            rows += _rows_of(f"{kind}, {name}", some, shown_of, is_goal=name == "now")
    return rows


def _rows_of(name: str, some: Sequence[Answered], shown_of: Shown, *, is_goal: bool) -> list[Row]:
    shown = [(each, text) for each in some if (text := shown_of(each))]
    if not some[0].place.right:
        goal = "goal 100" if is_goal else ""
        return [(f"{name}: silent, %", 100 * (1 - len(shown) / len(some)), goal)]
    right = sum(is_right(text, each.place.right) for each, text in shown)
    low, high = wilson(right, len(shown))
    precision = 100 * right / len(shown) if shown else math.nan
    goals = ("goal >= 15", "goal >= 60; ") if is_goal else ("", "")
    return [
        (f"{name}: coverage, %", 100 * len(shown) / len(some), goals[0]),
        (f"{name}: right when shown, %", precision, f"{goals[1]}95 %: {low:.0f} to {high:.0f}"),
    ]


def time_rows(answers: Sequence[Answered]) -> list[Row]:
    """What a key costs, in milliseconds of processor time, with what was read before known."""
    timed = [
        each for each in answers if each.plain_cpu_ms is not None and each.joined_cpu_ms is not None
    ]
    if not timed:
        return []
    plain = statistics.median(each.plain_cpu_ms for each in timed if each.plain_cpu_ms is not None)
    joined = statistics.median(
        each.joined_cpu_ms for each in timed if each.joined_cpu_ms is not None
    )
    return [
        (f"a key at the end of a line, median of {len(timed)}, CPU ms", plain, ""),
        ("the same with the rest of a line, CPU ms", joined, ""),
        ("the rest of the line costs, CPU ms", joined - plain, ""),
    ]


# --- records: a run that was ended goes on where it stood ---


def _stored(each: Answered) -> dict[str, object]:
    def of(candidate: Candidate | None) -> object:
        if candidate is None:
            return None
        return {
            "tokens": [[token.text, token.logprob] for token in candidate.tokens],
            "cut": candidate.is_cut,
            "joins": [[join.characters, join.logprob, join.without] for join in candidate.joins],
        }

    return {
        "candidate": of(each.candidate),
        "framed": of(each.framed),
        "plain_cpu_ms": each.plain_cpu_ms,
        "joined_cpu_ms": each.joined_cpu_ms,
    }


def _answered(place: Place, stored: dict[str, object]) -> Answered:
    def candidate(value: object) -> Candidate | None:
        if not isinstance(value, dict):
            return None
        tokens = tuple(Token(text=text, logprob=logprob) for text, logprob in value["tokens"])
        return Candidate(
            text="".join(token.text for token in tokens),
            logprob=sum(token.logprob for token in tokens),
            tokens=tokens,
            is_cut=value["cut"],
            joins=tuple(Join(characters=c, logprob=p, without=w) for c, p, w in value["joins"]),
        )

    times = [stored.get(name) for name in ("plain_cpu_ms", "joined_cpu_ms")]
    plain_cpu_ms, joined_cpu_ms = (each if isinstance(each, float) else None for each in times)
    return Answered(
        place=place,
        candidate=candidate(stored["candidate"]),
        framed=candidate(stored["framed"]),
        plain_cpu_ms=plain_cpu_ms,
        joined_cpu_ms=joined_cpu_ms,
    )


def answers_to(
    wanted: Sequence[Place], open_asker: Callable[[], MidLineAsker], record: Path | None
) -> list[Answered]:
    """The answers at ``wanted``; those in ``record`` are taken from there, and the others are added to it."""
    lines = record.read_text("utf-8").splitlines() if record and record.exists() else []
    found = [_answered(place, json.loads(line)) for place, line in zip(wanted, lines, strict=False)]
    if len(found) == len(wanted):
        return found
    asker = open_asker()
    for number, place in enumerate(wanted[len(found) :], start=len(found)):
        found.append(asker.ask(place, timed=number % TIMED_EVERY == 0))
        if record is not None:
            with record.open("a", encoding="utf-8") as file:
                file.write(json.dumps(_stored(found[-1])) + "\n")
    asker.runtime.close()
    return found


def main() -> None:
    """Measure and print."""
    parser = make_bare_parser((__doc__ or "").split("\n")[0])
    parser.add_argument("--texts", type=existing_folder, metavar="DIR", help="the corpora")
    parser.add_argument("--half", choices=TEXTS, default="tuning")
    parser.add_argument("--cases", type=existing_file, metavar="CASES.jsonl")
    parser.add_argument("--places", type=int, default=25, help="of each text (25)")
    parser.add_argument("--context", type=int, default=4_000, help="characters before (4000)")
    parser.add_argument("--no-frame", action="store_true", help="do not ask as it was trained")
    parser.add_argument("--eagerness", type=float, default=0.5, help="0 quiet to 1 eager (0.5)")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    parser.add_argument(
        "--record", type=file_to_write, metavar="FILE", help="go on from what is there"
    )
    options = parser.parse_args()
    if options.texts is None and options.cases is None:
        parser.error("there is nothing to measure: give --texts, --cases or both.")
    settings = SuggestSettings(eagerness=options.eagerness)
    wanted = list(cases(options.cases)) if options.cases else []
    if options.texts:
        wanted += places_of_all(options.texts, TEXTS[options.half], options.places)
    with home_with_model(options.models_dir) as home:
        found = answers_to(
            wanted,
            lambda: MidLineAsker(
                home,
                options.device,
                settings,
                context=options.context,
                framed=not options.no_frame,
            ),
            options.record,
        )
    notes = [
        f"eagerness {options.eagerness:g}, {options.context} characters before the caret",
        f"half of the texts: {options.half}; {options.places} places each" if options.texts else "",
    ]
    rows = rows_for(found, settings) + time_rows(found)
    Report(title="In the middle of a line", rows=rows, notes=notes).show(options.json)


if __name__ == "__main__":
    main()
