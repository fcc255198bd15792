"""A Markdown text as blocks and notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Set
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cowrite.base.errors import UserError
from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    CodeBlock,
    Heading,
    Inlines,
    ListBlock,
    Manuscript,
    Paragraph,
    Quotation,
    Run,
    SceneBreak,
    Table,
)
from cowrite.interchange.markup import critic
from cowrite.interchange.markup.inlines import InlineReading
from cowrite.interchange.markup.tags import blocks_of_html
from cowrite.localization import tr
from cowrite.markdown.lines import PROSE, Within, state_after
from cowrite.markdown.parser import make_parser

DEEPEST = 40
"""Lists and quotations within each other beyond which a text is refused."""
_TOO_DEEP = re.compile(rf"^[ \t]*(?:(?:>|[-+*]|\d{{1,9}}[.)])[ \t]*){{{DEEPEST},}}", re.MULTILINE)
MOST_OPEN_BRACKETS = 2000
"""Brackets without an end beyond which a text is refused: each is looked for to the end of its paragraph."""
_LIST_DEPTH = 2  # a list is two tokens deep
_LONE_SIGN = "#"


class MarkdownReading:
    """Reads one text. ``tags`` are the names of HTML's tags that were left out, and how many of each."""

    def __init__(self, *, keep_changes: bool = False, labels: Set[str] = frozenset()) -> None:
        self.tags: Counter[str] = Counter()
        self._parser = _parser(keep_changes)
        self._keeps_changes = keep_changes
        self._labels = set(labels)
        self._notes: dict[str, Blocks] = {}
        self._lines: list[str] = []
        self._tokens: list[Token] = []
        self._inline_notes: dict[int, str] = {}
        self._at = 0

    def read(self, text: str) -> Manuscript:
        r"""The blocks and notes of a text without front matter, whose lines end in ``\n``; not yet tidied.

        Raises UserError for a text that is nested too deeply.
        """
        if _TOO_DEEP.search(text):
            raise UserError(
                tr("Lists or quotations stand within each other too often in this text."),
                tr("Take some of them out of each other, and try again."),
            )
        _require_ends(text)
        text = _with_usual_comments(text)
        text = critic.prepared(text) if self._keeps_changes else text
        self._lines = text.split("\n")
        env: dict[str, object] = {}
        self._tokens, self._at = self._parser.parse(text, env), 0
        self._labels |= {
            str(token.meta["label"])
            for token in self._tokens
            if token.type == "footnote_reference_open"
        }
        self._name_inline_notes(env)
        blocks = self._until("")
        return Manuscript(blocks, self._notes)

    def _name_inline_notes(self, env: dict[str, object]) -> None:
        """Notes that stand in the text itself, ``^[so]``, get labels of their own."""
        footnotes = env.get("footnotes")
        listed = footnotes.get("list", {}) if isinstance(footnotes, dict) else {}
        for number, note in listed.items():
            if "tokens" not in note:
                continue
            label, more = f"note-{number + 1}", number
            while label in self._labels:
                more += 1
                label = f"note-{more + 1}"
            self._labels.add(label)
            self._inline_notes[number] = label
        for number, label in self._inline_notes.items():
            self._notes[label] = (Paragraph(self._content(listed[number]["tokens"])[0]),)

    def _until(self, end: str) -> Blocks:
        """The blocks up to a token of the type ``end``, which is passed over."""
        found: list[Block] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == end:
                break
            found += self._block(token)
        return tuple(found)

    def _block(self, token: Token) -> Iterable[Block]:
        match token.type:
            case "paragraph_open":
                indent = self._indent()
                content, reading = self._next_content()
                return (Paragraph((*indent, *content), reading.end),)
            case "heading_open":
                content, reading = self._next_content()
                level = int(token.tag[1:])
                is_lone = not content and token.markup == _LONE_SIGN
                return (
                    SceneBreak(_LONE_SIGN) if is_lone else Heading(level, content, reading.end),
                )
            case "hr":
                return (SceneBreak(),)
            case "fence" | "code_block":
                return (CodeBlock(token.content, token.info),)
            case "blockquote_open":
                return (Quotation(self._until("blockquote_close")),)
            case "bullet_list_open":
                return (ListBlock(self._items("bullet_list_close")),)
            case "ordered_list_open":
                first = int(token.attrs.get("start", 1))
                return (ListBlock(self._items("ordered_list_close"), first),)
            case "table_open":
                return (self._table(),)
            case "html_block":
                return self._html(token.content)
            case "footnote_reference_open":
                label = str(token.meta["label"])
                note = self._until("footnote_reference_close")
                self._notes.setdefault(label, note)
        return ()

    def _indent(self) -> Inlines:
        """Wide and fixed blanks before a paragraph's first word, which the parser takes away."""
        token = self._tokens[self._at]
        line = self._lines[token.map[0]] if token.map else ""
        first = token.content.split("\n", 1)[0]
        before = line[: line.rfind(first)] if first else ""
        blanks = before[len(before.rstrip()) :].lstrip(" \t")
        return (Run(blanks),) if blanks else ()

    def _next_content(self) -> tuple[Inlines, InlineReading]:
        """What stands in the token after this one, if it is the content of a block."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        if token is None or token.type != "inline":
            return (), InlineReading(self._labels, self.tags)
        return self._content(token.children or [])

    def _content(self, tokens: list[Token]) -> tuple[Inlines, InlineReading]:
        for token in tokens:
            if token.type == "footnote_ref" and "label" not in token.meta:
                token.meta["label"] = self._inline_notes.get(token.meta["id"], "")
        reading = InlineReading(self._labels, self.tags)
        return tuple(reading.read(tokens)), reading

    def _items(self, end: str) -> tuple[Blocks, ...]:
        items: list[Blocks] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == end:
                break
            if token.type == "list_item_open":
                items.append(self._until("list_item_close"))
        return tuple(items)

    def _table(self) -> Table:
        rows: list[list[Inlines]] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                rows[-1].append(self._next_content()[0])
        return Table(tuple(tuple(row) for row in rows))

    def _html(self, text: str) -> Blocks:
        blocks, are_tags_lost = blocks_of_html(text)
        if are_tags_lost:
            for name in set(re.findall(r"<([A-Za-z][A-Za-z0-9-]*)", text)):
                self.tags[name.lower()] += 1
        return blocks


@cache
def _parser(keeps_changes: bool) -> MarkdownIt:
    parser = make_parser()
    parser.options["maxNesting"] = DEEPEST * _LIST_DEPTH
    # Addresses stay as they are written; which of them may lead anywhere is decided for the whole manuscript.
    for name, rule in (("normalizeLink", str), ("validateLink", bool)):
        setattr(parser, name, rule)
    if keeps_changes:
        critic.use_critic_markup(parser)
    return parser


def _require_ends(text: str) -> None:
    open_ones = sum(
        max(0, line.count("[") - line.count("]")) for line in text.split("\n") if "[" in line
    )
    if open_ones > MOST_OPEN_BRACKETS:
        raise UserError(
            tr("Too many brackets are opened in this text and not closed."),
            tr("Check that it is a text, and divide it into several files."),
        )


def _with_usual_comments(text: str) -> str:
    """Comments ``%% … %%`` of several lines written as HTML's, which the parser knows as blocks."""
    if "%%" not in text:
        return text
    lines, state = text.split("\n"), PROSE
    begin = 0
    for number, line in enumerate(lines):
        before, state = state, state_after(state, line)
        if before.within is not Within.OWN_COMMENT and state.within is Within.OWN_COMMENT:
            begin = number
        elif before.within is Within.OWN_COMMENT and state.within is not Within.OWN_COMMENT:
            own = "\n".join(lines[begin : number + 1])
            _, inside, rest = own.split("%%", 2)
            inside = inside.replace("-->", "-- >")
            written = f"<!--{inside}-->" + (f"\n{rest}" if rest.strip() else "")
            lines[begin] = written
            lines[begin + 1 : number + 1] = [""] * (number - begin)
    return "\n".join(lines)
