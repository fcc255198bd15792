"""Pages with a writer, for the tests of what stands on them."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from support.ghosts import Make, page_maker


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    return page_maker(qtbot)
