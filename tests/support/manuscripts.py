"""Manuscripts of every kind of block and piece, made up from a seed; no two of them alike.

They are not tidied: a reader may make what it likes. A small size is a simple manuscript.
"""

from __future__ import annotations

import random
import re

from hypothesis import strategies as st

from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    Change,
    ChangeKind,
    CodeBlock,
    Comment,
    CommentBlock,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    Link,
    ListBlock,
    Manuscript,
    Mark,
    Metadata,
    NoteReference,
    Paragraph,
    Picture,
    Quotation,
    RawBlock,
    Run,
    SceneBreak,
    Table,
)

_WORDS = r"""
He said|never|un|believ|able|—what?|“Stop!”|Dear Sir,|Note:|x|.|…|é|'|"|snake_case|2*3*4
这是|「重点」|内容。|“停下！”|これは|重要。|한국어|(강조)|입니다.|שלום|مرحبا|naïve
*|**|_|__|`|``|~|~~|%%|%|<!-- x -->|<em>|<|>|&|&amp;|\|\*|!|^|[|]|(|)
[^1]|[^1]: x|[a](b)|![a](b)|[a]: b|^[x]|1986.|1)|#|##|-|+|=|===|---|***|```|~~~|:
{++x++}|{--|~>|}|{>>|https://example.org/a_b_c|<https://e.org>|me@e.org|&#65;|a&nbsp;b|<br>|<b>|</i>
"""
_ODD = (
    "|",
    "| a | b |",
    "\U0001f468\u200d\U0001f469",
    "e\u0301",
    "a\u00adb",
    "No.\u00a07",
    "\u3000",
)
_BLANKS = (
    " ",
    "  ",
    " a ",
    "\t",
    "\n",
    "---\n",
    "\u202f",
    "e\u2011mail",
    "\u2028",
    "\ufeff",
    "\x85",
)


_ADDRESSES = (
    "https://example.org/a_b?c=(d)&e=f",
    "http://例.cn/路?q=*a*",
    "mailto:me@example.org",
    "#part-2",
    "https://e.org/a)b(\\<>`|&amp;%20 x",
    "javascript:alert(1)",
    "https://e.org/[a]\"'",
)
_LABELS = ("1", "2", "oil", "a b", "ö", "x]")
_MARKS = tuple(Mark)
_ALL_WORDS = (*re.split(r"[|\n](?=.)", _WORDS.strip()), *_ODD, *_BLANKS)


class _Maker:
    def __init__(self, seed: int, size: int, *, has_changes: bool) -> None:
        self._random = random.Random(seed)
        self._size = size
        self._has_changes = has_changes

    def manuscript(self) -> Manuscript:
        labels = self._random.sample(_LABELS, self._count(3))
        return Manuscript(
            self.blocks(0), {label: self.blocks(1) for label in labels}, self._metadata()
        )

    def blocks(self, depth: int) -> Blocks:
        return tuple(self._block(depth) for _ in range(self._count(4 - depth)))

    def _count(self, most: int) -> int:
        return self._random.randint(0, min(most, self._size))

    def _text(self) -> str:
        words = [self._random.choice(_ALL_WORDS) for _ in range(1 + self._count(3))]
        joint = self._random.choice(("", "", " "))
        odd = chr(self._random.randrange(0x3000)) if self._random.random() < 0.1 else ""
        return joint.join(words) + odd

    def _change(self) -> Change | None:
        if not self._has_changes or self._random.random() < 0.6:
            return None
        return Change(self._random.choice(tuple(ChangeKind)))

    def _link(self) -> Link | None:
        if self._random.random() < 0.7:
            return None
        title = self._text() if self._random.random() < 0.3 else ""
        return Link(self._random.choice(_ADDRESSES), title)

    def _marks(self) -> frozenset[Mark]:
        return frozenset(self._random.sample(_MARKS, self._random.choice((0, 0, 1, 1, 2, 3))))

    def _inline(self) -> Inline:
        match self._random.randrange(12):
            case 0:
                return LineBreak(self._change())
            case 1:
                return NoteReference(self._random.choice(_LABELS), self._marks(), self._change())
            case 2:
                source = self._random.choice(("a b.png", "https://e.org/x.png", "", "x(1).png"))
                return Picture(source, self._text(), self._link())
            case 3:
                return Comment(self._text())
        return Run(self._text(), self._marks(), self._link(), self._change())

    def content(self) -> Inlines:
        return tuple(self._inline() for _ in range(self._count(6)))

    def _block(self, depth: int) -> Block:
        match self._random.randrange(14 if depth < 2 else 11):
            case 0:
                return Heading(self._random.randint(0, 7), self.content())
            case 1:
                signs = ("", "#", "⁂", "* * *", "~", "odd", "+ + +", "===")
                return SceneBreak(self._random.choice(signs))
            case 2:
                language = self._random.choice(("", "python", "a b"))
                return CodeBlock("\n".join(self._text() for _ in range(self._count(3))), language)
            case 3:
                return CommentBlock("\n".join(self._text() for _ in range(self._count(3))))
            case 4:
                rows = (
                    tuple(self.content() for _ in range(self._count(3)))
                    for _ in range(self._count(3))
                )
                return Table(tuple(rows), self._random.random() < 0.5)
            case 5:
                return RawBlock(self._random.choice(("<div class=x>", "<table>\n<tr>\n</table>")))
            case 11:
                return Quotation(self.blocks(depth + 1))
            case 12 | 13:
                first = self._random.choice((None, None, -1, 0, 1, 1, 2, 9, 12))
                items = tuple(self.blocks(depth + 1) for _ in range(self._count(3)))
                return ListBlock(items, first)
        return Paragraph(self.content(), self._change())

    def _metadata(self) -> Metadata:
        title, author = (self._text() if self._random.random() < 0.4 else "" for _ in range(2))
        others = self._random.choice(((), ("status: draft three", "tags:", "  - a")))
        return Metadata(title, author, self._random.choice(("", "en-GB", "zh-CN")), others)


def manuscript(seed: int, size: int = 6, *, has_changes: bool = False) -> Manuscript:
    """The same one for the same seed."""
    return _Maker(seed, size, has_changes=has_changes).manuscript()


def manuscripts(*, has_changes: bool = False) -> st.SearchStrategy[Manuscript]:
    """Whole manuscripts, before they are tidied."""
    return st.builds(
        lambda size, seed: manuscript(seed, size, has_changes=has_changes),
        st.integers(1, 6),
        st.integers(0, 2**32),
    )
