"""The card of the morning: what it says, in every case and size, and that it leaves the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.panels.personalization.training_result_card import (
    ExampleLine,
    TrainingResultCard,
    headline,
    in_use_since,
    report_page,
)
from cowrite.personalize.adapters.outcome import ExamplePrediction, Outcome
from cowrite.settings.preferences import Preferences

NOW = datetime(2026, 5, 12, 8, 30)
PROMOTED = Outcome(
    at_ms=int(datetime(2026, 5, 12, 5, 12).timestamp() * 1000),
    status="promoted",
    reason="Your new version predicts your text 14.1 % better and is now in use.",
    adapter_id="2026-05-12-abcdef",
    gain_pct=14.1,
    stranger_gain_pct=2.2,
    right=tuple(
        ExamplePrediction(f"and then she went {n} times to the", "lake", "<b>sea</b>")
        for n in range(7)
    ),
    wrong=(
        ExamplePrediction("They went up to the", "house", ""),
        ExamplePrediction("he", "said", "laughed"),
    ),
    report="/nowhere",
)
KEPT = Outcome(
    at_ms=0, status="kept", reason="The test was too short. Suggestions stay as they are."
)
FAILED = Outcome(at_ms=0, status="failed", reason="The disk is full.", advice="Free up disk space.")

MakeCard = Callable[[Outcome], TrainingResultCard]


@pytest.fixture
def appearance(qapp: QApplication) -> Appearance:
    return Appearance(qapp, load_themes(), Fonts(), Preferences(theme="light"))


@pytest.fixture
def make(qtbot: QtBot, appearance: Appearance) -> MakeCard:
    def card(outcome: Outcome) -> TrainingResultCard:
        made = TrainingResultCard(outcome, appearance, NOW)
        qtbot.addWidget(made)
        made.resize(900, 260)
        made.show()
        return made

    return card


def labels(card: TrainingResultCard) -> list[str]:
    buttons = card.findChildren(QPushButton)
    return [each.text().replace("&", "") for each in buttons if not each.isHidden()]


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (
            PROMOTED,
            "Your version is 14 % better at predicting you; one trained on someone else would be 2 % better.",
        ),
        (
            replace(PROMOTED, stranger_gain_pct=None),
            "Your version is 14 % better at predicting you.",
        ),
        (
            replace(PROMOTED, stranger_gain_pct=-3.4),
            "Your version is 14 % better at predicting you; one trained on someone else would be 3 % worse.",
        ),
        (
            replace(PROMOTED, gain_pct=0.6, stranger_gain_pct=None),
            "Your version is 0.6 % better at predicting you.",
        ),
        (replace(PROMOTED, gain_pct=None), "Your version predicts you better."),
        (KEPT, "Nothing changed: the test was too short. Suggestions stay as they are."),
        (FAILED, "The disk is full. Free up disk space."),
        (
            replace(FAILED, status="a word of a later version"),
            "The disk is full. Free up disk space.",
        ),
    ],
)
def test_it_says_what_came_of_the_run(outcome: Outcome, sentence: str) -> None:
    assert headline(outcome) == sentence


def test_since_when_it_is_in_use_is_said_as_one_would() -> None:
    assert in_use_since(PROMOTED, NOW) == "In use since 05:12."
    assert in_use_since(PROMOTED, datetime(2026, 5, 13, 8, 0)) == "In use since 12 May, 05:12."
    assert in_use_since(KEPT, NOW) == ""
    assert in_use_since(replace(PROMOTED, at_ms=10**18), NOW) == "In use now."


def test_at_most_five_places_and_two(make: MakeCard) -> None:
    card = make(PROMOTED)
    card.fit(QSize(960, 900))
    lines = card.findChildren(ExampleLine)
    assert len(lines) == 5 + 2
    assert labels(card) == ["Undo", "Report", "Hide places", "Close"]
    assert "Five places where it now predicts you correctly" in [
        each.text() for each in card.findChildren(type(card.headline))
    ]


def test_places_of_what_is_not_in_use_are_told_as_such(make: MakeCard) -> None:
    card = make(replace(PROMOTED, status="kept"))
    said = [each.text() for each in card.findChildren(type(card.headline))]
    assert "Five places where it would predict you correctly" in said
    assert "Two where it would no longer" in said


def test_words_of_the_text_are_never_read_as_markup(make: MakeCard) -> None:
    line = make(PROMOTED).findChildren(ExampleLine)[0]
    assert "&lt;b&gt;sea&lt;/b&gt;" in line.text()
    assert "not “<b>sea</b>”" in line.accessibleName()


def test_where_there_is_little_room_the_examples_wait_to_be_asked_for(
    qtbot: QtBot, make: MakeCard
) -> None:
    card = make(PROMOTED)
    card.fit(QSize(900, 300))
    assert labels(card) == ["Undo", "Report", "Show places", "Close"]
    qtbot.mouseClick(card.toggle, Qt.MouseButton.LeftButton)
    assert not card.examples.isHidden()
    card.resize(360, 500)  # one list below the other
    card.resize(120, 500)  # not even a word


@pytest.mark.parametrize("outcome", [KEPT, FAILED])
def test_without_a_new_version_there_is_nothing_to_undo(make: MakeCard, outcome: Outcome) -> None:
    card = make(outcome)
    card.fit(QSize(960, 900))
    assert labels(card) == ["Close"]


def test_what_was_undone_is_said_in_its_place(make: MakeCard) -> None:
    card = make(PROMOTED)
    card.say("The original model is in use again.")
    assert card.headline.text() == "The original model is in use again."
    assert labels(card) == ["Report", "Close"]


def test_it_never_takes_the_keyboard(make: MakeCard) -> None:
    card = make(PROMOTED)
    for button in card.findChildren(QPushButton):
        assert button.focusPolicy() is Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize("theme", ["dark", "sepia"])
def test_it_follows_the_theme_until_it_leaves(
    make: MakeCard, appearance: Appearance, theme: str
) -> None:
    card = make(PROMOTED)
    appearance.apply(Preferences(theme=theme, font_size_pt=26))
    assert appearance.theme.ink in card.styleSheet()
    card.leave()
    card.leave()
    appearance.apply(Preferences(theme="light"))
    assert load_themes()["light"].page not in card.styleSheet()


def test_the_report_is_a_page_or_the_folder_it_should_be_in(tmp_path: Path) -> None:
    outcome = replace(PROMOTED, report=str(tmp_path))
    assert report_page(outcome) == tmp_path
    (tmp_path / "report.html").write_text("<p>")
    assert report_page(outcome) == tmp_path / "report.html"


def test_a_better_influence_is_offered_and_used_only_when_asked(
    qtbot: QtBot, appearance: Appearance
) -> None:
    best = replace(PROMOTED, best_influence="gentle")
    card = TrainingResultCard(best, appearance, NOW, "as tested")
    qtbot.addWidget(card)
    assert "“gentle” was best on your last pages. Yours is “as tested”." in card.details.text()
    assert "Use “gentle”" in labels(card)
    with qtbot.waitSignal(card.influence_asked):
        card.use_best.click()
    assert card.details.text() == (
        "The slider for how much of you is in suggestions is at “gentle” from now on."
    )
    assert "Use “gentle”" not in labels(card)


@pytest.mark.parametrize("best", ["", "as tested", "a word of a later version"])
def test_where_nothing_else_was_better_nothing_is_offered(
    qtbot: QtBot, appearance: Appearance, best: str
) -> None:
    card = TrainingResultCard(replace(PROMOTED, best_influence=best), appearance, NOW, "as tested")
    qtbot.addWidget(card)
    assert "best" not in card.details.text()
    assert not any(label.startswith("Use") for label in labels(card))
