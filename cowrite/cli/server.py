"""``cowrite server``: whether the writer's server answers, and its key; and how other commands ask it."""

from __future__ import annotations

import argparse
import contextlib
import json
import queue
from collections.abc import Mapping
from dataclasses import asdict

from cowrite.base.errors import UserError
from cowrite.base.printable import one_line
from cowrite.cli.diagnosis.findings import Finding, ok, warning
from cowrite.engine.messages import (
    CompletionRequest,
    CompletionResult,
    EngineMessage,
    EngineState,
    EngineStatus,
    Job,
    JobFailure,
    Lane,
)
from cowrite.localization import tr, tr_noop
from cowrite.remote.choice import ServerChoice, Use
from cowrite.remote.keys import ServerKeys
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences, checked
from cowrite.settings.store import PreferencesStore

HELP = tr_noop("See whether the model on your server answers, and forget its key.")
LONGEST_S = 120.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    status = actions.add_parser(
        "status", help=tr("say what is sent where, and whether the server answers")
    )
    status.add_argument("--json", action="store_true", help=tr("print as JSON"))
    forgetting = actions.add_parser(
        "forget-key", help=tr("take the key of a server out of the system's keyring")
    )
    forgetting.add_argument(
        "--address",
        metavar="URL",
        default="",
        help=tr("address of the server (default: the one in the settings)"),
    )


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Do what was asked."""
    chosen = PreferencesStore(paths.settings_file).load().preferences
    if arguments.action == "forget-key":
        print(one_line(_forgotten(arguments.address or chosen.server)))
        return 0
    finding = server_finding(asdict(chosen))
    print(json.dumps(asdict(finding), ensure_ascii=False) if arguments.json else one_line(finding))
    return 0


def _forgotten(typed: str) -> str:
    """Forget the key for an address; a sentence about that. Raises UserError."""
    from cowrite.remote.address import Address

    if not typed:
        return tr("No server is chosen, so no key was looked for.")
    address = Address.parse(typed)
    if ServerKeys().forget(address.origin):
        return tr("The key for “{name}” is forgotten.", name=address.name)
    return tr("No key is kept for “{name}”.", name=address.name)


def ask_server(request: CompletionRequest, choice: ServerChoice) -> CompletionResult:
    """The server's answer to ``request``. Raises UserError."""
    from cowrite.remote.engine import RemoteEngine

    heard: queue.Queue[EngineMessage] = queue.Queue()
    engine = RemoteEngine(choice, key_of=ServerKeys().get, ghost_patience_s=LONGEST_S)
    engine.start(heard.put)
    try:
        while True:
            message = heard.get(timeout=LONGEST_S)
            match message:
                case EngineStatus(state=EngineState.PROBLEM):
                    raise UserError(message.message)
                case EngineStatus(state=EngineState.READY):
                    if Lane.INLINE not in engine.lanes:
                        raise UserError(message.announcement)
                    engine.submit(Job(id=1, task=request, may_leave=True))
                    return _answer(heard)
    except queue.Empty as error:
        raise UserError(tr("The server does not answer in time.")) from error
    finally:
        engine.stop()


def _answer(heard: queue.Queue[EngineMessage]) -> CompletionResult:
    while True:
        match heard.get(timeout=LONGEST_S):
            case CompletionResult() as result:
                return result
            case JobFailure(message=sentence):
                raise UserError(sentence)


def server_finding(stored: Mapping[str, object]) -> Finding:
    """What ``cowrite doctor`` says of the server: whether text goes anywhere, and whether somebody is there.

    ``stored`` is what the settings file holds.
    """
    named = dict[str, object]()
    for name in ("assistance", "server_use", "server", "server_model", "server_confirmed"):
        with contextlib.suppress(ValueError, KeyError):
            named[name] = checked(name, stored[name])
    chosen = Preferences(**named)  # type: ignore[arg-type]
    choice = ServerChoice.of(chosen) if chosen.assistance else None
    if choice is None:
        return ok("server", tr("none in use; no text leaves this computer"))
    from cowrite.remote.address import Address
    from cowrite.remote.trying import try_server

    try:
        address = Address.parse(choice.address)
        trial = try_server(choice, ServerKeys().get(address.origin))
    except UserError as error:
        return warning("server", error.message, error.advice)
    about = tr(
        "{model} on {server} answers in {milliseconds} ms; passages are sent there",
        model=trial.model,
        server=address.name,
        milliseconds=round(trial.milliseconds),
    )
    if choice.use is Use.ALL:
        about = tr(
            "{model} on {server} answers in {milliseconds} ms; passages, and the text before the caret, are sent there",
            model=trial.model,
            server=address.name,
            milliseconds=round(trial.milliseconds),
        )
    return ok("server", about)
