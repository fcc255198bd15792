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
LONGEST_SENTENCE = 3_000
"""Characters on each side within which the ends of a sentence are looked for."""
_MAY_END = re.compile(rf"[{re.escape(''.join(sorted(ENDS)))}]+[{re.escape(_ALL_CLOSERS)}]*(\s+|$)?")
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


def sentence_around(text: str, at: int) -> tuple[int, int]:
    """From where to where the sentence at ``at`` goes in a paragraph, with the spaces after it.

    At the very end of the text that is the last sentence, also after its space.
    """
    start, end = max(0, at - LONGEST_SENTENCE), min(len(text), at + LONGEST_SENTENCE)
    first = last = start
    for match in _MAY_END.finditer(text, start, end):
        stop = match.end()
        whole = text[max(start, match.start() - LONGEST_ABBREVIATION) : stop]
        if stop < len(text) and ends_sentence(whole) and (match[1] or needs_no_space(whole)):
            if stop > at:
                return last, stop
            first, last = last, stop
    return (first if last >= len(text.rstrip()) else last), end


def _without_closers(text: str) -> str:
    return text.rstrip().rstrip(_ALL_CLOSERS)
