"""Makes resources/spelling/english_words.txt.gz from the word lists of SCOWL (Debian's package “scowl”).

    python packaging/english_words.py /usr/share/dict/scowl

Rare English words that the two hunspell dictionaries do not know: one a line, sorted by their UTF-8 bytes, as
``word/regions tier``: regions are “a” (American) and “b” (British), the tier is 1 (SCOWL's size 70) or 2 (size 80).
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterable
from pathlib import Path

from cowrite.settings.resources import resource_path
from cowrite.spelling.dictionary import Dictionary
from cowrite.spelling.installed import SHIPPED

KINDS = ("words", "upper", "proper-names", "contractions")
LISTS = {
    "a": ("english", "american", "variant_1", "variant_2"),
    "b": ("english", "british", "british_z", "british_variant_1", "british_variant_2"),
}
SIZES = {"1": 70, "2": 80}
SHORTEST = 3


def words_in(folder: Path, lists: Iterable[str], size: int) -> set[str]:
    """The words of some lists up to a size, without possessives."""
    found: set[str] = set()
    for name in lists:
        for path in folder.glob(f"{name}-*.*"):
            kind = path.stem.removeprefix(f"{name}-")
            if kind in KINDS and int(path.suffix[1:]) <= size:
                found |= set(path.read_text("latin-1").split())
    return {word.removesuffix("'s") for word in found if len(word) >= SHORTEST}


def main(folder: Path) -> None:
    """Write the file."""
    flags: dict[str, dict[str, str]] = {}
    for tier in sorted(SIZES, reverse=True):
        for region, lists in LISTS.items():
            for word in words_in(folder, lists, SIZES[tier]):
                flags.setdefault(word, {})[region] = tier
    dictionaries = {"a": Dictionary(SHIPPED["en_US"]), "b": Dictionary(SHIPPED["en_GB"])}
    rows = []
    for word, tiers in flags.items():
        needed = {r: t for r, t in tiers.items() if not dictionaries[r].spells(word)}
        if needed:
            rows.append(f"{word}/{''.join(sorted(needed))}{min(needed.values())}\n")
    rows.sort(key=lambda row: row.partition("/")[0].encode())
    data = gzip.compress("".join(rows).encode(), 9, mtime=0)
    (resource_path("spelling") / "english_words.txt.gz").write_bytes(data)
    print(f"{len(rows):,} words, {len(data):,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
