"""Text with a look on its way over the clipboard: from HTML to Markdown, and from Markdown to HTML."""

from __future__ import annotations

from cowrite.interchange.formats import read, write
from cowrite.interchange.kinds import Kind
from cowrite.interchange.manuscript import Inlines, LineBreak, Manuscript, Paragraph, Run
from cowrite.interchange.options import ReadOptions, WriteOptions
from cowrite.interchange.pictures import without_pictures
from cowrite.interchange.report import Report
from cowrite.interchange.tidying.notes import contents

_FRAGMENT = WriteOptions(is_fragment=True)


def markdown_of(html: str, report: Report) -> str | None:
    """``html`` as Markdown, or None if it has no look: one paragraph in which nothing stands out.

    Raises UserError if it is too much, or cannot be read.
    """
    options = ReadOptions(is_fragment=True)
    manuscript = without_pictures(read(Kind.HTML, html.encode(), options, report), report)
    if not manuscript.blocks or _is_plain(manuscript):
        return None
    return write(Kind.MARKDOWN, manuscript, _FRAGMENT, report).decode().strip("\n")


def html_of(markdown: str, report: Report) -> str:
    """A passage of Markdown as the HTML that other programs take from the clipboard. Raises UserError."""
    options = ReadOptions(is_fragment=True)
    manuscript = read(Kind.MARKDOWN, markdown.encode(), options, report)
    return write(Kind.HTML, manuscript, _FRAGMENT, report).decode()


def plain_of(markdown: str) -> str:
    """The words of a passage of Markdown without its marks, for programs that take no look. Raises UserError."""
    options = ReadOptions(is_fragment=True)
    manuscript = read(Kind.MARKDOWN, markdown.encode(), options, Report())
    return "\n\n".join(filter(None, map(_words, contents(manuscript.blocks))))


def _words(content: Inlines) -> str:
    return "".join(
        each.text if isinstance(each, Run) else "\n" if isinstance(each, LineBreak) else ""
        for each in content
    )


def _is_plain(manuscript: Manuscript) -> bool:
    if manuscript.notes or len(manuscript.blocks) > 1:
        return False
    block = manuscript.blocks[0]
    return isinstance(block, Paragraph) and all(
        isinstance(each, Run) and not each.marks and each.link is None for each in block.content
    )
