"""Answers that a model wrote: which of their hunks are kept, and what kind each is."""

from __future__ import annotations

import pytest
from scripted_repair import Words, answered, better

from cowrite.proposals.proposal import Proposal, composed
from cowrite.proposals.word_diff import version_between
from cowrite.tasks.passage.work import PassageRequest
from cowrite.tasks.repair.edits import EditKind
from cowrite.tasks.repair.kinds import kind_of
from cowrite.tasks.repair.scored import scored

PASSAGE = "She go home.\nHe saw lamp there, becouse it burned."
ANSWER = "She goes home.\nHe saw the lamp there, because it glowed."


def kept(*right: str) -> Proposal:
    request = PassageRequest(passage=PASSAGE, words=Words({"becouse": ["because"]}))
    return answered(scored(version_between(PASSAGE, ANSWER), request), better(*right))[-1]


def test_each_hunk_is_judged_alone_and_the_probable_ones_stay() -> None:
    version = kept(
        "She goes home.",
        "He saw the lamp there, becouse it burned.",
        "He saw lamp there, because it burned.",
    ).versions[0]
    assert version.text == "She goes home.\nHe saw the lamp there, because it burned."
    assert composed(PASSAGE, version.hunks) == version.text
    assert [hunk.kind for hunk in version.hunks] == [
        EditKind.NUMBER,
        EditKind.ARTICLE,
        EditKind.SPELLING,
    ]
    assert all(hunk.confidence is not None for hunk in version.hunks)


def test_an_answer_without_a_probable_hunk_leaves_the_passage() -> None:
    version = kept().versions[0]
    assert version.text == PASSAGE
    assert not version.hunks


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("", "the ", EditKind.ARTICLE),
        ("", " of", EditKind.PREPOSITION),
        ("", ",", EditKind.COMMA),
        ("", ".", EditKind.STOP),
        ("", "really ", EditKind.MISSING),
        ("very ", "", EditKind.SUPERFLUOUS),
        ("with out", "without", EditKind.SPACE),
        ("london", "London", EditKind.CAPITAL),
        ("go", "goes", EditKind.NUMBER),
        ("goes", "went", EditKind.TENSE),
        ("quick", "quickly", EditKind.INFLECTION),
        ("in", "on", EditKind.PREPOSITION),
        ("a", "the", EditKind.ARTICLE),
        ("lamp", "light", EditKind.WORD),
    ],
)
def test_a_hunk_is_of_a_kind(before: str, after: str, kind: EditKind) -> None:
    assert kind_of(before, after) is kind


def test_what_no_dictionary_knows_is_spelling() -> None:
    assert kind_of("becouse", "because", is_unknown=True) is EditKind.SPELLING
