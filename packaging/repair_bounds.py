"""Fits when repair offers a change, and how sure it is, and writes ``resources/repair_bounds.json``.

    python packaging/repair_bounds.py collect --jfleg DIR --novels DIR --model DIR SCORES
    python packaging/repair_bounds.py fit SCORES --jfleg DIR --careful 0.7 --thorough 0.25

The first reads the even half of the sentences, and sentences of some of the books by themselves and after their
paragraph, tries every change once, and notes how much more probable it makes the sentence and how many of the four
corrections come nearer by it; of books, where all is right, none. No sentence is kept in the repository. The second
fits two logistic models (``cowrite/tasks/repair/bounds.py``) of how many of the four make a change, the second of them
on what the first says of rows it was not fitted on; prints what other rows say of each bound, in five parts; and turns
the share of the four into the probability that any of them does.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks"), str(ROOT / "packaging")]
import _repair_data as data  # noqa: E402
from _repair_fit import fit  # noqa: E402
from rapidfuzz.distance import Levenshtein  # noqa: E402

from cowrite.engine.messages import EditsRequest, EditsResult, TextEdit  # noqa: E402
from cowrite.spelling.installed import SHIPPED  # noqa: E402
from cowrite.tasks.repair.candidates import Candidates  # noqa: E402
from cowrite.tasks.repair.edits import Edit  # noqa: E402
from cowrite.tasks.repair.rating import Contender, contenders  # noqa: E402
from cowrite.tasks.repair.sentences import fixed_places, pieces_of  # noqa: E402
from cowrite.tasks.repair.work import (  # noqa: E402
    AND_MORE,
    LEAST_AT_BEST,
    MOST_PER_WORD,
    WINDOW_TOKENS,
)


def main() -> None:
    """Do one of the two."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    steps = parser.add_subparsers(dest="step", required=True)
    collecting = steps.add_parser("collect")
    for name in ("jfleg", "novels"):
        collecting.add_argument(f"--{name}", type=Path, metavar="DIR")
    collecting.add_argument("--model", type=Path, required=True, metavar="DIR")
    collecting.add_argument("--half", default="even")
    collecting.add_argument("--count", type=int, default=40)
    collecting.add_argument("--first", type=int, default=0)
    collecting.add_argument("scores", type=Path)
    fitting = steps.add_parser("fit")
    fitting.add_argument("scores", type=Path, nargs="+")
    fitting.add_argument("--jfleg", type=Path, required=True, metavar="DIR")
    fitting.add_argument("--careful", type=float, required=True)
    fitting.add_argument("--thorough", type=float, required=True)
    arguments = parser.parse_args()
    if arguments.step == "collect":
        with arguments.scores.open("a", encoding="utf-8") as file:
            for row in collect(arguments):
                file.write(json.dumps(row) + "\n")
                file.flush()
    else:
        fit(arguments)


class Model:
    """The engine, asked from here."""

    def __init__(self, folder: Path) -> None:
        import torch

        from cowrite.engine.decoding.edit_scoring import EditScorer
        from cowrite.engine.decoding.prefix_cache import PrefixCache
        from cowrite.engine.loading.load import load_model
        from cowrite.engine.networks.quantize import Quantization

        torch.set_num_threads(1)
        loaded = load_model(folder, torch.device("cpu"), Quantization.INT8)
        self._scorer = EditScorer(loaded, PrefixCache(loaded))

    def scores(
        self, before: str, text: str, after: str, edits: Sequence[Edit], words: int
    ) -> EditsResult | Any:
        """Of each of ``edits``."""
        from cowrite.engine.networks.steps import finish

        request = EditsRequest(
            before=before,
            text=text,
            after=after,
            edits=tuple(
                TextEdit(start=each.start, end=each.end, after=each.after) for each in edits
            ),
            window=WINDOW_TOKENS,
            least_gain=LEAST_AT_BEST,
            most=round(MOST_PER_WORD * words) + AND_MORE,
        )
        return finish(self._scorer.steps(request))


def collect(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """A row for each sentence: what is known of it, and of each change."""
    model = Model(arguments.model)
    if arguments.jfleg:
        words = data.KnownWords(SHIPPED["en_US"], "")
        for number, each in enumerate(data.learner_sentences(arguments.jfleg, arguments.half)):
            if number < arguments.first:
                continue
            yield {"set": "learner", "n": number} | tried(model, "", each.text, words, each)
    if arguments.novels:
        books = data.FITTED_BOOKS if arguments.half == "even" else data.OTHER_BOOKS
        for book in books:
            language = "en_GB" if book.startswith(data.BRITISH) else "en_US"
            whole = data.KnownWords(SHIPPED[language], (arguments.novels / book).read_text("utf-8"))
            for number, each in enumerate(
                data.novel_sentences(arguments.novels, [book], arguments.count)
            ):
                alone = number % 2
                words = data.KnownWords(SHIPPED["en_US"], each.text) if alone else whole
                yield {"set": book, "n": number, "alone": alone} | tried(
                    model, "" if alone else each.before[-600:], each.text, words, None
                )


def tried(
    model: Model,
    before: str,
    text: str,
    words: data.KnownWords,
    learner: data.LearnerSentence | None,
) -> dict[str, Any]:
    """Every change of one sentence."""
    pieces = pieces_of(text, fixed_places(text))
    candidates = Candidates(words)
    edits = candidates.of(text, pieces)
    shown = [piece.text for piece in pieces if piece.is_word]
    result = model.scores(before, text, "\n", edits, len(shown))
    known = (
        []
        if learner is None
        else [Levenshtein.distance(data.tokens_of(text), each) for each in learner.corrections]
    )
    return {
        "surprise": -result.logprob / max(1, result.tokens),
        "unknown": sum(candidates.is_unknown(each) for each in shown) / max(1, len(shown)),
        "words": len(shown),
        "edits": [
            _row(text, each, learner, known) for each in contenders(text, edits, result.scores)
        ],
    }


def _row(
    text: str, contender: Contender, learner: data.LearnerSentence | None, known: Sequence[int]
) -> dict[str, Any]:
    edit, signals = contender.edit, contender.signals
    nearer = 0
    if learner is not None:
        tokens = data.tokens_of(edit.of(text))
        nearer = sum(
            Levenshtein.distance(tokens, each) < old
            for each, old in zip(learner.corrections, known, strict=True)
        )
    return {
        "edit": [edit.start, edit.end, edit.after],
        "kind": edit.kind.value,
        "nearer": nearer,
        "score": [
            signals.score.own,
            signals.score.following,
            signals.score.first,
            signals.score.replaced,
        ],
        "lead": signals.lead,
        "name": signals.is_name,
    }


if __name__ == "__main__":
    main()
