"""Straight signs become those a typesetter would choose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quote_pairs import PAIRS

from cowrite.base.errors import UserError
from cowrite.typography.convert import typographic
from cowrite.typography.inline import masked_in_line
from cowrite.typography.language import guessed_language
from cowrite.typography.signs import Paragraph
from cowrite.typography.styles import LANGUAGES, style_of

EVERY_PAIR = [(language, *pair) for language, pairs in PAIRS.items() for pair in pairs]
TEXTS = st.text(alphabet="ab1 '\".-,()*`[]\n“”‘’你—", max_size=60)


def line_made(line: str, language: str) -> str:
    paragraph, parts, at = Paragraph(line, style_of(language), masked_in_line(line)), [], 0
    for sign in paragraph.signs():
        parts += [line[at : sign.start], sign.text]
        at = sign.end
    return "".join([*parts, line[at:]])


@pytest.mark.parametrize(("language", "straight", "wanted"), EVERY_PAIR)
def test_a_line(language: str, straight: str, wanted: str) -> None:
    assert line_made(straight, language) == wanted


@pytest.mark.parametrize(("language", "straight", "wanted"), EVERY_PAIR)
def test_the_same_in_a_markdown_text(language: str, straight: str, wanted: str) -> None:
    text = f"First.\n\n{straight}\n\nLast.\n"
    assert typographic(text, language, markdown=True) == f"First.\n\n{wanted}\n\nLast.\n"


def test_a_quotation_goes_on_over_paragraphs() -> None:
    text = '"One goes on in 1990\n\nand "two" and closes in 1991" here.\n'
    assert typographic(text, "en", markdown=True) == (
        "“One goes on in 1990\n\nand “two” and closes in 1991” here.\n"
    )


def test_what_is_no_prose_stays() -> None:
    text = (
        '---\ntitle: "It\'s"\n---\n\n# "Heading"\n\n```\n"code" -- it\'s...\n```\n\n'
        '<!-- don\'t -- -->\n\n%% can\'t %%\n\n"It\'s" `it\'s`\n\n    "indented"\n\n---\n\n| "a" | b |\n| --- | --- |\n'
    )
    made = typographic(text, "en", markdown=True)
    assert made == text.replace('# "Heading"', "# “Heading”").replace(
        '"It\'s" `', "“It’s” `"
    ).replace('"a"', "“a”")


def test_a_plain_text_has_a_paragraph_in_each_line() -> None:
    assert typographic('"It\'s `so`\n"No."\n', "en", markdown=False) == "“It’s `so`\n“No.”\n"


@given(TEXTS, st.sampled_from(LANGUAGES), st.booleans())
def test_nothing_but_signs_changes(text: str, language: str, markdown: bool) -> None:
    made = typographic(text, language, markdown=markdown)
    kept = set("ab1,()*[]`你\n")
    assert [each for each in made if each in kept] == [each for each in text if each in kept]


@given(TEXTS, st.sampled_from(["en", "zh"]))
def test_what_is_typographic_stays(text: str, language: str) -> None:
    straight = set("'\"")
    made = typographic(text, language, markdown=False)
    if straight.isdisjoint(made):
        again = typographic(made.replace(".", "").replace("-", ""), language, markdown=False)
        assert again == made.replace(".", "").replace("-", "")


def test_a_language_without_signs() -> None:
    with pytest.raises(UserError, match="no quotation marks for “xx”"):
        typographic("", "xx", markdown=True)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("She said that he was not the one, and it was.", "en"),
        ("Der Mann und die Frau, das ist nicht ein Hund.", "de"),
        ("»Das« ist der Hund, und die Katze ist nicht da.", "de-guillemets"),
        ("Elle est dans la maison, et il ne vient pas pour elle.", "fr"),
        ("他说今天天气很好。", "zh"),
    ],
)
def test_which_language_it_is(text: str, language: str) -> None:
    assert guessed_language(text) == language
