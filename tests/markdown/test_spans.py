"""What of a text is prose, and what machinery."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cowrite.markdown.kinds import TextKind, is_markdown
from cowrite.markdown.spans import prose, spans

CHAPTER = """---
title: Thee Wrngg Tytle
tags: [qwzx]
---

# The secnd day 🦊

A fox 🦊🦊 saw the wrold in [the hrabour](https://exmple.org/wrngg_pth "A titel") and ran.

Run `prnt(wrngg)` or visit https://exmple.org/wrngg or write to nobdy@exmple.org now.

```
codde blokk
```

<!-- a coment with erors --> The <span class="wrngg">nihgt</span> fell.[^fnn] %% todoo: kil him %%

Un*believ*able, **knwoledge** and _strnage_, a ref [to it][reff] and ![picutre](imgg/wrngg.png) &nbsp; done \\*eend\\*.

[^fnn]: A noet.

[reff]: https://exmple.org/wrngg
"""


def read(text: str) -> str:
    """The prose alone."""
    return "".join(text[each.start : each.end] for each in prose(text, markdown=True))


def kind_of(text: str, part: str) -> TextKind:
    at = text.index(part)
    found = {
        each.kind
        for each in spans(text, markdown=True)
        if each.start < at + len(part) and each.end > at
    }
    assert len(found) == 1, f"{part!r} is of several kinds: {found}"
    return found.pop()


def test_machinery_is_not_prose() -> None:
    words = read(CHAPTER)
    for word in ("secnd", "hrabour", "titel", "nihgt", "knwoledge", "strnage", "picutre", "noet"):
        assert word in words
    for word in (
        "Tytle",
        "qwzx",
        "exmple",
        "prnt",
        "codde",
        "coment",
        "wrngg",
        "fnn",
        "todoo",
        "reff",
    ):
        assert word not in words
    assert "🦊🦊 saw" in words


@pytest.mark.parametrize(
    ("text", "part", "kind"),
    [
        ("a `code` b", "code", TextKind.CODE),
        ("a ``co`de`` b", "co`de", TextKind.CODE),
        ("see <https://a.org/x>.", "https://a.org/x", TextKind.ADDRESS),
        ("see https://a.org/x_y_z.", "https://a.org/x_y_z", TextKind.ADDRESS),
        ("see https://a.org/x.", " ", TextKind.PROSE),
        ("<div>\nword\n</div>", "word", TextKind.PROSE),
        ("<script>\nlet a\n</script>", "let a", TextKind.CODE),
        ("%%\nlong\n\nnote\n%%\n\nafter", "note", TextKind.COMMENT),
        ("%%\nlong\n\nnote\n%%\n\nafter", "after", TextKind.PROSE),
        ("<!-- long\n\nnote -->\nafter", "note", TextKind.COMMENT),
        ("<!-- long\n\nnote --> more *x*", "more", TextKind.PROSE),
        ("`%% no %%`", "%% no %%", TextKind.CODE),
        ("100 % and 50 %% here", "here", TextKind.PROSE),
        ("- item\n\n      code\n", "code", TextKind.CODE),
        ("- item\n\n  ```\n  x\n\n  y\n  ```\n\nafter", "y", TextKind.CODE),
        ("- item\n\n  ```\n  x\n\nafter", "after", TextKind.PROSE),
        ("> ```\n> code\n\nafter", "code", TextKind.CODE),
        ("> ```\n> code\n\nafter", "after", TextKind.PROSE),
        ("```\na\n~~~\nb\n````\nc", "b", TextKind.CODE),
        ("```\na\n~~~\nb\n````\nc", "c", TextKind.PROSE),
        ("---\na: b\n---\nc", "a: b", TextKind.FRONT_MATTER),
        ("---\nHe said no.\n---\nc", "He said no.", TextKind.PROSE),
        ("---\na: b\nnever ends", "never ends", TextKind.PROSE),
        ("a^[an inline note] b", "an inline note", TextKind.PROSE),
        ("a[^1] b", "[^1]", TextKind.LABEL),
        ("| a | b |\n|---|---|\n| `c` | d |", "c", TextKind.CODE),
        ("| a | b |\n|---|---|\n| `c` | d |", "d", TextKind.PROSE),
        ("- [x] done", "[x]", TextKind.MARK),
        ("[shown]: https://a.org 'Title'\n\n[shown]", "Title", TextKind.PROSE),
        ("AT&amp;T", "&amp;", TextKind.TAG),
        ("1986. A year", "A year", TextKind.PROSE),
    ],
)
def test_kinds(text: str, part: str, kind: TextKind) -> None:
    assert kind_of(text, part) is kind


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("这是**「重点」**内容。", "这是「重点」内容。"),
        ("这是**“重点”**内容。", "这是“重点”内容。"),
        ("**重点。**后面", "重点。后面"),
        ("これは*「強調」*です", "これは「強調」です"),
        ("**Cowrite（编辑器）**是", "Cowrite（编辑器）是"),
        ("한국어는**(강조)**입니다", "한국어는(강조)입니다"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("a**(b)**c", "a**(b)**c"),
    ],
)
def test_emphasis_in_every_script(text: str, shown: str) -> None:
    assert read(text) == shown


def test_a_plain_text_is_prose_throughout() -> None:
    assert [(each.start, each.end) for each in spans(CHAPTER, markdown=False)] == [
        (0, len(CHAPTER))
    ]
    assert spans("", markdown=False) == []
    assert spans("", markdown=True) == []


def test_which_files_are_markdown() -> None:
    assert is_markdown(None)
    assert is_markdown(Path("a.MD"))
    assert is_markdown(Path("a.markdown"))
    assert not is_markdown(Path("a.txt"))
    assert not is_markdown(Path("README"))


ANYTHING = st.lists(
    st.sampled_from(
        ["*", "**", "_", "`", "```", "[", "](", ")", "<", ">", "<!--", "-->", "%%", "#", "- ", "1. ", "> ", "---", "~~",
         "\n", "\n\n", "    ", "\t", "a", "wort ", "「", "」", "内", "🦊", "\\", "|", "[^1]", "[^1]: ", "&amp;", "!",
         "https://a.org", "a@b.org", "key: x"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(ANYTHING)
def test_spans_cover_the_text_without_gaps(text: str) -> None:
    at = 0
    found = spans(text, markdown=True)
    for each in found:
        assert each.start == at < each.end
        at = each.end
    assert at == len(text)
    assert all(one.kind is not other.kind for one, other in pairwise(found))
