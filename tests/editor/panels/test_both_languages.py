"""Every window and panel in both languages: nothing is cut off, and nothing in the Chinese ones is English."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from learning_child import PREVIEW, child
from open_program import OpenIt, OpenProgram, choose, put_model
from PySide6.QtWidgets import QApplication, QDialog
from session_writer import SessionWriter, keep_sessions
from support.clipping import clipped_texts
from support.shown_texts import untranslated

from cowrite.base.clock import SystemClock
from cowrite.decisions.events import EventKind
from cowrite.editor.panels.insights.insights_window import InsightsWindow
from cowrite.editor.panels.personalization.personalize_window import PersonalizeWindow
from cowrite.editor.panels.replay.replay_window import ReplayWindow
from cowrite.editor.shell.window_commands import WindowCommands
from cowrite.localization.languages import CHINESE, ENGLISH
from cowrite.settings.paths import Paths

PANELS = (
    "outline.show",
    "history.show",
    "notes.show",
    "goals.show",
    "project.show",
    "check.show",
    "answers.show",
    "voice.show",
    "find.in_files",
    "find.replace",
    "view.authorship",
    "palette.show",
    "switcher.show",
)
WINDOWS = (
    "gpu_pack.show",
    "help.about",
    "insights.show",
    "replay.show",
    "personalization.show",
    "privacy.show",
    "server.show",
    "settings.show",
    "shortcuts.show",
    "models.show",
    "updates.show",
    "file.print",
)
SIZES = ((1000, 700), (1024, 560))
TEXT = (
    "# 第一章\n\n河水流过村庄。她说：“走吧。”\n\n# Chapter two\n\nThe river went by the village.\n"
)
PASSED_ON = PREVIEW["sentence"]
"""What another process has said, which was asked in the language in use."""
HOUR_MS = 3_600_000
Opened = tuple[OpenProgram, str]


@pytest.fixture(params=[ENGLISH, CHINESE])
def opened(
    request: pytest.FixtureRequest,
    open_it: OpenIt,
    paths: Paths,
    tmp_path: Path,
    speak: Callable[[str], None],
) -> Opened:
    """The program with a text in front, and the language that it speaks."""
    speak(request.param)
    choose(paths, language=request.param, open_in="tabs")
    put_model(paths)
    keep_sessions(paths.decision_log, _session())
    text = tmp_path / "a.md"
    text.write_text(TEXT)
    program = open_it(
        files=[text], learning=lambda _options: child(f"print({json.dumps(PREVIEW)!r})")
    )
    program.until_ready()
    return program, request.param


def _session() -> SessionWriter:
    """Something for windows to show that read the log."""
    session = SessionWriter("aaaa", SystemClock().unix_ms() - HOUR_MS, text="It was\n")
    session.write("dark ")
    session.suggest("and cold")
    session.take("and ")
    session.wait(800)
    session.decide(EventKind.REJECTED)
    session.write("quiet")
    return session


@pytest.mark.parametrize("command", [*PANELS, *WINDOWS])
def test_nothing_is_cut_off_or_in_another_language(opened: Opened, command: str) -> None:
    program, language = opened
    run = program.window.findChild(WindowCommands).registry.run
    faults: list[str] = []
    for size in SIZES:
        program.window.resize(*size)
        run(command)
        _settle(program)
        for dialog in _dialogs():
            program.until(lambda dialog=dialog: _is_filled(dialog))
        program.qtbot.wait(50)  # what came in is laid out by now
        for window in (program.window, *_dialogs()):
            faults += [f"{size}: {each}" for each in clipped_texts(window)]
            if language == CHINESE:
                faults += [each for each in untranslated(window) if str(PASSED_ON) not in each]
        for dialog in _dialogs():
            dialog.close()
        if command in PANELS:
            run(command)  # away again
        _settle(program)
    assert not faults, "\n".join(dict.fromkeys(faults))


def _settle(program: OpenProgram) -> None:
    program.until_settled()
    program.qtbot.wait(150)


def _is_filled(dialog: QDialog) -> bool:
    """Whether it shows what it has read."""
    match dialog:
        case InsightsWindow():
            return dialog.to_image.isEnabled()
        case ReplayWindow():
            return len(dialog.playback) > 0
        case PersonalizeWindow():
            return bool(dialog.before.figures)
    return True


def _dialogs() -> list[QDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
