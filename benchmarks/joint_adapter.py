#!/usr/bin/env python3
"""Whether an adapter tells wrong from right better than the model alone: edits of learners' sentences and of novels.

Every small edit that repair would try is scored, by the model alone and with each ``--adapter``. No bounds are fitted.
What counts is which right edits are found at the one bound that leaves 95 % of right sentences alone, and the area
under the ROC curve of right edits against all others. An edit is right if it brings the sentence nearer, in words, to
one of its four corrections. ``--text`` are texts whose perplexity is measured with and without, for the ghosts.
"""

from __future__ import annotations

import math
import random
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from _common import (
    ROOT,
    STARTER_MODEL,
    Report,
    Row,
    existing_file,
    existing_folder,
    home_with_model,
    make_parser,
    percentile,
    roc_area,
)

sys.path.insert(0, str(ROOT))

from cowrite.base.diff import unchanged_tokens
from cowrite.cli.passage.known_words import known_words
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.messages import EditsRequest, EditsResult, ScoreRequest, TextEdit
from cowrite.engine.networks.steps import finish
from cowrite.engine.offline import forbid_downloads
from cowrite.personalize.joint.sentences import paragraphs_of, sentences_of
from cowrite.settings.paths import Paths
from cowrite.tasks.repair.candidates import Candidates
from cowrite.tasks.repair.sentences import pieces_of

REFERENCES = 4
LEFT_ALONE = 95.0
# More edits than repair looks at, which has to be fast; the figures are to change only with the model.
LEAST_AT_BEST, MOST_PER_WORD, FEWEST = 2.0, 2.5, 12
LEAST_PARAGRAPH, MOST_PARAGRAPH = 200, 1200
_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, what stands before it, and its corrections; a right one has none."""

    text: str
    before: str = ""
    corrections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """An edit that was scored: how many nats it gains, and whether it is right."""

    gain: float
    is_right: bool


def main() -> int:
    """Measure and print."""
    parser = make_parser(__doc__ or "")
    parser.add_argument("--jfleg", type=existing_folder, required=True, metavar="DIR")
    parser.add_argument("--novel", type=existing_file, action="append", required=True)
    parser.add_argument("--text", type=existing_file, action="append", default=[])
    parser.add_argument("--adapter", type=existing_folder, action="append", default=[])
    parser.add_argument("--half", choices=["even", "odd"], default="odd", help="of the sentences")
    parser.add_argument("--sentences", type=int, default=100, metavar="N", help="of each kind")
    options = parser.parse_args()
    forbid_downloads()
    learners = learners_of(options.jfleg, options.half, options.sentences)
    novels = novels_of(options.novel, options.sentences)
    rows: list[Row] = []
    with home_with_model(options.models_dir) as home:
        for adapter in (None, *options.adapter):
            runtime = Runtime.open(
                home / "data" / "models" / STARTER_MODEL,
                model_id=STARTER_MODEL,
                device="cpu",
                quantizations={},
            )
            runtime.use_adapter(adapter)
            while runtime.optimize():
                pass
            found = measure(runtime, learners, novels, options.text, runtime.adapter_id or "none")
            print(*found, sep="\n", file=sys.stderr, flush=True)
            rows += found
            runtime.close()
    notes = [f"{len(learners)} learners' sentences ({options.half}), {len(novels)} of novels"]
    Report(title="Adapter for the tasks", rows=rows, notes=notes).show(options.json)
    return 0


def measure(
    runtime: Runtime,
    learners: Sequence[Passage],
    novels: Sequence[Passage],
    texts: Sequence[Path],
    name: str,
) -> list[Row]:
    """The figures of one way, ``name``."""
    wrong = [edits_of(runtime, each) for each in learners]
    alone = [max((each.gain for each in edits_of(runtime, it)), default=-math.inf) for it in novels]
    bound = percentile(alone, LEFT_ALONE)
    best = [max(edits, key=lambda each: each.gain, default=None) for edits in wrong]
    shown = [each for each in best if each is not None and each.gain > bound]
    right = sum(each.is_right for each in shown)
    every = [each for edits in wrong for each in edits]
    area = roc_area([each.is_right for each in every], [each.gain for each in every])
    return [
        (f"{name}: bound that leaves 95 % of right sentences alone, nats", round(bound, 2), ""),
        (f"{name}: best edit right at that bound, % of sentences", pct(right, len(learners)), ""),
        (f"{name}: best edit right, % of those shown", pct(right, len(shown)), ""),
        (f"{name}: area under the ROC curve of edits", round(area, 4), ""),
        *([(f"{name}: perplexity of texts", perplexity(runtime, texts), "")] if texts else []),
    ]


def pct(part: int, whole: int) -> float:
    """In percent."""
    return round(100 * part / whole, 1) if whole else 0.0


def edits_of(runtime: Runtime, passage: Passage) -> list[Scored]:
    """Every edit of ``passage`` that was scored to the end."""
    with tempfile.TemporaryDirectory() as folder:
        words, _ = known_words(passage.before + passage.text, "en_US", Paths.find(Path(folder)))
    pieces = pieces_of(passage.text, [])
    edits = Candidates(words).of(passage.text, pieces)
    if not edits:
        return []
    size = sum(piece.is_word for piece in pieces)
    result = finish(
        runtime.steps(
            EditsRequest(
                before=passage.before,
                text=passage.text,
                edits=tuple(TextEdit(start=e.start, end=e.end, after=e.after) for e in edits),
                after="\n",
                least_gain=LEAST_AT_BEST,
                most=max(FEWEST, round(MOST_PER_WORD * size)),
            )
        )
    )
    assert isinstance(result, EditsResult)
    source = [distance(passage.text, each) for each in passage.corrections]
    return [
        Scored(
            score.gain,
            any(
                distance(edit.of(passage.text), correction) < far
                for far, correction in zip(source, passage.corrections, strict=True)
            ),
        )
        for edit, score in zip(edits, result.scores, strict=True)
        if score is not None
    ]


def distance(text: str, other: str) -> int:
    """How many words and signs of either are not in the other, in order."""
    some, others = _TOKEN.findall(text), _TOKEN.findall(other)
    same = sum(match.size for match in unchanged_tokens(some, others))
    return len(some) + len(others) - 2 * same


def perplexity(runtime: Runtime, texts: Sequence[Path]) -> float:
    """Of paragraphs of all ``texts`` by themselves."""
    total = count = 0.0
    for path in texts:
        long = [
            each
            for each in paragraphs_of(path.read_text("utf-8"))
            if LEAST_PARAGRAPH <= len(each) <= MOST_PARAGRAPH
        ]
        for paragraph in random.Random(0).sample(long, min(10, len(long))):
            result = finish(runtime.steps(ScoreRequest(before="", variants=(paragraph,), after="")))
            total -= result.scores[0].logprob  # type: ignore[union-attr]
            count += result.scores[0].tokens  # type: ignore[union-attr]
    return round(math.exp(total / count), 3) if count else 0.0


def learners_of(folder: Path, half: str, most: int) -> list[Passage]:
    """Sentences with their corrections, with ordinary spacing."""
    names = ["dev.src", *(f"dev.ref{number}" for number in range(REFERENCES))]
    rows = zip(*((folder / name).read_text("utf-8").splitlines() for name in names), strict=True)
    chosen = [row for number, row in enumerate(rows) if number % 2 == (half == "odd")][:most]
    return [Passage(spaced(row[0]), "", tuple(map(spaced, row[1:]))) for row in chosen]


def novels_of(paths: Sequence[Path], most: int) -> list[Passage]:
    """Sentences of novels with what stands before them, of each as many."""
    found: list[Passage] = []
    for path in paths:
        every = list(sentences_of(path.read_text("utf-8")))
        chosen = random.Random(0).sample(every, min(most // len(paths), len(every)))
        found += [Passage(each.text, each.before[-300:]) for each in chosen]
    return found


def spaced(tokens: str) -> str:
    """Tokens with spaces between them as people write them."""
    text = re.sub(r"\s+([,.;:!?%)\]]|n't\b|'(?:s|re|ve|ll|d|m)\b)", r"\1", tokens.strip())
    return re.sub(r"([(\[])\s+", r"\1", text)


if __name__ == "__main__":
    sys.exit(main())
