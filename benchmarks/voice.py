#!/usr/bin/env python3
"""Does the voice line follow the share of a model's text in a chapter, and leave a writer's own other book alone?

For each of four authors the line is drawn from one book, and chapters of the other are read: as they are, and with 0
to 50 % of their words replaced by what the starter model wrote. It wrote on from passages of that author and rewrote
some, and for “held out” from openings on other subjects at temperatures that no line was drawn with. What the program
knows of the model is used without the texts that were written after this author. ``--written`` is the file of
``benchmarks/voice_prose.py``.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from _common import Report, Row, existing_file, existing_folder, make_parser
from _voice_texts import BOOKS, HELD_OUT, Written, book_chapters, written_texts
from scipy.stats import spearmanr

from cowrite.settings.resources import resource_path
from cowrite.voice.chapters import samples
from cowrite.voice.fitting import fit
from cowrite.voice.line import ALARM, VoiceLine
from cowrite.voice.model_prose import STARTER, read_prose

GOAL_CORRELATION, GOAL_ALARMS = ">= 0.9", "<= 0.05"
SHARES = tuple(step / 20 for step in range(11))
MOST_CHAPTERS = 15
"""Of an author, drawn by a seed, to replace words in; alarms are counted in all of them."""
Passage = Sequence[str]


def main() -> None:
    """Measure and print."""
    parser = make_parser("The voice line against the share of a model's text.", uses_model=False)
    parser.add_argument("--corpora", type=existing_folder, required=True, metavar="DIR")
    parser.add_argument("--written", type=existing_file, required=True, metavar="FILE")
    parser.add_argument(
        "--chapter-words", type=int, default=2_000, metavar="N", help="least words of a chapter"
    )
    options = parser.parse_args()
    written = written_texts(options.corpora, options.written, None)
    rows: list[Row] = []
    alarms = chapters = 0
    for author in BOOKS:
        line = line_of(options.corpora, author)
        other = whole_chapters(options.corpora, author, options.chapter_words)
        found = [line.place(samples(each)) > ALARM for each in other]
        alarms, chapters = alarms + sum(found), chapters + len(found)
        rows.append((f"{author}: alarms in {len(found)} chapters", share_of(found), GOAL_ALARMS))
        rows += rows_of(author, line, other, written)
    rows.append((f"all: alarms in {chapters} chapters", alarms / chapters, GOAL_ALARMS))
    Report(title="The voice line", rows=rows).show(options.json)


def line_of(corpora: Path, author: str) -> VoiceLine:
    """From an author's first book to the starter, of which what was written after them is left out."""
    prose = read_prose(resource_path(STARTER))
    prose = replace(prose, groups=tuple(each for each in prose.groups if each.name != author))
    own = book_chapters(corpora, author, BOOKS[author][0])
    return fit([sample for each in own for sample in samples(each.paragraphs)], prose)


def whole_chapters(corpora: Path, author: str, least: int) -> list[list[str]]:
    """The chapters of the other book, short ones put together."""
    found: list[list[str]] = []
    size = least
    for each in book_chapters(corpora, author, BOOKS[author][1]):
        if size >= least:
            found.append([])
            size = 0
        found[-1] += each.paragraphs
        size += words_of(each.paragraphs)
    return found


def rows_of(
    author: str, line: VoiceLine, chapters: Sequence[Passage], written: Sequence[Written]
) -> Iterator[Row]:
    """The rank correlations with each kind of text, and with all that was written after the author together."""
    mine = [each for each in written if each.book == BOOKS[author][1]]
    held_out = [each for each in written if each.book == HELD_OUT]
    kinds = sorted({(each.kind, each.temperature) for each in mine})
    yield from injected(f"{author}, all kinds", line, chapters, mine, goal=GOAL_CORRELATION)
    for kind, temperature in kinds:
        some = [each for each in mine if (each.kind, each.temperature) == (kind, temperature)]
        yield from injected(f"{author}, {kind} at {temperature:g}", line, chapters, some)
    yield from injected(f"{author}, held out", line, chapters, held_out)


def injected(
    name: str,
    line: VoiceLine,
    chapters: Sequence[Passage],
    written: Sequence[Written],
    goal: str = "",
) -> Iterator[Row]:
    """The rank correlation of place and share, and the mean place at half."""
    draw = random.Random(6)
    pool = [each.paragraphs for each in written]
    used = random.Random(5).sample(chapters, min(MOST_CHAPTERS, len(chapters)))
    shares: list[float] = []
    places: list[float] = []
    for chapter in used:
        for wanted in SHARES:
            share, text = mixed(chapter, wanted, pool, draw)
            shares.append(share)
            places.append(line.place(samples(text)))
    half = [place for share, place in zip(shares, places, strict=True) if share > 0.45]
    yield (f"{name}: rank correlation", float(spearmanr(shares, places).statistic), goal)
    if half:
        yield (f"{name}: mean place at 50 %", sum(half) / len(half), "")


def mixed(
    chapter: Passage, share: float, pool: Sequence[Passage], draw: random.Random
) -> tuple[float, list[str]]:
    """``chapter`` with passages of ``pool`` for about that share of its words, and the share it has become."""
    words, left, added = words_of(chapter), draw.sample(pool, len(pool)), list[Passage]()
    while left and sum(map(words_of, added)) < share * words:
        added.append(left.pop())
    new = sum(map(words_of, added))
    kept, rest = dict(enumerate(chapter)), words
    for number in draw.sample(range(len(chapter)), len(chapter)):
        if rest <= words - new:
            break
        rest -= words_of([kept.pop(number)])
    text = [*kept.values()]
    for passage in added:
        place = draw.randrange(len(text) + 1)
        text[place:place] = passage
    return new / max(1, new + rest), text


def words_of(paragraphs: Passage) -> int:
    """How many words they have."""
    return sum(len(each.split()) for each in paragraphs)


def share_of(found: Sequence[bool]) -> float:
    """How many of them are so."""
    return sum(found) / len(found)


if __name__ == "__main__":
    sys.exit(main())
