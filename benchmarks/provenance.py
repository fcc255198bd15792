"""What it costs to know where every character is from: per key, per outside edit, per undo step, per save.

The document is made up: 120,000 words in 20,000 ranges. No model and no data are needed. Keystrokes are measured where
they are followed, without the window, so that the figures are those of provenance alone.
"""

from __future__ import annotations

import json
import random
import time
import tracemalloc
import zlib
from collections.abc import Callable
from itertools import pairwise

from _common import Report, make_parser, spread

from cowrite.provenance.authorship_share import authorship_share, origin_line
from cowrite.provenance.document import DocumentProvenance, Taken
from cowrite.provenance.ranges import Origin, Ranges, Run
from cowrite.provenance.reanchor import reanchored
from cowrite.provenance.sources import Source
from cowrite.provenance.store import from_json, to_json

WORDS, RANGES, KEYS, STEPS, REPEATS = 120_000, 20_000, 5_000, 1_000, 5


def made_up_text(dice: random.Random) -> str:
    letters = "etaoinshrdlucmfw"
    vocabulary = ["".join(dice.choices(letters, k=dice.randint(2, 9))) for _ in range(9_000)]
    paragraphs = []
    left = WORDS
    while left > 0:
        size = min(left, dice.randint(20, 90))
        paragraphs.append(" ".join(dice.choices(vocabulary, k=size)) + ".")
        left -= size
    return "\n\n".join(paragraphs) + "\n"


def made_up_ranges(text: str, dice: random.Random) -> tuple[Ranges, dict[str, Source]]:
    cuts = [0, *sorted(dice.sample(range(1, len(text)), RANGES - 1)), len(text)]
    runs, sources = [], {}
    for number, (start, end) in enumerate(pairwise(cuts)):
        if number % 2:
            name = f"{number:032x}"
            sources[name] = Source(id=name, text=text[start:end], pieces=((0, end - start),))
            runs.append(Run(end - start, Origin.ACCEPTED, name, 0))
        else:
            runs.append(Run(end - start, Origin.TYPED if number % 10 else Origin.PASTED))
    return Ranges(runs), sources


def opened(ranges: Ranges, sources: dict[str, Source]) -> DocumentProvenance:
    document = DocumentProvenance()
    document.load(ranges.length)
    document.know(ranges, sources)
    return document


def keystrokes(
    document: DocumentProvenance, dice: random.Random
) -> tuple[list[float], list[float]]:
    """Microseconds per key, by the clock and of the processor: typing, some deletions, some accepts."""
    times, computed, at = [], [], document.ranges.length // 2
    for number in range(KEYS):
        if number % 40 == 0:
            at = dice.randrange(document.ranges.length)
        started, began = time.perf_counter(), time.thread_time()
        if number % 25 == 24 and at:
            document.edit(at - 1, 1, "", Origin.TYPED, state=number + 1)
            at -= 1
        elif number % 50 == 49:
            taken = Taken(id=f"new {number}")
            document.accept(at, 0, "a few words ", taken, state=number + 1, read=lambda *_: "")
            at += 12
        else:
            document.edit(at, 0, "x", Origin.TYPED, state=number + 1)
            at += 1
        computed.append(1_000_000 * (time.thread_time() - began))
        times.append(1_000_000 * (time.perf_counter() - started))
    return times, computed


def undo_memory(ranges: Ranges, sources: dict[str, Source]) -> float:
    """Kilobytes that STEPS undo steps take, each a key somewhere else."""
    document, dice = opened(ranges, sources), random.Random(3)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(STEPS):
        at = dice.randrange(document.ranges.length)
        document.edit(at, 0, "x", Origin.TYPED, state=number + 1)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / 1_000


def edited_elsewhere(text: str, dice: random.Random) -> dict[str, str]:
    paragraphs = text.split("\n\n")
    few = list(paragraphs)
    for number in dice.sample(range(len(few)), len(few) // 10):
        few[number] = few[number].replace(" ", " and ", 2)
    del few[200:220]
    few[100:100] = ["A paragraph from another program."] * 3
    return {
        "one paragraph in ten edited, 20 cut, 3 new": "\n\n".join(few),
        "one letter replaced in nearly every word": text.replace("e", "y"),
        "line ends doubled everywhere": text.replace("\n\n", "\n\n\n"),
        "nothing left as it was": text.upper(),
    }


def milliseconds(work: Callable[[], object]) -> list[float]:
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append(1_000 * (time.perf_counter() - started))
    return times


def main() -> None:
    parser = make_parser(__doc__.splitlines()[0])
    options = parser.parse_args()
    dice = random.Random(1)
    text = made_up_text(dice)
    ranges, sources = made_up_ranges(text, dice)

    keys, computed = keystrokes(opened(ranges, sources), dice)
    rows = spread("key, µs", keys, {"p99": "<= 500"})
    rows += spread("key, µs of the processor", computed, {})
    samples = {"key, µs": keys, "key, µs of the processor": computed}
    for name, new in edited_elsewhere(text, dice).items():
        times = milliseconds(lambda new=new: reanchored(text, ranges, new))
        goal = "<= 1000" if name.startswith("one paragraph") else ""
        rows.append((f"re-anchoring, {name}, ms", sorted(times)[REPEATS // 2], goal))
        samples[name] = times
    packed = json.dumps(to_json(ranges, sources))
    for name, work in {
        "status line": lambda: origin_line(ranges),
        "statement": lambda: authorship_share(text, ranges, sources),
        "reading back": lambda: from_json(json.loads(packed)),
    }.items():
        times = milliseconds(work)
        rows.append((f"{name}, ms", sorted(times)[REPEATS // 2], ""))
        samples[name] = times
    rows.append((f"{STEPS:,} undo steps, kB", undo_memory(ranges, sources), ""))
    kept = len(zlib.compress(packed.encode())) + len(zlib.compress(text.encode()))
    rows.append(("kept in the log, kB", kept / 1_000, ""))
    Report(
        title="Provenance",
        rows=rows,
        samples=samples,
        notes=[f"{WORDS:,} words, {len(text):,} characters, {RANGES:,} ranges"],
    ).show(options.json)


if __name__ == "__main__":
    main()
