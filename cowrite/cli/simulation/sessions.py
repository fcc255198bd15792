"""``cowrite simulate --sessions``: recorded sessions of real writers, with their own keys at their own times."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.cli.simulation.options import both_ways, eyes, shown_engine_ms
from cowrite.decisions.events import Event
from cowrite.decisions.exchange.files import read_sessions
from cowrite.localization import tr, tr_noop
from cowrite.settings.paths import with_home
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.remembered_answers import RememberedAnswers
from cowrite.suggest.simulation.session_replay import SessionReplay, SessionReport

NOTHING_PLAYED = tr_noop("Nothing was played back; --sessions takes the event files of CoAuthor.")
Sessions = Sequence[tuple[str, Sequence[Event]]]


def read_all(files: Sequence[Path]) -> Sessions:
    """The events of each file of CoAuthor's, by the file's name. Raises UserError for the first that is none."""
    sessions: list[tuple[str, Sequence[Event]]] = []
    for file in map(with_home, files):
        try:
            events = read_sessions(file, "coauthor").events
        except UserError as error:
            raise UserError(error.message, tr(NOTHING_PLAYED)) from error
        if not events:
            raise UserError(tr("{name} holds no session.", name=file.name))
        sessions.append((file.name, events))
    return sessions


def play_all(
    sessions: Sessions,
    *,
    arguments: argparse.Namespace,
    settings: SuggestSettings,
    answers: RememberedAnswers,
    on_progress: Callable[[float], None],
) -> tuple[dict[str, object], list[str]]:
    """The figures with the chosen way of noticing, those with the other one, and the lines of ``--events``."""
    lines: list[str] = []
    totals: list[SessionReport] = []
    first, second = both_ways(arguments)
    for number, (name, events) in enumerate(sessions):

        def keep(event: str, t_ms: float, text: str, name: str = name) -> None:
            said = {"event": event, "t_ms": round(t_ms, 3), "text": text, "session": name}
            lines.append(json.dumps(said, ensure_ascii=False))

        for place, notice in enumerate((first, second)):
            replay = SessionReplay(
                events,
                eyes=eyes(arguments, notice),
                settings=settings,
                answer=answers,
                learn=answers.learn,
                on_event=keep if notice is first else lambda *_: None,
            )
            report = replay.play()
            if number == 0:
                totals.append(report)
            else:
                totals[place] += report
        answers.forget()
        on_progress((number + 1) / len(sessions))
    about: dict[str, object] = {
        "typist": "recorded",
        "engine_ms": shown_engine_ms(arguments),
        "reaction_ms": arguments.reaction,
    }
    return totals[0].figures() | about | {"other_notice": totals[1].figures()}, lines
