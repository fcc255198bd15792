"""Counts how many random subsets of hunks compose exactly, also while the writer types on, and times the diff.

    python benchmarks/proposals.py [--cases 10000] [--seed 1] [--json PATH]

Passages are made of words, marks, spaces and emoji of several scripts; a version of one changes, moves, adds and drops
some of them. Three things are checked for each case against a text that is changed by hand, from its end to its
beginning: any subset of hunks gives exactly the text it says, nothing outside the hunks changes, and after the writer
typed elsewhere the hunks that are still open take exactly what they say.
"""

from __future__ import annotations

import random
import statistics
import time

from _common import Report, make_parser, percentile

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import from_units, in_units
from cowrite.editor.proposals.standing import StandingProposal
from cowrite.proposals.critic_markup import critic_markup, read_critic_markup
from cowrite.proposals.proposal import Hunk, Proposal, Version, composed, taken
from cowrite.proposals.word_diff import version_between

PIECES = [
    "the",
    "a",
    "big",
    "small",
    "dog",
    "cat",
    "ran",
    "slept",
    "off",
    "over",
    "and",
    "he",
    "she",
    "said",
]
PIECES += ["it’s", "don't", "1,000", "中文", "句子", "ไทย", "é", "e\u0301"]
MARKS = [
    " ",
    "  ",
    "\n",
    "\n\n",
    "",
    ", ",
    ". ",
    "! ",
    " — ",
    "--",
    "“",
    "”",
    '"',
    "**",
    "_",
    "👩\u200d👧 ",
    "\u00a0",
]
CHECKS = ("any subset composes exactly", "typing meanwhile", "CriticMarkup and back")


def main() -> None:
    """Check and print."""
    parser = make_parser(__doc__.splitlines()[0], uses_model=False)
    parser.add_argument("--cases", type=int, default=10_000, help="how many (default: 10000)")
    parser.add_argument("--seed", type=int, default=1, help="of the random cases (default: 1)")
    arguments = parser.parse_args()
    numbers = random.Random(arguments.seed)
    right = dict.fromkeys(CHECKS, 0)
    hunks, times = 0, list[float]()
    for _ in range(arguments.cases):
        passage, text = passage_and_text(numbers)
        began = time.perf_counter()
        version = version_between(passage, text)
        times.append(1_000 * (time.perf_counter() - began))
        hunks += len(version.hunks)
        chosen = {n for n in range(len(version.hunks)) if numbers.random() < 0.5}
        some = taken(version, chosen)
        right[CHECKS[0]] += composed(passage, some) == by_hand(passage, some)
        right[CHECKS[1]] += holds_while_typing(passage, version, numbers)
        right[CHECKS[2]] += read_critic_markup(critic_markup(passage, some)) == (passage, some)
    rows = [(name, count, f"goal {arguments.cases}") for name, count in right.items()]
    rows += [
        ("hunks", hunks, ""),
        ("a diff, median, ms", statistics.median(times), ""),
        ("a diff, p99, ms", percentile(times, 99), ""),
    ]
    notes = [f"{arguments.cases:,} cases, seed {arguments.seed}"]
    Report(title="Proposals that compose", rows=rows, notes=notes).show(arguments.json)


def passage_and_text(numbers: random.Random) -> tuple[str, str]:
    """A passage, and an answer to it."""
    parts = [numbers.choice(PIECES) + numbers.choice(MARKS) for _ in range(numbers.randrange(40))]
    passage = "".join(parts)
    for _ in range(numbers.randrange(6)):
        at = numbers.randrange(len(parts) + 1)
        end = min(len(parts), at + numbers.randrange(1, 5))
        new = [numbers.choice(PIECES) + numbers.choice(MARKS) for _ in range(numbers.randrange(4))]
        moved = parts[at:end]
        parts[at:end] = new
        if numbers.random() < 0.3:
            to = numbers.randrange(len(parts) + 1)
            parts[to:to] = moved
    return passage, "".join(parts)


def by_hand(passage: str, hunks: tuple[Hunk, ...]) -> str:
    """The hunks put in one after the other, the last first, each where its own words are."""
    for hunk in sorted(hunks, key=lambda each: each.start, reverse=True):
        assert passage[hunk.start : hunk.end] == hunk.before
        passage = passage[: hunk.start] + hunk.after + passage[hunk.end :]
    return passage


class Document:
    """A text in UTF-16 units, as the page counts them."""

    def __init__(self, text: str) -> None:
        self.units = in_units(text)

    def read(self, start: int, end: int) -> str:
        """The text from one place to another."""
        return from_units(self.units[start:end])

    def edit(self, start: int, end: int, text: str, kind: ChangeKind) -> TextChange:
        """Replace what is there, and say what changed."""
        self.units = self.units[:start] + in_units(text) + self.units[end:]
        return TextChange(kind=kind, offset=start, removed=end - start, inserted=text)


def holds_while_typing(passage: str, version: Version, numbers: random.Random) -> bool:
    """Whether hunks stay at their words while someone types anywhere and takes some of them in any order."""
    document = Document("Before 😀. " + passage + " After.")
    proposal = Proposal(task="rewrite", passage=passage, versions=(version,))
    standing = StandingProposal(proposal, len(in_units("Before 😀. ")), document.read)
    for _ in range(8):
        if standing.open and numbers.random() < 0.5:
            hunk = numbers.choice(standing.open)
            edits = standing.edits([hunk.key])
            if edits != [(hunk.start, hunk.end, hunk.hunk.after)]:
                return False
            standing.begin_taking()
            before = document.read(0, hunk.start), document.read(hunk.end, len(document.units))
            document.edit(*edits[0], ChangeKind.REWRITTEN)
            standing.taken([hunk.key])
            if document.read(0, len(document.units)) != before[0] + hunk.hunk.after + before[1]:
                return False
        else:
            start = numbers.randrange(len(document.units) + 1)
            end = min(len(document.units), start + numbers.choice((0, 0, 0, 1, 3)))
            inserted = numbers.choice(("x", "", " ", "word ", "😀", "\n"))
            standing.follow(document.edit(start, end, inserted, ChangeKind.TYPED))
    return all(document.read(each.start, each.end) == each.hunk.before for each in standing.open)


if __name__ == "__main__":
    main()
