"""Drafts made from a seed as writers write them: chapters, scenes, notes, verse, lists, tables, in several scripts."""

from __future__ import annotations

import random

from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    CodeBlock,
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
    Quotation,
    Run,
    SceneBreak,
    Table,
)
from cowrite.interchange.tidying import tidy

_WORDS = {
    "en": "the ferry left harbour nobody waved at four and she counted every step—once, twice… “Stop!” it’s 1986. "
    "snake_case 2*3 AT&T <so> [sic] #1 well-known naïve café No.\u00a07",
    "zh": "这是「重点」内容。 “停下！” 他说： 灯塔 渡船 没有人 挥手， 然后 走了 第三章",
    "ja": "これは重要。 そして 港 「はい」 灯台 誰も",
    "ko": "한국어 (강조) 입니다. 등대 아무도 항구",
    "he": "שלום ספינה נמל איש לא הלך",
    "ru": "паром ушёл в четыре, и никто не махал — «Стой!»",
}
_ADDRESSES = ("https://example.org/a_b?c=(d)&e=f", "http://例.cn/路", "mailto:me@example.org")


class _Draft:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._notes: dict[str, Blocks] = {}

    def manuscript(self) -> Manuscript:
        blocks: list[Block] = []
        for _ in range(self._random.randint(1, 4)):
            blocks.append(Heading(self._random.choice((1, 1, 2, 3)), self._words(4, plain=True)))
            blocks += [self._block() for _ in range(self._random.randint(2, 9))]
        titles = ("", "The Salt Road", 'Ins & Outs <of> "It"', "盐路")
        metadata = Metadata(
            self._random.choice(titles),
            self._random.choice(("", "A. Nonymous")),
            self._random.choice(("en-GB", "zh-CN", "de")),
        )
        return tidy(Manuscript(tuple(blocks), self._notes, metadata))

    def _block(self) -> Block:
        match self._random.randrange(16):
            case 0:
                return SceneBreak(self._random.choice(("", "", "#", "⁂")))
            case 1:
                return Quotation(tuple(Paragraph(self._words(12)) for _ in range(2)))
            case 2:
                return self._list(0)
            case 3:
                return self._verse()
            case 4:
                rows = range(self._random.randint(2, 4))
                width = self._random.randint(1, 4)
                return Table(tuple(tuple(self._words(3) for _ in range(width)) for _ in rows))
            case 5:
                return CodeBlock("def f(x):\n    return  x * 2  # <a> & *b*\n\nf(1)")
            case 6 | 7:
                return self._noted()
        return Paragraph(self._words(40))

    def _list(self, depth: int) -> ListBlock:
        items: list[Blocks] = []
        for _ in range(self._random.randint(1, 4)):
            item: list[Block] = [Paragraph(self._words(8))]
            if depth < 2 and self._random.random() < 0.3:
                item.append(self._list(depth + 1))
            elif self._random.random() < 0.2:
                item.append(Paragraph(self._words(8)))
            items.append(tuple(item))
        return ListBlock(tuple(items), self._random.choice((None, None, 1, 3, 9)))

    def _verse(self) -> Paragraph:
        lines: list[Inline] = [*self._words(5)]
        for _ in range(self._random.randint(1, 4)):
            lines += [LineBreak(), *self._words(5)]
        return Paragraph(tuple(lines))

    def _noted(self) -> Paragraph:
        label = str(len(self._notes) + 1)
        count = self._random.randint(1, 2)
        self._notes[label] = tuple(Paragraph(self._words(10)) for _ in range(count))
        return Paragraph((*self._words(9), NoteReference(label), Run(" "), *self._words(6)))

    def _words(self, most: int, *, plain: bool = False) -> Inlines:
        words = _WORDS[
            self._random.choice(("en", "en", "en", "zh", "ja", "ko", "he", "ru"))
        ].split()
        found: list[Inline] = []
        for _ in range(self._random.randint(1, most)):
            marks: frozenset[Mark] = frozenset()
            link = None
            if not plain and self._random.random() < 0.2:
                marks = frozenset(self._random.sample(tuple(Mark), self._random.choice((1, 1, 2))))
            if not plain and self._random.random() < 0.04:
                link = Link(self._random.choice(_ADDRESSES))
            found.append(Run(self._random.choice(words), marks, link))
            if self._random.random() < 0.9:
                found.append(Run(" "))
        return tuple(found)


def made_draft(seed: int) -> Manuscript:
    """The same one for the same seed."""
    return _Draft(seed).manuscript()
