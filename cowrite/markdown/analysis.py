"""What the lines of one group are, by markdown-it-py: which characters are prose and which machinery, what looks how.

A group is what can be read for itself: a paragraph, a list, a quotation, a table (:mod:`.groups`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from cowrite.markdown.kinds import Style, TextKind
from cowrite.markdown.lines import LineState, Within, state_after

if TYPE_CHECKING:  # a window with an empty text is there before the parser
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from cowrite.markdown.trace import Trace

LONGEST_LINE = 20_000
"""Characters beyond which nothing is looked for in a line: no writer wrote it."""

_SPECIAL = re.compile(r"[*_`\[\]<&\\~%|^]|://|www\.|\S@\S")
_BLOCK_BEGIN = re.compile(r"[ \t>#=+-]|\d{1,9}[.)]")
_ADDRESS = re.compile(
    r"(?:\b(?:https?|ftp|file)://|\bmailto:|\bwww\.)[^\s<>\"”“]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
_TRAILING = ".,;:!?'’\"”»)]}*_"
_NOTE_LABEL = re.compile(r"\s*\[\^[^\]\s]+\]:")
_TASK = re.compile(r"\[[ xX]\](?=\s)")
_LIST_MARK = re.compile(r"[-+*]|\d{1,9}[.)]")
_HASHES = re.compile(r"[ \t>]*#{1,6}")


@dataclass(frozen=True, slots=True)
class LineMarks:
    """What one line is, in characters from its beginning.

    ``kinds`` covers the line without gaps; ``heading`` is the level of the heading that begins in it; ``underlines``
    is for a line of ``===`` and says how many lines above it its heading begins. 0 for none.
    """

    kinds: tuple[tuple[int, int, TextKind], ...] = ()
    styles: tuple[tuple[int, int, Style], ...] = ()
    heading: int = 0
    underlines: int = 0
    heading_level: int = 0
    """The level of the heading that the line is part of."""


@dataclass(slots=True)
class _Draft:
    text: str
    codes: bytearray
    styles: list[tuple[int, int, Style]] = field(default_factory=list)
    heading: int = 0
    underlines: int = 0
    heading_level: int = 0
    cursor: int = 0
    """Up to where inline sources have been found in it."""

    def put(self, start: int, end: int, kind: TextKind) -> None:
        start, end = max(0, start), min(end, len(self.text))
        if start < end:
            self.codes[start:end] = bytes([kind]) * (end - start)

    def look(self, start: int, end: int, style: Style) -> None:
        start, end = max(0, start), min(end, len(self.text))
        if start < end:
            self.styles.append((start, end, style))


def whole(text: str, kind: TextKind, *styles: Style) -> LineMarks:
    """A line that is all of one kind."""
    size = len(text)
    if not size:
        return LineMarks()
    return LineMarks(((0, size, kind),), tuple((0, size, style) for style in styles))


def analyse_alone(before: LineState, line: str, references: Mapping[str, Any]) -> LineMarks:
    """A line that stands in, opens or closes a fence, a comment, front matter: it needs no other."""
    within = before.within
    if within is Within.PROSE:
        within = state_after(before, line).within
        if within is Within.FENCE:
            return _fence_line(line)
    elif within is Within.FENCE:
        return _fence_line(line) if state_after(before, line) != before else _code(line)
    if within is Within.FRONT_MATTER:
        return whole(line, TextKind.FRONT_MATTER)
    if within is Within.RAW_HTML:
        return _code(line)
    closer = before.closer
    if before.within is not Within.PROSE and closer in line:
        end = line.index(closer) + len(closer)
        rest = analyse(["x" + line[end:]], references)[0] if line[end:].strip() else None
        return _comment_then(line, end, rest)
    return whole(line, TextKind.COMMENT)


def _code(line: str) -> LineMarks:
    return whole(line, TextKind.CODE, Style.CODE_BLOCK)


def _fence_line(line: str) -> LineMarks:
    bare = line.lstrip()
    ticks = len(line) - len(bare.lstrip(bare[:1]))
    kinds = [(0, ticks, TextKind.MARK)]
    if ticks < len(line):
        kinds.append((ticks, len(line), TextKind.LABEL))
    return LineMarks(tuple(kinds), ((0, len(line), Style.CODE_BLOCK),))


def _comment_then(line: str, end: int, rest: LineMarks | None) -> LineMarks:
    kinds = [(0, end, TextKind.COMMENT)]
    styles: list[tuple[int, int, Style]] = []
    if rest is None:
        return LineMarks(_joined([*kinds, (end, len(line), TextKind.COMMENT)]))
    by = end - 1  # a letter stood for the comment
    kinds += [(max(start + by, end), stop + by, kind) for start, stop, kind in rest.kinds]
    styles += [(max(start + by, end), stop + by, style) for start, stop, style in rest.styles]
    return LineMarks(_joined(each for each in kinds if each[0] < each[1]), tuple(styles))


def _joined(
    kinds: Iterable[tuple[int, int, TextKind]],
) -> tuple[tuple[int, int, TextKind], ...]:
    result: list[tuple[int, int, TextKind]] = []
    for start, end, kind in kinds:
        if start >= end:
            continue
        if result and result[-1][2] is kind:
            start = result.pop()[0]
        result.append((start, end, kind))
    return tuple(result)


def analyse(lines: Sequence[str], references: Mapping[str, Any]) -> list[LineMarks]:
    """What the lines of one group are. ``references``: which labels links may name, as markdown-it-py has them."""
    if any(len(line) > LONGEST_LINE for line in lines) or is_plain(lines):
        return [whole(line, TextKind.PROSE) for line in lines]
    return _Analysis(lines, references).result()


def is_plain(lines: Sequence[str]) -> bool:
    """Whether there can be nothing but prose in a group."""
    if any(_SPECIAL.search(line) for line in lines):
        return False
    return not any(_BLOCK_BEGIN.match(line) for line in lines)


@cache
def _parser() -> MarkdownIt:
    from cowrite.markdown.parser import make_parser
    from cowrite.markdown.trace import wrap_rules

    parser = make_parser()
    wrap_rules(parser)
    parser.core.ruler.disable(["inline", "text_join"])
    return parser


class _Analysis:
    """The work on one group."""

    def __init__(self, lines: Sequence[str], references: Mapping[str, Any]) -> None:
        self._references = dict(references)
        self._drafts = [_Draft(line, bytearray([TextKind.MARK]) * len(line)) for line in lines]
        env: dict[str, Any] = {"references": dict(references)}
        tokens = _parser().parse("\n".join(lines), env)
        self._references |= env["references"]
        for token in tokens:
            self._take(token)
        for draft in self._drafts:
            self._finish(draft)

    def result(self) -> list[LineMarks]:
        """One for each line."""
        return [
            LineMarks(
                _runs(draft.codes),
                tuple(sorted(draft.styles, key=lambda each: each[:2])),
                draft.heading,
                draft.underlines,
                draft.heading_level,
            )
            for draft in self._drafts
        ]

    def _of(self, token: Token) -> list[_Draft]:
        first, last = token.map or (0, 0)
        return self._drafts[first:last]

    def _take(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self._take_heading(token)
            case "blockquote_open":
                self._style_lines(token, Style.QUOTE)
            case "list_item_open":
                self._take_item(token)
            case "table_open":
                self._style_lines(token, Style.TABLE)
            case "hr":
                self._style_lines(token, Style.BREAK)
            case "code_block":
                self._take_code(self._of(token))
            case "fence":
                self._take_fence(token)
            case "html_block":
                self._take_html(token)
            case "definition":
                self._take_definition(token)
            case "footnote_reference_open":
                self._take_note(token)
            case "inline":
                self._take_inline(token)

    def _style_lines(self, token: Token, style: Style) -> None:
        for draft in self._of(token):
            draft.look(0, len(draft.text), style)

    def _take_heading(self, token: Token) -> None:
        level, drafts = int(token.tag[1:]), self._of(token)
        if not drafts:
            return
        if (
            drafts[0].text.strip() == "#"
        ):  # between scenes in a manuscript, and no heading without a word
            self._style_lines(token, Style.BREAK)
            return
        drafts[0].heading = level
        is_underlined = not token.markup.startswith("#")
        for draft in drafts[:-1] if is_underlined else drafts:
            draft.heading_level = level
            draft.look(0, len(draft.text), Style.HEADING)
            if not is_underlined and (hashes := _HASHES.match(draft.text)) is not None:
                draft.cursor = hashes.end()
        if is_underlined:
            drafts[-1].underlines = len(drafts) - 1

    def _take_item(self, token: Token) -> None:
        for draft in self._of(token)[:1]:
            if (mark := _LIST_MARK.search(draft.text, draft.cursor)) is not None:
                draft.look(mark.start(), mark.end(), Style.LIST_MARK)
                draft.cursor = mark.end()

    @staticmethod
    def _take_code(drafts: list[_Draft]) -> None:
        for draft in drafts:
            draft.put(0, len(draft.text), TextKind.CODE)
            draft.look(0, len(draft.text), Style.CODE_BLOCK)

    def _take_fence(self, token: Token) -> None:
        drafts = self._of(token)
        body = token.content.count("\n")
        self._take_code(drafts[1 : 1 + body])
        for draft in drafts[:1]:
            draft.look(0, len(draft.text), Style.CODE_BLOCK)
            at = draft.text.find(token.markup) + len(token.markup)
            draft.put(at, len(draft.text), TextKind.LABEL)
        for draft in drafts[1 + body :]:
            draft.look(0, len(draft.text), Style.CODE_BLOCK)

    def _take_html(self, token: Token) -> None:
        """Tags and comments are machinery; what stands between them is prose, whose marks are only marks."""
        source = "\n".join(draft.text for draft in self._of(token))
        self._put_inline(self._of(token), source, keeps_styles=False)

    def _take_definition(self, token: Token) -> None:
        drafts = self._of(token)
        source = "\n".join(draft.text for draft in drafts)
        label_end = source.find("]:")
        from cowrite.markdown.trace import Trace

        trace = Trace()
        trace.mark(0, label_end + 2, TextKind.LABEL)
        trace.mark(label_end + 2, len(source), TextKind.ADDRESS)
        title = str(token.meta.get("title") or "")
        if title and (at := source.rfind(title)) > label_end:
            trace.mark(at, at + len(title), TextKind.PROSE)
        self._lay(trace, [(draft, 0, len(draft.text)) for draft in drafts])

    def _take_note(self, token: Token) -> None:
        for draft in self._of(token)[:1]:
            if (label := _NOTE_LABEL.match(draft.text)) is not None:
                draft.put(0, label.end(), TextKind.LABEL)
                draft.cursor = label.end()

    def _take_inline(self, token: Token) -> None:
        first, _ = token.map or (0, 0)
        parts = token.content.split("\n")
        if not token.content:
            return
        self._put_inline(self._drafts[first : first + len(parts)], token.content)

    def _put_inline(self, drafts: list[_Draft], source: str, *, keeps_styles: bool = True) -> None:
        places: list[tuple[_Draft, int, int]] = []
        for draft, part in zip(drafts, source.split("\n"), strict=False):
            at = _place_of(part, draft.text, draft.cursor)
            if at < 0:  # a cell whose bars are escaped: read as prose, without a look
                draft.put(draft.cursor, len(draft.text), TextKind.PROSE)
                return
            draft.put(at, at + len(part), TextKind.PROSE)
            places.append((draft, at, len(part)))
        from cowrite.markdown.trace import trace_inline

        trace = trace_inline(_parser(), source, self._references)
        if not keeps_styles:
            trace.styles = []
        self._lay(trace, places)
        for draft, at, size in places:
            draft.cursor = at + size

    @staticmethod
    def _lay(trace: Trace, places: list[tuple[_Draft, int, int]]) -> None:
        """Put what was found in a source into the lines that it was made of."""
        offset = 0
        for draft, at, size in places:
            by = at - offset
            for start, end, kind in trace.kinds:
                if start < offset + size and end > offset:
                    draft.put(max(start + by, at), min(end + by, at + size), kind)
            for start, end, style in trace.styles:
                if start < offset + size and end > offset:
                    draft.look(max(start + by, at), min(end + by, at + size), style)
            offset += size + 1

    @staticmethod
    def _finish(draft: _Draft) -> None:
        """What lies across the blocks: addresses in the open, boxes of tasks, the marks before a paragraph's text."""
        text = draft.text
        first = next((n for n, code in enumerate(draft.codes) if code != TextKind.MARK), len(text))
        if (task := _TASK.match(text, first)) is not None and any(
            style is Style.LIST_MARK for _, _, style in draft.styles
        ):
            draft.put(task.start(), task.end(), TextKind.MARK)
        names = {style for _, _, style in draft.styles}
        if names & {Style.HEADING, Style.QUOTE} and first:
            draft.look(0, first, Style.SYNTAX)
        if Style.HEADING in names:
            last = len(bytes(draft.codes).rstrip(bytes([TextKind.MARK])))
            draft.look(last, len(text), Style.SYNTAX)
        for found in _ADDRESS.finditer(text):
            end = found.start() + len(found[0].rstrip(_TRAILING))
            if set(draft.codes[found.start() : end]) <= {TextKind.PROSE, TextKind.MARK}:
                draft.put(found.start(), end, TextKind.ADDRESS)


def _place_of(part: str, line: str, cursor: int) -> int:
    """Where a line of an inline source stands in the line it was made of; -1 if it cannot be found."""
    if not part:
        return len(line)
    bare = part.rstrip()
    at = len(line.rstrip()) - len(bare)
    if at >= cursor and line.startswith(bare, at):
        return at
    return line.find(bare, cursor)


def _runs(codes: bytearray) -> tuple[tuple[int, int, TextKind], ...]:
    result: list[tuple[int, int, TextKind]] = []
    start = 0
    for found in re.finditer(rb"(.)\1*", bytes(codes), re.DOTALL):
        result.append((start, found.end(), TextKind(found[1][0])))
        start = found.end()
    return tuple(result)
