"""How much of what is planted in novels the check finds, and how much it finds where nothing was planted.

    python benchmarks/check.py --novels shared/data/corpora --json -

``--novels`` is a folder with text files, in folders of their own or not. For each kind 200 defects
are planted in fresh copies (``_planting.py``), spread over the books by their length; a kind's precision counts every
finding of it that is at none of its defects as false, also those that are in the book as it was printed. Untouched
books: everything that is found counts as false. The rules were made looking at the books named in ``TUNING``; essays
and a blog are not novels, and are told apart.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from _common import Report, Row, existing_folder, make_parser
from _planting import PROPOSERS, halves, hits, plant

from cowrite.check.checker import check_text
from cowrite.check.findings import DEFAULT_KINDS, Finding, Kind
from cowrite.check.tokens import Language

TUNING = ("emma", "roughing_it")
ESSAYS = ("heretics", "whats_wrong_with_the_world", "blog_")
PLANTED = 200
SEED = 23


def main() -> None:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0], uses_model=False)
    parser.add_argument("--novels", type=existing_folder, required=True, metavar="PATH")
    parser.add_argument("--planted", type=int, default=PLANTED, metavar="N", help="of each kind")
    parser.add_argument("--kinds", nargs="*", choices=list(PROPOSERS), default=list(PROPOSERS))
    options = parser.parse_args()
    files = sorted(options.novels.rglob("*.txt"))
    if not files:
        parser.error(f"there is no text file (.txt) in {options.novels}.")
    rows: list[Row] = []
    for half, books in _halves(files).items():
        rows += _rows(half, books, options.planted, options.kinds)
    Report(title="Check", rows=rows).show(options.json)


def _halves(files: Sequence[Path]) -> Mapping[str, Sequence[Path]]:
    result: dict[str, list[Path]] = {}
    for file in files:
        if file.stem.startswith(ESSAYS):
            name = "no novels"
        elif file.stem in TUNING:
            name = "tuning"
        else:
            name = "test"
        result.setdefault(name, []).append(file)
    return result


def _rows(half: str, files: Sequence[Path], count: int, kinds: Sequence[str]) -> Iterator[Row]:
    texts = [file.read_text("utf-8") for file in files]
    print(f"{half}: {', '.join(file.stem for file in files)}", file=sys.stderr)
    begun = time.perf_counter()
    untouched = [check_text(text, Language.ENGLISH, tuple(Kind)) for text in texts]
    seconds = time.perf_counter() - begun
    thousands = sum(len(text.split()) for text in texts) / 1000
    found = Counter(each.kind for book in untouched for each in book)
    shown = [Kind(kind) for kind in kinds]
    total = sum(found[kind] for kind in DEFAULT_KINDS)
    yield (
        f"{half}: untouched, all that is on, per 1,000 words",
        round(total / thousands, 3),
        "at most 1",
    )
    for kind in Kind:
        yield f"{half}: untouched, {kind}, per 1,000 words", round(found[kind] / thousands, 3), ""
    yield f"{half}: {thousands:,.0f} thousand words read and checked, s", round(seconds, 2), ""
    if half == "no novels":
        return
    for kind in shown:
        yield from _kind_rows(half, texts, kind, count)


def _kind_rows(half: str, texts: Sequence[str], kind: Kind, count: int) -> Iterator[Row]:
    generator = random.Random(SEED)
    found = right = met = planted = 0
    for text, its in halves(texts, count):
        copy = plant(text, kind, its, generator)
        places = _places(check_text(copy.text, Language.ENGLISH, (kind,)))
        found += len(places)
        planted += len(copy.places)
        hit, overlapped = hits(places, copy)
        right += hit
        met += overlapped
    name = f"{half}: {kind}, {planted} planted"
    is_on = kind in DEFAULT_KINDS
    yield f"{name}: precision", round(right / max(1, found), 3), "at least 0.8" if is_on else ""
    yield f"{name}: recall", round(met / max(1, planted), 3), "at least 0.7" if is_on else ""


def _places(found: Sequence[Finding]) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in found]


if __name__ == "__main__":
    main()
