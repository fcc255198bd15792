"""What are the writer's own words worth, beside the model: everywhere, within words only, or not at all?

A patient typist (``cowrite simulate``) writes the same part of each text, once for each way of using what was written
before, and every word is also asked for before its first letter. Differences are of the same words; a share that the
own words win or lose is printed as counts, so that anyone sees how few they rest on.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from _common import STARTER_MODEL, Report, Row, existing_file, home_with_model, make_parser

from cowrite.base.errors import UserError
from cowrite.cli.simulate import _part_of
from cowrite.engine.decoding.personal_ngrams import NOTHING, Guesses, PersonalNgrams
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.messages import CompletionRequest, CompletionResult
from cowrite.engine.offline import forbid_downloads
from cowrite.models.store import ModelStore
from cowrite.suggest.filter.show_filter import split_words, typed_of_word
from cowrite.suggest.live.context import window_before
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.simulated_writer import SimulatedWriter, SimulationReport

WAYS = ("everywhere", "within words", "nowhere")


@dataclass(slots=True)
class Measured:
    """One text, one way. ``known``: for each word, whether it was the first guess before its first letter."""

    report: SimulationReport | None
    known: list[bool] = field(default_factory=list)


@contextmanager
def using_own_words(way: str) -> Iterator[None]:
    """Within this, own words are used in one of ``WAYS``."""
    guesses = PersonalNgrams.guesses

    def some(self: PersonalNgrams, before: str) -> Guesses:
        within = way == "within words" and typed_of_word(before) > 0
        return guesses(self, before) if within or way == "everywhere" else NOTHING

    PersonalNgrams.guesses = some  # type: ignore[method-assign]
    try:
        yield
    finally:
        PersonalNgrams.guesses = guesses  # type: ignore[method-assign]


def measure(runtime: Runtime, before: str, target: str, way: str, *, writes: bool) -> Measured:
    """Write ``target`` after ``before`` if it ``writes`` at all, then ask before each of its words."""
    settings = SuggestSettings()

    def answer(request: CompletionRequest) -> CompletionResult:
        result = runtime.complete(request)
        assert result is not None
        return result

    with using_own_words(way):
        found = Measured(None)
        if writes:
            runtime.ngrams.forget("simulated")
            writer = SimulatedWriter(
                before, target, settings=settings, answer=answer, learn=runtime.ngrams.learn
            )
            found.report = writer.write()
        runtime.ngrams.learn("simulated", before)
        for start, word in words_of(before + target, len(before)):
            found.known.append(is_known(answer, (before + target)[:start], word))
    return found


def words_of(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Where each word begins after ``start``, and its letters up to the first mark."""
    at = start
    for piece in text[start:].split(" "):
        letters = len(piece) - len(piece.lstrip("“‘\"'(—"))
        word = "".join(_letters(piece[letters:]))
        if word and not letters and "\n" not in piece and at > 0:
            yield at, word
        at += len(piece) + 1


def _letters(piece: str) -> Iterator[str]:
    for character in piece:
        if not (character.isalnum() or character in "'’-"):
            return
        yield character


def is_known(
    answer: Callable[[CompletionRequest], CompletionResult], before: str, word: str
) -> bool:
    """Whether the first word of the answer after ``before`` is ``word``."""
    request = CompletionRequest(before=window_before(before, 0), max_words=1, max_tokens=8)
    candidates = answer(request).candidates
    words = split_words(candidates[0].tokens) if candidates else []
    return bool(words) and words[0].text.strip() == word


def rows_of(name: str, way: str, all_measured: list[Measured]) -> list[Row]:
    """The figures of some texts together."""
    title = f"{name}, own words {way}"
    known = [each for measured in all_measured for each in measured.known]
    share_known = 100 * sum(known) / max(1, len(known))
    rows: list[Row] = [(f"{title}: known before the first letter, %", share_known, "")]
    reports = [each.report for each in all_measured if each.report is not None]
    if reports:
        characters = sum(each.characters for each in reports)
        words = sum(each.words for each in reports)
        shown, right = sum(each.shown for each in reports), sum(each.right for each in reports)
        net = sum(each.net_saved_pct * each.characters for each in reports) / max(1, characters)
        rows += [
            (f"{title}: net keys saved, %", net, ""),
            (f"{title}: precision, %", 100 * right / max(1, shown), ""),
            (f"{title}: shown per 100 words", 100 * shown / max(1, words), ""),
        ]
    return rows


def main() -> None:
    """Measure and print."""
    arguments = parsed()
    texts = [(each.stem, *part(each, arguments)) for each in arguments.texts]
    measured: dict[str, list[Measured]] = {way: [] for way in arguments.ways}
    rows: list[Row] = []
    notes = [f"{arguments.words} words each from word {arguments.start}"]
    with home_with_model(arguments.models_dir) as home:
        runtime = opened(home, arguments.device)
        for name, before, target in texts:
            for way in arguments.ways:
                found = measure(runtime, before, target, way, writes=not arguments.only_known)
                measured[way].append(found)
                rows += rows_of(name, way, measured[way][-1:])
        runtime.close()
    for way in arguments.ways:
        rows += rows_of("all", way, measured[way])
    if {"everywhere", "nowhere"} <= measured.keys():
        with_and_without = [
            pair
            for some, none in zip(measured["everywhere"], measured["nowhere"], strict=True)
            for pair in zip(some.known, none.known, strict=True)
        ]
        won, lost = with_and_without.count((True, False)), with_and_without.count((False, True))
        notes.append(
            f"known before the first letter with own words alone: {won}; without them alone: {lost}; "
            f"words: {len(with_and_without)}"
        )
    Report(title="What own words are worth", rows=rows, notes=notes).show(arguments.json)


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = make_parser("What the writer's own words are worth beside the model.")
    parser.add_argument("texts", type=existing_file, nargs="+", metavar="TEXT")
    parser.add_argument("--start", type=int, default=4000, help="words written already (4000)")
    parser.add_argument("--words", type=int, default=400, help="words to write of each text (400)")
    parser.add_argument(
        "--only-known", action="store_true", help="ask before each word, and do not write"
    )
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    arguments: argparse.Namespace = parser.parse_args()
    return arguments


def part(path: Path, arguments: argparse.Namespace) -> tuple[str, str]:
    """What is written already of a text, and what is to be written."""
    try:
        return _part_of(path.read_text("utf-8"), arguments.start, arguments.words)
    except UserError as error:
        raise SystemExit(f"{path}: {error}") from error


def opened(home: Path, device: str) -> Runtime:
    """The engine as the editor uses it."""
    forbid_downloads()
    model = ModelStore(home / "data" / "models").get(STARTER_MODEL)
    runtime = Runtime.open(
        model.path, model_id=model.id, device=device, quantizations=model.quantizations()
    )
    while runtime.optimize():
        pass
    return runtime


if __name__ == "__main__":
    main()
