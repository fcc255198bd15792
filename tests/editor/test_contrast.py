"""What is shown can be read, and where the keyboard is, is seen: a part of ``benchmarks/contrast.py``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from every_window import STAYS, EveryWindow, open_filled
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot
from support.contrast import Measured, contrasts, focus_contrasts

from cowrite.settings.paths import Paths


@pytest.fixture
def looked_at(
    qtbot: QtBot, qapp: QApplication, paths: Paths, tmp_path: Path
) -> Callable[[str, str], list[Measured]]:
    """All that was measured of a part of the windows in a theme."""

    def look(theme: str, part: str) -> list[Measured]:
        program = open_filled(qtbot, qapp, paths, tmp_path, theme=theme)
        found: list[Measured] = []

        def measure(scene: str, window: QWidget) -> None:
            found.extend(contrasts(window))
            if isinstance(window, QDialog) or scene in STAYS:
                focused = QApplication.focusWidget()
                found.extend(focus_contrasts(window))
                if focused is not None:
                    focused.setFocus()

        program.window.resize(1000, 760)
        getattr(EveryWindow(program, measure), part)()
        program.program.close()
        return found

    return look


@pytest.mark.parametrize(
    ("theme", "part", "least"),
    [("dark", "page", 200), ("light", "windows", 300)],
)
def test_all_of_it_can_be_seen(
    looked_at: Callable[[str, str], list[Measured]], theme: str, part: str, least: int
) -> None:
    found = looked_at(theme, part)
    assert len(found) > least
    short = sorted({f"{each.contrast:.2f} {each.what}" for each in found if not each.is_enough})
    assert not short, "\n".join(short)
