"""The tour with events that Qt injects: on every system, also where there are no real keys to press."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from desktop.display import NoScreen, why_not
from desktop.tour import WAYS_TO_OPEN, Tour
from desktop.tour_closing import WAYS_TO_CLOSE

MENUS = ("File", "Edit", "Format", "View", "Help")
# Where there are real keys, the other menus are toured with them unless it is the whole tour.
NOW = MENUS if os.environ.get("COWRITE_WHOLE_TOUR") or why_not() else ("Edit", "Format", "Help")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("menu", NOW)
def test_every_entry_of_a_menu(home: Path, menu: str) -> None:
    with Tour(NoScreen(home=home), home, seed=2) as tour:
        for path in tour.entries_of(menu):
            opened, closed = tour.rng.choice(WAYS_TO_OPEN), tour.rng.choice(WAYS_TO_CLOSE)
            tour.tour(path, opened, closed)
        assert not tour.result.disabled
