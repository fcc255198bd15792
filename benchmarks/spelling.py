"""How many right words are flagged, and how many wrong ones are found, in books, beside hunspell as it comes.

    python benchmarks/spelling.py --texts shared/data/corpora

Of each book the first 3,000 words are only read: the cast is learned from them and from what follows. Then, per
1,000 words: what is flagged in the finished text (“standing”), and what was flagged at the moment it was written (“as
written”); nobody adds a word to a dictionary. Every flag counts as false, also where a printed book has a misprint. For
recall one letter of a word of four or more is left out, put in, replaced, or changes places, where hunspell does not
know what comes of it; of names, in words with a capital letter in the middle of a sentence. The rules were made looking
at the “tuning” half of the books; each is checked in the spelling that its edition has.
"""

from __future__ import annotations

import random
import string
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from _common import Report, Row, existing_folder, make_parser

from cowrite.spelling.cast import Cast
from cowrite.spelling.checker import Checker
from cowrite.spelling.dictionary import Dictionary
from cowrite.spelling.installed import SHIPPED
from cowrite.spelling.words import Word, words_of

LEARNED_FROM = 3_000
TYPOS = 2_000
SEED = 21


@dataclass(frozen=True, slots=True)
class Book:
    """A text below the folder of texts, the language that it is spelled in, and what it is used for."""

    path: str
    language: str
    half: str


BOOKS = (
    Book("austen/emma.txt", "en_GB", "tuning"),
    Book("chesterton/heretics.txt", "en_GB", "tuning"),
    Book("twain/roughing_it.txt", "en_US", "tuning"),
    Book("austen/persuasion.txt", "en_GB", "test"),
    # This edition spells as Americans do: “color”, “gray”.
    Book("chesterton/whats_wrong_with_the_world.txt", "en_US", "test"),
    Book("twain/life_on_the_mississippi.txt", "en_US", "test"),
)


def main() -> None:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0], uses_model=False)
    parser.add_argument("--texts", type=existing_folder, required=True, metavar="DIR")
    parser.add_argument("--half", choices=["tuning", "test", "both"], default="both")
    options = parser.parse_args()
    books = [book for book in BOOKS if options.half in (book.half, "both")]
    books = [book for book in books if (options.texts / book.path).is_file()]
    if not books:
        parser.error("none of the books is in that folder.")
    checkers = {name: Checker(Dictionary(path)) for name, path in SHIPPED.items()}
    rows: list[Row] = []
    for book in books:
        rows += rows_of(book, options.texts / book.path, checkers[book.language])
        print(f"{book.path} done", file=sys.stderr)
    Report(title="Spelling", rows=rows).show(options.json)


def rows_of(book: Book, path: Path, checker: Checker) -> Iterator[Row]:
    """What there is to say of one book."""
    name = f"{Path(book.path).stem} ({book.language}, {book.half})"
    begun = time.perf_counter()
    words = list(words_of(path.read_text("utf-8")))
    own = {at for at, word in enumerate(words) if checker.is_own(word)}
    doubtful = {at for at in own if not checker.knows(words[at])}
    cast = Cast()
    cast.add(words[at] for at in own)
    standing = [at for at in doubtful if checker.is_flagged(words[at], cast)]
    seconds = time.perf_counter() - begun
    yield f"{name}: hunspell alone, per 1,000 words", per_thousand(list(own), words), ""
    yield f"{name}: standing, per 1,000 words", per_thousand(standing, words), "at most 1"
    yield (
        f"{name}: as written, per 1,000 words",
        per_thousand(flagged_as_written(words, own, doubtful, checker), words),
        "at most 1",
    )
    generator = random.Random(SEED)
    for kind, pool in (("words", spots(words)), ("names", spots(words, names=True))):
        yield (
            f"{name}: typos in {kind} found, %",
            recall(words, pool, cast, checker, generator),
            "at least 95",
        )
    yield f"{name}: whole text of {len(words):,} words, s", round(seconds, 2), ""


def per_thousand(flags: Sequence[int], words: Sequence[Word]) -> float:
    """Of the words after the first ones."""
    counted = sum(at >= LEARNED_FROM for at in flags)
    return round(1000 * counted / (len(words) - LEARNED_FROM), 2)


def flagged_as_written(
    words: Sequence[Word], own: set[int], doubtful: set[int], checker: Checker
) -> list[int]:
    """What is flagged when its word is finished, by what was written until then."""
    cast, flags = Cast(), []
    for at in sorted(own):
        cast.add([words[at]])
        if at in doubtful and checker.is_flagged(words[at], cast):
            flags.append(at)
    return flags


def spots(words: Sequence[Word], *, names: bool = False) -> list[int]:
    """Where a typo may be made."""
    return [
        at
        for at, word in enumerate(words)
        if at >= LEARNED_FROM
        and len(word.form) >= 4
        and word.form.isalpha()
        and not word.form.isupper()
        and (not names or (word.form[0].isupper() and not word.opens))
    ]


def recall(
    words: Sequence[Word],
    pool: Sequence[int],
    cast: Cast,
    checker: Checker,
    generator: random.Random,
) -> float:
    """The share of typos that are flagged, in percent."""
    made = found = 0
    while made < TYPOS:
        word = words[generator.choice(pool)]
        wrong = replace(word, form=mistyped(word.form, generator))
        if wrong.form.lower() == word.form.lower() or not checker.is_own(wrong):
            continue
        made += 1
        if checker.knows(wrong):
            continue
        cast.add([wrong])
        found += checker.is_flagged(wrong, cast)
        cast.remove([wrong])
    return round(100 * found / made, 1)


def mistyped(form: str, generator: random.Random) -> str:
    """One edit, with the capital letter kept."""
    at = generator.randrange(len(form))
    letter = generator.choice(string.ascii_lowercase)
    match generator.randrange(4):
        case 0:
            wrong = form[:at] + form[at + 1 :]
        case 1:
            wrong = form[:at] + letter + form[at:]
        case 2:
            wrong = form[:at] + letter + form[at + 1 :]
        case _:
            at = min(at, len(form) - 2)
            wrong = form[:at] + form[at + 1] + form[at] + form[at + 2 :]
    if form[0].isupper():
        return wrong[:1].upper() + wrong[1:].lower()
    return wrong


if __name__ == "__main__":
    main()
