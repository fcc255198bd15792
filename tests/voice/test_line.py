"""The line from a writer to a model, on two made-up ways to write."""

from __future__ import annotations

import random
import re

import pytest
from made_texts import model_prose, paragraph, prose

from cowrite.base.errors import UserError
from cowrite.voice.chapters import samples
from cowrite.voice.fitting import fit
from cowrite.voice.habits import name_of, sentence_of
from cowrite.voice.line import VoiceLine
from cowrite.voice.reading import own_samples, read_voice


@pytest.fixture(scope="module")
def line() -> VoiceLine:
    """From the writer's 8,000 words to the model."""
    return fit([*samples(prose("writer", 8_000, 1))], model_prose())


def test_a_place_grows_with_the_share_of_the_model(line: VoiceLine) -> None:
    """A chapter of which more is the model's is nearer to it."""
    own, model = prose("writer", 3_000, 2), prose("model", 3_000, 3)
    places = []
    for share in (0.0, 0.1, 0.25, 0.5, 1.0):
        cut = round(len(own) * share)
        places.append(line.place(samples([*model[:cut], *own[cut:]])))
    assert places == sorted(places)
    assert places[0] < 0.05
    assert places[2] > 0.1
    assert places[-1] > 0.8


def test_nothing_has_a_place_at_the_writers_own(line: VoiceLine) -> None:
    """Without a sample there is nothing to say of it."""
    assert line.place([]) == 0.0


def test_a_rewrite_that_takes_the_models_habits_on_is_told(line: VoiceLine) -> None:
    """Towards the model, and back; a passage that stays as it is moves nowhere."""
    draw = random.Random(5)
    own, model = paragraph("writer", draw), paragraph("model", draw)
    said = line.moves(own, model)
    assert said is not None
    assert said.startswith("Moves this passage ")
    assert said.endswith(" % towards the model.")
    back = line.moves(model, own)
    assert back is not None
    assert back.endswith(" % towards your own texts.")
    assert line.moves(own, own) is None
    assert line.moves("", model) is None
    assert line.moves(own, "…") is None


def test_a_longer_passage_says_more(line: VoiceLine) -> None:
    """What three words are says little of whose they are."""
    own, model = prose("writer", 1_000, 4), prose("model", 1_000, 4)
    long = line.moved("\n".join(own), "\n".join(model))
    assert 0 < line.moved("But we saw a house.", "The house was very important.") < long


def test_habits_are_those_that_the_model_has(line: VoiceLine) -> None:
    """Each is more often, or more seldom, as the model has it; the strongest comes first."""
    found = line.habits([*samples(prose("model", 2_000, 6))])
    assert found
    assert all((each.times - each.own) * (each.model - each.own) > 0 for each in found)
    moved = [each.moved for each in found]
    assert moved == sorted(moved, reverse=True)
    names = {name_of(trait) for trait in line.weights}
    assert {"“the”", "“but”", "Semicolons"} - names == {
        "“but”"
    }  # only ever the first of a sentence
    assert ": " in sentence_of(found[0])


def test_too_little_of_the_writers_own_is_said() -> None:
    """In a sentence with how much there is and how much is needed."""
    with pytest.raises(UserError, match=r"words of your own texts"):
        fit([*samples(prose("writer", 2_000, 1))], model_prose())


def test_chapters_are_read_one_by_one() -> None:
    """Each by its heading; one that is too short says so."""
    text = "\n\n".join(
        (
            "# Mine",
            *prose("writer", 1_500, 11),
            "# Not mine",
            *prose("model", 1_500, 12),
            "# Short",
            "But we saw a house.",
        )
    )
    own = own_samples("\n\n".join(prose("writer", 8_000, 1)), markdown=False)
    reading = read_voice(text, own, model_prose(), markdown=True)
    mine, other, short = reading.chapters
    assert [each.chapter.title for each in reading.chapters] == ["Mine", "Not mine", "Short"]
    assert mine.place is not None
    assert other.place is not None
    assert not mine.is_alarming
    assert other.is_alarming
    assert short.place is None
    assert short.problem == "Not enough text: 5 of 300 words."


def test_what_was_typed_in_the_text_is_the_writers_own() -> None:
    """Without any other text; and no chapter is read by a line that was drawn with it."""
    text = "\n\n".join(
        part
        for number in range(6)
        for part in (f"# Chapter {number}", *prose("writer", 2_000, 20 + number))
    )
    everything = read_voice(text, [], model_prose(), markdown=True, own_lines=lambda _line: True)
    assert everything.line is not None
    assert len(everything.chapters) == 6
    assert not any(each.is_alarming for each in everything.chapters)
    nothing = read_voice(text, [], model_prose(), markdown=True)
    assert nothing.line is None
    assert "0 of 5,000 words" in nothing.problem


def test_another_language_is_not_compared() -> None:
    """Its words are none of the model's."""
    words = re.findall(
        r"\w+",
        "der die das und nicht wir hatten einen großen alten Garten hinter dem Haus am Fluss",
    )
    draw = random.Random(3)
    text = "\n\n".join(" ".join(draw.choices(words, k=60)).capitalize() + "." for _ in range(150))
    own = own_samples(text, markdown=False)
    reading = read_voice(text, own, model_prose(), markdown=False)
    assert reading.line is None
    assert "another language" in reading.problem
