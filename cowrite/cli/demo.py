"""``cowrite demo``: a writer's first quarter of an hour in one minute, in the real window, offscreen.

The window, the model, the files and the log of decisions are the real ones. Only the keyboard is played by a script.
The demo has a home of its own, thrown away afterwards, so that it never mixes with what the writer wrote and decided.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from pathlib import Path

from cowrite.app.start import make_application
from cowrite.base.errors import UserError
from cowrite.base.printable import one_line
from cowrite.base.system_reasons import reason_of
from cowrite.cli.chosen import chosen_preferences
from cowrite.cli.demonstration.features import show_features
from cowrite.cli.demonstration.sample_texts import CHAPTERS
from cowrite.cli.demonstration.stage import GHOST_PATIENCE_S, Stage, hush_qt
from cowrite.cli.dispatch import run_command
from cowrite.cli.log.tail import WORDS
from cowrite.decisions.events import EventKind
from cowrite.decisions.reader import tail
from cowrite.localization import tr, tr_noop, trn, trp
from cowrite.localization.columns import to_left
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths, with_home
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore

HELP = tr_noop(
    "Play a scripted session in the real window, offscreen, with the real model: prints what was "
    "typed, suggested, accepted and dismissed, and saves screenshots."
)
MOST_EVENTS = 1000

STORY = "The rain had stopped, and the street lay quiet under the lamps."
WAITING = "\n\nShe had been standing at the corner for a long "
DOOR = "\n\nAt last, in the house on the other "
AFTER_DOOR = "of the street, a door opened."
CHINESE = "\n\n“你好，”他说。 For the first time in her "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        default=Path("demo-output"),
        help=tr("folder for the screenshots (default: demo-output)"),
    )
    parser.add_argument(
        "--install-model",
        action="store_true",
        help=tr("install the starter model first if no model is installed (93 MB to download)"),
    )


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Play the session."""
    models = ModelStore.of(paths)
    preferences = chosen_preferences(paths)
    _require_model(models, preferences.model, paths, install=arguments.install_model)
    out = with_home(arguments.out).absolute()
    paths.require_not_own(out)
    pictures = _make_folder(out)
    # Qt ends the process where it finds no display, and nobody wants a window that types by itself.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    hush_qt()
    with tempfile.TemporaryDirectory(prefix="cowrite-demo-") as folder:
        home = Paths.find(Path(folder))
        home.create()
        PreferencesStore(home.settings_file).save(
            Preferences(theme="light", model=preferences.model, device=preferences.device)
        )
        stage = Stage(make_application(), home, pictures)
        print(
            one_line(
                tr(
                    "Cowrite demo: the real window, drawn offscreen, with {model}.",
                    model=preferences.model,
                )
            )
        )
        try:
            _play(stage, models, home)
        finally:
            stage.close()
        _report(home)
    print(
        one_line(
            trn(
                "{count} screenshot is in {pictures}",
                "{count} screenshots are in {pictures}",
                len(stage.saved_pictures),
                pictures=pictures,
            )
        )
    )
    return 0


def _require_model(models: ModelStore, wanted: str, paths: Paths, *, install: bool) -> None:
    if models.has_folder(wanted):
        return
    if not install:
        raise UserError(
            tr("The model {wanted} is not installed, so nothing can be suggested.", wanted=wanted),
            tr(
                "Run “cowrite models install {wanted}” first, or add --install-model.",
                wanted=wanted,
            ),
        )
    run_command(["models", "install", wanted], paths)


def _make_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            tr(
                "The folder {folder} cannot be created ({reason}).",
                folder=folder,
                reason=reason_of(error),
            ),
            tr("Choose another with --out DIR."),
        ) from error
    return folder


# --- the session -----------------------------------------------------------------------------------------------------


def _play(stage: Stage, models: ModelStore, home: Paths) -> None:
    _first_start(stage, home)
    draft = home.data / "a draft.txt"
    draft.write_text(STORY, "utf-8")
    stage.open(models, [draft])
    stage.wait_until_ready()
    _write(stage)
    _show_files(stage)
    _show_split(stage, home)
    show_features(stage, home.data / "The crossing")
    _show_tools(stage)
    stage.press("Ctrl+S", tr("saved"))
    _meet_trouble(stage, home)
    written = stage.page.text()
    stage.close()
    stage.open(models)
    stage.wait_until_ready()
    same = stage.page.text() == written
    stage.say(tr("reopened"), tr("with the same text") if same else tr("with a DIFFERENT text"))
    if not same:
        raise RuntimeError("the text did not come back")


def _first_start(stage: Stage, home: Paths) -> None:
    """As on a machine where nothing is installed."""
    stage.open(ModelStore(home.models_dir))
    stage.picture(
        "first-start", tr("without a model, you can write and are told that it is missing")
    )
    stage.close()


def _write(stage: Stage) -> None:
    """Every answer a writer can give to a suggestion."""
    stage.press("Ctrl+End", tr("moved"))
    stage.type(WAITING)
    stage.wait_for_ghost()
    stage.press("Tab", tr("accepted"))
    stage.press("Ctrl+Z", tr("undone"))
    stage.wait_for_ghost()
    stage.picture("light", tr("a suggestion after the caret"))
    stage.press("Shift+Tab", tr("accepted"))
    if not stage.page.text().rstrip().endswith("."):
        stage.type(" and nobody had come.")  # the space is there already: it came with the words
    stage.type(DOOR)
    ghost = stage.wait_for_ghost()
    stage.type(f"{ghost.partition(' ')[0]} ")
    stage.say(
        trp("what remains of a suggestion", "left"),
        tr(
            "“{ghost_text}” of the suggestion, after typing its first word",
            ghost_text=stage.page.ghost_text,
        ),
    )
    stage.press("Esc", tr("dismissed"))
    stage.type(AFTER_DOOR)


def _show_files(stage: Stage) -> None:
    """The same page in other looks."""
    stage.type(CHINESE)
    stage.wait_for_ghost()
    looks = {
        "dark": tr("the dark theme, with Chinese"),
        "sepia": tr("the sepia theme, with Chinese"),
    }
    for theme, what in looks.items():
        stage.program.manager.change(theme=theme)
        stage.picture(theme, what)
    stage.program.manager.change(theme="light", font_size_pt=26)
    stage.picture("large", tr("at 200 %"))
    stage.program.manager.change(font_size_pt=13)
    stage.program.side.show_settings(stage.window)
    dialog = stage.dialog()
    stage.picture("settings", tr("the settings"), dialog)
    dialog.close()


def _show_tools(stage: Stage) -> None:
    """What is there beside suggestions: commands by name, keys, paper, and no AI at all."""
    stage.run("palette.show")
    stage.type("sa")
    stage.picture("palette", tr("commands by their names"))
    stage.press("Esc", trp("a list was closed", "left"))
    tools = stage.program.side
    tools.show_print(stage.window)
    dialog = stage.dialog()
    stage.picture("print", tr("the text as it will be on paper"), dialog)
    dialog.close()
    stage.run("shortcuts.show")
    dialog = stage.dialog()
    stage.picture("shortcuts", tr("the keys of all commands"), dialog)
    dialog.close()
    stage.run("assistance.remove")
    stage.picture("without-ai", tr("the same window without AI"))
    stage.program.manager.change(assistance=True)
    stage.wait_until_ready()


def _show_split(stage: Stage, home: Paths) -> None:
    """The end and the beginning of one text, seen at once."""
    chapters = home.data / "the quay.md"
    chapters.write_text(CHAPTERS, "utf-8")
    opened = stage.program.manager.open_paths([chapters])
    stage.wait_until(lambda: opened.is_done, GHOST_PATIENCE_S)
    stage.press("Ctrl+End", tr("moved"))
    stage.run("view.split_above_and_below")
    stage.run("view.other_half")
    stage.press("Ctrl+Home", tr("moved"))
    stage.run("view.other_half")
    stage.picture("split", tr("two places of one text"))
    stage.program.manager.close_view(stage.window.active_view)


def _meet_trouble(stage: Stage, home: Paths) -> None:
    """A file that is no text: one plain sentence, and nothing is lost."""
    picture = home.data / "holiday.jpg"
    picture.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)))
    stage.program.manager.open_paths([picture])
    stage.picture("error", tr("a file that cannot be opened"))


def _report(home: Paths) -> None:
    """What the log of decisions kept, from the file."""
    events = tail(home.decision_log, MOST_EVENTS)
    counts = Counter(event.kind for event in events)
    print()
    print(trn("The log recorded {count} event:", "The log recorded {count} events:", len(events)))
    for kind in EventKind:
        if counts[kind]:
            print(f"  {to_left(tr(WORDS[kind]), 18)} {counts[kind]:>4}")
    delays = sorted(
        float(value)
        for event in events
        if event.kind is EventKind.SHOWN
        and isinstance(value := event.details.get("ms_since_key"), int | float)
    )
    if delays:
        print(
            "  " + tr("shown {ms:.0f} ms after the last key (median)", ms=delays[len(delays) // 2])
        )
