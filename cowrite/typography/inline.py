"""What in a line that is being typed is no prose, found in microseconds: code, addresses, tags, comments.

A whole text is asked of :mod:`cowrite.markdown.spans`; between two keys there is no time for that, and a line that is
only half typed is not yet what it will be.
"""

from __future__ import annotations

import re

from cowrite.typography.signs import Masked

_NO_PROSE = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`+)(?!`)(?:.*?(?<!`)(?P=ticks)(?!`)|[^`]*$))"
    r"|<!--.*?(?:-->|$)|%%.*?(?:%%|$)"
    r"|(?<=\])\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\)"
    r"|(?<=\])\(\w+:[^\s)]*$"
    r"|\[\^[^\]\s]+\]:?"
    r"|</?[A-Za-z][^<>]*>"
    r"|<?\b(?:https?|ftp|mailto|file)://?[^\s<>)\]]+>?|\bwww\.[^\s<>)\]]+"
    r"|\]",
    re.DOTALL,
)


def masked_in_line(line: str) -> list[Masked]:
    """What in ``line`` of a Markdown text is no prose, in order. A code span that is not closed yet goes to its end."""
    if not any(sign in line for sign in "`<]%:w"):
        return []
    return [
        Masked(match.start(), match.end(), is_code=match["code"] is not None)
        for match in _NO_PROSE.finditer(line)
    ]
