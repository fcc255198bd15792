"""What the check finds in short texts, and what it leaves alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cowrite.check.checker import TextChecker, check_text
from cowrite.check.findings import DEFAULT_KINDS, TITLES, Finding, Kind, key_of
from cowrite.check.languages import language_of
from cowrite.check.tokens import Language

PLAIN = (
    "The road went down to the river and the man went with it. He had a dog, a hat and some bread. "
    "Nobody was about. It was early, and the light was thin. "
)


def found(text: str, kind: Kind, language: Language = Language.ENGLISH) -> list[str]:
    """The passages of that kind, in the order of the text."""
    those = sorted(check_text(text, language, (kind,)), key=lambda each: each.start)
    return [text[each.start : each.end] for each in those]


def test_every_kind_has_a_title() -> None:
    assert set(TITLES) == set(Kind) >= set(DEFAULT_KINDS)


# --- echoes ---


def test_a_rare_word_met_again_is_an_echo() -> None:
    text = f"{PLAIN}A lamp glimmered in the mill, and far off by the bridge the water glimmered too. {PLAIN}"
    assert found(text, Kind.ECHO) == ["glimmered"]


@pytest.mark.parametrize(
    "sentence",
    [
        "He came to a stile. The boy was on the far side of it, and he climbed the stile.",  # a thing
        "“I glimmered,” said the boy, and some while later in the dark: “You glimmered!”",  # people speak
        "He came slowly, slowly, and with him came the dog.",  # for its own sake
        "The Glimmer was a ship. She had been at sea, and nobody knew the Glimmer.",  # a name
        "A lamp glimmered; it glimmered, it glimmered, and all that night long it glimmered.",  # the subject
        "He looked at the man, and then, as nobody spoke, he looked at the dog again.",  # a usual word
    ],
)
def test_a_word_that_is_meant_again_is_none(sentence: str) -> None:
    assert found(f"{PLAIN}{sentence} {PLAIN}", Kind.ECHO) == []


def test_an_echo_reaches_over_the_end_of_a_paragraph_but_not_over_forty_words() -> None:
    first, second = "A lamp glimmered in the mill.", "Below him the water glimmered too."
    assert found(f"{first}\n\n{second}", Kind.ECHO) == ["glimmered"]
    assert found(f"{first}\n\n{PLAIN}{PLAIN}\n\n{second}", Kind.ECHO) == []


# --- sentences ---


def test_a_sentence_out_of_all_proportion_is_too_long() -> None:
    run_on = ", and ".join(["the man went down to the river with his dog"] * 9) + "."
    assert found(f"{PLAIN * 20}{run_on.capitalize()} {PLAIN}", Kind.SENTENCE) == [
        run_on.capitalize()
    ]


def test_long_sentences_are_no_defect_of_a_text_that_has_many() -> None:
    long = ", and ".join(["the man went down to the river with his dog"] * 6) + ". "
    assert found(f"{PLAIN}{long.capitalize() * 20}{PLAIN * 12}", Kind.SENTENCE) == []


def test_a_title_ends_no_sentence() -> None:
    text = "Mr. Elton and Mrs. Weston went to see Dr. Perry. " * 3
    checker = TextChecker([text].__getitem__, 1)
    list(checker.steps())
    assert found(text, Kind.SENTENCE) == []


# --- filler and adverbs ---


@pytest.mark.parametrize(
    ("sentence", "passages"),
    [
        ("He stayed due to the fact that it rained.", ["due to the fact that"]),
        ("Needless to say, he stayed.", ["Needless to say"]),
        ("It was really quite cold.", ["really quite"]),
        ("It was very cold, and he was quite tired.", []),
        ("“It is really quite cold,” he said.", []),
        ("It was very, very cold.", []),
    ],
)
def test_filler(sentence: str, passages: list[str]) -> None:
    assert found(sentence, Kind.FILLER) == passages


def test_what_can_stand_instead_is_said() -> None:
    (finding,) = check_text("He stayed due to the\tfact that it rained.", Language.ENGLISH)
    assert finding.message == "“due to the\tfact that” can be shorter: “because”."


@pytest.mark.parametrize(
    ("sentence", "passages"),
    [
        (
            "He softly closed the door and slowly, carefully went down.",
            ["softly closed the door and slowly, carefully"],
        ),
        ("He softly closed the door and slowly went down.", []),
        ("“I softly, slowly, carefully went,” he said.", []),
        ("The only ugly family in the assembly was friendly.", []),
    ],
)
def test_adverbs(sentence: str, passages: list[str]) -> None:
    assert found(sentence, Kind.ADVERBS) == passages


# --- names ---


@pytest.mark.parametrize(
    ("usual", "other"),
    [
        ("Katherine", "Catherine"),
        ("Knightley", "Knightly"),
        ("Weston", "Wetson"),
        ("Philip", "Phillip"),
        ("Elinor", "Elinnor"),
    ],
)
def test_a_name_spelled_in_two_ways(usual: str, other: str) -> None:
    text = f"Then {usual} came. " * 12 + f"And then {other} went."
    assert found(text, Kind.NAME) == [other]


@pytest.mark.parametrize(
    ("usual", "other"),
    [
        ("Weston", "Westons"),
        ("America", "American"),
        ("Anna", "Anne"),
        ("Martin", "Morton"),
        ("John", "Joan"),
        ("Englishman", "Englishmen"),
        ("James", "Jane"),
    ],
)
def test_two_names_are_two_names(usual: str, other: str) -> None:
    text = (
        f"Then {usual} came. " * 12
        + f"And then {other} went. And {other} stayed, {other} too, {other}."
    )
    assert found(text, Kind.NAME) == []


# --- quotation marks ---


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        ("“Come in, he said. “Sit down.”", ["“Come"]),
        ("‘Come in, he said. And so on.\n\n‘Yes,’ said the boy.", ["‘Come"]),
        ('"Come in, he said.\n\nNobody did.', ['"Come']),
        ("„Komm herein, sagte er.\n\nEr kam.", ["„Komm"]),
        ("「进来，他说。\n\n他走了。", ["「进来"]),
        ("Come in,” he said.", ["”"]),
        ("“Come in,” he said. “Sit down.”", []),
        ("He was 6'2\" tall, and that was that.", []),
        ("„Komm herein“, sagte er.", []),
        ("‘It’s the boys’ turn,’ he said.", []),
        ("'Tis late, and 'em that know it are abed.", []),
    ],
)
def test_quotations_left_open(text: str, passages: list[str]) -> None:
    language = language_of(text)
    assert found(text, Kind.QUOTE, language) == passages


def test_a_speech_that_goes_on_is_opened_anew_and_not_closed() -> None:
    speech = "“" + "I went down to the river and it was early. " * 4
    assert found(f"{speech}\n\n“And then I came back.”", Kind.QUOTE) == []
    assert found(f"{speech}\n\nAnd then I came back.", Kind.QUOTE) == ["“I"]


def test_verse_in_marks_is_closed_where_it_ends() -> None:
    text = "He sang:\n\n“The river is wide\nAnd I cannot get over\n\nAnd neither have I wings.”\n\nSo he sang."
    assert found(text, Kind.QUOTE) == []


# --- other languages ---


def test_chinese() -> None:
    far = "他沿着河走。天还早。"
    text = f"灯火阑珊处有人。{far}远处又是灯火阑珊。"
    assert language_of(text) is Language.CHINESE
    assert found(text, Kind.ECHO, Language.CHINESE) == ["灯火阑珊"]
    assert all(
        each.kind in (Kind.ECHO, Kind.SENTENCE) for each in check_text(text, Language.CHINESE)
    )
    assert (
        found("，".join(["他沿着河走到了桥边"] * 20) + "。", Kind.SENTENCE, Language.CHINESE) != []
    )


def test_another_language_is_looked_at_for_what_is_the_same_everywhere() -> None:
    text = (
        "Der Mann ging langsam, sorgsam und leise an den Fluss, und der Hund ging hinter ihm. " * 3
    )
    assert language_of(text) is Language.OTHER
    assert check_text(text, Language.OTHER) == []


# --- what is off by default ---


@pytest.mark.parametrize(
    ("sentence", "passages"),
    [
        ("The door was slowly opened.", ["was slowly opened"]),
        ("The letter had been written by her.", ["been written"]),
        ("She was tired, and he was pleased.", []),
        ("“The door was opened,” he said.", []),
    ],
)
def test_passive_voice(sentence: str, passages: list[str]) -> None:
    assert found(sentence, Kind.PASSIVE) == passages


def test_one_verb_in_the_present_among_many_in_the_past_is_a_slip() -> None:
    past = "She walked to the door and opened it. He was there, and had waited. He said so. "
    assert found(f"{past}Then she goes out.", Kind.TENSE) == ["goes"]
    assert found(f"{past}“She goes out,” he said.", Kind.TENSE) == []
    assert found("She goes out. He stays. She comes back.", Kind.TENSE) == []


def test_two_ages_of_one_person_contradict() -> None:
    text = "Emma was twenty-one years old.\n\nAnna, aged 19, came.\n\nEmma, aged nineteen, went."
    assert found(text, Kind.AGE) == ["Emma was twenty-one years old", "Emma, aged nineteen"]
    assert found("Emma was 21 years old. Emma, aged twenty-one, went.", Kind.AGE) == []


@pytest.mark.parametrize("kind", [Kind.AGE, Kind.TENSE, Kind.PASSIVE])
def test_they_are_off(kind: Kind) -> None:
    assert kind not in DEFAULT_KINDS


# --- whatever the text ---

_ALPHABET = st.sampled_from(
    [*list("ab .,!?\n“”‘’\"'«»「」„—-Kk"), "glimmered ", "Katherine ", "slowly "]
)
texts = st.lists(_ALPHABET, max_size=120).map("".join)


@settings(max_examples=100, deadline=None)
@given(texts, st.sampled_from(Language))
def test_findings_lie_in_the_text_and_in_one_paragraph(text: str, language: Language) -> None:
    for each in check_text(text, language, tuple(Kind)):
        assert 0 <= each.start < each.end <= len(text)
        assert "\n" not in text[each.start : each.end]
        assert 0 < each.weight <= 1
        assert each.message.endswith((".", "?"))


@settings(max_examples=60, deadline=None)
@given(texts, texts)
def test_what_a_paragraph_has_by_itself_stays_when_more_is_written(text: str, more: str) -> None:
    """Heaped adverbs and filler depend on nothing else."""
    alone = (Kind.ADVERBS, Kind.FILLER)
    before = check_text(text, Language.ENGLISH, alone)
    after = check_text(f"{text}\n{more}", Language.ENGLISH, alone)
    assert [each for each in after if each.start < len(text)] == before


@settings(max_examples=60, deadline=None)
@given(
    st.lists(texts, min_size=1, max_size=6),
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 3), st.lists(texts, max_size=3)), max_size=5
    ),
)
def test_edits_lead_where_reading_anew_leads(
    lines: list[str], edits: list[tuple[int, int, list[str]]]
) -> None:
    lines = [part for line in lines for part in line.split("\n")]
    checker = TextChecker(lambda number: lines[number], len(lines))
    for first, old, new in [*edits, (0, 0, ["Then Katherine glimmered."])]:
        list(checker.steps())
        first = min(first, len(lines))
        old = min(old, len(lines) - first)
        new = [part for line in new for part in line.split("\n")]
        lines[first : first + old] = new
        checker.replace(first, old, len(new))
    list(checker.steps())
    anew = TextChecker(lambda number: lines[number], len(lines))
    list(anew.steps())
    assert [checker.found(n) for n in range(len(lines))] == [
        anew.found(n) for n in range(len(lines))
    ]


def test_a_finding_is_known_again_where_its_paragraph_moves_to() -> None:
    paragraph = "He stayed due to the fact that it rained."
    (one,) = check_text(paragraph, Language.ENGLISH)
    other = Finding(kind=one.kind, start=one.start, end=one.end, message="", weight=0.1)
    assert key_of(one, paragraph) == key_of(other, paragraph)
    assert key_of(one, paragraph) != key_of(one, paragraph.replace("stayed", "waited"))
    assert "rained" not in key_of(one, paragraph)
