"""Two texts as hunks of whole words, as people read a change; in scripts without spaces ICU tells the words."""

from __future__ import annotations

import re
from itertools import accumulate

from cowrite.base.diff import Match, unchanged_tokens
from cowrite.base.words import split_without_space
from cowrite.proposals.proposal import Hunk, Version

_TOKEN = re.compile(r"\w+(?:['’\-]\w+)*|\s+|[^\w\s]")


def version_between(passage: str, text: str) -> Version:
    """``text`` as a version of ``passage``, with a hunk for each place where their words differ."""
    old, new = _tokens(passage), _tokens(text)
    old_at, new_at = [0, *accumulate(map(len, old))], [0, *accumulate(map(len, new))]
    hunks: list[Hunk] = []
    i = j = 0
    for k, m, size in [*unchanged_tokens(old, new), Match(len(old), len(new), 0)]:
        if i < k or j < m:
            start, end = old_at[i], old_at[k]
            hunks.append(
                Hunk(
                    start=start,
                    end=end,
                    before=passage[start:end],
                    after=text[new_at[j] : new_at[m]],
                )
            )
        i, j = k + size, m + size
    return Version(text=text, hunks=tuple(hunks))


def _tokens(text: str) -> list[str]:
    return [part for token in _TOKEN.findall(text) for part in split_without_space(token)]
