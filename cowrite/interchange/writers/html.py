"""A page of HTML: with structure, real notes and links back from them; comments are nowhere, not even in its source."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from urllib.parse import quote

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
    PictureData,
    Quotation,
    RawBlock,
    Run,
    SceneBreak,
    Table,
)
from cowrite.interchange.options import Style, WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.tidying.changes import resolved
from cowrite.localization import tr, trn

_ORDER = ("a", "ins", "del", "strong", "em", "s", "code")
_TAGS = {Mark.STRONG: "strong", Mark.EMPHASIS: "em", Mark.STRIKE: "s", Mark.CODE: "code"}
_STYLE = """
body { max-width: 38em; margin: 3em auto; padding: 0 1em; font-family: Georgia, serif; line-height: 1.5; }
h1, h2, h3, h4, h5, h6 { line-height: 1.2; }
hr { width: 30%; margin: 2em auto; }
blockquote { margin: 1em 2em; }
table { border-collapse: collapse; }
th, td { border: 1px solid; padding: 0.2em 0.6em; text-align: start; vertical-align: top; }
img { max-width: 100%; }
pre { overflow-x: auto; }
.author, .scene-break { text-align: center; }
.footnotes { margin-top: 3em; border-top: 1px solid; font-size: 0.9em; }
"""
_MANUSCRIPT = """
body { font-family: "Times New Roman", serif; font-size: 12pt; line-height: 2; }
"""


def write(manuscript: Manuscript, options: WriteOptions, report: Report) -> bytes:
    """The page in UTF-8; for a fragment only what stands in its body, without classes and styles."""
    if not options.tracked_changes:
        manuscript = resolved(manuscript, accept=True)
    numbers = {label: number for number, label in enumerate(manuscript.notes, 1)}
    page = _Page(manuscript.pictures, numbers, options.is_fragment, options.author)
    body = page.blocks(manuscript.blocks) + page.notes(manuscript.notes)
    page.say(report)
    if options.is_fragment:
        return body.encode()
    return _whole(manuscript.metadata, body, options).encode()


def _whole(metadata: Metadata, body: str, options: WriteOptions) -> str:
    language = metadata.language or options.language
    attribute = f' lang="{escape(language)}"' if language else ""
    author = f'<meta name="author" content="{escape(metadata.author)}">\n' * bool(metadata.author)
    style = _STYLE + _MANUSCRIPT * (options.style is Style.MANUSCRIPT)
    header = ""
    if metadata.title and options.title_page:
        by = f'\n<p class="author">{escape(metadata.author, quote=False)}</p>' * bool(
            metadata.author
        )
        title = escape(metadata.title, quote=False)
        header = (
            f'<header id="title-block-header">\n<h1 class="title">{title}</h1>{by}\n</header>\n'
        )
    return (
        f"<!DOCTYPE html>\n<html{attribute}>\n<head>\n"
        '<meta charset="utf-8">\n<meta name="generator" content="Cowrite">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(metadata.title or tr('Untitled'), quote=False)}</title>\n{author}"
        f"<style>{style}</style>\n</head>\n<body>\n{header}{body}</body>\n</html>\n"
    )


@dataclass
class _Page:
    """Writes blocks, and counts what has no place in a page. ``author``: of changes that name none."""

    pictures: dict[str, PictureData]
    numbers: Mapping[str, int]
    is_fragment: bool
    author: str = ""
    _comments: int = 0
    _raw: int = 0
    _named: dict[str, int] = field(default_factory=dict)
    """How often each note has been referred to so far."""

    def say(self, report: Report) -> None:
        """Say what was left out."""
        if self._comments:
            report.kept.pop(tr("comment"), None)  # by whoever read them, for nothing
            report.leave_out(trn("{count} comment", "{count} comments", self._comments))
        if self._raw:
            report.leave_out(trn("{count} piece of HTML", "{count} pieces of HTML", self._raw))

    def blocks(self, blocks: Blocks) -> str:
        """Blocks, each on lines of its own."""
        return "".join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph():
                return f"<p>{self.inlines(block.content)}</p>\n"
            case Heading():
                return f"<h{block.level}>{self.inlines(block.content)}</h{block.level}>\n"
            case SceneBreak():
                return self._scene_break(block)
            case CodeBlock():
                name = f' class="language-{escape(block.language)}"' if block.language else ""
                code = escape(block.text, quote=False)
                return f"<pre><code{name}>{code}\n</code></pre>\n"
            case Quotation():
                return f"<blockquote>\n{self.blocks(block.blocks)}</blockquote>\n"
            case ListBlock():
                return self._list(block)
            case Table():
                return self._table(block)
            case CommentBlock():
                self._comments += 1
            case RawBlock():
                self._raw += 1
        return ""

    def _scene_break(self, scene: SceneBreak) -> str:
        if not scene.text:
            return "<hr>\n"
        name = "" if self.is_fragment else ' class="scene-break"'
        return f"<p{name}>{escape(scene.text, quote=False)}</p>\n"

    def _list(self, block: ListBlock) -> str:
        tag = "ul" if block.first is None else "ol"
        start = f' start="{block.first}"' if block.first not in (None, 1) else ""
        items = "".join(f"<li>{self._item(item)}</li>\n" for item in block.items)
        return f"<{tag}{start}>\n{items}</{tag}>\n"

    def _item(self, blocks: Blocks) -> str:
        """A lone paragraph needs no tag of its own, which some programs would show as an empty line."""
        first, *others = blocks
        is_short = isinstance(first, Paragraph) and all(
            isinstance(each, ListBlock) for each in others
        )
        if is_short and isinstance(first, Paragraph):
            return self.inlines(first.content) + self.blocks(tuple(others))
        return "\n" + self.blocks(blocks)

    def _table(self, table: Table) -> str:
        lines = []
        for number, row in enumerate(table.rows):
            tag = "th" if table.has_head and number == 0 else "td"
            cells = "".join(f"<{tag}>{self.inlines(cell)}</{tag}>" for cell in row)
            lines.append(f"<tr>{cells}</tr>\n")
        return f"<table>\n{''.join(lines)}</table>\n"

    # --- within a paragraph ---

    def inlines(self, content: Inlines) -> str:
        """Pieces, with as few tags as they need."""
        parts: list[str] = []
        standing: list[tuple[str, str]] = []
        for at, piece in enumerate(content):
            wanted = self._tags_of(content, at, piece)
            common = 0
            while common < min(len(wanted), len(standing)) and wanted[common] == standing[common]:
                common += 1
            parts += [f"</{name}>" for name, _ in reversed(standing[common:])]
            parts += [opening for _, opening in wanted[common:]]
            standing = wanted
            parts.append(self._piece(piece))
        parts += [f"</{name}>" for name, _ in reversed(standing)]
        return "".join(parts)

    def _tags_of(self, content: Inlines, at: int, piece: Inline) -> list[tuple[str, str]]:
        """The tags around a piece, from the outer to the inner one; a line break has those of both neighbours."""
        match piece:
            case Run():
                return _tags(piece.marks, piece.link, self._by(piece.change))
            case NoteReference():
                return _tags(piece.marks, None, self._by(piece.change))
            case Picture():
                return _tags((), piece.link, None)
        if not 0 < at < len(content) - 1 or isinstance(content[at + 1], (LineBreak, Comment)):
            return []
        before = self._tags_of(content, at - 1, content[at - 1])
        after = self._tags_of(content, at + 1, content[at + 1])
        return [one for one, other in zip(before, after, strict=False) if one == other]

    def _by(self, change: Change | None) -> Change | None:
        return change if change is None or change.author else replace(change, author=self.author)

    def _piece(self, piece: Inline) -> str:
        match piece:
            case Run():
                return escape(piece.text, quote=False)
            case LineBreak():
                return "<br>\n"
            case NoteReference():
                return self._reference(piece.label)
            case Picture():
                return self._picture(piece)
            case Comment():
                self._comments += 1
        return ""

    def _reference(self, label: str) -> str:
        number = self.numbers[label]
        count = self._named[label] = self._named.get(label, 0) + 1
        anchor = f"fnref{number}" + (f"-{count}" if count > 1 else "")
        link = f'<a href="#fn{number}" id="{anchor}" role="doc-noteref">{number}</a>'
        return (
            f"<sup>{link}</sup>" if self.is_fragment else f'<sup class="footnote-ref">{link}</sup>'
        )

    def _picture(self, picture: Picture) -> str:
        data = self.pictures.get(picture.source)
        source = picture.source
        if data is not None:
            source = f"data:{data.media_type};base64,{base64.b64encode(data.data).decode()}"
        return f'<img src="{escape(source)}" alt="{escape(picture.description)}">'

    # --- notes ---

    def notes(self, notes: dict[str, Blocks]) -> str:
        """The notes that the text refers to, each with a way back."""
        items = []
        for number, (label, note) in enumerate(notes.items(), 1):
            if label not in self._named:
                continue
            way_back = (
                f' <a href="#fnref{number}" class="footnote-backref" role="doc-backlink">↩</a>'
            )
            written = self.blocks(note)
            if written.endswith("</p>\n"):
                written = written.removesuffix("</p>\n") + way_back + "</p>\n"
            else:
                written += f"<p>{way_back.strip()}</p>\n"
            items.append(f'<li id="fn{number}">\n{written}</li>\n')
        if not items:
            return ""
        listed = "".join(items)
        return f'<section class="footnotes" role="doc-endnotes">\n<ol>\n{listed}</ol>\n</section>\n'


def _tags(marks: Iterable[Mark], link: Link | None, change: Change | None) -> list[tuple[str, str]]:
    found = {_TAGS[mark]: f"<{_TAGS[mark]}>" for mark in marks}
    if link is not None:
        title = f' title="{escape(link.title)}"' if link.title else ""
        found["a"] = f'<a href="{escape(link.address)}"{title}>'
    if change is not None:
        tag = "ins" if change.kind is ChangeKind.INSERTED else "del"
        when = f' datetime="{change.when.isoformat()}"' if change.when else ""
        who = f' cite="mailto:{quote(change.author)}"' if change.author else ""
        # A class as Word's says that this is a change, and not how the text looks.
        found[tag] = f'<{tag} class="mso-change"{who}{when}>'
    return [(tag, found[tag]) for tag in _ORDER if tag in found]
