#!/usr/bin/env python3
"""Makes what the program knows of the starter model's prose, ``resources/voice``: numbers and words, no text.

``--corpora`` is a folder with the books; ``--written`` keeps what the model writes (about 100,000 words, 20 minutes on
two cores), and what is in it is not written again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from _common import (
    ROOT,
    STARTER_MODEL,
    Report,
    existing_folder,
    file_to_write,
    home_with_model,
    make_parser,
)
from _voice_texts import BOOKS, NEUTRAL, Written, book_chapters, written_texts

from cowrite.voice.chapters import samples
from cowrite.voice.model_prose import STARTER, ModelProse, ProseGroup, write_prose
from cowrite.voice.traits import Counted

NAME = "SmolLM2 135M Instruct"
BESIDE = 120
"""So many samples of an author's books stand for all of them."""


def main() -> None:
    """Write, count, and print how much there is."""
    parser = make_parser("Make the statistics of the starter model's prose.")
    parser.add_argument("--corpora", type=existing_folder, required=True, metavar="DIR")
    parser.add_argument("--written", type=file_to_write, required=True, metavar="FILE")
    parser.add_argument(
        "--out", type=file_to_write, default=ROOT / "resources" / STARTER, metavar="FILE"
    )
    options = parser.parse_args()
    with home_with_model(options.models_dir) as home:
        model_dir = home / "data" / "models" / STARTER_MODEL
        written = written_texts(options.corpora, options.written, model_dir)
    prose = ModelProse(
        model=STARTER_MODEL, name=NAME, groups=tuple(prose_groups(written, options.corpora))
    )
    write_prose(options.out, prose)
    rows = [("samples", len(prose.samples), ""), ("bytes", options.out.stat().st_size, "")]
    Report(title="The starter model's prose", rows=rows).show(options.json)


def prose_groups(written: Iterable[Written], corpora: Path) -> Iterator[ProseGroup]:
    """One group of what was written without an author, and one for each author, with their books beside it."""
    texts = list(written)
    yield ProseGroup(name=NEUTRAL, samples=tuple(_samples(texts, {NEUTRAL})))
    for author, books in BOOKS.items():
        mine = tuple(_samples(texts, set(books)))
        if mine:
            beside = [
                sample
                for book in books
                for each in book_chapters(corpora, author, book)
                for sample in samples(each.paragraphs)
            ]
            yield ProseGroup(name=author, samples=mine, beside=evenly(beside, BESIDE))


def evenly(found: Sequence[Counted], most: int) -> tuple[Counted, ...]:
    """``most`` of them, or all if there are fewer, from all over."""
    step = max(1, len(found) // most)
    return tuple(found[::step])


def _samples(texts: Iterable[Written], books: set[str]):
    return samples(line for each in texts if each.book in books for line in each.paragraphs)


if __name__ == "__main__":
    sys.exit(main())
