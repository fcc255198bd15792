"""Where the program begins: the window, or a command.

Imports almost nothing until it knows which, so that the window stands soon and ``--version`` is instant.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from cowrite import __version__
from cowrite.base.printable import one_line
from cowrite.console import (
    PlainHelpWithParagraphs,
    PlainParser,
    as_user_error,
    can_print,
    drop_output,
    flush_output,
    prepare_streams,
    say,
)
from cowrite.localization import current, sentences, tr, tr_noop, use
from cowrite.localization.languages import ENGLISH, OWN_NAMES
from cowrite.packs.at_start import forget_import, use_active_pack
from cowrite.settings.language import chosen_language, use_language
from cowrite.settings.paths import Paths

logger = logging.getLogger(__name__)

EXIT_BUG = 1
EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 130

# Not for people: how an installed program, which has no Python of its own, starts its training process.
TRAINING_PROCESS = "train-process"
PACKS = "packs"
COMMANDS = {
    "adapters": tr_noop(
        "list, choose, roll back, remove, export and import what was learned from you"
    ),
    "bench": tr_noop("measure how fast the model answers on this computer"),
    "check": tr_noop("list what a careful reader would stumble over in a text"),
    "complete": tr_noop("continue a text and print it"),
    "convert": tr_noop("write a text anew with typographic quotation marks, dashes and ellipses"),
    "count": tr_noop("count the words and characters of a text"),
    "demo": tr_noop("play a scripted session in the real window and save screenshots"),
    "doctor": tr_noop("check everything Cowrite needs and report problems"),
    "evaluate": tr_noop("measure how well the model predicts a text"),
    "insights": tr_noop("show what suggestions were worth"),
    "log": tr_noop("inspect and manage the decision log"),
    "models": tr_noop("list, download, install, import, choose, verify and remove models"),
    "packs": tr_noop(
        "list, install, switch, check and remove packs, such as the one for graphics cards"
    ),
    "personalize": tr_noop(
        "learn from your writing and decisions, and use the result if it is better"
    ),
    "server": tr_noop("say whether the model on your server answers, and forget its key"),
    "simulate": tr_noop("write a text with suggestions and measure how many keystrokes they save"),
    "spell": tr_noop("list the misspelled words of a text"),
    "statement": tr_noop("report who wrote what in a text"),
    "task": tr_noop("have the model do a task that a file describes"),
    "updates": tr_noop("ask whether there is a newer version of Cowrite, and download it"),
    "voice": tr_noop("say how far each chapter is from your own texts towards a model's prose"),
}


def entry() -> NoReturn:
    """What the installed command calls: run, and end the process."""
    status = main()
    if opens_window(sys.argv[1:]):
        leave(status)
    sys.exit(status)


def leave(status: int) -> NoReturn:
    """End the process of a window whose files are written, in milliseconds.

    Python would take the loaded model's libraries apart piece by piece and wait for a thread that is just importing
    them: up to seconds in which no other window could open.
    """
    from PySide6.QtCore import QCoreApplication

    forget_import()
    application = QCoreApplication.instance()
    if application is not None:
        application.shutdown()  # the clipboard is handed to the desktop here
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    os._exit(status)


def opens_window(arguments: Sequence[str]) -> bool:
    """Whether these arguments are for the window and not for a command."""
    _, rest = _take_home(list(arguments))
    return rest[:1] not in [[TRAINING_PROCESS], *([name] for name in COMMANDS)]


def main(argv: Sequence[str] | None = None) -> int:
    """Run Cowrite with ``argv`` (without the program's name). Returns the exit status."""
    prepare_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    paths: Paths | None = None
    try:
        home, arguments = _take_home(arguments)
        paths = Paths.find(home)
        _speak_as_chosen(paths)
        if arguments[:1] != [PACKS]:  # which tries out another one
            use_active_pack(paths.data, watched=arguments[:1] != [TRAINING_PROCESS])
        try:
            return _run(arguments, paths)
        finally:
            flush_output()  # that nobody reads is noticed here, not when Python ends
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone, as in `cowrite log tail | head`; there is nobody to tell.
        drop_output()
        return 0
    except Exception as error:
        told = as_user_error(error)
        if told is not None:
            say(f"cowrite: {told}")
            return EXIT_USER_ERROR
        return _own_mistake(paths)


def _speak_as_chosen(paths: Paths) -> None:
    """Use the language of the preferences, or English where the output cannot hold that one."""
    language = use_language(chosen_language(paths.settings_file))
    if not can_print(OWN_NAMES[language]):
        use(ENGLISH)


def _own_mistake(paths: Paths | None) -> int:
    """Write down what is handled just now, and say so."""
    from cowrite.settings.logs import start_logging

    where = ""
    if paths is not None:
        with start_logging(paths.log_file):
            logger.exception("the program ended with an error")
        where = tr("Details are in {log_file}.", log_file=one_line(paths.log_file))
    sorry = tr("something went wrong inside Cowrite. Your files were not changed.")
    say(f"cowrite: {sentences(sorry, where)}")
    return EXIT_BUG


def _run(arguments: list[str], paths: Paths) -> int:
    if arguments[:1] == [TRAINING_PROCESS]:
        from cowrite.personalize.training.process import main as train

        return train(arguments[1:])
    if arguments and arguments[0] in COMMANDS:
        from cowrite.cli.dispatch import run_command

        return run_command(arguments, paths)
    return _open_window(arguments, paths)


def _take_home(arguments: list[str]) -> tuple[Path | None, list[str]]:
    """Take ``--home DIR`` out of the arguments, wherever before a ``--`` it stands."""
    rest: list[str] = []
    home: Path | None = None
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument == "--home":
            home = Path(next(waiting, "") or _no_home())
        elif argument.startswith("--home="):
            home = Path(argument.removeprefix("--home=") or _no_home())
        else:
            rest.append(argument)
    return home, rest


def _no_home() -> NoReturn:
    _speak_as_chosen(Paths.find())
    say(f"cowrite: {tr('--home needs a folder, as in “--home ~/cowrite-test”.')}")
    raise SystemExit(EXIT_USER_ERROR)


def _open_window(arguments: list[str], paths: Paths) -> int:
    options = window_parser().parse_args(arguments)
    if current() == ENGLISH:
        use_language(chosen_language(paths.settings_file))  # whatever the output cannot hold
    gc.disable()  # what a start imports and builds stays: to look through it for garbage takes a tenth of the start
    try:
        from cowrite.app.binding import spare_sources

        spare_sources()
        from cowrite.app import start

        return start.run(options.files, paths, install_model=options.install_model)
    finally:
        gc.enable()


def window_parser() -> argparse.ArgumentParser:
    """The parser for everything that is not a command."""
    width = max(map(len, COMMANDS))
    commands = "\n".join(
        f"  cowrite {name:<{width}}  {tr(text)}" for name, text in COMMANDS.items()
    )
    parser = PlainParser(
        prog="cowrite",
        description=tr(
            "Open the editor with FILE, or with the documents that were open last time."
        ),
        epilog=(
            tr(
                "commands (use --help after a command for details):\n{commands}\n\n"
                "To open a file that is named like a command, give its folder too, as in “cowrite ./log”.",
                commands=commands,
            )
        ),
        formatter_class=PlainHelpWithParagraphs,
        allow_abbrev=False,  # “--hom DIR” must not look like “--home DIR” and do nothing
    )
    parser.add_argument(
        "files", metavar="FILE", nargs="*", type=Path, help=tr("a text file to open")
    )
    parser.add_argument(
        "--home",
        metavar="DIR",
        help=tr("keep models, settings, log and everything else in DIR (also: COWRITE_HOME)"),
    )
    parser.add_argument(
        "--install-model",
        action="store_true",
        help=tr("install the starter model if no model is installed (93 MB to download)"),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"Cowrite {__version__}",
        help=tr("show program's version number and exit"),
    )
    return parser


if __name__ == "__main__":
    entry()
