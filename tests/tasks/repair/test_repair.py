"""Repair with a scripted model: which changes are tried, which are kept, and what is left alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from scripted_repair import Words, answered, better, scores

from cowrite.engine.messages import AnyResult, EditsRequest
from cowrite.proposals.proposal import Proposal, composed
from cowrite.tasks.passage.work import MOST_WORDS, PassageRequest
from cowrite.tasks.repair.bounds import RepairBounds, fitted_bounds
from cowrite.tasks.repair.edits import EditKind
from cowrite.tasks.repair.work import repair_work


def repaired(
    passage: str, *right: str, words: Words | None = None, thoroughness: float = 0.0, **more: str
) -> Proposal:
    request = PassageRequest(passage=passage, words=words, thoroughness=thoroughness, **more)
    return answered(repair_work(request), better(*right))[-1]


@pytest.mark.parametrize(
    ("passage", "right", "kind"),
    [
        ("She go home every day.", "She goes home every day.", EditKind.NUMBER),
        ("He is there last year.", "He was there last year.", EditKind.TENSE),
        ("We asked The keeper.", "We asked the keeper.", EditKind.CAPITAL),
        ("He saw the the lamp.", "He saw the lamp.", EditKind.DOUBLED),
        ("He saw lamp there.", "He saw the lamp there.", EditKind.ARTICLE),
        ("He saw a old lamp.", "He saw an old lamp.", EditKind.ARTICLE),
        ("She arrived to London.", "She arrived in London.", EditKind.PREPOSITION),
        ("They lost there way home.", "They lost their way home.", EditKind.WORD),
        ("In the evening they left.", "In the evening, they left.", EditKind.COMMA),
        ("They, left in the evening.", "They left in the evening.", EditKind.COMMA),
        ("the ships came in.", "The ships came in.", EditKind.CAPITAL),
        ("The ships came in", "The ships came in.", EditKind.STOP),
        ("The ships came in with out her.", "The ships came in without her.", EditKind.SPACE),
        ("She wants go home.", "She wants to go home.", EditKind.PREPOSITION),
        ("They very tired.", "They are very tired.", EditKind.MISSING),
        ("She spoke quick to him.", "She spoke quickly to him.", EditKind.INFLECTION),
    ],
)
def test_a_change_of_each_kind_is_tried(passage: str, right: str, kind: EditKind) -> None:
    found = repaired(passage, right, words=Words(), thoroughness=1.0)
    assert found.versions[0].text == right
    assert [hunk.kind for hunk in found.versions[0].hunks] == [kind]
    confidence = found.versions[0].hunks[0].confidence
    assert confidence is not None
    assert confidence > 0.3


def test_an_unknown_word_becomes_what_the_dictionary_suggests() -> None:
    words = Words({"becouse": ["because", "becomes"]})
    found = repaired("We left becouse of her.", "We left because of her.", words=words)
    assert [(hunk.before, hunk.after) for hunk in found.versions[0].hunks] == [
        ("becouse", "because")
    ]


def test_it_works_without_a_dictionary() -> None:
    assert repaired("She go home.", "She goes home.").versions[0].text == "She goes home."


def test_changes_of_one_sentence_are_made_together_and_then_looked_at_again() -> None:
    passage = "She go to home every day and he saw lamp."
    work = repair_work(PassageRequest(passage=passage))
    parts = ("She goes", "saw the lamp", "goes home")
    texts: list[str] = []
    asked = next(work)
    while isinstance(asked, EditsRequest):
        texts.append(asked.text)
        now = [part in asked.text for part in parts]

        def gain(text: str, now: Sequence[bool] = now) -> float | None:
            return 12.0 if sum(part in text for part in parts) > sum(now) else None

        asked = work.send(scores(asked, gain))
    assert isinstance(asked, Proposal)
    assert texts == [
        passage,
        "She goes to home every day and he saw the lamp.",
        "She goes home every day and he saw the lamp.",
    ]
    assert asked.versions[0].text == texts[-1]
    assert composed(passage, asked.versions[0].hunks) == texts[-1]


def test_hunks_arrive_sentence_by_sentence_and_belong_to_the_passage() -> None:
    passage = "She go home. Nothing here. He saw lamp there."
    work = repair_work(PassageRequest(passage=passage, before="Once.\n"))
    shown = answered(work, better("She goes home.", "He saw the lamp there."))
    assert [len(each.versions[0].hunks) for each in shown] == [1, 2, 2]
    for each in shown:
        version = each.versions[0]
        assert composed(passage, version.hunks) == version.text
    assert shown[-1].versions[0].text == "She goes home. Nothing here. He saw the lamp there."


def test_what_stands_before_is_read_mended_and_with_the_text_before() -> None:
    work = repair_work(PassageRequest(passage="She go home. It rained.", before="Once.\n"))
    first = next(work)
    assert isinstance(first, EditsRequest)
    assert (first.before, first.text, first.after) == ("Once.\n", "She go home.", " ")
    second = work.send(scores(first, better("She goes home.")))
    while not isinstance(second, EditsRequest) or second.text != "It rained.":
        second = work.send(scores(second, better()) if isinstance(second, EditsRequest) else None)
    assert (second.before, second.text, second.after) == (
        "Once.\nShe goes home. ",
        "It rained.",
        "\n",
    )


def test_speech_dialect_and_code_are_left_alone() -> None:
    passage = (
        "“She go home,” he said. The `she go home` is code.\n\n"
        "Thar warn't nothin' in it, an' he knowed it, I reckon."
    )
    work = repair_work(PassageRequest(passage=passage))
    changed: list[str] = []
    answer: AnyResult | None = None
    while True:
        try:
            asked = work.send(answer)
        except StopIteration:
            break
        assert isinstance(asked, EditsRequest)
        changed += [asked.text[edit.start : edit.end] for edit in asked.edits]
        answer = scores(asked, better())
    assert {"he", "said", "is", "The"} <= set(changed)
    assert not {"She", "go", "home", "she", "knowed", "nothin", "warn't", ","} & set(changed)


@pytest.mark.parametrize(
    ("passage", "sentence"),
    [
        ("", "no text"),
        (" \n ", "no text"),
        ("word " * (MOST_WORDS + 1), "2,001 words"),
        ("灯塔站在镇子上面的山上。", "Latin letters"),
        ("```\nx = [1, 2]\n```\n", "all code"),
        ("12 34 — 56", "no words"),
    ],
)
def test_what_cannot_be_repaired_is_refused_in_a_sentence(passage: str, sentence: str) -> None:
    found = repaired(passage)
    assert sentence in found.refused
    assert not found.versions


def test_another_language_gets_only_what_holds_in_all() -> None:
    work = repair_work(PassageRequest(passage="er er ist in haus", language="de_DE"))
    asked = next(work)
    assert isinstance(asked, EditsRequest)
    made = {asked.text[: e.start] + e.after + asked.text[e.end :] for e in asked.edits}
    assert made == {"er ist in haus", "Er er ist in haus", "er er ist in haus."}


def test_thorough_asks_for_less_than_careful() -> None:
    bounds = fitted_bounds()
    word, comma = EditKind.WORD, EditKind.COMMA
    assert 0 < bounds.least(1, word) < bounds.least(0.5, word) < bounds.least(0, word) < 1
    assert bounds.least(-3, word) == bounds.least(0, word)
    assert bounds.least(0, word) < bounds.least(0, comma)
    assert bounds.least(1, word) == bounds.least(1, comma)


def test_a_writer_who_leaves_a_kind_sees_less_of_it() -> None:
    passage, right = "In the evening they left.", "In the evening, they left."
    request = PassageRequest(passage=passage)
    stays = answered(
        repair_work(request, RepairBounds(offsets={EditKind.COMMA: -30.0})), better(right)
    )
    assert stays[-1].versions[0].text == passage
    assert not stays[-1].versions[0].hunks
