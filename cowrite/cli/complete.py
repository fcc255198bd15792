"""``cowrite complete``: continue a text, as the editor would, and show the working."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError
from cowrite.base.printable import lines, one_line
from cowrite.base.utf16 import utf16_length
from cowrite.cli.adapter_choice import add_influence, chosen_adapter, chosen_influence
from cowrite.cli.chosen import chosen_preferences
from cowrite.cli.server import ask_server
from cowrite.cli.texts import read_text
from cowrite.console import show_progress
from cowrite.decisions.statistics.report import reason_words
from cowrite.engine.messages import CompletionRequest, CompletionResult
from cowrite.engine.offline import forbid_downloads
from cowrite.localization import tr, tr_noop, trn
from cowrite.models.store import ModelStore
from cowrite.remote.choice import ServerChoice, Use
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.suggest.filter.show_filter import FilterDecision, judge, why_not_ask
from cowrite.suggest.live.context import window_before
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import SuggestSettings

if TYPE_CHECKING:
    from cowrite.engine.jobs.runtime import Runtime

HELP = tr_noop("Continue a text at its end, or at --cursor, and print the suggestion.")
MOST_CANDIDATES = 20
MOST_WORDS = 100
HIGHEST_TEMPERATURE = 5.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--file", metavar="F", type=Path, help=tr("file to continue"))
    source.add_argument("--text", metavar="T", help=tr("text to continue"))
    source.add_argument(
        "stdin", nargs="?", choices=["-"], help=tr("read the text from standard input")
    )
    parser.add_argument(
        "--cursor",
        metavar="N",
        type=int,
        help=tr("number of characters before the caret (default: all)"),
    )
    parser.add_argument(
        "--candidates",
        metavar="K",
        type=int,
        default=1,
        help=tr("number of suggestions (default: 1)"),
    )
    parser.add_argument(
        "--max-words",
        metavar="W",
        type=int,
        help=tr("maximum words per suggestion (default: as in the settings)"),
    )
    parser.add_argument(
        "--adapter",
        metavar="ID",
        default="active",
        help=tr(
            "adapter to use: its ID or folder, active (default: the one in use) or base (none)"
        ),
    )
    add_influence(parser)
    parser.add_argument(
        "--temperature",
        metavar="T",
        type=float,
        default=0.0,
        help=tr("0 picks the most probable words, higher values draw at random (default: 0)"),
    )
    parser.add_argument(
        "--seed",
        metavar="S",
        type=int,
        default=0,
        help=tr("random seed for --temperature (default: 0)"),
    )
    parser.add_argument(
        "--device", choices=["auto", "cpu", "cuda"], help=tr("where to run the model")
    )
    parser.add_argument(
        "--server",
        metavar="URL",
        help=tr("ask a model on this server instead, such as http://localhost:8080"),
    )
    parser.add_argument(
        "--server-model",
        metavar="NAME",
        default="",
        help=tr("model to ask there (default: its first)"),
    )
    parser.add_argument("--json", action="store_true", help=tr("print everything as JSON"))


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Complete and print."""
    _check(arguments)
    text = _read_text(arguments, paths)
    context = _context_at(text, arguments.cursor)
    preferences = chosen_preferences(paths)
    settings = SuggestSettings(
        eagerness=preferences.eagerness, max_words=arguments.max_words or preferences.max_words
    )
    if arguments.server:
        result = ask_server(
            _request(context, settings, arguments),
            ServerChoice(
                address=arguments.server,
                model=arguments.server_model,
                use=Use.ALL,
                confirmed=preferences.server_confirmed,
            ),
        )
        return _print(result, context, settings, arguments, load_ms=0.0)
    started = time.perf_counter()
    runtime = _open_model(paths, preferences, arguments)
    load_ms = (time.perf_counter() - started) * 1000
    try:
        result = _complete(runtime, context, settings, arguments)
    finally:
        runtime.close()
    return _print(result, context, settings, arguments, load_ms=load_ms, notice=runtime.notice)


def _print(
    result: CompletionResult,
    context: CaretContext,
    settings: SuggestSettings,
    arguments: argparse.Namespace,
    *,
    load_ms: float,
    notice: str = "",
) -> int:
    decision, suggestion = _judge(result, context, settings)
    if arguments.json:
        print(json.dumps(_as_json(result, decision, suggestion, load_ms), ensure_ascii=False))
    else:
        _print_plainly(result, decision, suggestion, notice)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    if not 1 <= arguments.candidates <= MOST_CANDIDATES:
        raise UserError(
            tr(
                "--candidates takes a number from 1 to {most_candidates}.",
                most_candidates=MOST_CANDIDATES,
            )
        )
    if arguments.max_words is not None and not 1 <= arguments.max_words <= MOST_WORDS:
        raise UserError(
            tr("--max-words takes a number from 1 to {most_words}.", most_words=MOST_WORDS)
        )
    if not 0 <= arguments.temperature <= HIGHEST_TEMPERATURE:
        raise UserError(
            tr(
                "--temperature takes a number from 0 to {highest_temperature:g}.",
                highest_temperature=HIGHEST_TEMPERATURE,
            )
        )


def _read_text(arguments: argparse.Namespace, paths: Paths) -> str:
    if arguments.file is not None:
        return read_text(arguments.file, paths)
    if arguments.text is not None:
        return _require_characters(str(arguments.text))
    if sys.stdin is None or (arguments.stdin != "-" and sys.stdin.isatty()):
        raise UserError(
            tr("There is no text to continue."),
            tr("Use --file or --text, or “-” for standard input."),
        )
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            tr("Standard input is not UTF-8 text."), tr("Convert it, or use --file.")
        ) from error


def _require_characters(text: str) -> str:
    """``text``, unless it holds bytes that were no characters, which Python passes on as halves of pairs."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UserError(
            tr("--text is not UTF-8 text."), tr("Convert it, or use --file.")
        ) from error
    return text


def _context_at(text: str, cursor: int | None) -> CaretContext:
    at = len(text) if cursor is None else cursor
    if not 0 <= at <= len(text):
        raise UserError(
            trn(
                "--cursor {at} is outside the text, which has {count} character.",
                "--cursor {at} is outside the text, which has {count} characters.",
                len(text),
                at=at,
            )
        )
    before = text[:at]
    if not before.strip():
        raise UserError(
            tr("There is no text before the caret to continue."), tr("Begin with a few words.")
        )
    return CaretContext(
        document_id="",
        revision=0,
        offset=utf16_length(before),
        before=before,
        after=text[at:],
        length=utf16_length(text),
    )


def _open_model(paths: Paths, preferences: Preferences, arguments: argparse.Namespace) -> Runtime:
    installed = ModelStore.of(paths).quick_check(preferences.model)
    folder = chosen_adapter(arguments.adapter, paths, installed)
    forbid_downloads()
    from cowrite.engine.jobs.runtime import Runtime

    runtime = Runtime.open(
        installed.path,
        model_id=installed.id,
        device=arguments.device or preferences.device,
        quantizations=installed.quantizations(preferences.quantization),
    )
    runtime.set_influence(chosen_influence(arguments, preferences))
    runtime.use_adapter(folder)
    return runtime


def _request(
    context: CaretContext, settings: SuggestSettings, arguments: argparse.Namespace
) -> CompletionRequest:
    first_offset = context.offset - utf16_length(context.before)
    return CompletionRequest(
        before=window_before(context.before, first_offset),
        after=context.after,
        max_words=settings.most_words,
        max_tokens=settings.most_tokens,
        candidates=arguments.candidates,
        temperature=arguments.temperature,
        seed=arguments.seed,
    )


def _complete(
    runtime: Runtime,
    context: CaretContext,
    settings: SuggestSettings,
    arguments: argparse.Namespace,
) -> CompletionResult:
    result = runtime.complete(_request(context, settings, arguments))
    assert result is not None  # noqa: S101 - nothing cancels here
    return result


def _judge(
    result: CompletionResult, context: CaretContext, settings: SuggestSettings
) -> tuple[FilterDecision, str]:
    """What the editor would do with the best candidate, and the text it would show if it were asked by key."""
    if not result.candidates:
        return FilterDecision(text="", confidence=0.0, reason=None), ""
    best = result.candidates[0]
    decision = judge(best, context, settings)
    place = why_not_ask(context, sys.maxsize)
    if place is not None:
        decision = FilterDecision(text="", confidence=decision.confidence, reason=place)
    return decision, decision.text or judge(best, context, settings, asked_for=True).text


def _as_json(
    result: CompletionResult, decision: FilterDecision, suggestion: str, load_ms: float
) -> dict[str, object]:
    return {
        "model": result.model,
        "adapter": result.adapter or None,
        "device": result.device,
        "quantization": result.quantization,
        "suggestion": suggestion,
        "candidates": [
            {
                "text": candidate.text,
                "logprob": candidate.logprob,
                "tokens": [{"text": t.text, "logprob": t.logprob} for t in candidate.tokens],
            }
            for candidate in result.candidates
        ],
        "shown": bool(decision.text),
        "not_shown_reason": None if decision.text else str(decision.reason or "empty"),
        "ms": {
            "load": round(load_ms, 2),
            "prefill": round(result.timings.prefill, 2),
            "first_token": round(result.timings.first_token, 2),
            "total": round(result.timings.total, 2),
        },
    }


def _print_plainly(
    result: CompletionResult, decision: FilterDecision, suggestion: str, notice: str
) -> None:
    texts = [candidate.text for candidate in result.candidates]
    for text in texts if len(texts) > 1 else [suggestion]:
        # To a program it goes as it is, to a terminal without what the terminal would interpret.
        print(lines(text) if sys.stdout.isatty() else text)
    if notice:
        show_progress(one_line(notice))
    if not decision.text:
        reason = reason_words(str(decision.reason or "empty"))
        show_progress(tr("(The editor would not show this: {reason}.)", reason=reason))
