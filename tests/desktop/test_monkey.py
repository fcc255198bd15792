"""Most of a minute of the monkey with a fixed seed; see :mod:`desktop.monkey`. ``dev.py monkey`` is longer."""

from __future__ import annotations

from pathlib import Path

import pytest
from desktop.display import Display
from desktop.monkey import Monkey

SECONDS = 45.0
SEED = 17


@pytest.mark.starter_model
@pytest.mark.timeout(600)
def test_no_random_input_breaks_the_program(shown: Display, person: Path) -> None:
    monkey = Monkey(shown, person, SEED)
    monkey.run(SECONDS, at_least=20)  # on a machine that is busy it takes longer
    assert monkey.actions >= 20
