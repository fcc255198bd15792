"""What the writer, and their screen reader, is told about a proposal."""

from __future__ import annotations

import pytest

from cowrite.editor.proposals.sentences import change_sentence, count_sentence, described, spoken
from cowrite.editor.proposals.standing import StandingProposal
from cowrite.proposals.proposal import Hunk, Proposal, Version

PASSAGE = "She go home at 5."


def hunk(start: int, end: int, after: str, **more: object) -> Hunk:
    return Hunk(start=start, end=end, before=PASSAGE[start:end], after=after, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("its", "said"),
    [
        (hunk(4, 6, "goes"), "“go” becomes “goes”"),
        (hunk(4, 7, ""), "“go” is left out"),
        (hunk(3, 4, ""), "a space is left out"),
        (hunk(12, 12, "early "), "“early” is added"),
    ],
)
def test_a_change_in_words(its: Hunk, said: str) -> None:
    assert change_sentence(its) == said


def test_a_screen_reader_hears_the_place_the_change_and_the_note() -> None:
    its = hunk(15, 16, "6", kind="number", note="A number was changed.")
    assert spoken(its, 2, 3) == "Change 2 of 3: “5” becomes “6”. Number. A number was changed."


def test_how_one_gets_to_the_changes_depends_on_who_has_the_keys() -> None:
    assert count_sentence("Repair", 1, focused=True).startswith("Repair: 1 change. Tab")
    assert count_sentence("Repair", 2, focused=False) == (
        "Repair: 2 changes. F7 goes to the next one."
    )


def test_the_line_below_the_page() -> None:
    hunks = (
        hunk(4, 6, "goes", kind="inflection", confidence=1.0),
        hunk(15, 16, "6", note="A number was changed."),
    )
    versions = (Version(text="She goes home at 6.", hunks=hunks), Version(text="She went."))
    standing = StandingProposal(
        Proposal(task="repair", passage=PASSAGE, versions=versions), 0, lambda _s, _e: PASSAGE
    )
    assert described("Repair", standing, is_coming=True) == "Repair: 2 changes so far…"
    assert "2 changes left. F7" in described("Repair", standing, is_coming=False)
    standing.focus_next(0)
    assert described("Repair", standing, is_coming=False) == (
        "Repair, version 1 of 2, 1 of 2: “go” becomes “goes” · inflection · 99 % sure."
    )
    standing.focus_next(0)
    assert described("Repair", standing, is_coming=False).endswith(
        "2 of 2: “5” becomes “6”. A number was changed."
    )
