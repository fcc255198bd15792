"""``cowrite log replay``: a past session on the terminal, the list of them, or every step of one as JSON."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

from cowrite.base.errors import UserError
from cowrite.base.printable import excerpt, one_line
from cowrite.base.utf16 import utf16_slice
from cowrite.decisions.past_sessions import (
    PastSession,
    clock,
    decisions,
    find_session,
    length,
    load_session,
    moment,
    past_sessions,
)
from cowrite.localization import tr, tr_noop
from cowrite.localization.columns import to_left, to_right
from cowrite.settings.paths import Paths
from cowrite.suggest.replay.playback import Frame, Playback

_HELP = tr_noop(
    "Replay a past session: what was suggested and what you did with it, at the original pace with "
    "long pauses shortened. Without SESSION, the last one is replayed."
)
FASTEST = 1_000_000.0
NOTHING_YET = tr_noop("There is no session to replay yet.")
_TEXT_SHOWN = 60
_SAID_WIDTH = 44
_ID_SHOWN = 12
_GREY, _PLAIN = "\x1b[90m", "\x1b[0m"


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command line."""
    parser = actions.add_parser("replay", help=tr("replay a past session"), description=tr(_HELP))
    parser.add_argument(
        "session",
        metavar="SESSION",
        nargs="?",
        default="1",
        help=tr(
            "number of the session in the list, 1 for the last one, or the beginning of its ID"
        ),
    )
    parser.add_argument("--list", action="store_true", help=tr("list the sessions"))
    parser.add_argument(
        "--speed",
        metavar="N",
        type=float,
        default=4.0,
        help=tr("speed, as a multiple of the original pace (default: 4)"),
    )
    parser.add_argument(
        "--json", action="store_true", help=tr("print one JSON object per line, without waiting")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Print the session; raises UserError."""
    if not 0 < arguments.speed <= FASTEST:
        raise UserError(
            tr("--speed takes a number greater than 0, up to {fastest:,.0f}.", fastest=FASTEST)
        )
    sessions = past_sessions(paths.decision_log)
    if arguments.list or (not sessions and arguments.session == "1"):
        _list(sessions, as_json=arguments.json)
        return 0
    session = load_session(paths.decision_log, find_session(sessions, arguments.session).id)
    playback = Playback(session.events, session.texts)
    if arguments.json:
        for step in json_steps(playback):
            print(json.dumps(step))  # only ASCII: half a character is in no encoding
        return 0
    # Only a person at a terminal has time.
    wait = time.sleep if sys.stdout.isatty() else lambda _: None
    try:
        play(playback, arguments.speed, wait, with_colour=sys.stdout.isatty())
    except KeyboardInterrupt:
        print()
    return 0


def json_steps(playback: Playback) -> Iterator[dict[str, object]]:
    """Each step of the playback. The whole text is only where the changes do not tell it."""
    document: str | None = None
    for number in range(len(playback)):
        frame = playback.frame(number)
        step: dict[str, object] = {
            "at_ms": frame.at_ms,
            "played_ms": frame.played_ms,
            "kind": frame.kind.value,
            "document": frame.document_id,
            "said": frame.said,
            "caret": frame.caret,
            "ghost": frame.ghost,
        }
        if frame.decision is not None:
            step |= {"decision": frame.decision.value, "suggestion": frame.offered}
        if frame.change is not None:
            step |= dict(zip(("start", "removed", "inserted"), frame.change, strict=True))
        if frame.document_id != document or (frame.change is None and frame.kind == "opened"):
            step["text"] = frame.text if frame.is_known else None
        document = frame.document_id
        yield step


def play(
    playback: Playback, speed: float, wait: Callable[[float], object], *, with_colour: bool
) -> None:
    """Print a line for each thing that happened; ``wait`` gets seconds."""
    waiting: Frame | None = None
    played_ms = 0
    for number in range(len(playback)):
        frame = playback.frame(number)
        if not frame.is_new_message:
            continue
        # While the same goes on, as while the writer types, its end is what is worth a line.
        if waiting is not None and (frame.said != waiting.said or frame.decision is not None):
            wait((waiting.played_ms - played_ms) / 1000 / speed)
            played_ms = waiting.played_ms
            print(_line(waiting, with_colour=with_colour), flush=True)
        waiting = frame
    if waiting is not None:
        wait((waiting.played_ms - played_ms) / 1000 / speed)
        print(_line(waiting, with_colour=with_colour), flush=True)


def _list(sessions: Sequence[PastSession], *, as_json: bool) -> None:
    if as_json:
        for each in sessions:
            print(json.dumps(asdict(each)))
        return
    if not sessions:
        print(tr(NOTHING_YET))
    for number, each in enumerate(sessions, 1):
        about = f"{to_right(length(each.length_ms), 14)}  {to_right(decisions(each.decisions), 14)}"
        imported = "  " + tr("(imported)") if each.is_imported else ""
        name = each.name[:_ID_SHOWN]
        line = f"{number:>4}  {moment(each.started_ms)}  {about}  {to_left(name, _ID_SHOWN)}  {each.title}"
        print(one_line(line + imported), flush=True)


def _line(frame: Frame, *, with_colour: bool) -> str:
    """When, what happened, and the text before the caret with the suggestion after it."""
    before = utf16_slice(frame.text, 0, frame.caret)
    shown = before[-_TEXT_SHOWN:]
    more = "…" if len(before) > _TEXT_SHOWN else ""
    ghost = excerpt(frame.ghost)
    if with_colour and ghost:
        ghost = f"{_GREY}{ghost}{_PLAIN}"
    said = excerpt(frame.said)
    text = (
        f"{more}{excerpt(shown)}|{ghost}"
        if frame.is_known
        else tr("(the text is no longer stored)")
    )
    return f"{clock(frame.played_ms):>7}  {to_left(said, _SAID_WIDTH)}  {text}".rstrip()
