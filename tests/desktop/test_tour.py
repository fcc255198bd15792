"""Every entry of every menu is opened by a driver, closed, and after it writing goes on. See :mod:`desktop.tour`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from desktop.display import Display
from desktop.tour import WAYS_TO_OPEN, Tour, every_way
from desktop.tour_closing import WAYS_TO_CLOSE
from desktop.tour_menus import EntryPath

from cowrite.localization.languages import CHINESE, ENGLISH

MENUS = ("File", "Edit", "Format", "Suggestions", "Passage", "View", "Help")
# With every change each menu is toured once: these by real keys, the others by injected events (test_tour_injected.py).
BY_REAL_KEYS = ("File", "Suggestions", "Passage", "View")
SEED = int(os.environ.get("COWRITE_TOUR_SEED", "1"))
WHOLE = bool(os.environ.get("COWRITE_WHOLE_TOUR"))
IN_CHINESE = MENUS if WHOLE else ("Help",)

pytestmark = [pytest.mark.starter_model, pytest.mark.timeout(1800 if WHOLE else 900)]


def ways(tour: Tour, path: EntryPath, language: str) -> list[tuple[str, str]]:
    """How the entry is opened and closed: once as the seed draws it, or in the whole tour every way.

    In Chinese once at all events: there it is about what the windows say.
    """
    if WHOLE and language == ENGLISH:
        return every_way()
    return [(tour.rng.choice(WAYS_TO_OPEN), tour.rng.choice(WAYS_TO_CLOSE))]


@pytest.mark.parametrize(
    ("language", "menu"),
    [
        *((ENGLISH, menu) for menu in (MENUS if WHOLE else BY_REAL_KEYS)),
        *((CHINESE, menu) for menu in IN_CHINESE),
    ],
)
def test_every_entry_of_a_menu(shown: Display, person: Path, language: str, menu: str) -> None:
    with Tour(shown, person, seed=SEED, language=language) as tour:
        entries = tour.entries_of(menu)
        assert entries
        for path in entries:
            for opened, closed in ways(tour, path, language):
                tour.tour(path, opened, closed)
        assert not tour.result.texts, tour.result.texts
        assert set(tour.result.toured) >= set(entries), f"disabled: {tour.result.disabled}"


def test_the_menu_bar_has_these_menus(shown: Display, person: Path) -> None:
    with Tour(shown, person) as tour:
        assert tuple(tour.menu_titles()) == MENUS


@pytest.mark.parametrize(
    ("where", "how"),
    [
        (where, how)
        for number, where in enumerate(("on the text", "beside the column"))
        for how in (WAYS_TO_OPEN if WHOLE else WAYS_TO_OPEN[number : number + 1])
    ],
)
def test_every_entry_of_the_context_menu(
    shown: Display, person: Path, where: str, how: str
) -> None:
    with Tour(shown, person, seed=SEED) as tour:
        entries = tour.context_entries(where, how)
        assert entries
        for title in entries:
            tour.tour_context(title, where, how)
        assert set(tour.result.toured) == {("context menu", title) for title in entries}


@pytest.mark.skipif(not WHOLE, reason="a part of the whole tour")
def test_the_context_menu_in_chinese(shown: Display, person: Path) -> None:
    with Tour(shown, person, seed=SEED, language=CHINESE) as tour:
        for title in tour.context_entries("on the text", "keyboard"):
            tour.tour_context(title, "on the text", "keyboard")
        tour.tour_status_line()
        assert not tour.result.texts, tour.result.texts


def test_every_field_of_the_status_line_and_every_button_of_a_message(
    shown: Display, home: Path
) -> None:
    """Without a model, so that there is a message to begin with."""
    with Tour(shown, home, seed=SEED) as tour:
        tour.tour_status_line()
        tour.tour_messages()
