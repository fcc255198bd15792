"""What is shown in the middle of a line, where words are put between others, and how often that is right.

Out of sentences of each text one to three words are cut, and written again at just that place: at the word's beginning,
before the next word or before its space, and after one and three letters. What is right is what stood there. At the
same places nothing is missing in the whole sentence: there anything is wrong. With ``--cases`` the mid-line cases and
duplication traps of a file as `suggest_cases.py` reads it. Each answer is judged in three ways: as it is shown now,
as it was before the rest of the line was looked at, and from a prompt that tells the rest of the line in words first.
"""

from __future__ import annotations

import json
import math
import random
import re
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from _common import Report, Row, existing_file, existing_folder, file_to_write, home_with_model
from _common import make_parser as make_bare_parser
from suggest_cases import Asker, is_right, read_cases

from cowrite.base.utf16 import utf16_length
from cowrite.engine.messages import Candidate, CompletionRequest, Join, Token
from cowrite.suggest.filter.show_filter import judge, why_not_ask
from cowrite.suggest.live.context import window_before
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import SuggestSettings

# Nothing of the second half is used to choose anything.
TEXTS = {
    "tuning": (
        "austen/emma.txt",
        "chesterton/whats_wrong_with_the_world.txt",
        "twain/roughing_it.txt",
        "devault/blog_2018_2019.txt",
    ),
    "showing": (
        "austen/persuasion.txt",
        "chesterton/heretics.txt",
        "twain/life_on_the_mississippi.txt",
        "devault/blog_2020.txt",
    ),
}
GAP_WORDS, GAP_WEIGHTS = (1, 2, 3), (4, 3, 3)
LETTERS = (0, 1, 3)
LEAST_LINE, LEAST_WORDS_LEFT, LEAST_WORDS_RIGHT = 160, 3, 4
# So much of the text around a place is known as the writer's own words.
KNOWN_CHARACTERS = 20_000
# What the training told a model of the rest of a text, before it was left out.
FRAME = "What comes later:\n{after}\n\nWhat comes before it:\n{before}"
FRAME_AFTER, FRAME_BEFORE = 400, 1_600
TIMED_EVERY = 8
Z_95 = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A caret with what stands around it and what would be ``right``: nothing, where it is a trap."""

    kind: str
    before: str
    after: str
    right: tuple[str, ...]
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A place with the engine's answers to it: with the rest of the line, and from the frame of the training.

    ``plain_ms`` and ``joined_ms`` are the engine's times without and with the rest of the line, where they were taken.
    """

    place: Place
    candidate: Candidate | None
    framed: Candidate | None
    plain_ms: float | None = None
    joined_ms: float | None = None


def places(text: str, count: int, seed: int) -> Iterator[list[Place]]:
    """``count`` times a place of a text at several letters, with its trap; the first are the same for any count."""
    dice = random.Random(seed)
    lines = [
        found
        for found in re.finditer(r"[^\n]+", text)
        if len(found[0]) >= LEAST_LINE and found.start() > KNOWN_CHARACTERS // 4
    ]
    left = count
    while left:
        line = dice.choice(lines)
        words = list(re.finditer(r"\S+", line[0]))
        size = dice.choices(GAP_WORDS, GAP_WEIGHTS)[0]
        most = len(words) - size - LEAST_WORDS_RIGHT
        if most <= LEAST_WORDS_LEFT:
            continue
        first = dice.randrange(LEAST_WORDS_LEFT, most)
        if re.fullmatch(r"[A-Za-z][\w’'.,;-]+", words[first][0]):
            left -= 1
            start = line.start() + words[first].start()
            yield list(_around(text, start, line.start() + words[first + size - 1].end()))


def places_of_all(folder: Path, names: Sequence[str], count: int) -> list[Place]:
    """``count`` places of each of the texts, one text after the other in turn. Ends the program without one of them."""
    of_each = []
    for seed, name in enumerate(names, start=1):
        if not (folder / name).is_file():
            sys.exit(f"There is no {name} in {folder}.")
        of_each.append(places((folder / name).read_text("utf-8"), count, seed))
    return [place for turn in zip(*of_each, strict=True) for some in turn for place in some]


def _around(text: str, start: int, end: int) -> Iterator[Place]:
    """The places where the words from ``start`` to ``end`` are written, and the trap."""
    gap, after = text[start:end], text[end : end + KNOWN_CHARACTERS // 4]
    before = text[max(0, start - KNOWN_CHARACTERS) : start]
    known = before + after[1:]

    def place(kind: str, typed: str, following: str, right: str = "") -> Place:
        return Place(
            kind=kind,
            before=before + typed,
            after=following,
            right=(right,) if right else (),
            document=known,
        )

    yield place("before the next word", "", after[1:], gap)
    yield place("before its space", "", after, gap)
    for letters in LETTERS[1:]:
        if len(gap.split(" ")[0]) > letters:
            yield place(f"after {letters} letters", gap[:letters], after, gap[letters:])
    yield place("nothing is missing", "", gap + after)


def cases(path: Path) -> Iterator[Place]:
    """The mid-line cases and the duplication traps of a file."""
    for case in read_cases(path):
        tags = set(case["tags"])  # type: ignore[call-overload]
        kind = next((tag for tag in ("mid-line", "duplication-trap") if tag in tags), "")
        right = case.get("acceptable") or [case.get("target") or ""]
        if kind:
            yield Place(
                kind=f"case, {kind}",
                before=str(case["before"]),
                after=str(case["after"] or ""),
                right=tuple(map(str, right)) if case["expect"] == "insert" else (),  # type: ignore[call-overload]
            )


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
        candidate, plain_ms, joined_ms = self._complete(before, place.after)[0], None, None
        if timed:
            _, plain_ms = self._complete(before, "")
            _, joined_ms = self._complete(before, place.after)
        framed = None
        if self._framed and place.right:
            later = place.after.lstrip(" ")[:FRAME_AFTER]
            sooner = before[-FRAME_BEFORE:]
            framed = self._complete(FRAME.format(after=later, before=sooner), "")[0]
        return Answered(
            place=place,
            candidate=candidate,
            framed=framed,
            plain_ms=plain_ms,
            joined_ms=joined_ms,
        )

    def _complete(self, before: str, after: str) -> tuple[Candidate | None, float]:
        """The answer, and the engine's time for it in milliseconds."""
        request = CompletionRequest(
            before=before,
            after=after,
            max_words=self._settings.most_words,
            max_tokens=self._settings.most_tokens,
        )
        result = self.runtime.complete(request)
        assert result is not None
        return (result.candidates[0] if result.candidates else None), result.timings.total


# --- what is shown ---

Shown = Callable[[Answered], str]


def ways(settings: SuggestSettings) -> dict[str, Shown]:
    """What is shown of an answer, by the name of each way."""

    def judged(candidate: Candidate | None, place: Place) -> str:
        context = context_at(place)
        if candidate is None or why_not_ask(context, sys.maxsize) is not None:
            return ""
        return judge(candidate, context, settings).text

    def at_the_end(candidate: Candidate | None, place: Place) -> str:
        """As if the rest of the line did not matter, but for what it says already."""
        return judged(candidate and replace(candidate, joins=()), replace(place, after=""))

    return {
        "now": lambda each: judged(each.candidate, each.place),
        "by the text before alone": lambda each: at_the_end(each.candidate, each.place),
        "as it was trained": lambda each: at_the_end(each.framed, each.place),
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
            if name == "as it was trained" and all(each.framed is None for each in some):
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
    """What a key costs the engine, in milliseconds, with what was read before known."""
    timed = [each for each in answers if each.plain_ms is not None and each.joined_ms is not None]
    if not timed:
        return []
    plain = statistics.median(each.plain_ms for each in timed if each.plain_ms is not None)
    joined = statistics.median(each.joined_ms for each in timed if each.joined_ms is not None)
    return [
        (f"a key at the end of a line, median of {len(timed)}, ms", plain, ""),
        ("the same with the rest of a line, ms", joined, ""),
        ("the rest of the line costs, ms", joined - plain, ""),
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
        "plain_ms": each.plain_ms,
        "joined_ms": each.joined_ms,
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

    times = [stored[name] for name in ("plain_ms", "joined_ms")]
    plain_ms, joined_ms = (each if isinstance(each, float) else None for each in times)
    return Answered(
        place=place,
        candidate=candidate(stored["candidate"]),
        framed=candidate(stored["framed"]),
        plain_ms=plain_ms,
        joined_ms=joined_ms,
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
