"""What becomes of texts on the way to other programs' files and back: Markdown to DOCX, ODT and HTML, and again.

    python benchmarks/interchange.py --novel shared/data/corpora/austen/emma.txt

Drafts made from seeds, 200 unless told otherwise, with everything that a draft may hold in six scripts, go there and
back. “Equal” is: every block, its kind, its text and its emphasis as before. Where a draft is not, what differs is
named by the first block that does. A novel is read as paragraphs, every tenth of them with a word in italics, every
hundredth a heading, and must come back with the same words, emphasis and headings.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

from _common import Report, Row, existing_file, make_parser
from _made_drafts import made_draft

from cowrite.interchange.formats import read, write
from cowrite.interchange.kinds import Kind
from cowrite.interchange.manuscript import (
    Block,
    Heading,
    Manuscript,
    Mark,
    NoteReference,
    Paragraph,
    Run,
)
from cowrite.interchange.options import ReadOptions, WriteOptions
from cowrite.interchange.report import Report as Carried
from cowrite.interchange.tidying import tidy
from cowrite.interchange.tidying.notes import changed_blocks, contents

KINDS = (Kind.DOCX, Kind.ODT, Kind.HTML)
DRAFTS = 200
HEADING_EVERY, ITALICS_EVERY = 100, 10


def main() -> None:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0], uses_model=False)
    parser.add_argument("--drafts", type=int, default=DRAFTS, metavar="NUMBER")
    parser.add_argument("--novel", type=existing_file, metavar="FILE")
    options = parser.parse_args()
    rows: list[Row] = []
    for kind in KINDS:
        rows += rows_of_drafts(kind, options.drafts)
        if options.novel is not None:
            rows += rows_of_novel(kind, novel(options.novel.read_text("utf-8")))
    Report(title="Interchange", rows=rows).show(options.json)


def there_and_back(markdown: bytes, kind: Kind, carried: Carried) -> Manuscript:
    """Markdown read, written as ``kind``, read, written as Markdown, and read."""
    manuscript = read(Kind.MARKDOWN, markdown, ReadOptions(), carried)
    file = write(kind, manuscript, WriteOptions(), carried)
    back = write(Kind.MARKDOWN, read(kind, file, ReadOptions(), carried), WriteOptions(), carried)
    return with_numbers(read(Kind.MARKDOWN, back, ReadOptions(), carried))


def with_numbers(manuscript: Manuscript) -> Manuscript:
    """Notes are named by their numbers, as most kinds of files name them."""
    numbers = {label: str(number) for number, label in enumerate(manuscript.notes, 1)}

    def renamed(each: object) -> object:
        if isinstance(each, NoteReference):
            return NoteReference(numbers[each.label], each.marks, each.change)
        return each

    return tidy(
        Manuscript(
            changed_blocks(manuscript.blocks, renamed),  # type: ignore[arg-type]
            {
                numbers[label]: changed_blocks(note, renamed)  # type: ignore[arg-type]
                for label, note in manuscript.notes.items()
            },
            manuscript.metadata,
        )
    )


def rows_of_drafts(kind: Kind, count: int) -> Iterator[Row]:
    """How many drafts come back as they were, and how others differ."""
    equal = words_equal = 0
    differing, losses = Counter[str](), Counter[str]()
    for seed in range(count):
        carried = Carried()
        written = write(Kind.MARKDOWN, made_draft(seed), WriteOptions(), carried)
        before = with_numbers(read(Kind.MARKDOWN, written, ReadOptions(), carried))
        after = there_and_back(written, kind, carried)
        equal += before == after
        words_equal += words_of(before) == words_of(after)
        losses.update(each.what for each in carried.left_out)
        if before != after:
            differing[difference(before, after)] += 1
    yield f"{kind}: drafts with equal text, of {count}", words_equal, str(count)
    yield f"{kind}: drafts equal in text and structure, of {count}", equal, str(count)
    for what, number in differing.most_common(8):
        yield f"{kind}: differs first in: {what}", number, ""
    for what, number in losses.most_common(8):
        yield f"{kind}: said to be left out: {what}", number, ""


def difference(before: Manuscript, after: Manuscript) -> str:
    """The kind of the first block that is not as it was."""
    parts = [(before.blocks, after.blocks)]
    parts += list(zip(before.notes.values(), after.notes.values(), strict=False))
    for one, other in parts:
        for old, new in zip_longest(one, other):
            if old != new:
                return f"{name(old)} is {name(new)}" if name(old) != name(new) else name(old)
    return "metadata" if before.metadata != after.metadata else "notes"


def name(block: Block | None) -> str:
    """What a block is called in the table."""
    return "nothing" if block is None else type(block).__name__


def words_of(manuscript: Manuscript) -> list[str]:
    """All words in order, notes at the end."""
    texts: list[str] = []
    for part in (manuscript.blocks, *manuscript.notes.values()):
        for content in contents(part):
            texts.append("".join(each.text if isinstance(each, Run) else " " for each in content))
    return " ".join(texts).split()


def novel(text: str) -> Manuscript:
    """A book as a manuscript with headings and italics."""
    blocks: list[Block] = []
    for number, part in enumerate(re.split(r"\n\s*\n", text)):
        words = part.split()
        if not words:
            continue
        if number % HEADING_EVERY == 0:
            blocks.append(Heading(1, (Run(" ".join(words[:8])),)))
        elif number % ITALICS_EVERY == 0:
            italic = Run(words[0], frozenset({Mark.EMPHASIS}))
            blocks.append(Paragraph((italic, Run(" " + " ".join(words[1:])))))
        else:
            blocks.append(Paragraph((Run(" ".join(words)),)))
    return tidy(Manuscript(tuple(blocks)))


def rows_of_novel(kind: Kind, manuscript: Manuscript) -> Iterator[Row]:
    """Whether a novel comes back, and how long that takes."""
    carried = Carried()
    written = write(Kind.MARKDOWN, manuscript, WriteOptions(), carried)
    before = with_numbers(read(Kind.MARKDOWN, written, ReadOptions(), carried))
    begun = time.perf_counter()
    after = there_and_back(written, kind, carried)
    seconds = time.perf_counter() - begun
    count = len(words_of(before))
    yield (
        f"{kind}: novel of {count:,} words, the same words",
        "yes" if words_of(before) == words_of(after) else "no",
        "yes",
    )
    is_equal = before.blocks == after.blocks
    yield f"{kind}: novel, the same emphasis and headings", "yes" if is_equal else "no", "yes"
    yield f"{kind}: novel there and back, s", round(seconds, 1), "at most 10"


if __name__ == "__main__":
    main()
