"""Work with the keyboard alone: in every run a short form of it, at night a whole week. See :mod:`desktop.week`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from desktop.display import Display
from desktop.week import Week

WHOLE = bool(os.environ.get("COWRITE_WHOLE_TOUR"))


def test_a_text_is_written_corrected_and_saved(shown: Display, home: Path) -> None:
    with Week(shown, home) as week:
        week.monday()
        week.tuesday()


@pytest.mark.starter_model
@pytest.mark.timeout(900)
@pytest.mark.skipif(not WHOLE, reason="a whole week takes minutes: at night")
def test_a_week(shown: Display, person: Path) -> None:
    with Week(shown, person) as week:
        week.monday()
        week.tuesday()
        week.wednesday()
        week.thursday()
        week.friday()
        week.saturday()
        week.sunday()
