"""The insights over a made-up log, open without the program around them."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta
from pathlib import Path

from open_program import ScriptedDialogs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from support.panels import PanelHarness

from cowrite.decisions.database.log_file import open_for_writing
from cowrite.decisions.events import Event, EventKind, JsonValue
from cowrite.editor.panels.insights.insights_window import InsightsWindow
from cowrite.editor.panels.shared.parts import Figure
from cowrite.settings.paths import Paths

NOW = datetime(2026, 5, 4, 18, 0, 0)
NOW_MS = int(NOW.timestamp() * 1000)


def keep(path: Path, days: int = 40, kinds: Container[EventKind] = tuple(EventKind)) -> None:
    """Six suggestions on each of ``days`` days up to NOW; each second was taken and most of it is there."""
    events: list[Event] = []

    def add(kind: EventKind, at_ms: int, name: str, adapter: str, **details: JsonValue) -> None:
        events.append(
            Event(
                kind=kind,
                at_ms=at_ms,
                session_id="s",
                suggestion_id=name,
                document_id="d",
                revision=1,
                start=0,
                end=0,
                model="smollm2",
                adapter=adapter,
                details=details,
            )
        )

    for day in range(days):
        adapter = "own-1" if day < days / 2 else ""
        for number in range(6):
            moment = NOW - timedelta(days=day, hours=2 * number)
            at_ms, name = int(moment.timestamp() * 1000), f"{day}-{number}"
            add(EventKind.REQUESTED, at_ms, name, adapter, typing_interval_ms=180.0)
            add(EventKind.GENERATED, at_ms, name, adapter, first_token_ms=50.0, total_ms=90.0)
            gate: JsonValue = {"offered_words": 1 + number % 5}
            add(EventKind.SHOWN, at_ms, name, adapter, text=" of the lake", gate=gate)
            if number % 2:
                add(EventKind.ACCEPTED, at_ms, name, adapter, characters=12)
                add(EventKind.KEPT, at_ms, name, adapter, characters=12, kept=0.75)
            else:
                add(EventKind.NOT_SHOWN, at_ms, "", adapter, reason="after_deletion")
    file = open_for_writing(path, lambda: NOW_MS, lambda sentence: None)
    assert file.append([event for event in events if event.kind in kinds]) == 0
    file.close()


class InsightsHarness(PanelHarness):
    """An open window over the log at ``paths``."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, paths: Paths, theme: str) -> None:
        super().__init__(qtbot, qapp, theme)
        self.dialogs = ScriptedDialogs()
        self.window = InsightsWindow(
            paths.decision_log, lambda: NOW_MS, self.appearance, self.dialogs
        )
        self.show(self.window)

    def until_plotted(self) -> None:
        self.until(lambda: self.window.to_image.isEnabled())

    def click(self, button: QWidget) -> None:
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    @property
    def sections(self) -> list[str]:
        content = self.window.content
        return [each.table.accessibleName() for each in content.sections] if content else []

    @property
    def figures(self) -> list[str]:
        content = self.window.content
        return [f.accessibleName() for f in content.findChildren(Figure)] if content else []
