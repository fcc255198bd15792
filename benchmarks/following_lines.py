"""What is gained and lost by looking at the next lines before a suggestion is shown?

In each text, lines are written anew between their neighbours, at their beginning and in their middle: what is right is
what stood there. And before each of these lines somebody adds another one: then what stood there follows anyway, and
is wrong. Each answer of the model is judged twice, with all that follows the caret and with the rest of its line alone.
"""

from __future__ import annotations

import random
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from _common import Report, Row, existing_file, home_with_model, make_parser
from suggest_cases import Asker, is_right

from cowrite.base.utf16 import utf16_length
from cowrite.engine.messages import Candidate, CompletionRequest
from cowrite.suggest.filter.show_filter import FilterDecision, judge
from cowrite.suggest.following import repeats_from
from cowrite.suggest.live.context import window_before
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import SuggestSettings

TEXT = Path(__file__).parent / "texts" / "mails.txt"
LEAST_CHARACTERS = 12
MOST_LINES_CHECKED = 2_000
OFFERED_WORDS = (1, 3, 8)
KINDS = ("line written anew", "middle of a line", "line added before")


def places(text: str, count: int, seed: int) -> Iterator[tuple[str, str, str, str]]:
    """Some carets: their kind, what stands before and after them, and what stood there."""
    lines = text.split("\n")
    long_enough = [
        i for i, line in enumerate(lines) if i > 2 and len(line.strip()) >= LEAST_CHARACTERS
    ]
    dice = random.Random(seed)
    for at in sorted(dice.sample(long_enough, min(count, len(long_enough)))):
        line = lines[at]
        before = "\n".join(lines[max(0, at - 80) : at]) + "\n"
        after = "\n" + "\n".join(lines[at + 1 : at + 12])
        words = line.split(" ")
        middle = len(" ".join(words[: dice.randint(1, max(1, len(words) - 1))])) + 1
        yield KINDS[0], before, after, line
        yield KINDS[1], before + line[:middle], after, line[middle:]
        yield KINDS[2], before, "\n" + line + after, line


class Judge(Asker):
    """The engine, and the gate with more and less before its eyes."""

    def twice(self, before: str, after: str) -> tuple[str, str]:
        """What is shown by the rest of the line, and by all that follows."""
        context = CaretContext(
            document_id="case",
            revision=0,
            offset=utf16_length(before),
            before=before,
            after=after,
            length=utf16_length(before + after),
        )
        request = CompletionRequest(
            before=window_before(before, 0),
            after=after,
            max_words=self._settings.most_words,
            max_tokens=self._settings.most_tokens,
        )
        result = self.runtime.complete(request)
        assert result is not None
        if not result.candidates:
            return "", ""
        less = replace(context, after=after.split("\n", 1)[0])
        return self._shown(result.candidates[0], less), self._shown(result.candidates[0], context)

    def _shown(self, candidate: Candidate, context: CaretContext) -> str:
        verdict: FilterDecision = judge(candidate, context, self._settings)
        return verdict.text


def withheld_truths(text: str, sizes: Sequence[int]) -> list[Row]:
    """Of offers that say exactly what the writer wrote, so many words long, how many the next lines withhold."""
    lines = text.split("\n")[:MOST_LINES_CHECKED]
    rows: list[Row] = []
    for size in sizes:
        places, withheld = Counter[str](), Counter[str]()
        for at, line in enumerate(lines):
            starts = [match.start() for match in re.finditer(r"\S+", line)]
            after = "\n" + "\n".join(lines[at + 1 : at + 12])
            for number, start in enumerate(starts):
                end = starts[number + size] if number + size < len(starts) else len(line)
                before = "\n".join(lines[max(0, at - 1) : at]) + "\n" + line[:start]
                kind = "first word of a line" if not number else "later words"
                places[kind] += 1
                cut = repeats_from(line[start:end].rstrip(), before, after)
                withheld[kind] += cut == 0
        for kind, count in places.items():
            share = 100 * withheld[kind] / count
            rows.append(
                (f"right offers of {size} words, {kind}: withheld, % of {count}", share, "")
            )
    return rows


def rows_for(counts: Counter[str]) -> list[Row]:
    """Of each kind of place: how many were shown and right, by less and by more."""
    rows: list[Row] = []
    for kind in KINDS:
        rows += [(f"{kind}: places", counts[kind], "")]
        for name in ("rest of the line", "all that follows"):
            rows += [
                (f"{kind}, {name}: shown", counts[f"{kind} {name} shown"], ""),
                (f"{kind}, {name}: is what stood there", counts[f"{kind} {name} right"], ""),
            ]
        rows += [(f"{kind}: changed by the next lines", counts[f"{kind} changed"], "")]
    return rows


def wrapped(text: str, width: int) -> str:
    """``text`` with its lines broken at ``width`` characters, if that is not 0."""
    return "\n".join(textwrap.fill(line, width) for line in text.split("\n")) if width else text


def with_model(asker: Judge, texts: Sequence[str], lines: int) -> tuple[list[Row], list[str]]:
    """What the model offers in ``lines`` lines of each text, and what of it the next lines change."""
    counts: Counter[str] = Counter()
    changed: list[str] = []
    for number, text in enumerate(texts):
        for kind, before, after, stood in places(text, lines, number):
            both = asker.twice(before, after)
            counts[kind] += 1
            for name, shown in zip(("rest of the line", "all that follows"), both, strict=True):
                counts[f"{kind} {name} shown"] += bool(shown)
                counts[f"{kind} {name} right"] += is_right(shown, [stood])
            if both[0] != both[1]:
                counts[f"{kind} changed"] += 1
                changed.append(f"{kind}: {both[0]!r} -> {both[1]!r}")
    return rows_for(counts), changed


def main() -> None:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0])
    parser.add_argument("texts", nargs="*", type=existing_file, metavar="TEXT", default=[TEXT])
    parser.add_argument("--lines", type=int, default=60, help="lines of each text (60)")
    parser.add_argument(
        "--without-model", action="store_true", help="only what is withheld of what is right"
    )
    parser.add_argument("--wrap", type=int, default=0, help="break lines at so many characters")
    parser.add_argument("--eagerness", type=float, default=0.5, help="0 quiet to 1 eager (0.5)")
    parser.add_argument("--max-words", type=int, default=8)
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    options = parser.parse_args()
    settings = SuggestSettings(eagerness=options.eagerness, max_words=options.max_words)
    texts = [wrapped(file.read_text("utf-8"), options.wrap) for file in options.texts]
    rows: list[Row] = []
    if not options.without_model:
        with home_with_model(options.models_dir) as home:
            asker = Judge(home, options.device, settings)
            rows, changed = with_model(asker, texts, options.lines)
            asker.runtime.close()
        print(*changed, sep="\n", file=sys.stderr)
    for file, text in zip(options.texts, texts, strict=True):
        rows += [
            (f"{file.name}: {name}", *rest) for name, *rest in withheld_truths(text, OFFERED_WORDS)
        ]  # type: ignore[misc]
    names = ", ".join(file.name for file in options.texts)
    notes = [f"eagerness {options.eagerness:g}, {options.max_words} words, {names}"]
    Report(title="The lines that follow", rows=rows, samples={}, notes=notes).show(options.json)


if __name__ == "__main__":
    main()
