"""Where sentences end, as far as the marks tell: in scripts with spaces and in those without. Knows no grammar."""

from __future__ import annotations

import re

ENDS = frozenset(".!?…。！？")
CLOSERS = frozenset("”’\"')]»」』）】")
_ALL_CLOSERS = "".join(sorted(CLOSERS))
# After these a period ends no sentence, nor after an initial; what often does end one (“etc.”, “no.”) is left out.
_ABBREVIATED = re.compile(
    r"(?:^|[^\w.])(?:(?i:mr|mrs|ms|messrs|mme|mlle|dr|prof|rev|hon|capt|col|gen|lt|sgt|st|vs|viz|cf|e\.g|i\.e)|[A-HJ-Z])\.$"
)
LONGEST_ABBREVIATION = 8
_ENDS_WITHOUT_SPACE = frozenset("。！？")


def ends_sentence(text: str) -> bool:
    """Whether a sentence ends with ``text``; spaces, quotation marks and brackets after the mark belong to it."""
    bare = _without_closers(text)
    return bare[-1:] in ENDS and not _ABBREVIATED.search(bare[-LONGEST_ABBREVIATION - 2 :])


def needs_no_space(text: str) -> bool:
    """Whether ``text`` ends a sentence after which the next one begins without a space.

    Not so in scripts with spaces: in “3.5” and “example.org” no sentence ends.
    """
    return _without_closers(text)[-1:] in _ENDS_WITHOUT_SPACE


def _without_closers(text: str) -> str:
    return text.rstrip().rstrip(_ALL_CLOSERS)
