"""The options of ``cowrite simulate`` that are about hands, eyes and the time of an answer."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.decisions.statistics.time_saved import REACTION_MS
from cowrite.localization import tr
from cowrite.suggest.settings import Timing
from cowrite.suggest.simulation.ghost_watch import Notice
from cowrite.suggest.simulation.scene import Eyes

DEFAULT_WPM = 49.0
DEFAULT_ENGINE_MS = 60.0
REAL = "real"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe them."""
    parser.add_argument(
        "--typist",
        choices=["patient", "live"],
        default="patient",
        help=tr(
            "patient waits after every key until the answer has been read: the ceiling; live types at the "
            "speed of recorded writers (default: patient)"
        ),
    )
    parser.add_argument(
        "--wpm",
        metavar="N",
        type=float,
        default=DEFAULT_WPM,
        help=tr(
            "live: words per minute, pauses included, a word being five characters (default: 49)"
        ),
    )
    parser.add_argument(
        "--reaction",
        metavar="MS",
        type=float,
        default=REACTION_MS,
        help=tr("live: how long a suggestion stands before it is noticed (default: 300)"),
    )
    parser.add_argument(
        "--notice",
        choices=[each.value for each in Notice],
        default=Notice.TYPING.value,
        help=tr(
            "live: notice suggestions also while typing along with them, or in pauses only; both are "
            "printed, this one comes first and is written by --events (default: typing)"
        ),
    )
    parser.add_argument(
        "--seed", metavar="N", type=int, default=0, help=tr("live: which typist (default: 0)")
    )
    parser.add_argument(
        "--engine-ms",
        metavar="N",
        default=f"{DEFAULT_ENGINE_MS:g}",
        help=tr(
            "live: milliseconds until an answer, or “real” for those of this computer (default: 60)"
        ),
    )
    parser.add_argument(
        "--events",
        metavar="FILE",
        type=Path,
        help=tr(
            "live and --sessions: write each key and what became of each suggestion to FILE, a line of JSON "
            "each"
        ),
    )


def check(arguments: argparse.Namespace) -> None:
    """Raises UserError for what cannot be simulated."""
    if not 5 <= arguments.wpm <= 300:
        raise UserError(tr("--wpm takes 5 to 300 words per minute."))
    least_ms = Timing().readable_ms
    if not least_ms <= arguments.reaction <= 10_000:
        raise UserError(
            tr("--reaction takes {least_ms:g} to 10000 milliseconds.", least_ms=least_ms)
        )
    if arguments.seed < 0:
        raise UserError(tr("--seed takes 0 or more."))
    engine_ms(arguments)
    if arguments.events and arguments.typist != "live" and not arguments.sessions:
        raise UserError(tr("--events needs --typist live or --sessions."))


def engine_ms(arguments: argparse.Namespace) -> float | None:
    """Milliseconds until an answer; None for the real ones. Raises UserError."""
    if arguments.engine_ms == REAL:
        return None
    try:
        found = float(arguments.engine_ms)
    except ValueError:
        found = math.nan
    if not 0 < found <= 60_000:
        raise UserError(tr("--engine-ms takes 1 to 60000 milliseconds, or “real”."))
    return found


def shown_engine_ms(arguments: argparse.Namespace) -> float | str:
    """The same for the figures; REAL for the real ones. Raises UserError."""
    found = engine_ms(arguments)
    return REAL if found is None else found


def eyes(arguments: argparse.Namespace, notice: Notice) -> Eyes:
    """The eyes that were asked for."""
    return Eyes(notice=notice, reaction_ms=arguments.reaction, engine_ms=engine_ms(arguments))


def both_ways(arguments: argparse.Namespace) -> tuple[Notice, Notice]:
    """The way of noticing that was asked for, and the other one."""
    first = Notice(arguments.notice)
    return first, Notice.PAUSES if first is Notice.TYPING else Notice.TYPING
