r"""CriticMarkup within Markdown: ``{++new++}``, ``{--old--}``, ``{~~old~>new~~}``, ``{>>comment<<}``, ``{==marked==}``.

As in :mod:`cowrite.proposals.critic_markup`, a backslash before the brace makes it text; here that is Markdown's own
escape. A change may begin and end anywhere between marks of emphasis. One over several paragraphs is taken apart:
an empty mark at the end of a paragraph changes the paragraph's end.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from cowrite.interchange.manuscript import Change, ChangeKind

_OVER_PARAGRAPHS = re.compile(
    r"(?<!\\)\{(\+\+|--)((?:(?!\1\}|\{\+\+|\{--).)*?\n[ \t]*\n(?:(?!\1\}|\{\+\+|\{--).)*?)\1\}",
    re.DOTALL,
)
_EMPTY_LINES = re.compile(r"\s*\n[ \t]*\n\s*")
_KINDS = {"++": ChangeKind.INSERTED, "--": ChangeKind.DELETED}
_ENDS = {"++": "++}", "--": "--}", "~~": "~~}", "==": "==}", ">>": "<<}"}
OPENED, CLOSED, HALF, NOTE = "critic_open", "critic_close", "critic_half", "critic_comment"
BRACES = re.compile(r"\{(?=\+\+|--|~~|==|>>)|(?<=\+\+|--|~~|==|<<)\}")
"""Braces in a text that are to be escaped where changes are written."""


def change_of(sign: str) -> Change:
    """The change that a sign stands for."""
    return Change(_KINDS[sign])


def prepared(text: str) -> str:
    """The same with changes over several paragraphs taken apart."""

    def apart(found: re.Match[str]) -> str:
        sign = found[1]
        parts = _EMPTY_LINES.split(found[2])
        marked = ["{" + sign + part + sign + "}" if part else "" for part in parts]
        return ("{" + sign + sign + "}\n\n").join(marked)

    return _OVER_PARAGRAPHS.sub(apart, text)


def use_critic_markup(parser: MarkdownIt) -> None:
    """Have the parser make tokens of it."""
    parser.inline.ruler.before("escape", "critic_open", _open)
    parser.inline.ruler.before("escape", "critic_close", _close)


def _opened(state: StateInline) -> list[str]:
    """The signs that are open in what is parsed; the description of a picture is parsed by itself."""
    of_each: dict[int, list[str]] = state.env.setdefault("critic", {})
    return of_each.setdefault(id(state.tokens), [])


def _open(state: StateInline, silent: bool) -> bool:
    at = state.pos
    sign = state.src[at + 1 : at + 3]
    if state.src[at] != "{" or sign not in _ENDS:
        return False
    end = state.src.find(_ENDS[sign], at + 3, state.posMax)
    if end < 0 or (sign != ">>" and _opened(state)):
        return False
    if sign == ">>":
        if not silent:
            state.push(NOTE, "", 0).content = state.src[at + 3 : end]
        state.pos = end + 3
        return True
    if not silent:
        _opened(state).append(sign)
        state.push(OPENED, "", 0).info = "--" if sign == "~~" else sign
    state.pos = at + 3
    return True


def _close(state: StateInline, silent: bool) -> bool:
    opened = _opened(state)
    if not opened or silent:
        return False
    if opened[-1] == "~~" and state.src.startswith("~>", state.pos):
        state.push(HALF, "", 0)
        state.pos += 2
        return True
    if not state.src.startswith(_ENDS[opened[-1]], state.pos):
        return False
    opened.pop()
    state.push(CLOSED, "", 0)
    state.pos += 3
    return True
