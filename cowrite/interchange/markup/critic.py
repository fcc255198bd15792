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

_SIGN = re.compile(r"(?<!\\)\{(\+\+|--)|(\+\+|--)\}")
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
    parts: list[str] = []
    taken = 0
    opened: re.Match[str] | None = None
    for found in _SIGN.finditer(text):
        if found[1]:
            opened = found
        elif opened is not None and opened[1] == found[2]:
            inside = text[opened.end() : found.start()]
            if _EMPTY_LINES.search(inside):
                parts += (text[taken : opened.start()], _apart(inside, found[2]))
                taken = found.end()
            opened = None
    return "".join([*parts, text[taken:]])


def _apart(inside: str, sign: str) -> str:
    marked = ["{" + sign + part + sign + "}" if part else "" for part in _EMPTY_LINES.split(inside)]
    return ("{" + sign + sign + "}\n\n").join(marked)


def use_critic_markup(parser: MarkdownIt) -> None:
    """Have the parser make tokens of it."""
    parser.inline.ruler.before("escape", "critic_open", _open)
    parser.inline.ruler.before("escape", "critic_close", _close)


def _opened(state: StateInline) -> list[str]:
    """The signs that are open in what is parsed; the description of a picture is parsed by itself."""
    of_each: dict[int, list[str]] = state.env.setdefault("critic", {})
    return of_each.setdefault(id(state.tokens), [])


def _next_end(state: StateInline, sign: str, at: int) -> int:
    """Where the mark ends that begins before ``at``; what was not found once is not looked for again."""
    ended: dict[tuple[int, int, str], int] = state.env.setdefault("critic_without_end", {})
    key = (id(state.tokens), state.posMax, sign)
    if ended.get(key, at + 1) <= at:
        return -1
    end = state.src.find(_ENDS[sign], at, state.posMax)
    if end < 0:
        ended[key] = min(at, ended.get(key, at))
    return end


def _open(state: StateInline, silent: bool) -> bool:
    at = state.pos
    sign = state.src[at + 1 : at + 3]
    if state.src[at] != "{" or sign not in _ENDS:
        return False
    end = _next_end(state, sign, at + 3)
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
