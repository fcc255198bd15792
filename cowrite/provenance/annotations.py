"""The block of Markdown Annotations that tells who wrote what, for other programs to read.

Format: version 0.1 of https://github.com/iainc/Markdown-Annotations. Ranges are counted in grapheme clusters; the hash
is of the UTF-8 text without its last line end, cut to 32 hexadecimal digits as in the examples there.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import accumulate

from cowrite.base.utf16 import utf16_length
from cowrite.provenance.ranges import Origin, Ranges, Run
from cowrite.provenance.sources import Source

AUTHOR = "@Human"
NAMELESS = "AI"
HASH_DIGITS = 32


def annotation_block(text: str, ranges: Ranges, sources: Mapping[str, Source]) -> str:
    """The block, to be put after ``text`` and an empty line; empty for an empty text.

    Pasted text and text that was there before have no author that we know of, and so no annotation.
    """
    body = text.removesuffix("\n")
    if not body:
        return ""
    ends = _cluster_ends(body)
    digest = hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_DIGITS]
    authors: dict[str, list[tuple[int, int]]] = {}
    for start, run in ranges.placed():
        author = _author(run, sources)
        # A cluster that two authors share belongs to whoever ended it.
        first, last = bisect_left(ends, start + 1), bisect_left(ends, start + run.length + 1)
        if author and first < last:
            authors.setdefault(author, []).append((first, last))
    lines = [f"Annotations: 0,{len(ends)} SHA-256 {digest}"]
    for author in sorted(authors, key=lambda name: (not name.startswith("@"), name)):
        lines.append(f"{author}: {' '.join(map(_range, _joined(authors[author])))}")
    return "\n".join(["---", *(f"{line}  " for line in lines), "..."]) + "\n"


def _author(run: Run, sources: Mapping[str, Source]) -> str:
    if run.origin is Origin.TYPED:
        return AUTHOR
    if run.origin not in (Origin.ACCEPTED, Origin.REWRITTEN):
        return ""
    source = sources.get(run.source)
    name = source.model if source and source.model else NAMELESS
    plain = "".join(c if c.isprintable() and c not in "<>" else " " for c in name)
    return "&" + plain.replace(":", "\\:").strip()


def _range(edges: tuple[int, int]) -> str:
    start, end = edges
    return str(start) if end - start == 1 else f"{start},{end - start}"


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _cluster_ends(text: str) -> list[int]:
    """Where each grapheme cluster ends, in UTF-16 units."""
    if text.isascii() and "\r" not in text:
        return list(range(1, len(text) + 1))
    # Tables that most writers never need.
    from icu4py.breakers import CharacterBreaker

    # Half of a pair is not a character that ICU takes.
    whole = text.encode("utf-8", "replace").decode()
    return [*accumulate(utf16_length(cluster) for cluster in CharacterBreaker(whole, "root"))]
