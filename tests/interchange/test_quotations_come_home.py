"""Lists, headings, code and tables in quotations, and the language of code, through DOCX and ODT and home again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.interchange.formats import read, write
from cowrite.interchange.kinds import Kind
from cowrite.interchange.marks import code_mark, depth_of, language_of, quotation_mark
from cowrite.interchange.options import ReadOptions, WriteOptions
from cowrite.interchange.report import Report

QUOTED = """---
lang: en
---

> quoted
>
> - a
>
> - b
>
>   more b
>
> 1. x
>    - y
>
> ## Heading
>
> after
>
> > deep
> > - deep item
>
> ```python
> code()
> ```
>
> | a | b |
> | --- | --- |
> | c | d |

- item

  > quotation in an item

1. > numbered quotation

2. two

text

> - only a list

text

> # only a heading

```python
x = 1
```
"""


def home(text: str, kind: Kind) -> str:
    """Markdown that went through a file of that kind."""
    manuscript = read(Kind.MARKDOWN, text.encode(), ReadOptions(), Report())
    data = write(kind, manuscript, WriteOptions(), Report())
    found = read(kind, data, ReadOptions(), Report())
    return write(Kind.MARKDOWN, found, WriteOptions(), Report()).decode()


@pytest.mark.parametrize("kind", [Kind.DOCX, Kind.ODT])
def test_what_is_quoted_stays_quoted(kind: Kind) -> None:
    assert home(QUOTED, kind) == QUOTED


@given(st.integers(0, 120), st.text(max_size=25), st.integers(1, 9999))
def test_marks_are_read_as_they_are_written(depth: int, language: str, number: int) -> None:
    marks = [f"{mark}_{number}" for mark in (quotation_mark(depth), code_mark(language)) if mark]
    assert depth_of(marks) == min(depth, 99)
    assert language_of(marks) == (language if code_mark(language) else "")
    assert all(len(mark) <= 40 for mark in marks)  # Word takes no longer ones


def test_other_bookmarks_are_no_marks() -> None:
    others = ["_toc123", "_quoted", "_quotedx_1", "code", "_code_1", "_goback"]
    assert depth_of(others) == 0
    assert language_of(others) == ""
