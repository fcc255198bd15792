"""``cowrite server``: whether the writer's server answers, and its key; and how other commands ask it."""

from __future__ import annotations

import argparse
import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict

from cowrite.base.errors import UserError
from cowrite.base.printable import one_line
from cowrite.cli.diagnosis.findings import Finding, ok, warning
from cowrite.engine.messages import CompletionRequest, CompletionResult, Lane
from cowrite.localization import tr, tr_noop
from cowrite.remote.choice import ServerChoice, Use
from cowrite.remote.keys import ServerKeys
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences, checked
from cowrite.settings.store import PreferencesStore

HELP = tr_noop(
    "See whether the model on your server answers and what it does well, and forget its key."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    status = actions.add_parser(
        "status", help=tr("say what is sent where, and whether the server answers")
    )
    exam = actions.add_parser(
        "exam", help=tr("find out which tasks on a passage it does well, on examples of Cowrite's")
    )
    for each in (status, exam):
        each.add_argument("--json", action="store_true", help=tr("print as JSON"))
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
    if arguments.action == "exam":
        return _examine(chosen, paths, as_json=arguments.json)
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
    from cowrite.remote.waiting import AskedServer

    with AskedServer(choice, ServerKeys().get) as server:
        result = server.ask(request, Lane.INLINE)
    if not isinstance(result, CompletionResult):
        raise TypeError("a continuation is answered by a CompletionResult")
    return result


def _examine(chosen: Preferences, paths: Paths, *, as_json: bool) -> int:
    """Examine the server of the settings, keep what comes of it, and print it."""
    from cowrite.cli.passage.exam import exam_lines, said_on_terminal
    from cowrite.tasks.exam.elsewhere import examine, keep

    choice = ServerChoice.of(chosen)
    if choice is None:
        said = tr("No server is in use, so none was examined.")
        print(json.dumps({"problem": said}, ensure_ascii=False) if as_json else said)
        return 0
    with said_on_terminal() as on_task:
        exam = examine(choice, ServerKeys().get, on_task)
    keep(paths.models_dir, exam)
    if as_json:
        print(json.dumps(asdict(exam), ensure_ascii=False))
        return 0
    for line in exam_lines(exam.tasks):
        print(one_line(line))
    return 0


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
