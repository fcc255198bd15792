"""What becomes of a model's answers: versions and hunks, or a sentence that says why there are none."""

from __future__ import annotations

import pytest
from scripted_answers import Scripted, proposed

from cowrite.engine.messages import CompletionRequest, InstructRequest
from cowrite.proposals.proposal import Proposal, composed
from cowrite.tasks.passage import guards
from cowrite.tasks.passage.registry import NO_OWN_PASSAGES, NO_TEMPLATE, PASSAGE_TASKS, why_not
from cowrite.tasks.passage.running import run_work
from cowrite.tasks.passage.work import PassageRequest

BOAT = "When Martin came home in 1954 he quickly opened the heavy door and looked at the stove."
SHORT = "When Martin came home in 1954 he opened the door and looked at the stove."


@pytest.mark.parametrize(
    "answer",
    [
        SHORT,
        f"  {SHORT}\n",
        f"“{SHORT}”",
        f"Sure! Here is the shortened passage:\n\n{SHORT}",
        f"Here's the revised text:\n{SHORT}\n\nI made the following changes:\n- less",
        f"```\n{SHORT}\n```",
        f"{SHORT}\n\nNote: I kept the name.",
    ],
)
def test_what_a_model_puts_around_its_answer_goes(answer: str) -> None:
    found, _ = proposed("shorten", BOAT, answer)
    assert not found.refused
    (version,) = found.versions
    assert version.text == SHORT
    assert [each.before.strip() for each in version.hunks] == ["quickly", "heavy"]
    assert composed(BOAT, version.hunks) == SHORT


def test_where_nothing_can_be_scored_nothing_is_asked_after_the_answer() -> None:
    scripted = Scripted([SHORT])
    request = PassageRequest(passage=BOAT, scores=False)
    found = run_work(PASSAGE_TASKS["shorten"].work(request), scripted)
    assert found.versions[0].text == SHORT
    assert not scripted.rated


def test_the_white_space_around_the_passage_stays() -> None:
    found, scripted = proposed("shorten", f"\n  {BOAT} \n\n", SHORT)
    assert found.versions[0].text == f"\n  {SHORT} \n\n"
    (asked,) = scripted.asked
    assert isinstance(asked, InstructRequest)
    assert asked.user == BOAT


@pytest.mark.parametrize(
    ("name", "answer", "refused"),
    [
        ("simplify", "", guards.EMPTY),
        ("simplify", BOAT, guards.NOTHING_TO_CHANGE),
        ("simplify", f"{SHORT}⋯", guards.ENDLESS),
        ("expand", f"{BOAT} {'He was cold and tired. ' * 4}", guards.ENDLESS),
        ("simplify", f"{SHORT} {'He had been away for long and was so very glad now' * 3}.", guards.TOO_LONG),
        ("shorten", f"{SHORT} At once indeed he sat.", guards.NOT_SHORTER),
        ("expand", SHORT, guards.NOT_LONGER),
        ("tone", "Dear Sarah, I hope that you are well and happy.", guards.ABOUT_ELSE),
        ("reply", BOAT, guards.REPEATS),
        ("describe", SHORT, guards.REPEATS),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_refused_in_a_sentence(
    name: str, answer: str, refused: str
) -> None:
    found, scripted = proposed(name, BOAT, answer, instruction="warmer")
    assert found.refused == refused
    assert found.versions == ()
    assert len(scripted.asked) == 3  # it was tried again, with another seed each time
    assert len({task.seed for task in scripted.asked if isinstance(task, InstructRequest)}) == 3


def test_an_answer_in_another_language_is_refused_by_its_name() -> None:
    german = "Als Martin nach Hause kam, war die Tür nicht offen, und der Ofen in dem Haus war kalt. Martin 1954."
    found, _ = proposed("rewrite", BOAT, german, instruction="Make it sad.")
    assert found.refused == "The model answered in German. Try again, or try another model."
    found, _ = proposed("translate", BOAT, german, instruction="German")
    assert [each.text for each in found.versions] == [german]
    found, _ = proposed("translate", BOAT, SHORT, instruction="German")
    assert "English" in found.refused


def test_a_summary_stands_on_sentences_and_makes_up_neither_numbers_nor_names() -> None:
    passage = f"{BOAT} The weather was dull. Nobody had lit the lamp for weeks."
    found, _ = proposed("summarize", passage, "Nobody had lit the lamp.")
    assert [passage[start:end] for start, end in found.sentences] == [
        "Nobody had lit the lamp for weeks."
    ]
    assert found.versions[0].hunks == ()
    found, _ = proposed("summarize", passage, "He came home in 1955.")
    assert "1955" in found.refused
    found, _ = proposed("summarize", passage, "At home was his friend Sarah.")
    assert "Sarah" in found.refused
    found, scripted = proposed("summarize", passage, "In 1955.", "Nobody had lit the lamp.")
    assert len(found.versions) == 1
    assert len(scripted.asked) == 2


def test_versions_differ_from_each_other() -> None:
    other = "Martin came home in 1954, opened the door and looked at the stove."
    shown: list[Proposal] = []
    scripted = Scripted([SHORT, SHORT, other, "", ""])
    request = PassageRequest(passage=BOAT, versions=3)
    found = run_work(PASSAGE_TASKS["shorten"].work(request), scripted, shown.append)
    assert [each.text for each in found.versions] == [SHORT, other]
    assert [len(each.versions) for each in shown] == [1, 2]
    assert len(scripted.asked) == 5


def test_a_changed_number_or_name_is_noted() -> None:
    answer = BOAT.replace("1954", "1955").replace("Martin", "Peter")
    found, _ = proposed("rewrite", BOAT, answer, instruction="Change it.")
    assert [each.note for each in found.versions[0].hunks] == [
        "This changes the name “Martin” to “Peter”.",
        "This changes the number “1954” to “1955”.",
    ]


def test_what_goes_on_is_one_hunk_after_the_last_letter() -> None:
    found, scripted = proposed(
        "continue-passage", f"{BOAT}\n", " It was cold. The fire was out. He", versions=1
    )
    (task,) = scripted.asked
    assert isinstance(task, CompletionRequest)
    assert task.before == BOAT
    assert found.versions[0].text == f"{BOAT} It was cold. The fire was out.\n"
    (hunk,) = found.versions[0].hunks
    assert (hunk.start, hunk.end, hunk.before) == (len(BOAT), len(BOAT), "")
    nothing, _ = proposed("continue-passage", BOAT, "no end")
    assert nothing.refused == guards.EMPTY


@pytest.mark.parametrize("name", list(PASSAGE_TASKS))
def test_nothing_is_asked_about_nothing_or_too_much(name: str) -> None:
    for passage, part in ((" \n", "Select a passage"), ("word " * 50_000, "50,000 words")):
        found, scripted = proposed(name, passage, "anything", instruction="warmer")
        assert part in found.refused
        assert scripted.asked == []


def test_chinese_and_code_are_worked_on() -> None:
    chinese = "那位老人慢慢地打开了沉重的门，然后坐在炉子旁边。"
    found, scripted = proposed("shorten", chinese, "老人打开了门，坐在炉子旁边。")
    assert found.versions[0].hunks
    (asked,) = scripted.asked
    assert isinstance(asked, InstructRequest)
    assert asked.user.endswith("(Answer in Chinese.)")
    code = "def area(width, height):\n    result = width * height\n    return result\n"
    found, _ = proposed("rewrite", code, code.replace("result", "area_of_it"), instruction="Name it.")  # fmt: skip
    assert found.versions[0].text.startswith("def area(width, height):\n    area_of_it = ")


def test_marks_of_our_own_are_nowhere_in_the_passage() -> None:
    request = PassageRequest(passage="a <<< b", instruction="warmer", before="It was ]]] there.")
    work = PASSAGE_TASKS["tone"].work(request)
    task = next(work)
    assert isinstance(task, InstructRequest)
    assert task.stop == ("{{{", "}}}")
    assert "{{{\nIt was ]]] there.\n}}}" in task.system


def test_what_is_known_of_the_writer_is_told() -> None:
    tone = PASSAGE_TASKS["tone"]
    request = PassageRequest(
        passage=BOAT,
        instruction="like my own texts",
        noticed=("You leave synonyms for said.",),
        own_passages=("I went. I saw.",),
    )
    task = next(tone.work(request))
    assert isinstance(task, InstructRequest)
    assert "You leave synonyms for said." in task.system
    assert "I went. I saw." in task.system
    found, scripted = proposed("tone", BOAT, SHORT, instruction="like my own texts")
    assert found.refused == NO_OWN_PASSAGES
    assert scripted.asked == []


def test_why_a_task_is_not_begun() -> None:
    assert why_not(PASSAGE_TASKS["shorten"], "", has_template=False) == NO_TEMPLATE
    assert why_not(PASSAGE_TASKS["continue-passage"], "", has_template=False) == ""
    assert why_not(PASSAGE_TASKS["translate"], " ", has_template=True) == (
        "Say into which language first."
    )
    assert why_not(PASSAGE_TASKS["translate"], "German", has_template=True) == ""
