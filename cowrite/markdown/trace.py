"""Where in its source each inline construct stands: what markdown-it-py knows while it parses, and forgets.

Its tokens have no places. The rules are wrapped, so that each says from where to where it matched; which marks are
emphasis is asked once the pairs are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import StateInline
from markdown_it.token import Token

from cowrite.markdown.kinds import Style, TextKind

Rule = Callable[[StateInline, bool], bool]

_TRACE = "cowrite_trace"
_WITH_OWN_STATE = {"image": 2, "footnote_inline": 2}
"""Rules that parse what is in their brackets for itself, and how far in that begins."""
_REFERENCE = re.compile(r"\]\s*\[([^\]]*)\]?$", re.DOTALL)
_PAIRS = {
    "em_open": (Style.EMPHASIS, 0, 1),
    "em_close": (Style.EMPHASIS, 0, 1),
    "strong_open": (Style.STRONG, -1, 2),
    "strong_close": (Style.STRONG, 0, 2),
    "s_open": (Style.STRIKE, 0, 2),
    "s_close": (Style.STRIKE, 0, 2),
}


@dataclass(slots=True)
class Trace:
    """What was found, in characters of the source; what comes later is laid over what came before."""

    base: int = 0
    kinds: list[tuple[int, int, TextKind]] = field(default_factory=list)
    styles: list[tuple[int, int, Style]] = field(default_factory=list)

    def mark(self, start: int, end: int, kind: TextKind, *styles: Style) -> None:
        """From ``start`` to ``end`` of what is being parsed there is this kind, looking so."""
        first, last = self.base + start, self.base + end
        if first < last:
            self.kinds.append((first, last, kind))
            self.styles += [(first, last, style) for style in styles]

    def style(self, start: int, end: int, style: Style) -> None:
        """From ``start`` to ``end`` it looks so."""
        if start < end:
            self.styles.append((self.base + start, self.base + end, style))

    def syntax(self, start: int, end: int) -> None:
        """From ``start`` to ``end`` there are marks that a reader does not see."""
        self.mark(start, end, TextKind.MARK, Style.SYNTAX)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a rule found: from ``start`` to ``end`` of the source: these tokens."""

    trace: Trace
    state: StateInline
    start: int
    end: int
    tokens: list[Token]


def trace_inline(parser: MarkdownIt, source: str, references: dict[str, Any]) -> Trace:
    """Parse the inline source of one paragraph."""
    trace = Trace()
    env: dict[str, Any] = {"references": references, _TRACE: trace}
    parser.inline.parse(source, parser, env, [])
    return trace


def wrap_rules(parser: MarkdownIt) -> None:
    """Have every inline rule of ``parser`` say what it found."""
    rules = [rule for rule in parser.inline.ruler.__rules__ if rule.name in _SAY]
    for rule in rules:
        parser.inline.ruler.at(rule.name, _saying(rule.name, rule.fn))
    parser.inline.ruler2.before("fragments_join", "cowrite_trace", _say_pairs)


def _saying(name: str, rule: Rule) -> Rule:
    say, inset = _SAY[name], _WITH_OWN_STATE.get(name, 0)

    def wrapped(state: StateInline, silent: bool) -> bool:
        trace: Trace | None = state.env.get(_TRACE)
        if silent or trace is None:
            return rule(state, silent)
        start, count = state.pos, len(state.tokens)
        shift = start + inset if inset else 0
        trace.base += shift
        try:
            found = rule(state, silent)
        finally:
            trace.base -= shift
        if found:
            say(_Found(trace, state, start, state.pos, state.tokens[count:]))
        return found

    return wrapped


def _say_delimiters(found: _Found) -> None:
    """Keep the tokens of a run of marks with their places, until it is known which of them are emphasis."""
    kept: list[tuple[Token, int]] = found.state.__dict__.setdefault("cowrite_delimiters", [])
    at = found.end
    for token in reversed(found.tokens):
        at -= len(token.content)
        if at < found.start:
            break
        kept.append((token, at))


def _say_pairs(state: StateInline) -> None:
    trace: Trace | None = state.env.get(_TRACE)
    kept: list[tuple[Token, int]] = state.__dict__.get("cowrite_delimiters", [])
    if trace is None:
        return
    opened: list[tuple[str, int]] = []
    for token, at in sorted(kept, key=lambda each: each[1]):
        if token.type not in _PAIRS:
            continue
        style, before, length = _PAIRS[token.type]
        first = at + before
        trace.syntax(first, first + length)
        if token.nesting > 0:
            opened.append((token.type, first))
            continue
        wanted = token.type.replace("close", "open")
        while opened:
            name, begin = opened.pop()
            if name == wanted:
                trace.style(begin, first + length, style)
                break


def _say_code(found: _Found) -> None:
    code = next((token for token in found.tokens if token.type == "code_inline"), None)
    if code is None:
        return
    ticks = len(code.markup)
    found.trace.mark(found.start + ticks, found.end - ticks, TextKind.CODE)
    found.trace.style(found.start, found.end, Style.CODE)
    found.trace.syntax(found.start, found.start + ticks)
    found.trace.syntax(found.end - ticks, found.end)


def _say_link(found: _Found) -> None:
    _say_target(found, 1)


def _say_image(found: _Found) -> None:
    _say_target(found, 2)


def _say_target(found: _Found, opening: int) -> None:
    """``[text](address "title")``, ``[text][label]``, ``[label]``, with ``!`` before it or without."""
    trace, state, start, end = found.trace, found.state, found.start, found.end
    label_end = state.md.helpers.parseLinkLabel(state, start + opening - 1, True)
    state.pos = end
    trace.syntax(start, start + opening)
    trace.style(start + opening, label_end, Style.LINK)
    rest = state.src[label_end:end]
    trace.syntax(label_end, end)
    if (label := _REFERENCE.match(rest)) is not None:
        trace.mark(label_end + label.start(1), label_end + label.end(1), TextKind.LABEL)
    elif rest.startswith("]("):
        _say_destination(trace, state, label_end + 2, end - 1)


def _say_destination(trace: Trace, state: StateInline, start: int, end: int) -> None:
    while start < end and state.src[start].isspace():
        start += 1
    found = state.md.helpers.parseLinkDestination(state.src, start, end)
    after = found.pos if found.ok else start
    trace.mark(start, after, TextKind.ADDRESS)
    while after < end and state.src[after].isspace():
        after += 1
    while end > after and state.src[end - 1].isspace():
        end -= 1
    trace.mark(after + 1, end - 1, TextKind.PROSE)


def _say_autolink(found: _Found) -> None:
    found.trace.syntax(found.start, found.start + 1)
    found.trace.mark(found.start + 1, found.end - 1, TextKind.ADDRESS)
    found.trace.syntax(found.end - 1, found.end)


def _say_html(found: _Found) -> None:
    is_comment = found.state.src.startswith("<!--", found.start)
    found.trace.mark(found.start, found.end, TextKind.COMMENT if is_comment else TextKind.TAG)


def _say_comment(found: _Found) -> None:
    found.trace.mark(found.start, found.end, TextKind.COMMENT)


def _say_entity(found: _Found) -> None:
    found.trace.mark(found.start, found.end, TextKind.TAG)


def _say_escape(found: _Found) -> None:
    is_one = any(
        token.type == "hardbreak" or token.content[:1] != "\\" for token in found.tokens[-1:]
    )
    if is_one or found.state.src[found.start : found.start + 2] == "\\\\":
        found.trace.syntax(found.start, found.start + 1)


def _say_note(found: _Found) -> None:
    found.trace.mark(found.start, found.end, TextKind.LABEL)


def _say_inline_note(found: _Found) -> None:
    found.trace.mark(found.start, found.start + 2, TextKind.LABEL)
    found.trace.mark(found.end - 1, found.end, TextKind.LABEL)


_SAY: dict[str, Callable[[_Found], None]] = {
    "emphasis": _say_delimiters,
    "strikethrough": _say_delimiters,
    "backticks": _say_code,
    "link": _say_link,
    "image": _say_image,
    "autolink": _say_autolink,
    "html_inline": _say_html,
    "own_comment": _say_comment,
    "entity": _say_entity,
    "escape": _say_escape,
    "footnote_ref": _say_note,
    "footnote_inline": _say_inline_note,
}
