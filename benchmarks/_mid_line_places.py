"""Carets in the middle of lines: cut out of texts, and from cases as `suggest_cases.py` reads them."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from suggest_cases import read_cases

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
MENDED = "a word is mended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A caret with what stands around it and what would be ``right``: nothing, where it is a trap."""

    kind: str
    before: str
    after: str
    right: tuple[str, ...]
    document: str = ""


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
    found = [place for turn in zip(*of_each, strict=True) for some in turn for place in some]
    return sorted(found, key=lambda place: place.kind == MENDED)


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
    word = gap.split(" ")[0]
    yield place(MENDED, word, gap[len(word) :] + after)


def cases(path: Path) -> Iterator[Place]:
    """The mid-line cases and the duplication traps of a file."""
    for case in read_cases(path):
        tags = set(case["tags"])  # type: ignore[call-overload]
        kind = next((tag for tag in ("mid-line", "duplication-trap") if tag in tags), "")
        right = case.get("acceptable") or [case.get("target") or ""]
        if kind:
            before, after = str(case["before"]), str(case["after"] or "")
            yield Place(
                kind=f"case, {kind}",
                before=before,
                after=after,
                document=before + after,
                right=tuple(map(str, right)) if case["expect"] == "insert" else (),  # type: ignore[call-overload]
            )
