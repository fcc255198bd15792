"""Pages of HTML: their structure, their notes, and what has no place in them."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from support.manuscripts import manuscripts

from cowrite.interchange.manuscript import (
    Change,
    ChangeKind,
    Comment,
    CommentBlock,
    LineBreak,
    Link,
    ListBlock,
    Manuscript,
    Mark,
    Metadata,
    NoteReference,
    Paragraph,
    RawBlock,
    Run,
    Table,
)
from cowrite.interchange.options import WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.tidying import tidy
from cowrite.interchange.writers import html

EMPHASIS = frozenset({Mark.EMPHASIS})
FRAGMENT = WriteOptions(is_fragment=True)


def fragment(*blocks: object, notes: dict[str, object] | None = None) -> str:
    manuscript = tidy(Manuscript(blocks, notes or {}))  # type: ignore[arg-type]
    return html.write(manuscript, FRAGMENT, Report()).decode()


class Nesting(HTMLParser):
    """Fails for a tag that ends where another one is open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("br", "hr", "img", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@given(manuscripts(has_changes=True))
def test_tags_are_nested(manuscript: Manuscript) -> None:
    options = WriteOptions(tracked_changes=True)
    nesting = Nesting()
    nesting.feed(html.write(tidy(manuscript), options, Report()).decode())
    assert nesting.open == []


def test_one_tag_for_one_passage() -> None:
    content = (
        Run("a", EMPHASIS),
        LineBreak(),
        Run("b ", EMPHASIS),
        Run("c", EMPHASIS, Link("https://e.org/?a=1&b")),
    )
    assert fragment(Paragraph(content)) == (
        '<p><em>a<br>\nb </em><a href="https://e.org/?a=1&amp;b"><em>c</em></a></p>\n'
    )


def test_lists_and_tables() -> None:
    item = (Paragraph((Run("a<b"),)), ListBlock(((Paragraph((Run("c"),)),),)))
    assert fragment(ListBlock((item,), 3)) == (
        '<ol start="3">\n<li>a&lt;b<ul>\n<li>c</li>\n</ul>\n</li>\n</ol>\n'
    )
    assert fragment(Table((((Run("a"),), ()), ((Run("b"),), (Run("c"),))))) == (
        "<table>\n<tr><th>a</th><th></th></tr>\n<tr><td>b</td><td>c</td></tr>\n</table>\n"
    )


def test_a_note_that_is_named_twice() -> None:
    text = Paragraph((Run("a"), NoteReference("x"), Run(" b"), NoteReference("x")))
    note = (Paragraph((Run("Note."),)),)
    page = fragment(text, notes={"x": note, "unnamed": note})
    assert page.count('href="#fn1"') == 2
    assert page.count('id="fn1"') == 1
    assert '<p>Note. <a href="#fnref1"' in page
    assert "fn2" not in page


def test_nothing_private_is_in_it() -> None:
    blocks = (
        Paragraph((Run("a "), Comment("secret"), Run("b"))),
        CommentBlock("secret"),
        RawBlock("<div data-x='secret'>"),
        Paragraph((Run("gone", change=Change(ChangeKind.DELETED)), Run("kept"))),
    )
    report = Report()
    metadata = Metadata("T <1>", "A", "de", ("status: secret",))
    page = html.write(tidy(Manuscript(blocks, metadata=metadata)), WriteOptions(), report).decode()
    assert "secret" not in page
    assert "gone" not in page
    assert "<title>T &lt;1&gt;</title>" in page
    assert [each.what for each in report.left_out] == ["2 comments", "1 piece of HTML"]
