"""Manuscripts of every kind of block and piece, made up by hypothesis; no two of them alike."""

from __future__ import annotations

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


@st.composite
def _texts(draw: st.DrawFn) -> str:
    """Words, signs of Markdown, odd characters, of every script; a composite, as its name is short in a report."""
    words = st.sampled_from([*re.split(r"[|\n](?=.)", _WORDS.strip()), *_ODD, *_BLANKS])
    some = draw(st.lists(words, min_size=1, max_size=4))
    return draw(st.sampled_from(["", "", " "])).join(some) + draw(st.text(max_size=2))


TEXTS = _texts()
MARKS = st.frozensets(
    st.sampled_from([Mark.STRONG, Mark.EMPHASIS, Mark.STRIKE, Mark.CODE]), max_size=3
)
ADDRESSES = st.sampled_from(
    [
        "https://example.org/a_b?c=(d)&e=f",
        "http://例.cn/路?q=*a*",
        "mailto:me@example.org",
        "#part-2",
        "https://e.org/a)b(\\<>`|&amp;%20 x",
        "javascript:alert(1)",
        "https://e.org/[a]\"'",
    ]
)
LINKS = st.builds(Link, ADDRESSES, st.one_of(st.just(""), TEXTS))
_DEEPEST = 1
LABELS = st.sampled_from(["1", "2", "oil", "a b", "ö", "x]"])
NONE: st.SearchStrategy[Change | None] = st.none()
CHANGES = st.builds(Change, st.sampled_from(ChangeKind))


@st.composite
def inlines(draw: st.DrawFn, changes: st.SearchStrategy[Change | None]) -> Inlines:
    """What stands in a paragraph."""
    run = st.builds(Run, TEXTS, MARKS, st.one_of(st.none(), st.none(), LINKS), changes)
    others: list[st.SearchStrategy[Inline]] = [
        st.builds(LineBreak, changes),
        st.builds(NoteReference, LABELS, MARKS, changes),
        st.builds(Picture, st.sampled_from(["a b.png", "https://e.org/x.png", ""]), TEXTS),
        st.builds(Picture, st.just("x(1).png"), TEXTS, LINKS),
        st.builds(Comment, TEXTS),
    ]
    return tuple(draw(st.lists(st.one_of(run, run, run, *others), max_size=4)))


@st.composite
def blocks(
    draw: st.DrawFn, changes: st.SearchStrategy[Change | None] = NONE, depth: int = 0
) -> Blocks:
    """Blocks in blocks."""
    content = inlines(changes)
    kinds: list[st.SearchStrategy[Block]] = [
        st.builds(Paragraph, content, changes),
        st.builds(Paragraph, content, changes),
        st.builds(Heading, st.integers(0, 7), content),
        st.builds(SceneBreak, st.sampled_from(["", "#", "⁂", "* * *", "~", "odd"])),
        st.builds(CodeBlock, TEXTS, st.sampled_from(["", "python", "a b"])),
        st.builds(CommentBlock, TEXTS),
        st.builds(
            Table,
            st.lists(st.lists(content, max_size=3).map(tuple), max_size=3).map(tuple),
            st.booleans(),
        ),
        st.builds(RawBlock, st.sampled_from(["<div class=x>", "<table>\n<tr>\n</tr>\n</table>"])),
    ]
    if depth < _DEEPEST:
        inner = blocks(changes, depth + 1)
        items = st.lists(inner, max_size=3).map(tuple)
        kinds += [
            st.builds(Quotation, inner),
            st.builds(ListBlock, items, st.one_of(st.none(), st.integers(-1, 12))),
        ]
    return tuple(draw(st.lists(st.one_of(kinds), max_size=3 - depth)))


METADATA = st.builds(
    Metadata,
    st.one_of(st.just(""), TEXTS),
    st.one_of(st.just(""), TEXTS),
    st.sampled_from(["", "en-GB", "zh-CN"]),
    st.sampled_from([(), ("status: draft three", "tags:", "  - a")]),
)


@st.composite
def manuscripts(draw: st.DrawFn, changes: st.SearchStrategy[Change | None] = NONE) -> Manuscript:
    """Whole manuscripts, before they are tidied."""
    notes = st.dictionaries(LABELS, blocks(changes, 1), max_size=3)
    return Manuscript(draw(blocks(changes)), draw(notes), draw(METADATA))
