"""markdown-it-py as Cowrite reads Markdown: with notes, comments of both kinds, and emphasis in every script.

The one place that decides which marks are emphasis, for the window and for every way out of it. CommonMark lets a
mark close emphasis only where a space or a sign stands beside it; East Asian scripts put none, so that
``这是**「重点」**内容`` would not be bold. There a neighbour from such a script will do.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

# Han, kana, Hangul, Bopomofo, Yi, their punctuation and their full-width forms.
_EAST_ASIAN = (
    (0x1100, 0x11FF),
    (0x2E80, 0x303E),
    (0x3041, 0x33FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA000, 0xA4CF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF01, 0xFFEF),
    (0x1F200, 0x1F2FF),
    (0x20000, 0x3FFFF),
)
_FIRST_EAST_ASIAN = 0x1100
_COMMENT = "%%"


def is_east_asian(character: str) -> bool:
    """Whether a character, a sign too, is of a script that puts no spaces between words."""
    code = ord(character)
    if code < _FIRST_EAST_ASIAN:
        return False
    return any(first <= code <= last for first, last in _EAST_ASIAN)


class EastAsianInline(StateInline):
    """Knows of a run of marks whether it can open or close emphasis."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: D102 - the library's names
        end, marker = start, self.src[start]
        while end < self.posMax and self.src[end] == marker:
            end += 1
        before = self.src[start - 1] if start > 0 else " "
        after = self.src[end] if end < self.posMax else " "
        space_before, space_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
        sign_before, sign_after = is_sign(before), is_sign(after)
        asian_before, asian_after = is_east_asian(before), is_east_asian(after)
        opens = not space_after and (
            not sign_after or asian_after or space_before or sign_before or asian_before
        )
        closes = not space_before and (
            not sign_before or asian_before or space_after or sign_after or asian_after
        )
        return Scanned(
            opens and (canSplitWord or not closes or sign_before),
            closes and (canSplitWord or not opens or sign_after),
            end - start,
        )


def is_sign(character: str) -> bool:
    """Whether CommonMark takes a character for punctuation, which decides where emphasis may end."""
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


class EastAsianParser(ParserInline):
    """The inline parser with that rule."""

    def parse(  # noqa: D102 - the library's name
        self, src: str, md: MarkdownIt, env: MutableMapping[str, Any], tokens: list[Token]
    ) -> list[Token]:
        state = EastAsianInline(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def make_parser() -> MarkdownIt:
    """A parser for Markdown with tables, struck text, notes and comments; definitions are tokens in their place.

    Notes stay where they are defined, and a label that nothing defines is one nevertheless. Front matter is not its
    business: see :mod:`.lines`.
    """
    parser = MarkdownIt("commonmark", {"inline_definitions": True, "maxNesting": 40})
    inline = EastAsianParser()
    inline.ruler, inline.ruler2 = parser.inline.ruler, parser.inline.ruler2
    parser.inline = inline
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=True, move_to_end=False, always_match_refs=True)
    inline.ruler.before("escape", "own_comment", _own_comment)
    return parser


def _own_comment(state: StateInline, silent: bool) -> bool:
    """``%% to oneself %%``."""
    start = state.pos
    if not state.src.startswith(_COMMENT, start):
        return False
    end = state.src.find(_COMMENT, start + len(_COMMENT), state.posMax)
    if end < 0:
        return False
    end += len(_COMMENT)
    if not silent:
        token = state.push("own_comment", "", 0)
        token.content = state.src[start:end]
        token.hidden = True
    state.pos = end
    return True
